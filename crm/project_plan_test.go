package crm

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func planCalendar(t testing.TB) Calendar {
	t.Helper()
	cal, err := NewCalendar("Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}), []Date{NewDate(2026, 6, 2)})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func planTask(id, start, end string, after ...ID) ProjectTask {
	s, err := ParseDate(start)
	e, err2 := ParseDate(end)
	if err != nil || err2 != nil {
		panic(id)
	}
	return ProjectTask{ID: ID(id), StartDate: s, EndDate: e, After: after}
}

// S082, S084: a task waits for what it depends on; followers move by working days of the company's calendar, and keep how long they take.
func TestFollowersShiftByWorkingDays(t *testing.T) {
	t.Parallel()
	cal := planCalendar(t)
	tasks := []ProjectTask{
		planTask("design", "2026-05-25", "2026-06-01"), // Monday; the 2nd of June is a holiday
		planTask("build", "2026-05-28", "2026-06-01", "design"),
		planTask("paint", "2026-06-02", "2026-06-02", "build"),
		planTask("papers", "2026-05-25", "2026-05-26"),
	}
	if d := Earliest(cal, tasks, tasks[1]); d.String() != "2026-06-03" {
		t.Errorf("build may begin on %s", d)
	}
	if early := TooEarly(cal, tasks); len(early) != 2 || early[0].ID != "build" || early[1].ID != "paint" {
		t.Errorf("too early: %v", early)
	}
	moved, err := ShiftFollowers(cal, tasks)
	if err != nil {
		t.Fatal(err)
	}
	got := map[ID]string{}
	for _, m := range moved {
		got[m.ID] = m.StartDate.String() + " " + m.EndDate.String()
	}
	for id, want := range map[ID]string{"design": "2026-05-25 2026-06-01", "build": "2026-06-03 2026-06-05", "paint": "2026-06-08 2026-06-08", "papers": "2026-05-25 2026-05-26"} {
		if got[id] != want {
			t.Errorf("%s is on %s, want %s", id, got[id], want)
		}
	}
	slack := TaskSlack(cal, moved)
	if slack["design"] != 0 || slack["build"] != 0 || slack["paint"] != 0 || slack["papers"] != 8 {
		t.Errorf("slack %v", slack)
	}
	if _, err := TaskOrder([]ProjectTask{planTask("a", "2026-05-25", "2026-05-25", "b"), planTask("b", "2026-05-26", "2026-05-26", "a")}); err == nil {
		t.Error("a circle is a plan")
	}
}

// drawPlan draws tasks whose links may lead anywhere.
func drawPlan(t *rapid.T, circles bool) []ProjectTask {
	n := rapid.IntRange(1, 12).Draw(t, "tasks")
	tasks := make([]ProjectTask, n)
	for i := range tasks {
		start := NewDate(2026, 5, 1).AddDays(rapid.IntRange(0, 60).Draw(t, "start"))
		tasks[i] = ProjectTask{ID: ID(fmt.Sprint("t", i)), StartDate: start, EndDate: start.AddDays(rapid.IntRange(0, 15).Draw(t, "days"))}
		for j := range n {
			if j != i && (circles || j < i) && rapid.IntRange(0, 3).Draw(t, "after") == 0 {
				tasks[i].After = append(tasks[i].After, ID(fmt.Sprint("t", j)))
			}
		}
	}
	return rapid.Permutation(tasks).Draw(t, "order")
}

// reaches tells whether a task waits, by however many others, for another: found by walking, as nothing in the product does.
func reaches(tasks []ProjectTask, from, to ID, depth int) bool {
	if depth > len(tasks) {
		return false
	}
	for _, t := range tasks {
		if t.ID == from {
			for _, id := range t.After {
				if id == to || reaches(tasks, id, to, depth+1) {
					return true
				}
			}
		}
	}
	return false
}

// S084: no plan with a circle is ever taken, and every one without is.
func TestNoCircleIsEverAPlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tasks := drawPlan(t, true)
		circle := slices.ContainsFunc(tasks, func(x ProjectTask) bool { return reaches(tasks, x.ID, x.ID, 0) })
		ordered, err := TaskOrder(tasks)
		if circle != (err != nil) {
			t.Fatalf("circle %v, answered %v: %v", circle, err, tasks)
		}
		for i, x := range ordered {
			for _, id := range x.After {
				if !slices.ContainsFunc(ordered[:i], func(y ProjectTask) bool { return y.ID == id }) {
					t.Fatalf("%s stands before %s", x.ID, id)
				}
			}
		}
	})
}

// S084: after shifting no task begins before what it waits for has ended, none became earlier or shorter, one that could stay stayed,
// shifting again changes nothing, and a task on the critical path cannot end later without the whole ending later.
func TestShiftingKeepsOrder(t *testing.T) {
	t.Parallel()
	cal := planCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		tasks := drawPlan(t, false)
		moved, err := ShiftFollowers(cal, tasks)
		if err != nil {
			t.Fatal(err)
		}
		if early := TooEarly(cal, moved); len(early) > 0 {
			t.Fatalf("still too early: %v", early)
		}
		for _, m := range moved {
			was := tasks[slices.IndexFunc(tasks, func(x ProjectTask) bool { return x.ID == m.ID })]
			if m.StartDate.Before(was.StartDate) || m.StartDate != was.StartDate && cal.WorkingDays(m.StartDate, m.EndDate) != max(1, cal.WorkingDays(was.StartDate, was.EndDate)) {
				t.Fatalf("%v became %v", was, m)
			}
			if !was.StartDate.Before(Earliest(cal, moved, was)) && m.StartDate != was.StartDate {
				t.Fatalf("%v had to move to %v for nothing", was, m)
			}
		}
		again, err := ShiftFollowers(cal, moved)
		if err != nil || !slices.EqualFunc(byTask(again), byTask(moved), func(a, b ProjectTask) bool {
			return a.ID == b.ID && a.StartDate == b.StartDate && a.EndDate == b.EndDate
		}) {
			t.Fatalf("shifted again: %v, %v", again, err)
		}
		slack, end := TaskSlack(cal, moved), lastDay(moved)
		if !slices.ContainsFunc(moved, func(x ProjectTask) bool { return slack[x.ID] == 0 }) {
			t.Fatal("nothing is critical")
		}
		for i, m := range moved {
			later := slices.Clone(moved)
			later[i].EndDate = cal.AddWorkingDays(m.EndDate.AddDays(1), 0)
			after, _ := ShiftFollowers(cal, later)
			if whole := lastDay(after).After(end); slack[m.ID] == 0 && cal.IsWorkingDay(m.EndDate) && !whole || slack[m.ID] > 0 && cal.WorkingDays(end.AddDays(1), lastDay(after)) > 0 {
				t.Fatalf("%s has slack %d; a day more moves the end from %s to %s", m.ID, slack[m.ID], end, lastDay(after))
			}
		}
	})
}

func byTask(tasks []ProjectTask) []ProjectTask {
	return slices.SortedFunc(slices.Values(tasks), func(a, b ProjectTask) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

func lastDay(tasks []ProjectTask) (d Date) {
	for _, t := range tasks {
		if t.EndDate.After(d) {
			d = t.EndDate
		}
	}
	return d
}

// S083: however the hours lie, the phases' budgets add up to the project's to the cent.
func TestSpreadBudgetIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		budget := amounts(t, "budget", 0, 1_000_000_00)
		var phases []ProjectPhase
		var tasks []ProjectTask
		for i := range rapid.IntRange(1, 7).Draw(t, "phases") {
			id := ID(fmt.Sprint("p", i))
			phases = append(phases, ProjectPhase{ID: id})
			for range rapid.IntRange(0, 3).Draw(t, "tasks") {
				tasks = append(tasks, ProjectTask{PhaseID: id, EffortHours: amounts(t, "hours", 0, 500_00)})
			}
		}
		spread, err := SpreadBudget(budget, phases, tasks, EUR)
		if err != nil {
			t.Fatal(err)
		}
		sum := decimal.Zero
		for _, p := range spread {
			if p.Budget.IsNegative() {
				t.Fatalf("%v", p)
			}
			sum = sum.Add(p.Budget)
		}
		if !sum.Equal(budget) {
			t.Fatalf("%s spread is %s", budget, sum)
		}
	})
}
