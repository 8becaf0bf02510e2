package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ExpenseRow is an expense as a page shows it.
type ExpenseRow struct {
	crm.Expense
	Person     string
	Project    string
	ContractID crm.ID
	Home       string // currency of the contract
	Phase      string
	Decider    string
	Receipt    string // name of the file; empty without one
	Billing    crm.ExpenseBilling
	InvoiceID  crm.ID // that bills it
	Invoice    string // its number
}

const selectExpenses = `select x.*, u.name as person, p.name as project, p.contract_id, c.currency as home, coalesce(h.name, '') as phase, coalesce(d.name, '') as decider, coalesce(f.name, '') as receipt,
	case when not x.billable or t.state = 'cancelled' then '' when i.id is not null or t.external_number <> '' then 'billed' when t.id is not null then 'put_up'
		when x.state = 'approved' and x.cost > 0 and not exists (select from cost_entry k where k.corrects_id = x.id) then 'to_bill' else '' end as billing, i.id as invoice_id, coalesce(i.number, t.external_number, '') as invoice
	from expense x join app_user u on u.id = x.user_id join project p on p.id = x.project_id join contract c on c.id = p.contract_id
	left join project_phase h on h.id = x.phase_id left join app_user d on d.id = x.decided_by left join expense_receipt f on f.expense_id = x.id
	left join expense_bill l on l.expense_id = x.id left join tranche t on t.id = l.tranche_id left join invoice i on i.id = t.invoice_id`

// Expenses lists what a person spent from one day to another, both of them in it, the last first; without days, all of it, up to projectRows. With a word for the billing only what the
// customer pays: billed, or what is not on an invoice yet, put up for it or not.
func (s *Store) Expenses(ctx context.Context, user crm.ID, from, to crm.Date, billing crm.ExpenseBilling) ([]ExpenseRow, error) {
	return many[ExpenseRow](ctx, s.pool, `select * from (`+selectExpenses+` where x.user_id = $1 and ($2::date is null or x.on_date between $2 and $3)) x
		where $5 = '' or x.billing <> '' and (x.billing = 'billed') = ($5 = 'billed') order by x.on_date desc, x.id desc limit $4`, user, from, to, projectRows, billing)
}

// AddExpense enters what a person spent, on a project that he may enter hours on.
func (s *Store) AddExpense(ctx context.Context, t Target, x crm.Expense) (crm.Expense, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		x.UserID, x.State, x.Version, x.At = t.Actor, crm.ExpenseDraft, 1, e.now
		if err := e.expensePlaced(ctx, t, x); err != nil {
			return err
		}
		_, err := e.q.Exec(ctx, `insert into expense (id, user_id, project_id, phase_id, on_date, kind, amount, currency, text, billable, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			x.ID, x.UserID, x.ProjectID, x.PhaseID, x.OnDate, x.Kind, x.Amount, x.Currency, x.Text, x.Billable, x.At)
		return told(err)
	})
	return x, err
}

// expensePlaced checks an expense, and that it is on what its person may enter hours on.
func (e *edit) expensePlaced(ctx context.Context, t Target, x crm.Expense) error {
	if err := x.Check(e.today); err != nil {
		return err
	}
	targets, err := timesheetTargets(ctx, e.q, t.Scope, t.Actor, x.OnDate.Monday())
	if err != nil {
		return err
	}
	project := false
	for _, at := range targets {
		if at.ProjectID == x.ProjectID && at.PhaseID == x.PhaseID && at.TaskID == "" {
			return nil
		}
		project = project || at.ProjectID == x.ProjectID
	}
	pointer := "/project_id"
	if project {
		pointer = "/phase_id"
	}
	return crm.FieldErrors{crm.Problem("unknown_record").At(pointer)}
}

// ownExpense locks an expense of the actor's that is not handed in.
func (e *edit) ownExpense(ctx context.Context, t Target) (crm.Expense, error) {
	x, err := one[crm.Expense](ctx, e.q, `select * from expense where id = $1 and user_id = $2 for update`, t.ID, t.Actor)
	switch {
	case err != nil:
	case !x.Open():
		err = Refused{Code: "expense_locked"}
	case t.Version != 0 && t.Version != x.Version:
		err = Stale{Version: x.Version}
	}
	return x, err
}

// OwnExpense tells whether an expense is there for the person who wants to change it. Errors: ErrNotFound.
func (s *Store) OwnExpense(ctx context.Context, t Target) error {
	_, err := one[struct{ ID crm.ID }](ctx, s.pool, `select id from expense where id = $1 and user_id = $2`, t.ID, t.Actor)
	return err
}

// EditExpense changes a person's own expense before it is handed in.
func (s *Store) EditExpense(ctx context.Context, t Target, change func(*crm.Expense) error) (x crm.Expense, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		before, err := e.ownExpense(ctx, t)
		if err != nil {
			return err
		}
		x = before
		if err := change(&x); err != nil {
			return err
		}
		if len(differences(before, x)) == 0 {
			return nil
		}
		if err := e.expensePlaced(ctx, t, x); err != nil {
			return err
		}
		x.Version++
		_, err = e.q.Exec(ctx, `update expense set project_id = $2, phase_id = $3, on_date = $4, kind = $5, amount = $6, currency = $7, text = $8, billable = $9, version = $10 where id = $1`,
			x.ID, x.ProjectID, x.PhaseID, x.OnDate, x.Kind, x.Amount, x.Currency, x.Text, x.Billable, x.Version)
		return told(err)
	})
	return x, err
}

// RemoveExpense takes a person's own expense away before it is handed in.
func (s *Store) RemoveExpense(ctx context.Context, t Target) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		if _, err := e.ownExpense(ctx, t); err != nil {
			return err
		}
		_, err := e.q.Exec(ctx, `delete from expense where id = $1`, t.ID)
		return told(err)
	})
}

// KeepReceipt keeps the receipt of a person's own expense, instead of one that was there.
func (s *Store) KeepReceipt(ctx context.Context, t Target, f DocumentFile) (x crm.Expense, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if x, err = e.ownExpense(ctx, t); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `insert into expense_receipt (expense_id, name, media_type, bytes, size, at) values ($1, $2, $3, $4, $5, $6) on conflict (expense_id) do update
			set name = excluded.name, media_type = excluded.media_type, bytes = excluded.bytes, size = excluded.size, at = excluded.at`, x.ID, f.Name, f.MediaType, f.Bytes, len(f.Bytes), e.now); err != nil {
			return told(err)
		}
		x.Version++
		_, err := e.q.Exec(ctx, `update expense set version = $2 where id = $1`, x.ID, x.Version)
		return told(err)
	})
	return x, err
}

// Receipt reads a receipt: of one's own expense, or of one that was handed in on a project within a scope, whose costs the reader sees or decides on.
func (s *Store) Receipt(ctx context.Context, t Target, decides Scope) (f DocumentFile, err error) {
	args := []any{t.Actor, t.ID}
	sees := t.Scope.covers("c.owner_id", &args) + ` or ` + decides.covers("c.owner_id", &args)
	err = s.pool.QueryRow(ctx, `select f.name, f.media_type, f.bytes from expense_receipt f join expense x on x.id = f.expense_id join project p on p.id = x.project_id join contract c on c.id = p.contract_id
		where x.id = $2 and (x.user_id = $1 or x.state <> 'draft' and (p.manager_id = $1 or `+sees+`))`, args...).Scan(&f.Name, &f.MediaType, &f.Bytes)
	return f, told(err)
}

// SubmitExpense hands a person's own expense in, at the exchange rate of its day; one that is handed in stays as it is. Errors: required at /file without a receipt, no_exchange_rate at
// /currency.
func (s *Store) SubmitExpense(ctx context.Context, t Target) (x crm.Expense, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if x, err = one[crm.Expense](ctx, e.q, `select * from expense where id = $1 and user_id = $2 for update`, t.ID, t.Actor); err != nil || x.State == crm.ExpenseSubmitted {
			return err
		}
		if x, err = e.ownExpense(ctx, t); err != nil {
			return err
		}
		if err := e.expensePlaced(ctx, t, x); err != nil {
			return err
		}
		var receipt bool
		var home string
		if err := e.q.QueryRow(ctx, `select exists (select from expense_receipt where expense_id = $1), c.currency from project p join contract c on c.id = p.contract_id where p.id = $2`, x.ID, x.ProjectID).Scan(&receipt, &home); err != nil {
			return told(err)
		}
		if x.NeedsReceipt() && !receipt {
			return crm.FieldErrors{crm.Problem("required").At("/file")}
		}
		if x.Cost, err = e.exchanged(ctx, x.Amount, x.Currency, home, x.OnDate); err != nil {
			return err
		}
		x.State, x.Reason, x.SubmittedAt = crm.ExpenseSubmitted, "", &e.now
		return e.moveExpense(ctx, &x)
	})
	return x, err
}

// exchanged is an amount in another currency, at the rates that were known on a day, rounded as the company does.
func (e *edit) exchanged(ctx context.Context, amount decimal.Decimal, from, to string, on crm.Date) (decimal.Decimal, error) {
	rate := decimal.NewFromInt(1)
	if from != to {
		var rates [2]decimal.Decimal
		for i, currency := range []string{from, to} {
			if currency == e.entity.Currency {
				rates[i] = rate
				continue
			}
			r, err := one[crm.ExchangeRate](ctx, e.q, `select * from exchange_rate where currency = $1 and on_date <= $2 order by on_date desc limit 1`, currency, on)
			if err == ErrNotFound {
				return amount, crm.FieldErrors{crm.Problem("no_exchange_rate", "currency", currency).At("/currency")}
			} else if err != nil {
				return amount, err
			}
			rates[i] = r.Rate
		}
		rate = crm.Cross(rates[0], rates[1])
	}
	return crm.Round(amount.Mul(rate), crm.Currency(to), crm.Rounding(e.entity.Rounding)), nil
}

func (e *edit) moveExpense(ctx context.Context, x *crm.Expense) error {
	x.Version++
	_, err := e.q.Exec(ctx, `update expense set state = $2, reason = $3, cost = $4, submitted_at = $5, decided_by = $6, decided_at = $7, version = $8 where id = $1`,
		x.ID, x.State, x.Reason, x.Cost, x.SubmittedAt, x.DecidedBy, x.DecidedAt, x.Version)
	return told(err)
}
