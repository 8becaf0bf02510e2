package crm

import "time"

// ExpectedStation is a station of a route with who would be asked, and by when at the latest.
type ExpectedStation struct {
	Approval
	Panel Panel
	By    *time.Time // nil: no deadline
}

// ExpectRoute is the preview of a route (N6): what is frozen when an order is validated at the instant, with who sits at each station on that day.
// A stage is counted from the latest moment at which the one before it ends; from the instant when that has no deadline.
func ExpectRoute(route []Approval, o Organisation, ask ApprovalAsk, work Calendar, from time.Time) []ExpectedStation {
	out := make([]ExpectedStation, len(route))
	start, end, stage := from, from, 0
	for i, a := range route {
		if a.Stage != stage {
			start, stage = end, a.Stage
		}
		out[i] = ExpectedStation{Approval: a, Panel: o.Panel(a, i == len(route)-1, ask)}
		due := a.DueAt
		if due == nil {
			due = a.Due(work, start)
		}
		if out[i].By = due; due != nil && due.After(end) {
			end = *due
		}
	}
	return out
}

// Due is when a station that is asked since the instant must have decided; nil when it may take as long as it wants.
func (a Approval) Due(work Calendar, since time.Time) *time.Time {
	if a.WithinMinutes == 0 {
		return nil
	}
	due := work.AddWorkingHours(since, a.Within())
	return &due
}

// Paused is the deadline after the clock stood still between two instants: as much working time is left as was then.
func Paused(work Calendar, due, asked, answered time.Time) time.Time {
	return work.AddWorkingHours(answered, work.WorkingTime(asked, due))
}
