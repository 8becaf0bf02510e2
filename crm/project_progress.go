package crm

import "github.com/shopspring/decimal"

// ProgressWay says how a project's progress is reckoned (S084).
type ProgressWay string

// The ways of reckoning progress.
const (
	ProgressByHand      ProgressWay = "hand"      // as the project manager says
	ProgressByTask      ProgressWay = "task"      // the part of the tasks that are done
	ProgressByEffort    ProgressWay = "effort"    // the progress of the tasks by their hours
	ProgressByMilestone ProgressWay = "milestone" // the part of the milestones that are reached
)

// ProgressWays lists the ways, for forms and checks.
func ProgressWays() []ProgressWay {
	return []ProgressWay{ProgressByHand, ProgressByTask, ProgressByEffort, ProgressByMilestone}
}

// Progress reckons how much of a project is done, in per cent with 2 decimals; untold by hand, and where there is nothing to reckon it by. It
// may be less than what was reported: what is reported never falls.
func (w ProgressWay) Progress(tasks []ProjectTask, milestones []Milestone) (percent decimal.Decimal, told bool) {
	done, all := 0, 0
	switch w {
	case ProgressByEffort:
		return progressOf(tasks)
	case ProgressByTask:
		all = len(tasks)
		for _, t := range tasks {
			if t.Done() {
				done++
			}
		}
	case ProgressByMilestone:
		all = len(milestones)
		for _, m := range milestones {
			if !m.DoneOn.IsZero() {
				done++
			}
		}
	}
	if all == 0 {
		return percent, false
	}
	return decimal.NewFromInt(int64(done)*100).DivRound(decimal.NewFromInt(int64(all)), 2), true
}

// progressOf is how much of the tasks is done, by their hours; by their number where none has any. Without tasks there is none to tell.
func progressOf(tasks []ProjectTask) (percent decimal.Decimal, told bool) {
	var done, hours, sum decimal.Decimal
	for _, t := range tasks {
		hours, done, sum = hours.Add(t.EffortHours), done.Add(t.EffortHours.Mul(t.ProgressPercent)), sum.Add(t.ProgressPercent)
	}
	switch {
	case len(tasks) == 0:
		return percent, false
	case hours.IsPositive():
		return done.DivRound(hours, 2), true
	default:
		return sum.DivRound(decimal.NewFromInt(int64(len(tasks))), 2), true
	}
}
