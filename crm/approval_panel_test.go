package crm

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// drawnHouse is a random organisation: people with roles and limits in a tree of teams, some away, some gone, who stand in for each other in any way,
// circles included.
func drawnHouse(t *rapid.T) (o Organisation, ids []ID) {
	n := rapid.IntRange(1, 9).Draw(t, "people")
	teams := []ID{"", "t1", "t2", "t3"}
	o.Above = map[ID]ID{"t1": rapid.SampledFrom(teams).Draw(t, "above1"), "t2": rapid.SampledFrom(teams).Draw(t, "above2"), "t3": rapid.SampledFrom(teams).Draw(t, "above3")}
	for i := range n {
		id := ID(fmt.Sprintf("p%d", i))
		ids = append(ids, id)
		o.Members = append(o.Members, Member{
			ID: id, Email: string(id) + "@example.com", TeamID: rapid.SampledFrom(teams).Draw(t, "team"),
			Roles:  rapid.SliceOfNDistinct(rapid.SampledFrom([]Role{RoleAdmin, RoleSalesManager, RoleFinance, RoleSalesperson}), 0, 3, rapid.ID).Draw(t, "roles"),
			Limit:  decimal.NewFromInt(rapid.Int64Range(0, 3).Draw(t, "limit")),
			Active: rapid.IntRange(0, 9).Draw(t, "active") > 0, Away: rapid.IntRange(0, 2).Draw(t, "away") == 0,
		})
	}
	for range rapid.IntRange(0, 12).Draw(t, "delegations") {
		o.Delegations = append(o.Delegations, Delegation{FromID: rapid.SampledFrom(ids).Draw(t, "from"), ToID: rapid.SampledFrom(ids).Draw(t, "to")})
	}
	return o, ids
}

func drawnRoute(t *rapid.T, ids []ID) []Approval {
	people := map[string]ID{}
	for _, id := range ids {
		people[string(id)+"@example.com"] = id
	}
	var levels []ApprovalLevel
	for i := range rapid.IntRange(1, 4).Draw(t, "levels") {
		l := ApprovalLevel{
			Key: fmt.Sprint("l", i), Role: rapid.SampledFrom([]Role{RoleSalesManager, RoleFinance}).Draw(t, "role"), Parallel: rapid.Bool().Draw(t, "parallel"),
			TeamLead: rapid.Bool().Draw(t, "lead"), Need: rapid.IntRange(0, 3).Draw(t, "need"), Escalate: RoleAdmin, Within: time.Duration(rapid.IntRange(0, 9).Draw(t, "within")) * time.Hour,
		}
		if rapid.IntRange(0, 3).Draw(t, "named") == 0 {
			l.Role, l.TeamLead, l.Need, l.Person = "", false, 1, string(rapid.SampledFrom(ids).Draw(t, "who"))+"@example.com"
		}
		levels = append(levels, l)
	}
	return Stations(levels, people)
}

// N6, S14: whatever the organisation is, nobody approves what he asked for, nor by a right that came through him or was his; no right goes in a circle; at the last
// station only who may approve the amount gives it; and there is always somebody who is asked, or the station is escalated.
func TestApprovalPanels(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o, ids := drawnHouse(t)
		ask := ApprovalAsk{Requester: rapid.SampledFrom(ids).Draw(t, "requester"), Net: decimal.NewFromInt(rapid.Int64Range(0, 3).Draw(t, "net"))}
		route := drawnRoute(t, ids)
		for i, a := range route {
			last := i == len(route)-1
			p := o.Panel(a, last, ask)
			for _, s := range p.Seats {
				chain := append(slices.Clone(s.For), s.Person)
				if slices.Contains(chain, ask.Requester) {
					t.Fatalf("%v leads through the requester", chain)
				}
				if len(slices.Compact(slices.Sorted(slices.Values(chain)))) != len(chain) {
					t.Fatalf("%v goes in a circle", chain)
				}
				for j := 1; j < len(chain); j++ {
					if !slices.ContainsFunc(o.Delegations, func(d Delegation) bool { return d.FromID == chain[j-1] && d.ToID == chain[j] }) {
						t.Fatalf("nobody passed a right from %s to %s", chain[j-1], chain[j])
					}
				}
				m, _ := o.Member(s.Principal())
				if last && m.Limit.LessThan(ask.Net) {
					t.Fatalf("%s may approve %s, not %s", m.ID, m.Limit, ask.Net)
				}
				if who, _ := o.Member(s.Person); !who.Active || who.Away != s.Away {
					t.Fatalf("%+v sits as %+v", who, s)
				}
			}
			if len(p.Asked()) < max(a.Need, 1) && !p.Escalated {
				t.Fatalf("%d are asked, %d needed, and nothing was escalated", len(p.Asked()), a.Need)
			}
			if all := p.Asked(); len(all) >= max(a.Need, 1) && !p.Complete(all) {
				t.Fatalf("the yes of all %v is not enough: %+v", all, p)
			}
			if p.Complete(nil) {
				t.Fatal("nobody's yes is enough")
			}
		}
	})
}

// N6: the preview is what happens. The order goes its way station by station, each decided by who was asked according to the preview, in the turn and
// within the time that it told.
func TestApprovalPreviewIsWhatHappens(t *testing.T) {
	t.Parallel()
	work := mustCalendar(t, "Europe/Rome", office)
	rapid.Check(t, func(t *rapid.T) {
		o, ids := drawnHouse(t)
		ask := ApprovalAsk{Requester: rapid.SampledFrom(ids).Draw(t, "requester"), Net: decimal.NewFromInt(rapid.Int64Range(0, 3).Draw(t, "net"))}
		route := drawnRoute(t, ids)
		from := time.Unix(1_790_000_000+rapid.Int64Range(0, 1e6).Draw(t, "from"), 0)
		expected := ExpectRoute(route, o, ask, work, from)
		now := from
		for turn := Turn(route); len(turn) > 0; turn = Turn(route) {
			began := now
			for _, a := range turn {
				want := expected[a.Position-1]
				p := o.Panel(a, a.Position == len(route), ask)
				if !slices.Equal(p.Asked(), want.Panel.Asked()) || p.Escalated != want.Panel.Escalated {
					t.Fatalf("station %s asks %v, the preview said %v", a.Key, p.Asked(), want.Panel.Asked())
				}
				if due := a.Due(work, began); due != nil {
					if want.By == nil || due.After(*want.By) {
						t.Fatalf("station %s is due at %s, the preview said %s", a.Key, due, want.By)
					}
					if a.Stage == 1 && !due.Equal(*want.By) {
						t.Fatalf("the first station is due at %s, the preview said %s", due, want.By)
					}
					now = laterOf(now, began.Add(due.Sub(began)*time.Duration(rapid.IntRange(0, 100).Draw(t, "speed"))/100))
				}
				route[a.Position-1].State = ApprovalApproved
			}
		}
		if slices.ContainsFunc(route, func(a Approval) bool { return a.State == ApprovalWaiting }) {
			t.Fatal("a station's turn never came")
		}
	})
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// The seats of a small house, written out.
func TestApprovalPanelTable(t *testing.T) {
	t.Parallel()
	limit := decimal.NewFromInt(100)
	house := func(away ...ID) Organisation {
		o := Organisation{Above: map[ID]ID{"north": "sales"}, Members: []Member{
			{ID: "anna", Roles: []Role{RoleSalesManager}, TeamID: "sales", Limit: limit, Active: true},
			{ID: "bruno", Roles: []Role{RoleSalesManager}, TeamID: "north", Limit: decimal.NewFromInt(10), Active: true},
			{ID: "carla", Roles: []Role{RoleSalesperson}, TeamID: "north", Active: true},
			{ID: "dora", Roles: []Role{RoleAdmin}, Limit: limit, Active: true},
			{ID: "emil", Roles: []Role{RoleFinance}, Active: true},
		}}
		for i := range o.Members {
			o.Members[i].Away = slices.Contains(away, o.Members[i].ID)
		}
		return o
	}
	managers := Approval{Role: RoleSalesManager, Need: 1, Escalate: RoleAdmin}
	lead, both, all, named := managers, managers, managers, managers
	lead.TeamLead, both.Need, all.Need = true, 2, NeedAll
	named.UserID, named.Role = "emil", ""
	late := managers
	now := time.Now()
	late.EscalatedAt = &now
	for name, c := range map[string]struct {
		house     Organisation
		station   Approval
		last      bool
		requester ID
		net       int64
		asked     string
		escalated bool
	}{
		"whoever has the role":               {house(), managers, false, "carla", 50, "[anna bruno]", false},
		"the last needs the limit":           {house(), managers, true, "carla", 50, "[anna]", false},
		"nobody has the limit":               {house(), managers, true, "carla", 101, "[]", true},
		"not the requester":                  {house(), managers, false, "anna", 50, "[bruno]", false},
		"the requester's own lead":           {house(), lead, false, "carla", 50, "[bruno]", false},
		"the lead asks: the one above":       {house(), lead, false, "bruno", 50, "[anna]", false},
		"the topmost asks: escalated":        {house(), lead, false, "anna", 50, "[dora]", true},
		"the lead is away: escalated":        {house("bruno"), lead, false, "carla", 50, "[dora]", true},
		"one who is away is not asked":       {house("anna"), managers, false, "carla", 50, "[bruno]", false},
		"all are away: escalated":            {house("anna", "bruno"), managers, false, "carla", 50, "[dora]", true},
		"two of two":                         {house(), both, false, "carla", 50, "[anna bruno]", false},
		"two, and one is away: escalated":    {house("anna"), both, false, "carla", 50, "[bruno dora]", true},
		"everybody":                          {house(), all, false, "carla", 50, "[anna bruno]", false},
		"named, without limit":               {house(), named, false, "carla", 50, "[emil]", false},
		"named, the last and over his limit": {house(), named, true, "carla", 50, "[dora]", true},
		"named and the requester: escalated": {house(), named, false, "emil", 50, "[dora]", true},
		"the time is over":                   {house(), late, false, "carla", 50, "[anna bruno dora]", true},
	} {
		p := c.house.Panel(c.station, c.last, ApprovalAsk{Requester: c.requester, Net: decimal.NewFromInt(c.net)})
		if got := fmt.Sprint(p.Asked()); got != c.asked || p.Escalated != c.escalated {
			t.Errorf("%s: %s, escalated %t", name, got, p.Escalated)
		}
	}
	o := house("anna")
	o.Delegations = []Delegation{{FromID: "anna", ToID: "emil"}, {FromID: "emil", ToID: "carla"}, {FromID: "carla", ToID: "anna"}}
	p := o.Panel(all, true, ApprovalAsk{Requester: "dora", Net: limit})
	if got := fmt.Sprint(p.Asked()); got != "[emil carla]" {
		t.Error("who stands in:", got)
	}
	if s, _ := p.Seat("carla"); fmt.Sprint(s.For) != "[anna emil]" || s.Principal() != "anna" {
		t.Errorf("%+v", s)
	}
	if p.Complete(nil) || !p.Complete([]ID{"carla"}) {
		t.Error("one who stands in for all is enough")
	}
	if p = o.Panel(all, true, ApprovalAsk{Requester: "emil", Net: limit}); fmt.Sprint(p.Asked()) != "[dora]" || !p.Escalated {
		t.Error("a right went through the requester:", p.Asked())
	}
}
