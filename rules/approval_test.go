package rules

import (
	"reflect"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// S079: a level says who decides, how many of them, beside whom and how soon; what it leaves out has the values that the reference gives.
func TestApprovalLevels(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RuleApproval, []byte(`approval:
  escalate: sales_ops
  levels:
    - {key: lead, name: Lead, role: sales_manager, team_lead: true, within: 4.5}
    - {key: terms, name: Terms, role: finance, need: 2, parallel: true, escalate: admin, when: order.payment_days > 30}
    - {key: board, name: Board, role: admin, need: all}
    - {key: anna, name: Anna, person: Anna@Example.com}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var f crm.Facts
	f.Order.PaymentDays = decimal.NewFromInt(31)
	route, v := set.Route(f)
	if !v.Allowed() {
		t.Fatalf("%+v", v)
	}
	want := []crm.Approval{
		{Position: 1, Stage: 1, Key: "lead", Role: crm.RoleSalesManager, TeamLead: true, Need: 1, WithinMinutes: 270, Escalate: crm.RoleSalesOps, State: crm.ApprovalWaiting},
		{Position: 2, Stage: 1, Key: "terms", Role: crm.RoleFinance, Need: 2, Escalate: crm.RoleAdmin, State: crm.ApprovalWaiting},
		{Position: 3, Stage: 2, Key: "board", Role: crm.RoleAdmin, Need: crm.NeedAll, Escalate: crm.RoleSalesOps, State: crm.ApprovalWaiting},
		{Position: 4, Stage: 3, Key: "anna", UserID: "a", Need: 1, Escalate: crm.RoleSalesOps, State: crm.ApprovalWaiting},
	}
	if got := crm.Stations(LevelsOf(route), map[string]crm.ID{route[3].Person: "a"}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := crm.Turn(want); len(got) != 2 || got[0].Within() != 270*time.Minute {
		t.Errorf("asked first: %+v", got)
	}
}

// G3: what cannot be is told where it is written.
func TestApprovalLevelsRefused(t *testing.T) {
	t.Parallel()
	for level, want := range map[string]string{
		"{key: a, name: A}": "levels.a",
		"{key: a, name: A, role: admin, person: anna@example.com}":     "levels.a.person",
		"{key: a, name: A, person: anna}":                              "levels.a.person",
		"{key: a, name: A, person: anna@example.com, need: 2}":         "levels.a.need",
		"{key: a, name: A, role: admin, need: 0}":                      "levels.a.need",
		"{key: a, name: A, role: admin, within: -1}":                   "levels.a.within",
		"{key: a, name: A, role: admin, escalate: boss}":               "levels.a.escalate",
		"{key: a, name: A, person: anna@example.com, team_lead: true}": "levels.a.person",
		"{key: a, name: A, role: admin, parallel: yes please}":         "levels.a.parallel",
		"{key: a, name: A, role: admin, needs: 2}":                     "levels.a.needs",
	} {
		_, problems := Parse(crm.RuleApproval, []byte("approval:\n  levels:\n    - "+level+"\n"))
		if len(problems) != 1 || problems[0].Path != want {
			t.Errorf("%s: %+v", level, problems)
		}
	}
}
