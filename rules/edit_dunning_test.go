package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

var equalDecimals = cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) })

// S091: whatever policy a form gives, the text says it afterwards; what it did not change stays as it was written.
func TestEditDunning(t *testing.T) {
	t.Parallel()
	const text = `# the law says so
dunning:
  grace_days: 3 # days
  write_off_limit: 500.00
  levels:
    # a friendly one
    - {key: reminder, name: Reminder, days: 7}
    # by registered mail
    - key: final
      name: {en: Final notice, it: Diffida}
      days: 45
      fee: 40.00
`
	rapid.Check(t, func(t *rapid.T) {
		set, problems := Parse(crm.RuleDunning, []byte(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		d := set.Dunning()
		kept := [2]bool{true, true}
		d.GraceDays = rapid.SampledFrom([]int{0, 3, 10}).Draw(t, "grace")
		d.MinAmount = decimal.New(rapid.Int64Range(0, 999).Draw(t, "least"), -2)
		d.ReturnFee = decimal.New(rapid.Int64Range(0, 999).Draw(t, "return fee"), -2)
		d.WriteOffLimit = decimal.New(rapid.Int64Range(0, 999).Draw(t, "limit"), -2)
		if rapid.Bool().Draw(t, "changed") {
			d.Levels[1].Fee, d.Levels[1].Name, kept[1] = decimal.New(rapid.Int64Range(1, 999).Draw(t, "fee"), -2), map[string]string{"en": rapid.SampledFrom([]string{"Last: 'now'", "# 9", "Finale"}).Draw(t, "name")}, false
		}
		if rapid.Bool().Draw(t, "gone") {
			d.Levels, kept[0] = d.Levels[1:], false
		}
		for i := range rapid.IntRange(0, 2).Draw(t, "new") {
			d.Levels = append(d.Levels, DunningLevel{Key: fmt.Sprintf("n%d", i), Name: map[string]string{"en": "New", "pl": "Nowy"}, Days: 50 + i, Channel: rapid.SampledFrom([]string{crm.DunningMail, crm.DunningCall}).Draw(t, "channel"), Fee: decimal.NewFromInt(int64(i)), Interest: rapid.Bool().Draw(t, "interest")})
		}
		src, problems := PutDunning([]byte(text), d)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if set, problems = Parse(crm.RuleDunning, src); len(problems) > 0 {
			t.Fatal(problems)
		}
		if diff := cmp.Diff(d, set.Dunning(), equalDecimals); diff != "" {
			t.Fatalf("%s\n%s", diff, src)
		}
		for i, part := range []string{"    # a friendly one\n    - {key: reminder, name: Reminder, days: 7}\n", "    # by registered mail\n    - key: final\n      name: {en: Final notice, it: Diffida}\n      days: 45\n      fee: 40.00\n"} {
			if kept[i] && !strings.Contains(string(src), part) {
				t.Fatalf("lost %q:\n%s", part, src)
			}
		}
		if !strings.Contains(string(src), "# the law says so") || d.GraceDays == 3 && !strings.Contains(string(src), "# days") {
			t.Fatalf("lost a comment:\n%s", src)
		}
	})
	if _, problems := PutDunning([]byte("dunning: {levels: [{key: a, name: A, days: 1}]}\n"), Dunning{}); len(problems) == 0 {
		t.Error("a text of one line was edited")
	}
	set, _ := Parse(crm.RuleDunning, []byte(text))
	src, problems := PutDunning([]byte(text), Dunning{GraceDays: 3})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if src, problems = PutDunning(src, set.Dunning()); len(problems) > 0 {
		t.Fatal(problems, string(src))
	}
	if set, _ = Parse(crm.RuleDunning, src); len(set.Dunning().Levels) != 2 {
		t.Errorf("an emptied policy cannot be filled again:\n%s", src)
	}
}
