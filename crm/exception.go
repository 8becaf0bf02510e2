package crm

import (
	"slices"
	"strings"
	"time"
)

// The commands of an exception from a rule, all carried out by the deal's process (N1).
const (
	ExceptionAsk     = "exception.ask"     // by who was refused, for named clauses
	ExceptionGrant   = "exception.grant"   // by the rule's owner
	ExceptionDecline = "exception.decline" // by the rule's owner, with a reason

	ExceptionWithdraw = "exception.withdraw" // by who asked, before it is decided
)

// How long a granted exception counts, in days, when its giver does not say and at most.
const (
	ExceptionDays     = 14
	ExceptionDaysMost = 365
)

// RuleOwner is who decides on exceptions where a rule set names nobody.
const RuleOwner = RoleSalesManager

// Exception lets one deal pass certain failing clauses of one gate once, under the version of the rules that refused it.
type Exception struct {
	ID            ID
	OpportunityID ID
	Kind          RuleKind
	RuleVersion   int
	Key           string   // the gate
	Clauses       []string // ids of the clauses that are excepted
	Asked         []Clause // these clauses with the values of the moment in which it was asked for
	Owner         string   // role, or address of the person, who decides
	Reason        string
	State         ExceptionState
	RequestedBy   ID
	RequestedAt   time.Time
	DecidedBy     ID
	DecidedAt     *time.Time
	Note          string // of a granted one; the reason of a declined one
	ExpiresOn     Date   // the last day on which it counts, in the company's zone
	UsedAt        *time.Time
	WithdrawnAt   *time.Time
	Version       int
}

// ExceptionState says where a request for an exception stands.
type ExceptionState string

// The states of an exception. One whose last day has passed stays granted and counts no more.
const (
	ExceptionAsked    ExceptionState = "asked"
	ExceptionGranted  ExceptionState = "granted"
	ExceptionDeclined ExceptionState = "declined"
	ExceptionUsed     ExceptionState = "used"

	ExceptionWithdrawn ExceptionState = "withdrawn"
)

// ExceptionStates lists the states in their order.
func ExceptionStates() []ExceptionState {
	return []ExceptionState{ExceptionAsked, ExceptionGranted, ExceptionDeclined, ExceptionUsed, ExceptionWithdrawn}
}

// Counts tells whether the exception can let something pass on the day.
func (e Exception) Counts(today Date) bool {
	return e.State == ExceptionGranted && !e.ExpiresOn.Before(today)
}

// DecidedFor tells whether the user is the owner who decides on it: he has the role, or is the person. An administrator stands in for an
// owner who is not there. Nobody decides on what he asked for himself.
func (e Exception) DecidedFor(u User) bool {
	return u.Active && u.ID != e.RequestedBy && (u.Has(RoleAdmin) || u.Has(Role(e.Owner)) || strings.EqualFold(u.Email, e.Owner))
}

// Excepted is the mark on a clause that was failing and did not count.
type Excepted struct {
	Exception ID `json:"exception"`
	By        ID `json:"by"` // who granted it
}

// Except marks the clauses that are excepted among those that keep the gate shut, and allows what nothing else stands in the way of. A clause
// that could not be evaluated cannot be excepted: such a verdict stays as it is.
func (v Verdict) Except(granted []Exception) Verdict {
	if v.Result != Refused {
		return v
	}
	marked := v
	marked.Clauses = slices.Clone(v.Clauses)
	for _, c := range v.Shut() {
		i := slices.IndexFunc(granted, func(e Exception) bool { return slices.Contains(e.Clauses, c.ID) })
		if i < 0 || c.Outcome == Unknown {
			continue
		}
		at := slices.IndexFunc(marked.Clauses, func(m Clause) bool { return m.ID == c.ID })
		marked.Clauses[at].Excepted = &Excepted{granted[i].ID, granted[i].DecidedBy}
	}
	if len(marked.Shut()) == 0 {
		marked.Result = Allowed
	}
	return marked
}

// Shut lists the clauses that an exception has to name to open the gate: those that are failing, and those of other conditions that were not
// looked at because of them. What is left of a condition of which a clause fails goes with that clause.
func (v Verdict) Shut() []Clause {
	enough, fails := v.enough(), map[string]bool{}
	for _, c := range v.Clauses {
		if c.Outcome == Unknown || c.Outcome == Unmet && !enough[c.Group] {
			fails[condition(c.ID)] = true
		}
	}
	var out []Clause
	for _, c := range v.Clauses {
		unseen := c.Outcome == NotReached && !fails[condition(c.ID)]
		if c.Excepted == nil && (c.Outcome == Unknown || !enough[c.Group] && (unseen || c.Outcome == Unmet)) {
			out = append(out, c)
		}
	}
	return out
}

// Exceptions lists the exceptions by which the verdict's clauses were let pass, each once.
func (v Verdict) Exceptions() (out []ID) {
	for _, c := range v.Clauses {
		if c.Excepted != nil && !slices.Contains(out, c.Excepted.Exception) {
			out = append(out, c.Excepted.Exception)
		}
	}
	return out
}

// condition is the id of the condition that a clause is part of: "send.vat" of "send.vat#2".
func condition(clause string) string {
	id, _, _ := strings.Cut(clause, "#")
	return id
}

// ExceptionAskFields are the fields of exception.ask.
type ExceptionAskFields struct {
	Kind    RuleKind `json:"kind"`
	Key     string   `json:"key"`     // the gate: a stage, or the checklist of an order
	Clauses []string `json:"clauses"` // ids of failing clauses
	Reason  string   `json:"reason"`
}

// ExceptionGrantFields are the fields of exception.grant.
type ExceptionGrantFields struct {
	ID      ID     `json:"id"`
	Days    int    `json:"days,omitempty"` // how long it counts, today not included; 0: ExceptionDays
	Note    string `json:"note,omitempty"`
	Version int    `json:"version,omitempty"` // as the owner saw it; 0: not checked
}

// ExceptionWithdrawFields are the fields of exception.withdraw.
type ExceptionWithdrawFields struct {
	ID      ID  `json:"id"`
	Version int `json:"version,omitempty"` // as it was seen; 0: not checked
}
