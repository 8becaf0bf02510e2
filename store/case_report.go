package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// CaseSum is how care did with the cases of one group (S086).
type CaseSum struct {
	Key          string // priority, category, id of a person, plan, or month as 2026-11; empty: none
	Name         string // of a person
	Opened       int
	AnswerKept   int // answered first within the promise
	AnswerMissed int
	SolveKept    int // solved within the promise
	SolveMissed  int
	Reopened     int
	Open         int           // by now
	Solved       int           // those whose times the median is of
	SolveHalf    time.Duration // median from the opening to the last solution, by the clock
	AnswerHalf   time.Duration // median until the first answer
}

// caseGroups are what the report is grouped by, k being the case.
var caseGroups = map[string]string{
	"priority": `k.priority`, "category": `k.category`, "person": `coalesce(k.owner_id::text, '')`, "plan": `k.plan`, "month": `to_char(k.opened_at at time zone @zone, 'YYYY-MM')`,
}

// CaseSums adds up the cases of the filter by group; one without key and with all of them is last. A case that went into another is not counted.
func (s *Store) CaseSums(ctx context.Context, sc Scope, f CaseFilter, by string) ([]CaseSum, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	group, known := caseGroups[by]
	if !known {
		group = caseGroups["priority"]
	}
	f.Counted = true
	where, args := f.caseReport(sc, now)
	return many[CaseSum](ctx, s.pool, `select coalesce(`+group+`, '') as key, coalesce(max(u.name), '') as name, count(*)::int as opened,
			count(*) filter (where `+answerKept+`)::int as answer_kept, count(*) filter (where `+answerMissed+`)::int as answer_missed,
			count(*) filter (where k.solved_at is not null and not m.missed)::int as solve_kept, count(*) filter (where m.missed)::int as solve_missed,
			count(*) filter (where `+caseReopened+`)::int as reopened, count(*) filter (where k.state in ('open', 'in_progress', 'waiting'))::int as open,
			count(k.solved_at)::int as solved, coalesce(percentile_cont(0.5) within group (order by k.solved_at - k.opened_at), '0') as solve_half,
			coalesce(percentile_cont(0.5) within group (order by k.answered_at - k.opened_at), '0') as answer_half
		from care_case k join account a on a.id = k.account_id left join app_user u on u.id = k.owner_id cross join lateral (select `+solveMissed+` as missed) m`+where.sql()+`
		group by 1 order by 1`, args)
}

func (f CaseFilter) caseReport(sc Scope, now time.Time) (conditions, pgx.NamedArgs) {
	where := append(conditions{sc.sees("a.owner_id")}, f.reported()...)
	where.when(f.Owner != "", `k.owner_id = @by`)
	where.when(f.Nobody, `k.owner_id is null`)
	where.when(f.Priority != "", `k.priority = @priority`)
	where.when(f.Category != "", `k.category = @category`)
	return where, sc.args(pgx.NamedArgs{"by": f.Owner, "priority": f.Priority, "category": f.Category, "now": now, "from": f.From, "until": f.Until, "zone": f.Zone, "open_on": f.OpenOn, "plan": f.Plan})
}

// Backlog is how many cases were not solved at the end of a day.
type Backlog struct {
	OnDate crm.Date
	Open   int
}

// CaseBacklog tells for each of the days how many cases of the filter were not solved at its end, whenever they were opened.
func (s *Store) CaseBacklog(ctx context.Context, sc Scope, f CaseFilter, on []crm.Date) ([]Backlog, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	f.From, f.Until = crm.Date{}, crm.Date{}
	where, args := f.caseReport(sc, now)
	days := make([]string, len(on))
	for i, d := range on {
		days[i] = d.String()
	}
	args["days"] = days
	return many[Backlog](ctx, s.pool, `with turn as (select t.at, t.step from (`+caseTurns+`) t join care_case k on k.id = t.id join account a on a.id = k.account_id`+where.sql()+`)
		select d.d::date as on_date, coalesce((select sum(t.step) from turn t where t.at < ((d.d::date + 1)::timestamp at time zone @zone)), 0)::int as open
		from unnest(@days::text[]) with ordinality d(d, n) order by d.n`, args)
}
