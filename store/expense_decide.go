package store

import (
	"context"

	"leadtocash/crm"
)

// SubmittedExpenses lists the expenses that wait and that a person may decide: of others, on projects that are his, as their manager or by the scope.
func (s *Store) SubmittedExpenses(ctx context.Context, sc Scope, actor crm.ID) ([]ExpenseRow, error) {
	args := []any{actor, projectRows}
	return many[ExpenseRow](ctx, s.pool, selectExpenses+` where x.state = 'submitted' and x.user_id <> $1 and (p.manager_id = $1 or `+sc.covers("c.owner_id", &args)+`) order by x.submitted_at, x.id limit $2`, args...)
}

// decidableExpense is the condition under which the person of the first argument decides on the expense of the second, or sees that it is his own.
func decidableExpense(sc Scope, args *[]any) string {
	return `x.id = $2 and (x.user_id = $1 or x.state <> 'draft' and exists (select from project p join contract c on c.id = p.contract_id where p.id = x.project_id and (p.manager_id = $1 or ` + sc.covers("c.owner_id", args) + `)))`
}

// DecidesExpense tells whether an expense is there for the person who wants to decide on it. Errors: ErrNotFound.
func (s *Store) DecidesExpense(ctx context.Context, t Target) error {
	args := []any{t.Actor, t.ID}
	_, err := one[struct{ ID crm.ID }](ctx, s.pool, `select x.id from expense x where `+decidableExpense(t.Scope, &args), args...)
	return err
}

// ApproveExpense makes a cost of its project of an expense that was handed in: the cost entry of the same id, so it counts once however often it is approved (S083). Refused: self_approval,
// project_closed, expense_not_submitted.
func (s *Store) ApproveExpense(ctx context.Context, t Target) (x crm.Expense, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if x, err = e.lockExpense(ctx, t); err != nil || x.State == crm.ExpenseApproved {
			return err
		}
		if err := undecided(t, x.State == crm.ExpenseSubmitted, x.Version, "expense_not_submitted"); err != nil {
			return err
		}
		contract, err := e.contractOf(ctx, x.ProjectID)
		if err != nil {
			return err
		}
		d, err := e.lockProject(ctx, Target{Scope: Everything(), Actor: e.actor, ID: contract})
		if err != nil {
			return named(err, d.Name)
		}
		in := crm.CostEntry{ID: x.ID, Kind: x.Kind.Cost(), State: crm.CostActual, Amount: x.Cost, Text: x.Text, OnDate: x.OnDate, PhaseID: x.PhaseID, EnteredBy: x.UserID, ApprovedBy: e.actor}
		if err := e.insertCost(ctx, d, &in, "project.cost"); err != nil {
			return err
		}
		x.State = crm.ExpenseApproved
		return e.decideExpense(ctx, &x)
	})
	return x, err
}

func (e *edit) contractOf(ctx context.Context, project crm.ID) (id crm.ID, err error) {
	err = e.q.QueryRow(ctx, `select contract_id from project where id = $1`, project).Scan(&id)
	return id, told(err)
}

// ReturnExpense gives an expense that was handed in back, with the reason. Refused as ApproveExpense is.
func (s *Store) ReturnExpense(ctx context.Context, t Target, reason string) (x crm.Expense, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if x, err = e.lockExpense(ctx, t); err != nil {
			return err
		}
		if err := undecided(t, x.State == crm.ExpenseSubmitted, x.Version, "expense_not_submitted"); err != nil {
			return err
		}
		x.State, x.Reason = crm.ExpenseReturned, reason
		return e.decideExpense(ctx, &x)
	})
	return x, err
}

// lockExpense locks the expense of another person on a project that is the actor's to decide on; any other is not found, except his own.
func (e *edit) lockExpense(ctx context.Context, t Target) (crm.Expense, error) {
	args := []any{t.Actor, t.ID}
	x, err := one[crm.Expense](ctx, e.q, `select * from expense x where `+decidableExpense(t.Scope, &args)+` for update`, args...)
	if err == nil && x.UserID == t.Actor {
		err = Refused{Code: "self_approval"}
	}
	return x, err
}

func (e *edit) decideExpense(ctx context.Context, x *crm.Expense) error {
	x.DecidedBy, x.DecidedAt = e.actor, &e.now
	return e.moveExpense(ctx, x)
}
