package store

import (
	"context"
	"math"
	"slices"
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

// lastVisit and lastMove are the conditions that a visit i, or the move that ended it, was the deal's last one within the days in its stage, or on its way: the
// next is on the row, so the visits of a deal need not be held against each other. outcomeOf is what became of a visit v.
const (
	lastVisit = `(i.again_at is null or i.again_at >= (@until::date + 1)::timestamp at time zone @zone)`
	lastMove  = `(i.way_again_at is null or i.way_again_at >= (@until::date + 1)::timestamp at time zone @zone)`
	outcomeOf = `case when v.still then 'still' when v.next_stage = any(@lost::text[]) then 'lost'
		when coalesce(array_position(@order::text[], v.next_stage), 0) < coalesce(array_position(@order::text[], v.stage), 0) then 'back' else 'on' end`
	stayOf = `date_part('epoch', i.left_at - i.entered_at)` // in seconds
)

// intervals are the conditions on the stage intervals i of the filter's deals. A pipeline alone is told by the intervals themselves.
func (f ReportFilter) intervals(sc Scope, more ...string) string {
	where := conditions(more)
	where.when(f.Pipeline != "", `i.pipeline = @pipeline`)
	where.when(sc.Reach != crm.ReachAll || f.Owner != "" || f.Team != "", `i.opportunity_id in (select o.id from opportunity o`+f.deals(sc).sql()+`)`)
	return where.sql()
}

// StageReport tells, stage by stage, what became of the deals that entered it and how long they stayed. One pass adds up the visits, another those of won deals; how long each took comes
// along, because exact medians of sorted rows cost the database several times as much.
func (s *Store) StageReport(ctx context.Context, sc Scope, f ReportFilter) ([]StageFigures, error) {
	rows, err := roomy[struct {
		Stage   string
		Outcome string
		Last    bool
		Visits  int
		Won     int // of the stage
		Stays   []float64
	}](ctx, s, `select v.stage, `+outcomeOf+` as outcome, coalesce(w.won, 0) as won, v.last, v.visits, coalesce(v.stays, '{}') as stays from (
			select i.stage, i.next_stage, i.left_at is null as still, `+lastVisit+` as last, count(*)::int as visits, array_agg(`+stayOf+`) filter (where i.left_at is not null) as stays
			from stage_interval i`+f.intervals(sc, during("i.entered_at"))+` group by 1, 2, 3, 4) v
		left join (select i.stage, count(*)::int as won from stage_interval i join opportunity o on o.id = i.opportunity_id and o.state = 'won'`+f.intervals(sc, during("i.entered_at"), lastVisit)+` group by 1) w using (stage) order by array_position(@order::text[], v.stage), v.stage`, f.args(sc, nil))
	var out []StageFigures
	var stays []float64
	for i, r := range rows {
		if i == 0 || rows[i-1].Stage != r.Stage {
			out, stays = append(out, StageFigures{Stage: r.Stage, Won: r.Won}), nil
		}
		x := &out[len(out)-1]
		x.Visits += r.Visits
		if stays = append(stays, r.Stays...); i+1 == len(rows) || rows[i+1].Stage != r.Stage {
			x.Half, x.Most = inDays(stays, 0.5), inDays(stays, 0.9)
		}
		if !r.Last {
			continue
		}
		x.Deals += r.Visits
		*map[string]*int{"on": &x.On, "back": &x.Back, "lost": &x.Lost, "still": &x.Still}[r.Outcome] += r.Visits
	}
	return out, err
}

// inDays is the value that a share of the durations, in seconds, does not exceed, in days: between two of them by its place, as percentile_cont of SQL; of none, 0.
// It sorts them.
func inDays(durations []float64, share float64) float64 {
	if len(durations) == 0 {
		return 0
	}
	if !slices.IsSorted(durations) {
		slices.Sort(durations)
	}
	place := share * float64(len(durations)-1)
	low, part := math.Modf(place)
	below, above := durations[int(low)], durations[min(int(low)+1, len(durations)-1)]
	return (below + part*(above-below)) / daySeconds
}

const daySeconds = 86_400

// roomy asks a question that sorts and groups a great many rows: with room to do so in memory, and without compiling it, which takes longer than the answer.
func roomy[T any](ctx context.Context, s *Store, sql string, args pgx.NamedArgs) (out []T, err error) {
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local work_mem = '96MB'; set local jit = off`); err != nil {
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

// PathReport lists the ways between stages, by their order, in one pass.
func (s *Store) PathReport(ctx context.Context, sc Scope, f ReportFilter) ([]PathArrow, error) {
	rows, err := roomy[struct {
		PathArrow
		Stays []float64
	}](ctx, s, `select v.*, v.to_stage <> all(@lost::text[]) and coalesce(array_position(@order::text[], v.to_stage), 0) < coalesce(array_position(@order::text[], v.from_stage), 0) as back from (
			select i.stage as from_stage, i.next_stage as to_stage, count(*)::int as moves, count(*) filter (where `+lastMove+`)::int as deals, array_agg(`+stayOf+`) as stays
			from stage_interval i`+f.intervals(sc, `i.next_stage is not null`, during("i.left_at"))+` group by 1, 2) v
		order by array_position(@order::text[], v.from_stage), array_position(@order::text[], v.to_stage), 1, 2`, f.args(sc, nil))
	out := make([]PathArrow, len(rows))
	for i, r := range rows {
		out[i] = r.PathArrow
		out[i].Half = inDays(r.Stays, 0.5)
	}
	return out, err
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
		from stage_interval i`+f.intervals(sc, `i.visit > 1`, during("i.entered_at"))+` group by i.stage order by array_position(@order::text[], i.stage), i.stage`, f.args(sc, pgx.NamedArgs{"now": now}))
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

// condition is that deals are behind the number.
func (c ReportChoice) condition() string {
	switch c.Report {
	case "stages":
		where := conditions{`i.stage = @stage`, during("i.entered_at"), lastVisit}
		outcome := conditions{`true`}
		outcome.when(c.Outcome != "" && c.Outcome != "won", outcomeOf+` = @outcome`)
		won := map[bool]string{true: `o.state = 'won' and `}[c.Outcome == "won"]
		return won + `o.id in (select v.opportunity_id from (select i.opportunity_id, i.stage, i.next_stage, i.left_at is null as still from stage_interval i` + where.sql() + `) v` + outcome.sql() + `)`
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
	found, err := roomy[struct {
		ReportDeal
		All int
	}](ctx, s, `select o.id, o.number, o.name, o.account_id, a.name as account, coalesce(u.name, '') as owner, o.pipeline, o.stage, o.state, o.lost_reason, o.amount, o.currency, o.closed_at, o.created_at, x."all"
		from (select o.id, count(*) over ()::int as "all" from opportunity o`+append(f.deals(sc), c.condition()).sql()+` order by o.amount desc, o.id limit @limit) x
		join opportunity o on o.id = x.id join account a on a.id = o.account_id left join app_user u on u.id = o.owner_id order by o.amount desc, o.id`,
		f.args(sc, pgx.NamedArgs{"stage": c.Stage, "next": c.Next, "outcome": c.Outcome, "key": c.Key, "reason": c.Reason, "won_lost": c.State, "now": now, "limit": limit}))
	for _, d := range found {
		rows, all = append(rows, d.ReportDeal), d.All
	}
	return rows, all, err
}
