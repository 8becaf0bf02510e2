package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// LeadClock is the response clock of a lead's present owner.
type LeadClock struct {
	crm.LeadResponse
	Zone string // where the owner works; empty: where the company does
}

// LeadClocks are the clocks of the present owners of leads, by lead; those without a target have none. An act of the last moment is seen.
func (s *Store) LeadClocks(ctx context.Context, leads []crm.ID) (map[crm.ID]LeadClock, error) {
	rows, err := many[LeadClock](ctx, s.pool, `select r.lead_id, r.assigned_at, r.owner_id, r.source, r.score, r.minutes, r.round, r.remind_at, r.due_at, r.reminded_at, r.missed_at, r.escalated_at,
			case when a.at is not null then 'answered' else r.state end as state, coalesce(a.act, r.act) as act, coalesce(a.at, r.acted_at) as acted_at, r.used_seconds, u.zone
		from lead l join lead_response r on r.lead_id = l.id and r.assigned_at = l.assigned_at join app_user u on u.id = r.owner_id
			left join lateral (select * from lead_act(r.lead_id, r.owner_id, r.assigned_at) where r.state in ('running', 'passing', 'escalated')) a on true
		where l.id = any($1) and r.state <> 'untimed'`, texts(leads))
	out := map[crm.ID]LeadClock{}
	for _, r := range rows {
		out[r.LeadID] = r
	}
	return out, err
}

// Calendars gives the company's working time in any zone; empty: its own.
func (s *Store) Calendars(ctx context.Context) (func(zone string) (crm.Calendar, error), error) {
	e, err := s.LegalEntity(ctx)
	if err != nil {
		return nil, err
	}
	work, err := calendarSetting(ctx, s.pool, e)
	if err != nil {
		return nil, err
	}
	return func(zone string) (crm.Calendar, error) {
		own := work
		if zone != "" {
			own.Zone = zone
		}
		return own.In(e.Country)
	}, nil
}

// ResponseBy is what a report of responses is grouped by.
type ResponseBy string

// The groupings.
const (
	ResponseByOwner  ResponseBy = "owner"
	ResponseBySource ResponseBy = "source"
	ResponseByWeek   ResponseBy = "week" // the Monday of the week, in the company's zone
)

var responseKeys = map[ResponseBy][2]string{
	ResponseByOwner:  {`r.owner_id::text`, `u.name`},
	ResponseBySource: {`r.source`, `r.source`},
	ResponseByWeek:   {responseWeek, responseWeek},
}

const responseWeek = `to_char(date_trunc('week', r.assigned_at at time zone (select time_zone from legal_entity order by id limit 1)), 'YYYY-MM-DD')`

// ResponseSum is how soon leads were got in touch with, of one person, source or week; all together with an empty key.
type ResponseSum struct {
	Key           string
	Name          string
	Given         int      // how often leads were given with a target
	Answered      int      // in time or late
	InTime        int      //
	Late          int      // the target was over before the first touch
	Passed        int      // to the next
	Escalated     int      //
	Waiting       int      // still
	MedianSeconds *float64 // of working time until the first touch, of those answered
}

// Decided is how many there are of which it is known whether they are in time.
func (s ResponseSum) Decided() int { return s.InTime + s.Late }

// ResponseSums measures how soon the people within the scope get in touch with the leads that they are given (S066). The last row is all of
// them; none when nothing was given. Weeks come latest first.
func (s *Store) ResponseSums(ctx context.Context, sc Scope, by ResponseBy) ([]ResponseSum, error) {
	key := responseKeys[by]
	order := `name, key`
	if by == ResponseByWeek {
		order = `key desc`
	}
	rows, err := many[ResponseSum](ctx, s.pool, `select coalesce(g.key, '') as key, coalesce(g.name, '') as name, count(*) as given, count(g.acted_at) as answered, count(*) filter (where g.acted_at <= g.due_at) as in_time,
			count(g.missed_at) as late, count(*) filter (where g.state = 'passed') as passed, count(g.escalated_at) as escalated, count(*) filter (where g.open) as waiting,
			percentile_cont(0.5) within group (order by g.used_seconds) as median_seconds
		from (select r.*, `+key[0]+` as key, `+key[1]+` as name, r.state in ('running', 'passing', 'escalated') as open
			from lead_response r join app_user u on u.id = r.owner_id where r.state <> 'untimed' and `+sc.sees("r.owner_id")+`) g
		group by grouping sets ((g.key, g.name), ()) order by grouping(g.key), `+order, sc.args(pgx.NamedArgs{}))
	if len(rows) == 1 { // nothing but the sum of nothing
		return nil, err
	}
	return rows, err
}

// ResponseFilter narrows the rows behind a number of the report; empty fields do not.
type ResponseFilter struct {
	Owner   crm.ID
	Source  string
	Week    string // its Monday
	Outcome string // one of ResponseOutcomes
	After   string // the last row of the page before
}

// ResponseOutcomes are what rows may be chosen by.
func ResponseOutcomes() []string {
	return []string{"given", "answered", "in_time", "late", "passed", "escalated", "waiting"}
}

// ResponseRow is one time that a lead was given to somebody.
type ResponseRow struct {
	crm.LeadResponse
	Company string
	Owner   string
	To      string // to whom it went on
}

// Cursor is where the next page begins.
func (r ResponseRow) Cursor() string {
	return r.AssignedAt.UTC().Format(time.RFC3339Nano) + "~" + string(r.LeadID)
}

// ResponseRows lists what the numbers of the report count, the latest first.
func (s *Store) ResponseRows(ctx context.Context, sc Scope, f ResponseFilter, limit int) ([]ResponseRow, error) {
	where := conditions{`r.state <> 'untimed'`, sc.sees("r.owner_id")}
	where.when(f.Owner != "", `r.owner_id = @owner`)
	where.when(f.Source != "", `r.source = @source`)
	where.when(f.Week != "", responseWeek+` = @week`)
	where.when(f.Outcome == "answered", `r.acted_at is not null`)
	where.when(f.Outcome == "in_time", `r.acted_at <= r.due_at`)
	where.when(f.Outcome == "late", `r.missed_at is not null`)
	where.when(f.Outcome == "passed", `r.state = 'passed'`)
	where.when(f.Outcome == "escalated", `r.escalated_at is not null`)
	where.when(f.Outcome == "waiting", `r.state in ('running', 'passing', 'escalated')`)
	args := pgx.NamedArgs{"owner": f.Owner, "source": f.Source, "week": f.Week, "limit": limit}
	if at, id, ok := responseCursor(f.After); ok {
		where = append(where, `(r.assigned_at, r.lead_id) < (@at, @id::uuid)`)
		args["at"], args["id"] = at, id
	}
	return many[ResponseRow](ctx, s.pool, `select `+responseColumns+`, l.company, u.name as owner, coalesce(t.name, '') as "to" from lead_response r join lead l on l.id = r.lead_id
		join app_user u on u.id = r.owner_id left join app_user t on t.id = r.passed_to`+where.sql()+` order by r.assigned_at desc, r.lead_id desc limit @limit`, sc.args(args))
}

// responseCursor reads what Cursor wrote; what cannot be one begins at the first page.
func responseCursor(text string) (at time.Time, id crm.ID, ok bool) {
	when, rest, cut := cutCursor(text)
	at, err := time.Parse(time.RFC3339Nano, when)
	return at, rest, cut && err == nil
}

// LeadResponses are all the times that a lead was given to somebody, the latest first.
func (s *Store) LeadResponses(ctx context.Context, lead crm.ID) ([]ResponseRow, error) {
	rows, err := many[ResponseRow](ctx, s.pool, `select `+responseColumns+`, '' as company, u.name as owner, coalesce(t.name, '') as "to" from lead_response r
		join app_user u on u.id = r.owner_id left join app_user t on t.id = r.passed_to where r.lead_id = $1 and r.state <> 'untimed' order by r.assigned_at desc limit 50`, lead)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return rows, err
}
