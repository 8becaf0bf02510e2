package activities_test

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S060, S091: an order on which several things are not taxed, each for a reason of its own, is billed with each reason on its part: on tranches, invoices, credit
// notes, both electronic formats and in the VAT register, and everything comes to the order to the cent.
func TestSeveralReasonsOnAnOrder(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-05-03 10:00")
	reasons := map[string]string{"N4": "Art. 10 DPR 633/72", "N2.1": "Art. 7-ter DPR 633/72", "N1": "Art. 15 DPR 633/72"}
	classes := map[string]crm.ID{}
	for code, reason := range reasons {
		classes[code] = store.NewID()
		c.exec(`insert into tax_class (id, name, percent, exemption, country, code) values ($1, $2, 0, $3, 'IT', $2)`, classes[code], code, reason)
	}
	q := c.quoted(func(d *store.QuoteDraft) {
		d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(33)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(67)}}
		for n, code := range []string{"N4", "N2.1", "N1", "N4"} {
			d.Lines = append(d.Lines, crm.QuoteLine{Kind: crm.LineOfQuote, Name: "Extra", Quantity: decimal.NewFromInt(1), UnitPrice: decimal.New(10001+int64(n), -2), TaxClassID: classes[code], Exemption: reasons[code]})
		}
	})
	n := c.signs(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"])
	c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	for position := range 2 {
		invoice, _ := c.billed(n, position+1)
		e, err := c.EInvoice(t.Context(), store.Everything(), invoice)
		c.fine(err)
		c.writesReasons(e, reasons)
		if position > 0 {
			continue
		}
		c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "Too much", Lines: []crm.CreditPart{{TaxPercent: "0", Net: "90.00"}}}))
		c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "All of it"}))
		for _, note := range strings.Fields(ask[string](c.desk, `select string_agg(id::text, ' ' order by sequence) from credit_note`)) {
			e, err := c.ECreditNote(t.Context(), store.Everything(), crm.ID(note))
			c.fine(err)
			c.writesReasons(e, nil)
		}
		c.balanced()
	}
	if got := ask[string](c.desk, `select string_agg(code || ' ' || sum, ', ' order by code) from (select p.tax_code as code, sum(p.net) from tranche_part p group by 1) x`); got != " 1000.00, N1 100.03, N2.1 100.02, N4 200.05" {
		t.Errorf("the tranches come to %s", got)
	}
	year := ask[crm.Date](c.desk, `select max(issue_date) from invoice`)
	lines, err := c.VATRegister(t.Context(), crm.NewDate(year.Year(), 1, 1), year)
	c.fine(err)
	sums := map[string]decimal.Decimal{}
	for _, l := range lines {
		if l.Kind == "invoice" {
			sums[l.Nature] = sums[l.Nature].Add(l.Net)
		}
	}
	if len(sums) != 4 || !sums["N2.1"].Equal(decimal.New(10002, -2)) || !sums["N4"].Equal(decimal.New(20005, -2)) {
		t.Errorf("the register: %v", sums)
	}
	for _, series := range []string{"A", store.SeriesCredit} {
		if bad, err := c.CheckChain(t.Context(), series, year.Year()); err != nil || bad != "" {
			t.Errorf("the chain of %s breaks at %s: %v", series, bad, err)
		}
	}
}

// writesReasons writes a document in both formats; a part of each reason is in it, in the words of its tax class.
func (c *counter) writesReasons(e crm.EInvoice, reasons map[string]string) {
	c.t.Helper()
	fattura, err := documents.FatturaPA(e)
	c.fine(err)
	bill, err := documents.UBLInvoice(e)
	c.fine(err)
	for code, reason := range reasons {
		for what, in := range map[string]string{"<Natura>" + code + "<": string(fattura), "<RiferimentoNormativo>" + reason + "<": string(fattura), reason: string(bill)} {
			if !strings.Contains(in, what) {
				c.t.Errorf("no %s in %s", what, in)
			}
		}
	}
}
