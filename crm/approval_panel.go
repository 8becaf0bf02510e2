package crm

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Member is somebody of the house as approvals see him.
type Member struct {
	ID     ID
	Name   string
	Email  string
	Roles  []Role
	TeamID ID
	Limit  decimal.Decimal // the largest order he may approve
	Active bool
	Away   bool // on the day that is asked about
}

// Organisation is who there is on a day, who stands in for whom, and how teams hang together.
type Organisation struct {
	Members     []Member
	Above       map[ID]ID    // the team above a team
	Delegations []Delegation // those that hold on the day
}

// ApprovalAsk is who asks for an approval, of what.
type ApprovalAsk struct {
	Requester ID
	Net       decimal.Decimal
}

// Seat is somebody who may decide at a station.
type Seat struct {
	Person    ID
	For       []ID // in whose place: the one whose right it is, then who passed it on; empty: his own
	Away      bool // he may, but is not asked
	Escalated bool // he sits here because the station was escalated
}

// Principal is whose right the seat has.
func (s Seat) Principal() ID {
	if len(s.For) > 0 {
		return s.For[0]
	}
	return s.Person
}

// Panel is who may decide at a station at a moment.
type Panel struct {
	Seats     []Seat
	Escalated bool // the time is over, or too few are left: those of the escalation sit here too
	needs     int
}

// Asked lists the people who are asked, each once.
func (p Panel) Asked() (out []ID) {
	for _, s := range p.Seats {
		if !s.Away && !slices.Contains(out, s.Person) {
			out = append(out, s.Person)
		}
	}
	return out
}

// Seat is the seat of a person, his own before another's; false when he has none.
func (p Panel) Seat(person ID) (found Seat, ok bool) {
	for _, s := range p.Seats {
		if s.Person == person && (!ok || len(s.For) < len(found.For)) {
			found, ok = s, true
		}
	}
	return found, ok
}

// Needs is how many different people must still say yes when nobody has yet; of NeedAll, how many at most.
func (p Panel) Needs() int {
	if p.needs != NeedAll {
		return p.needs
	}
	return len(p.represented())
}

// represented are those whose right somebody who is there can use.
func (p Panel) represented() (out []ID) {
	for _, s := range p.Seats {
		if !s.Away && !s.Escalated && !slices.Contains(out, s.Principal()) {
			out = append(out, s.Principal())
		}
	}
	return out
}

// Complete tells whether the yes of these people is enough. Where everybody is needed, a yes covers all in whose place its giver sits, and one of
// the escalation covers those who have not spoken.
func (p Panel) Complete(voted []ID) bool {
	if p.needs != NeedAll {
		return len(voted) >= max(p.needs, 1)
	}
	if len(voted) == 0 {
		return false
	}
	for _, s := range p.Seats {
		if s.Escalated && slices.Contains(voted, s.Person) {
			return true
		}
	}
	for _, principal := range p.represented() {
		if !slices.ContainsFunc(p.Seats, func(s Seat) bool { return s.Principal() == principal && slices.Contains(voted, s.Person) }) {
			return false
		}
	}
	return true
}

// Panel tells who may decide at a station (S079, S14, N6): whoever it names, without the requester, and whoever stands in for them, however far the
// right was passed on. Nobody gets a right through the requester, nor one of the requester's, and a circle of delegations ends where it began. At the last
// station of a route only the right of who may approve the amount counts. Who is away is not asked. When too few are left who are, or the station was
// escalated, the role of the escalation sits there too.
func (o Organisation) Panel(a Approval, last bool, ask ApprovalAsk) Panel {
	p := Panel{needs: a.Need, Escalated: a.EscalatedAt != nil}
	may := func(m Member) bool {
		return m.Active && m.ID != ask.Requester && (!last || m.Limit.GreaterThanOrEqual(ask.Net))
	}
	for _, m := range o.principals(a, ask.Requester) {
		if may(m) {
			p.Seats = append(p.Seats, o.seats(m, ask.Requester, false)...)
		}
	}
	if len(p.Asked()) >= max(a.Need, 1) && !p.Escalated {
		return p
	}
	p.Escalated = true
	for _, m := range o.Members {
		if may(m) && slices.Contains(m.Roles, a.Escalate) {
			p.Seats = append(p.Seats, o.seats(m, ask.Requester, true)...)
		}
	}
	return p
}

// principals are those whose own right the station is.
func (o Organisation) principals(a Approval, requester ID) (out []Member) {
	for _, m := range o.Members {
		if a.UserID != "" && m.ID == a.UserID || a.UserID == "" && slices.Contains(m.Roles, a.Role) {
			out = append(out, m)
		}
	}
	if !a.TeamLead || a.UserID != "" {
		return out
	}
	i := slices.IndexFunc(o.Members, func(m Member) bool { return m.ID == requester })
	if i < 0 {
		return nil
	}
	seen := map[ID]bool{}
	for team := o.Members[i].TeamID; team != "" && !seen[team]; team = o.Above[team] {
		seen[team] = true
		leads := slices.DeleteFunc(slices.Clone(out), func(m Member) bool { return m.TeamID != team || m.ID == requester || !m.Active })
		if len(leads) > 0 {
			return leads
		}
	}
	return nil
}

// seats are a person's own and those of who stands in for him, the nearest first.
func (o Organisation) seats(m Member, requester ID, escalated bool) []Seat {
	out := []Seat{{Person: m.ID, Away: m.Away, Escalated: escalated}}
	seen := map[ID]bool{m.ID: true, requester: true}
	for i := 0; i < len(out); i++ {
		from := out[i]
		for _, d := range o.Delegations {
			if d.FromID != from.Person || seen[d.ToID] {
				continue
			}
			to, known := o.Member(d.ToID)
			if !known || !to.Active {
				continue
			}
			seen[d.ToID] = true
			out = append(out, Seat{Person: d.ToID, For: append(slices.Clone(from.For), from.Person), Away: to.Away, Escalated: escalated})
		}
	}
	return out
}

// Member finds somebody by his id.
func (o Organisation) Member(id ID) (Member, bool) {
	i := slices.IndexFunc(o.Members, func(m Member) bool { return m.ID == id })
	if i < 0 {
		return Member{}, false
	}
	return o.Members[i], true
}

// ByEmail finds the ids of people by their e-mail addresses, in whatever case they are written.
func (o Organisation) ByEmail(levels []ApprovalLevel) map[string]ID {
	out := map[string]ID{}
	for _, l := range levels {
		for _, m := range o.Members {
			if l.Person != "" && strings.EqualFold(m.Email, l.Person) {
				out[l.Person] = m.ID
			}
		}
	}
	return out
}
