package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// S079: whatever levels a form gives, the text says them afterwards; a level that is as it was stays as it was written, one that changes keeps its
// condition.
func TestEditApproval(t *testing.T) {
	t.Parallel()
	const text = `# the board wants it so
approval:
  escalate: sales_manager # in the end
  levels:
    # close to the customer
    - {key: lead, name: Team lead, role: sales_manager, team_lead: true, when: order.total > 100.50}
    - when: >-
        order.total > 0
        and order.total < 1000000
      # two pairs of eyes
      key: board
      name: {en: Board, it: Direzione}
      role: admin
      need: all
`
	roles := rapid.SampledFrom([]crm.Role{crm.RoleAdmin, crm.RoleFinance, crm.RoleSalesManager})
	levels := rapid.Custom(func(t *rapid.T) Approval {
		a := Approval{Name: map[string]string{"en": rapid.SampledFrom([]string{"Plain", "It's: #1", "- dash"}).Draw(t, "name")}}
		a.Need = rapid.IntRange(0, 3).Draw(t, "need")
		if rapid.Bool().Draw(t, "person") {
			a.Person, a.Need = "anna@example.com", 1
		} else {
			a.Role, a.TeamLead = roles.Draw(t, "role"), rapid.Bool().Draw(t, "lead")
		}
		a.Parallel = rapid.Bool().Draw(t, "parallel")
		a.Within = time.Duration(rapid.IntRange(0, 8).Draw(t, "quarters")) * 15 * time.Minute
		if rapid.Bool().Draw(t, "then") {
			a.Escalate = roles.Draw(t, "escalate")
		}
		if rapid.Bool().Draw(t, "bounded") {
			a.Limit = decimal.NewNullDecimal(decimal.New(rapid.Int64Range(0, 9999).Draw(t, "limit"), -2))
		}
		return a
	})
	rapid.Check(t, func(t *rapid.T) {
		set, problems := Parse(crm.RuleApproval, []byte(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		is := set.ApprovalRules()
		is.Escalate = roles.Draw(t, "last")
		var kept [2]bool
		conditions := map[string]string{}
		for i, l := range set.Levels() {
			conditions[l.Key] = l.When.Source
			if kept[i] = rapid.Bool().Draw(t, "kept"); !kept[i] {
				is.Levels[i] = levels.Draw(t, "changed")
				is.Levels[i].Key = l.Key
			}
		}
		if rapid.Bool().Draw(t, "turned") {
			is.Levels[0], is.Levels[1] = is.Levels[1], is.Levels[0]
		}
		if rapid.Bool().Draw(t, "new") {
			l := levels.Draw(t, "added")
			l.Key = "added"
			is.Levels = append(is.Levels, l)
		}
		src, problems := PutApproval([]byte(text), is)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if set, problems = Parse(crm.RuleApproval, src); len(problems) > 0 {
			t.Fatal(problems, string(src))
		}
		if diff := cmp.Diff(is, set.ApprovalRules(), equalDecimals); diff != "" {
			t.Fatalf("%s\n%s", diff, src)
		}
		for _, l := range set.Levels() {
			if l.When.Source != conditions[l.Key] {
				t.Fatalf("the condition of %s became %q:\n%s", l.Key, l.When.Source, src)
			}
		}
		for i, part := range []string{"    - {key: lead, name: Team lead, role: sales_manager, team_lead: true, when: order.total > 100.50}\n", "      name: {en: Board, it: Direzione}\n      role: admin\n      need: all\n"} {
			if kept[i] && !strings.Contains(string(src), part) {
				t.Fatalf("lost %q:\n%s", part, src)
			}
		}
		for _, remark := range []string{"# the board wants it so", "# close to the customer", "# two pairs of eyes"} {
			if strings.Count(string(src), remark) != 1 {
				t.Fatalf("%q is lost or doubled:\n%s", remark, src)
			}
		}
	})
	if _, problems := PutApproval([]byte("approval: {levels: [{key: a, name: A, role: admin}]}\n"), ApprovalRules{Escalate: crm.RoleAdmin}); len(problems) == 0 {
		t.Error("a text of one line was edited")
	}
}
