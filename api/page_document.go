package api

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// uploadLimit bounds a form with several files; each of them is bounded by documentLimit.
const uploadLimit = 4 * documentLimit

// maxFiles is how many files one form may bring.
const maxFiles = 20

// documentsPage is the archive: folders, what is in them, and the search.
type documentsPage struct {
	Form             form
	Upload           form
	Folders          []store.FolderRow
	Targets          []option // folders in which the person may write
	Kinds            []option
	Rows             []documentLine
	At               *store.FolderRow
	Filtered, Manage bool
	First, Next      string
	Counts           []dayCount
}

// documentLine is a document in a list.
type documentLine struct {
	store.DocumentRow
	Expiry    string // soon, expired, or empty
	Unchecked bool   // a commercial one whose newest version nobody has approved
	Home      string // the page of what it is kept with
	Pieces    []hitPiece
}

// hitPiece is a part of a text; a hit is what was looked for.
type hitPiece struct {
	Text string
	Hit  bool
}

// pieces takes the marks of a search out of a text.
func pieces(hits string) []hitPiece {
	if !strings.ContainsRune(hits, store.HitFrom) {
		return nil
	}
	var out []hitPiece
	for _, part := range strings.SplitAfter(hits, string(store.HitTo)) {
		before, hit, found := strings.Cut(part, string(store.HitFrom))
		out = append(out, hitPiece{before, false})
		if found {
			out = append(out, hitPiece{strings.TrimSuffix(hit, string(store.HitTo)), true})
		}
	}
	return out
}

func (r *request) documentLines(rows []store.DocumentRow) ([]documentLine, error) {
	today, err := r.today()
	out := make([]documentLine, len(rows))
	for i, d := range rows {
		out[i] = documentLine{d, d.Expiry(today), d.Kind.Commercial() && d.ApprovedVersion < d.Latest, paperPage(d.RecordKind, d.RecordID), pieces(d.Hits)}
	}
	return out, err
}

// paperPage is the page on which the documents of a place are.
func paperPage(kind crm.SubjectKind, id crm.ID) string {
	return strings.Replace(placePage(kind, id), "tab=messages", "tab=documents", 1)
}

// placePage is the page of what a document or message belongs to.
func placePage(kind crm.SubjectKind, id crm.ID) string {
	switch kind {
	case crm.SubjectFolder:
		return "/documents?folder=" + string(id)
	case crm.SubjectCompany:
		return "/feed?show=company"
	case crm.SubjectOpportunity:
		return "/opportunities/" + string(id) + "?tab=messages"
	}
	return "/about/" + string(kind) + "/" + string(id)
}

const documentsShown = 50

func pageDocuments(r *request) error { return showDocuments(r, form{}) }

func showDocuments(r *request, up form) error {
	q := r.gin.Request.URL.Query()
	today, err := r.today()
	if err != nil {
		return err
	}
	f := store.DocumentFilter{
		Text: clean(q.Get("q"), maxName), Kind: crm.DocumentKind(known(q.Get("kind"), crm.DocumentKinds())), Tag: clean(q.Get("tag"), 40),
		Expired: q.Get("show") == "expiring", Waiting: q.Get("show") == "waiting", Today: today, Limit: documentsShown + 1,
	}
	p := documentsPage{Form: values("q", f.Text, "kind", string(f.Kind), "tag", f.Tag, "show", q.Get("show"), "folder", q.Get("folder")), Upload: up, Manage: r.Can(crm.MayManageDocument)}
	if p.Folders, err = r.store.Folders(r.ctx(), r.viewer()); err != nil {
		return err
	}
	for i, d := range p.Folders {
		if string(d.ID) == q.Get("folder") {
			p.At, f.At, f.Below = &p.Folders[i], crm.Subject{Kind: crm.SubjectFolder, ID: d.ID}, true
		}
		if d.Writes {
			p.Targets = append(p.Targets, option{string(d.ID), d.Path})
		}
	}
	if q.Get("folder") != "" && p.At == nil {
		return store.ErrNotFound
	}
	p.Kinds = enumOptions(r, r.say("document.any_kind"), "document_kind", crm.DocumentKinds())
	p.Filtered = f.Text != "" || f.Kind != "" || f.Tag != "" || f.Expired || f.Waiting
	f.After = documentMark(q.Get("after"))
	rows, err := r.store.Documents(r.ctx(), r.viewer(), f)
	if err != nil {
		return err
	}
	if len(rows) > documentsShown {
		rows = rows[:documentsShown]
		last := rows[documentsShown-1]
		p.Next = with(r, "after", strconv.FormatFloat(last.Rank, 'g', -1, 64)+"_"+last.At.Format(time.RFC3339Nano)+"_"+string(last.ID))
	}
	if f.After != nil {
		p.First = with(r, "after", "")
	}
	if p.Rows, err = r.documentLines(rows); err != nil {
		return err
	}
	if up.values == nil && p.At != nil && p.At.Writes {
		p.Upload = values("folder", string(p.At.ID))
	}
	return r.show(up.Status(), "documents", r.say("nav.documents"), p)
}

// with is the page's address with another value of a parameter; empty: without it.
func with(r *request, name, value string) string {
	q := url.Values{}
	for k, v := range r.gin.Request.URL.Query() {
		q[k] = v
	}
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return r.gin.Request.URL.Path
	}
	return r.gin.Request.URL.Path + "?" + q.Encode()
}

// documentMark reads where a page begins; what cannot be read is the first page.
func documentMark(text string) *store.DocumentMark {
	parts := strings.Split(text, "_")
	if len(parts) != 3 {
		return nil
	}
	rank, err := strconv.ParseFloat(parts[0], 64)
	at, err2 := time.Parse(time.RFC3339Nano, parts[1])
	id, err3 := parseID(parts[2])
	if err != nil || err2 != nil || err3 != nil {
		return nil
	}
	return &store.DocumentMark{Rank: rank, At: at, ID: id}
}

// sentFiles reads the files of a form that needs some.
func (r *request) sentFiles() (f form, files []store.DocumentFile, err error) {
	f, files, err = r.anyFiles()
	if err == nil && len(files) == 0 && f.Wrong("file") == "" {
		f.blame("file", r.say("form.required"))
	}
	return f, files, err
}

// anyFiles reads the files of a form, each found by its bytes; what is wrong with one stands at the field file, by its name.
func (r *request) anyFiles() (f form, files []store.DocumentFile, err error) {
	if err := r.gin.Request.ParseMultipartForm(1 << 20); err != nil && err != http.ErrNotMultipart {
		return f, nil, err
	}
	if f, err = r.posted(); err != nil {
		return f, nil, err
	}
	var sent []*multipart.FileHeader
	if m := r.gin.Request.MultipartForm; m != nil {
		for name, v := range m.Value {
			f.values[name] = clean(strings.TrimSpace(v[0]), 20_000)
		}
		sent = slices.DeleteFunc(slices.Clone(m.File["file"]), func(h *multipart.FileHeader) bool { return h.Filename == "" && h.Size == 0 })
	}
	f.values["file"] = ""
	if len(sent) > maxFiles {
		f.blame("file", r.say("document.too_many_files", "N", maxFiles))
		return f, nil, nil
	}
	for _, h := range sent {
		file, wrong, err := r.sentFile(h)
		if err != nil {
			return f, nil, err
		}
		if wrong != "" {
			f.blame("file", clip(clean(h.Filename, 100), 60)+": "+wrong)
			continue
		}
		files = append(files, file)
	}
	return f, files, nil
}

func (r *request) sentFile(h *multipart.FileHeader) (file store.DocumentFile, wrong string, err error) {
	if h.Size == 0 {
		return file, r.say("document.empty_file"), nil
	}
	if h.Size > documentLimit {
		return file, r.say("document.too_large", "N", documentLimit>>20), nil
	}
	open, err := h.Open()
	if err != nil {
		return file, "", err
	}
	defer open.Close()
	bytes, err := io.ReadAll(io.LimitReader(open, documentLimit))
	if err != nil {
		return file, "", err
	}
	file, err = sniffed(clean(h.Filename, 1000), bytes)
	if p, refused := err.(Problem); refused && len(p.Errors) > 0 {
		return file, r.say("error."+p.Errors[0].Code, p.Errors[0].Figures()), nil
	}
	return file, "", err
}

// keepFiles puts the files of a form in, each as a document.
func (r *request) keepFiles(f *form, at crm.Subject, files []store.DocumentFile) error {
	d := crm.Document{RecordKind: at.Kind, RecordID: at.ID, Kind: crm.DocumentKind(known(f.Value("kind"), crm.DocumentKinds())), ExpiresOn: r.date(f, "expires_on"), Description: clean(f.Value("description"), maxText)}
	tags, err := crm.CleanTags(splitList(f.Value("tags")))
	if err := r.judge(f, err); err != nil || f.Failed() {
		return err
	}
	d.Tags = tags
	for _, file := range files {
		d.ID, d.Title = store.NewID(), ""
		if _, err := r.store.AddDocument(r.ctx(), r.viewer(), d, file); err != nil {
			return r.judge(f, err)
		}
	}
	return nil
}

// formDocuments puts files into a folder (S105).
func formDocuments(r *request) error {
	f, files, err := r.sentFiles()
	if err != nil {
		return err
	}
	r.needed(&f, "folder")
	at := crm.Subject{Kind: crm.SubjectFolder, ID: optionalID(f.Value("folder"))}
	if !f.Failed() {
		if err := r.keepFiles(&f, at, files); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showDocuments(r, f)
	}
	return r.said("document_added", "/documents?folder="+string(at.ID))
}

// formDealDocument keeps files with the deal (S028).
func formDealDocument(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.Place(r.ctx(), r.viewer(), crm.Subject{Kind: crm.SubjectOpportunity, ID: id}); err != nil {
		return err
	}
	f, files, err := r.sentFiles()
	if err != nil {
		return err
	}
	f.values["tab"] = "documents"
	if !f.Failed() {
		if err := r.keepFiles(&f, crm.Subject{Kind: crm.SubjectOpportunity, ID: id}, files); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showDeal(r, id, f, nil)
	}
	return r.said("document_added", "/opportunities/"+string(id)+"?tab=documents")
}

// pageDealDocument sends a file of a deal to be saved, never to be shown by the browser: it may hold anything.
func pageDealDocument(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	d, err := r.store.Document(r.ctx(), r.viewer(), item)
	if err != nil {
		return err
	}
	if string(d.OpportunityID) != r.gin.Param("id") {
		return store.ErrNotFound
	}
	return r.sendFile(item, 0, false)
}

// pageDocumentFile sends a version of a document, to be saved or, where nothing in it can run, shown by the browser.
func pageDocumentFile(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.gin.DefaultQuery("version", "0"))
	if err != nil || n < 0 || n > 1<<30 {
		return store.ErrNotFound
	}
	return r.sendFile(id, n, r.gin.Query("inline") == "true")
}
