package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// lintField is a field of an order's checks with values that its comparisons can tell apart, and what it can be compared with.
type lintField struct {
	path   string
	values []any
	fixed  []string // as written in a rule
	ops    []string
}

var (
	orderOps = []string{"==", "!=", "<", "<=", ">", ">=", "in", "not in"}
	textOps  = []string{"==", "!=", "in", "not in"}
)

// lintFields hold, for numbers, the fixed ones and what lies between and beside them.
var lintFields = []lintField{
	{"deal.margin_percent", decimals("-1", "-0.5", "0", "0.5", "1", "1.5", "2", "2.5", "3", "4"), []string{"0", "1", "2", "3"}, orderOps},
	{"order.total", decimals("0", "0.5", "1", "1.5", "2", "2.5", "3", "4"), []string{"0", "1", "2", "3"}, orderOps},
	{"order.tranches", decimals("0", "1", "2", "3", "4"), []string{"0", "1", "1.5", "2", "3"}, orderOps},
	{"quote.discount_percent", decimals("0", "0.5", "1", "50", "99", "99.5", "100"), []string{"0", "1", "99", "100"}, orderOps},
	{"customer.class", []any{"", "  ", "a", "b", "c", "other"}, []string{`""`, `"a"`, `"b"`, `"c"`}, textOps},
	{"quote.state", []any{"draft", "sent", "accepted", "refused", "expired", "withdrawn", "not_chosen", "awaiting_deposit"}, []string{`"draft"`, `"sent"`, `"accepted"`, `"refused"`, `"expired"`, `"withdrawn"`, `"not_chosen"`, `"awaiting_deposit"`}, textOps},
	{"lead.feedback", []any{"", "positive", "negative"}, []string{`""`, `"positive"`, `"negative"`}, textOps},
	{
		"order.delivery_date",
		[]any{crm.Date{}, day("2026-11-20"), day("2026-11-21"), day("2026-11-22"), day("2026-11-23"), day("2026-11-24")},
		[]string{`date("2026-11-21")`, `date("2026-11-22")`, `date("2026-11-23")`},
		orderOps,
	},
}

func decimals(list ...string) (out []any) {
	for _, s := range list {
		out = append(out, dec(s))
	}
	return out
}

func (f lintField) facts(v any) crm.Facts {
	facts := crm.Facts{Process: crm.ProcessFacts{Today: day("2026-11-21")}}
	p := places[f.path]
	reflect.ValueOf(&facts).Elem().Field(p.index[0]).Field(p.index[1]).Set(reflect.ValueOf(v))
	return facts
}

func (f lintField) comparison(t *rapid.T) string {
	op := rapid.SampledFrom(f.ops).Draw(t, "op")
	if strings.HasSuffix(op, "in") {
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(f.fixed), 1, 3, rapid.ID[string]).Draw(t, "list")
		return fmt.Sprintf("%s %s [%s]", f.path, op, strings.Join(list, ", "))
	}
	fixed := rapid.SampledFrom(f.fixed).Draw(t, "fixed")
	if mirror, ok := mirrored[op]; ok && rapid.Bool().Draw(t, "turned") {
		return fixed + " " + mirror + " " + f.path
	}
	out := f.path + " " + op + " " + fixed
	if rapid.IntRange(0, 3).Draw(t, "negated") == 0 {
		return "not (" + out + ")"
	}
	return out
}

func orderSet(t interface{ Fatal(...any) }, conditions ...string) *Set {
	set, problems := Parse(crm.RuleOrder, []byte(listed("order", "checks", conditions...)))
	if len(problems) > 0 {
		t.Fatal(problems, conditions)
	}
	return set
}

func (fs Findings) has(code string) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Code == code })
}

// Comparisons of one field contradict each other if and only if no value passes all of them. The engine itself is asked.
func TestLintContradictionIsExactForOneField(t *testing.T) {
	t.Parallel()
	found, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(lintFields).Draw(t, "field")
		parts := rapid.SliceOfN(rapid.Custom(f.comparison), 1, 5).Draw(t, "parts")
		if rapid.Bool().Draw(t, "in one condition") {
			parts = []string{strings.Join(parts, " and ")}
		}
		set := orderSet(t, parts...)
		want := !slices.ContainsFunc(f.values, func(v any) bool { return set.Checklist(f.facts(v)).Allowed() })
		if all++; want {
			found++
		}
		if got := set.Lint().has(LintContradiction); got != want {
			t.Fatalf("%s: contradiction %v, want %v", strings.Join(parts, "\n"), got, want)
		}
	})
	if found == 0 || found == all {
		t.Errorf("%d of %d contradict", found, all)
	}
}

// A clause of one field is always true if and only if every value passes it.
func TestLintAlwaysTrueIsExactForOneField(t *testing.T) {
	t.Parallel()
	found, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(lintFields).Draw(t, "field")
		parts := rapid.SliceOfN(rapid.Custom(f.comparison), 1, 5).Draw(t, "parts")
		clause := strings.Join(parts, " or ")
		set := orderSet(t, clause)
		want := !slices.ContainsFunc(f.values, func(v any) bool { return !set.Checklist(f.facts(v)).Allowed() })
		if all++; want {
			found++
		}
		if got := set.Lint().has(LintAlwaysTrue); got != want {
			t.Fatalf("%s: always true %v, want %v", clause, got, want)
		}
	})
	if found == 0 || found == all {
		t.Errorf("%d of %d always true", found, all)
	}
}

// A redundant condition can be taken out and nothing changes.
func TestLintRedundantDecidesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(lintFields).Draw(t, "field")
		parts := rapid.SliceOfN(rapid.Custom(f.comparison), 2, 4).Draw(t, "parts")
		set := orderSet(t, parts...)
		findings := set.Lint()
		var kept []string
		for i, p := range parts {
			if !slices.ContainsFunc(findings, func(x Finding) bool {
				return x.Where == fmt.Sprintf("checks.%d", i+1) && (x.Code == LintRedundant || x.Code == LintDuplicate || x.Code == LintAlwaysTrue)
			}) {
				kept = append(kept, p)
			}
		}
		if len(kept) == 0 {
			kept = []string{"true"}
		}
		less := orderSet(t, kept...)
		for _, v := range f.values {
			if set.Checklist(f.facts(v)).Allowed() != less.Checklist(f.facts(v)).Allowed() {
				t.Fatalf("%v: without what is redundant %v decides otherwise on %v", parts, kept, v)
			}
		}
	})
}

// What the linter knows of a condition never contradicts what the engine says of it on any facts: so it never calls impossible what
// happens, nor certain what fails.
func TestLintNeverDeniesWhatHappens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := drawTree(t, 3).src()
		c, problems := compileCondition("c", src)
		if len(problems) > 0 {
			return
		}
		l := &linter{set: &Set{kind: crm.RulePipeline, checks: []*condition{c}}, odd: map[string][]string{}}
		l.values()
		r := l.read("c", c, nil)
		facts := drawFacts(t)
		facts.Process.Today = day("2026-11-21")
		possibleFacts(t, &facts, l.odd)
		pinned := []*formula{r.fails()}
		if c.holds(&facts) {
			pinned[0] = r.yes
		}
		for _, f := range c.fields {
			pinned = append(pinned, pin(f, &facts))
		}
		if !possible(pinned...) {
			t.Fatalf("%s\nholds: %v on %+v", src, c.holds(&facts), facts)
		}
		_ = (&Set{kind: crm.RuleOrder, checks: []*condition{c}}).Lint()
	})
}

// possibleFacts keeps facts to what the fields can hold.
func possibleFacts(t *rapid.T, f *crm.Facts, odd map[string][]string) {
	f.Deal.Amount, f.Order.Total, f.Quote.Lines = f.Deal.Amount.Abs(), f.Order.Total.Abs(), f.Quote.Lines.Abs().Truncate(0)
	if f.Deal.Name == "" || strings.TrimSpace(f.Deal.Name) == "" {
		f.Deal.Name = "draft"
	}
	f.Quote.State = rapid.SampledFrom(append([]string{"", "draft", "sent", "accepted"}, odd["quote.state"]...)).Draw(t, "state")
}

// pin says that a field has the value that it has in the facts.
func pin(f field, facts *crm.Facts) *formula {
	switch v := f.value(facts).(type) {
	case string:
		return is(f.Path, oneText(v))
	case decimal.Decimal:
		return is(f.Path, comparedNumbers("==", v.Rat()))
	case bool:
		if v {
			return is(f.Path, isTrue)
		}
		return is(f.Path, isFalse)
	case crm.Date:
		if v.IsZero() {
			return is(f.Path, numberSet{none: true})
		}
		return is(f.Path, comparedNumbers("==", dayOf(v.String())))
	}
	return always
}
