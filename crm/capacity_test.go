package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S090: a week has the calendar's hours less absences and holidays, and a task lies evenly on its working days.
func TestCapacityOfAWeek(t *testing.T) {
	t.Parallel()
	cal, d := planCalendar(t), decimal.RequireFromString // nine hours a day; the 2nd of June is a holiday
	day := func(n int) Date { return NewDate(2026, 6, n) }
	weeks, err := Capacity(cal, day(1), 2, []Absence{{FirstDay: day(8), LastDay: day(9)}}, []ProjectTask{
		{ID: "a", StartDate: day(4), EndDate: day(9), EffortHours: d("80"), ProgressPercent: d("50")}, // Thursday to Tuesday: two days in each week
		{ID: "b", StartDate: day(10), EndDate: day(10), EffortHours: d("12")},
		{ID: "c", StartDate: day(10), EndDate: day(10), EffortHours: d("12"), ProgressPercent: d("100")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][2]string{{"36", "20"}, {"27", "32"}} {
		if w := weeks[i]; !w.Has.Equal(d(want[0])) || !w.Planned.Equal(d(want[1])) || w.Over() != (i == 1) {
			t.Errorf("week %s: %s of %s, want %s of %s", w.Monday, w.Planned, w.Has, want[1], want[0])
		}
	}
	if len(weeks[1].Tasks) != 2 || day(7).Monday() != day(1) || day(8).Monday() != day(8) {
		t.Errorf("%v, %s", weeks[1].Tasks, day(7).Monday())
	}
}

// S090: over all weeks the hours of a task come to exactly what is left of it.
func TestCapacityLosesNoHours(t *testing.T) {
	t.Parallel()
	cal := planCalendar(t)
	rapid.Check(t, func(t *rapid.T) {
		from, sum := NewDate(2026, 4, 27), decimal.Zero
		var tasks []ProjectTask
		for _, task := range drawPlan(t, false) {
			task.EffortHours = amounts(t, "effort", 0, 900_00)
			tasks, sum = append(tasks, task), sum.Add(task.EffortHours)
		}
		weeks, err := Capacity(cal, from, 20, nil, tasks)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range weeks {
			sum = sum.Sub(w.Planned)
		}
		if !sum.IsZero() {
			t.Fatalf("%s hours are lost", sum)
		}
	})
}
