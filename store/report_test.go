package store

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// wandering is a deal of the history, as the test knows it.
type wandering struct {
	id       crm.ID
	owner    int
	visits   []wanderingVisit
	state    string
	stepwise bool // its visits end when the next begin
}

type wanderingVisit struct {
	stage         string
	entered, left time.Time // left zero: it is there
	next          string
}

// S005, N14: conversion and time by stage and the map of the paths equal a count by hand over random histories, for who sees his own, his team's and all
// deals; the deals behind each number are as many as it says.
func TestReportsEqualACountByHand(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	order := []string{"identify", "timing", "send", "won", "lost"}
	team, below, other := NewID(), NewID(), NewID()
	m.exec(`insert into team (id, name, parent_id) values ($1, 'Above', null), ($2, 'Below', $1), ($3, 'Other', null)`, team, below, other)
	owners := []crm.ID{NewID(), NewID(), NewID()}
	for i, of := range []crm.ID{team, below, other} {
		m.exec(`insert into app_user (id, name, email, roles, team_id, password_hash) values ($1, $2, $3, '{salesperson}', $4, '')`, owners[i], fmt.Sprint("P", i), fmt.Sprintf("p%d@x.example", i), of)
	}
	account := NewID()
	m.exec(`insert into account (id, name, country, created_at) values ($1, 'Customer', 'IT', now())`, account)
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	scopes := []struct {
		Scope
		sees map[int]bool
	}{
		{Everything(), map[int]bool{0: true, 1: true, 2: true}},
		{Scope{User: owners[1], Reach: crm.ReachOwn}, map[int]bool{1: true}},
		{Scope{User: owners[0], Teams: []crm.ID{team, below}, Reach: crm.ReachTeam}, map[int]bool{0: true, 1: true}},
		{Scope{User: owners[0], Reach: crm.ReachNone}, nil},
	}
	rapid.Check(t, func(t *rapid.T) {
		m.exec(`delete from stage_interval`)
		m.exec(`delete from deal_day; delete from opportunity`)
		deals := drawDeals(t, begin, order)
		for i, d := range deals {
			last := d.visits[len(d.visits)-1].stage
			m.exec(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, owner_id, stage_since, created_at, updated_at) values ($1, $2, 'Deal', $3, 'standard', $4, $5, 'EUR', $6, $7, $7, $7)`,
				d.id, fmt.Sprint("R-", i), account, last, d.state, owners[d.owner], begin)
			been := map[string]int{}
			for _, v := range d.visits {
				been[v.stage]++
				var left, next any
				if !v.left.IsZero() {
					left, next = v.left, v.next
				}
				if d.stepwise { // as steps write them; else as histories are brought in
					m.exec(`update stage_interval set left_at = $2, next_stage = $3 where opportunity_id = $1 and left_at is null`, d.id, v.entered, v.stage)
					left, next = nil, nil
				}
				m.exec(`insert into stage_interval (opportunity_id, stage, entered_at, left_at, next_stage, actor, cause, visit) values ($1, $2, $3, $4, $5, '', '', $6)`, d.id, v.stage, v.entered, left, next, been[v.stage])
			}
		}
		var other int
		if err := m.pool.QueryRow(context.Background(), `select count(*) from stage_interval i join (select id, lead(entered_at) over (partition by opportunity_id, stage order by id) as again_at,
				case when next_stage is not null then lead(left_at) over (partition by opportunity_id, stage, next_stage order by id) end as way_again_at from stage_interval) n using (id)
			where i.pipeline <> 'standard' or i.again_at is distinct from n.again_at or i.next_stage is not null and i.way_again_at is distinct from n.way_again_at`).Scan(&other); err != nil || other != 0 { // what the migration found of the past
			t.Fatalf("%d visits keep something else of the next one: %v", other, err)
		}
		f := ReportFilter{From: crm.NewDate(2026, 3, 1).AddDays(rapid.IntRange(0, 20).Draw(t, "from")), Zone: "UTC", Pipeline: "standard", Order: order, Lost: []string{"lost"}}
		f.Until = f.From.AddDays(rapid.IntRange(0, 20).Draw(t, "days"))
		for _, sc := range scopes {
			seen := slices.DeleteFunc(slices.Clone(deals), func(d wandering) bool { return !sc.sees[d.owner] })
			compareStages(t, m.Store, sc.Scope, f, seen)
			comparePaths(t, m.Store, sc.Scope, f, seen)
		}
	})
}

func drawDeals(t *rapid.T, begin time.Time, order []string) (out []wandering) {
	for range rapid.IntRange(0, 12).Draw(t, "deals") {
		d := wandering{id: NewID(), owner: rapid.IntRange(0, 2).Draw(t, "owner"), state: "open", stepwise: rapid.Bool().Draw(t, "stepwise")}
		at, stage := begin.Add(time.Duration(rapid.IntRange(0, 24*25).Draw(t, "begins"))*time.Hour), order[rapid.IntRange(0, 2).Draw(t, "first")]
		for range rapid.IntRange(0, 6).Draw(t, "moves") {
			next := rapid.SampledFrom(order).Filter(func(s string) bool { return s != stage }).Draw(t, "next")
			left := at.Add(time.Duration(rapid.IntRange(0, 24*10).Draw(t, "stays")) * time.Hour)
			d.visits = append(d.visits, wanderingVisit{stage, at, left, next})
			at, stage = left, next
		}
		d.visits = append(d.visits, wanderingVisit{stage: stage, entered: at})
		if stage == "won" || stage == "lost" {
			d.state = stage
		}
		out = append(out, d)
	}
	return out
}

func within(f ReportFilter, at time.Time) bool {
	d := crm.DateOf(at, time.UTC)
	return !d.Before(f.From) && !d.After(f.Until)
}

// middle is the median as PostgreSQL reckons it, in days.
func middle(stays []time.Duration) float64 {
	if len(stays) == 0 {
		return 0
	}
	slices.Sort(stays)
	n := len(stays)
	return (stays[(n-1)/2] + stays[n/2]).Hours() / 48
}

// ninth is the stay that nine in ten do not exceed, in days: between two of them by its place.
func ninth(stays []time.Duration) float64 {
	if len(stays) == 0 {
		return 0
	}
	slices.Sort(stays)
	place := 9 * (len(stays) - 1) // in tenths
	low, part := stays[place/10], place%10
	if part == 0 {
		return low.Hours() / 24
	}
	return (low.Hours()*float64(10-part) + stays[place/10+1].Hours()*float64(part)) / 240
}

func near(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }

func compareStages(t *rapid.T, s *Store, sc Scope, f ReportFilter, deals []wandering) {
	want, stays := map[string]StageFigures{}, map[string][]time.Duration{}
	place := func(stage string) int { return slices.Index(f.Order, stage) }
	for _, d := range deals {
		last := map[string]wanderingVisit{}
		for _, v := range d.visits {
			if within(f, v.entered) {
				last[v.stage] = v
				w := want[v.stage]
				w.Visits++
				want[v.stage] = w
				if !v.left.IsZero() {
					stays[v.stage] = append(stays[v.stage], v.left.Sub(v.entered))
				}
			}
		}
		for stage, v := range last {
			w := want[stage]
			w.Deals++
			switch {
			case v.left.IsZero():
				w.Still++
			case v.next == "lost":
				w.Lost++
			case place(v.next) < place(stage):
				w.Back++
			default:
				w.On++
			}
			if d.state == "won" {
				w.Won++
			}
			want[stage] = w
		}
	}
	rows, err := s.StageReport(context.Background(), sc, f)
	if err != nil || len(rows) != len(want) {
		t.Fatalf("%d stages, want %d: %v", len(rows), len(want), err)
	}
	for _, got := range rows {
		w := want[got.Stage]
		if got.Deals != w.Deals || got.Visits != w.Visits || got.On != w.On || got.Back != w.Back || got.Lost != w.Lost || got.Still != w.Still || got.Won != w.Won || !near(got.Half, middle(stays[got.Stage])) || !near(got.Most, ninth(stays[got.Stage])) {
			t.Fatalf("%+v, want %+v and %v days", got, w, middle(stays[got.Stage]))
		}
		for outcome, n := range map[string]int{"": w.Deals, "on": w.On, "back": w.Back, "lost": w.Lost, "still": w.Still, "won": w.Won} {
			if _, all, err := s.ReportDeals(context.Background(), sc, f, ReportChoice{Report: "stages", Stage: got.Stage, Outcome: outcome}, 10); err != nil || all != n {
				t.Fatalf("%s %s opens %d, want %d: %v", got.Stage, outcome, all, n, err)
			}
		}
	}
}

func comparePaths(t *rapid.T, s *Store, sc Scope, f ReportFilter, deals []wandering) {
	moves, on, stays := map[[2]string]int{}, map[[2]string]map[crm.ID]bool{}, map[[2]string][]time.Duration{}
	again := map[string]int{}
	for _, d := range deals {
		visits := map[string]int{}
		for _, v := range d.visits {
			if visits[v.stage]++; visits[v.stage] > 1 && within(f, v.entered) {
				again[v.stage]++
			}
			if v.left.IsZero() || !within(f, v.left) {
				continue
			}
			way := [2]string{v.stage, v.next}
			moves[way]++
			if on[way] == nil {
				on[way] = map[crm.ID]bool{}
			}
			on[way][d.id] = true
			stays[way] = append(stays[way], v.left.Sub(v.entered))
		}
	}
	rows, err := s.PathReport(context.Background(), sc, f)
	if err != nil || len(rows) != len(moves) {
		t.Fatalf("%d ways, want %d: %v", len(rows), len(moves), err)
	}
	for _, got := range rows {
		way := [2]string{got.FromStage, got.ToStage}
		back := slices.Index(f.Order, got.ToStage) < slices.Index(f.Order, got.FromStage) && got.ToStage != "lost"
		if got.Moves != moves[way] || got.Deals != len(on[way]) || got.Back != back || !near(got.Half, middle(stays[way])) {
			t.Fatalf("%+v, want %d moves of %d deals, %v days", got, moves[way], len(on[way]), middle(stays[way]))
		}
		if _, all, err := s.ReportDeals(context.Background(), sc, f, ReportChoice{Report: "paths", Stage: got.FromStage, Next: got.ToStage}, 10); err != nil || all != got.Deals {
			t.Fatalf("%v opens %d, want %d: %v", way, all, got.Deals, err)
		}
	}
	loops, err := s.LoopReport(context.Background(), sc, f)
	if err != nil || len(loops) != len(again) {
		t.Fatalf("%d loops, want %d: %v", len(loops), len(again), err)
	}
	for _, l := range loops {
		if l.Again != again[l.Stage] {
			t.Fatalf("%+v, want %d", l, again[l.Stage])
		}
		if _, all, err := s.ReportDeals(context.Background(), sc, f, ReportChoice{Report: "loops", Stage: l.Stage}, 10); err != nil || all != l.Deals {
			t.Fatalf("%s opens %d, want %d: %v", l.Stage, all, l.Deals, err)
		}
	}
}

// N14: what is kept of refused steps is what stands in the way by crm.Verdict.Failing, over random verdicts; what was allowed, and what other processes
// said, is not.
func TestRefusalsAreTheFailingClauses(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	account, deal := NewID(), NewID()
	m.exec(`insert into account (id, name, country, created_at) values ($1, 'Customer', 'IT', now())`, account)
	m.exec(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, stage_since, created_at, updated_at) values ($1, 'R-1', 'Deal', $2, 'standard', 'send', 'open', 'EUR', now(), now(), now())`, deal, account)
	m.exec(`insert into process (id, kind, record_id, step, rules, started_at, updated_at) values ('opportunity-r', 'opportunity', $1, 'x', '{}', now(), now()), ('lead-r', 'lead', $1, 'x', '{}', now(), now())`, deal)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		var v crm.Verdict
		for i := range rapid.IntRange(0, 6).Draw(t, "clauses") {
			c := crm.Clause{ID: fmt.Sprint("c", i), Group: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "group"), Outcome: rapid.SampledFrom([]crm.Outcome{crm.Met, crm.Unmet, crm.Unknown}).Draw(t, "outcome")}
			if rapid.IntRange(0, 5).Draw(t, "excepted") == 0 {
				c.Excepted = &crm.Excepted{}
			}
			v.Clauses = append(v.Clauses, c)
		}
		result, process := rapid.SampledFrom([]crm.Ruling{crm.Refused, crm.Allowed}).Draw(t, "result"), rapid.SampledFrom([]string{"opportunity-r", "lead-r"}).Draw(t, "process")
		n++
		m.exec(`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) values ($1, 'pipeline', $2, now(), 1, 'send', $3, $4, '{}')`, fmt.Sprint("v", n), process, result, orNoClauses(v.Clauses))
		var want []string
		if result != crm.Allowed && process == "opportunity-r" {
			for _, c := range v.Failing() {
				want = append(want, c.ID)
			}
		}
		rows, err := m.pool.Query(t.Context(), `select clause from refusal where cause = $1 and opportunity_id = $2 order by 1`, fmt.Sprint("v", n), deal)
		if err != nil {
			t.Fatal(err)
		}
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v, want %v: %v", got, want, err)
		}
	})
}

func orNoClauses(c []crm.Clause) []crm.Clause {
	if c == nil {
		return []crm.Clause{}
	}
	return c
}
