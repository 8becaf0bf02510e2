package crm

import "time"

// ApprovalLevel is what the rules ask for at one station of a route (S079): who may decide, how many of them, and how soon.
type ApprovalLevel struct {
	Key      string
	Role     Role          // whoever holds it; empty where a person is named
	TeamLead bool          // only those of the requester's own team, or of the nearest team above that has any
	Person   string        // e-mail address of the one who decides; empty: by role
	Parallel bool          // asked together with the level before it, not after it
	Need     int           // how many must say yes; NeedAll: everybody
	Within   time.Duration // of working time; 0: no deadline
	Escalate Role          // who decides too once the time is over, or where nobody is left
}

// NeedAll asks for the yes of everybody who is there or represented.
const NeedAll = 0

// Approval is one station of an order's route, frozen when the route was computed. Who sits there follows from it and from who is there at the
// moment (Organisation.Panel).
type Approval struct {
	OrderID       ID
	Round         int // 1, and one more each time that the order comes back for approval
	Position      int
	Stage         int // stations of one stage are asked together
	Key           string
	Role          Role
	TeamLead      bool
	UserID        ID  // the one who decides; empty: by role
	Need          int // as in ApprovalLevel
	WithinMinutes int // of working time; 0: no deadline
	Escalate      Role
	State         ApprovalState
	DecidedBy     ID
	DecidedAt     *time.Time
	OnBehalfOf    ID // whose place was taken by who decided; empty: his own
	Note          string
	TurnAt        *time.Time // since when it is asked
	DueAt         *time.Time
	EscalatedAt   *time.Time
	CarriedFrom   ID           // the order whose approval of this station still counts, since nothing became worse (N8)
	Worse         []TermChange // why it is asked again, though it was approved before
}

// ApprovalState says where a station stands.
type ApprovalState string

// The states of a station.
const (
	ApprovalWaiting  ApprovalState = "waiting"
	ApprovalApproved ApprovalState = "approved"
	ApprovalRejected ApprovalState = "rejected"
	ApprovalRecalled ApprovalState = "recalled" // the order was taken back before it was decided
)

// Within is how long the station may take, of working time.
func (a Approval) Within() time.Duration { return time.Duration(a.WithinMinutes) * time.Minute }

// Plain tells whether any one person with the role may decide.
func (a Approval) Plain() bool { return a.Need == 1 && a.UserID == "" && !a.TeamLead }

// Stations freezes the levels of a route. people are the named ones, by e-mail address.
func Stations(levels []ApprovalLevel, people map[string]ID) []Approval {
	out := make([]Approval, 0, len(levels))
	stage := 0
	for i, l := range levels {
		if i == 0 || !l.Parallel {
			stage++
		}
		out = append(out, Approval{
			Position: i + 1, Stage: stage, Key: l.Key, Role: l.Role, TeamLead: l.TeamLead, UserID: people[l.Person], Need: l.Need,
			WithinMinutes: int(l.Within / time.Minute), Escalate: l.Escalate, State: ApprovalWaiting,
		})
	}
	return out
}

// Turn lists the stations that are asked now: those that wait in the first stage in which any does.
func Turn(route []Approval) (now []Approval) {
	for _, a := range route {
		if a.State != ApprovalWaiting {
			continue
		}
		if len(now) > 0 && a.Stage > now[0].Stage {
			break
		}
		now = append(now, a)
	}
	return now
}

// ApprovalVote is one person's yes at a station that needs several.
type ApprovalVote struct {
	OrderID    ID
	Round      int
	Position   int
	UserID     ID
	OnBehalfOf ID
	Note       string
	VotedAt    time.Time
}

// ApprovalQuestion is what an approver asks back. The clock of the order's deadlines stands still until it is answered.
type ApprovalQuestion struct {
	ID         ID
	OrderID    ID
	Round      int
	Position   int
	Question   string
	AskedBy    ID
	AskedAt    time.Time
	Answer     string
	AnsweredBy ID
	AnsweredAt *time.Time
}

// Delegation lets somebody decide in another's place; both days are in it, as dates of the legal entity's zone.
type Delegation struct {
	ID       ID
	FromID   ID
	ToID     ID
	FirstDay Date
	LastDay  Date
	Note     string
	MadeBy   ID
	MadeAt   time.Time
}

// MaxDelegation is how many days a delegation may be long.
const MaxDelegation = 366

// In tells whether the delegation holds on the day.
func (d Delegation) In(day Date) bool { return !day.Before(d.FirstDay) && !d.LastDay.Before(day) }
