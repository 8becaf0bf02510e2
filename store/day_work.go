package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// milestoneNotice is how many days before its day a milestone is on the day of who runs the project.
const milestoneNotice = 7

// workDuty finds one kind of duties of those who deliver, care and pay: rows d of those columns of a Duty that it knows.
type workDuty struct {
	need  crm.Permission
	owner string // whose records count
	sql   string
}

// workDuties are the kinds: cases and requests of care, milestones, and what another person asked for that the reader may decide.
var workDuties = []workDuty{
	{crm.MayReadCase, "a.owner_id", `select 'case' as kind, k.id, k.number || ' · ' || k.subject as title, a.name as who, least(` + caseDue + `, @now) as since
		from care_case k join account a on a.id = k.account_id where k.owner_id = @me and ` + caseDue + ` < @now::timestamptz + interval '1 day'`},
	{crm.MayWriteCase, "a.owner_id", `select 'case_free' as kind, k.id, k.number || ' · ' || k.subject as title, a.name as who, k.opened_at as since
		from care_case k join account a on a.id = k.account_id where k.owner_id is null and k.state in ('open', 'in_progress')`},
	{crm.MayWriteCase, "null", `select 'request' as kind, q.subject as title, q.name as who, q.at as since from care_request q where q.state = 'held' and q.reasons = '{}'`},
	{crm.MayWriteProject, "c.owner_id", `select 'milestone' as kind, c.id, m.name as title, p.name as who, least(m.due_date::timestamp at time zone @zone, @now) as since
		from milestone m join project p on p.id = m.project_id join contract c on c.id = p.contract_id
		where m.done_on is null and m.due_date <= @today::date + @notice::int and p.manager_id = @me and p.state = 'open' and c.state = 'active'`},
	{crm.MayApprovePurchase, "c.owner_id", `select 'purchase' as kind, c.id, b.number || ' · ' || b.supplier as title, p.name as who, b.net as amount, c.currency, b.at as since
		from purchase_order b join project p on p.id = b.project_id join contract c on c.id = p.contract_id
		where b.state = 'draft' and b.requested_by <> @me and (@limit_of::numeric is null or b.net <= @limit_of)`},
	{crm.MayApproveWriteOff, "a.owner_id", `select 'write_off' as kind, w.account_id as id, i.number as title, a.name as who, w.amount, i.currency, w.asked_at as since
		from write_off w join invoice i on i.id = w.invoice_id join account a on a.id = w.account_id where w.state = 'waiting' and w.asked_by <> @me`},
	{crm.MayWritePayment, "a.owner_id", `select case when o.state = 'asked' then 'refund' else 'refund_pay' end as kind, o.account_id as id, o.reason as title, a.name as who, o.amount, o.currency, coalesce(o.decided_at, o.asked_at) as since
		from refund_order o join account a on a.id = o.account_id where o.state = 'approved' or o.state = 'asked' and o.asked_by <> @me`},
}

// WorkDuties are what of cases, projects and money waits for a person, each kind's oldest first (S082-S087, S092): of cases those that he has and whose next promise is near or
// missed, and those that nobody has; of decisions those that others asked for, within what he may approve.
func (s *Store) WorkDuties(ctx context.Context, u crm.User, now time.Time, today crm.Date) (out []Duty, err error) {
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return nil, err
	}
	var limit *decimal.Decimal
	if u.Can(crm.MayApprovePurchase) != crm.ReachAll {
		limit = &u.ApprovalLimit
	}
	for _, w := range workDuties {
		sc := ScopeOf(u, w.need)
		if sc.none() {
			continue
		}
		got, err := many[Duty](ctx, s.pool, `select * from (`+w.sql+` and `+sc.sees(w.owner)+`) d order by since, title limit @limit`,
			sc.args(pgx.NamedArgs{"me": u.ID, "now": now, "today": today, "notice": milestoneNotice, "zone": entity.TimeZone, "limit_of": limit, "limit": dutyLimit}))
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// HandedIn are the weeks of hours and the expenses that wait for a person's decision, one row for all of each kind, as they are decided on one page (S082, S083).
func (s *Store) HandedIn(ctx context.Context, u crm.User) ([]Duty, error) {
	sc, args := ScopeOf(u, crm.MayApproveOrder), []any{u.ID}
	return many[Duty](ctx, s.pool, `select 'week' as kind, string_agg(distinct w.name, ', ') as who, min(s.submitted_at) as since, count(*)::int as count
			from timesheet s join app_user w on w.id = s.user_id where s.state = 'submitted' and s.user_id <> $1 and not exists (select from timesheet_line l where l.timesheet_id = s.id and not `+decides(sc, &args)+`) having count(*) > 0
		union all select 'expense', string_agg(distinct w.name, ', '), min(x.submitted_at), count(*)::int
			from expense x join app_user w on w.id = x.user_id join project p on p.id = x.project_id join contract c on c.id = p.contract_id
			where x.state = 'submitted' and x.user_id <> $1 and (p.manager_id = $1 or `+sc.covers("c.owner_id", &args)+`) having count(*) > 0`, args...)
}
