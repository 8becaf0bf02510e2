package activities_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// chaser is a desk with a debtor of late invoices and gina, who collects.
type chaser struct {
	*desk
	account  crm.ID
	invoices []crm.ID
}

const threeLetters = `dunning:
  grace_days: 3
  min_amount: 5.00
  levels:
    - {key: first, name: {en: First}, days: 7, channel: mail, fee: 0}
    - {key: second, name: {en: Second}, days: 21, channel: mail, fee: 10}
    - {key: last, name: {en: Last}, days: 45, channel: mail, fee: 40}
`

// newChaser has the debtor owe so many invoices of 100 EUR, all due on 2 March 2026, a Monday; it is that day at noon.
func newChaser(t *testing.T, invoices int) *chaser {
	t.Helper()
	c := &chaser{desk: newDesk(t), account: store.NewID()}
	u, err := c.CreateUser(t.Context(), crm.User{Name: "gina", Email: "gina@example.com", Language: "en", Roles: []crm.Role{crm.RoleFinance}}, "a long password")
	c.fine(err)
	c.people["gina"] = u.ID
	_, err = c.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleDunning: threeLetters}, "shipped", "")
	c.fine(err)
	c.at("2026-03-02 12:00")
	c.exec(`set session_replication_role = replica`) // contracts without their deals: nothing here asks for them
	c.exec(`insert into account (id, name, country, language, email, owner_id, created_at) values ($1, 'Łódź', 'PL', 'pl', 'buyer@example.com', $2, now())`, c.account, c.people["anna"])
	c.exec(`insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, signed_at)
		values ($1, 'C-1', $1, $1, $1, 'EUR', 100, 0, 100, 30, '2026-01-01', '2026-01-01', now())`, c.account)
	c.exec(`insert into opportunity (id, number, name, account_id, stage, state, currency, amount, amount_source, target, owner_id, pipeline, stage_since, created_at, updated_at)
		values ($1, 'OPP-1', 'Press', $1, 'won', 'won', 'EUR', 1000, 'products', 900, $2, 'p', now(), now(), now())`, c.account, c.people["anna"])
	for i := range invoices {
		id := store.NewID()
		c.exec(`insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
			values ($1, 'A', 2026, $2, 'A/' || $2::int, $3, $3, 'EUR', '2026-02-01', '2026-03-02', 100, 0, 100, '', '', now())`, id, i+1, c.account)
		c.exec(`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) values ($1, $2, 'invoice', 100, '2026-02-01', now())`, c.account, id)
		c.exec(`insert into receivable (invoice_id, account_id, due_date, open) values ($1, $2, '2026-03-02', 100)`, id, c.account)
		c.invoices = append(c.invoices, id)
	}
	c.exec(`set session_replication_role = origin`)
	return c
}

func (c *chaser) process() string { return crm.ProcessID(crm.KindCollection, c.account) }

// says carries a command of the collection out, which begins with it if it has to.
func (c *chaser) says(kind string, fields any) crm.Answer {
	c.t.Helper()
	c.fine(c.BeginCollection(c.t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: c.account}))
	c.n++
	raw, err := json.Marshal(fields)
	c.fine(err)
	cmd := crm.Command{ID: fmt.Sprint("test/", c.n), Kind: kind, Process: c.process(), Actor: string(c.people["gina"]), Fields: raw}
	_, _, err = c.Accept(c.t.Context(), cmd)
	c.fine(err)
	return c.apply(cmd.ID, cmd.Process)
}

// on moves to a local time and takes what is due by then.
func (c *chaser) on(local string) {
	c.t.Helper()
	c.at(local)
	for range 20 {
		_, err := c.steps.CatchUp(c.t.Context(), c.process(), time.Now())
		c.fine(err)
	}
}

// pays books money for an invoice and has the collection look at it.
func (c *chaser) pays(invoice int, amount string) {
	c.t.Helper()
	c.n++
	sum := decimal.RequireFromString(amount)
	_, err := c.Receive(c.t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: c.account}, crm.Payment{ID: store.NewID(), Reference: fmt.Sprint("BANK-", c.n), Amount: sum, Currency: "EUR"},
		[]crm.Allocation{{InvoiceID: c.invoices[invoice], Amount: sum}})
	c.fine(err)
	_, err = c.steps.CatchUp(c.t.Context(), c.process(), time.Now())
	c.fine(err)
}

// letters are the levels that were written and have not been taken back, in their order, with their days.
func (c *chaser) letters() string {
	return ask[string](c.desk, `select coalesce(string_agg(i.number || ' ' || d.key || ' ' || to_char(d.on_date, 'MM-DD'), ', ' order by d.on_date, i.number), '') from dunning_step d join invoice i on i.id = d.invoice_id where d.state = 'written'`)
}

func (c *chaser) plans() string {
	return ask[string](c.desk, `select coalesce(string_agg(state, ', ' order by made_at), '') from payment_plan`)
}

// events are the codes of the collection's timeline that begin so.
func (c *chaser) events(like string) string {
	return ask[string](c.desk, `select coalesce(string_agg(code, ', ' order by id), '') from timeline where process = $1 and code like $2`, c.process(), like)
}

// S091, N5: a plan over two invoices rests their chase from part to part; parts that come on time keep it on, one that does not breaks it in the next working morning, with
// a call for the collector and the next letter of where the chase stood.
func TestPaymentPlan(t *testing.T) {
	t.Parallel()
	c := newChaser(t, 3)
	monthly := crm.PlanTerms{Parts: 3, FirstOn: crm.NewDate(2026, 3, 13), Rhythm: crm.RhythmWeekly}
	if a := c.says(crm.CollectionPlan, crm.PaymentPlanFields{Invoices: c.invoices[:2], PlanTerms: crm.PlanTerms{Parts: 1, Rhythm: "x"}}); a.Code != "validation_failed" || a.Params["/parts"] != "out_of_range" {
		t.Fatalf("%+v", a)
	}
	a := c.says(crm.CollectionPlan, crm.PaymentPlanFields{Invoices: c.invoices[:2], PlanTerms: monthly, Note: "By phone"})
	if !a.OK() {
		t.Fatalf("%+v", a)
	}
	var l crm.Letter
	c.fine(json.Unmarshal([]byte(ask[string](c.desk, `select payload::text from effect where key = 'mail/payment_plan/' || $1`, a.Params["payment_plan"])), &l))
	if l.Language != "pl" || l.To != "buyer@example.com" || len(l.Rows) != 3 || l.Rows[1].On.String() != "2026-03-20" || l.Rows[0].Amount.Value.String() != "66.66" || l.Texts["invoices"] != "A/1, A/2" {
		t.Errorf("the letter: %+v", l)
	}
	for _, invoices := range [][]crm.ID{nil, c.invoices[1:]} {
		if again := c.says(crm.CollectionPlan, crm.PaymentPlanFields{Invoices: invoices, PlanTerms: monthly}); again.Code != "already_planned" || again.Params["invoice"] == "" {
			t.Errorf("planned again: %+v", again)
		}
	}
	c.on("2026-03-09 10:00")
	if got := c.letters(); got != "A/3 first 03-09" {
		t.Errorf("letters: %s", got)
	}
	cash, err := c.ExpectedCash(t.Context(), store.Everything(), "EUR", crm.NewDate(2026, 3, 9), 3)
	c.fine(err)
	if got := fmt.Sprint(cash[0].Promised, cash[0].Late, cash[1].Promised, cash[2].Promised, cash[2].Due); got != "66.66 100 66.67 66.67 0" {
		t.Errorf("expected: %s", got)
	}
	c.pays(0, "60")
	c.pays(1, "6.66")
	c.on("2026-03-16 10:00")
	if c.plans() != "open" {
		t.Errorf("a part that came: %s", c.plans())
	}
	c.pays(0, "40")
	c.on("2026-03-20 23:00")
	c.on("2026-03-23 08:00") // its part was due on Friday; it is judged on Monday morning
	if c.plans() != "open" {
		t.Errorf("before the morning: %s", c.plans())
	}
	c.on("2026-03-23 10:00")
	if c.plans() != "broken" || c.letters() != "A/3 first 03-09, A/2 first 03-23, A/3 second 03-23" {
		t.Errorf("a part that did not come: %s, letters %s", c.plans(), c.letters())
	}
	if got := c.events("payment_plan.%"); got != "payment_plan.made, payment_plan.broken" {
		t.Errorf("told: %s", got)
	}
	if got := ask[string](c.desk, `select (data->>'left') || ' ' || (data->>'part') from timeline where code = 'payment_plan.broken'`); got != "26.67 2" {
		t.Errorf("missing: %s", got)
	}
	if got := ask[string](c.desk, `select count(*) || ' ' || min(g.owner_id::text) from engagement g join collection_task x on x.engagement_id = g.id where g.subject like 'A/2%'`); got != "1 "+string(c.people["gina"]) {
		t.Errorf("calls to make: %s", got)
	}
	facts, err := c.DebtorFacts(t.Context(), c.account, crm.NewDate(2026, 3, 23))
	c.fine(err)
	queue, err := c.CollectionQueue(t.Context(), store.Everything(), crm.NewDate(2026, 3, 23), 10)
	c.fine(err)
	if !facts.Receivables.Broken.Equal(decimal.NewFromInt(1)) || len(queue) != 1 || queue[0].Trouble(time.UTC) != crm.TroubleBroken || !queue[0].PartDue.IsZero() {
		t.Errorf("broken once: %s, %+v", facts.Receivables.Broken, queue)
	}
	paid := store.NewID()
	c.exec(`insert into payment (id, account_id, reference, amount, currency, received_on, recorded_by, at) values ($1, $2, 'LATE', 5, 'EUR', '2026-03-24', '', '2026-03-24 09:00Z')`, paid, c.account)
	c.exec(`insert into ledger (account_id, invoice_id, payment_id, kind, amount, on_date, at) select $1, $2, $3, k, a, '2026-03-25', '2026-03-25 09:00Z' from (values ('payment', -5), ('return', 5)) x(k, a)`, c.account, c.invoices[1], paid)
	c.exec(`insert into payment_return (payment_id, on_date, recorded_by, at) values ($1, '2026-03-25', $2, '2026-03-25 09:00Z')`, paid, c.people["gina"])
	queue, err = c.CollectionQueue(t.Context(), store.Everything(), crm.NewDate(2026, 3, 25), 10)
	if c.fine(err); len(queue) != 1 || queue[0].Trouble(time.UTC) != crm.TroubleReturned {
		t.Errorf("paid since, and taken back: %+v", queue)
	}
}

// S091: a plan ends as kept with its last money, by hand with a reason, and with a hand-over to legal; what is disputed, given up or outside is not planned, and nobody breaks
// a plan by what he disputes.
func TestPaymentPlanEnds(t *testing.T) {
	t.Parallel()
	c := newChaser(t, 3)
	own := func(amounts ...string) (p crm.PlanTerms) {
		for i, a := range amounts {
			p.Own = append(p.Own, crm.OwnPart{On: crm.NewDate(2026, 3, 10+7*i), Amount: a})
		}
		return p
	}
	agree := func(n int, terms crm.PlanTerms) crm.Answer {
		t.Helper()
		return c.says(crm.CollectionPlan, crm.PaymentPlanFields{Invoices: c.invoices[n : n+1], PlanTerms: terms})
	}
	if a := agree(0, own("30", "69.99")); a.Params["/own"] != "parts_do_not_sum" {
		t.Errorf("%+v", a)
	}
	kept := agree(0, own("30", "70"))
	next, err := c.CollectionQueue(t.Context(), store.Everything(), crm.NewDate(2026, 3, 9), 10)
	c.fine(err)
	if !kept.OK() || len(next) != 1 || next[0].PartDue.String() != "2026-03-10" {
		t.Fatalf("%+v %+v", kept, next)
	}
	c.pays(0, "100")
	if c.plans() != "kept" || c.events("payment_plan.%") != "payment_plan.made, payment_plan.kept" {
		t.Errorf("paid at once: %s", c.plans())
	}
	dispute := c.says(crm.CollectionDispute, crm.DisputeFields{InvoiceID: c.invoices[1], Amount: "10", Reason: "Scratched"})
	if a := agree(1, own("50", "50")); a.Code != "plan_disputed" || a.Params["invoice"] != "A/2" {
		t.Errorf("%+v", a)
	}
	c.says(crm.CollectionResolve, crm.ResolveFields{ID: crm.ID(dispute.Params["dispute"]), Outcome: "It was not"})
	c.exec(`insert into write_off (id, account_id, invoice_id, amount, reason, asked_by, asked_at) values (gen_random_uuid(), $1, $2, 1, 'x', $3, now())`, c.account, c.invoices[1], c.people["gina"])
	if a := agree(1, own("50", "50")); a.Code != "write_off_waiting" {
		t.Errorf("%+v", a)
	}
	c.exec(`delete from write_off`)
	second := crm.ID(agree(1, own("50", "50")).Params["payment_plan"])
	c.says(crm.CollectionDispute, crm.DisputeFields{InvoiceID: c.invoices[1], Amount: "10", Reason: "Scratched"})
	c.on("2026-03-11 10:00")
	if c.plans() != "kept, open" {
		t.Errorf("disputed: %s", c.plans())
	}
	if a := c.says(crm.CollectionEndPlan, crm.ReleaseFields{ID: second}); a.Params["/note"] != "required" {
		t.Errorf("%+v", a)
	}
	end := crm.ReleaseFields{ID: second, Note: "He moved away"}
	if a := c.says(crm.CollectionEndPlan, end); !a.OK() {
		t.Errorf("%+v", a)
	}
	if a := c.says(crm.CollectionEndPlan, end); a.Code != "hold_over" {
		t.Errorf("%+v", a)
	}
	agree(2, crm.PlanTerms{Parts: 2, FirstOn: crm.NewDate(2026, 4, 10), Rhythm: crm.RhythmMonthly})
	c.says(crm.CollectionLegal, crm.LegalFields{Handler: "Studio", Reason: "No answer"})
	if got := c.plans(); got != "kept, ended, ended" {
		t.Errorf("with legal: %s", got)
	}
	if a := agree(2, own("50", "50")); a.Code != "with_legal" {
		t.Errorf("%+v", a)
	}
	plans, err := c.PaymentPlans(t.Context(), c.account)
	c.fine(err)
	if len(plans) != 3 || plans[1].Reason != "He moved away" || plans[0].EndedOn.String() != "2026-03-11" || strings.Join(plans[2].Numbers, "") != "A/1" || len(plans[2].Parts) != 2 {
		t.Errorf("%+v", plans)
	}
}

// S091: an invoice in three parts, of which the first is paid after its first letter: the second part's levels begin anew, from its own day; when it has had all of them those
// of the third begin. The fact of how far a chase went counts the part that is chased.
func TestLevelsOfParts(t *testing.T) {
	t.Parallel()
	c := newChaser(t, 1)
	c.exec(`insert into invoice_instalment (invoice_id, position, due_date, amount) values ($1, 1, '2026-03-02', 30), ($1, 2, '2026-04-01', 30), ($1, 3, '2026-05-01', 40)`, c.invoices[0])
	c.fine(c.BeginCollection(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: c.account}))
	had := func(local, want string) {
		t.Helper()
		c.on(local)
		if got := ask[string](c.desk, `select string_agg(d.part || ' ' || d.key || ' ' || to_char(d.on_date, 'MM-DD') || ' ' || (e.payload->'money'->'open'->>'value'), ', ' order by d.on_date) from dunning_step d join effect e on e.key = d.effect_key`); got != want {
			t.Errorf("by %s: %s, want %s", local, got, want)
		}
	}
	letters := func(want int64) {
		t.Helper()
		f, err := c.DebtorFacts(t.Context(), c.account, crm.NewDate(2026, 6, 1))
		c.fine(err)
		if !f.Receivables.Letters.Equal(decimal.NewFromInt(want)) {
			t.Errorf("%s letters, want %d", f.Receivables.Letters, want)
		}
	}
	first := "1 first 03-09 30"
	had("2026-03-09 10:00", first)
	letters(1)
	c.sends()
	c.pays(0, "30")
	letters(0)
	had("2026-04-07 10:00", first)
	second := first + ", 2 first 04-08 30"
	had("2026-04-08 10:00", second)
	second += ", 2 second 04-22 30"
	had("2026-04-22 10:00", second)
	letters(2)
	second += ", 2 last 05-18 70"
	had("2026-05-16 10:00", second[:len(second)-len(", 2 last 05-18 70")])
	for _, day := range []string{"18", "19", "22"} {
		had("2026-05-"+day+" 10:00", second)
	}
	had("2026-05-25 10:00", second+", 3 first 05-25 70")
	plan, err := c.DebtsOf(t.Context(), store.Everything(), c.account, crm.NewDate(2026, 5, 25))
	c.fine(err)
	if len(plan) != 1 || len(plan[0].Parts) != 2 || plan[0].Parts[1].DueDate.String() != "2026-05-01" {
		t.Errorf("%+v", plan)
	}
}
