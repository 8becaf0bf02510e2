package crm

import "time"

// Case is a customer's request for help after the sale (S086). It lives through the process "case-<uuid>".
type Case struct {
	ID            ID
	Number        string // "CASE-12"
	AccountID     ID
	ContractID    ID
	ContactID     ID
	Subject       string
	Text          string
	Priority      Priority
	State         CaseState
	OwnerID       ID            // who works on it; empty while nobody does
	AnswerWithin  time.Duration // what it was promised when it was opened, in working time
	SolveWithin   time.Duration
	AnswerDue     time.Time
	AnsweredAt    *time.Time
	SolveDue      time.Time
	WaitingSince  *time.Time
	Remaining     time.Duration // working time until SolveDue, kept while the customer is waited for
	Escalated     []string      // the promises that were missed: answer, solve
	Solution      string
	SolvedAt      *time.Time
	LeadID        ID          // the lead that came of it (loop C6 to L1)
	DealID        ID          // the deal that did
	OpenedBy      ID          // of the house; empty: the customer himself
	Channel       CaseChannel // by which it came
	Sender        string      // address that the customer wrote from, where he is no contact
	SenderName    string
	Language      string // of what he is written; empty: his contact's
	FollowsID     ID     // the closed case that he answered to
	Solutions     int    // how many times it was solved
	Category      string // what it is about
	Cause         string // what it came of
	WaitReason    string // why its clock stands
	Plan          string // name of the plan whose promises it was given; empty: the general ones
	ProjectID     ID     // that it is about
	OpportunityID ID     // the deal that it is about
	MergedID      ID     // the case that goes on in its place
	Version       int
	OpenedAt      time.Time
	ClosedAt      *time.Time
}

// CaseState says where a case stands.
type CaseState string

// The states of a case.
const (
	CaseOpen       CaseState = "open"        // nobody works on it yet
	CaseInProgress CaseState = "in_progress" // somebody does
	CaseWaiting    CaseState = "waiting"     // for the customer; the clock of the solution stands still
	CaseSolved     CaseState = "solved"      // closes by itself unless it is reopened
	CaseClosed     CaseState = "closed"
)

// Priority orders cases, and says how soon they are answered and solved.
type Priority string

// The priorities.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// Priorities lists the priorities, the most urgent first.
func Priorities() []string {
	return []string{string(PriorityUrgent), string(PriorityHigh), string(PriorityNormal), string(PriorityLow)}
}

// CloseAfterDays is how many working days a solved case stays open to objection.
const CloseAfterDays = 5

// caseMoves is what may follow which state.
var caseMoves = map[CaseState][]CaseState{
	CaseOpen:       {CaseInProgress, CaseSolved},
	CaseInProgress: {CaseWaiting, CaseSolved},
	CaseWaiting:    {CaseInProgress, CaseSolved},
	CaseSolved:     {CaseInProgress, CaseClosed},
}

// May tells whether the case may go to the state.
func (c Case) May(to CaseState) bool {
	for _, s := range caseMoves[c.State] {
		if s == to {
			return true
		}
	}
	return false
}

// Open begins a case at the instant with what its priority promises now (S086). It keeps these promises whatever later ones are.
func (c *Case) Open(at time.Time, cal Calendar, level ServiceLevel) {
	c.State, c.OpenedAt, c.Version = CaseOpen, at, 1
	c.AnswerWithin, c.SolveWithin = level.Answer, level.Solve
	c.AnswerDue, c.SolveDue = cal.AddWorkingHours(at, level.Answer), cal.AddWorkingHours(at, level.Solve)
}

// Wait stops the clock of the solution for the reason: what was left of it stays.
func (c *Case) Wait(at time.Time, cal Calendar, reason string) {
	c.State, c.WaitingSince, c.Remaining, c.WaitReason = CaseWaiting, &at, cal.WorkingTime(at, c.SolveDue), reason
}

// Resume takes a case up again. After waiting, what was left of the clock runs on from now; a case that was solved and is not
// gets a whole new promise.
func (c *Case) Resume(at time.Time, cal Calendar) {
	switch c.State {
	case CaseWaiting:
		c.SolveDue = cal.AddWorkingHours(at, c.Remaining)
	case CaseSolved:
		c.SolveDue, c.Escalated = cal.AddWorkingHours(at, c.SolveWithin), nil
		c.SolvedAt, c.Solution = nil, ""
	}
	c.State, c.WaitingSince, c.Remaining, c.WaitReason = CaseInProgress, nil, 0, ""
}

// Solve ends the work on a case. It closes at the end of the instant that is given back unless somebody objects.
func (c *Case) Solve(at time.Time, solution string, cal Calendar) (closes time.Time) {
	c.State, c.SolvedAt, c.Solution, c.WaitingSince, c.Remaining, c.WaitReason = CaseSolved, &at, solution, nil, 0, ""
	c.Solutions++
	return cal.AddWorkingDays(cal.Today(at).AddDays(1), CloseAfterDays-1).AddDays(1).StartIn(cal.Zone())
}
