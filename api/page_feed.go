package api

import (
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// feedPage is what concerns the person, the newest first.
type feedPage struct {
	Form        form
	Shows       []tab
	Rows        []feedLine
	Teams       []option // to which he may post; none: to the company only
	People      []store.Person
	Notices     []store.Notice
	Tasks       []store.TaskRow
	Follows     []linkLine
	Mail        bool // he is mailed when he is mentioned
	Digest      bool // and of deals that stand still
	First, Next string
}

// feedLine is an entry with its page and that of its record.
type feedLine struct {
	store.FeedRow
	URL, Home string
	mark      string // where a page ends that ends with it
}

// Record names the entry's record in a form; empty for the company and for folders.
func (l feedLine) Record() string {
	if l.Kind == crm.SubjectCompany || l.Kind == crm.SubjectFolder {
		return ""
	}
	return string(l.Kind) + " " + string(l.RecordID)
}

const feedShown = 30

func pageFeed(r *request) error { return showFeed(r, form{}) }

func showFeed(r *request, f form) error {
	shows := append(store.FeedShows(), store.FeedEventsOnly)
	show := known(r.gin.Query("show"), shows)
	if show == "" {
		show = shows[0]
	}
	p := feedPage{Form: f}
	for _, s := range shows {
		p.Shows = append(p.Shows, tab{s, r.say("feed.show." + s), s == show})
	}
	if err := r.feedRows(&p, show); err != nil {
		return err
	}
	if err := r.feedSide(&p); err != nil {
		return err
	}
	return r.show(f.Status(), "feed", r.say("nav.feed"), p)
}

// feedRows reads a page of the feed: posts and documents, and what happened.
func (r *request) feedRows(p *feedPage, show string) error {
	filter := store.FeedFilter{Show: show, Limit: feedShown + 1}
	if filter.After = feedAfter(r.gin.Query("after")); filter.After != nil {
		p.First = with(r, "after", "")
	}
	if show != store.FeedEventsOnly {
		rows, err := r.store.Feed(r.ctx(), r.viewer(), filter)
		if err != nil {
			return err
		}
		for _, row := range rows {
			at := "/" + map[string]string{"note": "feed", "document": "documents"}[row.What] + "/" + string(row.ID)
			p.Rows = append(p.Rows, feedLine{row, at, placePage(row.Kind, row.RecordID), row.At.Format(time.RFC3339Nano) + "_" + string(row.ID)})
		}
	}
	var err error
	if p.Rows, err = r.withEvents(p.Rows, filter); err != nil {
		return err
	}
	if len(p.Rows) > feedShown {
		p.Rows = p.Rows[:feedShown]
		p.Next = with(r, "after", p.Rows[feedShown-1].mark)
	}
	return nil
}

// feedAfter reads where the page before ended; nil: it is the first one.
func feedAfter(text string) *store.FeedMark {
	if mark := eventMark(text); mark != nil {
		return mark
	}
	at, id, _ := strings.Cut(text, "_")
	when, err := time.Parse(time.RFC3339Nano, at)
	known, wrong := parseID(id)
	if err != nil || wrong != nil {
		return nil
	}
	return &store.FeedMark{At: when, ID: known}
}

// feedSide reads what stands beside the feed.
func (r *request) feedSide(p *feedPage) (err error) {
	if p.Notices, err = r.store.Notices(r.ctx(), r.viewer(), 20); err != nil {
		return err
	}
	if p.Tasks, err = r.store.Tasks(r.ctx(), r.user.ID); err != nil {
		return err
	}
	follows, err := r.store.Follows(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	for _, f := range follows {
		p.Follows = append(p.Follows, linkLine{f, placePage(f.Kind, f.ID)})
	}
	if p.People, err = r.store.People(r.ctx()); err != nil {
		return err
	}
	if p.Teams, err = r.ownTeams(); err != nil {
		return err
	}
	if p.Mail, err = r.store.MentionMail(r.ctx(), r.user.ID); err != nil {
		return err
	}
	p.Digest, err = r.store.DigestMail(r.ctx(), r.user.ID)
	return err
}

// ownTeams are the teams to which a person may post, after the company.
func (r *request) ownTeams() ([]option, error) {
	out := []option{{"", r.say("feed.everybody")}}
	teams, err := r.store.Teams(r.ctx())
	for _, t := range teams {
		for _, mine := range r.user.Teams {
			if mine == t.ID {
				out = append(out, option{string(t.ID), r.say("folder.team", "Name", t.Name)})
			}
		}
	}
	return out, err
}

// mentionedIn are the people whom a form names beside its text.
func mentionedIn(f form) []crm.ID {
	if id := optionalID(f.Value("mention")); id != "" {
		return []crm.ID{id}
	}
	return nil
}

// formPost posts to the company or to a team (S106).
func formPost(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "text")
	if !f.Failed() {
		_, err = r.store.AddNote(r.ctx(), r.viewer(), crm.Note{ID: store.NewID(), RecordKind: crm.SubjectCompany, TeamID: optionalID(f.Value("team_id")), Text: clean(f.Value("text"), maxText)}, mentionedIn(f))
		if err := r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showFeed(r, f)
	}
	return r.said("note_added", "/feed")
}

// threadPage is a message with its answers, its history, and what was made of it.
type threadPage struct {
	Form    form
	First   noteLine
	Rows    []noteLine
	Made    []madeLine
	Records []option
	Places  []option // where it may be filed
	Owners  []option
	People  []store.Person
	Home    string
}

// noteLine is a message as a page shows it.
type noteLine struct {
	store.NoteRow
	Mine    bool
	Pieces  []hitPiece // names after an @ are hits
	History []store.NoteRevision
}

type madeLine struct {
	store.Made
	URL string
}

func (r *request) noteLine(n store.NoteRow) noteLine {
	return noteLine{NoteRow: n, Mine: n.AuthorID == r.user.ID && n.WithdrawnAt == nil, Pieces: mentionPieces(n.Text)}
}

// mentionPieces takes a text apart at the names in it.
func mentionPieces(text string) (out []hitPiece) {
	names := crm.Mentions(text)
	for text != "" {
		at, end := -1, 0
		for _, name := range names {
			if i := strings.Index(strings.ToLower(text), "@"+name); i >= 0 && len(strings.ToLower(text)) == len(text) && (at < 0 || i < at || i == at && i+len(name)+1 > end) {
				at, end = i, i+len(name)+1
			}
		}
		if at < 0 {
			return append(out, hitPiece{text, false})
		}
		out = append(out, hitPiece{text[:at], false}, hitPiece{text[at:end], true})
		text = text[end:]
	}
	return out
}

func pageThread(r *request) error {
	n, err := r.post()
	if err != nil {
		return err
	}
	if n.ReplyTo != "" {
		return r.SeeOther("/feed/" + string(n.ReplyTo) + "#n-" + string(n.ID))
	}
	if err := r.store.Seen(r.ctx(), r.viewer(), n.ID, ""); err != nil {
		return err
	}
	return showThread(r, n.ID, form{})
}

func showThread(r *request, id crm.ID, f form) error {
	rows, err := r.store.Thread(r.ctx(), r.viewer(), id)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return store.ErrNotFound
	}
	p := threadPage{Form: f, Home: placePage(rows[0].RecordKind, rows[0].RecordID)}
	for i, n := range rows {
		line := r.noteLine(n)
		if n.EditedAt != nil && n.WithdrawnAt == nil {
			if line.History, err = r.store.NoteRevisions(r.ctx(), r.viewer(), n.ID); err != nil {
				return err
			}
		}
		if i == 0 {
			p.First = line
		} else {
			p.Rows = append(p.Rows, line)
		}
	}
	if p.People, err = r.store.People(r.ctx()); err != nil {
		return err
	}
	for _, u := range p.People {
		p.Owners = append(p.Owners, option{string(u.ID), u.Name})
	}
	made, err := r.store.MadeOf(r.ctx(), r.viewer(), p.First.ID)
	if err != nil {
		return err
	}
	pages := map[string]string{"task": "/feed#k-", "note": "/feed/", "document": "/documents/"}
	for _, m := range made {
		p.Made = append(p.Made, madeLine{m, pages[m.What] + string(m.ID)})
	}
	if p.Records, err = r.recentRecords(); err != nil {
		return err
	}
	folders, err := r.store.Folders(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	p.Places = p.Records
	for _, d := range folders {
		if d.Writes {
			p.Places = append(p.Places, option{"folder " + string(d.ID), named(r.words(), "subject", "folder") + ": " + d.Path})
		}
	}
	if f.values == nil {
		p.Form = values("owner_id", string(r.user.ID))
	}
	return r.show(p.Form.Status(), "thread", r.say("feed.thread"), p)
}

// threadForm carries out a form about a message and shows its thread again.
func threadForm(r *request, flash string, do func(*form, crm.Note) error) error {
	n, err := r.post()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	thread := n.ID
	if n.ReplyTo != "" {
		thread = n.ReplyTo
	}
	if err := r.judge(&f, do(&f, n)); err != nil {
		return err
	}
	if f.Failed() {
		return showThread(r, thread, f)
	}
	return r.said(flash, "/feed/"+string(thread))
}

func formReply(r *request) error {
	return threadForm(r, "note_added", func(f *form, n crm.Note) error {
		r.needed(f, "text")
		if f.Failed() {
			return nil
		}
		_, err := r.store.AddNote(r.ctx(), r.viewer(), crm.Note{ID: store.NewID(), ReplyTo: n.ID, Text: clean(f.Value("text"), maxText)}, mentionedIn(*f))
		return err
	})
}

func formNoteEdit(r *request) error {
	return threadForm(r, "saved", func(f *form, n crm.Note) error {
		r.needed(f, "text")
		if f.Failed() {
			return nil
		}
		_, err := r.store.EditNote(r.ctx(), r.viewer(), n.ID, 0, clean(f.Value("text"), maxText))
		return err
	})
}

func formNoteWithdraw(r *request) error {
	return threadForm(r, "removed", func(_ *form, n crm.Note) error {
		if n.AuthorID != r.user.ID { // whose page has no such button
			return store.ErrNotFound
		}
		return r.store.WithdrawNote(r.ctx(), r.viewer(), n.ID, 0)
	})
}

func formNoteTask(r *request) error {
	return threadForm(r, "saved", func(f *form, n crm.Note) error {
		t := r.taskOf(n, crm.Task{ID: store.NewID(), Subject: clean(f.Value("subject"), maxName), OwnerID: optionalID(f.Value("owner_id")), DueOn: r.date(f, "due_on")})
		if f.Failed() {
			return nil
		}
		return r.store.MakeTask(r.ctx(), r.viewer(), t)
	})
}

// formNoteCopy makes a note or, with a folder or when it is asked for, a document of a post.
func formNoteCopy(r *request) error {
	return threadForm(r, "saved", func(f *form, n crm.Note) error {
		r.needed(f, "record")
		if f.Failed() {
			return nil
		}
		at := subjectIn(f.Value("record"))
		var err error
		if f.Value("as") == "document" {
			title := firstLine(n.Text)
			_, err = r.store.MakeDocument(r.ctx(), r.viewer(), n.ID, crm.Document{ID: store.NewID(), RecordKind: at.Kind, RecordID: at.ID, Title: title}, textName(title))
		} else {
			_, err = r.store.MakeNote(r.ctx(), r.viewer(), n.ID, crm.Note{ID: store.NewID(), RecordKind: at.Kind, RecordID: at.ID})
		}
		if _, wrong := err.(crm.FieldErrors); wrong {
			f.blame("record", r.say("error.unknown_record"))
			return nil
		}
		return err
	})
}

// back is the page on which a form stood, else the feed.
func back(r *request, f form) string {
	if to, err := localPath(f.Value("back")); err == nil && f.Value("back") != "" {
		return to
	}
	return "/feed"
}

// formFollow follows a record, or no more.
func formFollow(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := r.store.Follow(r.ctx(), r.viewer(), subjectIn(f.Value("record")), f.Value("follow") == "true"); err != nil {
		return err
	}
	return r.said("saved", back(r, f))
}

// formSeen notes that the person has seen all that he was told of, or one thing of it.
func formSeen(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := r.store.Seen(r.ctx(), r.viewer(), optionalID(f.Value("note")), optionalID(f.Value("document"))); err != nil {
		return err
	}
	return r.said("saved", back(r, f))
}

// formTaskDone notes that a task is done.
func formTaskDone(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.EndTask(r.ctx(), r.user.ID, id); err != nil {
		return err
	}
	return r.said("saved", "/feed")
}

// formMentionMail switches the mails about mentions, or those about deals that stand still.
func formMentionMail(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	if f.Sent("digest") {
		err = r.store.SetDigestMail(r.ctx(), r.user.ID, f.Value("digest") == "true")
	} else {
		err = r.store.SetMentionMail(r.ctx(), r.user.ID, f.Value("mail") == "true")
	}
	if err != nil {
		return err
	}
	return r.said("saved", "/feed")
}
