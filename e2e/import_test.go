package e2e

import (
	"fmt"
	"strings"
	"testing"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/store"
)

// bring reads a file of leads and brings it in.
func (s *scene) bring(file string) crm.Import {
	s.t.Helper()
	rows, err := api.ReadLeads([]byte(file))
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.store.CreateImport(s.t.Context(), crm.Import{ID: store.NewID(), Name: "fair.csv", Author: person("ops")}, rows)
	if err != nil {
		s.t.Fatal(err)
	}
	s.eventually("the file is done", func() bool {
		if m, err = s.store.Import(s.t.Context(), m.ID); err != nil {
			s.t.Fatalf("%+v %v", m, err)
		}
		return m.State == "done"
	})
	return m
}

// TestImport: 240 rows in batches, over a restart of the worker; the same file again changes nothing; a known person is one more touch
// and not another lead (S063, table A, table H).
func TestImport(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	known := s.came("Known Srl")
	var b strings.Builder
	b.WriteString("company;email;need;external_id\nKnown Srl;buyer@known-srl.example;From the fair;\n;nobody@x.example;;\n=HYPERLINK(1);;;fair-0\n")
	for n := range 240 {
		fmt.Fprintf(&b, "Fair %d;fair%d@x.example;A line;fair-%d\n", n, n, n+1)
	}
	s.exec(`create table wakes (due_at timestamptz)`)
	s.exec(`create function note_wake() returns trigger language plpgsql as 'begin insert into wakes values (new.due_at); return new; end'`)
	s.exec(`create trigger note_wake before insert on outbox for each row when (new.process like 'lead-%') execute function note_wake()`)
	stop := s.work()
	go stop() // a worker leaves while the file is being brought in
	m := s.bring(b.String())
	if m.Total != 243 || m.Made != 241 || m.Touched != 1 || m.Refused != 1 || m.Unchanged != 0 {
		t.Fatalf("%+v", m)
	}
	if n := ask[int](s, `select count(*)::int from touch where lead_id = $1`, known); n != 2 {
		t.Fatalf("the known lead has %d touches", n)
	}
	if name := ask[string](s, `select company from lead where external_id = 'fair-0'`); name != "=HYPERLINK(1)" {
		t.Fatalf("B115: a cell is kept as %q", name)
	}
	state := func() string {
		return ask[string](s, `select (select count(*) from lead) || ' ' || (select count(*) from touch) || ' ' || (select count(*) from timeline where code like 'lead.touched')`)
	}
	before := state()
	if again := s.bring(b.String()); again.Unchanged != 242 || again.Made+again.Touched != 0 || state() != before {
		t.Fatalf("again: %+v, %s after %s", again, state(), before)
	}
	if spread := ask[float64](s, `select extract(epoch from max(due_at) - min(due_at))::float8 from wakes`); spread < 5 {
		t.Fatalf("the leads' processes all start within %.1f s", spread)
	}
}

// importPath brings a small file in.
func (s *scene) importPath() {
	m := s.bring("company,email\nFile One Srl,one@file.example\nFile Two Srl,two@file.example\n")
	id := crm.ProcessID(crm.KindImport, m.ID)
	s.record("Import-done", id, s.over(id))
}
