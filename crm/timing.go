package crm

import "time"

// Slip is a change of a deal's expected closing date (S070).
type Slip struct {
	At   time.Time
	By   string // user id, or "customer", "system"
	From Date   // empty: it had none
	To   Date   // empty: it was cleared
}

// Days is how many days later the closing is expected than before; below zero when it comes sooner, 0 where there was no date.
func (s Slip) Days() int {
	if s.From.IsZero() || s.To.IsZero() {
		return 0
	}
	return s.To.DaysSince(s.From)
}

// Slipped counts the changes that put the closing off, and by how many days in all; dates that came nearer again do not count against them.
func Slipped(all []Slip) (times, days int) {
	for _, s := range all {
		if n := s.Days(); n > 0 {
			times, days = times+1, days+n
		}
	}
	return times, days
}

// Stay is one stay of a deal in a stage; a stage entered twice has two.
type Stay struct {
	Stage     string
	EnteredAt time.Time
	LeftAt    *time.Time // none: the deal is there
}

// Lasted is how long the stay has lasted by now.
func (s Stay) Lasted(now time.Time) time.Duration {
	if s.LeftAt != nil {
		now = *s.LeftAt
	}
	return max(now.Sub(s.EnteredAt), 0)
}

// StageTime is how long a deal was in a stage, over all its stays.
type StageTime struct {
	Stage  string
	Visits int
	Total  time.Duration
}

// StageTimes adds up stays by stage, in the order in which the stages were first entered.
func StageTimes(stays []Stay, now time.Time) []StageTime {
	var out []StageTime
	at := map[string]int{}
	for _, s := range stays {
		i, known := at[s.Stage]
		if !known {
			i = len(out)
			at[s.Stage], out = i, append(out, StageTime{Stage: s.Stage})
		}
		out[i].Visits++
		out[i].Total += s.Lasted(now)
	}
	return out
}
