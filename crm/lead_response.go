package crm

import (
	"strconv"
	"time"
)

// ResponseTarget says how soon somebody gets in touch with a lead that he is given (S066): the first of a list that fits a lead is its own.
type ResponseTarget struct {
	Source     string // empty: from wherever
	LeastScore int    // 0 to 100
	Minutes    int    // of working time, on the owner's clock
}

// Fits tells whether the target is meant for a lead of the source and score.
func (t ResponseTarget) Fits(source string, score int) bool {
	return (t.Source == "" || t.Source == source) && score >= t.LeastScore
}

// ResponseZone is where somebody works whose clock is not the company's.
type ResponseZone struct {
	UserID ID
	Zone   string // IANA name
}

// ResponsePolicy is what sales operations set for the response clock of leads.
type ResponsePolicy struct {
	Targets       []ResponseTarget
	RemindPercent int // how much of the target is left when the owner is reminded; 0: he is not
	Passes        int // how often a lead that nobody touched goes to the next before its manager is told
	Zones         []ResponseZone
	Version       int
}

// Bounds of a policy.
const (
	MaxTargets      = 20
	MaxTargetMinute = 120_000 // a year of office hours
	MaxPasses       = 10
	MaxRemind       = 99
)

// Target is the one for a lead of the source and score; false when there is none.
func (p ResponsePolicy) Target(source string, score int) (ResponseTarget, bool) {
	for _, t := range p.Targets {
		if t.Fits(source, score) {
			return t, true
		}
	}
	return ResponseTarget{}, false
}

// Check tells what is wrong: out_of_range at /targets/<n>/least_score, /targets/<n>/minutes, /remind_percent and /passes; already_used at
// /targets/<n> when one before it takes every lead that it is meant for; too_many at /targets; unknown_zone and already_used at /zones/<n>.
func (p ResponsePolicy) Check() error {
	var errs FieldErrors
	between := func(at string, n, low, high int) {
		if n < low || n > high {
			errs.Add(at, Problem("out_of_range", "min", strconv.Itoa(low), "max", strconv.Itoa(high)))
		}
	}
	if len(p.Targets) > MaxTargets {
		errs.Add("/targets", Problem("too_many", "max", strconv.Itoa(MaxTargets)))
	}
	for i, t := range p.Targets {
		at := "/targets/" + strconv.Itoa(i)
		between(at+"/least_score", t.LeastScore, 0, 100)
		between(at+"/minutes", t.Minutes, 1, MaxTargetMinute)
		for _, b := range p.Targets[:i] {
			if (b.Source == "" || b.Source == t.Source) && b.LeastScore <= t.LeastScore {
				errs.Add(at, Problem("already_used"))
				break
			}
		}
	}
	between("/remind_percent", p.RemindPercent, 0, MaxRemind)
	between("/passes", p.Passes, 0, MaxPasses)
	seen := map[ID]bool{}
	for i, z := range p.Zones {
		at := "/zones/" + strconv.Itoa(i)
		if _, err := time.LoadLocation(z.Zone); err != nil || z.Zone == "" || z.Zone == "Local" {
			errs.Add(at+"/zone", Problem("unknown_zone", "got", shorten(z.Zone, 40)))
		}
		if seen[z.UserID] {
			errs.Add(at+"/user_id", Problem("already_used"))
		}
		seen[z.UserID] = true
	}
	return errs.Err()
}

// Times are when the owner is reminded and when his time is over, for a lead given at an instant. Working time is the calendar's.
func (p ResponsePolicy) Times(cal Calendar, t ResponseTarget, assigned time.Time) (remind, due time.Time) {
	whole := time.Duration(t.Minutes) * time.Minute
	due = cal.AddWorkingHours(assigned, whole)
	if p.RemindPercent > 0 {
		remind = cal.AddWorkingHours(assigned, whole*time.Duration(100-p.RemindPercent)/100)
	}
	return remind, due
}

// ResponseState is how it stands with the owner's first touch.
type ResponseState string

// The states of a response.
const (
	ResponseUntimed   ResponseState = "untimed"   // no target fits
	ResponseRunning   ResponseState = "running"   // he has time, or just had
	ResponsePassing   ResponseState = "passing"   // it goes to the next
	ResponseEscalated ResponseState = "escalated" // the manager was told
	ResponseAnswered  ResponseState = "answered"  // he got in touch, in time or late
	ResponsePassed    ResponseState = "passed"    // the clock gave it to the next
	ResponseHanded    ResponseState = "handed"    // a person gave it to somebody else, or took it up otherwise
)

// LeadResponse is how soon somebody got in touch with a lead that he was given.
type LeadResponse struct {
	LeadID      ID
	AssignedAt  time.Time
	OwnerID     ID
	Source      string // of the lead, as it was given
	Score       int    // likewise
	Minutes     int    // the target, of working time; 0: none
	Round       int    // how often the clock had passed the lead on before
	RemindAt    *time.Time
	DueAt       *time.Time
	State       ResponseState
	Act         string // call, meeting, visit, mail, letter, feedback, converted, converted_below, disqualified
	ActedAt     *time.Time
	UsedSeconds *int // of working time, until the act
	RemindedAt  *time.Time
	MissedAt    *time.Time
	EscalatedAt *time.Time
	PassedTo    ID
	EndedAt     *time.Time
}

// Open tells whether the owner's touch is still waited for.
func (r LeadResponse) Open() bool {
	return r.State == ResponseRunning || r.State == ResponsePassing || r.State == ResponseEscalated
}

// InTime tells whether the first touch came before the target was over.
func (r LeadResponse) InTime() bool {
	return r.ActedAt != nil && r.DueAt != nil && !r.ActedAt.After(*r.DueAt)
}

// Overdue tells whether the touch is waited for and late.
func (r LeadResponse) Overdue(now time.Time) bool {
	return r.Open() && r.DueAt != nil && r.DueAt.Before(now)
}

// ReassignFields are the fields of lead.reassign.
type ReassignFields struct {
	AssignedAt time.Time `json:"assigned_at"` // when the owner got it; another time since then: nothing is to do
}
