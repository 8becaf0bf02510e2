package activities_test

import (
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S061, S062, S091: where a company invoices in another system, its numbers are noted, once each; what is owed is owed, paid, credited, returned and chased like any other,
// nothing is mailed or written electronically of it, the VAT register is the other system's, and our own series keep no gap.
func TestInvoicedElsewhere(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	third := decimal.NewFromInt(30)
	q := c.quoted(func(d *store.QuoteDraft) {
		d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: third}, {Kind: crm.TrancheDeposit, Percent: third}, {Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(40)}}
	})
	n := c.signs(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"])
	issue := func(position int, number string, on crm.Date) crm.Answer {
		t.Helper()
		tranche := crm.ID(ask[string](c.desk, `select id::text from tranche where contract_id = $1 and position = $2`, c.contract(n), position))
		return c.onContract(n, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: tranche, Number: number, IssueDate: on})
	}
	c.refused(issue(1, "77/A", crm.Date{}), "validation_failed") // the company issues here
	c.must(issue(1, "", crm.Date{}))
	_, err := c.EditCompany(t.Context(), store.Target{Actor: c.people["gina"]}, func(e *crm.LegalEntity) error { e.Invoicing = crm.InvoicingElsewhere; return nil })
	c.fine(err)
	c.refused(issue(2, "", crm.Date{}), "validation_failed")
	c.refused(issue(2, "77/A", crm.NewDate(2027, time.March, 2)), "validation_failed")
	invoice := crm.ID(c.must(issue(2, "77/A", crm.NewDate(2027, time.February, 1))).Params["invoice"])
	c.refused(issue(3, "77/a", crm.NewDate(2027, time.February, 1)), "validation_failed")
	other := crm.ID(c.must(issue(3, "76/A", crm.NewDate(2027, time.January, 2))).Params["invoice"]) // dates may fall
	c.balanced()
	if got := ask[string](c.desk, `select string_agg(i.series || ' ' || i.number || ' ' || i.issue_date || ' ' || i.due_date || ' ' || r.open, ', ' order by i.series, i.sequence) from invoice i join receivable r on r.invoice_id = i.id`); got !=
		"A 2027/0001 2027-03-01 2027-03-31 300.00, X 77/A 2027-02-01 2027-03-03 300.00, X 76/A 2027-01-02 2027-02-01 400.00" {
		t.Errorf("invoices: %s", got)
	}
	if mails := ask[int](c.desk, `select count(*)::int from effect where key like 'mail/invoice/%'`); mails != 1 {
		t.Errorf("%d mails", mails)
	}
	if _, err := c.EInvoice(t.Context(), store.Everything(), invoice); err == nil || !strings.Contains(err.Error(), "invoiced_elsewhere") {
		t.Errorf("it is written electronically: %v", err)
	}
	payment := crm.ID(c.must(c.onContract(n, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: "300", Reference: "B1"})).Params["payment"])
	_, err = c.ReturnPayment(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: payment}, crm.PaymentReturn{OnDate: crm.NewDate(2027, 3, 1)})
	c.fine(err)
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: other, Reason: "Wrong"}))
	c.balanced()
	if debts := ask[int](c.desk, `select count(*)::int from receivable where open > 0 and due_date < '2027-03-10'`); debts != 1 {
		t.Errorf("%d debts to chase", debts)
	}
	lines, err := c.VATRegister(t.Context(), crm.NewDate(2027, 1, 1), crm.NewDate(2027, 12, 31))
	if c.fine(err); len(lines) != 1 || lines[0].Number != "2027/0001" {
		t.Errorf("the register: %+v", lines)
	}
	for _, series := range []string{"A", "X", "Y"} {
		if bad, err := c.CheckChain(t.Context(), series, 2027); err != nil || bad != "" {
			t.Errorf("the chain of %s breaks at %s: %v", series, bad, err)
		}
	}
	if holes := ask[int](c.desk, `select count(*)::int from number_series s where s.next <> 1 + (select count(*) from (select series, year from invoice union all select series, year from credit_note) x where x.series = s.series and x.year = s.year)`); holes > 0 {
		t.Errorf("%d series have holes", holes)
	}
}
