package activities_test

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S078, S091: the shipped rules hold the orders of a customer whose oldest invoice is more than 60 days late, or whose debts are with somebody outside, each told beside
// what is merely overdue; what he pays, and what comes back from outside, lifts it by itself.
func TestCreditHold(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	c.exec(`update account set vat = 'PL5260001246'`)
	deal := func() int {
		q := c.quoted(func(d *store.QuoteDraft) {
			d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(100)}}
		})
		c.orders = append(c.orders, crm.ID(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"]))
		return len(c.orders) - 1
	}
	n := deal()
	c.validate(n)
	c.must(c.approve(n, "dora"))
	invoice, _ := c.billed(n, 1)
	due := ask[crm.Date](c.desk, `select due_date from invoice where id = $1`, invoice)
	shipped, _ := rules.ParseDocument(rules.Default())
	_, err := c.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleOrder: string(shipped[crm.RuleOrder].Source)}, "shipped", "")
	c.fine(err)
	c.open(account)
	n = deal()
	c.exec(`update sales_order set delivery_date = '2028-01-01' where id = $1`, c.orders[n])
	validate := func(want string) {
		t.Helper()
		a := c.on(n, crm.OrderValidate, "gina", crm.OrderDecision{OrderID: c.orders[n]})
		got := a.Code
		if !a.OK() {
			got = ask[string](c.desk, `select string_agg(replace(x->>'id', 'checklist.', ''), ' ') from (select clauses from verdict where kind = 'order' order by at desc limit 1) v, jsonb_array_elements(clauses) x
				where x->>'outcome' = 'unmet'`)
		}
		if got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	on := func(day crm.Date) { c.at(day.String() + " 10:00") }
	on(due.AddDays(60))
	validate("overdue")
	on(due.AddDays(61))
	validate("overdue hold")
	c.exec(`insert into legal_hand_over (id, account_id, handler, reason, since, made_by, made_at) values (gen_random_uuid(), $1, 'Notaio', 'No answer', $2, $3, now())`, account, due.AddDays(61), c.people["gina"])
	validate("overdue hold legal")
	c.must(c.onContract(0, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: ask[string](c.desk, `select open::text from receivable where invoice_id = $1`, invoice), Reference: "B-1"}))
	validate("legal")
	c.exec(`update legal_hand_over set ended_on = $1, outcome = 'Paid'`, due.AddDays(61))
	validate("done")
}
