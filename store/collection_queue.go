package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// QueuedDebtor is a customer in a collector's queue.
type QueuedDebtor struct {
	Debtor
	Word        crm.PromiseState // of the last promise or payment plan about what he still owes; empty: none
	WordAt      *time.Time       // when it was made
	WordEnded   crm.Date         // zero: it is open
	ReturnedAt  *time.Time       // when the last payment of what he still owes was taken back; nil: none was
	Promised    crm.Date         // zero: no promise is open
	PartDue     crm.Date         // of the next part of a payment plan; zero: none is on
	Disputed    decimal.Decimal  // of what is open
	PausedUntil crm.Date         // all that he owes rests
	Soonest     crm.Date         // the earliest due date, late or not
	DisputeLate bool
	ContactKind string // the last contact: letter, call, promise, plan
	ContactWhat string // its level, outcome or state
	ContactBy   string // empty: by itself
	ContactAt   *time.Time
	CreditLimit decimal.Decimal // 0: none
}

// Trouble is why he is chased before others, at present.
func (d QueuedDebtor) Trouble(zone *time.Location) crm.Trouble {
	return crm.TroubleOf(d.Word, d.WordAt, d.WordEnded, d.ReturnedAt, zone)
}

// CollectionQueue lists who owes something that is overdue or falls due within a week, by what is open times the days late, twice as much after a broken promise; of the
// groups the page makes its order.
func (s *Store) CollectionQueue(ctx context.Context, sc Scope, today crm.Date, limit int) ([]QueuedDebtor, error) {
	return many[QueuedDebtor](ctx, s.pool, `
		with owes as (
			select r.account_id, sum(r.open) as open, coalesce(sum(r.open) filter (where r.due_date < @today), 0) as overdue, min(r.due_date) filter (where r.due_date < @today) as oldest,
				min(r.due_date) as soonest, count(distinct r.invoice_id) as invoices, (array_agg(r.invoice_id order by r.due_date, r.invoice_id))[1] as invoice_id
			from receivable_part r where r.open > 0 group by r.account_id having min(r.due_date) <= @today::date + 7),
		told as (
			select l.*, coalesce(@today::date - l.oldest, 0) as days_late, a.name as account, a.credit_limit, i.currency, coalesce(b.state, '') as word, b.made_at as word_at, b.ended_on as word_ended
			from owes l join account a on a.id = l.account_id join invoice i on i.id = l.invoice_id
			left join lateral (select w.* from (
				select p.state, p.made_at, p.ended_on from promise p where p.account_id = l.account_id and p.state in ('open', 'broken', 'kept')
					and exists (select from promise_invoice x join receivable r on r.invoice_id = x.invoice_id where x.promise_id = p.id and r.open > 0)
				union all select p.state, p.made_at, p.ended_on from payment_plan p where p.account_id = l.account_id and p.state in ('open', 'broken', 'kept')
					and exists (select from payment_plan_invoice x join receivable r on r.invoice_id = x.invoice_id where x.plan_id = p.id and r.open > 0)) w order by w.made_at desc limit 1) b on true
			where `+sc.sees("a.owner_id")+`
			order by l.open * greatest(coalesce(@today::date - l.oldest, 0), 1) * case when b.state = 'broken' then 2 else 1 end desc, a.name, l.account_id limit @limit)
		select t.*, p.promised, s.part_due, coalesce(h.paused, null) as paused_until, n.due_at as next_at, coalesce(n.kind, '') as next_kind,
			coalesce(d.disputed, 0) as disputed, coalesce(d.late, false) as dispute_late,
			coalesce(c.kind, '') as contact_kind, coalesce(c.what, '') as contact_what, coalesce(u.name, '') as contact_by, c.at as contact_at, v.returned_at
		from told t
		left join lateral (select max(b.at) as returned_at from payment_return b join payment p on p.id = b.payment_id
			where p.account_id = t.account_id and exists (select from receivable r join ledger g on g.invoice_id = r.invoice_id where r.account_id = t.account_id and r.open > 0 and g.payment_id = p.id)) v on true
		left join lateral (select max(on_date) as promised from promise where account_id = t.account_id and state = 'open') p on true
		left join lateral (select min(x.due_on) as part_due from payment_plan y join payment_plan_rest x on x.plan_id = y.id where y.account_id = t.account_id and y.state = 'open') s on true
		left join lateral (select max(until) as paused from dunning_pause where account_id = t.account_id and invoice_id is null and ended_on is null and until >= @today) h on true
		left join lateral (select due_at, kind from deadline where process = 'collection-' || t.account_id order by due_at limit 1) n on true
		left join lateral (select sum(least(x.amount, r.open)) as disputed, bool_or(x.due_on < @today) as late from dispute x join receivable r on r.invoice_id = x.invoice_id
			where r.account_id = t.account_id and r.open > 0 and x.state = 'open') d on true
		left join lateral (select * from (
			(select 'letter' as kind, s.key as what, '' as made_by, s.at from dunning_step s join receivable r on r.invoice_id = s.invoice_id
				where r.account_id = t.account_id and s.state = 'written' and s.channel <> 'call' order by s.at desc limit 1)
			union all (select 'call', outcome, made_by, at from collection_call where account_id = t.account_id order by at desc limit 1)
			union all (select 'promise', state, made_by, made_at from promise where account_id = t.account_id order by made_at desc limit 1)
			union all (select 'plan', state, made_by, made_at from payment_plan where account_id = t.account_id order by made_at desc limit 1)) k order by at desc limit 1) c on true
		left join app_user u on u.id::text = c.made_by
		order by t.open * greatest(t.days_late, 1) * case when t.word = 'broken' then 2 else 1 end desc, t.account, t.account_id`,
		sc.args(pgx.NamedArgs{"today": today, "limit": limit}))
}

// CollectionEvents is what happened with a debtor: his collection's timeline, his money and what he was let off, the newest first.
func (s *Store) CollectionEvents(ctx context.Context, account crm.ID, limit int) ([]Event, error) {
	return many[Event](ctx, s.pool, `select t.id, t.at, t.code, t.data, t.actor, coalesce(u.name, '') as actor_name, t.rule_kind, t.rule_version from timeline t left join app_user u on u.id::text = t.actor
		where t.account_id = $1 and (t.process = 'collection-' || $1::text or t.code like any ('{payment.%,invoice.%,refund.%,write_off.%,waiver.%}')) and t.code <> 'engagement.planned' order by t.id desc limit $2`, account, limit)
}

// LastPaid is the last money of a debtor.
type LastPaid struct {
	Amount   decimal.Decimal
	Currency string
	At       time.Time
}

// PaidToday is what a debtor paid since a time, the latest; ErrNotFound when he did not.
func (s *Store) PaidToday(ctx context.Context, account crm.ID, since time.Time) (LastPaid, error) {
	return one[LastPaid](ctx, s.pool, `select amount, currency, at from payment where account_id = $1 and at >= $2 order by at desc limit 1`, account, since)
}

// PaidDebtor is a debtor of whom money came in, and how he stands after it.
type PaidDebtor struct {
	AccountID crm.ID
	Account   string
	Currency  string
	Amount    decimal.Decimal
	At        time.Time // the last of it
	Late      bool      // he still owes something past its due date
	NextAt    *time.Time
	NextKind  string
}

// PaidSince lists the debtors within the scope of whom money came in since an instant and was not taken back, the latest first.
func (s *Store) PaidSince(ctx context.Context, sc Scope, since time.Time, today crm.Date) ([]PaidDebtor, error) {
	return many[PaidDebtor](ctx, s.pool, `select x.*, exists (select from receivable_part r where r.account_id = x.account_id and r.open > 0 and r.due_date < @today) as late,
			n.due_at as next_at, coalesce(n.kind, '') as next_kind
		from (select p.account_id, a.name as account, p.currency, sum(p.amount) as amount, max(p.at) as at from payment p join account a on a.id = p.account_id
			where p.at >= @since and not exists (select from payment_return b where b.payment_id = p.id) and `+sc.sees("a.owner_id")+` group by 1, 2, 3) x
		left join lateral (select due_at, kind from deadline where process = 'collection-' || x.account_id order by due_at limit 1) n on true
		order by x.at desc, x.account_id limit 100`, sc.args(pgx.NamedArgs{"since": since, "today": today}))
}

// DebtorRecipient is who gets a debtor's letters.
func (s *Store) DebtorRecipient(ctx context.Context, account crm.ID) (Recipient, error) {
	return ask[Recipient](ctx, s.pool, RecipientOf(account, ""))
}
