package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/temporal"
)

// tranchesEach is how many tranches a contract of the issuers has.
const tranchesEach = 10

// office issues invoices and credit notes on a PostgreSQL of its own, many at once.
type office struct {
	t     *testing.T
	store *store.Store
	steps *activities.Steps
	year  int

	issued, credited, undone, broken atomic.Int64
	down                             atomic.Int64 // odd while PostgreSQL is down

	mu      sync.Mutex
	longest time.Duration // that somebody waited for an answer
}

// plan is a contract with its tranches.
type plan struct {
	Contract string
	Tranches []string
}

// openOffice fills the database with contracts whose tranches may be billed, the tranches of two in three taxed at two rates. A trigger undoes one step in ten
// that took a number, at its commit.
func openOffice(t *testing.T, address string, contracts, clients int) (o *office, plans []plan) {
	t.Helper()
	fine := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	fine(store.Migrate(t.Context(), address))
	c, err := pgx.Connect(t.Context(), address)
	fine(err)
	defer c.Close(context.Background())
	exec := func(sql string, args ...any) {
		t.Helper()
		_, err := c.Exec(t.Context(), sql, args...)
		fine(err)
	}
	u, err := url.Parse(address)
	fine(err)
	q := u.Query()
	q.Set("pool_max_conns", fmt.Sprint(clients+8))
	q.Set("idle_in_transaction_session_timeout", "60s") // a busy machine may stand still for longer than a product may
	u.RawQuery = q.Encode()
	o = &office{t: t}
	o.store, err = store.Open(t.Context(), u.String())
	fine(err)
	t.Cleanup(o.store.Close)
	o.steps = &activities.Steps{Store: o.store, Rules: &rules.Library{}}
	owner, account := store.NewID(), store.NewID()
	exec(`insert into legal_entity (id, name, country, time_zone, currency) values (gen_random_uuid(), 'Acme', 'IT', 'Europe/Rome', 'EUR')`)
	exec(`insert into app_user (id, name, email, language, password_hash, roles) values ($1, 'Gina', 'gina@example.com', 'en', '', '{finance}')`, owner)
	exec(`insert into account (id, name, country, language, email, owner_id, created_at) values ($1, 'Bianchi', 'IT', 'it', 'office@bianchi.example', $2, now())`, account, owner)
	_, err = o.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RulePipeline: string(pipelineSource(t))}, "shipped", "")
	fine(err)
	orders, _ := testkit.Orders(t, c, string(account), string(owner), contracts)
	exec(`insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, signed_at)
		select gen_random_uuid(), 'C-' || number, opportunity_id, id, account_id, currency, net, tax, total, 30, current_date, current_date + 365, now()
		from (select o.*, d.account_id from sales_order o join opportunity d on d.id = o.opportunity_id) o where o.id = any($1::uuid[])`, orders)
	exec(`insert into process (id, kind, record_id, step, started_at, updated_at) select 'contract-' || id, 'contract', id, 'revenue', now(), now() from contract`)
	exec(`insert into tranche (id, contract_id, position, kind, percent, opens_at_percent, net, tax, total, state)
		select gen_random_uuid(), id, n, 'progress', 10, 0, 100, case n % 3 when 0 then 22 else 16 end, case n % 3 when 0 then 122 else 116 end, 'billable' from contract, generate_series(1, $1) n`, tranchesEach)
	exec(`insert into tranche_part (tranche_id, tax_percent, net, tax) select id, 22, case position % 3 when 0 then 100 else 50 end, case position % 3 when 0 then 22 else 11 end from tranche
		union all select id, 10, 50, 5 from tranche where position % 3 > 0`)
	exec(`create sequence spoilt`)
	exec(`create function spoil() returns trigger language plpgsql as $$ begin if nextval('spoilt') % 10 = 0 then raise exception 'undone by the test'; end if; return null; end $$`)
	for _, document := range []string{"invoice", "credit_note"} {
		exec(`create constraint trigger spoilt after insert on ` + document + ` deferrable initially deferred for each row execute function spoil()`)
	}
	rows, err := c.Query(t.Context(), `select contract_id::text, array_agg(id::text order by position) from tranche group by 1`)
	fine(err)
	plans, err = pgx.CollectRows(rows, pgx.RowToStructByPos[plan])
	fine(err)
	fine(c.QueryRow(t.Context(), `select extract(year from now() at time zone 'Europe/Rome')::int`).Scan(&o.year))
	return o, plans
}

// carry has a command carried out as the worker does, and again for as long as it is undone or the database is away. What else is told is the caller's to bear,
// and so a failure here.
func (o *office) carry(id, contract, kind string, fields any) (crm.Answer, bool) {
	raw, err := json.Marshal(fields)
	if err != nil {
		o.t.Error(err)
		return crm.Answer{}, false
	}
	c := crm.Command{ID: id, Kind: kind, Process: crm.ProcessID(crm.KindContract, crm.ID(contract)), Actor: "gina", Fields: raw}
	for deadline := time.Now().Add(testkit.Patience); time.Now().Before(deadline); {
		before, began := o.down.Load(), time.Now()
		r, err := o.attempt(c)
		if err == nil {
			o.waited(time.Since(began))
			return r.Answer, true
		}
		var busy *temporal.ApplicationError
		switch {
		case before%2 == 1 || before != o.down.Load() || before > 0 && store.Away(err): // a pool finds the dead connections one by one
			o.broken.Add(1)
			time.Sleep(20 * time.Millisecond)
		case errors.As(err, &busy) || !isUndone(err):
			o.t.Errorf("%s: %v after %v", id, err, time.Since(began))
			return crm.Answer{}, false
		default:
			o.undone.Add(1)
		}
	}
	o.t.Errorf("%s: never", id)
	return crm.Answer{}, false
}

func (o *office) waited(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.longest = max(o.longest, d)
}

func isUndone(err error) bool {
	pg, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err)
	return ok && pg.SQLState() == "P0001"
}

func (o *office) attempt(c crm.Command) (crm.Result, error) {
	ctx, stop := context.WithTimeout(o.t.Context(), testkit.Patience)
	defer stop()
	if _, _, err := o.store.Accept(ctx, c); err != nil {
		return crm.Result{}, err
	}
	return o.steps.Apply(ctx, c.ID, c.Process, time.Now())
}

// bill issues all invoices of a contract, one after the other, and takes each fourth back, in two parts.
func (o *office) bill(contract string, tranches []string) {
	for n, tranche := range tranches {
		a, ok := o.carry("issue/"+tranche, contract, crm.InvoiceIssue, crm.IssueFields{TrancheID: crm.ID(tranche)})
		if !ok || !a.OK() {
			o.t.Errorf("%s: %+v", tranche, a)
			return
		}
		o.issued.Add(1)
		if n%4 != 3 {
			continue
		}
		for k, parts := range [][]crm.CreditPart{{{Position: 1, Net: "20"}}, nil} {
			a, ok := o.carry(fmt.Sprint("credit/", k, "/", tranche), contract, crm.InvoiceCredit, crm.CreditFields{InvoiceID: crm.ID(a.Params["invoice"]), Lines: parts, Reason: "Wrong"})
			if !ok || !a.OK() {
				o.t.Errorf("%s: %+v", tranche, a)
				return
			}
			o.credited.Add(1)
		}
	}
}

// S087, S091: however many issue invoices and credit notes at once, whatever of it is undone and however often PostgreSQL is killed meanwhile: numbers have no gap
// and no double, what was answered is there, once, the chain of hashes holds, the ledger explains what is open, and nobody is told that a number cannot be had.
// ISSUERS=64 INVOICES=2000 KILLS=3 does it in full size (make issue).
func TestIssuersAtOnce(t *testing.T) {
	t.Parallel()
	issuers, invoices, kills := testkit.Sized(t, "ISSUERS", 8), testkit.Sized(t, "INVOICES", 80), testkit.Sized(t, "KILLS", 1)
	s := testkit.Stack(t)
	s.Temporal.Kill() // not needed
	o, contracts := openOffice(t, s.DatabaseURL, (invoices+tranchesEach-1)/tranchesEach, issuers)
	work := make(chan plan, len(contracts))
	for _, c := range contracts {
		work <- c
	}
	close(work)
	began := time.Now()
	var all sync.WaitGroup
	for range issuers {
		all.Go(func() {
			for c := range work {
				o.bill(c.Contract, c.Tranches)
			}
		})
	}
	over := make(chan struct{})
	go func() { all.Wait(); close(over) }()
	for k := range kills {
		for share := int64(len(contracts) * tranchesEach * (k + 1) / (kills + 1)); o.issued.Load() < share; {
			select {
			case <-over:
				t.Fatal("they stopped")
			case <-time.After(time.Duration(rand.IntN(9)+1) * time.Millisecond):
			}
		}
		o.down.Add(1)
		s.Postgres.Kill()
		if err := s.Postgres.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.down.Add(1)
	}
	<-over
	took := time.Since(began)
	n := o.issued.Load() + o.credited.Load()
	t.Logf("%d issuers: %d invoices and %d credit notes in %v, %.0f a second; PostgreSQL killed %d times, %d attempts undone, %d broken off; longest wait for an answer %v",
		issuers, o.issued.Load(), o.credited.Load(), took.Round(time.Millisecond), float64(n)/took.Seconds(), kills, o.undone.Load(), o.broken.Load(), o.longest.Round(time.Millisecond))
	o.audit(s.DatabaseURL)
}

func (o *office) audit(address string) {
	o.t.Helper()
	c, err := pgx.Connect(o.t.Context(), address)
	if err != nil {
		o.t.Fatal(err)
	}
	defer c.Close(context.Background())
	for what, sql := range map[string]string{
		"numbers of invoices have no gap and no double": `select count(*) = max(sequence) and min(sequence) = 1 and count(*) = count(distinct sequence) and count(*) = $1 and $2 > 0 from invoice`,
		"nor have those of credit notes":                `select count(*) = max(sequence) and min(sequence) = 1 and count(*) = count(distinct sequence) and count(*) = $2 and $1 > 0 from credit_note`,
		"the counters are behind the last":              `select bool_and(next = case series when 'A' then $1::int else $2::int end + 1) from number_series`,
		"each tranche is billed once":                   `select count(*) = $1 and $2 > 0 from tranche where invoice_id is not null`,
		"each answer is true":                           `select count(*) = $1::int + $2::int from command c where c.answer ->> 'code' = 'done' and exists (select from invoice i where i.id::text = c.answer -> 'params' ->> 'invoice' union all select from credit_note n where n.id::text = c.answer -> 'params' ->> 'credit_note')`,
		"the ledger explains what is open":              `select bool_and(r.open = (select coalesce(sum(g.amount), 0) from ledger g where g.invoice_id = r.invoice_id)) and $1::int + $2::int > 0 from receivable r`,
		"dates never fall":                              `select coalesce(bool_and(d >= 0), true) and $1::int + $2::int > 0 from (select issue_date - lag(issue_date) over (partition by series, year order by sequence) as d from invoice) x`,
	} {
		var so bool
		if err := c.QueryRow(o.t.Context(), sql, o.issued.Load(), o.credited.Load()).Scan(&so); err != nil || !so {
			o.t.Errorf("not so: %s %v", what, err)
		}
	}
	for _, series := range []string{"A", store.SeriesCredit} {
		if bad, err := o.store.CheckChain(o.t.Context(), series, o.year); err != nil || bad != "" {
			o.t.Errorf("the chain of %s breaks at %s: %v", series, bad, err)
		}
	}
	if o.undone.Load() == 0 {
		o.t.Error("nothing was undone")
	}
}
