package activities_test

import (
	"fmt"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S061, S087, S091: several tranches of two contracts on one invoice with one number. Each contract's sums are right to the cent through part payments, a credit note
// of one tranche that is billed again, and an undo of one of the contracts; what does not go together is refused with every reason.
func TestOneInvoiceOfSeveralContracts(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	c.exec(`update account_tax set split_payment = false`)
	signs := func(kinds ...crm.TrancheKind) int {
		q := c.quoted(func(d *store.QuoteDraft) {
			d.Shares = []crm.Share{{Kind: kinds[0], Percent: decimal.NewFromInt(33)}, {Kind: kinds[1], Percent: decimal.NewFromInt(67)}}
		})
		n := c.signs(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"])
		c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
		return n
	}
	a := signs(crm.TrancheProgress, crm.TrancheBalance)
	c.open(account)
	b := signs(crm.TrancheProgress, crm.TrancheBalance)
	c.open(account)
	other := signs(crm.TrancheDeposit, crm.TrancheBalance)
	if c.contract(b) < c.contract(a) {
		a, b = b, a
	}
	tranche := func(n, position int) crm.ID {
		t.Helper()
		return crm.ID(ask[string](c.desk, `select id::text from tranche where contract_id = $1 and position = $2`, c.contract(n), position))
	}
	a1, b1, b2 := tranche(a, 1), tranche(b, 1), tranche(b, 2)
	group := func(n int, ids ...crm.ID) crm.Answer {
		t.Helper()
		return c.onContract(n, crm.InvoiceGroup, "gina", crm.GroupFields{TrancheIDs: ids})
	}
	c.refused(group(b, a1, b1), "not_found") // the other contract's command
	c.exec(`update contract set payment_days = 60, split_payment = true where id = $1`, c.contract(other))
	before := ask[int](c.desk, `select count(*)::int from timeline`)
	from := min(c.contract(a), c.contract(other))
	owner := map[crm.ID]int{c.contract(a): a, c.contract(other): other}[from]
	wrong := c.refused(group(owner, a1, tranche(other, 1)), "validation_failed")
	if wrong.Params["/tranche_ids/1"] != "group_terms" {
		t.Errorf("why not: %v", wrong.Params)
	}
	rows, err := c.BillablesBy(t.Context(), store.Everything(), []crm.ID{a1, tranche(other, 1), a1})
	c.fine(err)
	var codes []string
	for _, e := range crm.CheckGroup(rows, crm.NewDate(2027, 3, 1)) {
		codes = append(codes, e.Pointer+" "+e.Code)
	}
	if got := strings.Join(codes, ", "); got != "/tranche_ids/1 group_terms, /tranche_ids/1 group_tax, /tranche_ids/1 group_advance, /tranche_ids/2 given_twice" {
		t.Errorf("all reasons: %s", got)
	}
	if after := ask[int](c.desk, `select count(*)::int from timeline`); after != before {
		t.Error("a refused group is told")
	}
	answer := c.must(group(a, a1, b1, b2))
	if again := c.apply(fmt.Sprint("contract/", c.n), crm.ProcessID(crm.KindContract, c.contract(a))); again.Params["invoice"] != answer.Params["invoice"] {
		t.Errorf("carried out twice: %v", again)
	}
	invoice := crm.ID(answer.Params["invoice"])
	c.refused(group(a, a1, b1, b2), "validation_failed")
	c.balanced()
	is := func(what, want string) {
		t.Helper()
		if got := ask[string](c.desk, `select (select open::text from receivable where invoice_id = $1) || ': ' || (select string_agg(h.total || ' ' || h.open, ', ') from invoice_shares($1) h)
			|| '; ' || (select string_agg(t.state, ' ' order by s.position) from invoice_share s join tranche t on t.id = s.tranche_id where s.invoice_id = $1)`, invoice); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
		if diff := ask[string](c.desk, `select (sum(h.open) - (select open from receivable where invoice_id = $1))::text from invoice_shares($1) h`, invoice); strings.Trim(diff, "0.") != "" {
			t.Errorf("%s: shares and invoice differ by %s", what, diff)
		}
	}
	is("issued", "1622.60: 402.60 402.60, 402.60 402.60, 817.40 817.40; invoiced invoiced invoiced")
	if told := ask[string](c.desk, `select string_agg((data->>'total') || ' of ' || (data->>'amount') || ': ' || (data->>'tranches'), '; ' order by process) from timeline where code = 'invoice.grouped'`); told != "402.6 of 1622.6: 1; 1220 of 1622.6: 1, 2" {
		t.Errorf("told: %s", told)
	}
	c.bothFormats(invoice)
	pay := func(amount, reference string) {
		c.must(c.onContract(a, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: amount, Reference: reference}))
	}
	pay("100.01", "B-1")
	is("paid in part", "1522.59: 402.60 377.79, 402.60 377.78, 817.40 767.02; invoiced invoiced invoiced")
	c.must(c.onContract(a, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "Not yet", Rebill: true, Lines: []crm.CreditPart{{Position: 2, Net: "330"}}}))
	c.refused(c.onContract(a, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "x", Rebill: true, Lines: []crm.CreditPart{{Position: 1, Net: "1"}}}), "rebill_not_whole")
	if rows, err := c.CreditRows(t.Context(), store.Everything(), store.CreditFilter{Contract: c.contract(b), Limit: 9}); err != nil || len(rows) != 1 || rows[0].InvoiceID != invoice {
		t.Errorf("the credit notes of the contract whose tranche it took: %+v, %v", rows, err)
	}
	for n, want := range map[int]int{a: 1, b: 1} { // its invoice was issued on the first, it takes a line of the second
		rows, _, err := store.CreditNotes.Page(t.Context(), c.Store, store.Everything(), store.Query{Limit: 9, Filters: []store.Filter{{Field: "contract_id", Op: "eq", Value: string(c.contract(n))}}})
		if c.fine(err); len(rows) != want || rows[0].InvoiceID != invoice {
			t.Errorf("the list's credit notes of contract %d: %+v", n, rows)
		}
	}
	elsewhere := []store.Filter{{Field: "contract_id", Op: "eq", Value: string(store.NewID())}}
	if rows, _, err := store.CreditNotes.Page(t.Context(), c.Store, store.Everything(), store.Query{Limit: 9, Filters: elsewhere}); err != nil || len(rows) != 0 {
		t.Errorf("of no contract: %+v, %v", rows, err)
	}
	c.balanced()
	is("one credited", "1119.99: 402.60 369.60, 402.60 0.00, 817.40 750.39; invoiced billable invoiced")
	pay("1119.99", "B-2")
	is("paid", "0.00: 402.60 0.00, 402.60 0.00, 817.40 0.00; paid billable paid")
	for n, want := range map[int]string{a: "402.6 402.6 0", b: "1220 817.4 402.6"} {
		head, err := c.ContractHead(t.Context(), store.Everything(), c.contract(n))
		if c.fine(err); head.Invoiced.String()+" "+head.Paid.String()+" "+head.Credited.String() != want {
			t.Errorf("contract %d: invoiced %s, paid %s, credited %s, want %s", n, head.Invoiced, head.Paid, head.Credited, want)
		}
	}
	again, _ := c.billed(b, 1)
	c.must(c.onContract(b, crm.UndoAsk, "anna", crm.UndoAskFields{Outcome: crm.UndoReopen, Reason: "The plant is not built"}))
	c.must(c.onContract(b, crm.UndoApprove, "dora", crm.UndoFields{}))
	c.untilUndo(b, crm.UndoDone)
	if got := ask[string](c.desk, `select (select sum(net) from credit_note where invoice_id = $1) || ' ' || (select sum(net) from credit_note where invoice_id = $2) || ' ' || (select string_agg(state, ' ' order by net) from tranche where contract_id = $3)
		|| ' ' || (select state from tranche where id = $4)`, invoice, again, c.contract(b), a1); got != "1000.00 330.00 cancelled cancelled paid" {
		t.Errorf("after the undo of one contract: %s", got)
	}
	for _, series := range []string{"A", store.SeriesCredit} {
		if bad, err := c.CheckChain(t.Context(), series, 2027); err != nil || bad != "" {
			t.Errorf("the chain of %s breaks at %s: %v", series, bad, err)
		}
	}
}

// bothFormats writes an invoice of two contracts in both electronic formats: FatturaPA names both with their lines, UBL, which knows one, none but in its lines.
func (c *counter) bothFormats(invoice crm.ID) {
	c.t.Helper()
	e, err := c.EInvoice(c.t.Context(), store.Everything(), invoice)
	c.fine(err)
	fattura, err := documents.FatturaPA(e)
	c.fine(err)
	bill, err := documents.UBLInvoice(e)
	c.fine(err)
	if n := strings.Count(string(fattura), "<DatiContratto>"); n != 2 || strings.Count(string(fattura), "<RiferimentoNumeroLinea>") != 6 || len(e.Lines) != 3 {
		c.t.Errorf("%d contracts in %s", n, fattura)
	}
	if strings.Contains(string(bill), "ContractDocumentReference") || !strings.Contains(string(bill), e.Refs[1].Contract) {
		c.t.Errorf("UBL: %s", bill)
	}
}
