package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// postBody is a message about a record, a post to the company or a team, or an answer.
type postBody struct {
	Text       string   `json:"text" doc:"required;max=10000;text=@name, a login name or what stands before its @, tells that person."`
	RecordKind string   `json:"record_kind" doc:"enum=record_kind;text=Left out: a post to the company."`
	RecordID   crm.ID   `json:"record_id"`
	TeamID     crm.ID   `json:"team_id" doc:"text=Of a post: only for this team, those above and those below it."`
	ReplyTo    crm.ID   `json:"reply_to" doc:"text=The message that is answered; it decides who reads the answer."`
	Mention    []crm.ID `json:"mention" doc:"most=20;text=More people to be told."`
}

// noteEditBody changes a message.
type noteEditBody struct {
	Text opt[string] `json:"text" doc:"max=10000"`
}

// revisionList is what a message said before.
type revisionList struct {
	Data []store.NoteRevision `json:"data"`
}

// threadRecord is a message with its answers and with what was made of it.
type threadRecord struct {
	Data []crm.Note
	Made []store.Made
}

func (r *request) text(c *check, text *string) {
	c.lines("/text", text, maxText)
	if strings.TrimSpace(*text) == "" {
		c.fail("/text", "required", nil)
	}
}

// postDealNote leaves a message for colleagues on a deal (S029).
func postDealNote(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if _, err := r.store.Place(r.ctx(), r.viewer(), crm.Subject{Kind: crm.SubjectOpportunity, ID: t.ID}); err != nil {
		return err
	}
	var b noteBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	r.text(&c, &b.Text)
	if err := c.err(); err != nil {
		return err
	}
	return r.keepNote(crm.Note{RecordKind: crm.SubjectOpportunity, RecordID: t.ID, Text: b.Text}, nil)
}

func (r *request) keepNote(n crm.Note, mention []crm.ID) error {
	return made(r, r.note, func(id crm.ID) (crm.Note, error) {
		n.ID = id
		return r.store.AddNote(r.ctx(), r.viewer(), n, mention)
	}, func(n crm.Note) error { return r.JSON(http.StatusCreated, r.view(n)) })
}

func (r *request) note(id crm.ID) (crm.Note, error) {
	row, err := r.store.Note(r.ctx(), r.viewer(), id)
	return row.Note, err
}

func postNote(r *request) error {
	var b postBody
	if err := r.decode(&b); err != nil {
		return err
	}
	n, err := r.readPost(&b)
	if err != nil {
		return err
	}
	if n.ReplyTo != "" {
		if _, err := r.note(n.ReplyTo); err != nil {
			return r.unknownAt(err, "/reply_to")
		}
	} else if n.RecordKind != crm.SubjectCompany {
		if _, err := r.store.Place(r.ctx(), r.viewer(), crm.Subject{Kind: n.RecordKind, ID: n.RecordID}); err != nil {
			return r.unknownAt(err, "/record_id")
		}
	}
	return r.keepNote(n, b.Mention)
}

// unknownAt makes of a record that is not there for the person a wrong field.
func (r *request) unknownAt(err error, pointer string) error {
	if err == store.ErrNotFound {
		return refusal(codeValidation, invalid(pointer, "unknown_record", nil))
	}
	return err
}

// readPost checks a body.
func (r *request) readPost(b *postBody) (crm.Note, error) {
	var c check
	r.text(&c, &b.Text)
	c.oneOf("/record_kind", b.RecordKind, crm.RecordKinds()...)
	for at, id := range map[string]*crm.ID{"/record_id": &b.RecordID, "/team_id": &b.TeamID, "/reply_to": &b.ReplyTo} {
		c.id(at, id)
	}
	if len(b.Mention) > crm.MaxMentions {
		c.fail("/mention", "too_many", params{"max": crm.MaxMentions})
	}
	for i := range b.Mention {
		c.id("/mention", &b.Mention[i])
	}
	n := crm.Note{RecordKind: crm.SubjectCompany, TeamID: b.TeamID, ReplyTo: b.ReplyTo, Text: b.Text}
	switch {
	case b.ReplyTo != "":
	case b.RecordKind != "" && b.RecordID == "":
		c.fail("/record_id", "required", nil)
	case b.RecordKind == "" && b.RecordID != "":
		c.fail("/record_kind", "required", nil)
	case b.RecordKind != "":
		n.RecordKind, n.RecordID, n.TeamID = crm.SubjectKind(b.RecordKind), b.RecordID, ""
	}
	return n, c.err()
}

func getNotes(r *request) error {
	asked, limit, err := r.pageAsked()
	if err != nil {
		return err
	}
	kind := asked["record_kind"]
	if kind == "" && asked["record_id"] == "" {
		return r.listNotes(asked, crm.Subject{Kind: crm.SubjectCompany}, limit)
	}
	if !slices.Contains(crm.RecordKinds(), kind) {
		return wrongParameter("record_kind", "unknown_value", params{"allowed": crm.RecordKinds()})
	}
	at := crm.Subject{Kind: crm.SubjectKind(kind)}
	if at.ID, err = parseID(asked["record_id"]); err != nil {
		return wrongParameter("record_id", "invalid_id", nil)
	}
	if _, err := r.store.Place(r.ctx(), r.viewer(), at); err != nil {
		return err
	}
	return r.listNotes(asked, at, limit)
}

// listNotes answers with a page of messages.
func (r *request) listNotes(asked map[string]string, at crm.Subject, limit int) error {
	after, err := r.feedMark(asked)
	if err != nil {
		return err
	}
	rows, err := r.store.NotesAbout(r.ctx(), r.viewer(), at, after, limit+1)
	if err != nil {
		return err
	}
	out := page[crm.Note]{Data: []crm.Note{}, HasMore: len(rows) > limit}
	if out.HasMore {
		rows = rows[:limit]
		out.NextCursor = r.cursorTo(rows[limit-1].At.Format(time.RFC3339Nano), string(rows[limit-1].ID))
	}
	for _, n := range rows {
		out.Data = append(out.Data, n.Note)
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// feedMark reads the cursor of a list of messages.
func (r *request) feedMark(asked map[string]string) (*store.FeedMark, error) {
	after, err := r.cursorFrom(asked, 2)
	if err != nil || after == nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339Nano, after[0])
	if err != nil {
		return nil, wrongParameter("cursor", "invalid_cursor", nil)
	}
	return &store.FeedMark{At: at, ID: crm.ID(after[1])}, nil
}

func getThread(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.note(id); err != nil {
		return err
	}
	rows, err := r.store.Thread(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	out := threadRecord{Data: []crm.Note{}}
	for _, n := range rows {
		out.Data = append(out.Data, n.Note)
	}
	if out.Made, err = r.store.MadeOf(r.ctx(), r.viewer(), id); err != nil {
		return err
	}
	if out.Made == nil {
		out.Made = []store.Made{}
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func getRevisions(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.note(id); err != nil {
		return err
	}
	rows, err := r.store.NoteRevisions(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.NoteRevision{}
	}
	return r.JSON(http.StatusOK, r.view(revisionList{rows}))
}

func patchNote(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b noteEditBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	known, err := r.note(t.ID)
	if err != nil {
		return err
	}
	set(b.Text, &known.Text)
	var c check
	r.text(&c, &known.Text)
	if err := c.err(); err != nil {
		return err
	}
	n, err := r.store.EditNote(r.ctx(), r.viewer(), t.ID, t.Version, known.Text)
	if err != nil {
		return err
	}
	return r.record(n, n.Version)
}

func deleteNote(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.WithdrawNote(r.ctx(), r.viewer(), t.ID, t.Version); err != nil {
		return err
	}
	return r.NoContent()
}
