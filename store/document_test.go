package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"pgregory.net/rapid"
)

// person makes somebody of a role in a team.
func (e edited) person(t testing.TB, name string, team crm.ID, roles ...crm.Role) store.Viewer {
	t.Helper()
	u, err := e.store.CreateUser(t.Context(), crm.User{Name: name, Email: strings.ToLower(name) + "@example.com", TeamID: team, Roles: roles, Active: true}, "correct horse battery")
	must(t, err)
	return store.Viewer{User: u}
}

func (e edited) folder(t testing.TB, v store.Viewer, f crm.Folder) crm.ID {
	t.Helper()
	if f.Readers == nil {
		f.Readers = []string{}
	}
	if f.Writers == nil {
		f.Writers = []string{}
	}
	f.ID = store.NewID()
	f, err := e.store.SaveFolder(t.Context(), v, f)
	must(t, err)
	return f.ID
}

func textFile(text string) store.DocumentFile {
	return store.DocumentFile{Name: "a.txt", MediaType: "text/plain", Bytes: []byte(text)}
}

func (e edited) paper(t testing.TB, v store.Viewer, kind crm.SubjectKind, at crm.ID, title, text string) crm.Document {
	t.Helper()
	d, err := e.store.AddDocument(t.Context(), v, crm.Document{ID: store.NewID(), RecordKind: kind, RecordID: at, Title: title}, textFile(text))
	must(t, err)
	return d
}

// readAll has every file read that is waiting, as plain text.
func (e edited) readAll(t testing.TB) {
	t.Helper()
	for some := true; some; {
		var err error
		some, err = e.store.ReadDocument(t.Context(), func(_ string, file []byte) (string, error) { return string(file), nil })
		must(t, err)
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	one, err := e.store.CreateTeam(t.Context(), store.Team{Name: "One"})
	must(t, err)
	below, err := e.store.CreateTeam(t.Context(), store.Team{Name: "Below", ParentID: one.ID})
	must(t, err)
	two, err := e.store.CreateTeam(t.Context(), store.Team{Name: "Two"})
	must(t, err)
	p := people{
		ops: e.person(t, "Olga", "", crm.RoleSalesOps), anna: e.person(t, "Nina", below.ID, crm.RoleSalesperson), mara: e.person(t, "Mara", one.ID, crm.RoleSalesManager),
		ben: e.person(t, "Ben", two.ID, crm.RoleSalesperson), fin: e.person(t, "Fina", "", crm.RoleFinance), care: e.person(t, "Cara", "", crm.RoleCare), one: one.ID, two: two.ID,
	}
	t.Run("versions", func(t *testing.T) { versions(t, e, p) })
	t.Run("approval", func(t *testing.T) { approvals(t, e, p) })
	t.Run("search", func(t *testing.T) { searches(t, e, p) })
	t.Run("expiry", func(t *testing.T) { expiries(t, e, p) })
	t.Run("reading", func(t *testing.T) { readings(t, e, p) })
	t.Run("folders", func(t *testing.T) { folderTree(t, e, p) })
	t.Run("messages", func(t *testing.T) { mentions(t, e, p) })
	t.Run("posts", func(t *testing.T) { turns(t, e, p) })
	t.Run("happenings", func(t *testing.T) { happenings(t, e, p) })
	t.Run("rights", func(t *testing.T) { rights(t, e, p) })
}

type people struct {
	ops, anna, mara, ben, fin, care store.Viewer
	one, two                        crm.ID
}

func (p people) all() []store.Viewer {
	return []store.Viewer{p.ops, p.anna, p.mara, p.ben, p.fin, p.care}
}

// Versions stay as they are, whoever asks; restoring makes a new one; the same file is no version (S058).
func versions(t *testing.T, e edited, p people) {
	at := e.folder(t, p.ops, crm.Folder{Name: "Versions", Writers: []string{"role:salesperson"}})
	d := e.paper(t, p.anna, crm.SubjectFolder, at, "Prices", "first")
	second := textFile("second")
	second.Why = "New year"
	d, err := e.store.AddVersion(t.Context(), p.anna, d.ID, d.Version, second)
	must(t, err)
	if _, err := e.store.AddVersion(t.Context(), p.anna, d.ID, 1, textFile("third")); !errors.Is(err, store.ErrStale) {
		t.Errorf("an old copy is taken: %v", err)
	}
	if _, err := e.store.AddVersion(t.Context(), p.anna, d.ID, 0, textFile("second")); refusedAs(err) != "same_file" {
		t.Errorf("the same file is a version: %v", err)
	}
	if _, err := e.store.AddVersion(t.Context(), p.fin, d.ID, 0, textFile("other")); refusedAs(err) != store.NoWriting {
		t.Errorf("a reader writes: %v", err)
	}
	d, err = e.store.RestoreVersion(t.Context(), p.anna, d.ID, d.Version, 1, "too early")
	must(t, err)
	rows, err := e.store.DocumentVersions(t.Context(), p.fin, d.ID)
	must(t, err)
	if d.Latest != 3 || len(rows) != 3 || rows[0].RestoredFrom != 1 || rows[0].Hash != rows[2].Hash || rows[1].Why != "New year" || rows[0].AuthorID != p.anna.ID {
		t.Errorf("%+v %+v", d, rows)
	}
	for n, want := range []string{"first", "first", "second", "first"} {
		f, err := e.store.DocumentFile(t.Context(), p.fin, d.ID, n)
		if must(t, err); string(f.Bytes) != want {
			t.Errorf("version %d: %s", n, f.Bytes)
		}
	}
	for _, sql := range []string{`update document_version set bytes = '\x00'`, `update document_version set at = now()`, `delete from document_version`} {
		if e.tries(sql) == nil {
			t.Errorf("%s: a version was changed", sql)
		}
	}
}

func refusedAs(err error) string {
	r, _ := errors.AsType[store.Refused](err)
	return r.Code
}

// A version is approved once, by somebody else than who put it in, and a newer one is not approved with it (S058).
func approvals(t *testing.T, e edited, p people) {
	at := e.folder(t, p.ops, crm.Folder{Name: "Approvals", Writers: []string{"role:sales_manager"}})
	d, err := e.store.AddDocument(t.Context(), p.mara, crm.Document{ID: store.NewID(), RecordKind: crm.SubjectFolder, RecordID: at, Kind: "contract"}, textFile("terms"))
	must(t, err)
	if err := e.store.ApproveVersion(t.Context(), p.mara, d.ID, 1); refusedAs(err) != "self_approval" {
		t.Errorf("%v", err)
	}
	must(t, e.store.ApproveVersion(t.Context(), p.fin, d.ID, 1))
	if err := e.store.ApproveVersion(t.Context(), p.ops, d.ID, 1); refusedAs(err) != "already_done" {
		t.Errorf("%v", err)
	}
	waiting := func() int {
		rows, err := e.store.Documents(t.Context(), p.fin, store.DocumentFilter{At: crm.Subject{Kind: crm.SubjectFolder, ID: at}, Waiting: true, Limit: 10})
		must(t, err)
		return len(rows)
	}
	if waiting() != 0 {
		t.Error("an approved document waits")
	}
	d, err = e.store.AddVersion(t.Context(), p.mara, d.ID, 0, textFile("new terms"))
	if must(t, err); d.ApprovedVersion != 1 || d.Latest != 2 || d.ApprovedAt == nil || waiting() != 1 {
		t.Errorf("%+v, %d wait", d, waiting())
	}
}

// What is searched for is found by words in title, tags and text, in any of the four languages and without accents, best first, with the hits (S105).
func searches(t *testing.T, e edited, p people) {
	at := e.folder(t, p.ops, crm.Folder{Name: "Search"})
	d := e.paper(t, p.ops, crm.SubjectFolder, at, "Condizioni di qualità", "Zażółć gęślą jaźń. La garantía cubre años. <b>Pump</b> manual.")
	other := e.paper(t, p.ops, crm.SubjectFolder, at, "Zażółć", "nothing")
	e.readAll(t)
	for text, want := range map[string][]crm.ID{
		"qualita": {d.ID}, "QUALITÀ cond": {d.ID}, "zazolc": {other.ID, d.ID}, "garantia anos": {d.ID}, "pump": {d.ID}, "pum": {d.ID}, "nothing pump": nil, "<b>": nil, "' | x:*": nil, "!!!": nil,
	} {
		rows, err := e.store.Documents(t.Context(), p.ben, store.DocumentFilter{Text: text, At: crm.Subject{Kind: crm.SubjectFolder, ID: at}, Limit: 10})
		must(t, err)
		var got []crm.ID
		for _, r := range rows {
			got = append(got, r.ID)
		}
		if text == "<b>" { // one letter, as any other
			continue
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
		if text == "pump" && !strings.Contains(rows[0].Hits, string(store.HitFrom)+"Pump"+string(store.HitTo)) {
			t.Errorf("hits %q", rows[0].Hits)
		}
	}
	page, err := e.store.Documents(t.Context(), p.ben, store.DocumentFilter{Text: "zazolc", Limit: 1})
	must(t, err)
	rest, err := e.store.Documents(t.Context(), p.ben, store.DocumentFilter{Text: "zazolc", Limit: 5, After: &store.DocumentMark{Rank: page[0].Rank, At: page[0].At, ID: page[0].ID}})
	if must(t, err); len(rest) != 1 || rest[0].ID != d.ID {
		t.Errorf("second page %+v", rest)
	}
	found, err := e.store.Find(t.Context(), store.Find{Text: "Condizioni di qual", Scopes: map[string]store.Scope{"document": store.ScopeOf(p.ben.User, crm.MayReadDocument)}, Limit: 5, Viewer: p.ben})
	if must(t, err); len(found) != 1 || found[0].ID != d.ID {
		t.Errorf("the palette finds %+v", found)
	}
}

// Who put a document in is told once that it expires, and again when it has another last day.
func expiries(t *testing.T, e edited, p people) {
	now, err := e.store.Now(t.Context())
	must(t, err)
	today := crm.DateOf(now, time.UTC)
	at := e.folder(t, p.ops, crm.Folder{Name: "Expiry", Writers: []string{"role:salesperson"}})
	d, err := e.store.AddDocument(t.Context(), p.anna, crm.Document{ID: store.NewID(), RecordKind: crm.SubjectFolder, RecordID: at, ExpiresOn: today.AddDays(10)}, textFile("x"))
	must(t, err)
	for range 2 {
		_, err = e.store.RemindExpiries(t.Context())
		must(t, err)
	}
	told := func() (n int) {
		rows, err := e.store.Notices(t.Context(), p.anna, 50)
		must(t, err)
		for _, r := range rows {
			if r.DocumentID == d.ID {
				n++
			}
		}
		return n
	}
	if told() != 1 {
		t.Errorf("told %d times", told())
	}
	_, err = e.store.EditDocument(t.Context(), p.anna, d.ID, 0, func(d *crm.Document) error { d.ExpiresOn = today.AddDays(-1); return nil })
	must(t, err)
	_, err = e.store.RemindExpiries(t.Context())
	must(t, err)
	rows, err := e.store.Documents(t.Context(), p.ben, store.DocumentFilter{At: crm.Subject{Kind: crm.SubjectFolder, ID: at}, Expired: true, Today: today, Limit: 5})
	if must(t, err); told() != 2 || len(rows) != 1 || rows[0].Expiry(today) != "expired" {
		t.Errorf("told %d times, %+v", told(), rows)
	}
}

// A file that cannot be read stays as it is and is found by its title; it is tried three times.
func readings(t *testing.T, e edited, p people) {
	at := e.folder(t, p.ops, crm.Folder{Name: "Reading"})
	e.readAll(t)
	d := e.paper(t, p.ops, crm.SubjectFolder, at, "Broken", "bytes")
	tries := 0
	for range 5 {
		must(t, e.tries(`update document_version set tried_at = now() - interval '1 hour'`))
		_, err := e.store.ReadDocument(t.Context(), func(string, []byte) (string, error) { tries++; return "", errors.New("broken") })
		must(t, err)
	}
	rows, err := e.store.DocumentVersions(t.Context(), p.ops, d.ID)
	must(t, err)
	f, err := e.store.DocumentFile(t.Context(), p.ops, d.ID, 0)
	if must(t, err); tries != 3 || rows[0].Extraction != "failed" || string(f.Bytes) != "bytes" {
		t.Errorf("%d tries, %+v", tries, rows[0])
	}
	huge := e.paper(t, p.ops, crm.SubjectFolder, at, "Huge", "x")
	var words strings.Builder
	for i := range 90_000 {
		fmt.Fprintf(&words, "w%d ", i)
	}
	_, err = e.store.ReadDocument(t.Context(), func(string, []byte) (string, error) { return words.String(), nil })
	must(t, err)
	rows, err = e.store.DocumentVersions(t.Context(), p.ops, huge.ID)
	if must(t, err); rows[0].Extraction == "due" || rows[0].Extraction == "running" {
		t.Errorf("%+v", rows[0])
	}
}

// No folder lies in itself, however it is moved; a folder in use is not dropped.
func folderTree(t *testing.T, e edited, p people) {
	top := e.folder(t, p.ops, crm.Folder{Name: "Top"})
	mid := e.folder(t, p.ops, crm.Folder{Name: "Mid", ParentID: top})
	low := e.folder(t, p.ops, crm.Folder{Name: "Low", ParentID: mid})
	row, err := e.store.Folder(t.Context(), p.ops, top)
	must(t, err)
	row.ParentID = low
	if _, err := e.store.SaveFolder(t.Context(), p.ops, row.Folder); wrongAt(err)["/parent_id"] != "folder_circle" {
		t.Errorf("%v", err)
	}
	if _, err := e.store.SaveFolder(t.Context(), p.ops, crm.Folder{ID: store.NewID(), Name: "X", Readers: []string{"role:king"}, Writers: []string{}}); wrongAt(err)["/readers"] != "unknown_value" {
		t.Errorf("%v", err)
	}
	if err := e.store.RemoveFolder(t.Context(), p.ops, mid); refusedAs(err) != "folder_in_use" {
		t.Errorf("%v", err)
	}
	must(t, e.store.RemoveFolder(t.Context(), p.ops, low))
	if _, err := e.store.SaveFolder(t.Context(), p.ops, crm.Folder{ID: store.NewID(), Name: "mid", ParentID: top, Readers: []string{}, Writers: []string{}}); err == nil {
		t.Error("two folders of one name")
	}
}

// rights: nothing of a document or message is told through list, search, feed, link, version, file, text, history or palette to one who may not read
// where it is kept; and who may finds it in each. Folders and records are drawn at random.
func rights(t *testing.T, e edited, p people) {
	principals := []string{"role:salesperson", "role:sales_manager", "role:finance", "team:" + string(p.one), "team:" + string(p.two)}
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		if round++; round > 2 { // each is dozens of questions
			return
		}
		draw := func(name string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(principals), 0, 2, rapid.ID[string]).Draw(r, name)
		}
		word := fmt.Sprintf("secret%d", round)
		outer := crm.Folder{Name: word + " outer", Readers: draw("outer readers")}
		inner := crm.Folder{Name: word + " inner", Readers: draw("inner readers")}
		outer.ID = e.folder(t, p.ops, outer)
		inner.ParentID = outer.ID
		inner.ID = e.folder(t, p.ops, inner)
		owner := rapid.SampledFrom([]store.Viewer{p.anna, p.ben}).Draw(r, "owner")
		account, err := e.store.CreateAccount(t.Context(), owner.ID, crm.Account{ID: store.NewID(), Name: word, Kind: "prospect", Language: "it", OwnerID: owner.ID})
		must(t, err)
		filed := e.paper(t, p.ops, crm.SubjectFolder, inner.ID, word, word+" text")
		kept := e.paper(t, owner, crm.SubjectAccount, account.ID, word, word+" text")
		must(t, e.store.LinkDocument(t.Context(), p.ops, filed.ID, crm.Subject{Kind: crm.SubjectAccount, ID: account.ID}))
		n, err := e.store.AddNote(t.Context(), owner, crm.Note{ID: store.NewID(), RecordKind: crm.SubjectAccount, RecordID: account.ID, Text: word}, nil)
		must(t, err)
		e.readAll(t)
		for _, v := range p.all() {
			allowed := func(readers []string) bool { return len(readers) == 0 || slices.ContainsFunc(readers, p.isOf(v)) }
			folder := v.ID == p.ops.ID || allowed(outer.Readers) && allowed(inner.Readers)
			record := v.Can(crm.MayReadAccount) == crm.ReachAll || v.ID == owner.ID || v.ID == p.mara.ID && owner.ID == p.anna.ID
			sees(t, e, v, filed.ID, account.ID, word, folder, folder && record)
			sees(t, e, v, kept.ID, account.ID, word, record, record)
			seesNote(t, e, v, n.ID, account.ID, record)
		}
	})
}
