package activities_test

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S060, S083, S091: approved expenses that the customer pays are billed on top of the contract, each once, with a markup and its receipt on a line of its own; the
// profit and loss counts them, their costs stay meanwhile, and a credit note that lets bill again frees them.
func TestExpensesAreBilledOnTop(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-10 10:00")
	n, project := c.work(crm.EarnPlan)
	phase, err := c.AddPhase(t.Context(), c.onProject(n), crm.ProjectPhase{ID: store.NewID(), Name: "Site"})
	c.fine(err)
	spent := func(amount, text, state string, billable bool, phase any) crm.ID {
		t.Helper()
		id := store.NewID()
		c.exec(`insert into expense (id, user_id, project_id, phase_id, on_date, kind, amount, currency, cost, text, billable, state, decided_by, decided_at, at) values ($1, $2, $3, $4, '2027-03-09', 'travel', $5, 'EUR', $5, $6, $7, $8, $9, now(), now())`,
			id, c.people["anna"], project, phase, amount, text, billable, state, c.people["dora"])
		if state == "approved" {
			c.exec(`insert into cost_entry (id, project_id, phase_id, kind, state, amount, text, on_date, entered_by, at) values ($1, $2, $3, 'travel', 'actual', $4, $5, '2027-03-09', $6, now())`, id, project, phase, amount, text, c.people["anna"])
		}
		return id
	}
	c.refused(c.onContract(n, crm.ExpenseBill, "gina", crm.BillExpensesFields{}), "no_billable_expenses")
	train, hotel := spent("33.33", "Train to Turin", "approved", true, phase.ID), spent("10.05", "Parking", "approved", true, nil)
	c.exec(`insert into expense_receipt (expense_id, name, media_type, bytes, size, at) values ($1, 'ticket.pdf', 'application/pdf', 'x', 1, now())`, train)
	ours, waiting := spent("50", "Lunch of ours", "approved", false, nil), spent("60", "Not decided", "submitted", true, nil)
	for _, id := range []crm.ID{ours, waiting} {
		c.refused(c.onContract(n, crm.ExpenseBill, "gina", crm.BillExpensesFields{ExpenseIDs: []crm.ID{train, id}}), "validation_failed")
	}
	bill := func() string {
		t.Helper()
		return c.must(c.onContract(n, crm.ExpenseBill, "gina", crm.BillExpensesFields{MarkupPercent: "10"})).Params["tranche"]
	}
	back := func(cost crm.ID) error {
		_, err := c.CorrectCost(t.Context(), c.onProject(n), cost, store.NewID(), "")
		return err
	}
	first := crm.ID(bill())
	c.refused(c.onContract(n, crm.ExpenseBill, "gina", crm.BillExpensesFields{}), "no_billable_expenses")
	if err := back(train); err == nil || !strings.Contains(err.Error(), "cost_billed") {
		t.Errorf("the cost of a billed expense is taken back: %v", err)
	}
	pnl := func(want string) {
		t.Helper()
		p, err := c.ProjectPNL(t.Context(), c.agreed(n))
		c.fine(err)
		sum, err := c.ProjectSummary(t.Context(), c.agreed(n))
		c.fine(err)
		rows, err := c.ProjectRows(t.Context(), store.Everything(), "", "", crm.Date{}, 1)
		c.fine(err)
		by := decimal.Zero
		for _, row := range p.Phases {
			by = by.Add(row.PNL.Rebilled)
		}
		for what, got := range map[string]decimal.Decimal{"whole": p.Whole.Rebilled, "phases": by, "summary": sum.PNL.Rebilled, "list": rows[0].PNL.Rebilled, "margin": p.Whole.MarginAtEnd.Sub(p.Whole.Revenue).Add(p.Whole.Estimate)} {
			if got.StringFixed(2) != want {
				t.Errorf("%s: %s billed on top, want %s", what, got, want)
			}
		}
	}
	pnl("47.72")
	c.must(c.onContract(n, crm.ExpenseUnbill, "gina", crm.UnbillExpensesFields{TrancheID: first}))
	pnl("0.00")
	bill()
	if got := c.plan(n); got != "deposit 100.00 billable, progress 300.00 planned, balance 600.00 planned, expenses 47.72 billable" {
		t.Errorf("the plan: %s", got)
	}
	invoice, open := c.billed(n, 4)
	if lines := ask[string](c.desk, `select string_agg(concat_ws(' ', net, tax, text), '; ' order by position) from invoice_line where invoice_id = $1`, invoice); !strings.Contains(open, " of 58.22") ||
		!strings.Contains(lines, "36.66 8.07 ") || !strings.Contains(lines, "11.06 2.43 ") || !strings.Contains(lines, "Train to Turin") || !strings.Contains(lines, "ticket.pdf") {
		t.Errorf("%s: %s", open, lines)
	}
	e, err := c.EInvoice(t.Context(), store.Everything(), invoice)
	c.fine(err)
	if _, err := documents.FatturaPA(e); err != nil || len(e.Lines) != 2 {
		t.Errorf("FatturaPA: %v", err)
	}
	if _, err := documents.UBLInvoice(e); err != nil {
		t.Errorf("UBL: %v", err)
	}
	c.refused(c.onContract(n, crm.ExpenseUnbill, "gina", crm.UnbillExpensesFields{TrancheID: ask[crm.ID](c.desk, `select id from tranche where invoice_id = $1`, invoice)}), "already_invoiced")
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "Without markup", Rebill: true}))
	c.balanced()
	c.fine(back(hotel))
	if again := c.must(c.onContract(n, crm.ExpenseBill, "gina", crm.BillExpensesFields{})); again.Params["net"] != "33.33" {
		t.Errorf("billed again: %v", again)
	}
	a, _, err := c.Agreement(t.Context(), c.agreed(n))
	c.fine(err)
	if len(a.Now.Tranches) != 3 {
		t.Errorf("an amendment plans expenses anew: %+v", a.Now.Tranches)
	}
	pnl("33.33")
	final, _ := c.billed(n, 5)
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: final, Reason: "We pay it ourselves"}))
	c.refused(c.onContract(n, crm.ExpenseBill, "gina", crm.BillExpensesFields{}), "no_billable_expenses")
	pnl("0.00")
	if bad, err := c.CheckChain(t.Context(), "A", 2027); err != nil || bad != "" {
		t.Errorf("the chain breaks at %s: %v", bad, err)
	}
}
