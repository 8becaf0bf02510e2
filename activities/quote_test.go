package activities_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// counter is a desk with an open deal whose pipeline asks nothing, and a catalogue of two products.
type counter struct {
	*house
	deal, press, oil crm.ID
}

const noGates = `pipeline:
  key: p
  name: P
  stages:
    - {key: identify, name: I}
    - {key: send, name: S}
    - {key: negotiate, name: N}
    - {key: won, name: W, kind: won}
    - {key: lost, name: L, kind: lost}
  lost_reasons:
    - {key: price, name: Price}
`

func newCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{house: &house{desk: newDesk(t)}}
	_, err := c.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RulePipeline: noGates}, "shipped", "")
	c.fine(err)
	c.press, c.oil, c.deal = store.NewID(), store.NewID(), store.NewID()
	c.exec(`insert into product (id, sku, name, currency, price, cost, tax_percent) values ($1, 'PRESS', 'Press', 'EUR', 1000, 600, 22), ($2, 'OIL', 'Oil', 'EUR', 10, 4, 22)`, c.press, c.oil)
	account := store.NewID()
	c.exec(`insert into account (id, name, country, language, email, owner_id, created_at) values ($1, 'Łódź', 'PL', 'pl', 'buyer@example.com', $2, now())`, account, c.people["anna"])
	c.exec(`insert into account_tax (account_id, split_payment) values ($1, true)`, account)
	c.open(account)
	return c
}

// open makes another open deal of the account with a press on its tab.
func (c *counter) open(account crm.ID) {
	c.t.Helper()
	c.deal = store.NewID()
	c.exec(`insert into opportunity (id, number, name, account_id, stage, state, currency, amount, amount_source, target, owner_id, pipeline, stage_since, created_at, updated_at)
		values ($1, $2, 'Press', $3, 'identify', 'open', 'EUR', 1000, 'products', 900, $4, 'p', now(), now(), now())`, c.deal, "OPP-"+string(c.deal), account, c.people["anna"])
	c.exec(`insert into stage_interval (opportunity_id, stage, entered_at, actor, cause) values ($1, 'identify', now(), 'x', 'x')`, c.deal)
	c.exec(`insert into process (id, kind, record_id, step, started_at, updated_at) values ('opportunity-' || ($1::uuid)::text, 'opportunity', $1::uuid, 'identify', now(), now())`, c.deal)
	c.exec(`insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, discount_percent, unit_cost) values (gen_random_uuid(), $1, $2, 1, 1, 1000, 0, 600)`, c.deal, c.press)
	c.deals = append(c.deals, c.deal)
}

func (c *counter) do(kind, actor string, fields any) crm.Answer {
	c.t.Helper()
	return c.on(len(c.deals)-1, kind, actor, fields)
}

func (c *counter) target(id crm.ID) store.Target {
	return store.Target{Scope: store.Everything(), Actor: c.people["anna"], ID: id}
}

// quoted makes an offer of the deal and sends it.
func (c *counter) quoted(change func(*store.QuoteDraft)) crm.ID {
	c.t.Helper()
	d, err := c.CreateQuote(c.t.Context(), c.target(c.deal), store.NewID(), func(d *store.QuoteDraft) error { change(d); return nil })
	c.fine(err)
	c.must(c.do(crm.QuoteSend, "anna", crm.QuoteDecision{QuoteID: d.ID}))
	return d.ID
}

// beside makes another offer that stands beside a quote, cheaper by a tenth, and sends it.
func (c *counter) beside(quote crm.ID) crm.ID {
	c.t.Helper()
	d, err := c.AlternativeQuote(c.t.Context(), c.target(quote), store.NewID())
	c.fine(err)
	_, err = c.EditQuote(c.t.Context(), c.target(d.ID), func(d *store.QuoteDraft) error { d.DiscountPercent = ten; return nil })
	c.fine(err)
	c.must(c.do(crm.QuoteSend, "anna", crm.QuoteDecision{QuoteID: d.ID}))
	return d.ID
}

var ten = decimal.NewFromInt(10)

func (c *counter) quoteState(id crm.ID) string {
	c.t.Helper()
	return ask[string](c.desk, `select variant || ' ' || state from quote where id = $1`, id)
}

func (c *counter) dealNow() string {
	c.t.Helper()
	return ask[string](c.desk, `select state || ' ' || amount || ' ' || amount_source || ' ' || target from opportunity where id = $1`, c.deal)
}

// due takes the deal's deadlines that are over at a local time in Rome.
func (c *counter) due(local string) {
	c.t.Helper()
	c.at(local)
	_, err := c.steps.CatchUp(c.t.Context(), crm.ProcessID(crm.KindOpportunity, c.deal), time.Now())
	c.fine(err)
}

// S042-S045, S031-S037: offers stand side by side until one is accepted; then the others were not chosen, in the same step, and the deal follows the one. A new version of one leaves the other as it is.
func TestAlternativesOneAccepted(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	a := c.quoted(func(*store.QuoteDraft) {})
	b := c.beside(a)
	if got := c.quoteState(a) + ", " + c.quoteState(b); got != "A sent, B sent" {
		t.Fatalf("side by side: %s", got)
	}
	next, err := c.ReviseQuote(t.Context(), c.target(b), store.NewID())
	c.fine(err)
	c.must(c.do(crm.QuoteSend, "anna", crm.QuoteDecision{QuoteID: next.ID}))
	if got := c.quoteState(a) + ", " + c.quoteState(b) + ", " + c.quoteState(next.ID); got != "A sent, B superseded, B sent" {
		t.Fatalf("after a new version of one: %s", got)
	}
	for i := range 2 {
		word := crm.QuoteDecision{QuoteID: next.ID, Name: "Jan Łoś", Role: "Buyer", Place: "Łódź", Paper: strings.Repeat("a", 64)}
		if order := c.must(c.do(crm.QuoteAccept, "", word)).Params["order"]; i > 0 && order != ask[string](c.desk, `select id::text from sales_order`) {
			t.Error("accepted twice is two orders") // S044
		}
	}
	if got := c.quoteState(a) + ", " + c.quoteState(next.ID); got != "A not_chosen, B accepted" {
		t.Errorf("after the acceptance: %s", got)
	}
	if got := c.dealNow(); got != "won 900.00 quote 900.00" {
		t.Errorf("the deal is %s", got)
	}
	if got := ask[string](c.desk, `select decided_by || ', ' || decided_role || ', ' || decided_place || ', ' || length(decided_paper) from quote where id = $1`, next.ID); got != "Jan Łoś, Buyer, Łódź, 64" {
		t.Errorf("kept: %s", got)
	}
	if !ask[bool](c.desk, `select split_payment from sales_order`) {
		t.Error("split payment stopped at the quote")
	}
	c.refused(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: a, Name: "Jan"}), "quote_not_open")
	c.refused(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: b, Name: "Jan"}), "quote_not_open")
}

// S036, S042-S045: what asks for a deposit is accepted, and the deal is won only when finance notes it; the wait lapses by itself at local midnight.
func TestDepositConfirms(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	thirty := decimal.NewFromInt(30)
	asks := func(d *store.QuoteDraft) { d.DepositPercent, d.DepositDays = thirty, 27 }
	a := c.quoted(asks)
	b := c.beside(a)
	word := crm.QuoteDecision{QuoteID: a, Name: "Jan"}
	for range 2 {
		if got := c.must(c.do(crm.QuoteAccept, "", word)).Params["deposit"]; got != "300.00" { // of the net: he pays the tax to the state
			t.Fatalf("a deposit of %s", got)
		}
	}
	if got := c.quoteState(a) + ", " + c.quoteState(b) + ", " + c.dealNow(); got != "A awaiting_deposit, B not_chosen, open 1000.00 products 900.00" {
		t.Fatalf("while it waits: %s", got)
	}
	c.refused(c.do(crm.QuoteRefuse, "", crm.QuoteDecision{QuoteID: a, Name: "Jan", Note: "x"}), "quote_already_accepted")
	pay := crm.DepositFields{QuoteID: a, Amount: "299.99", Reference: "BANK-1"}
	c.refused(c.do(crm.QuoteDeposit, "dora", pay), "deposit_too_small")
	pay.Amount = "300"
	tomorrow, err := crm.ParseDate("2027-03-02")
	c.fine(err)
	for field, wrong := range map[string]crm.DepositFields{"/amount": {QuoteID: a, Amount: "much", Reference: "x"}, "/reference": {QuoteID: a, Amount: "300"}, "/received_on": {QuoteID: a, Amount: "300", Reference: "x", ReceivedOn: tomorrow}} {
		if got := c.refused(c.do(crm.QuoteDeposit, "dora", wrong), "validation_failed"); got.Params[field] == "" {
			t.Errorf("%+v", got)
		}
	}
	order := c.must(c.do(crm.QuoteDeposit, "dora", pay)).Params["order"]
	if again := c.must(c.do(crm.QuoteDeposit, "dora", pay)).Params["order"]; again != order || order == "" {
		t.Error("noted twice is two orders")
	}
	if got := c.quoteState(a) + ", " + c.dealNow() + ask[string](c.desk, `select ', ' || decided_by from quote where id = $1`, a); got != "A accepted, won 1000.00 quote 900.00, Jan" {
		t.Errorf("when it came: %s", got)
	}
	c.open(account)
	late := c.quoted(asks)
	c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: late, Name: "Jan"})) // on 1 March, due on 28 March, when the clocks change
	c.due("2027-03-28 23:58")
	if got := c.quoteState(late); got != " awaiting_deposit" {
		t.Errorf("on its last day the quote is%s", got)
	}
	c.due("2027-03-29 00:01")
	if got := c.quoteState(late) + " " + c.dealNow(); got != " expired open 1000.00 products 900.00" {
		t.Errorf("after its last day: %s", got)
	}
	c.refused(c.do(crm.QuoteDeposit, "dora", crm.DepositFields{QuoteID: late, Amount: "300", Reference: "BANK-2"}), "deposit_not_due")
}

// S073, S077: a quote's last day ends at local midnight, also on the days of 23 and of 25 hours; one that was withdrawn is no longer accepted.
func TestValidityEndsAtLocalMidnight(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	for i, day := range []string{"2027-03-28", "2027-10-31", "2028-02-29"} {
		last, err := crm.ParseDate(day)
		c.fine(err)
		c.at(last.AddDays(-20).String() + " 10:00")
		if i > 0 {
			c.open(account)
		}
		q := c.quoted(func(d *store.QuoteDraft) { d.ValidUntil = last })
		if n := ask[int](c.desk, `select count(*)::int from deadline where process = 'opportunity-' || $1::text and kind = 'quote_reminder'`, c.deal); n != 1 {
			t.Errorf("%d reminders", n)
		}
		c.due(day + " 23:59")
		if got := c.quoteState(q); got != " sent" {
			t.Errorf("%s 23:59:%s", day, got)
		}
		c.due(last.AddDays(1).String() + " 00:00")
		if got := c.quoteState(q); got != " expired" {
			t.Errorf("%s is over:%s", day, got)
		}
	}
	c.open(account)
	q := c.quoted(func(*store.QuoteDraft) {})
	if a := c.do(crm.QuoteWithdraw, "anna", crm.QuoteDecision{QuoteID: q}); a.Params["/note"] != "required" {
		t.Errorf("withdrawn without a reason: %+v", a)
	}
	c.must(c.do(crm.QuoteWithdraw, "anna", crm.QuoteDecision{QuoteID: q, Note: "Wrong price"}))
	if a := c.refused(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"}), "quote_not_open"); a.Params["state"] != "withdrawn" {
		t.Errorf("%+v", a)
	}
}

// S072, S075: what the catalogue asks for is asked again when the quote leaves, and refused with its reason.
func TestConstraintsAreAskedAtSending(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	d, err := c.CreateQuote(t.Context(), c.target(c.deal), store.NewID(), func(*store.QuoteDraft) error { return nil })
	c.fine(err)
	c.exec(fmt.Sprintf(`insert into product_constraint (id, product_id, kind, others, note, position) values (gen_random_uuid(), '%s', 'requires', '{%s}', 'It runs dry', 1)`, c.press, c.oil))
	a := c.refused(c.do(crm.QuoteSend, "anna", crm.QuoteDecision{QuoteID: d.ID}), "configuration_requires")
	if a.Params["product"] != "PRESS" || a.Params["others"] != "OIL" || a.Params["note"] != "It runs dry" {
		t.Errorf("%+v", a)
	}
	if got := c.quoteState(d.ID) + c.dealNow(); got != " draftopen 1000.00 products 900.00" {
		t.Errorf("a refused sending changed: %s", got)
	}
	c.exec(`delete from product_constraint`)
	c.exec(fmt.Sprintf(`insert into product_constraint (id, product_id, kind, others, text, note, position) values (gen_random_uuid(), '%s', 'rule', '{%s}', 'qty("%[2]s") >= 2 * qty("%[1]s")', 'It runs dry', 1)`, c.press, c.oil))
	if a := c.refused(c.do(crm.QuoteSend, "anna", crm.QuoteDecision{QuoteID: d.ID}), "configuration_rule"); a.Params["text"] != `qty("OIL") >= 2 * qty("PRESS")` || a.Params["note"] != "It runs dry" {
		t.Errorf("%+v", a)
	}
	c.exec(`delete from product_constraint`)
	c.must(c.do(crm.QuoteSend, "anna", crm.QuoteDecision{QuoteID: d.ID}))
}
