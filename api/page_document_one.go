package api

import (
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// documentPage is a document with all that is known of it.
type documentPage struct {
	documentLine
	Form     form
	Versions []crm.DocumentVersion
	Events   []documentEventLine
	Links    []linkLine
	Records  []option // that it may be linked to
	Folders  []option
	Kinds    []option
	Text     string // what could be read in it
	Image    bool   // the browser may show it on the page
	Inline   bool   // the browser may show it by itself
	Approve  bool   // the person may approve the newest version
	Today    crm.Date
}

type documentEventLine struct {
	store.DocumentEvent
	What string
}

type linkLine struct {
	store.Place
	URL string
}

// shownText is how much of a document's text its page shows.
const shownText = 6000

func pageDocument(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showDocument(r, id, form{})
}

func showDocument(r *request, id crm.ID, f form) error {
	d, err := r.store.Document(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	lines, err := r.documentLines([]store.DocumentRow{d})
	if err != nil {
		return err
	}
	p := documentPage{documentLine: lines[0], Form: f, Kinds: enumOptions(r, r.say("form.none"), "document_kind", crm.DocumentKinds()), Inline: slices.Contains(shownInline, d.MediaType)}
	p.Image = p.Inline && strings.HasPrefix(d.MediaType, "image/")
	if p.Versions, err = r.store.DocumentVersions(r.ctx(), r.viewer(), id); err != nil {
		return err
	}
	p.Approve = d.Kind.Commercial() && r.Can(crm.MayApproveDocument) && len(p.Versions) > 0 && p.Versions[0].ApprovedAt == nil && p.Versions[0].AuthorID != r.user.ID
	if p.Text, err = r.store.DocumentText(r.ctx(), r.viewer(), id, shownText); err != nil {
		return err
	}
	events, err := r.store.DocumentEvents(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	for _, e := range events {
		args := []any{}
		for name, v := range e.Data {
			args = append(args, name, v)
		}
		p.Events = append(p.Events, documentEventLine{e, r.say("document.event."+e.Code, args...)})
	}
	if err := r.documentPlaces(&p); err != nil {
		return err
	}
	if f.values == nil {
		p.Form = values("title", d.Title, "description", d.Description, "kind", string(d.Kind), "tags", strings.Join(d.Tags, ", "), "expires_on", d.ExpiresOn.String(), "folder", string(d.RecordID))
	}
	return r.show(p.Form.Status(), "document", d.Title, p)
}

// documentPlaces reads where a document of the archive may go, and what it is linked to.
func (r *request) documentPlaces(p *documentPage) error {
	if p.RecordKind != crm.SubjectFolder {
		return nil
	}
	links, err := r.store.DocumentLinks(r.ctx(), r.viewer(), p.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		p.Links = append(p.Links, linkLine{l, paperPage(l.Kind, l.ID)})
	}
	folders, err := r.store.Folders(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	for _, f := range folders {
		if f.Writes {
			p.Folders = append(p.Folders, option{string(f.ID), f.Path})
		}
	}
	p.Records, err = r.recentRecords()
	return err
}

// recentRecords are the records that a person most likely means: his open deals, and those that he follows.
func (r *request) recentRecords() ([]option, error) {
	out := []option{{"", r.say("form.choose")}}
	follows, err := r.store.Follows(r.ctx(), r.viewer())
	if err != nil {
		return nil, err
	}
	for _, p := range follows {
		out = append(out, option{string(p.Kind) + " " + string(p.ID), named(r.words(), "subject", string(p.Kind)) + ": " + p.Title})
	}
	if !r.Can(crm.MayReadOpportunity) {
		return out, nil
	}
	deals, _, err := store.Opportunities.Page(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadOpportunity), store.Query{
		Limit: 50, Sort: []store.Order{{Field: "updated_at", Down: true}}, Filters: []store.Filter{{Field: "state", Op: "eq", Value: "open"}},
	})
	for _, d := range deals {
		if value := "opportunity " + string(d.ID); !slices.ContainsFunc(out, func(o option) bool { return o.Value == value }) {
			out = append(out, option{value, named(r.words(), "subject", "opportunity") + ": " + d.Number + " " + d.Name})
		}
	}
	return out, err
}

// subjectIn reads a field that names a record: its kind and id, or the address of its page.
func subjectIn(text string) crm.Subject {
	if kind, id, ok := strings.Cut(text, " "); ok {
		if known, err := parseID(id); err == nil {
			return crm.Subject{Kind: crm.SubjectKind(kind), ID: known}
		}
	}
	return crm.Subject{}
}

// documentForm carries out a form on a document's page.
func documentForm(r *request, flash string, do func(*form, crm.ID) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.Document(r.ctx(), r.viewer(), id); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := r.judge(&f, do(&f, id)); err != nil {
		return err
	}
	if f.Failed() {
		return showDocument(r, id, f)
	}
	return r.said(flash, "/documents/"+string(id))
}

func formDocumentEdit(r *request) error {
	return documentForm(r, "saved", func(f *form, id crm.ID) error {
		r.needed(f, "title")
		expires := r.date(f, "expires_on")
		tags, err := crm.CleanTags(splitList(f.Value("tags")))
		if err != nil {
			f.blame("tags", r.say("error.too_many", "max", crm.MaxTags))
		}
		if f.Failed() {
			return nil
		}
		_, err = r.store.EditDocument(r.ctx(), r.viewer(), id, 0, func(d *crm.Document) error {
			d.Title, d.Description, d.Kind = clean(f.Value("title"), maxName), clean(f.Value("description"), maxText), crm.DocumentKind(known(f.Value("kind"), crm.DocumentKinds()))
			d.Tags, d.ExpiresOn = tags, expires
			if to := optionalID(f.Value("folder")); to != "" && d.RecordKind == crm.SubjectFolder {
				d.RecordID = to
			}
			return nil
		})
		return err
	})
}

func formDocumentVersion(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.Document(r.ctx(), r.viewer(), id); err != nil {
		return err
	}
	f, files, err := r.sentFiles()
	if err != nil {
		return err
	}
	if len(files) > 1 {
		f.blame("file", r.say("document.one_file"))
	}
	if !f.Failed() {
		files[0].Why = clean(f.Value("why"), maxLine)
		_, err = r.store.AddVersion(r.ctx(), r.viewer(), id, 0, files[0])
		if err := r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showDocument(r, id, f)
	}
	return r.said("saved", "/documents/"+string(id))
}

func formDocumentRestore(r *request) error {
	return documentForm(r, "saved", func(f *form, id crm.ID) error {
		n, err := strconv.Atoi(f.Value("number"))
		if err != nil {
			return store.ErrNotFound
		}
		_, err = r.store.RestoreVersion(r.ctx(), r.viewer(), id, 0, n, clean(f.Value("why"), maxLine))
		return err
	})
}

func formDocumentApprove(r *request) error {
	return documentForm(r, "saved", func(f *form, id crm.ID) error {
		n, err := strconv.Atoi(f.Value("number"))
		if err != nil {
			return store.ErrNotFound
		}
		return r.store.ApproveVersion(r.ctx(), r.viewer(), id, n)
	})
}

func formDocumentRemove(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	d, err := r.store.Document(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	if err := r.store.RemoveDocument(r.ctx(), r.viewer(), id, 0); err != nil {
		return err
	}
	return r.said("removed", paperPage(d.RecordKind, d.RecordID))
}

func formDocumentLink(r *request) error {
	return documentForm(r, "saved", func(f *form, id crm.ID) error {
		r.needed(f, "record")
		if f.Failed() {
			return nil
		}
		to := subjectIn(f.Value("record"))
		if f.Value("drop") == "true" {
			return r.store.UnlinkDocument(r.ctx(), r.viewer(), id, to)
		}
		if err := r.store.LinkDocument(r.ctx(), r.viewer(), id, to); err != nil {
			if _, wrong := err.(crm.FieldErrors); wrong {
				f.blame("record", r.say("error.unknown_record"))
				return nil
			}
			return err
		}
		return nil
	})
}

// foldersPage is the tree of folders, for who manages the archive.
type foldersPage struct {
	Form    form
	Rows    []folderLine
	Parents []option
	People  []option // roles and teams
}

type folderLine struct {
	store.FolderRow
	Reads, Edits []string // in words
}

// In tells whether a role or team is named.
func (l folderLine) In(list []string, value string) bool { return slices.Contains(list, value) }

func pageFolders(r *request) error { return showFolders(r, form{}) }

func showFolders(r *request, f form) error {
	p := foldersPage{Form: f, Parents: []option{{"", r.say("folder.top")}}}
	rows, err := r.store.Folders(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	for _, role := range crm.Roles() {
		p.People = append(p.People, option{"role:" + string(role), named(r.words(), "role", string(role))})
	}
	teams, err := r.store.Teams(r.ctx())
	if err != nil {
		return err
	}
	for _, t := range teams {
		p.People = append(p.People, option{"team:" + string(t.ID), r.say("folder.team", "Name", t.Name)})
	}
	words := func(list []string) (out []string) {
		for _, o := range p.People {
			if slices.Contains(list, o.Value) {
				out = append(out, o.Label)
			}
		}
		return out
	}
	for _, d := range rows {
		line := folderLine{d, words(d.Readers), words(d.Writers)}
		if d.ParentID == "" && line.Reads == nil {
			line.Reads = []string{r.say("feed.everybody")}
		}
		if d.ParentID == "" && line.Edits == nil {
			line.Edits = []string{r.say("folder.managers")}
		}
		p.Parents = append(p.Parents, option{string(d.ID), d.Path})
		p.Rows = append(p.Rows, line)
	}
	return r.show(f.Status(), "folders", r.say("folder.title"), p)
}

// formFolder makes a folder, or changes one whose id the form names.
func formFolder(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "name")
	d := crm.Folder{ID: store.NewID()}
	if id := optionalID(f.Value("id")); id != "" {
		row, err := r.store.Folder(r.ctx(), r.viewer(), id)
		if err != nil {
			return err
		}
		d = row.Folder
		if f.Value("drop") == "true" {
			if err := r.judge(&f, r.store.RemoveFolder(r.ctx(), r.viewer(), id)); err != nil {
				return err
			}
			if f.Failed() {
				return showFolders(r, f)
			}
			return r.said("removed", "/documents/folders")
		}
	}
	d.Name, d.ParentID = clean(f.Value("name"), 100), optionalID(f.Value("parent"))
	d.Readers, d.Writers = picked(r, "readers"), picked(r, "writers")
	if !f.Failed() {
		_, err = r.saveFolder(d)
		if p, wrong := err.(Problem); wrong && p.Code == string(codeValidation) {
			f.blame("name", r.say("error."+p.Errors[0].Code))
			err = nil
		}
		if err := r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showFolders(r, f)
	}
	return r.said("saved", "/documents/folders")
}

// picked are the boxes of a form that are ticked.
func picked(r *request, name string) []string {
	out := []string{}
	for _, v := range r.gin.Request.PostForm[name] {
		if v = clean(v, 100); v != "" && len(out) < 50 {
			out = append(out, v)
		}
	}
	return out
}
