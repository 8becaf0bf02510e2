package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ReportFilter says which deals, and what of them, a report is about. Days are the legal entity's, both in it; what is empty does not choose.
type ReportFilter struct {
	From, Until crm.Date
	Zone        string
	Pipeline    string
	Order       []string // keys of its stages in their order, the lost ones too
	Lost        []string // keys of the stages of lost deals
	Owner       crm.ID
	Team        crm.ID // of the owner, with the teams below it
}

func (f ReportFilter) deals(sc Scope) conditions {
	return DealFilter{Pipeline: f.Pipeline, Owner: f.Owner, Team: f.Team}.conditions(sc)
}

func (f ReportFilter) args(sc Scope, more pgx.NamedArgs) pgx.NamedArgs {
	out := sc.args(pgx.NamedArgs{
		"pipeline": f.Pipeline, "owner": f.Owner, "team": f.Team, "from": f.From, "until": f.Until, "zone": f.Zone, "order": f.Order, "lost": f.Lost,
	})
	for k, v := range more {
		out[k] = v
	}
	return out
}

// during is the condition that an instant is within the days of the filter.
func during(column string) string {
	return column + ` >= @from::date::timestamp at time zone @zone and ` + column + ` < (@until::date + 1)::timestamp at time zone @zone`
}

// StageFigures is what became of the deals that entered a stage within the days: by the last visit of each, so that the outcomes add up to Deals.
type StageFigures struct {
	Stage  string
	Deals  int
	Visits int     // a deal that came back has several
	On     int     // went on to a later stage
	Back   int     // to an earlier one
	Lost   int     // was lost here
	Still  int     // is there
	Won    int     // is won by now, wherever it went next
	Half   float64 // median stay of the visits that have ended, in days
	Most   float64 // the stay that nine in ten do not exceed, in days
}

// visits are the visits of stages that began within the days, again those of them that were not the first in their stage, and lastVisits the last of each
// deal in each stage with where it went: few deals come back, so the visits that another follows are found among those few.
const (
	outcomeOf = `case when v.left_at is null then 'still' when v.next_stage = any(@lost::text[]) then 'lost'
		when coalesce(array_position(@order::text[], v.next_stage), 0) < coalesce(array_position(@order::text[], v.stage), 0) then 'back' else 'on' end`
	lastVisits = `select v.*, ` + outcomeOf + ` as outcome from visit v where not exists (select from again w where w.opportunity_id = v.opportunity_id and w.stage = v.stage and w.visit > v.visit)`
)

func (f ReportFilter) visits(sc Scope) string {
	return `with visit as materialized (select i.id, i.opportunity_id, i.stage collate "C" as stage, i.entered_at, i.left_at, i.next_stage, i.visit, o.state from stage_interval i join opportunity o on o.id = i.opportunity_id` +
		append(f.deals(sc), during("i.entered_at")).sql() + `), again as materialized (select i.opportunity_id, i.stage, i.visit from stage_interval i where i.visit > 1 and ` + during("i.entered_at") + `)`
}

// StageReport tells, stage by stage, what became of the deals that entered it and how long they stayed.
func (s *Store) StageReport(ctx context.Context, sc Scope, f ReportFilter) ([]StageFigures, error) {
	return roomy[StageFigures](ctx, s, f.visits(sc)+`, last as (`+lastVisits+`), stays as (
			select stage, count(*)::int as visits, percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from left_at - entered_at)::float8) as days from visit group by stage
		), ends as (
			select stage, count(*)::int as deals, count(*) filter (where outcome = 'on')::int as "on", count(*) filter (where outcome = 'back')::int as back, count(*) filter (where outcome = 'lost')::int as lost,
				count(*) filter (where outcome = 'still')::int as still, count(*) filter (where state = 'won')::int as won from last group by stage
		) select e.*, t.visits, coalesce(t.days[1], 0) / 86400 as half, coalesce(t.days[2], 0) / 86400 as most from ends e join stays t using (stage)
		order by array_position(@order::text[], stage), stage`, f.args(sc, nil))
}

// roomy asks a question that sorts and groups a great many rows: with room to do so in memory. Stages are grouped by their bytes for the same reason.
func roomy[T any](ctx context.Context, s *Store, sql string, args pgx.NamedArgs) (out []T, err error) {
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local work_mem = '96MB'`); err != nil {
			return err
		}
		out, err = many[T](ctx, tx, sql, args)
		return err
	})
	return out, told(err)
}

// PathArrow is a way that deals really went from one stage to another within the days (N14).
type PathArrow struct {
	FromStage string
	ToStage   string
	Moves     int
	Deals     int
	Half      float64 // median stay before the move, in days
	Back      bool    // to an earlier stage: rework
}

// PathReport lists the ways between stages, by their order.
func (s *Store) PathReport(ctx context.Context, sc Scope, f ReportFilter) ([]PathArrow, error) {
	return roomy[PathArrow](ctx, s, `with move as materialized (
			select i.opportunity_id, i.stage collate "C" as stage, i.next_stage collate "C" as next_stage, i.visit, extract(epoch from i.left_at - i.entered_at)::float8 as stay
			from stage_interval i join opportunity o on o.id = i.opportunity_id`+append(f.deals(sc), `i.next_stage is not null`, during("i.left_at")).sql()+`
		), again as materialized (
			select i.opportunity_id, i.stage, i.next_stage, i.visit from stage_interval i where i.visit > 1 and i.next_stage is not null and `+during("i.left_at")+`
		), ways as (
			select stage, next_stage, count(*)::int as moves, percentile_cont(0.5) within group (order by stay) / 86400 as half from move group by 1, 2
		), once as ( -- the last move of each deal on each way
			select m.stage, m.next_stage, count(*)::int as deals from move m
			where not exists (select from again w where w.opportunity_id = m.opportunity_id and w.stage = m.stage and w.next_stage = m.next_stage and w.visit > m.visit) group by 1, 2
		) select w.stage as from_stage, w.next_stage as to_stage, w.moves, n.deals, w.half, w.next_stage <> all(@lost::text[])
			and coalesce(array_position(@order::text[], w.next_stage), 0) < coalesce(array_position(@order::text[], w.stage), 0) as back
		from ways w join once n using (stage, next_stage) order by array_position(@order::text[], w.stage), array_position(@order::text[], w.next_stage), 1, 2`, f.args(sc, nil))
}

// Loop is a stage that deals entered again within the days.
type Loop struct {
	Stage string
	Deals int
	Again int     // visits that were not the first
	Days  float64 // spent in these visits, until now where one lasts
}

// LoopReport lists the stages to which deals came back, and what these visits cost in time.
func (s *Store) LoopReport(ctx context.Context, sc Scope, f ReportFilter) ([]Loop, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	return roomy[Loop](ctx, s, `select i.stage, count(distinct i.opportunity_id)::int as deals, count(*)::int as again, sum(extract(epoch from greatest(coalesce(i.left_at, @now) - i.entered_at, '0')))::float8 / 86400 as days
		from stage_interval i join opportunity o on o.id = i.opportunity_id`+append(f.deals(sc), `i.visit > 1`, during("i.entered_at")).sql()+` group by i.stage order by array_position(@order::text[], i.stage), i.stage`, f.args(sc, pgx.NamedArgs{"now": now}))
}

// ReportDeal is a deal behind a number of a report.
type ReportDeal struct {
	ID         crm.ID
	Number     string
	Name       string
	AccountID  crm.ID
	Account    string
	Owner      string
	Pipeline   string
	Stage      string
	State      crm.OpportunityState
	LostReason string
	Amount     decimal.Decimal
	Currency   string
	ClosedAt   *time.Time
	CreatedAt  time.Time
}

// ReportChoice says which number of a report is opened.
type ReportChoice struct {
	Report  string // stages, paths, loops, loss, margin, waits
	Stage   string
	Next    string // of an arrow: the stage that it leads to
	Outcome string // of a stage: on, back, lost, still, won; of a wait for a person: its kind; of an activity; empty: all
	By      string // what a report is grouped by
	Key     string // the group; empty: all of them, where All
	All     bool
	Reason  string // why deals were lost; "-": all
	State   string // won, lost
}

// reportDeals is the condition that deals are behind the number.
func (c ReportChoice) condition(sc Scope, f ReportFilter) string {
	switch c.Report {
	case "stages":
		where := conditions{`l.stage = @stage`}
		where.when(c.Outcome == "won", `l.state = 'won'`)
		where.when(c.Outcome != "" && c.Outcome != "won", `l.outcome = @outcome`)
		return `o.id in (` + f.visits(sc) + ` select l.opportunity_id from (` + lastVisits + `) l` + where.sql() + `)`
	case "paths":
		return `o.id in (select i.opportunity_id from stage_interval i where i.stage = @stage and i.next_stage = @next and ` + during("i.left_at") + `)`
	case "loops":
		return `o.id in (select i.opportunity_id from stage_interval i where i.visit > 1 and i.stage = @stage and ` + during("i.entered_at") + `)`
	case "loss":
		return c.lossCondition()
	case "margin":
		return c.marginCondition()
	case "waits":
		return `o.id in (select w.deal from (` + waits(c.By) + `) w where w.key = @key and (@outcome::text = '' or w.kind = @outcome))`
	}
	return `false`
}

// ReportDeals lists the deals behind a number, the largest first, and how many there are in all.
func (s *Store) ReportDeals(ctx context.Context, sc Scope, f ReportFilter, c ReportChoice, limit int) (rows []ReportDeal, all int, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, 0, err
	}
	where := append(f.deals(sc), c.condition(sc, f)).sql()
	args := f.args(sc, pgx.NamedArgs{"stage": c.Stage, "next": c.Next, "outcome": c.Outcome, "key": c.Key, "reason": c.Reason, "won_lost": c.State, "now": now, "limit": limit})
	if err := s.pool.QueryRow(ctx, `select count(*)::int from opportunity o`+where, args).Scan(&all); err != nil {
		return nil, 0, told(err)
	}
	rows, err = many[ReportDeal](ctx, s.pool, `select o.id, o.number, o.name, o.account_id, a.name as account, coalesce(u.name, '') as owner, o.pipeline, o.stage, o.state, o.lost_reason, o.amount, o.currency, o.closed_at, o.created_at
		from (select o.* from opportunity o`+where+` order by o.amount desc, o.id limit @limit) o join account a on a.id = o.account_id left join app_user u on u.id = o.owner_id order by o.amount desc, o.id`, args)
	return rows, all, err
}
