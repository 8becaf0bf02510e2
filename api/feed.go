package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// feedRecord is an entry of the feed.
type feedRecord struct {
	What       string // note, document
	ID         crm.ID
	At         time.Time
	AuthorID   crm.ID
	Author     string
	Text       string // of a document its title
	RecordKind crm.SubjectKind
	RecordID   crm.ID
	Place      string
	Number     int // of a document's version
	ReplyTo    crm.ID
	Replies    int
	Unseen     bool
}

func getFeed(r *request) error {
	asked, limit, err := r.pageAsked()
	if err != nil {
		return err
	}
	if show := asked["show"]; show != "" && !slices.Contains(store.FeedShows(), show) {
		return wrongParameter("show", "unknown_value", params{"allowed": store.FeedShows()})
	}
	after, err := r.feedMark(asked)
	if err != nil {
		return err
	}
	rows, err := r.store.Feed(r.ctx(), r.viewer(), store.FeedFilter{Show: asked["show"], After: after, Limit: limit + 1})
	if err != nil {
		return err
	}
	out := page[feedRecord]{Data: []feedRecord{}, HasMore: len(rows) > limit}
	if out.HasMore {
		rows = rows[:limit]
		out.NextCursor = r.cursorTo(rows[limit-1].At.Format(time.RFC3339Nano), string(rows[limit-1].ID))
	}
	for _, f := range rows {
		out.Data = append(out.Data, feedRecord{f.What, f.ID, f.At, f.AuthorID, f.Author, f.Text, f.Kind, f.RecordID, f.Place, f.Number, f.ReplyTo, f.Replies, f.Unseen})
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// followBody follows a record, or no more.
type followBody struct {
	Record subjectBody `json:"record" doc:"required"`
	Follow bool        `json:"follow" doc:"text=false: no more."`
}

func getFollows(r *request) error {
	rows, err := r.store.Follows(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(placeList{placeViews(rows)}))
}

func postFollow(r *request) error {
	var b followBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	at := c.subject("/record", b.Record, crm.RecordKinds()...)
	if err := c.err(); err != nil {
		return err
	}
	if err := r.store.Follow(r.ctx(), r.viewer(), at, b.Follow); err != nil {
		return r.unknownAt(err, "/record/id")
	}
	return getFollows(r)
}

// noticeList is what the caller is told of and has not seen.
type noticeList struct {
	Data []store.Notice `json:"data"`
}

func getNotices(r *request) error {
	rows, err := r.store.Notices(r.ctx(), r.viewer(), pageMax)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.Notice{}
	}
	return r.JSON(http.StatusOK, r.view(noticeList{rows}))
}

// seenBody says what the caller has seen.
type seenBody struct {
	NoteID     crm.ID `json:"note_id" doc:"text=A thread."`
	DocumentID crm.ID `json:"document_id" doc:"text=With neither: all of it."`
}

func postSeen(r *request) error {
	var b seenBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.id("/note_id", &b.NoteID)
	c.id("/document_id", &b.DocumentID)
	if err := c.err(); err != nil {
		return err
	}
	if err := r.store.Seen(r.ctx(), r.viewer(), b.NoteID, b.DocumentID); err != nil {
		return err
	}
	return r.NoContent()
}

// taskBody makes a task of a post.
type taskBody struct {
	Subject string   `json:"subject" doc:"max=200;text=Left out: how the post begins."`
	OwnerID crm.ID   `json:"owner_id" doc:"text=Whose it is; left out: the caller's."`
	DueOn   crm.Date `json:"due_on"`
}

// taskList is what the caller has to do.
type taskList struct {
	Data []crm.Task `json:"data"`
}

func getTasks(r *request) error {
	rows, err := r.store.Tasks(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	out := taskList{[]crm.Task{}}
	for _, t := range rows {
		out.Data = append(out.Data, t.Task)
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func postTask(r *request) error {
	post, err := r.post()
	if err != nil {
		return err
	}
	var b taskBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.line("/subject", &b.Subject, maxName)
	c.id("/owner_id", &b.OwnerID)
	if err := c.err(); err != nil {
		return err
	}
	t := r.taskOf(post, crm.Task{Subject: b.Subject, OwnerID: b.OwnerID, DueOn: b.DueOn})
	find := func(id crm.ID) (crm.Task, error) {
		row, err := r.store.Task(r.ctx(), r.user.ID, id)
		return row.Task, err
	}
	return made(r, find, func(id crm.ID) (crm.Task, error) {
		t.ID = id
		if err := r.store.MakeTask(r.ctx(), r.viewer(), t); err != nil {
			return t, err
		}
		return find(id)
	}, func(t crm.Task) error { return r.JSON(http.StatusCreated, r.view(t)) })
}

// post reads the message of the path.
func (r *request) post() (crm.Note, error) {
	id, err := r.id("id")
	if err != nil {
		return crm.Note{}, err
	}
	return r.note(id)
}

// taskOf fills in what was left out: the post's first line, and the person himself.
func (r *request) taskOf(post crm.Note, t crm.Task) crm.Task {
	if t.NoteID = post.ID; t.Subject == "" {
		t.Subject = firstLine(post.Text)
	}
	if t.OwnerID == "" {
		t.OwnerID = r.user.ID
	}
	return t
}

// firstLine is how a text begins, for a title.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return clip(strings.TrimSpace(line), 100)
}

func postTaskDone(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.EndTask(r.ctx(), r.user.ID, id); err != nil {
		return err
	}
	return r.NoContent()
}

// copyBody says where a note or document that is made of a post goes.
type copyBody struct {
	Record subjectBody `json:"record" doc:"required"`
	Title  string      `json:"title" doc:"max=200;text=Of a document; left out: how the post begins."`
}

func (r *request) copyTo(kinds []string) (post crm.Note, at crm.Subject, title string, err error) {
	if post, err = r.post(); err != nil {
		return post, at, "", err
	}
	var b copyBody
	if err := r.decode(&b); err != nil {
		return post, at, "", err
	}
	var c check
	at = c.subject("/record", b.Record, kinds...)
	c.line("/title", &b.Title, maxName)
	if b.Title == "" {
		b.Title = firstLine(post.Text)
	}
	return post, at, b.Title, c.err()
}

func postNoteCopy(r *request) error {
	post, at, _, err := r.copyTo(crm.RecordKinds())
	if err != nil {
		return err
	}
	return made(r, r.note, func(id crm.ID) (crm.Note, error) {
		return r.store.MakeNote(r.ctx(), r.viewer(), post.ID, crm.Note{ID: id, RecordKind: at.Kind, RecordID: at.ID})
	}, func(n crm.Note) error { return r.JSON(http.StatusCreated, r.view(n)) })
}

func postNoteDocument(r *request) error {
	post, at, title, err := r.copyTo(subjectKinds())
	if err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.Document, error) {
		row, err := r.store.Document(r.ctx(), r.viewer(), id)
		return row.Document, err
	}, func(id crm.ID) (crm.Document, error) {
		return r.store.MakeDocument(r.ctx(), r.viewer(), post.ID, crm.Document{ID: id, RecordKind: at.Kind, RecordID: at.ID, Title: title}, textName(title))
	}, func(d crm.Document) error { return r.Created("/api/v1/documents/"+string(d.ID), r.view(d)) })
}

// textName is the name of a text file with the title.
func textName(title string) string {
	name, err := fileName(strings.ReplaceAll(title, ".", " ")+".txt", "text/plain")
	if err != nil {
		return "document.txt"
	}
	return name
}
