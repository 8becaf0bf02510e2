package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// merged is a house with companies, people and leads that belong together at random.
type merged struct {
	*Store
	t     testing.TB
	actor crm.ID
	c     *pgx.Conn
}

func newMerged(t testing.TB) *merged {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	fine(t, err)
	key := "merge"
	for _, f := range files {
		b, err := os.ReadFile(f)
		fine(t, err)
		key += string(b)
	}
	url := testkit.Database(t, key, Migrate)
	s, err := Open(t.Context(), url)
	fine(t, err)
	t.Cleanup(s.Close)
	c, err := pgx.Connect(t.Context(), url)
	fine(t, err)
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	_, err = c.Exec(t.Context(), `insert into legal_entity (id, name, country, time_zone, currency) values (gen_random_uuid(), 'Acme', 'IT', 'Europe/Rome', 'EUR')`)
	fine(t, err)
	u, err := s.CreateUser(t.Context(), crm.User{Name: "Anna", Email: "anna@example.com", Roles: []crm.Role{crm.RoleSalesManager}}, "a long password")
	fine(t, err)
	return &merged{s, t, u.ID, c}
}

func fine(t interface {
	Fatal(...any)
	Helper()
}, err error,
) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (m *merged) exec(sql string, args ...any) {
	m.t.Helper()
	if _, err := m.c.Exec(m.t.Context(), sql, args...); err != nil {
		m.t.Fatal(err)
	}
}

// rows are all rows of the tables that a merge touches, as text, without what counts and times changes.
func (m *merged) rows() map[string]string {
	out := map[string]string{}
	for _, table := range []string{
		"account", "contact", "lead", "opportunity", "contract", "invoice", "ledger", "payment", "receivable", "care_case", "document", "touch", "nurture_touch", "engagement",
		"relation", "account_address", "account_main_address", "contact_post", "invoice_issued_to", "duplicate_key", "process", "deadline",
	} {
		rows, err := m.c.Query(m.t.Context(), `select (to_jsonb(x) - array['version', 'updated_at', 'rules'])::text from `+table+` x
			where `+map[bool]string{true: "kind <> 'review'", false: "true"}[table == "deadline"]+` and `+map[bool]string{true: "kind <> 'account'", false: "true"}[table == "process"])
		fine(m.t, err)
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		fine(m.t, err)
		slices.Sort(all)
		out[table] = strings.Join(all, "\n")
	}
	return out
}

// company adds an account with n of everything that an account can have.
func (m *merged) company(name string, n int) crm.ID {
	a, err := m.CreateAccount(m.t.Context(), m.actor, crm.Account{
		ID: NewID(), Name: name, Kind: "customer", Country: "IT", Email: fmt.Sprintf("info%d@%s.example", n, name), Language: "it", CreditLimit: decimal.RequireFromString("1234567890123.45"), PaymentDays: n,
	})
	fine(m.t, err)
	m.exec(`insert into process (id, kind, record_id, step, started_at, updated_at) values ('collection-' || $1, 'collection', $1::uuid, 'revenue', now(), now())`, string(a.ID))
	m.exec(`insert into deadline (process, kind, key, due_at) values ('collection-' || $1, 'dunning', '', '2031-03-04T05:06:07.891Z')`, string(a.ID))
	for _, purpose := range []string{"legal", "site"}[:min(n, 2)] {
		_, err := m.SaveAddress(m.t.Context(), Target{Scope: Everything(), Actor: m.actor, ID: a.ID}, NewID(), func(x *crm.Address) error {
			x.Purpose, x.Street, x.City = purpose, "Via "+name, "Milano"
			return nil
		})
		fine(m.t, err)
	}
	child := NewID()
	m.exec(`insert into account (id, name, parent_id, created_at) values ($1, 'Child of ' || $2, $3, now())`, child, name, a.ID)
	for i := range n {
		contact, deal, contract := NewID(), NewID(), NewID()
		m.exec(`insert into contact (id, account_id, name, phone, created_at) values ($1, $2, $3, '02 12345678', now())`, contact, a.ID, fmt.Sprint("Person ", i))
		m.exec(`insert into lead (id, company, source, state, account_id, contact_id, created_at, updated_at) values ($1, $2, 'web', 'converted', $3, $4, now(), now())`, NewID(), name, a.ID, contact)
		m.exec(`insert into opportunity (id, number, name, account_id, contact_id, pipeline, stage, currency, stage_since, created_at, updated_at) values ($1, $2, 'Deal', $3, $4, 'standard', 'identify', 'EUR', now(), now(), now())`, deal, "O-"+string(deal), a.ID, contact)
		m.exec(`insert into relation (id, opportunity_id, kind, name, contact_id) values ($1, $2, 'contact', 'x', $3)`, NewID(), deal, contact)
		m.exec(`insert into engagement (id, kind, opportunity_id, contact_id, subject, due_at, owner_id) values ($1, 'call', $2, $3, 'Ask', now(), $4)`, NewID(), deal, contact, m.actor)
		m.exec(`insert into document (id, account_id, name, media_type, hash, at) values ($1, $2, 'x', 'text/plain', '\x01', now())`, NewID(), a.ID)
		quote, order := NewID(), NewID()
		m.exec(`insert into quote (id, number, opportunity_id, revision, state, currency, net, tax, total, cost, language, payment_days, valid_until, created_at) values ($1, $2, $3, 1, 'accepted', 'EUR', 100, 0, 100, 60, 'it', 30, '2031-01-01', now())`, quote, "Q-"+string(quote), deal)
		m.exec(`insert into sales_order (id, number, opportunity_id, quote_id, currency, net, tax, total, payment_days, requested_by, created_at) values ($1, $2, $3, $4, 'EUR', 100, 0, 100, 30, $5, now())`, order, "S-"+string(order), deal, quote, m.actor)
		m.exec(`insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, signed_at)
			values ($1, $2, $3, $4, $5, 'EUR', 100, 0, 100, 30, '2031-01-01', '2031-12-31', now())`, contract, "C-"+string(contract), deal, order, a.ID)
		m.invoice(a.ID, contract)
	}
	return a.ID
}

// invoice issues the next invoice of the series, with its place in the chain of hashes.
func (m *merged) invoice(account, contract crm.ID) {
	ctx := m.t.Context()
	var last []byte
	var n int
	fine(m.t, m.c.QueryRow(ctx, `select coalesce((select hash from invoice order by sequence desc limit 1), ''), (select count(*) from invoice)::int`).Scan(&last, &n))
	i := crm.Invoice{ID: NewID(), Series: "A", Year: 2031, Sequence: n + 1, ContractID: contract, AccountID: account, Currency: "EUR", Net: decimal.NewFromInt(100), Total: decimal.NewFromInt(100), PreviousHash: last}
	var err error
	i.IssueDate, err = crm.ParseDate("2031-01-01")
	fine(m.t, err)
	i.DueDate = i.IssueDate
	i.Hash = invoiceHash(i, nil, nil, nil)
	m.exec(`insert into invoice (`+invoiceColumns+`) values ($1, 'A', 2031, $2, $3, $4, $5, 'EUR', $6, $6, 100, 0, 100, $7, $8, now())`, i.ID, i.Sequence, fmt.Sprint("A-", i.Sequence), contract, account, i.IssueDate, last, i.Hash)
	m.exec(`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) values ($1, $2, 'invoice', 100, '2031-01-01', now())`, account, i.ID)
	m.exec(`insert into receivable (invoice_id, account_id, due_date, open) values ($1, $2, '2031-01-01', 100)`, i.ID, account)
	m.exec(`insert into payment (id, account_id, reference, amount, currency, received_on, recorded_by, at) values ($1, $2, $3, 1, 'EUR', '2031-01-01', 'x', now())`, NewID(), account, string(i.ID))
}

// lead adds a lead with n touches and a planned mail.
func (m *merged) lead(company string, n int) crm.ID {
	l, _, err := m.CaptureLead(m.t.Context(), crm.Lead{Company: company, Email: fmt.Sprintf("%s%d@x.example", company, n), Source: "web", ExternalID: fmt.Sprintf("%s/%d", company, n), Consent: n%2 == 0},
		crm.Touch{Channel: "form", Source: "web", Raw: []byte(`{}`)})
	fine(m.t, err)
	for i := range n {
		m.exec(`insert into touch (id, lead_id, channel, source, raw, at) values ($1, $2, 'api', 'x', '{"a": 1}', now())`, NewID(), l.ID)
		m.exec(`insert into nurture_touch (lead_id, track, touch, mail, position, due_at, state) values ($1, 'warm', $2, 'nurture_hello', 1, '2031-03-04T05:06:07Z', $3)`, l.ID, fmt.Sprint("t", i), []string{"written", "planned"}[i])
	}
	m.exec(`insert into deadline (process, kind, key, due_at) values ('lead-' || $1, 'score', '', '2031-03-04T05:06:07.891Z')`, string(l.ID))
	return l.ID
}

// Whatever two records have and whichever fields are chosen, a merge leaves nothing behind with the one that goes, keeps every row and the chain
// of invoices, and its undo gives back every row as it was (table A row 3).
func TestMergeAndUndo(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		if round++; round > 12 { // a house is slow to fill: what is drawn first is enough
			return
		}
		kind := crm.DuplicateKinds()[round%3]
		one, two := rapid.IntRange(0, 2).Draw(r, "one"), rapid.IntRange(0, 2).Draw(r, "two")
		name := fmt.Sprint("firm", round)
		var kept, gone crm.ID
		switch kind {
		case "account":
			kept, gone = m.company(name+"a", one), m.company(name+"b", two)
			switch rapid.IntRange(0, 3).Draw(r, "group") { // the one may stand below the other, or both below a third
			case 1:
				m.exec(`update account set parent_id = (select id from account where parent_id = $2) where id = $1`, kept, gone)
			case 2:
				m.exec(`update account set parent_id = (select id from account where parent_id = $2) where id = $1`, gone, kept)
			case 3:
				m.exec(`update account set parent_id = $2 where id = $1`, gone, m.company(name+"c", 0))
			}
		case "contact":
			a, b := m.company(name+"a", one+1), m.company(name+"b", two+1)
			fine(t, m.c.QueryRow(t.Context(), `select id from contact where account_id = $1 order by id limit 1`, a).Scan(&kept))
			fine(t, m.c.QueryRow(t.Context(), `select id from contact where account_id = $1 order by id limit 1`, b).Scan(&gone))
		case "lead":
			kept, gone = m.lead(name+"a", one), m.lead(name+"b", two)
		}
		chosen := rapid.SliceOfDistinct(rapid.SampledFrom(MergeFields(kind)), rapid.ID).Draw(r, "fields")
		before := m.rows()
		merge := Merge{NewID(), kind, kept, gone, chosen}
		fine(r, m.MergeRecords(t.Context(), Everything(), m.actor, merge))
		after := m.rows()
		for table, rows := range after {
			if strings.Contains(rows, string(gone)) && table != "process" && table != "invoice_issued_to" {
				r.Fatalf("%s still knows %s %s:\n%s", table, kind, gone, rows)
			}
			if was, is := strings.Count(before[table], "\n"), strings.Count(rows, "\n"); was != is && !slices.Contains([]string{kind, "duplicate_key", "deadline", "nurture_touch", "invoice_issued_to", "account_main_address"}, table) {
				r.Fatalf("%s has %d rows, had %d", table, is, was)
			}
		}
		if into, err := m.MergedInto(t.Context(), kind, gone); err != nil || into != kept {
			r.Fatalf("it went into %s: %v", into, err)
		}
		m.chain(r)
		fine(r, m.UndoMerge(t.Context(), Everything(), m.actor, merge.ID))
		fine(r, m.UndoMerge(t.Context(), Everything(), m.actor, merge.ID)) // once more changes nothing
		m.chain(r)
		now := m.rows()
		for _, table := range slices.Sorted(maps.Keys(now)) {
			if now[table] != before[table] {
				r.Fatalf("%s of %s:\n%s\nwas\n%s", table, kind, now[table], before[table])
			}
		}
	})
}

func (m *merged) chain(t interface {
	Fatal(...any)
	Helper()
},
) {
	t.Helper()
	if bad, err := m.CheckChain(m.t.Context(), "A", 2031); err != nil || bad != "" {
		t.Fatal("the chain of invoices breaks at ", bad, err)
	}
}

// A merge is for good after 30 days, and one on top of another is undone first; what was changed since stays (table A row 3).
func TestUndoHasLimits(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	ctx := t.Context()
	a, b, c := m.company("a", 1), m.company("b", 1), m.company("c", 0)
	first, second := Merge{NewID(), "account", a, b, []string{"email", "class"}}, Merge{NewID(), "account", c, a, nil}
	fine(t, m.MergeRecords(ctx, Everything(), m.actor, first))
	if err := m.MergeRecords(ctx, Everything(), m.actor, Merge{NewID(), "account", a, b, nil}); !errors.Is(err, ErrNotFound) {
		t.Error("merged twice:", err)
	}
	_, err := m.EditAccount(ctx, Target{Scope: Everything(), Actor: m.actor, ID: a}, func(x *crm.Account) error {
		x.Email = "new@example.com"
		return nil
	})
	fine(t, err)
	fine(t, m.MergeRecords(ctx, Everything(), m.actor, second))
	var refused Refused
	if err := m.UndoMerge(ctx, Everything(), m.actor, first.ID); !errors.As(err, &refused) || refused.Code != "merge_not_last" {
		t.Error(err)
	}
	page, err := m.AccountPage(ctx, Everything(), c, crm.DateOf(time.Now(), time.UTC))
	fine(t, err)
	if len(page.Invoices) != 2 || len(page.Deals360) != 2 || !slices.ContainsFunc(page.Timeline, func(e Event) bool { return e.Code == "account.created" && e.Data["name"] == "b" }) {
		t.Errorf("%d invoices, %d deals", len(page.Invoices), len(page.Deals360))
	}
	fine(t, m.UndoMerge(ctx, Everything(), m.actor, second.ID))
	m.exec(`update business_clock set shift_seconds = 31 * 86400`)
	if err := m.UndoMerge(ctx, Everything(), m.actor, first.ID); !errors.As(err, &refused) || refused.Code != "merge_final" {
		t.Error(err)
	}
	m.exec(`update business_clock set shift_seconds = 29 * 86400`)
	fine(t, m.UndoMerge(ctx, Everything(), m.actor, first.ID))
	kept, err := Accounts.Record(ctx, m.Store, Everything(), a)
	fine(t, err)
	if kept.Email != "new@example.com" {
		t.Error("the undo took back what was changed since:", kept.Email)
	}
	if err := m.MergeRecords(ctx, Scope{User: m.actor, Reach: crm.ReachNone}, m.actor, first); !errors.Is(err, ErrNotFound) {
		t.Error("merged out of reach:", err)
	}
}
