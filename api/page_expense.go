package api

import (
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// expensesPage is what a person spent in a month, and the form for more (S083).
type expensesPage struct {
	Form       form
	First      crm.Date // of the month
	Before     string
	After      string
	Rows       []store.ExpenseRow
	Sums       []currencySum // of the month, as they were paid
	Waits      int           // not handed in yet
	One        *store.ExpenseRow
	Places     []option // projects and phases
	Kinds      []option
	Currencies []option
	Today      crm.Date
	Home       string
	Edit       bool
	Others     bool               // he may have some to decide on
	Billing    crm.ExpenseBilling // which are shown; empty: all
	SeesBills  bool
}

// currencySum is what was spent in a currency.
type currencySum struct {
	Currency string
	Amount   decimal.Decimal
	Billable decimal.Decimal
}

func pageExpenses(r *request) error {
	day, err := crm.ParseDate(r.gin.Query("month") + "-01")
	if err != nil || day.IsZero() {
		if day, err = r.today(); err != nil {
			return err
		}
	}
	return showExpenses(r, day, form{})
}

func showExpenses(r *request, day crm.Date, f form) (err error) {
	p := expensesPage{Form: f, First: day.OnDay(1), Kinds: enumOptions(r, "", "expense_kind", crm.ExpenseKinds()), Home: r.currency(), Edit: r.whyOff(crm.ModulePeople) == "", Others: r.Can(crm.MayReadContract), SeesBills: r.Can(crm.MayReadInvoice)}
	if b := crm.ExpenseBilling(r.gin.Query("billing")); slices.Contains(expenseFilters, b) {
		p.Billing = b
	}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	p.Before, p.After = month(p.First.AddMonths(-1)), month(p.First.AddMonths(1))
	if p.Rows, err = r.store.Expenses(r.ctx(), r.user.ID, p.First, p.First.AddMonths(1).AddDays(-1), p.Billing); err != nil {
		return err
	}
	for i, x := range p.Rows {
		p.Sums = spentIn(p.Sums, x.Expense)
		if x.Open() {
			p.Waits++
		}
		if string(x.ID) == r.changed(f, "expense") && x.Open() {
			p.One = &p.Rows[i]
		}
	}
	targets, err := r.store.TimesheetTargets(r.ctx(), r.timesheetScope(), r.user.ID, p.First.Monday())
	if err != nil {
		return err
	}
	for _, t := range targets {
		if t.TaskID != "" {
			continue
		}
		name := t.Project
		if t.Phase != "" {
			name += " · " + t.Phase
		}
		p.Places = append(p.Places, option{timesheetKey(t.ProjectID, t.PhaseID), name})
	}
	for _, c := range crm.Currencies() {
		p.Currencies = append(p.Currencies, option{string(c), string(c)})
	}
	return r.show(f.Status(), "expenses", r.say("expense.title"), p)
}

// month is a month as addresses write it, 2026-11.
func month(d crm.Date) string { return d.String()[:7] }

// spentIn adds an expense to the sum of its currency.
func spentIn(sums []currencySum, x crm.Expense) []currencySum {
	i := 0
	for i < len(sums) && sums[i].Currency != x.Currency {
		i++
	}
	if i == len(sums) {
		sums = append(sums, currencySum{Currency: x.Currency})
	}
	if sums[i].Amount = sums[i].Amount.Add(x.Amount); x.Billable {
		sums[i].Billable = sums[i].Billable.Add(x.Amount)
	}
	return sums
}

// Place is where the expense stands that the form changes.
func (p expensesPage) Place() string {
	if p.One == nil {
		return ""
	}
	return timesheetKey(p.One.ProjectID, p.One.PhaseID)
}

// formExpense enters an expense with its receipt, or changes the one of the path; with submit it is handed in.
func formExpense(r *request) error {
	t := store.Target{Scope: r.timesheetScope(), Actor: r.user.ID, ID: optionalID(r.gin.Param("id"))}
	if r.gin.Param("id") != "" {
		if err := r.store.OwnExpense(r.ctx(), t); err != nil {
			return err
		}
	}
	f, files, err := r.anyFiles()
	if err != nil {
		return err
	}
	r.needed(&f, "place", "spent_on", "amount", "text")
	ids := append(strings.Split(f.Value("place"), "_"), "")
	in := crm.Expense{
		ProjectID: optionalID(ids[0]), PhaseID: optionalID(ids[1]), OnDate: r.date(&f, "spent_on"), Kind: crm.ExpenseKind(oneOfOr(f.Value("kind"), crm.ExpenseKinds())), Amount: r.decimal(&f, "amount"),
		Currency: f.Value("currency"), Text: clean(f.Value("text"), maxLine), Billable: f.Value("billable") != "",
	}
	f.values["change_expense"] = r.gin.Param("id")
	if !f.Failed() {
		if err := r.judge(&f, r.keepExpense(&f, t, in, files)); err != nil {
			return err
		}
	}
	day := in.OnDate
	if day.IsZero() {
		if day, err = r.today(); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showExpenses(r, day, f)
	}
	return r.said("expense_saved", "/expenses?month="+month(day))
}

// keepExpense keeps an expense and its receipt, and hands it in where that was asked for.
func (r *request) keepExpense(f *form, t store.Target, in crm.Expense, files []store.DocumentFile) (err error) {
	if t.ID == "" {
		t.ID, in.ID = store.NewID(), ""
		in.ID = t.ID
		_, err = r.store.AddExpense(r.ctx(), t, in)
	} else {
		t.Version = f.seen()
		_, err = r.store.EditExpense(r.ctx(), t, func(x *crm.Expense) error {
			x.ProjectID, x.PhaseID, x.OnDate, x.Kind, x.Amount, x.Currency, x.Text, x.Billable = in.ProjectID, in.PhaseID, in.OnDate, in.Kind, in.Amount, in.Currency, in.Text, in.Billable
			return nil
		})
	}
	if err = atField(atField(atField(err, "/on_date", "/spent_on"), "/project_id", "/place"), "/phase_id", "/place"); err != nil {
		return err
	}
	f.values["change_expense"] = string(t.ID)
	t.Version = 0
	if len(files) > 0 {
		if _, err := r.store.KeepReceipt(r.ctx(), t, files[0]); err != nil {
			return err
		}
	}
	if f.Value("action") == "submit" {
		_, err = r.store.SubmitExpense(r.ctx(), t)
	}
	return err
}

// ownExpense carries out a step of one's own expense.
func (r *request) ownExpense(done string, do func(store.Target) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.timesheetScope(), Actor: r.user.ID, ID: id}
	if err := r.store.OwnExpense(r.ctx(), t); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	t.Version = f.seen()
	day, err := crm.ParseDate(f.Value("day"))
	if err != nil || day.IsZero() {
		if day, err = r.today(); err != nil {
			return err
		}
	}
	if err := r.judge(&f, do(t)); err != nil {
		return err
	}
	if f.Failed() {
		return showExpenses(r, day, f)
	}
	return r.said(done, "/expenses?month="+month(day))
}

func formExpenseSubmit(r *request) error {
	return r.ownExpense("expense_submitted", func(t store.Target) error {
		_, err := r.store.SubmitExpense(r.ctx(), t)
		return err
	})
}

func formExpenseRemove(r *request) error {
	return r.ownExpense("saved", func(t store.Target) error { return r.store.RemoveExpense(r.ctx(), t) })
}

// expenseApprovalsPage are the expenses that wait for the person.
type expenseApprovalsPage struct {
	Rows []store.ExpenseRow
	Form form
	Wait string // the expense whose form failed
}

func pageExpenseApprovals(r *request) error { return showExpenseApprovals(r, form{}) }

func showExpenseApprovals(r *request, f form) error {
	rows, err := r.store.SubmittedExpenses(r.ctx(), r.timesheetDecides(), r.user.ID)
	if err != nil {
		return err
	}
	return r.show(f.Status(), "expense_approvals", r.say("expense.waiting"), expenseApprovalsPage{rows, f, r.gin.Param("id")})
}

// decideExpense carries a decision of a form out.
func (r *request) decideExpense(done string, decide func(*form, store.Target) error) error {
	t, err := r.decidable()
	if err == nil {
		err = r.store.DecidesExpense(r.ctx(), t)
	}
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	t.Version = f.seen()
	if err = r.judge(&f, decide(&f, t)); err != nil {
		return err
	}
	if f.Failed() {
		return showExpenseApprovals(r, f)
	}
	return r.said(done, "/expense-approvals")
}

func formExpenseApprove(r *request) error {
	return r.decideExpense("expense_approved", func(_ *form, t store.Target) error {
		_, err := r.store.ApproveExpense(r.ctx(), t)
		return err
	})
}

func formExpenseReturn(r *request) error {
	return r.decideExpense("expense_returned", func(f *form, t store.Target) error {
		r.needed(f, "reason")
		if f.Failed() {
			return nil
		}
		_, err := r.store.ReturnExpense(r.ctx(), t, clean(f.Value("reason"), maxText))
		return err
	})
}
