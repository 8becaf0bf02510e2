package store_test

import (
	"errors"
	"slices"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// isOf tells whether a person is meant by a role or team, as the tests know it: mara leads the team above anna's.
func (p people) isOf(v store.Viewer) func(string) bool {
	return func(who string) bool {
		switch who {
		case "role:salesperson":
			return v.Has(crm.RoleSalesperson)
		case "role:sales_manager":
			return v.Has(crm.RoleSalesManager)
		case "role:finance":
			return v.Has(crm.RoleFinance)
		case "team:" + string(p.one):
			return v.ID == p.anna.ID || v.ID == p.mara.ID
		}
		return v.ID == p.ben.ID
	}
}

// sees asks every way by which a document could be read, and wants the same answer from each: whether it is there.
func sees(t *testing.T, e edited, v store.Viewer, id, account crm.ID, word string, may, atAccount bool) {
	t.Helper()
	ctx := t.Context()
	in := func(rows []store.DocumentRow, err error) bool {
		must(t, err)
		return slices.ContainsFunc(rows, func(d store.DocumentRow) bool { return d.ID == id })
	}
	got := map[string]bool{}
	_, err := e.store.Document(ctx, v, id)
	got["record"] = err == nil
	_, err = e.store.DocumentFile(ctx, v, id, 1)
	got["file"] = err == nil
	text, err := e.store.DocumentText(ctx, v, id, 100)
	got["text"] = err == nil && text != ""
	versions, err := e.store.DocumentVersions(ctx, v, id)
	must(t, err)
	got["versions"] = len(versions) > 0
	events, err := e.store.DocumentEvents(ctx, v, id)
	must(t, err)
	got["history"] = len(events) > 0
	rows, err := e.store.Documents(ctx, v, store.DocumentFilter{Limit: 1000})
	got["list"] = in(rows, err)
	rows, err = e.store.Documents(ctx, v, store.DocumentFilter{Text: word, Limit: 100})
	got["search"] = in(rows, err)
	feed, err := e.store.Feed(ctx, v, store.FeedFilter{Show: "all", Limit: 1000})
	must(t, err)
	got["feed"] = slices.ContainsFunc(feed, func(f store.FeedRow) bool { return f.ID == id })
	found, err := e.store.Find(ctx, store.Find{Text: word, Scopes: map[string]store.Scope{"document": store.ScopeOf(v.User, crm.MayReadDocument)}, Limit: 100, Viewer: v})
	must(t, err)
	got["palette"] = slices.ContainsFunc(found, func(f store.Found) bool { return f.ID == id })
	for way, is := range got {
		if is != may {
			t.Errorf("%s: %s is %v by %s, want %v", v.Name, word, is, way, may)
		}
	}
	place, err := e.store.Place(ctx, v, crm.Subject{Kind: crm.SubjectAccount, ID: account})
	rows, listed := e.store.Documents(ctx, v, store.DocumentFilter{At: crm.Subject{Kind: crm.SubjectAccount, ID: account}, Limit: 100})
	if at := err == nil && place.ID != "" && in(rows, listed); at != atAccount {
		t.Errorf("%s: %s with the company is %v, want %v", v.Name, word, at, atAccount)
	}
	if _, err := e.store.EditDocument(ctx, v, id, 0, func(*crm.Document) error { return nil }); !may && !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%s edits what he may not see: %v", v.Name, err)
	}
}

// seesNote is sees for a message.
func seesNote(t *testing.T, e edited, v store.Viewer, id, account crm.ID, may bool) {
	t.Helper()
	ctx := t.Context()
	got := map[string]bool{}
	_, err := e.store.Note(ctx, v, id)
	got["record"] = err == nil
	thread, err := e.store.Thread(ctx, v, id)
	must(t, err)
	got["thread"] = len(thread) > 0
	rows, err := e.store.NotesAbout(ctx, v, crm.Subject{Kind: crm.SubjectAccount, ID: account}, nil, 50)
	must(t, err)
	got["list"] = len(rows) > 0
	feed, err := e.store.Feed(ctx, v, store.FeedFilter{Show: "all", Limit: 1000})
	must(t, err)
	got["feed"] = slices.ContainsFunc(feed, func(f store.FeedRow) bool { return f.ID == id })
	for way, is := range got {
		if is != may {
			t.Errorf("%s: the message is %v by %s, want %v", v.Name, is, way, may)
		}
	}
}
