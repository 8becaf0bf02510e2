package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// places lists where the conditions of a set stand, as PutCondition takes it.
func conditionPlaces(s *Set) (out []struct {
	where string
	c     Condition
},
) {
	add := func(where string, cs []*condition) {
		for _, c := range cs {
			out = append(out, struct {
				where string
				c     Condition
			}{where, c.described()})
		}
	}
	switch s.kind {
	case crm.RulePipeline:
		for _, st := range s.pipeline.stages {
			add(st.Key, st.enter)
		}
	case crm.RuleOrder:
		add("checks", s.checks)
	case crm.RuleProject:
		add("alarm", s.project.alarm)
		add("close", s.project.close)
	case crm.RulePricing, crm.RuleRequired, crm.RuleContact, crm.RuleHandOff, crm.RuleDuplicate:
		for _, m := range s.Moments() {
			add(m, s.moments[m])
		}
	default:
		add("", s.conditions())
	}
	return out
}

func changesOf(t *testing.T, kind crm.RuleKind, was, is []byte) (out []string) {
	t.Helper()
	changes, problems := Diff(kind, was, is)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range changes {
		out = append(out, c.Path)
	}
	return out
}

func comments(src []byte) (n int) {
	for _, l := range strings.Split(string(src), "\n") {
		if strings.Contains(l, "#") {
			n++
		}
	}
	return n
}

// S011: every condition that ships can be written again without any difference, be changed, and be taken out; the rest of the text stays as it
// was written.
func TestConditionsAreEdited(t *testing.T) {
	t.Parallel()
	for _, kind := range crm.RuleKinds() {
		src := []byte(shippedText(t, kind))
		for _, p := range conditionPlaces(shippedSet(t, kind)) {
			name := fmt.Sprint(kind, " ", p.where, " ", p.c.ID)
			same, problems := PutCondition(kind, src, p.where, p.c)
			if len(problems) > 0 {
				t.Fatal(name, problems)
			}
			if diff := changesOf(t, kind, src, same); len(diff) > 0 {
				t.Errorf("%s: written again it differs in %v", name, diff)
			}
			if comments(same) != comments(src) {
				t.Errorf("%s: %d comments of %d are left", name, comments(same), comments(src))
			}
			other := p.c
			other.Source = `customer.email contains "#: it's" or filled(lead.email)`
			changed, problems := PutCondition(kind, src, p.where, other)
			if len(problems) > 0 {
				t.Fatal(name, problems)
			}
			if diff := changesOf(t, kind, src, changed); len(diff) != 1 || !strings.HasSuffix(diff[0], ".when") {
				t.Errorf("%s: changed in %v", name, diff)
			}
			bare, _, _ := strings.Cut(string(src), "\n  cases:\n") // a case that names a condition has to go before it
			dropped, problems := DropCondition(kind, []byte(bare+"\n"), p.where, p.c.ID)
			if kind == crm.RuleScoring { // a scoring rule without a condition is none
				if len(problems) == 0 {
					t.Errorf("%s: a scoring rule lost its condition", name)
				}
				continue
			}
			if len(problems) > 0 {
				t.Fatal(name, problems)
			}
			for _, path := range changesOf(t, kind, []byte(bare+"\n"), dropped) {
				if !strings.Contains(path, "."+p.c.ID+".") && !strings.HasSuffix(path, "(order)") {
					t.Errorf("%s: taking it out changed %s", name, path)
				}
			}
		}
	}
}

// A new condition stands behind the others, with its label in every language, also where there was none yet.
func TestConditionsAreAdded(t *testing.T) {
	t.Parallel()
	c := Condition{ID: "fresh", Source: `filled(customer.address)`, Label: map[string]string{"en": "Address: needed", "it": "L'indirizzo", "pl": "# adres"}}
	for _, p := range []struct {
		kind  crm.RuleKind
		where string
	}{{crm.RulePipeline, "identify"}, {crm.RulePipeline, "send"}, {crm.RulePipeline, "won"}, {crm.RulePipeline, "lost"}, {crm.RuleOrder, ""}, {crm.RuleProject, "alarm"}, {crm.RuleProject, "close"}} {
		src := []byte(shippedText(t, p.kind))
		got, problems := PutCondition(p.kind, src, p.where, c)
		if len(problems) > 0 {
			t.Fatal(p, problems)
		}
		s, _ := Parse(p.kind, got)
		i := slices.IndexFunc(conditionPlaces(s), func(x struct {
			where string
			c     Condition
		},
		) bool {
			return x.c.ID == "fresh"
		})
		if i < 0 {
			t.Fatalf("%v: it is not there", p)
		}
		if diff := cmp.Diff(c.Label, conditionPlaces(s)[i].c.Label); diff != "" {
			t.Errorf("%v: %s", p, diff)
		}
		back, problems := DropCondition(p.kind, got, p.where, "fresh")
		if len(problems) > 0 || len(changesOf(t, p.kind, src, back)) > 0 {
			t.Errorf("%v: taken out again it left something: %v", p, problems)
		}
	}
	for _, bad := range []struct{ where, source string }{{"nowhere", "deal.budget"}, {"send", "deal.budgett"}, {"send", ""}} {
		src := []byte(shippedText(t, crm.RulePipeline))
		if got, problems := PutCondition(crm.RulePipeline, src, bad.where, Condition{ID: "x", Source: bad.source}); len(problems) == 0 {
			t.Errorf("%v was written:\n%s", bad, got)
		}
	}
	if _, problems := PutCondition(crm.RuleOrder, []byte("order: {checks: [deal.budget]}"), "", c); len(problems) != 1 || problems[0].Code != CodeConstructNotAllowed {
		t.Errorf("a text in brackets: %v", problems)
	}
}

// N9: a case made of a deal is read back as it was, passes, and stands behind the others.
func TestCasesAreAdded(t *testing.T) {
	t.Parallel()
	f := ready()
	f.Deal.Need, f.Customer.VAT = `A "line": #1, it's urgent`, ""
	for kind, ask := range map[crm.RuleKind]string{crm.RulePipeline: "send", crm.RuleOrder: "order", crm.RuleProject: "close", crm.RuleApproval: "approval", crm.RuleScoring: "scoring"} {
		src := []byte(bare(shippedText(t, kind)) + "\n")
		s, problems := Parse(kind, src)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		for _, name := range []string{"O-1: the first", "another one"} {
			if src, problems = AddCase(kind, src, CaseOf(s, name, ask, &f)); len(problems) > 0 {
				t.Fatal(kind, problems)
			}
		}
		s, problems = Parse(kind, src)
		if len(problems) > 0 || len(s.Cases()) != 2 || s.Cases()[0].Name != "O-1: the first" {
			t.Fatalf("%s: %v %+v", kind, problems, s.Cases())
		}
		if failed := Failed(s.Test()); len(failed) > 0 {
			t.Errorf("%s: %+v", kind, failed)
		}
	}
}

// S011: what a form shows is what the condition says, for every simple condition; what a form cannot show is left to the text.
func TestForms(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]Form{
		`deal.amount > 1000`:                                            {{{"deal.amount", ">", "1000"}}},
		`1000 < deal.amount`:                                            {{{"deal.amount", ">", "1000"}}},
		`filled(customer.vat)`:                                          {{{"customer.vat", "filled", ""}}},
		`not filled(customer.vat)`:                                      {{{"customer.vat", "empty", ""}}},
		`deal.budget and not deal.handed_off`:                           {{{"deal.budget", "is", "true"}}, {{"deal.handed_off", "is", "false"}}},
		`quote.state in ["draft", "sent"]`:                              {{{"quote.state", "in", "draft, sent"}}},
		`filled(contact.email) or filled(contact.phone)`:                {{{"contact.email", "filled", ""}, {"contact.phone", "filled", ""}}},
		`deal.close_date >= date("2026-01-01")`:                         {{{"deal.close_date", ">=", "2026-01-01"}}},
		`quote.valid_until > process.today`:                             {{{"quote.valid_until", ">", "process.today"}}},
		`"fair" in deal.tags`:                                           {{{"deal.tags", "has", "fair"}}},
		`not deal.made_to_order or deal.handed_off`:                     {{{"deal.made_to_order", "is", "false"}, {"deal.handed_off", "is", "true"}}},
		`ratio(deal.cost, deal.amount) < 0.5`:                           nil,
		`any(deal.tags, # startsWith "eu")`:                             nil,
		`deal.amount + deal.cost > 5`:                                   nil,
		`days_since(deal.close_date) < 3 and filled(deal.need)`:         nil,
		`deal.amount > deal.cost and (deal.budget or deal.samples > 0)`: {{{"deal.amount", ">", "deal.cost"}}, {{"deal.budget", "is", "true"}, {"deal.samples", ">", "0"}}},
	} {
		got, ok := FormOf(source)
		if ok != (want != nil) {
			t.Errorf("%s: shown %v as %v", source, ok, got)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", source, diff)
		}
	}
	for _, c := range []struct {
		row        FormRow
		path, code string
	}{
		{FormRow{"deal.amont", ">", "1"}, "groups[0][0].field", CodeUnknownName},
		{FormRow{"deal.amount", "contains", "1"}, "groups[0][0].op", CodeInvalidValue},
		{FormRow{"deal.amount", ">", "many"}, "groups[0][0].value", CodeInvalidValue},
		{FormRow{"deal.amount", ">", "customer.vat"}, "groups[0][0].value", CodeInvalidValue},
		{FormRow{"deal.close_date", ">", "tomorrow"}, "groups[0][0].value", CodeInvalidValue},
		{FormRow{"deal.budget", "is", ""}, "groups[0][0].value", CodeInvalidValue},
		{FormRow{"quote.state", "==", " "}, "groups[0][0].value", CodeEmpty},
	} {
		if _, problems := (Form{{c.row}}).Source(); len(problems) != 1 || problems[0].Path != c.path || problems[0].Code != c.code {
			t.Errorf("%v: %+v", c.row, problems)
		}
	}
	if _, problems := (Form{}).Source(); len(problems) != 1 {
		t.Error("a form without rows is a condition")
	}
}

// Every form that a person can fill gives a rule, and the rule shows the same form again.
func TestFormsRoundTrip(t *testing.T) {
	t.Parallel()
	values := map[crm.FieldType][]string{
		crm.TypeText: {"a", `quo"ted`, "it's # x", "IT"}, crm.TypeMoney: {"0", "1000.10", "-5"}, crm.TypeNumber: {"3"}, crm.TypePercent: {"12.5"},
		crm.TypeDate: {"2026-02-28"}, crm.TypeBool: {"true", "false"}, crm.TypeList: {"fair"},
	}
	rapid.Check(t, func(t *rapid.T) {
		var f Form
		for range rapid.IntRange(1, 3).Draw(t, "groups") {
			var group []FormRow
			for range rapid.IntRange(1, 3).Draw(t, "rows") {
				field := rapid.SampledFrom(crm.Fields()).Draw(t, "field")
				row := FormRow{field.Path, rapid.SampledFrom(Operators(field.Type)).Draw(t, "op"), ""}
				if row.Op != OpFilled && row.Op != OpEmpty {
					row.Value = rapid.SampledFrom(values[field.Type]).Draw(t, "value")
				}
				group = append(group, row)
			}
			f = append(f, group)
		}
		source, problems := f.Source()
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		again, ok := FormOf(source)
		if !ok || !cmp.Equal(f, again) {
			t.Fatalf("%s shows %v instead of %v", source, again, f)
		}
	})
}

// N9: a case is written in the place of the one with its name, comments kept, and behind the others when there is none.
func TestPutCase(t *testing.T) {
	t.Parallel()
	src := []byte("order:\n  checks:\n    - id: need\n      when: filled(deal.need)\n  cases:\n    # why\n    - {name: one, expect: refused}\n    - name: two\n      # because\n      given:\n        deal.need: x\n      expect: allowed\n")
	out, problems := PutCase(crm.RuleOrder, src, Case{Name: "two", Given: map[string]string{"deal.need": "y"}, Expect: "allowed"})
	if len(problems) > 0 || !strings.Contains(string(out), "deal.need: y") || strings.Contains(string(out), "deal.need: x") || !strings.Contains(string(out), "# because") {
		t.Errorf("%v\n%s", problems, out)
	}
	out, problems = PutCase(crm.RuleOrder, src, Case{Name: "three", Given: map[string]string{}, Expect: "refused"})
	set, _ := Parse(crm.RuleOrder, out)
	if len(problems) > 0 || set == nil || len(set.Cases()) != 3 {
		t.Errorf("%v\n%s", problems, out)
	}
}
