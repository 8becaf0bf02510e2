package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// HandOffRow is a hand-off as lists and its page show it.
type HandOffRow struct {
	crm.HandOff
	Deal       string
	DealNumber string
	DealState  crm.OpportunityState
	AccountID  crm.ID
	Account    string
	Currency   string
	Requester  string
	Taker      string
	Completer  string
}

const handOffRows = `select ` + handOffColumns + `, o.name as deal, o.number as deal_number, o.state as deal_state, o.currency, a.id as account_id, a.name as account,
	r.name as requester, coalesce(t.name, '') as taker, coalesce(c.name, '') as completer
	from ` + handOffs + ` join opportunity o on o.id = h.opportunity_id join account a on a.id = o.account_id join app_user r on r.id = h.requested_by
	left join app_user t on t.id = h.taken_by left join app_user c on c.id = h.completed_by`

// HandOffFilter chooses hand-offs for a list. What is empty does not choose.
type HandOffFilter struct {
	Turn    []crm.Department // it is the turn of one of these departments: those that are asked, of a sent one, else those who asked
	Person  crm.ID           // nobody else works on it, or this person asked for it
	Open    bool             // somebody still has to do something
	Late    bool             // it was late once, or is
	State   crm.HandOffState
	Key     string
	Missing string // it came back once for this input, or MissingOther
	Bounced bool   // it came back once
}

// MissingOther stands for bounces for something that the inputs do not name.
const MissingOther = "-"

func (f HandOffFilter) conditions() conditions {
	var where conditions
	where.when(f.Turn != nil, `o.state = 'open' and (h.state in ('sent', 'taken') and h."to" = any(@turn::text[]) or h.state in ('draft', 'bounced') and h."from" = any(@turn::text[]))`)
	where.when(f.Person != "", `case when h.state in ('sent', 'taken') then coalesce(h.taken_by, @person) else h.requested_by end = @person`)
	where.when(f.Open, `o.state = 'open' and h.state in ('draft', 'sent', 'taken', 'bounced')`)
	where.when(f.Late, `(h.late_at is not null or h.due_at < @now)`)
	where.when(f.State != "", `h.state = @state`)
	where.when(f.Key != "", `h.key = @key`)
	where.when(f.Bounced, `h.bounces > 0`)
	where.when(f.Missing != "", `exists (select from hand_off_bounce b where b.hand_off_id = h.id and (@missing = any(b.missing) or @missing = '`+MissingOther+`' and cardinality(b.missing) = 0))`)
	return where
}

func (f HandOffFilter) args(now time.Time) pgx.NamedArgs {
	return pgx.NamedArgs{"turn": texts(f.Turn), "person": f.Person, "state": string(f.State), "key": f.Key, "missing": f.Missing, "now": now}
}

// HandOffRows lists hand-offs on deals within the scope: what is due first comes first, what has no due time behind it, the newest first.
func (s *Store) HandOffRows(ctx context.Context, sc Scope, f HandOffFilter, now time.Time, limit int) ([]HandOffRow, error) {
	where := append(f.conditions(), sc.sees("h.seen_by"))
	args := f.args(now)
	args["limit"] = limit
	return many[HandOffRow](ctx, s.pool, handOffRows+where.sql()+` order by h.due_at, h.requested_at desc, h.id limit @limit`, sc.args(args))
}

// HandOffPage reads a hand-off; ErrNotFound when the reader may not see its deal.
func (s *Store) HandOffPage(ctx context.Context, sc Scope, id crm.ID) (HandOffRow, error) {
	return one[HandOffRow](ctx, s.pool, handOffRows+` where h.id = @id and `+sc.sees("h.seen_by"), sc.args(pgx.NamedArgs{"id": id}))
}

// DealHandOffs lists the hand-offs of a deal that may be seen, the newest first, at most 100.
func (s *Store) DealHandOffs(ctx context.Context, opportunity crm.ID) ([]HandOffRow, error) {
	return many[HandOffRow](ctx, s.pool, handOffRows+` where h.opportunity_id = $1 order by h.requested_at desc, h.id limit 100`, opportunity)
}

// Bounce is one time that a hand-off came back.
type Bounce struct {
	At      time.Time
	By      string // name of the person
	Reason  string
	Missing []string
}

// HandOffBounces lists how often and why a hand-off came back, the newest first.
func (s *Store) HandOffBounces(ctx context.Context, id crm.ID) ([]Bounce, error) {
	return many[Bounce](ctx, s.pool, `select b.at, u.name as by, b.reason, b.missing from hand_off_bounce b join app_user u on u.id = b.by_user where b.hand_off_id = $1 order by b.at desc, b.id`, id)
}

// HandOffFacts gathers what rules may read about a hand-off as it stands, with its line as it is now, which is given beside; an empty line
// when it is gone or there is none.
func (s *Store) HandOffFacts(ctx context.Context, h crm.HandOff) (f crm.Facts, l crm.ProductLine, err error) {
	if f, err = s.Facts(ctx, h.OpportunityID); err != nil {
		return f, l, err
	}
	f.HandOff, f.Order = h.Facts(), crm.OrderFacts{}
	if h.LineID == "" {
		return f, l, nil
	}
	l, err = orNone(one[crm.ProductLine](ctx, s.pool, `select `+productLineColumns+` from product_line l join product p on p.id = l.product_id where l.id = $1`, h.LineID))
	if err != nil || l.ID == "" {
		return f, l, err
	}
	p, err := one[crm.Product](ctx, s.pool, `select * from product where id = $1`, l.ProductID)
	f.Line = lineFacts(l, p.Price)
	return f, l, err
}

// MissingItem is one thing for which hand-offs came back.
type MissingItem struct {
	Key      string // of the hand-off in the rules
	Item     string // id of an input, or MissingOther
	HandOffs int    // that came back for it at least once
	Times    int
}

// MissingItems counts for what hand-offs on deals within the scope came back, the most frequent first (N13).
func (s *Store) MissingItems(ctx context.Context, sc Scope) ([]MissingItem, error) {
	return many[MissingItem](ctx, s.pool, `select h.key, i.item, count(distinct h.id)::int as hand_offs, count(*)::int as times from `+handOffs+`
		join hand_off_bounce b on b.hand_off_id = h.id cross join lateral unnest(case when cardinality(b.missing) = 0 then '{`+MissingOther+`}'::text[] else b.missing end) i(item)
		where `+sc.sees("h.seen_by")+` group by h.key, i.item order by count(distinct h.id) desc, count(*) desc, h.key, i.item limit 200`, sc.args(nil))
}

// HandOffSum is how the hand-offs of one key went.
type HandOffSum struct {
	Key       string
	Asked     int // all that were ever opened
	Open      int
	Completed int
	Bounced   int           // that came back at least once
	Late      int           // that were late once, or are
	SalesTime time.Duration // of completed ones, on average, in working time
	TeamTime  time.Duration
}

// HandOffSums tells how the hand-offs on deals within the scope went, by key (N13).
func (s *Store) HandOffSums(ctx context.Context, sc Scope, now time.Time) ([]HandOffSum, error) {
	return many[HandOffSum](ctx, s.pool, `select h.key, count(*)::int as asked, count(*) filter (where o.state = 'open' and h.state in ('draft', 'sent', 'taken', 'bounced'))::int as open,
			count(*) filter (where h.state = 'completed')::int as completed, count(*) filter (where h.bounces > 0)::int as bounced,
			count(*) filter (where h.late_at is not null or h.due_at < @now)::int as late,
			coalesce(avg(h.sales_time) filter (where h.state = 'completed'), '0') as sales_time, coalesce(avg(h.team_time) filter (where h.state = 'completed'), '0') as team_time
		from `+handOffs+` join opportunity o on o.id = h.opportunity_id where `+sc.sees("h.seen_by")+` group by h.key order by h.key`, sc.args(pgx.NamedArgs{"now": now}))
}

// handOffDuties are the hand-offs on which the user has the next word: those that his department is asked, unless somebody else works on
// them, and those that came back to him or that he has not sent.
func handOffDuties(sc DutyScopes) []dutyQuery {
	const from = `select '%s' as kind, h.id, h.number || ' · ' || o.name as title, a.name as who, o.amount, o.currency, %s as since
		from ` + handOffs + ` join opportunity o on o.id = h.opportunity_id join account a on a.id = o.account_id where o.state = 'open' and `
	return []dutyQuery{
		{sc.HandOff, "h.seen_by", fmt.Sprintf(from, "handoff", "h.sent_at") + `h.state in ('sent', 'taken') and h."to" = any(@departments::text[]) and coalesce(h.taken_by, @me) = @me`},
		{sc.HandOff, "h.seen_by", fmt.Sprintf(from, "handoff_back", "h.clock_since") + `h.state in ('draft', 'bounced') and h.requested_by = @me`},
	}
}

// PinnedRule is the version of a kind that holds for a process, else the active one; 0 when there is none.
func (s *Store) PinnedRule(ctx context.Context, process string, kind crm.RuleKind) (version int, err error) {
	err = s.pool.QueryRow(ctx, `select coalesce((select (rules ->> $1::text)::int from process where id = $2), (select version from rule_set where kind = $1::text and active), 0)`, string(kind), process).Scan(&version)
	return version, told(err)
}
