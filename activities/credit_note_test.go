package activities_test

import (
	"fmt"
	"math/rand/v2"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// credited writes notes and payments in random turns on an invoice of which half is paid: ledger and notes agree after each, nothing passes the invoice, and once
// it is credited as a whole, what was paid is the customer's and the tranche may be billed again (S087, S091).
func (s *signed) credited(n int) {
	invoice := s.paidHalf(n)
	credit := func(f crm.CreditFields) crm.Answer {
		f.InvoiceID = invoice
		return s.onContract(n, crm.InvoiceCredit, "gina", f)
	}
	part := func(net string) crm.CreditFields {
		return crm.CreditFields{Lines: []crm.CreditPart{{Position: 1, Net: net}}, Reason: "Two came back"}
	}
	s.refused(credit(crm.CreditFields{}), "validation_failed")
	s.refused(credit(part("1000.01")), "validation_failed")
	rebill := part("1")
	rebill.Rebill = true
	s.refused(credit(rebill), "rebill_not_whole")
	tells := part("100.00")
	tells.Tells = true
	s.must(credit(tells))
	if !ask[bool](s.desk, `select count(*) = 1 from effect where key like 'mail/credit_note/%'`) {
		s.t.Error("the customer is not told")
	}
	r := rand.New(rand.NewPCG(5, 7))
	for k := range 6 {
		if k%2 == 0 {
			credit(part(decimal.New(r.Int64N(25_000), -2).String())) // it may be refused, as beyond it
		} else {
			s.onContract(n, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: decimal.New(1+r.Int64N(9_000), -2).String(), Reference: fmt.Sprint("R", k)})
		}
		s.balanced()
	}
	whole := crm.CreditFields{Reason: "All wrong", Rebill: true}
	s.must(credit(whole))
	s.refused(credit(whole), "nothing_to_credit")
	s.refused(s.onContract(n, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: "1", Reference: "LATE"}), "invoice_void")
	s.balanced()
	for what, sql := range map[string]string{
		"notes come to the invoice":         `select sum(n.net) = i.net and sum(n.tax) = i.tax from credit_note n join invoice i on i.id = n.invoice_id where i.id = $1 group by i.net, i.tax`,
		"nothing is open":                   `select open = 0 and settled_at is not null from receivable where invoice_id = $1`,
		"what was paid is the customer's":   `select (select sum(on_account) from credit_note where invoice_id = $1) = (select -sum(amount) from ledger where invoice_id = $1 and kind = 'payment')`,
		"each note settles or is his":       `select bool_and(settled + on_account = total) from credit_note where invoice_id = $1`,
		"its tranche may be billed again":   `select t.state = 'billable' and t.invoice_id is null from tranche t join invoice i on i.contract_id = t.contract_id where i.id = $1`,
		"who it was for is still known":     `select bool_and(tranche_kind <> '') from credit_note where invoice_id = $1`,
		"who wrote them and why is known":   `select bool_and(issued_by <> '' and reason <> '') from credit_note where invoice_id = $1`,
		"their lines are what they say":     `select sum(l.net) = (select sum(net) from credit_note where invoice_id = $1) from credit_note_line l join credit_note n on n.id = l.credit_note_id where n.invoice_id = $1`,
		"numbers have no holes, no doubles": `select count(*) = max(sequence) and $1::text <> '' from credit_note`,
	} {
		if !ask[bool](s.desk, sql, string(invoice)) {
			s.t.Errorf("not so: %s", what)
		}
	}
	year := ask[int](s.desk, `select max(year) from credit_note`)
	if bad, err := s.CheckChain(s.t.Context(), store.SeriesCredit, year); err != nil || bad != "" {
		s.t.Errorf("the chain breaks at %s: %v", bad, err)
	}
	tranche := crm.ID(ask[string](s.desk, `select t.id::text from tranche t where contract_id = $1`, s.contract(n)))
	again := s.must(s.onContract(n, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: tranche}))
	invoice = crm.ID(again.Params["invoice"])
	s.must(credit(crm.CreditFields{Reason: "Given up"}))
	if got := ask[string](s.desk, `select state from tranche where id = $1`, tranche); got != string(crm.TrancheCancelled) {
		s.t.Errorf("the tranche of an invoice that was credited as a whole is %s", got)
	}
}
