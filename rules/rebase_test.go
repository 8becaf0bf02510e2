package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"

	"pgregory.net/rapid"
)

// N3: what one side changed is taken, comments included; what both changed is a conflict with all three texts, and goes by the choice.
func TestRebase(t *testing.T) {
	t.Parallel()
	doc, _ := ParseDocument(Default())
	base := string(doc[crm.RulePipeline].Source)
	active := rewritten(t, base, "when: deal.amount > 1000", "when: deal.amount > 2000", "        - id: email", "        # mail is how they buy\n        - id: mobile\n          when: filled(contact.phone)\n        - id: email",
		"  no_skip: true", "  no_skip: false", "- {key: price, name: {en: Price,", "- {key: price, name: {en: The price,")
	draft := rewritten(t, base, "when: deal.amount > 1000", "when: deal.amount > 3000", "          when: quote.discount_percent <= 25", "          when: quote.discount_percent <= 20",
		"      name: {en: Negotiation,", "      name: {en: Talks,", "  no_skip: true", "  no_skip: false")
	merged, problems := Rebase(crm.RulePipeline, []byte(base), []byte(active), []byte(draft), nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if len(merged.Conflicts) != 1 || merged.Open() != 1 {
		t.Fatalf("%+v", merged.Conflicts)
	}
	c := merged.Conflicts[0]
	if c.Path != "stages.send.enter.amount" || !strings.Contains(c.Base, "> 1000") || !strings.Contains(c.Active, "> 2000") || !strings.Contains(c.Draft, "> 3000") || !strings.HasPrefix(c.Draft, "- id: amount\n  when:") {
		t.Errorf("%+v", c)
	}
	text := string(merged.Source)
	for _, want := range []string{"> 3000", "# mail is how they buy\n        - id: mobile", "<= 20", "{en: Talks,", "no_skip: false", "{en: The price,"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text has no %q", want)
		}
	}
	decided, problems := Rebase(crm.RulePipeline, []byte(base), []byte(active), []byte(draft), map[string]string{c.Path: SideActive})
	if len(problems) > 0 || decided.Open() != 0 || !strings.Contains(string(decided.Source), "> 2000") || strings.Contains(string(decided.Source), "> 3000") {
		t.Errorf("%v %+v", problems, decided.Conflicts)
	}
}

// N3: what is gone on one side and changed on the other, lists that both put in another order, and texts that have another shape.
func TestRebaseOfWhatIsGone(t *testing.T) {
	t.Parallel()
	base := "order:\n  checks:\n    - {id: a, when: order.total > 1}\n    - {id: b, when: order.total > 2}\n    - {id: c, when: order.total > 3}\n"
	for name, tt := range map[string]struct{ active, draft, conflicts, want string }{
		"gone and untouched":         {omitting(base, "id: b"), base, "", "a c"},
		"untouched and gone":         {base, omitting(base, "id: b"), "", "a c"},
		"gone and changed":           {omitting(base, "id: b"), strings.Replace(base, "> 2", "> 9", 1), "checks.b", "a b c"},
		"both gone":                  {omitting(base, "id: b"), omitting(base, "id: b"), "", "a c"},
		"added at the same place":    {strings.Replace(base, "    - {id: b", "    - {id: x, when: order.total > 7}\n    - {id: b", 1), strings.Replace(base, "    - {id: b", "    - {id: y, when: order.total > 8}\n    - {id: b", 1), "", "a x y b c"},
		"the same added":             {base + "    - {id: x, when: order.total > 7}\n", base + "    - id: x\n      when: order.total > 7\n", "", "a b c x"},
		"added under one name":       {base + "    - {id: x, when: order.total > 7}\n", base + "    - {id: x, when: order.total > 8}\n", "checks.x", "a b c x"},
		"moved by the active one":    {moves(base), base, "", "c a b"},
		"moved and changed":          {moves(base), strings.Replace(base, "> 2", "> 9", 1), "", "c a b"},
		"moved by both, differently": {moves(base), moves(moves(base)), "checks.(order)", "b c a"},
		"another indentation":        {strings.Replace(base, "> 3", "> 4", 1), strings.ReplaceAll(base, "    - ", "  - "), "", "a b c"},
		"unnamed":                    {"order:\n  checks: [order.total > 5]\n", "order:\n  checks: [order.total > 6]\n", "checks", "1"},
	} {
		got, problems := Rebase(crm.RuleOrder, []byte(base), []byte(tt.active), []byte(tt.draft), nil)
		if len(problems) > 0 {
			t.Errorf("%s: %v\n%s", name, problems, got.Source)
			continue
		}
		var conflicts, ids []string
		for _, c := range got.Conflicts {
			conflicts = append(conflicts, c.Path)
		}
		set, _ := Parse(crm.RuleOrder, got.Source)
		for _, c := range set.Asked("order") {
			ids = append(ids, c.ID)
		}
		if strings.Join(conflicts, " ") != tt.conflicts || strings.Join(ids, " ") != tt.want {
			t.Errorf("%s: conflicts %v, conditions %v\n%s", name, conflicts, ids, got.Source)
		}
	}
	if _, problems := Rebase(crm.RuleOrder, []byte(base), []byte("order: ["), []byte(base), nil); len(problems) == 0 {
		t.Error("a text that cannot be read is merged")
	}
	if got, problems := Rebase(crm.RuleOrder, nil, []byte(base), []byte(strings.Replace(base, "> 2", "> 9", 1)), nil); len(problems) > 0 || len(got.Conflicts) != 1 {
		t.Errorf("without a base: %v %+v", problems, got.Conflicts)
	}
}

// N3: whatever was changed on both sides, each condition of the result is what a merge of that condition alone gives, and no conflict is missed
// or made up.
func TestRebaseAgainstOracle(t *testing.T) {
	t.Parallel()
	type condition struct {
		id    string
		limit int
	}
	text := func(all []condition) []byte {
		var b strings.Builder
		for _, c := range all {
			fmt.Fprintf(&b, "    # about %s\n    - id: %s\n      when: order.total > %d\n", c.id, c.id, c.limit)
		}
		if len(all) > 0 {
			return []byte("order:\n  checks:\n" + b.String())
		}
		return []byte("order:\n  owner: sales_ops\n")
	}
	known := func(all []condition) map[string]string {
		out := map[string]string{}
		for _, c := range all {
			out[c.id] = fmt.Sprintf("order.total > %d", c.limit)
		}
		return out
	}
	first := []condition{{"a", 1}, {"b", 1}, {"c", 1}}
	rapid.Check(t, func(t *rapid.T) {
		change := func(side string) []condition {
			now := slices.Clone(first)
			for range rapid.IntRange(0, 5).Draw(t, side) {
				id := rapid.SampledFrom([]string{"a", "b", "c", "x", "y"}).Draw(t, "id")
				i := slices.IndexFunc(now, func(c condition) bool { return c.id == id })
				limit := rapid.IntRange(0, 3).Draw(t, "limit") // 0: it goes
				switch {
				case i >= 0 && limit == 0:
					now = slices.Delete(now, i, i+1)
				case i >= 0:
					now[i].limit = limit
				case limit > 0:
					now = slices.Insert(now, rapid.IntRange(0, len(now)).Draw(t, "at"), condition{id, limit})
				}
			}
			return now
		}
		x, y := change("active"), change("draft")
		base, active, draft := text(first), text(x), text(y)
		b, a, d := known(first), known(x), known(y)
		want, conflicts := map[string]string{}, 0
		for _, all := range []map[string]string{b, a, d} {
			for key := range all {
				switch {
				case a[key] == d[key] || a[key] == b[key]:
					want[key] = d[key]
				case d[key] == b[key]:
					want[key] = a[key]
				default:
					want[key] = d[key]
				}
			}
		}
		for key := range want {
			if a[key] != d[key] && a[key] != b[key] && d[key] != b[key] {
				conflicts++
			}
		}
		got, problems := Rebase(crm.RuleOrder, base, active, draft, nil)
		if len(problems) > 0 {
			t.Fatalf("%v\n%s", problems, got.Source)
		}
		if n := len(slices.DeleteFunc(got.Conflicts, func(c Conflict) bool { return strings.HasSuffix(c.Path, "(order)") })); n != conflicts {
			t.Fatalf("%d conflicts, want %d: %+v", n, conflicts, got.Conflicts)
		}
		set, _ := Parse(crm.RuleOrder, got.Source)
		for _, c := range set.Asked("order") {
			if want[c.ID] != c.Source || strings.Count(string(got.Source), "# about "+c.ID+"\n") != 1 {
				t.Fatalf("%s is %q, want %q\n%s", c.ID, c.Source, want[c.ID], got.Source)
			}
			delete(want, c.ID)
		}
		for id, source := range want {
			if source != "" {
				t.Fatalf("%s is gone, want %q\n%s", id, source, got.Source)
			}
		}
	})
}

func rewritten(t *testing.T, s string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			t.Fatalf("the text has no %q", pairs[i])
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return s
}

// omitting is a text without those that hold something; moves puts its last line before the other entries.
func omitting(s, without string) string {
	return strings.Join(slices.DeleteFunc(strings.SplitAfter(s, "\n"), func(l string) bool { return strings.Contains(l, without) }), "")
}

func moves(s string) string {
	l := strings.SplitAfter(strings.TrimSuffix(s, "\n"), "\n")
	return strings.Join(append([]string{l[0], l[1], l[len(l)-1] + "\n"}, l[2:len(l)-1]...), "")
}
