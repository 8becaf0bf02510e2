package activities_test

import (
	"fmt"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S062, S087, decision 11: a payment comes back after what it paid for was credited. What the credit note gave the customer is set off against it, so that he owes
// nothing; what was paid back to him he owes, and is chased for; a fee by the rules is left out where no invoice stands, one that a person wants is refused.
func TestCreditedPaymentComesBack(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	c.exec(`update account_tax set split_payment = false`)
	for n, x := range []struct{ lines, refund, want string }{
		{"", "", "open 0.00, on account 0.00"},
		{"", "400", "open 400.00, on account 0.00"},
		{"500", "", "open 610.00, on account 0.00"},
	} {
		if n > 0 {
			c.open(account)
		}
		q := c.quoted(func(d *store.QuoteDraft) {
			d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(100)}}
		})
		contract := c.signs(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"])
		invoice, _ := c.billed(contract, 1)
		paid := crm.ID(c.must(c.onContract(contract, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: "1220", Reference: fmt.Sprint("B", n)})).Params["payment"])
		f := crm.CreditFields{InvoiceID: invoice, Reason: "Came back"}
		if x.lines != "" {
			f.Lines = []crm.CreditPart{{Position: 1, Net: x.lines}}
		}
		c.must(c.onContract(contract, crm.InvoiceCredit, "gina", f))
		to := store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: account}
		if x.refund != "" {
			_, err := c.Refund(t.Context(), to, crm.Refund{ID: store.NewID(), Amount: decimal.RequireFromString(x.refund), Currency: "EUR", Reference: fmt.Sprint("OUT", n), PaidOn: crm.NewDate(2027, 3, 1)})
			c.fine(err)
		}
		to.ID = paid
		fee := crm.PaymentReturn{OnDate: crm.NewDate(2027, 3, 1), Fee: decimal.NewFromInt(7)}
		if _, err := c.ReturnPayment(t.Context(), to, fee); (err != nil) != (x.lines == "") {
			t.Errorf("case %d, with a fee that a person wants: %v", n, err)
		} else if err != nil {
			fee.RuleVersion = 3
			out, err := c.ReturnPayment(t.Context(), to, fee)
			if c.fine(err); out.Fee.IsPositive() || out.InvoiceID != "" || out.RuleVersion != 0 {
				t.Errorf("case %d: a fee with an invoice that was credited: %+v", n, out)
			}
		}
		c.balanced()
		if got := ask[string](c.desk, `select 'open ' || (select open from receivable where invoice_id = $1) || ', on account ' || (select coalesce(-sum(amount), 0)::numeric(9,2) from ledger where account_id = $2 and invoice_id is null)`, invoice, account); got != x.want {
			t.Errorf("case %d: %s, want %s", n, got, x.want)
		}
		if got := ask[string](c.desk, `select state from tranche where contract_id = $1`, c.contract(contract)); (got == string(crm.TrancheCancelled)) != (x.lines == "") {
			t.Errorf("case %d: the tranche is %s", n, got)
		}
	}
}
