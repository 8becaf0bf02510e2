package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// heldBack is what is disputed of an invoice: what nobody has decided on, and what the customer was right about and no credit note has taken.
const heldBack = `least(r.open, coalesce((select sum(amount) filter (where state = 'open')
		+ greatest(0, coalesce(sum(amount) filter (where state = 'accepted'), 0) - coalesce((select sum(n.total) from credit_note n where n.invoice_id = i.id
			and n.issued_at >= (select min(opened_at) from dispute where invoice_id = i.id and state = 'accepted')), 0))
	from dispute where invoice_id = i.id), 0))`

// openDebts is what debtors owe, with all that decides when it is chased, on the day @today. Of an invoice that is paid in parts it is what those
// come to that fell due, or the next of them, with the levels of each part.
const openDebts = `select i.id as invoice_id, r.account_id, c.opportunity_id, i.number, i.currency, r.due_date, i.total, d.open, ` + unpaidFees + ` as fees, least(d.open, ` + heldBack + `) as disputed,
		coalesce((select jsonb_agg(jsonb_build_object('level', level, 'on', on_date, 'part', part) order by part, level) from dunning_step where invoice_id = i.id and state <> 'cancelled'), '[]') as steps,
		case when d.parts > 1 then d.places end as parts,
		coalesce((select jsonb_agg(jsonb_build_object('kind', kind, 'until', until, 'ended', ended, 'plan_id', plan_id, 'parts', parts)) from (
			select 'promise' as kind, p.on_date as until, p.ended_on as ended, null::uuid as plan_id, null::jsonb as parts from promise_invoice x join promise p on p.id = x.promise_id where x.invoice_id = i.id and p.state <> 'replaced'
			union all select 'pause', p.until, coalesce(p.ended_on, case when p.until < @today then p.until + 1 end), null, null from dunning_pause p
				where p.account_id = r.account_id and (p.invoice_id is null or p.invoice_id = i.id)
			union all select 'dispute', null, d.ended_on, null, null from dispute d where d.invoice_id = i.id and d.whole
			union all select 'legal', null, l.ended_on, null, null from legal_hand_over l where l.account_id = r.account_id
			union all select 'plan', t.until, p.ended_on, p.id, t.parts from payment_plan_invoice x join payment_plan p on p.id = x.plan_id cross join lateral (
				select min(due_on) as until, jsonb_agg(jsonb_build_object('position', position, 'due_on', due_on, 'amount', amount) order by position) as parts from payment_plan_rest where plan_id = p.id) t
				where x.invoice_id = i.id) h), '[]') as holds
	from receivable r join invoice i on i.id = r.invoice_id join contract c on c.id = i.contract_id
	join lateral (select sum(p.open) filter (where p.due_date <= greatest(r.due_date, @today)) as open, count(*) as parts,
			jsonb_agg(jsonb_build_object('position', p.position, 'due_date', p.due_date) order by p.position) filter (where p.open > 0) as places
		from receivable_part p where p.invoice_id = r.invoice_id) d on true
	where r.account_id = any(@accounts::uuid[]) and r.open > 0 order by r.invoice_id`

// Debts locks what a debtor owes. Payments take the same locks, so nothing is chased while it is being paid; whoever takes several takes
// them in the order of the invoices' ids.
func (tx *Tx) Debts(ctx context.Context, account crm.ID) ([]crm.Debt, error) {
	return many[crm.Debt](ctx, tx.q, openDebts+` for update of r`, pgx.NamedArgs{"accounts": []string{string(account)}, "today": tx.Today})
}

// DebtsOf reads what a debtor owes; nothing when the reader may not see him.
func (s *Store) DebtsOf(ctx context.Context, sc Scope, account crm.ID, today crm.Date) ([]crm.Debt, error) {
	return many[crm.Debt](ctx, s.pool, `select * from (`+openDebts+`) d where exists (select from account a where a.id = d.account_id and `+sc.sees("a.owner_id")+`)`,
		sc.args(pgx.NamedArgs{"accounts": []string{string(account)}, "today": today}))
}

// cancelLetters keeps the dunning letters of invoices that nobody has taken yet from leaving; their levels may come again. $1 are the
// invoices, $2 is why.
const cancelLetters = `with gone as (update effect set state = 'cancelled', outcome = $2, outcome_at = now()
		where invoice_id = any($1::uuid[]) and state = 'due' and key like 'mail/dunning/%' returning key)
	update dunning_step set state = 'cancelled' where effect_key in (select key from gone)`

// CancelLetters has the letters about invoices not leave that nobody has taken yet.
func (tx *Tx) CancelLetters(ctx context.Context, invoices []crm.ID, why string) error {
	if len(invoices) == 0 {
		return nil
	}
	tx.q.later(cancelLetters, texts(invoices), why)
	return late(ctx, tx.q, dropPaper, texts(invoices), tx.Now)
}

// Collector is who calls a debtor: of the people of finance the one with the fewest calls to make; nobody when there is none.
func (tx *Tx) Collector(ctx context.Context, account crm.ID) (id crm.ID, err error) {
	rows, err := many[struct{ ID crm.ID }](ctx, tx.q, `select u.id from app_user u where u.active and $1 = any(u.roles)
		order by (select count(*) from engagement g where g.owner_id = u.id and g.done_at is null), u.id limit 1`, string(crm.RoleFinance))
	if len(rows) == 1 {
		id = rows[0].ID
	}
	return id, err
}

// BeginCollection has a debtor's process live before something is asked of it, also when nothing is overdue yet. Errors: ErrNotFound;
// Refused nothing_open.
func (s *Store) BeginCollection(ctx context.Context, t Target) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		args := []any{t.ID}
		row, err := one[struct{ Living, Open bool }](ctx, e.q, `select exists (select from process where id = 'collection-' || a.id and not closed) as living,
			exists (select from receivable where account_id = a.id and open > 0) as open from account a where a.id = $1 and `+t.Scope.covers("a.owner_id", &args), args...)
		if err != nil || row.Living {
			return err
		}
		if !row.Open {
			return Refused{Code: "nothing_open"}
		}
		if err := openCollection(ctx, e.q, t.ID, e.now); err != nil {
			return err
		}
		process := crm.ProcessID(crm.KindCollection, t.ID)
		e.q.later(upsertDeadline, process, DeadlineReview, "", e.now.Add(beginWithin))
		e.q.later(insertWake, "begin/"+string(NewID()), process, beginWithin)
		return nil
	})
}

// beginWithin is after how long a collection that was begun for a command looks at its debtor by itself: the command comes first.
const beginWithin = time.Minute

// PaidSince is what is open on a promise's invoices, and what it may be when it is kept.
type PaidSince struct {
	ID       crm.ID
	OnDate   crm.Date
	Amount   decimal.Decimal
	Currency string
	LeftOpen decimal.Decimal
	Open     decimal.Decimal
}

// OpenPromises are a debtor's promises that nobody has judged yet.
func (tx *Tx) OpenPromises(ctx context.Context, account crm.ID) ([]PaidSince, error) {
	return many[PaidSince](ctx, tx.q, `select p.id, p.on_date, p.amount, p.currency, p.left_open, coalesce(sum(r.open), 0) as open
		from promise p join promise_invoice x on x.promise_id = p.id join receivable r on r.invoice_id = x.invoice_id
		where p.account_id = $1 and p.state = 'open' group by p.id order by p.made_at, p.id`, account)
}

// PayerOf is the account of a payment.
func (s *Store) PayerOf(ctx context.Context, payment crm.ID) (account crm.ID, err error) {
	err = s.pool.QueryRow(ctx, `select account_id from payment where id = $1`, payment).Scan(&account)
	return account, told(err)
}

// DunningVersion is the version of the dunning rules that holds for a debtor: of his collection while it lives, else the active one; 0: none.
func (s *Store) DunningVersion(ctx context.Context, account crm.ID) (version int, err error) {
	err = s.pool.QueryRow(ctx, `select coalesce((select (rules->>'dunning')::int from process where id = 'collection-' || $1::text and not closed),
		(select version from rule_set where kind = 'dunning' and active), 0)`, account).Scan(&version)
	return version, told(err)
}
