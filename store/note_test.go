package store_test

import (
	"context"
	"slices"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
)

// tries runs a statement as somebody with the database's own tools would.
func (e edited) tries(sql string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, e.url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, sql)
	return err
}

// count asks a number.
func (e edited) count(t testing.TB, sql string, args ...any) (n int) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), e.url)
	must(t, err)
	defer c.Close(t.Context())
	must(t, c.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// Who is mentioned is told once and mailed once; who is not there, is not alone in his name, or may not see the record cannot be mentioned (S029).
func mentions(t *testing.T, e edited, p people) {
	a, err := e.store.CreateAccount(t.Context(), p.anna.ID, crm.Account{ID: store.NewID(), Name: "Talk", Kind: "prospect", Language: "it", OwnerID: p.anna.ID})
	must(t, err)
	say := func(v store.Viewer, text string, also ...crm.ID) (crm.Note, error) {
		return e.store.AddNote(t.Context(), v, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectAccount, RecordID: a.ID, Text: text}, also)
	}
	for text, want := range map[string]string{"@nobody look": "unknown_person", "@ben look": "mention_cannot_see", "mail x@ben.example or 3@4, @100": ""} {
		if _, err := say(p.anna, text); wrongAt(err)["/text"] != want {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := say(p.ben, "hello"); err != store.ErrNotFound {
		t.Errorf("a stranger writes: %v", err)
	}
	n, err := say(p.anna, "@mara and @MARA@example.com, please", p.fin.ID)
	must(t, err)
	must(t, e.store.SetMentionMail(t.Context(), p.care.ID, false))
	n, err = e.store.EditNote(t.Context(), p.anna, n.ID, n.Version, "@mara @cara, now")
	must(t, err)
	mails := e.count(t, `select count(*) from effect where key like 'mail/mention/' || $1 || '/%'`, string(n.ID))
	unread := func(v store.Viewer) int {
		n, err := e.store.Unread(t.Context(), v)
		must(t, err)
		return n
	}
	if mails != 2 || unread(p.mara) != 1 || unread(p.care) != 1 || unread(p.fin) != 1 {
		t.Errorf("%d mails, unread %d %d %d", mails, unread(p.mara), unread(p.care), unread(p.fin))
	}
	duties, err := e.store.NoticeDuties(t.Context(), p.mara)
	if must(t, err); len(duties) != 1 || duties[0].Kind != "mention" || duties[0].ID != n.ID {
		t.Errorf("%+v", duties)
	}
	reply, err := e.store.AddNote(t.Context(), p.mara, crm.Note{ID: store.NewID(), ReplyTo: n.ID, Text: "Yes"}, nil)
	must(t, err)
	again, err := e.store.AddNote(t.Context(), p.anna, crm.Note{ID: store.NewID(), ReplyTo: reply.ID, Text: "Thanks"}, nil)
	must(t, err)
	thread, err := e.store.Thread(t.Context(), p.mara, again.ID)
	if must(t, err); len(thread) != 3 || thread[2].ReplyTo != n.ID || thread[2].RecordID != a.ID {
		t.Errorf("%+v", thread)
	}
	must(t, e.store.Seen(t.Context(), p.mara, n.ID, ""))
	if unread(p.mara) != 0 {
		t.Errorf("%d unread after reading", unread(p.mara))
	}
	old, err := e.store.NoteRevisions(t.Context(), p.mara, n.ID)
	if must(t, err); len(old) != 1 || old[0].Text != "@mara and @MARA@example.com, please" {
		t.Errorf("%+v", old)
	}
	if err := e.store.WithdrawNote(t.Context(), p.mara, n.ID, 0); refusedAs(err) != "not_author" {
		t.Errorf("%v", err)
	}
	must(t, e.store.WithdrawNote(t.Context(), p.anna, n.ID, 0))
	row, err := e.store.Note(t.Context(), p.mara, n.ID)
	must(t, err)
	old, err = e.store.NoteRevisions(t.Context(), p.mara, n.ID)
	if must(t, err); row.Text != "" || row.WithdrawnAt == nil || len(old) != 0 || unread(p.care) != 0 {
		t.Errorf("withdrawn: %+v %+v", row, old)
	}
}

// The feed tells what happened to one's records beside posts, to nobody who may not see them, each line once over all pages (S106).
func happenings(t *testing.T, e edited, p people) {
	ctx := t.Context()
	deal := e.deal(t)
	for range 5 {
		o, err := e.store.CreateOpportunity(ctx, store.Everything(), p.anna.ID, crm.Opportunity{ID: store.NewID(), Name: "Told", AccountID: deal.AccountID, Stage: "identify", OwnerID: p.anna.ID}, func(crm.Facts) crm.Verdict { return crm.Verdict{Result: crm.Allowed} })
		must(t, err)
		must(t, e.tries(`insert into timeline (process, cause, seq, at, actor, code, opportunity_id, account_id) select 'opportunity-`+string(o.ID)+`', 'told/`+string(o.ID)+`', n, now(), 'system', case n when 0 then 'opportunity.edited' else 'opportunity.won' end, '`+string(o.ID)+`', '`+string(o.AccountID)+`' from generate_series(0, 2) n`))
		deal = o
	}
	read := func(v store.Viewer, show string, limit int) (ids []int64) {
		f := store.FeedFilter{Show: show, Limit: limit}
		for {
			rows, err := e.store.FeedEvents(ctx, v, f)
			must(t, err)
			for _, r := range rows {
				if r.Place == "Told" && r.Code == "opportunity.won" {
					ids = append(ids, r.ID)
				}
				if r.Code == "opportunity.edited" {
					t.Error("each edit is told")
				}
			}
			if len(rows) < limit {
				return ids
			}
			last := rows[len(rows)-1]
			f.After = &store.FeedMark{At: last.At, Event: last.ID}
		}
	}
	for _, limit := range []int{1, 3, 100} {
		ids := read(p.anna, "mine", limit)
		if slices.Sort(ids); len(ids) != 10 || len(slices.Compact(ids)) != 10 {
			t.Errorf("%d a page: %v", limit, ids)
		}
	}
	if got := []int{len(read(p.mara, "", 100)), len(read(p.ben, "all", 100)), len(read(p.ops, "events", 100)), len(read(p.ops, "mine", 100)), len(read(p.anna, "company", 100))}; !slices.Equal(got, []int{10, 0, 10, 0, 0}) {
		t.Errorf("who is told how much: %v", got)
	}
	must(t, e.store.Follow(ctx, p.fin, crm.Subject{Kind: crm.SubjectOpportunity, ID: deal.ID}, true))
	if got := len(read(p.fin, "followed", 100)); got != 2 {
		t.Errorf("%d of a record that is followed", got)
	}
}

// A post to a team is read by its people, those above and those below; it becomes a task, a note and a document, and each knows the other (S106).
func turns(t *testing.T, e edited, p people) {
	ctx := t.Context()
	post, err := e.store.AddNote(ctx, p.mara, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectCompany, TeamID: p.one, Text: "New prices\nfrom May"}, nil)
	must(t, err)
	reads := func(v store.Viewer, show string) bool {
		rows, err := e.store.Feed(ctx, v, store.FeedFilter{Show: show, Limit: 100})
		must(t, err)
		return slices.ContainsFunc(rows, func(f store.FeedRow) bool { return f.ID == post.ID })
	}
	if !reads(p.mara, "") || !reads(p.anna, "company") || reads(p.ben, "all") || reads(p.fin, "all") {
		t.Error("the post is read by others than the team")
	}
	if _, err := e.store.AddNote(ctx, p.ben, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectCompany, TeamID: p.one, Text: "x"}, nil); wrongAt(err)["/team_id"] != "unknown_record" {
		t.Errorf("%v", err)
	}
	if err := e.store.MakeTask(ctx, p.mara, crm.Task{ID: store.NewID(), NoteID: post.ID, Subject: "x", OwnerID: p.ben.ID}); wrongAt(err)["/owner_id"] != "mention_cannot_see" {
		t.Errorf("%v", err)
	}
	task := crm.Task{ID: store.NewID(), NoteID: post.ID, Subject: "Tell customers", OwnerID: p.anna.ID}
	must(t, e.store.MakeTask(ctx, p.mara, task))
	a, err := e.store.CreateAccount(ctx, p.anna.ID, crm.Account{ID: store.NewID(), Name: "Prices", Kind: "prospect", Language: "it", OwnerID: p.anna.ID})
	must(t, err)
	note, err := e.store.MakeNote(ctx, p.anna, post.ID, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectAccount, RecordID: a.ID})
	must(t, err)
	doc, err := e.store.MakeDocument(ctx, p.anna, post.ID, crm.Document{ID: store.NewID(), RecordKind: crm.SubjectAccount, RecordID: a.ID, Title: "New prices"}, "new prices.txt")
	must(t, err)
	made, err := e.store.MadeOf(ctx, p.mara, post.ID)
	must(t, err)
	row, err := e.store.Document(ctx, p.mara, doc.ID)
	must(t, err)
	if len(made) != 3 || note.SourceID != post.ID || note.Text != post.Text || row.NoteID != post.ID {
		t.Errorf("%+v %+v %+v", made, note, row)
	}
	if _, err := e.store.MakeNote(ctx, p.ben, post.ID, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectAccount, RecordID: a.ID}); wrongAt(err)["/record/id"] != "unknown_record" && err != store.ErrNotFound {
		t.Errorf("%v", err)
	}
	tasks, err := e.store.Tasks(ctx, p.anna.ID)
	must(t, err)
	must(t, e.store.EndTask(ctx, p.anna.ID, task.ID))
	after, err := e.store.Tasks(ctx, p.anna.ID)
	if must(t, err); len(tasks) != 1 || len(after) != 0 {
		t.Errorf("%d tasks, then %d", len(tasks), len(after))
	}
	must(t, e.store.Follow(ctx, p.fin, crm.Subject{Kind: crm.SubjectAccount, ID: a.ID}, true))
	rows, err := e.store.Feed(ctx, p.fin, store.FeedFilter{Show: "followed", Limit: 10})
	if must(t, err); len(rows) != 2 {
		t.Errorf("%+v", rows)
	}
	page, err := e.store.Feed(ctx, p.fin, store.FeedFilter{Show: "followed", Limit: 1})
	must(t, err)
	rest, err := e.store.Feed(ctx, p.fin, store.FeedFilter{Show: "followed", Limit: 10, After: &store.FeedMark{At: page[0].At, ID: page[0].ID}})
	if must(t, err); len(rest) != 1 || rest[0].ID == page[0].ID {
		t.Errorf("%+v then %+v", page, rest)
	}
	if err := e.store.Follow(ctx, p.ben, crm.Subject{Kind: crm.SubjectAccount, ID: a.ID}, true); err != store.ErrNotFound {
		t.Errorf("%v", err)
	}
}
