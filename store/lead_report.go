package store

import (
	"context"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Ended narrows a list of leads to those that came to an end, as the reports count them; empty fields do not.
type Ended struct {
	Decile  int    // 1: the tenth with the highest scores
	Outcome string // converted, won, disqualified; "any" of them
	Reason  string // of disqualification
	Source  string
	Owner   string // an id, or "none"
}

// Any tells whether something is asked for.
func (e Ended) Any() bool { return e != (Ended{}) }

// endedLeads are the leads that came to an end within the reader's scope, with their tenth by score: leads of one score stay together, in the
// tenth that the middle of them falls into. A tenth so has more or fewer than a tenth of the leads, or none, and none is where it is by chance.
func endedLeads(sc Scope) string {
	return `select l.id, l.score, l.state, l.reason, l.source, l.owner_id, coalesce(o.state = 'won', false) as won,
		1 + (2 * (rank() over (order by l.score desc) - 1) + count(*) over (partition by l.score) - 1) * 10 / (2 * count(*) over ()) as decile
		from lead l left join opportunity o on o.id = l.opportunity_id where l.state in ('converted', 'disqualified') and ` + sc.seesLead("l")
}

// narrow adds the conditions of the filter to those of a list of leads; its values are named parameters.
func (e Ended) narrow(where *conditions, sc Scope, args pgx.NamedArgs) {
	if !e.Any() {
		return
	}
	args["decile"], args["reason"], args["source"], args["ender"] = e.Decile, e.Reason, e.Source, e.Owner
	own := conditions{"true"}
	own.when(e.Decile > 0, `e.decile = @decile`)
	own.when(e.Outcome == "won", `e.won`)
	own.when(e.Outcome == "converted", `e.state = 'converted'`)
	own.when(e.Outcome == "disqualified", `e.state = 'disqualified'`)
	own.when(e.Reason != "", `e.reason = @reason`)
	own.when(e.Source != "", `e.source = @source`)
	own.when(e.Owner == "none", `e.owner_id is null`)
	own.when(e.Owner != "" && e.Owner != "none", `e.owner_id::text = @ender`)
	*where = append(*where, `l.id in (select e.id from (`+endedLeads(sc)+`) e`+own.sql()+`)`)
}

// Lift is a tenth of the leads that came to an end, by their score (S064): how many of them became customers, against all.
type Lift struct {
	Decile    int
	High, Low int // scores
	Leads     int
	Converted int
	Won       int             // whose deal was won
	Share     decimal.Decimal `db:"-"` // converted, in percent
	Lift      decimal.Decimal `db:"-"` // of that share against the share of all; 1: no better than chance
	WonShare  decimal.Decimal `db:"-"`
	WonLift   decimal.Decimal `db:"-"`
	Caught    decimal.Decimal `db:"-"` // of all won, in this tenth and those above it, in percent
}

// LeadLift tests the score against what became of the leads: a score that is worth something has its won ones in the first tenths. The last
// row is all together, with decile 0. It is empty while no lead has come to an end.
func (s *Store) LeadLift(ctx context.Context, sc Scope) ([]Lift, error) {
	rows, err := many[Lift](ctx, s.pool, `select decile, max(score) as high, min(score) as low, count(*) as leads, count(*) filter (where state = 'converted') as converted,
		count(*) filter (where won) as won from (`+endedLeads(sc)+`) e group by decile order by decile`, sc.args(pgx.NamedArgs{}))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	all := Lift{Low: rows[len(rows)-1].Low, High: rows[0].High}
	for _, r := range rows {
		all.Leads, all.Converted, all.Won = all.Leads+r.Leads, all.Converted+r.Converted, all.Won+r.Won
	}
	caught := 0
	for i := range rows {
		caught += rows[i].Won
		rows[i].measure(all, caught)
	}
	all.measure(all, all.Won)
	return append(rows, all), nil
}

func (l *Lift) measure(all Lift, caught int) {
	ratio := func(part, of int) decimal.Decimal {
		return crm.PercentOf(decimal.NewFromInt(int64(part)), decimal.NewFromInt(int64(of))).Round(1)
	}
	lift := func(part, of int) decimal.Decimal { // (part of ours / ours) / (of all / all)
		if l.Leads == 0 || of == 0 {
			return decimal.Zero
		}
		return decimal.NewFromInt(int64(part*all.Leads)).DivRound(decimal.NewFromInt(int64(l.Leads*of)), 2)
	}
	l.Share, l.Lift = ratio(l.Converted, l.Leads), lift(l.Converted, all.Converted)
	l.WonShare, l.WonLift = ratio(l.Won, l.Leads), lift(l.Won, all.Won)
	l.Caught = ratio(caught, all.Won)
}

// ReasonRow is one owner or source with how many leads it gave up, by reason.
type ReasonRow struct {
	Key    string // id of the owner, "none", or the source; empty: all
	Name   string
	Counts map[string]int // by reason
	Total  int
}

// GivenUp counts the leads that were disqualified by reason, for each owner or each source; the last row is all of them.
func (s *Store) GivenUp(ctx context.Context, sc Scope, bySource bool) ([]ReasonRow, error) {
	key, name := `coalesce(e.owner_id::text, 'none')`, `coalesce(u.name, '')`
	if bySource {
		key, name = `e.source`, `e.source`
	}
	found, err := many[struct {
		Key, Name, Reason string
		N                 int
	}](ctx, s.pool, `select `+key+` as key, `+name+` as name, e.reason, count(*) as n from (`+endedLeads(sc)+`) e left join app_user u on u.id = e.owner_id
		where e.state = 'disqualified' group by 1, 2, 3 order by 2, 1, 3`, sc.args(pgx.NamedArgs{}))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var rows []ReasonRow
	all := ReasonRow{Counts: map[string]int{}}
	for _, f := range found {
		if len(rows) == 0 || rows[len(rows)-1].Key != f.Key {
			rows = append(rows, ReasonRow{Key: f.Key, Name: f.Name, Counts: map[string]int{}})
		}
		r := &rows[len(rows)-1]
		r.Counts[f.Reason], r.Total = r.Counts[f.Reason]+f.N, r.Total+f.N
		all.Counts[f.Reason], all.Total = all.Counts[f.Reason]+f.N, all.Total+f.N
	}
	slices.SortStableFunc(rows, func(a, b ReasonRow) int { return b.Total - a.Total })
	return append(rows, all), nil
}
