package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// billExpensesBody says which expenses are billed, and how.
type billExpensesBody struct {
	ExpenseIDs    []crm.ID    `json:"expense_ids" doc:"most=500;text=None: all that may be billed."`
	MarkupPercent decimalText `json:"markup_percent" doc:"text=Added to what they cost, 0 to 100; without it, nothing."`
	TaxClassID    crm.ID      `json:"tax_class_id" doc:"text=Without it they are taxed as most of the contract is."`
}

// unbillExpensesBody names a tranche of expenses.
type unbillExpensesBody struct {
	TrancheID crm.ID `json:"tranche_id" doc:"required"`
}

// expenseBillRoutes is the table of billing expenses that the customer pays beside the price (S060, S083).
func expenseBillRoutes() []route {
	const project = "/api/v1/contracts/:id/project"
	return []route{
		{method: get, path: project + "/billable-expenses", need: crm.MayReadPNL, do: getBillableExpenses},
		{method: post, path: project + "/bill-expenses", need: crm.MayIssueInvoice, do: onContract(crm.ExpenseBill, readBillExpenses)},
		{method: post, path: project + "/unbill-expenses", need: crm.MayIssueInvoice, do: onContract(crm.ExpenseUnbill, readUnbillExpenses)},
	}
}

func expenseBillPages() []route {
	const at = "/contracts/:id"
	return []route{
		{method: post, path: at + "/bill-expenses", need: crm.MayIssueInvoice, do: formBillExpenses, page: true},
		{method: post, path: at + "/expense-bills/:item/back", need: crm.MayIssueInvoice, do: formUnbillExpenses, page: true},
	}
}

var expenseBillCalls = map[string]call{
	"GET /api/v1/contracts/:id/project/billable-expenses": call{tag: "Contracts", summary: "List expenses that the customer may be billed", answers: map[int]any{200: page[store.ExpenseRow]{}}}.
		says("S060, S083", "Approved, marked as the customer's, and on no bill; the first 500 by their day."),
	"POST /api/v1/contracts/:id/project/bill-expenses": commanding("Contracts", "Bill expenses on top of the contract", billExpensesBody{}, "contract_closed", "no_billable_expenses").bodiless().money().
		says("S060, S083", "They are a tranche of the kind `expenses`, which is invoiced as any other with a line for each; each is billed once."),
	"POST /api/v1/contracts/:id/project/unbill-expenses": commanding("Contracts", "Take a billing of expenses back", unbillExpensesBody{}, "contract_closed", "already_invoiced").
		says("S060, S083", "Before it is invoiced; of an invoice, a credit note that lets bill again does so.").like(`{"tranche_id":"018f0000-0000-7000-8000-000000000009"}`),
}

func getBillableExpenses(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	rows, err := r.store.BillableExpenses(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.ExpenseRow]{Data: rows}))
}

func readBillExpenses(r *request, f *crm.BillExpensesFields) error {
	if err := r.keyRequired(); err != nil {
		return err
	}
	var b billExpensesBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.ids("/expense_ids", b.ExpenseIDs, crm.MaxBilledExpenses)
	c.id("/tax_class_id", &b.TaxClassID)
	if b.MarkupPercent != "" {
		c.percent("/markup_percent", b.MarkupPercent)
	}
	f.ExpenseIDs, f.MarkupPercent, f.TaxClassID = b.ExpenseIDs, string(b.MarkupPercent), b.TaxClassID
	return c.err()
}

func readUnbillExpenses(r *request, f *crm.UnbillExpensesFields) error {
	var b unbillExpensesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.TrancheID == "" {
		c.fail("/tranche_id", "required", nil)
	}
	c.id("/tranche_id", &b.TrancheID)
	f.TrancheID = b.TrancheID
	return c.err()
}

// rebillPart are the expenses of a project's page of billing: those that wait, and those that are on their way to the customer.
type rebillPart struct {
	Waiting []store.ExpenseRow
	Sum     decimal.Decimal
	Bills   []store.ExpenseBillRow
	Classes []option
	May     bool // put up and take back
}

// rebillPart reads it for the page.
func (r *request) rebillPart(c crm.Contract) (p rebillPart, err error) {
	if p.Waiting, err = r.store.BillableExpenses(r.ctx(), c.ID); err != nil {
		return p, err
	}
	for _, x := range p.Waiting {
		p.Sum = p.Sum.Add(x.Cost)
	}
	if p.Bills, err = r.store.ExpenseBills(r.ctx(), c.ID); err != nil {
		return p, err
	}
	p.May = r.Can(crm.MayIssueInvoice) && c.State == crm.ContractActive
	classes, err := r.store.TaxClasses(r.ctx())
	p.Classes = []option{{"", r.say("rebill.tax_main")}}
	for _, x := range classes {
		if x.Active {
			p.Classes = append(p.Classes, option{string(x.ID), x.Name})
		}
	}
	return p, err
}

// Free tells whether a tranche of expenses may be taken back.
func (rebillPart) Free(t store.ExpenseBillRow) bool {
	return t.State == crm.TrancheBillable && !t.Billed()
}

// formBillExpenses bills the expenses that are ticked.
func formBillExpenses(r *request) error {
	return r.earnedCommand(crm.ExpenseBill, "expenses_billed", func(f *form) any {
		ids := r.picked(f, "expense.")
		if len(ids) == 0 {
			f.other = append(f.other, r.codeText("no_billable_expenses", nil))
		}
		return crm.BillExpensesFields{ExpenseIDs: ids, MarkupPercent: r.percent(f, "markup").String(), TaxClassID: optionalID(f.Value("tax_class"))}
	})
}

// formUnbillExpenses takes a tranche of expenses back.
func formUnbillExpenses(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return r.earnedCommand(crm.ExpenseUnbill, "expenses_unbilled", func(*form) any { return crm.UnbillExpensesFields{TrancheID: item} })
}
