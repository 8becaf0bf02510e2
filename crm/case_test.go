package crm

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t *testing.T, zone *time.Location, local string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", local, zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

var promises = map[Priority]ServiceLevel{
	PriorityUrgent: {PriorityUrgent, time.Hour, 8 * time.Hour}, PriorityHigh: {PriorityHigh, 2 * time.Hour, 16 * time.Hour},
	PriorityNormal: {PriorityNormal, 4 * time.Hour, 40 * time.Hour}, PriorityLow: {PriorityLow, 8 * time.Hour, 80 * time.Hour},
}

// S086: promises are kept in working time: over a weekend, a holiday and a clock change, and not while the customer is waited for.
func TestCaseKeepsItsPromisesInWorkingTime(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", office, mustDate(t, "2026-04-06")) // Easter Monday
	zone := cal.Zone()
	for _, tt := range []struct {
		priority              Priority
		opened, answer, solve string
	}{
		{PriorityUrgent, "2026-05-04 10:00", "2026-05-04 11:00", "2026-05-05 10:00"},
		{PriorityHigh, "2026-05-08 17:00", "2026-05-11 10:00", "2026-05-12 17:00"},
		{PriorityNormal, "2026-03-27 15:00", "2026-03-30 10:00", "2026-04-03 15:00"},
		{PriorityLow, "2026-04-05 12:00", "2026-04-07 18:00", "2026-04-20 18:00"},
	} {
		c := Case{Priority: tt.priority}
		c.Open(at(t, zone, tt.opened), cal, promises[tt.priority])
		if !c.AnswerDue.Equal(at(t, zone, tt.answer)) || !c.SolveDue.Equal(at(t, zone, tt.solve)) {
			t.Errorf("%s opened %s: answer %s, solve %s", tt.priority, tt.opened, c.AnswerDue.In(zone), c.SolveDue.In(zone))
		}
	}
	c := Case{Priority: PriorityUrgent}
	c.Open(at(t, zone, "2026-05-04 10:00"), cal, promises[PriorityUrgent])
	c.Wait(at(t, zone, "2026-05-04 12:00"), cal, "") // 6 hours are left
	c.Resume(at(t, zone, "2026-05-15 17:00"), cal)
	if want := at(t, zone, "2026-05-18 15:00"); !c.SolveDue.Equal(want) {
		t.Errorf("after waiting it is due %s, want %s", c.SolveDue.In(zone), want)
	}
	closes := c.Solve(at(t, zone, "2026-05-18 12:00"), "done", cal)
	if want := at(t, zone, "2026-05-26 00:00"); !closes.Equal(want) {
		t.Errorf("it closes %s, want %s: after five working days", closes.In(zone), want)
	}
}

// S086: what is taken from the clock while waiting is given back: working time runs on exactly where it stopped.
func TestWaitingCostsNoWorkingTime(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", office)
	begin := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(0, 60*24*30).Draw(t, name)) * time.Minute
		}
		opened := begin.Add(minutes("opened"))
		c := Case{Priority: Priority(rapid.SampledFrom(Priorities()).Draw(t, "priority"))}
		c.Open(opened, cal, promises[c.Priority])
		waits := opened.Add(minutes("worked"))
		used := cal.WorkingTime(opened, waits)
		c.Wait(waits, cal, "")
		if promise := c.SolveWithin; used+c.Remaining != max(promise, used) {
			t.Fatalf("%s used and %s left of %s", used, c.Remaining, promise)
		}
		left, resumed := c.Remaining, waits.Add(minutes("waited"))
		c.Resume(resumed, cal)
		if got := cal.WorkingTime(resumed, c.SolveDue); got != left {
			t.Fatalf("%s was left, %s is", left, got)
		}
	})
}

// S086: a case that was solved and is not gets the promise with which it was opened, whatever new cases are promised by now.
func TestReopenedCaseKeepsItsLevel(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", office)
	c := Case{Priority: PriorityUrgent}
	c.Open(at(t, cal.Zone(), "2026-05-04 10:00"), cal, ServiceLevel{PriorityUrgent, time.Minute, 2 * time.Hour})
	c.Solve(at(t, cal.Zone(), "2026-05-04 11:00"), "done", cal)
	c.Resume(at(t, cal.Zone(), "2026-05-05 09:00"), cal)
	if want := at(t, cal.Zone(), "2026-05-05 11:00"); !c.SolveDue.Equal(want) {
		t.Errorf("due %s, want %s", c.SolveDue, want)
	}
}

// S086: what may follow which state.
func TestCaseStates(t *testing.T) {
	t.Parallel()
	all := []CaseState{CaseOpen, CaseInProgress, CaseWaiting, CaseSolved, CaseClosed}
	may := map[CaseState]string{CaseOpen: "in_progress solved ", CaseInProgress: "waiting solved ", CaseWaiting: "in_progress solved ", CaseSolved: "in_progress closed ", CaseClosed: ""}
	for _, from := range all {
		got := ""
		for _, to := range all {
			if (Case{State: from}).May(to) {
				got += string(to) + " "
			}
		}
		if got != may[from] {
			t.Errorf("from %s: %s, want %s", from, got, may[from])
		}
	}
}
