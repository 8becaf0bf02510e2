package activities_test

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S087, S091: a customer's terms, or those of an order, go to the contract and divide each invoice into parts. What comes in pays the earliest; a receivable is due
// with its earliest open part, whatever opens or settles it; documents name each part, and the chain covers them.
func TestInvoicePaidInParts(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	_, err := c.SetAccountTax(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["anna"], ID: account}, "", false, "30/60/90 eom")
	c.fine(err)
	whole := func(d *store.QuoteDraft) {
		d.Shares = []crm.Share{{Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(100)}}
	}
	signs := func(own string) int {
		c.orders = append(c.orders, crm.ID(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: c.quoted(whole), Name: "Jan"})).Params["order"]))
		n := len(c.orders) - 1
		if own != "" {
			terms := crm.DefaultTerms()
			terms.PaymentTerms = own
			_, err := c.EditOrder(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["anna"], ID: c.orders[n]}, store.OrderChange{Terms: &terms})
			c.fine(err)
		}
		c.validate(n)
		c.must(c.approve(n, "dora"))
		c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
		return n
	}
	n := signs("")
	invoice, open := c.billed(n, 1)
	if open != "1220.00 of 1220.00, 0.00 before, invoiced" {
		t.Errorf("the invoice: %s", open)
	}
	is := func(want string) {
		t.Helper()
		if got := ask[string](c.desk, `select (select due_date::text from receivable where invoice_id = $1) || ': ' || string_agg(due_date || ' ' || amount || ' ' || open, ', ' order by position) from receivable_part where invoice_id = $1`, invoice); got != want {
			t.Errorf("due: %s, want %s", got, want)
		}
	}
	const first, second, third = "2027-03-31 406.66 ", "2027-04-30 406.67 ", "2027-05-31 406.67 "
	is("2027-03-31: " + first + "406.66, " + second + "406.67, " + third + "406.67")
	pay := func(amount, reference string) crm.ID {
		t.Helper()
		return crm.ID(c.must(c.onContract(n, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: amount, Reference: reference})).Params["payment"])
	}
	paid := pay("500", "BANK-1")
	is("2027-04-30: " + first + "0.00, " + second + "313.33, " + third + "406.67")
	if p, err := c.InvoicePage(t.Context(), store.Everything(), invoice); err != nil || p.NextDue().String() != "2027-04-30" || p.DueDate.String() != "2027-05-31" || len(p.Parts) != 3 {
		t.Errorf("its page: %v %+v", err, p.Parts)
	}
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "Scratches", Lines: []crm.CreditPart{{Position: 1, Net: "300"}}}))
	is("2027-05-31: " + first + "0.00, " + second + "0.00, " + third + "354.00")
	_, err = c.ReturnPayment(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: paid}, crm.PaymentReturn{OnDate: crm.NewDate(2027, 3, 1), Reason: "No cover"})
	c.fine(err)
	is("2027-03-31: " + first + "40.66, " + second + "406.67, " + third + "406.67")
	chased := func(today crm.Date, want string) {
		t.Helper()
		debts, err := c.DebtsOf(t.Context(), store.Everything(), account, today)
		c.fine(err)
		if len(debts) != 1 || debts[0].DueDate.String()+" "+debts[0].Open.String() != want {
			t.Errorf("chased on %s: %+v, want %s", today, debts, want)
		}
	}
	chased(crm.NewDate(2027, 4, 29), "2027-03-31 40.66") // what did not fall due is not asked for
	chased(crm.NewDate(2027, 5, 2), "2027-03-31 447.33")
	c.balanced()
	page, err := c.InvoicePage(t.Context(), store.Everything(), invoice)
	c.fine(err)
	// 30 days of 40.66, 31 of 447.33, 30 of 854.00 at 10.15 %: each part from the day after its own
	if in, err := c.LateInterest(t.Context(), page.Invoice, crm.NewDate(2027, 6, 30)); err != nil || in.Amount.String() != "11.32" || len(in.Lines) != 3 || in.Lines[1].Base.StringFixed(2) != "447.33" {
		t.Errorf("interest: %v %+v", err, in)
	}
	e, err := c.EInvoice(t.Context(), store.Everything(), invoice)
	c.fine(err)
	fattura, err := documents.FatturaPA(e)
	c.fine(err)
	bill, err := documents.UBLInvoice(e)
	c.fine(err)
	for what, in := range map[string]string{
		"<CondizioniPagamento>TP01<": string(fattura), "<DataScadenzaPagamento>2027-04-30</DataScadenzaPagamento>": string(fattura), "<ImportoPagamento>406.66<": string(fattura),
		"2027-03-31: 406.66 EUR; 2027-04-30: 406.67 EUR; 2027-05-31: 406.67 EUR": string(bill), "<cbc:DueDate>2027-05-31<": string(bill),
	} {
		if !strings.Contains(in, what) {
			t.Errorf("no %s in %s", what, in)
		}
	}
	c.open(account)
	n = signs("30% 0, 70% 1m")
	invoice, _ = c.billed(n, 1)
	is("2027-03-01: 2027-03-01 366.00 366.00, 2027-04-01 854.00 854.00")
	if bad, err := c.CheckChain(t.Context(), "A", 2027); err != nil || bad != "" {
		t.Errorf("the chain breaks at %s: %v", bad, err)
	}
}
