package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// documentBody is what is said of a document.
type documentBody struct {
	Title       opt[string]   `json:"title" doc:"max=200"`
	Description opt[string]   `json:"description" doc:"max=10000"`
	Kind        opt[string]   `json:"kind" doc:"enum=document_kind;text=What it is for; offers, quotes, contracts and orders are approved."`
	Tags        opt[[]string] `json:"tags" doc:"most=20"`
	ExpiresOn   opt[crm.Date] `json:"expires_on" doc:"text=The last day on which it holds; who put it in is told two weeks before."`
	FolderID    opt[crm.ID]   `json:"folder_id" doc:"text=Moves a document of the archive."`
}

func (b documentBody) apply(d *crm.Document) error {
	var c check
	set(b.Title, &d.Title)
	set(b.Description, &d.Description)
	kind := string(d.Kind)
	set(b.Kind, &kind)
	d.Kind = crm.DocumentKind(kind)
	set(b.ExpiresOn, &d.ExpiresOn)
	c.required("/title", &d.Title, maxName)
	c.lines("/description", &d.Description, maxText)
	c.oneOf("/kind", kind, crm.DocumentKinds()...)
	if b.Tags.Set {
		tags, err := crm.CleanTags(b.Tags.Value)
		c.add("/tags", err)
		d.Tags = tags
	}
	if b.FolderID.Set {
		c.id("/folder_id", &b.FolderID.Value)
		d.RecordKind, d.RecordID = crm.SubjectFolder, b.FolderID.Value
	}
	return c.err()
}

// subjectBody names a folder or record.
type subjectBody struct {
	Kind string `json:"kind" doc:"required;enum=subject_kind"`
	ID   crm.ID `json:"id" doc:"required"`
}

func (c *check) subject(at string, b subjectBody, kinds ...string) crm.Subject {
	if b.Kind == "" && b.ID == "" {
		c.fail(at, "required", nil)
		return crm.Subject{}
	}
	c.required(at+"/kind", &b.Kind, maxName)
	c.oneOf(at+"/kind", b.Kind, kinds...)
	if b.ID == "" {
		c.fail(at+"/id", "required", nil)
	}
	c.id(at+"/id", &b.ID)
	return crm.Subject{Kind: crm.SubjectKind(b.Kind), ID: b.ID}
}

func subjectKinds() []string {
	return append([]string{string(crm.SubjectFolder)}, crm.RecordKinds()...)
}

// linkBody links a document of the archive to a record.
type linkBody struct {
	Record subjectBody `json:"record" doc:"required"`
}

// whyBody says why.
type whyBody struct {
	Why string `json:"why" doc:"max=500"`
}

// documentRecord is a document with where it is kept, by name.
type documentRecord struct {
	crm.Document
	Place string
	Hits  string
}

// versionList is all versions of a document.
type versionList struct {
	Data []crm.DocumentVersion `json:"data"`
}

// placeView is a record that a document is linked to.
type placeView struct {
	Kind  crm.SubjectKind
	ID    crm.ID
	Title string
}

type placeList struct {
	Data []placeView `json:"data"`
}

func placeViews(rows []store.Place) []placeView {
	out := []placeView{}
	for _, p := range rows {
		out = append(out, placeView{p.Kind, p.ID, p.Title})
	}
	return out
}

// queried reads the query's parameters, of which each is known and given once.
func (r *request) queried() (map[string]string, error) {
	out, known := map[string]string{}, []string{}
	for _, p := range r.route.call.query {
		known = append(known, p.name)
	}
	for name, v := range r.gin.Request.URL.Query() {
		if !slices.Contains(known, name) {
			return nil, wrongParameter(name, "unknown_parameter", params{"allowed": known})
		}
		if len(v) > 1 {
			return nil, wrongParameter(name, "given_twice", nil)
		}
		out[name] = clean(v[0], maxName)
	}
	return out, nil
}

// pageAsked is what a call for a list asks, with how many rows a page has.
func (r *request) pageAsked() (asked map[string]string, limit int, err error) {
	if asked, err = r.queried(); err != nil {
		return nil, 0, err
	}
	limit, err = pageSize(asked)
	return asked, limit, err
}

// pageSize reads the parameter limit.
func pageSize(asked map[string]string) (int, error) {
	text, given := asked["limit"]
	if !given {
		return pageDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > pageMax {
		return 0, wrongParameter("limit", "out_of_range", params{"min": 1, "max": pageMax})
	}
	return n, nil
}

// cursorTo gives the cursor of the next page, and says it in the header.
func (r *request) cursorTo(after ...string) *string {
	cursor := r.srv.seal(sealOf(r.gin.Request.URL.Path, r.gin.Request.URL.Query()), after)
	r.gin.Header("Link", "<"+r.nextAddress(cursor)+`>; rel="next"`)
	return &cursor
}

// cursorFrom reads the parameter cursor; nil: the first page.
func (r *request) cursorFrom(asked map[string]string, values int) ([]string, error) {
	if _, given := asked["cursor"]; !given {
		return nil, nil
	}
	after, err := r.srv.unseal(sealOf(r.gin.Request.URL.Path, r.gin.Request.URL.Query()), r.gin.Query("cursor"))
	if err != nil || len(after) != values {
		return nil, wrongParameter("cursor", "invalid_cursor", nil)
	}
	return after, nil
}

func getDocuments(r *request) error {
	f, err := r.documentFilter()
	if err != nil {
		return err
	}
	limit := f.Limit
	f.Limit++
	rows, err := r.store.Documents(r.ctx(), r.viewer(), f)
	if err != nil {
		return err
	}
	out := page[documentRecord]{Data: []documentRecord{}, HasMore: len(rows) > limit}
	if out.HasMore {
		rows = rows[:limit]
		last := rows[limit-1]
		out.NextCursor = r.cursorTo(strconv.FormatFloat(last.Rank, 'g', -1, 64), last.At.Format(time.RFC3339Nano), string(last.ID))
	}
	for _, d := range rows {
		out.Data = append(out.Data, documentRecord{d.Document, d.Place, strings.NewReplacer(string(store.HitFrom), "", string(store.HitTo), "").Replace(d.Hits)})
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func (r *request) documentFilter() (f store.DocumentFilter, err error) {
	asked, err := r.queried()
	if err != nil {
		return f, err
	}
	if f.Limit, err = pageSize(asked); err != nil {
		return f, err
	}
	if f.Today, err = r.today(); err != nil {
		return f, err
	}
	f.Text, f.Kind, f.Tag = asked["q"], crm.DocumentKind(asked["kind"]), asked["tag"]
	for name, values := range map[string][]string{"kind": crm.DocumentKinds(), "expiring": {"true", "false"}, "waiting": {"true", "false"}, "record_kind": subjectKinds()} {
		if v := asked[name]; v != "" && !slices.Contains(values, v) {
			return f, wrongParameter(name, "unknown_value", params{"allowed": values})
		}
	}
	f.Expired, f.Waiting = asked["expiring"] == "true", asked["waiting"] == "true"
	if f.At.Kind = crm.SubjectKind(asked["record_kind"]); f.At.Kind != "" {
		if f.At.ID, err = parseID(asked["record_id"]); err != nil {
			return f, wrongParameter("record_id", "invalid_id", nil)
		}
	}
	after, err := r.cursorFrom(asked, 3)
	if err != nil || after == nil {
		return f, err
	}
	var m store.DocumentMark
	var wrong [2]error
	m.Rank, wrong[0] = strconv.ParseFloat(after[0], 64)
	m.At, wrong[1] = time.Parse(time.RFC3339Nano, after[1])
	if m.ID = crm.ID(after[2]); wrong[0] != nil || wrong[1] != nil {
		return f, wrongParameter("cursor", "invalid_cursor", nil)
	}
	f.After = &m
	return f, nil
}

// postDocument keeps a file in the archive or with any record (S028, S105).
func postDocument(r *request) error {
	u, err := r.upload("folder_id", "record_kind", "record_id", "title", "description", "kind", "tags", "expires_on", "why")
	if err != nil {
		return err
	}
	var c check
	d := r.documentOf(&c, u)
	kind, id, at := u.fields["record_kind"], crm.ID(u.fields["record_id"]), "/record_id"
	if folder := u.fields["folder_id"]; folder != "" {
		kind, id, at = string(crm.SubjectFolder), crm.ID(folder), "/folder_id"
	}
	c.oneOf("/record_kind", kind, subjectKinds()...)
	if c.id(at, &id); kind == "" || id == "" {
		c.fail("/folder_id", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	place := crm.Subject{Kind: crm.SubjectKind(kind), ID: id}
	d.RecordKind, d.RecordID, u.Why = place.Kind, place.ID, clean(u.fields["why"], maxLine)
	if _, err := r.store.Place(r.ctx(), r.viewer(), place); err != nil {
		if err == store.ErrNotFound {
			return refusal(codeValidation, invalid(at, "unknown_record", nil))
		}
		return err
	}
	return r.keepDocument(d, u.DocumentFile)
}

// documentOf reads what the fields beside a file say of it.
func (r *request) documentOf(c *check, u upload) crm.Document {
	d := crm.Document{Title: u.fields["title"], Description: u.fields["description"], Kind: crm.DocumentKind(u.fields["kind"])}
	c.line("/title", &d.Title, maxName)
	c.lines("/description", &d.Description, maxText)
	c.oneOf("/kind", string(d.Kind), crm.DocumentKinds()...)
	tags, err := crm.CleanTags(splitList(u.fields["tags"]))
	c.add("/tags", err)
	d.Tags = tags
	if text := u.fields["expires_on"]; text != "" {
		if d.ExpiresOn, err = crm.ParseDate(text); err != nil {
			c.fail("/expires_on", "invalid_date", nil)
		}
	}
	return d
}

func getDocumentRecord(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	d, err := r.store.Document(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	return r.record(d.Document, d.Version)
}

func patchDocument(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b documentBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	d, err := r.store.EditDocument(r.ctx(), r.viewer(), t.ID, t.Version, b.apply)
	if err != nil {
		return err
	}
	return r.record(d, d.Version)
}

func deleteDocument(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.RemoveDocument(r.ctx(), r.viewer(), t.ID, t.Version); err != nil {
		return err
	}
	return r.NoContent()
}

func getVersions(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	rows, err := r.store.DocumentVersions(r.ctx(), r.viewer(), id)
	if err == nil && len(rows) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(versionList{rows}))
}

// documentVersion reads a document's id and the number of a version from the path.
func (r *request) documentVersion() (store.Target, int, error) {
	t, err := r.target()
	if err != nil {
		return t, 0, err
	}
	n, err := strconv.Atoi(r.gin.Param("number"))
	if err != nil || n < 1 || n > 1<<30 {
		return t, 0, store.ErrNotFound
	}
	return t, n, nil
}

func getVersion(r *request) error {
	t, n, err := r.documentVersion()
	if err != nil {
		return err
	}
	return r.sendFile(t.ID, n, false)
}

func postVersion(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if _, err := r.store.Document(r.ctx(), r.viewer(), t.ID); err != nil {
		return err
	}
	u, err := r.upload("why")
	if err != nil {
		return err
	}
	u.Why = clean(u.fields["why"], maxLine)
	d, err := r.store.AddVersion(r.ctx(), r.viewer(), t.ID, t.Version, u.DocumentFile)
	if err != nil {
		return err
	}
	return r.record(d, d.Version)
}

func postRestore(r *request) error {
	t, n, err := r.documentVersion()
	if err != nil {
		return err
	}
	var b whyBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.line("/why", &b.Why, maxLine)
	if err := c.err(); err != nil {
		return err
	}
	d, err := r.store.RestoreVersion(r.ctx(), r.viewer(), t.ID, t.Version, n, b.Why)
	if err != nil {
		return err
	}
	return r.record(d, d.Version)
}

func postApproval(r *request) error {
	t, n, err := r.documentVersion()
	if err != nil {
		return err
	}
	if err := r.store.ApproveVersion(r.ctx(), r.viewer(), t.ID, n); err != nil {
		return err
	}
	return getDocumentRecord(r)
}

func getLinks(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.Document(r.ctx(), r.viewer(), id); err != nil {
		return err
	}
	rows, err := r.store.DocumentLinks(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(placeList{placeViews(rows)}))
}

func postLink(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.Document(r.ctx(), r.viewer(), id); err != nil {
		return err
	}
	var b linkBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	to := c.subject("/record", b.Record, crm.RecordKinds()...)
	if err := c.err(); err != nil {
		return err
	}
	if err := r.store.LinkDocument(r.ctx(), r.viewer(), id, to); err != nil {
		return err
	}
	return getLinks(r)
}

func deleteLink(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	record, err := r.id("record")
	if err != nil {
		return err
	}
	if err := r.store.UnlinkDocument(r.ctx(), r.viewer(), id, crm.Subject{Kind: crm.SubjectKind(r.gin.Param("what")), ID: record}); err != nil {
		return err
	}
	return r.NoContent()
}
