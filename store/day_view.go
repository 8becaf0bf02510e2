package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Duty is something that waits for a person: one row of My day.
type Duty struct {
	Kind     string // what is to be done: a key of dutyPages
	ID       crm.ID // of the record to open
	Title    string
	Who      string
	Amount   decimal.Decimal
	Currency string
	Since    time.Time // since when it waits
	Version  int       // of an order
	Day      crm.Date  // of a rate of interest: from which it is missing
	Count    int       // how many are decided together, where the row stands for several
}

// elsewhere is for duties that are somebody's by name, whoever's the record is.
func elsewhere(sc DutyScopes) Scope {
	return Scope{User: sc.User.ID, Teams: sc.Approve.Teams, Reach: crm.ReachAll}
}

// DutyScopes are what the reader may see, by the subject of a duty.
type DutyScopes struct {
	User                                                  crm.User
	Approve, Validate, Assign, Lead, Deal, Issue, Collect Scope
	Except, Ask                                           Scope
	HandOff                                               Scope
}

// dutyLimit is how many rows of one kind My day shows.
const dutyLimit = 25

// dutyQuery finds one kind of duties: whose records count, by their owner, and the question without that.
type dutyQuery struct {
	scope Scope
	owner string
	sql   string
}

// Duties collects what waits for the user, kind by kind. The order is the caller's business.
func (s *Store) Duties(ctx context.Context, sc DutyScopes, now time.Time, today crm.Date) ([]Duty, error) {
	roles := make([]string, len(sc.User.Roles))
	for i, r := range sc.User.Roles {
		roles[i] = string(r)
	}
	base := pgx.NamedArgs{"me": sc.User.ID, "roles": roles, "now": now, "today": today, "limit": dutyLimit, "email": sc.User.Email}
	orders := `select '%s' as kind, r.id, r.number || ' · ' || o.name as title, a.name as who, r.net as amount, r.currency, coalesce(r.validated_at, r.created_at) as since, r.version
		from sales_order r join opportunity o on o.id = r.opportunity_id join account a on a.id = o.account_id where `
	leads := ` as kind, l.id, l.company as title, l.contact_name as who, 0::numeric as amount, '' as currency, l.updated_at as since from lead l where `
	deals := ` as kind, o.id, o.name as title, a.name as who, o.amount, o.currency, o.stage_since as since from opportunity o join account a on a.id = o.account_id where `
	exceptions := `select '%s' as kind, %s as id, o.number || ' · ' || o.name as title, a.name as who, o.amount, o.currency, %s as since
		from rule_exception x join opportunity o on o.id = x.opportunity_id join account a on a.id = o.account_id where o.state <> 'lost' and `
	queries := []dutyQuery{
		{sc.Approve, "o.owner_id", as(orders, "approve") + approvalAsks},
		{elsewhere(sc), "null", as(orders, "approve") + approvalAsks + ` and exists (select from approval_person w where w.order_id = r.id and w.user_id = @me::uuid) and not (` + sc.Approve.sees("o.owner_id") + `)`},
		{elsewhere(sc), "null", as(orders, "answer") + `r.asked_at is not null and (r.requested_by = @me::text or o.owner_id = @me::uuid)`},
		{sc.Validate, "o.owner_id", as(orders, "validate") + `r.state = 'validate'`},
		{sc.Except, "o.owner_id", fmt.Sprintf(exceptions, "except", "x.id", "x.requested_at") + exceptionWaits},
		{sc.Ask, "o.owner_id", fmt.Sprintf(exceptions, "excepted", "o.id", "x.decided_at") + `x.state = 'granted' and x.expires_on >= @today and x.requested_by = @me`},
		{sc.Ask, "o.owner_id", fmt.Sprintf(exceptions, "declined", "x.id", "x.decided_at") + `x.state = 'declined' and x.decided_at > @now::timestamptz - interval '7 days' and x.requested_by = @me`},
		{sc.Approve, "c.owner_id", `select 'undo' as kind, c.id, c.number as title, a.name as who, c.net as amount, c.currency, u.requested_at as since
			from undo u join contract c on c.id = u.contract_id join account a on a.id = c.account_id where ` + undoAsks},
		{elsewhere(sc), "null", `select 'amend' as kind, c.id, c.number as title, a.name as who, c.net as amount, c.currency, u.requested_at as since
			from contract_amendment u join contract c on c.id = u.contract_id join account a on a.id = c.account_id where c.state = 'active' and ` + amendmentAsks},
		{sc.Assign, "l.owner_id", `select case when l.state = 'new' then 'qualify' else 'assign' end` + leads + `(l.state = 'new' or l.state = 'qualified' and l.owner_id is null)`},
		{sc.Lead, "l.owner_id", `select case when l.feedback = '' then 'feedback' else 'convert' end` + leads + `l.state = 'assigned' and l.feedback <> 'negative' and l.owner_id = @me`},
		{sc.Deal, "o.owner_id", `select 'plan'` + deals + `o.state = 'open' and o.owner_id = @me and not exists (select 1 from engagement e where e.opportunity_id = o.id and e.done_at is null)`},
		{sc.Deal, "e.owner_id", `select 'call' as kind, coalesce(e.opportunity_id, e.lead_id) as id, e.subject as title, coalesce(o.name, '') as who, coalesce(o.amount, 0) as amount, coalesce(o.currency, '') as currency, e.due_at as since
			from engagement e left join opportunity o on o.id = e.opportunity_id where e.done_at is null and e.owner_id = @me and e.opportunity_id is not null and e.due_at < @now::timestamptz + interval '1 day' and not (` + endedAt + `)`},
		{sc.Issue, "c.owner_id", `select 'bill' as kind, c.id, c.number as title, a.name as who, t.total as amount, c.currency, c.signed_at as since
			from tranche t join contract c on c.id = t.contract_id join account a on a.id = c.account_id where t.state = 'billable'`},
		{sc.Collect, "a.owner_id", `select 'collect' as kind, i.id, i.number as title, a.name as who, r.open as amount, i.currency, r.due_date::timestamptz as since
			from receivable r join invoice i on i.id = r.invoice_id join account a on a.id = r.account_id where r.open > 0 and r.due_date < @today`},
	}
	queries = append(queries, handOffDuties(sc)...)
	base["departments"] = texts(sc.User.In())
	var out []Duty
	for _, q := range queries {
		if q.scope.none() {
			continue
		}
		got, err := many[Duty](ctx, s.pool, `select * from (`+q.sql+` and `+q.scope.sees(q.owner)+`) d order by since, id limit @limit`, q.scope.args(base))
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// undoAsks is the condition under which an undo u waits for somebody else than who asked for it.
const undoAsks = `u.state = 'asked' and u.requested_by <> @me::uuid`

// exceptionWaits is the condition under which a request for an exception waits for the reader: he is its owner, or stands in for one who is
// not there or who asked himself.
const exceptionWaits = `x.state = 'asked' and x.requested_by <> @me and (x.owner = any(@roles::text[]) or lower(x.owner) = lower(@email) or 'admin' = any(@roles::text[])
	and not exists (select from app_user w where w.active and w.id <> x.requested_by and (x.owner = any(w.roles) or lower(x.owner) = lower(w.email))))`

// Waiting are the two numbers that the navigation shows.
type Waiting struct {
	Approvals int // orders that wait for one of the user's roles, exceptions, amendments and undos that do
	Overdue   int // customers past due
}

// Waiting counts what waits; a scope of none counts nothing.
func (s *Store) Waiting(ctx context.Context, user crm.User, orders, exceptions, invoices Scope, today crm.Date) (Waiting, error) {
	var w Waiting
	roles := make([]string, len(user.Roles))
	for i, r := range user.Roles {
		roles[i] = string(r)
	}
	if !orders.none() {
		err := s.pool.QueryRow(ctx, `select count(*) from sales_order r join opportunity o on o.id = r.opportunity_id where `+orders.sees("o.owner_id")+`
			and r.state = 'validate' and @validates or `+approvalAsks+` and (`+orders.sees("o.owner_id")+` or exists (select from approval_person w where w.order_id = r.id and w.user_id = @me::uuid))`,
			orders.args(pgx.NamedArgs{"me": user.ID, "roles": roles, "validates": user.Can(crm.MayValidateOrder) > crm.ReachNone})).Scan(&w.Approvals)
		if err != nil {
			return w, told(err)
		}
	}
	if !exceptions.none() {
		var n int
		err := s.pool.QueryRow(ctx, `select count(*) from rule_exception x join opportunity o on o.id = x.opportunity_id where o.state <> 'lost' and `+exceptions.sees("o.owner_id")+` and `+exceptionWaits,
			exceptions.args(pgx.NamedArgs{"me": user.ID, "roles": roles, "email": user.Email})).Scan(&n)
		if err != nil {
			return w, told(err)
		}
		w.Approvals += n
	}
	if approve := ScopeOf(user, crm.MayApproveOrder); user.Can(crm.MayReadContract) > crm.ReachNone {
		var n int
		err := s.pool.QueryRow(ctx, `select (select count(*) from undo u join contract c on c.id = u.contract_id where `+undoAsks+` and `+approve.sees("c.owner_id")+`)
			+ (select count(*) from contract_amendment u join contract c on c.id = u.contract_id where c.state = 'active' and `+amendmentAsks+`)`,
			approve.args(pgx.NamedArgs{"me": user.ID, "roles": roles})).Scan(&n)
		if err != nil {
			return w, told(err)
		}
		w.Approvals += n
	}
	if !invoices.none() {
		err := s.pool.QueryRow(ctx, `select count(distinct r.account_id) from receivable r join account a on a.id = r.account_id where r.open > 0 and r.due_date < @today and `+invoices.sees("a.owner_id"),
			invoices.args(pgx.NamedArgs{"today": today})).Scan(&w.Overdue)
		if err != nil {
			return w, told(err)
		}
	}
	return w, nil
}
