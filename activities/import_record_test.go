package activities_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// importing is a desk where files are brought in under the shipped rules of duplicates and a required field.
func importing(t *testing.T) *desk {
	d := newDesk(t)
	doc, problems := rules.ParseDocument(rules.Default())
	d.fine(problems.Err())
	_, err := d.ActivateRules(t.Context(), map[crm.RuleKind]string{
		crm.RuleDuplicate: string(doc[crm.RuleDuplicate].Source), crm.RuleRequired: "required:\n  account: [filled(customer.country)]\n  contact: [filled(contact.email)]\n",
	}, "shipped", "")
	d.fine(err)
	for record, name := range map[string]string{"account": "imp_size", "contact": "imp_badge"} {
		_, err := d.CreateCustomField(t.Context(), d.people["anna"], crm.CustomField{ID: store.NewID(), Record: record, Name: name, Type: crm.CustomNumber, Labels: map[string]string{"en": name}})
		d.fine(err)
	}
	return d
}

// bring keeps a file and takes its rows as a worker does that is killed at every step again and again before it gets further.
func (d *desk) bring(what, known string, rows ...map[string]string) (crm.Import, string) {
	d.t.Helper()
	file := make([]crm.ImportRow, len(rows))
	for i, cells := range rows {
		file[i] = crm.ImportRow{Line: i + 2, State: "waiting", Cells: cells}
	}
	m, err := d.CreateImport(d.t.Context(), crm.Import{ID: store.NewID(), What: what, Known: known, Name: "file.csv", Author: string(d.people["dora"])}, file)
	d.fine(err)
	process := crm.ProcessID(crm.KindImport, m.ID)
	for _, patience := range []time.Duration{2 * time.Millisecond, 10 * time.Millisecond, 40 * time.Millisecond} {
		ctx, kill := context.WithTimeout(d.t.Context(), patience)
		_, _ = d.steps.CatchUp(ctx, process, time.Now()) // whether it was in time is seen by its rows
		kill()
	}
	for m.State != "done" {
		_, err = d.steps.CatchUp(d.t.Context(), process, time.Now())
		d.fine(err)
		m, err = d.Import(d.t.Context(), m.ID)
		d.fine(err)
	}
	return m, ask[string](d, `select string_agg(line || ' ' || state || coalesce(' ' || (select string_agg((p->>'Pointer') || ' ' || (p->>'Code'), ', ') from jsonb_array_elements(problems) p), ''), '; ' order by line)
		from import_row where import_id = $1`, m.ID)
}

// S053, S063: companies of a file are made, filled in or left as they are; each row that cannot be one is refused by itself with why; whatever is
// killed on the way, each row counts once.
func TestImportOfCompanies(t *testing.T) {
	t.Parallel()
	d := importing(t)
	group := map[string]string{"name": "Gruppo Alfa Spa", "country": "IT", "vat": "IT00743110157", "tax_code": "00743110157"}
	m, got := d.bring(
		"account", "skip",
		group,
		map[string]string{"name": "Beta Srl", "country": "IT", "parent": "IT00743110157", "owner": "anna@example.com", "street": "Via Po 2", "postal_code": "10100", "city": "Torino", "region": "TO", "custom.imp_size": "12.5", "credit_limit": "1000.10", "payment_days": "45"},
		map[string]string{"name": "beta SRL", "country": "IT", "phone": "39021234567"},
		map[string]string{"name": "No Country"},
		map[string]string{"name": "Gamma", "country": "IT", "owner": "nobody@example.com"},
		map[string]string{"name": "Delta", "country": "IT", "parent": "Nobody"},
		map[string]string{"name": "Gruppo Alfa", "country": "IT", "vat": "IT00743110157"},
		map[string]string{"name": "Own", "country": "IT", "custom.imp_size": "big", "custom.imp_gone": "1"},
	)
	if want := "2 made; 3 made; 4 unchanged; 5 refused /country required_by_rule; 6 refused /owner unknown_record; 7 refused /parent unknown_record; 8 unchanged; 9 refused /custom"; !strings.HasPrefix(got, want) || m.Made != 2 || m.Unchanged != 2 || m.Refused != 4 {
		t.Errorf("%+v\n%s\nwant %s", m, got, want)
	}
	beta := ask[string](d, `select concat_ws('|', a.address, a.country, p.name, u.name, a.custom::text, a.credit_limit, a.payment_days, a.kind, a.version) from account a
		join account p on p.id = a.parent_id join app_user u on u.id = a.owner_id where a.name = 'Beta Srl'`)
	if want := `Via Po 2, 10100 Torino (TO)|IT|Gruppo Alfa Spa|anna|{"imp_size": 12.5}|1000.10|45|prospect|2`; beta != want {
		t.Errorf("%s, want %s", beta, want)
	}
	if n := ask[int](d, `select count(*)::int from timeline where code = 'account.created'`); n != 2 {
		t.Errorf("%d companies are told of", n)
	}
	m, got = d.bring(
		"account", "update",
		map[string]string{"name": "Beta Srl", "country": "IT", "phone": "39021234567", "custom.imp_size": "13", "street": "Via Po 2", "postal_code": "10100", "city": "Torino", "region": "TO"},
		map[string]string{"name": "Beta Srl", "country": "IT", "street": "Via Nuova 1", "city": "Milano"},
		map[string]string{"name": "Beta Srl", "country": "IT"},
		map[string]string{"name": "Gruppo Alfa Spa", "tax_code": "00743110157", "parent": "Beta Srl"},
		map[string]string{"name": "Epsilon", "country": "PL"},
	)
	if want := "2 touched; 3 touched; 4 unchanged; 5 refused /parent own_group; 6 made"; got != want || m.Touched != 2 {
		t.Errorf("%s, want %s", got, want)
	}
	if _, got = d.bring("account", "new", map[string]string{"name": "Epsilon", "country": "PL"}, map[string]string{"name": "Zeta", "country": "IT", "vat": "IT00743110157"}); got != "2 made; 3 refused /name like_known" {
		t.Errorf("made anew: %s", got)
	}
	if n := ask[int](d, `select count(*)::int from account where name = 'Epsilon'`); n != 2 {
		t.Errorf("%d times Epsilon", n)
	}
}

// S047, S048: people of a file are made at their companies, known there by address or name.
func TestImportOfPeople(t *testing.T) {
	t.Parallel()
	d := importing(t)
	d.bring("account", "skip", map[string]string{"name": "Alfa Srl", "country": "IT"}, map[string]string{"name": "Twin Srl", "country": "IT"})
	d.bring("account", "new", map[string]string{"name": "Twin Srl", "country": "IT"})
	rows := []map[string]string{
		{"name": "Ugo Neri", "company": "ALFA srl", "email": "ugo@alfa.example", "job": "Buyer", "role": "buyer", "consent": "yes", "custom.imp_badge": "7"},
		{"name": "Ugo N.", "company": "Alfa Srl", "email": "UGO@alfa.example", "job": "Head of buying"},
		{"name": "Eva", "company": "Nobody Srl", "email": "eva@x.example"},
		{"name": "Ida", "company": "Twin Srl", "email": "ida@x.example"},
		{"name": "Leo", "company": "Alfa Srl"},
	}
	if _, got := d.bring("contact", "skip", rows...); got != "2 made; 3 unchanged; 4 refused /company unknown_record; 5 refused /company duplicate_name; 6 refused /email required_by_rule" {
		t.Errorf("%s", got)
	}
	if _, got := d.bring("contact", "update", rows[:2]...); got != "2 unchanged; 3 touched" {
		t.Errorf("%s", got)
	}
	ugo := ask[string](d, `select concat_ws('|', name, email, job, role, consent, consent_source, custom::text, status, version) from contact`)
	if want := `Ugo N.|UGO@alfa.example|Head of buying|buyer|t|import:file.csv|{"imp_badge": 7}|new|2`; ugo != want {
		t.Errorf("%s, want %s", ugo, want)
	}
	d.exec(`update contact set consent = false, consent_at = now()`)
	d.bring("contact", "update", rows[0])
	if ask[bool](d, `select consent from contact`) {
		t.Error("a file gives a consent that was withdrawn")
	}
}

// A file of more rows than a step takes is brought in step by step, whatever is killed between.
func TestImportInSteps(t *testing.T) {
	t.Parallel()
	d := importing(t)
	var rows []map[string]string
	for i := range 520 {
		rows = append(rows, map[string]string{"name": strings.Repeat(string(rune('A'+i%20)), 12), "country": "IT"})
	}
	if m, _ := d.bring("account", "skip", rows...); m.Made != 20 || m.Unchanged != 500 || ask[int](d, `select count(*)::int from account`) != 20 {
		t.Errorf("%+v", m)
	}
}
