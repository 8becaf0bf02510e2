package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// marginGroups are the ways to group the lines of won deals: the key, and the name of the key of a group x.
var marginGroups = map[string][2]string{
	"product":  {`l.product_id::text`, `(select y.name from product y where y.id = x.key::uuid)`},
	"category": {`coalesce(p.category_id::text, '')`, `(select y.name from product_category y where y.id = nullif(x.key, '')::uuid)`},
	"customer": {`o.account_id::text`, `(select y.name from account y where y.id = x.key::uuid)`},
	"owner":    {`coalesce(o.owner_id::text, '')`, `(select y.name from app_user y where y.id = nullif(x.key, '')::uuid)`},
}

// MarginGroups lists these ways.
func MarginGroups() []string { return []string{"product", "category", "customer", "owner"} }

func marginGroup(by string) [2]string {
	if g, known := marginGroups[by]; known {
		return g
	}
	return marginGroups["product"]
}

// MarginRow is what was sold of a group within the days, as it was calculated when the deals were won.
type MarginRow struct {
	Key, Name string
	Currency  string
	Deals     int
	Quantity  decimal.Decimal
	Revenue   decimal.Decimal // of the lines, each rounded half up to the cent
	Cost      decimal.Decimal
}

// Margin is revenue less cost.
func (m MarginRow) Margin() decimal.Decimal { return m.Revenue.Sub(m.Cost) }

// Percent is the margin of the revenue, to one decimal; 0 without revenue.
func (m MarginRow) Percent() decimal.Decimal {
	if !m.Revenue.IsPositive() {
		return decimal.Zero
	}
	return m.Margin().Mul(decimal.NewFromInt(100)).DivRound(m.Revenue, 1)
}

// MarginReport adds up the lines of the deals that were won within the days, what earned most first.
func (s *Store) MarginReport(ctx context.Context, sc Scope, f ReportFilter, by string) ([]MarginRow, error) {
	g := marginGroup(by)
	return many[MarginRow](ctx, s.pool, `select x.*, coalesce(`+g[1]+`, '') as name from (
			select `+g[0]+` as key, o.currency, count(distinct o.id)::int as deals, sum(l.quantity) as quantity, sum(round(l.quantity * l.unit_price * (1 - l.discount_percent / 100), 2)) as revenue,
				sum(round(l.quantity * l.unit_cost, 2)) as cost
			from opportunity o join product_line l on l.opportunity_id = o.id join product p on p.id = l.product_id`+append(f.deals(sc), `o.state = 'won'`, during("o.closed_at")).sql()+` group by 1, 2
		) x order by x.revenue - x.cost desc, x.key, x.currency limit 1000`, f.args(sc, nil))
}

func (c ReportChoice) marginCondition() string {
	where := conditions{`o.state = 'won'`, during("o.closed_at")}
	where.when(c.All, `exists (select from product_line l where l.opportunity_id = o.id)`)
	where.when(!c.All, `exists (select from product_line l join product p on p.id = l.product_id where l.opportunity_id = o.id and `+marginGroup(c.By)[0]+` = @key)`)
	return where.joined()
}

// activityGroups are the ways to group what people did: the key, and the name of the key of a group x.
var activityGroups = map[string][2]string{
	"owner": {`e.owner_id::text`, `(select y.name from app_user y where y.id = x.key::uuid)`},
	"kind":  {`e.kind`, `''`},
	"team":  {`coalesce(e.team_id::text, '')`, `(select y.name from team y where y.id = nullif(x.key, '')::uuid)`},
	"month": {`to_char(e.at at time zone @zone, 'YYYY-MM')`, `''`},
}

// ActivityGroups lists these ways.
func ActivityGroups() []string { return []string{"owner", "kind", "team", "month"} }

func activityGroup(by string) [2]string {
	if g, known := activityGroups[by]; known {
		return g
	}
	return activityGroups["owner"]
}

// activities are the engagements of deals and leads that the reader may see: done, or due, within the days. One without an outcome was planned.
func (f ReportFilter) activities(sc, leads Scope) string {
	where := conditions{`(o.id is not null and ` + sc.sees("o.owner_id") + ` or l.id is not null and ` + leads.seesLead("l") + `)`, during("coalesce(e.done_at, e.due_at)")}
	where.when(f.Owner != "", `e.owner_id = @owner`)
	where.when(f.Team != "", `e.owner_id in (with recursive below as (select t.id from team t where t.id = @team union select t.id from team t join below b on t.parent_id = b.id)
		select m.id from app_user m where m.team_id in (select id from below))`)
	where.when(f.Pipeline != "", `o.pipeline = @pipeline`)
	return `select e.id, e.kind, e.outcome, e.owner_id, e.subject, e.due_at, e.done_at, coalesce(e.done_at, e.due_at) as at, m.team_id, o.id as deal, o.state, l.id as lead
		from engagement e left join opportunity o on o.id = e.opportunity_id left join lead l on l.id = e.lead_id and e.opportunity_id is null join app_user m on m.id = e.owner_id` + where.sql()
}

// ActivityCount is how often something that a group did came to an outcome. One row of each group has no outcome and All set.
type ActivityCount struct {
	Key, Name string
	Outcome   string // empty: planned
	All       bool
	Times     int
	Late      int // of those planned: past their time
	Deals     int // that they were on
	Won       int // of these, won by now
	Lost      int
}

// ActivityReport counts what was done and planned within the days by group and outcome.
func (s *Store) ActivityReport(ctx context.Context, sc, leads Scope, f ReportFilter, by string) ([]ActivityCount, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	g := activityGroup(by)
	return roomy[ActivityCount](ctx, s, `select x.*, coalesce(`+g[1]+`, '') as name from (select `+g[0]+` as key, coalesce(e.outcome, '') as outcome, grouping(e.outcome) = 1 as "all", count(*)::int as times,
			count(*) filter (where e.done_at is null and e.due_at < @now)::int as late, count(distinct e.deal)::int as deals, count(distinct e.deal) filter (where e.state = 'won')::int as won, count(distinct e.deal) filter (where e.state = 'lost')::int as lost
		from (`+f.activities(sc, leads)+`) e group by grouping sets ((1, e.outcome), (1))) x order by x.key, x."all" desc, x.outcome`, f.args(sc, pgx.NamedArgs{"now": now}))
}

// ActivityRow is an engagement behind a number.
type ActivityRow struct {
	ID      crm.ID
	Kind    string
	Outcome string
	Subject string
	Owner   string
	DueAt   crm.Date
	Deal    crm.ID
	Lead    crm.ID
	About   string // the deal's number and name, or the lead's company
}

// ActivityRows lists the engagements behind a number, the last first, and how many there are in all. Without outcome: all of them; "-": those planned.
func (s *Store) ActivityRows(ctx context.Context, sc, leads Scope, f ReportFilter, c ReportChoice, limit int) (rows []ActivityRow, all int, err error) {
	where := conditions{`true`}
	where.when(!c.All, activityGroup(c.By)[0]+` = @key`)
	where.when(c.Outcome == "-", `e.outcome = ''`)
	where.when(c.Outcome != "" && c.Outcome != "-", `e.outcome = @outcome`)
	from := ` from (` + f.activities(sc, leads) + `) e` + where.sql()
	args := f.args(sc, pgx.NamedArgs{"key": c.Key, "outcome": c.Outcome, "limit": limit})
	if err := s.pool.QueryRow(ctx, `select count(*)::int`+from, args).Scan(&all); err != nil {
		return nil, 0, told(err)
	}
	rows, err = many[ActivityRow](ctx, s.pool, `select e.id, e.kind, e.outcome, e.subject, coalesce((select u.name from app_user u where u.id = e.owner_id), '') as owner, (e.at at time zone @zone)::date as due_at, e.deal, e.lead,
		coalesce((select o.number || ' ' || o.name from opportunity o where o.id = e.deal), (select l.company from lead l where l.id = e.lead), '') as about`+from+` order by e.at desc, e.id limit @limit`, args)
	return rows, all, err
}
