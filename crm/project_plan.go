package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// How much a project's plan may hold, so that looking for its critical path is never long.
const (
	MaxPhases   = 50
	MaxTasks    = 300
	MaxTaskDays = 1830 // from the first to the last day of a task
)

// ProjectPhase is a part of a project with its part of the budget (S082, S083), in the contract's currency without tax.
type ProjectPhase struct {
	ID        ID
	ProjectID ID
	Position  int
	Name      string
	Budget    decimal.Decimal
	Version   int
}

// ProjectTask is work with its days, both of them in it, and what it waits for (S082). Days are dates of the legal entity's zone.
type ProjectTask struct {
	ID              ID
	ProjectID       ID
	PhaseID         ID // none: of no phase
	Name            string
	StartDate       Date
	EndDate         Date
	EffortHours     decimal.Decimal
	UserID          ID // who does it; empty: nobody yet
	ProgressPercent decimal.Decimal
	FixedPrice      *decimal.Decimal // what the customer pays for it, without tax; none: its hours at their price
	After           []ID             // tasks that have to end before it begins
	Version         int
}

// Done tells whether the task is finished.
func (t ProjectTask) Done() bool { return t.ProgressPercent.Equal(hundred) }

// Late tells whether the task should have ended before today.
func (t ProjectTask) Late(today Date) bool { return !t.Done() && t.EndDate.Before(today) }

// Check demands days in their order and not too many. Errors: required, before_start, out_of_range at the field.
func (t ProjectTask) Check() error {
	var errs FieldErrors
	for pointer, d := range map[string]Date{"/start_date": t.StartDate, "/end_date": t.EndDate} {
		if d.IsZero() {
			errs.Add(pointer, Problem("required"))
		}
	}
	switch {
	case len(errs) > 0:
	case t.EndDate.Before(t.StartDate):
		errs.Add("/end_date", Problem("before_start"))
	case t.EndDate.DaysSince(t.StartDate) > MaxTaskDays:
		errs.Add("/end_date", Problem("out_of_range", "min", t.StartDate.String(), "max", t.StartDate.AddDays(MaxTaskDays).String()))
	}
	return errs.Err()
}

// TaskOrder puts tasks so that each stands behind those that it waits for; of equals the earlier first. It fails on a circle and on a
// link to a task that is not there. Errors, at /after: task_circle, unknown_record.
func TaskOrder(tasks []ProjectTask) ([]ProjectTask, error) {
	at := make(map[ID]int, len(tasks))
	for i, t := range tasks {
		at[t.ID] = i
	}
	waits, followers := make([]int, len(tasks)), make([][]int, len(tasks))
	for i, t := range tasks {
		for _, id := range t.After {
			before, there := at[id]
			if !there {
				return nil, FieldErrors{Problem("unknown_record").At("/after")}
			}
			waits[i]++
			followers[before] = append(followers[before], i)
		}
	}
	var ready []int
	for i := range tasks {
		if waits[i] == 0 {
			ready = append(ready, i)
		}
	}
	out := make([]ProjectTask, 0, len(tasks))
	for len(ready) > 0 {
		next := slices.MinFunc(ready, func(a, b int) int { return tasks[a].StartDate.Time().Compare(tasks[b].StartDate.Time()) })
		ready = slices.DeleteFunc(ready, func(i int) bool { return i == next })
		out = append(out, tasks[next])
		for _, f := range followers[next] {
			if waits[f]--; waits[f] == 0 {
				ready = append(ready, f)
			}
		}
	}
	if len(out) < len(tasks) {
		return nil, FieldErrors{Problem("task_circle").At("/after")}
	}
	return out, nil
}

// Earliest is the first working day on which a task may begin: after all that it waits for have ended. The zero Date: it waits for none.
func Earliest(cal Calendar, tasks []ProjectTask, t ProjectTask) (d Date) {
	for _, other := range tasks {
		if slices.Contains(t.After, other.ID) && (d.IsZero() || other.EndDate.After(d)) {
			d = other.EndDate
		}
	}
	if d.IsZero() {
		return d
	}
	return cal.NextWorkingDay(d.AddDays(1))
}

// TooEarly lists the tasks that begin before what they wait for has ended (S084).
func TooEarly(cal Calendar, tasks []ProjectTask) (out []ProjectTask) {
	for _, t := range tasks {
		if t.StartDate.Before(Earliest(cal, tasks, t)) {
			out = append(out, t)
		}
	}
	return out
}

// WorkingDays counts the working days from one date to another, both of them in it.
func (c Calendar) WorkingDays(from, to Date) (n int) {
	for d := from; !d.After(to); d = d.AddDays(1) {
		if c.IsWorkingDay(d) {
			n++
		}
	}
	return n
}

// backWorkingDays is the date from which to the given one so many working days pass, both of them in it.
func (c Calendar) backWorkingDays(d Date, n int) Date {
	d = c.LastWorkingDay(d)
	for range n - 1 {
		d = c.LastWorkingDay(d.AddDays(-1))
	}
	return d
}

// ShiftFollowers moves each task that would begin too early to its earliest day, and with it those that follow. A task that is moved
// keeps how many working days it takes; others stay where they are. It gives all tasks. Errors: as TaskOrder.
func ShiftFollowers(cal Calendar, tasks []ProjectTask) ([]ProjectTask, error) {
	ordered, err := TaskOrder(tasks)
	if err != nil {
		return nil, err
	}
	for i := range ordered {
		t := &ordered[i]
		if earliest := Earliest(cal, ordered[:i], *t); t.StartDate.Before(earliest) {
			days := max(1, cal.WorkingDays(t.StartDate, t.EndDate))
			t.StartDate, t.EndDate = earliest, cal.AddWorkingDays(earliest, days-1)
		}
	}
	return ordered, nil
}

// TaskSlack is by how many working days each task may end later without the last one ending later. Those with none are the critical
// path. Tasks in a circle have no slack that could be told: then it is empty.
func TaskSlack(cal Calendar, tasks []ProjectTask) map[ID]int {
	ordered, err := TaskOrder(tasks)
	if err != nil || len(ordered) == 0 {
		return nil
	}
	end := slices.MaxFunc(ordered, func(a, b ProjectTask) int { return a.EndDate.Time().Compare(b.EndDate.Time()) }).EndDate
	latest, slack := make(map[ID]Date, len(tasks)), make(map[ID]int, len(tasks))
	for _, t := range slices.Backward(ordered) {
		last, told := latest[t.ID]
		if !told {
			last = end
		}
		if t.EndDate.Before(last) {
			slack[t.ID] = cal.WorkingDays(t.EndDate.AddDays(1), last)
		} else {
			slack[t.ID] = 0
		}
		begins := cal.backWorkingDays(last, max(1, cal.WorkingDays(t.StartDate, t.EndDate)))
		for _, id := range t.After {
			if before := begins.AddDays(-1); latest[id].IsZero() || before.Before(latest[id]) {
				latest[id] = before
			}
		}
	}
	return slack
}

// SpreadBudget divides a project's budget onto its phases in proportion to the hours planned in them, equally where none are: the parts
// always add up to it (S083). A project without phases has nothing to divide it onto. Errors: as Split.
func SpreadBudget(budget decimal.Decimal, phases []ProjectPhase, tasks []ProjectTask, c Currency) ([]ProjectPhase, error) {
	if len(phases) == 0 {
		return nil, nil
	}
	weights, sum := make([]decimal.Decimal, len(phases)), decimal.Zero
	for i, p := range phases {
		for _, t := range tasks {
			if t.PhaseID == p.ID {
				weights[i] = weights[i].Add(t.EffortHours)
			}
		}
		sum = sum.Add(weights[i])
	}
	if sum.IsZero() {
		for i := range weights {
			weights[i] = decimal.NewFromInt(1)
		}
	}
	parts, err := Split(budget, weights, c)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(phases)
	for i := range out {
		out[i].Budget = parts[i]
	}
	return out, nil
}
