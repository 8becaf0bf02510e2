package api

import (
	"cmp"
	"net/http"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// expenseBody is what a person spent for a project (S083).
type expenseBody struct {
	ProjectID crm.ID      `json:"project_id" doc:"required"`
	PhaseID   crm.ID      `json:"phase_id" doc:"text=Without it, the whole project's."`
	OnDate    crm.Date    `json:"on_date" doc:"required;text=Not in the future."`
	Kind      string      `json:"kind" doc:"required;enum=expense_kind"`
	Amount    decimalText `json:"amount" doc:"required;text=Above zero, without tax that is got back."`
	Currency  string      `json:"currency" doc:"text=In which it was paid; without it, the company's."`
	Text      string      `json:"text" doc:"required;max=500"`
	Billable  bool        `json:"billable" doc:"text=The customer is to pay it beside the price."`
}

// expensePatch changes an expense before it is handed in.
type expensePatch struct {
	ProjectID opt[crm.ID]      `json:"project_id"`
	PhaseID   opt[crm.ID]      `json:"phase_id"`
	OnDate    opt[crm.Date]    `json:"on_date"`
	Kind      opt[string]      `json:"kind" doc:"enum=expense_kind"`
	Amount    opt[decimalText] `json:"amount"`
	Currency  opt[string]      `json:"currency"`
	Text      opt[string]      `json:"text" doc:"max=500"`
	Billable  opt[bool]        `json:"billable"`
}

// expenseTarget is one's own expense of the path, with the contracts on whose projects a person may spend.
func (r *request) expenseTarget() (store.Target, error) {
	t, err := r.target()
	t.Scope = r.timesheetScope()
	return t, err
}

// expenseFilters are the words by which expenses are asked for.
var expenseFilters = []crm.ExpenseBilling{crm.ExpenseToBill, crm.ExpenseBilled}

func getExpenses(r *request) error {
	billing := crm.ExpenseBilling(r.gin.Query("billing"))
	if billing != "" && !slices.Contains(expenseFilters, billing) {
		return refusal(codeParameter, invalid("billing", "unknown_value", params{"allowed": expenseFilters}))
	}
	rows, err := r.store.Expenses(r.ctx(), r.user.ID, crm.Date{}, crm.Date{}, billing)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.ExpenseRow]{Data: rows}))
}

func getExpenseApprovals(r *request) error {
	rows, err := r.store.SubmittedExpenses(r.ctx(), r.timesheetDecides(), r.user.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.ExpenseRow]{Data: rows}))
}

func postExpense(r *request) error {
	var b expenseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	var k check
	x := crm.Expense{ProjectID: b.ProjectID, PhaseID: b.PhaseID, OnDate: b.OnDate, Kind: crm.ExpenseKind(b.Kind), Currency: cmp.Or(b.Currency, r.currency()), Billable: b.Billable}
	if b.ProjectID == "" {
		k.fail("/project_id", "required", nil)
	}
	if b.OnDate.IsZero() {
		k.fail("/on_date", "required", nil)
	}
	k.id("/project_id", &x.ProjectID)
	k.id("/phase_id", &x.PhaseID)
	k.required("/kind", &b.Kind, maxName)
	k.oneOf("/kind", b.Kind, crm.ExpenseKinds()...)
	k.required("/text", &b.Text, maxLine)
	if x.Text = b.Text; crm.Currency(x.Currency).Known() {
		x.Amount = k.amountRequired("/amount", b.Amount, x.Currency)
	}
	if len(k.wrong) == 0 {
		k.add("", x.Check(today))
	}
	if err := k.err(); err != nil {
		return err
	}
	if x.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if x, err = r.store.AddExpense(r.ctx(), store.Target{Scope: r.timesheetScope(), Actor: r.user.ID}, x); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(x))
}

func patchExpense(r *request) error {
	t, err := r.expenseTarget()
	if err != nil {
		return err
	}
	var b expensePatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	k.id("/project_id", &b.ProjectID.Value)
	k.id("/phase_id", &b.PhaseID.Value)
	k.oneOf("/kind", b.Kind.Value, crm.ExpenseKinds()...)
	if b.Text.Set {
		k.required("/text", &b.Text.Value, maxLine)
	}
	if err := k.err(); err != nil {
		return err
	}
	x, err := r.store.EditExpense(r.ctx(), t, func(x *crm.Expense) error {
		set(b.ProjectID, &x.ProjectID)
		set(b.PhaseID, &x.PhaseID)
		set(b.OnDate, &x.OnDate)
		set(b.Currency, &x.Currency)
		set(b.Text, &x.Text)
		set(b.Billable, &x.Billable)
		if b.Kind.Set {
			x.Kind = crm.ExpenseKind(cmp.Or(b.Kind.Value, string(crm.ExpenseOther)))
		}
		if b.Amount.Set && crm.Currency(x.Currency).Known() {
			x.Amount = k.amount("/amount", zeroIfCleared(b.Amount.Value), x.Currency)
		}
		return k.err()
	})
	if err != nil {
		return err
	}
	return r.record(x, x.Version)
}

func deleteExpense(r *request) error {
	t, err := r.expenseTarget()
	if err != nil {
		return err
	}
	if err := r.store.RemoveExpense(r.ctx(), t); err != nil {
		return err
	}
	return r.NoContent()
}

// postExpenseReceipt keeps the receipt of an expense.
func postExpenseReceipt(r *request) error {
	t, err := r.expenseTarget()
	if err != nil {
		return err
	}
	if err := r.store.OwnExpense(r.ctx(), t); err != nil {
		return err
	}
	u, err := r.upload()
	if err != nil {
		return err
	}
	x, err := r.store.KeepReceipt(r.ctx(), t, u.DocumentFile)
	if err != nil {
		return err
	}
	return r.record(x, x.Version)
}

// getExpenseReceipt sends a receipt, to be saved.
func getExpenseReceipt(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	f, err := r.store.Receipt(r.ctx(), store.Target{Scope: store.ScopeOf(r.user, crm.MayReadPNL), Actor: r.user.ID, ID: id}, r.timesheetDecides())
	if err != nil {
		return err
	}
	return r.sendSaved(f)
}

func postExpenseSubmit(r *request) error {
	t, err := r.expenseTarget()
	if err != nil {
		return err
	}
	if err := r.decodeOptional(&emptyBody{}); err != nil {
		return err
	}
	x, err := r.store.SubmitExpense(r.ctx(), t)
	if err != nil {
		return err
	}
	return r.record(x, x.Version)
}
