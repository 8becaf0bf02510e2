package crm

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func clauseOf(id string, o Outcome, group string) Clause {
	return Clause{ID: id, Outcome: o, Group: group}
}

func excepting(clauses ...string) []Exception {
	return []Exception{{ID: "x", DecidedBy: "boss", State: ExceptionGranted, Clauses: clauses}}
}

// N1: exactly the named clauses stop counting, and what could not be evaluated or was not looked at stays shut.
func TestExcept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		result  Ruling
		clauses []Clause
		granted []string
		want    Ruling
		marked  int
	}{
		{"all failing clauses are excepted", Refused, []Clause{clauseOf("g.a", Unmet, ""), clauseOf("g.b", Met, "")}, []string{"g.a"}, Allowed, 1},
		{"one is left", Refused, []Clause{clauseOf("g.a", Unmet, ""), clauseOf("g.b", Unmet, "")}, []string{"g.a"}, Refused, 1},
		{"another gate's clause", Refused, []Clause{clauseOf("g.a", Unmet, "")}, []string{"h.a"}, Refused, 0},
		{"a part is not the whole", Refused, []Clause{clauseOf("g.a", Unmet, "")}, []string{"g.a#2"}, Refused, 0},
		{"one of the alternatives is enough", Refused, []Clause{clauseOf("g.a", Unmet, "g.a"), clauseOf("g.a#2", Unmet, "g.a")}, []string{"g.a#2"}, Allowed, 1},
		{"a met clause gets no mark", Refused, []Clause{clauseOf("g.a", Met, ""), clauseOf("g.b", Unmet, "")}, []string{"g.a"}, Refused, 0},
		{"not evaluated stays so", NotEvaluated, []Clause{clauseOf("g.a", Unknown, ""), clauseOf("g.b", Unmet, "")}, []string{"g.a", "g.b"}, NotEvaluated, 0},
		{"the rest of the condition was not reached", Refused, []Clause{clauseOf("g.a", Unmet, ""), clauseOf("g.a#2", NotReached, "")}, []string{"g.a"}, Allowed, 1},
		{"another condition was not reached", Refused, []Clause{clauseOf("g.a", Unmet, ""), clauseOf("g.b", NotReached, "")}, []string{"g.a"}, Refused, 1},
		{"another condition is named too", Refused, []Clause{clauseOf("g.a", Unmet, ""), clauseOf("g.b", NotReached, "")}, []string{"g.a", "g.b"}, Allowed, 2},
		{"an alternative that nobody needs", Refused, []Clause{clauseOf("g.a", Unmet, ""), clauseOf("g.b", Met, "g.b"), clauseOf("g.b#2", NotReached, "g.b")}, []string{"g.a"}, Allowed, 1},
		{"nothing stood in the way", Allowed, []Clause{clauseOf("g.a", Met, "")}, []string{"g.a"}, Allowed, 0},
	} {
		v := Verdict{Key: "g", Result: c.result, Clauses: c.clauses}
		got := v.Except(excepting(c.granted...))
		marked := 0
		for _, x := range got.Clauses {
			if x.Excepted != nil {
				marked++
				if x.Excepted.By != "boss" || x.Outcome != Unmet && x.Outcome != NotReached {
					t.Errorf("%s: %+v", c.name, x)
				}
			}
		}
		if got.Result != c.want || marked != c.marked {
			t.Errorf("%s: %s with %d marks, want %s with %d", c.name, got.Result, marked, c.want, c.marked)
		}
		if slices.ContainsFunc(v.Clauses, func(x Clause) bool { return x.Excepted != nil }) {
			t.Errorf("%s: the verdict itself was changed", c.name)
		}
	}
}

// N1, fail closed: whatever is excepted, a verdict opens only if every clause is met, excepted, an alternative that nobody needs, or part of a
// condition that fails in an excepted clause; and never one that could not be evaluated.
func TestExceptFailsClosed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := Verdict{Result: Refused}
		for n := range rapid.IntRange(1, 6).Draw(t, "clauses") {
			id := fmt.Sprintf("g.c%d", n/2)
			if n%2 == 1 {
				id += "#2"
			}
			v.Clauses = append(v.Clauses, clauseOf(id, rapid.SampledFrom([]Outcome{Met, Unmet, NotReached, Unknown}).Draw(t, "outcome"), ""))
			if v.Clauses[n].Outcome == Unknown {
				v.Result = NotEvaluated
			}
		}
		var named []string
		for _, c := range v.Clauses {
			if rapid.Bool().Draw(t, "granted") {
				named = append(named, c.ID)
			}
		}
		got := v.Except(excepting(named...))
		fails := map[string]bool{}
		for _, c := range v.Clauses {
			fails[condition(c.ID)] = fails[condition(c.ID)] || c.Outcome == Unmet
		}
		open := v.Result == Refused
		for _, c := range v.Clauses {
			open = open && (c.Outcome == Met || c.Outcome != Unknown && slices.Contains(named, c.ID) || c.Outcome == NotReached && fails[condition(c.ID)])
		}
		if got.Allowed() != open {
			t.Fatalf("%v excepted from %+v: %s, want open %v", named, v.Clauses, got.Result, open)
		}
	})
}

// N1: the owner decides, or who stands in for him, never who asked.
func TestExceptionIsDecidedByItsOwner(t *testing.T) {
	t.Parallel()
	user := func(id ID, active bool, roles ...Role) User {
		return User{ID: id, Email: string(id) + "@a.example", Roles: roles, Active: active}
	}
	for _, c := range []struct {
		owner string
		by    User
		want  bool
	}{
		{"sales_manager", user("m", true, RoleSalesManager), true},
		{"sales_manager", user("m", false, RoleSalesManager), false},
		{"sales_manager", user("asker", true, RoleSalesManager), false},
		{"sales_manager", user("o", true, RoleSalesOps), false},
		{"M@a.example", user("m", true, RoleFinance), true},
		{"m@a.example", user("n", true, RoleSalesManager), false},
		{"finance", user("a", true, RoleAdmin), true},
		{"finance", user("asker", true, RoleAdmin), false},
	} {
		if got := (Exception{Owner: c.owner, RequestedBy: "asker"}).DecidedFor(c.by); got != c.want {
			t.Errorf("%s by %+v: %v", c.owner, c.by, got)
		}
	}
}
