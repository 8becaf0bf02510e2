package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

func TestReachable(t *testing.T) {
	t.Parallel()
	const text = `pipeline:
  key: p
  name: P
  no_skip: %t
  no_backward: %t
  stages: [{key: a, name: A}, {key: b, name: B}, {key: c, name: C}, {key: won, name: W, kind: won}, {key: lost, name: L, kind: lost}]
`
	tests := []struct {
		noSkip, noBackward bool
		from               string
		want               []string
	}{
		{true, true, "", []string{"a"}},
		{true, true, "a", []string{"b", "lost"}},
		{true, true, "c", []string{"won", "lost"}},
		{true, false, "b", []string{"a", "c", "lost"}},
		{false, true, "b", []string{"c", "won", "lost"}},
		{false, false, "b", []string{"a", "c", "won", "lost"}},
		{false, false, "won", nil},
		{false, false, "nowhere", nil},
	}
	for _, tt := range tests {
		set, problems := Parse(crm.RulePipeline, fmt.Appendf(nil, text, tt.noSkip, tt.noBackward))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if diff := cmp.Diff(tt.want, set.Reachable(tt.from)); diff != "" {
			t.Errorf("%+v:\n%s", tt, diff)
		}
	}
}

// S079: who approves follows from the amount, to the cent.
func TestRoute(t *testing.T) {
	t.Parallel()
	shipped := shippedSet(t, crm.RuleApproval)
	capped, problems := Parse(crm.RuleApproval, []byte(`approval:
  levels:
    - {key: lead, name: Lead, role: sales_ops, limit: 100}
    - {key: manager, name: Manager, role: sales_manager, limit: 1000, when: order.margin_percent < 10}
    - {key: odd, name: Odd, role: admin, limit: 5000, when: "ratio(order.total, order.tranches) > 400"}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	tests := []struct {
		set             *Set
		total, tranches string
		want            []string
		result          crm.Ruling
	}{
		{shipped, "0", "1", []string{"manager"}, crm.Allowed},
		{shipped, "50000.00", "1", []string{"manager"}, crm.Allowed},
		{shipped, "50000.01", "1", []string{"manager", "director"}, crm.Allowed},
		{capped, "90", "1", []string{"lead", "manager"}, crm.Allowed},
		{capped, "1001", "10", []string{"lead", "manager", "odd"}, crm.Allowed},
		{capped, "5001", "1", []string{"lead", "manager", "odd"}, crm.NotEvaluated},
		{capped, "90", "0", []string{"lead", "manager", "odd"}, crm.NotEvaluated},
		{shippedSet(t, crm.RuleOrder), "90", "0", nil, crm.NotEvaluated},
	}
	for _, tt := range tests {
		f := ready()
		f.Order.Total, f.Order.Tranches = dec(tt.total), dec(tt.tranches)
		route, v := tt.set.Route(f)
		var got []string
		for _, a := range route {
			got = append(got, a.Key)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || v.Result != tt.result {
			t.Errorf("%s/%s: %s\n%s", tt.total, tt.tranches, v.Result, diff)
		}
	}
}

// S091: each level once, in order, none before its day.
func TestDunningDue(t *testing.T) {
	t.Parallel()
	d := shippedSet(t, crm.RuleDunning).Dunning()
	tests := []struct {
		late, had int
		open      string
		want      string
	}{
		{6, 0, "100", ""},
		{7, 0, "100", "reminder"},
		{90, 0, "100", "reminder"},
		{7, 1, "100", ""},
		{21, 1, "100", "second"},
		{45, 2, "100", "final"},
		{400, 3, "100", ""},
		{7, 0, "4.99", ""},
		{7, 0, "5", "reminder"},
		{7, 0, "0", ""},
		{7, -1, "100", ""},
	}
	for _, tt := range tests {
		l, due := d.Due(tt.late, tt.had, dec(tt.open))
		if got := l.Key; due != (tt.want != "") || due && got != tt.want {
			t.Errorf("%+v: %v %s", tt, due, got)
		}
	}
	d.Levels[0].Name["en"] = "changed"
	if shippedSet(t, crm.RuleDunning).Dunning().Levels[0].Name["en"] == "changed" {
		t.Error("a caller can change the set")
	}
}

func TestDunningGraceHoldsBack(t *testing.T) {
	t.Parallel()
	d := Dunning{GraceDays: 10, MinAmount: decimal.Zero, Levels: []DunningLevel{{Key: "x", Days: 7}}}
	for late, want := range map[int]bool{8: false, 10: false, 11: true} {
		if _, due := d.Due(late, 0, dec("1")); due != want {
			t.Errorf("%d days late: %v", late, due)
		}
	}
}

func TestLibraryCompilesOnceAndForgetsTheOldest(t *testing.T) {
	t.Parallel()
	var l Library
	d, _ := ParseDocument(Default())
	loads := 0
	load := func() ([]byte, error) { loads++; return d[crm.RuleOrder].Source, nil }
	first, err := l.Get(crm.RuleOrder, 3, load)
	if err != nil || first.Version() != 3 {
		t.Fatal(err)
	}
	if again, _ := l.Get(crm.RuleOrder, 3, load); again != first || loads != 1 {
		t.Errorf("loaded %d times", loads)
	}
	if same, _ := l.Put(crm.RuleOrder, 3, d[crm.RuleOrder].Source); same != first {
		t.Error("the same text gave another set")
	}
	for v := range librarySize {
		if _, err := l.Get(crm.RuleOrder, 100+v, load); err != nil {
			t.Fatal(err)
		}
	}
	if again, _ := l.Get(crm.RuleOrder, 3, load); again == first {
		t.Error("the library keeps everything for ever")
	}
	if _, err := l.Get(crm.RuleOrder, 9000, func() ([]byte, error) { return []byte("order: {checks: [deal.amont > 3]}"), nil }); err == nil {
		t.Error("a wrong text was kept")
	} else if p := (Problems{}); !errors.As(err, &p) || p[0].Code != CodeUnknownName {
		t.Errorf("%v", err)
	}
	if _, err := l.Get(crm.RuleOrder, 9001, func() ([]byte, error) { return nil, errors.New("no database") }); err == nil || err.Error() != "no database" {
		t.Errorf("%v", err)
	}
}

// G5: the same facts give the same verdict, from many goroutines at once, with one set.
func TestSameFactsAtOnceSameVerdict(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RulePipeline)
	f := ready()
	f.Customer.VAT, f.Contact.Email = "", ""
	want := set.Gate("send", f)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			for range 1000 {
				if diff := cmp.Diff(want, set.Gate("send", f)); diff != "" {
					t.Error(diff)
					return
				}
			}
		})
	}
	all.Wait()
}

// An alternative that is not met does not stand in the way when another one is.
func TestFailingLeavesOutSatisfiedGroups(t *testing.T) {
	t.Parallel()
	f := ready()
	f.Contact.Email, f.Contact.Phone = "", "123"
	v := shippedSet(t, crm.RulePipeline).Gate("timing", f)
	if o := outcomes(v); o["timing.reach"] != crm.Unmet || o["timing.reach#2"] != crm.Met {
		t.Errorf("%v", o)
	}
	if v.Failing() != nil || !v.Allowed() {
		t.Errorf("%v", failing(v))
	}
}

func TestReferenceNamesEveryField(t *testing.T) {
	t.Parallel()
	text := Reference()
	for _, f := range crm.Fields() {
		if !strings.Contains(text, "| `"+f.Path+"` | "+string(f.Type)+" |") {
			t.Errorf("REFERENCE.md does not list %s as %s", f.Path, f.Type)
		}
		if _, ok := places[f.Path]; !ok {
			t.Errorf("crm.Facts has no %s", f.Path)
		}
	}
	for name := range functionAt {
		if !strings.Contains(text, "`"+name+"(") {
			t.Errorf("REFERENCE.md does not describe %s", name)
		}
	}
	if len(places) != len(crm.Fields()) || slices.Contains(vocabulary.roots, "") {
		t.Error("fields and facts differ")
	}
}

// The rules can be shown as they were written.
func TestDescriptionIsWhatWasWritten(t *testing.T) {
	t.Parallel()
	stage, _ := shippedSet(t, crm.RulePipeline).Stage("timing")
	reach := stage.Enter()[1]
	if reach.ID != "reach" || reach.Source != "filled(contact.email) or filled(contact.phone)" || reach.Label["pl"] == "" ||
		!slices.Equal(reach.Fields, []string{"contact.email", "contact.phone"}) {
		t.Errorf("%+v", reach)
	}
	if checks := shippedSet(t, crm.RuleOrder).Checks(); len(checks) != 10 || checks[0].ID != "delivery" {
		t.Errorf("%+v", checks)
	}
	levels := shippedSet(t, crm.RuleApproval).Levels()
	if len(levels) != 2 || levels[0].When.Source != "" || levels[1].When.Source != "order.total > 50000.00" || levels[0].Limit.Decimal.String() != "50000" {
		t.Errorf("%+v", levels)
	}
}
