package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"leadtocash/crm"
)

// The rules that ship, and the examples of the reference, give nobody anything to correct.
func TestLintFindsNothingInGoodRules(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{"default.yaml": string(Default()), "REFERENCE.md": referenceExample(t)} {
		findings, problems := LintDocument([]byte(src))
		if len(problems) > 0 {
			t.Fatal(name, problems)
		}
		for _, f := range findings {
			t.Errorf("%s:%d:%d %s %s: %s", name, f.Line, f.Column, f.Where, f.Code, f.Text)
		}
	}
}

// referenceExample is the file that the reference shows, with the stages that it leaves out.
func referenceExample(t *testing.T) string {
	t.Helper()
	_, example, _ := strings.Cut(reference, "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	for _, line := range []string{"    - {key: won, name: W, kind: won}", "    - {key: lost, name: L, kind: lost}"} {
		example = strings.Replace(example, "  lost_reasons:", line+"\n  lost_reasons:", 1)
	}
	return strings.Replace(example, "entry_stage: identify", "entry_stage: send", 1)
}

// stages writes a pipeline of open stages a, b, c with the gates given as "stage: condition", then won and lost.
func stages(head string, gates ...string) string {
	var b strings.Builder
	b.WriteString("pipeline:\n  key: p\n  name: P\n" + head + "  stages:\n")
	for _, s := range []string{"a", "b", "c", "won", "lost"} {
		b.WriteString("    - key: " + s + "\n      name: " + s + "\n")
		if len(s) > 1 {
			b.WriteString("      kind: " + s + "\n")
		}
		enter := ""
		for _, g := range gates {
			if stage, when, _ := strings.Cut(g, ": "); stage == s {
				enter += "        - |-\n          " + when + "\n"
			}
		}
		if enter != "" {
			b.WriteString("      enter:\n" + enter)
		}
	}
	return b.String()
}

func listed(kind, list string, conditions ...string) string {
	out := kind + ":\n"
	if kind == "project" && list != "close" {
		out += "  close: [project.open_cases == 0]\n"
	}
	out += "  " + list + ":\n"
	for _, c := range conditions {
		out += "    - |-\n      " + c + "\n"
	}
	return out
}

const noSkip = "  no_skip: true\n"

func TestLintFindsWhatIsBroken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		src  string
		want []string // where and code, in order
	}{
		{"two texts at once", stages(noSkip, `b: quote.state == "sent"`, `b: quote.state == "draft"`), []string{"b.2 contradiction", "won dead_end"}},
		{"skipping goes round a gate that never opens", stages("", `b: deal.amount > 10 and deal.amount < 5`), []string{"b.1 contradiction"}},
		{"won never opens", stages("", `won: deal.budget`, `won: not deal.budget`), []string{"won dead_end", "won.2 contradiction"}},
		{"entry never opens", stages("", `a: deal.products < 0`), []string{"a dead_end", "a.1 contradiction"}},
		{"no whole number between", stages("", `b: deal.products > 1 and deal.products < 2`), []string{"b.1 contradiction"}},
		{"three together, no two", listed("order", "checks", `order.total == 1 or order.total == 2`, `order.total == 2 or order.total == 3`, `order.total == 1 or order.total == 3`), []string{"checks.3 contradiction"}},
		{"in and not in", listed("order", "checks", `customer.country in ["IT", "ES"]`, `not (customer.country in ["ES", "IT", "PL"])`), []string{"checks.2 contradiction"}},
		{"beginning and value", listed("order", "checks", `customer.vat startsWith "IT"`, `customer.vat startsWith "ES"`), []string{"checks.2 contradiction"}},
		{"capitals in small letters", listed("order", "checks", `lower(customer.class) == "A"`), []string{"checks.1 contradiction"}},
		{"dates against today", listed("order", "checks", `filled(order.delivery_date)`, `order.delivery_date > process.today`, `days_until(order.delivery_date) < 0`), []string{"checks.3 contradiction"}},
		{"sums", listed("order", "checks", `order.total + receivables.open > 100`, `receivables.open + order.total <= 100`), []string{"checks.2 contradiction"}},
		{"empty and ordered", listed("order", "checks", `not filled(order.delivery_date) and order.delivery_date > process.today`), []string{"checks.1 contradiction"}},
		{"a dead alternative", listed("order", "checks", `deal.budget or order.total < 0`), []string{"checks.1 contradiction"}},
		{"list emptiness", listed("order", "checks", `"fair" in deal.tags`, `len(deal.tags) == 0`), []string{"checks.2 contradiction"}},
		{"alarm that never rings", listed("project", "alarm", `project.progress_percent > 100`), []string{"alarm.1 contradiction"}},
		{"customer old and new in turn", stages(noSkip, `b: customer.new`, `c: not customer.new`), []string{"b.1 unfillable", "c.1 contradiction", "c.1 unfillable", "won dead_end"}},
		{"today runs on", stages(noSkip, `b: process.today >= date("2027-01-01")`, `c: process.today < date("2026-06-01")`), []string{"c.1 contradiction", "won dead_end"}},
		{"a stage from which none comes", stages(noSkip, `c: deal.stage == "won"`), []string{"c.1 contradiction", "won dead_end"}},
		{"a stage that the pipeline has not", stages(noSkip, `c: deal.stage == "bb"`), []string{"c.1 unknown_value"}},
		{"won from one stage alone", stages("  no_backward: true\n", `won: deal.stage == "b"`), []string{"c dead_end"}},
		{"before the entry", stages("  no_backward: true\n  entry_stage: b\n"), []string{"a dead_end"}},
		{"never below 0", listed("order", "checks", `order.total >= 0`), []string{"checks.1 always_true"}},
		{"one or the other", listed("order", "checks", `deal.budget or not deal.budget`), []string{"checks.1 always_true"}},
		{"length", listed("order", "checks", `len(customer.name) >= 0`), []string{"checks.1 always_true"}},
		{"opaque or not", listed("order", "checks", `customer.vat contains customer.country or not (customer.vat contains customer.country)`), []string{"checks.1 always_true"}},
		{"always ringing", listed("project", "alarm", `project.open_cases >= 0`), []string{"alarm.1 always_true"}},
		{"weaker", listed("order", "checks", `order.total > 1000`, `order.total > 500`), []string{"checks.2 redundant"}},
		{"weaker text", listed("order", "checks", `customer.country in ["IT"]`, `customer.country in ["IT", "ES"]`), []string{"checks.2 redundant"}},
		{"weaker inside", listed("order", "checks", `order.tranches >= 1 and order.tranches > 0`), []string{"checks.1 redundant"}},
		{"twice", listed("order", "checks", `filled(customer.vat)`, `filled( customer.vat )`), []string{"checks.2 duplicate_condition"}},
		{"empty passes", listed("order", "checks", `customer.country != "IT"`), []string{"checks.1 nullable_not_equal"}},
		{"empty passes a list", listed("order", "checks", `customer.class not in ["C", "D"]`), []string{"checks.1 nullable_not_equal"}},
		{"empty date passes", listed("order", "checks", `order.delivery_date != date("2026-12-24")`), []string{"checks.1 nullable_not_equal"}},
		{"date without a guard", listed("order", "checks", `order.delivery_date > process.today`), []string{"checks.1 unguarded_date"}},
		{"guard too late", listed("order", "checks", `days_until(order.delivery_date) > 3 and filled(order.delivery_date)`), []string{"checks.1 unguarded_date"}},
		{"misspelt state", stages("", `b: quote.state == "sended"`), []string{"b.1 unknown_value"}},
		{"a country's name", listed("order", "checks", `customer.country == "Italy"`), []string{"checks.1 unknown_value"}},
		{"order before it is there", stages(noSkip, `c: order.state == "approved"`), []string{"c.1 unfillable", "won dead_end"}},
		{"order while it is validated", listed("order", "checks", `order.state == "approved"`), []string{"checks.1 unfillable"}},
		{"revenue of a contract", listed("project", "close", `project.revenue > 1000`), []string{"close.1 unfillable"}},
		{"a lead in a pipeline", stages("", `b: filled(lead.vat)`), []string{"b.1 empty_here"}},
		{"a quote in a project", listed("project", "close", `quote.state == "accepted"`), []string{"close.1 empty_here"}},
		{"scoring", `scoring:
  rules:
    - {key: x, name: X, points: 1, when: lead.touches < 0}
    - {key: y, name: Y, points: 1, when: 'lead.country in ["it"]'}
    - {key: z, name: Z, points: 1, when: filled(lead.vat)}
    - {key: zz, name: Z, points: 1, when: filled(lead.vat)}
    - {key: f, name: F, points: 1, when: lead.feedback != "negative"}
    - {key: q, name: Q, points: 1, when: 'lead.bounced or filled(quote.state)'}
`, []string{"rules.x unreachable_rule", "rules.y unknown_value", "rules.zz duplicate_condition", "rules.f nullable_not_equal", "rules.q empty_here"}},
		{"assignment", `assignment:
  rules:
    - {key: it, name: X, when: lead.country == "IT", team: T}
    - {key: all, name: X}
    - {key: es, name: X, when: lead.country == "ES"}
`, []string{"rules.es unreachable_rule"}},
		{"assignment by what another takes", `assignment:
  rules:
    - {key: high, name: X, when: lead.score > 50}
    - {key: higher, name: X, when: lead.score > 80}
    - {key: rest, name: X}
`, []string{"rules.higher unreachable_rule"}},
		{"nurture", `nurture:
  tracks:
    - {key: hot, name: X, when: lead.score > 100, touches: [{key: a, days: 1, mail: nurture_hello}]}
    - {key: warm, name: X, when: lead.score >= 0, touches: [{key: a, days: 1, mail: nurture_hello}]}
`, []string{"tracks.hot unreachable_rule", "tracks.warm always_true"}},
		{"approval", `approval:
  levels:
    - {key: a, name: A, role: sales_manager, limit: 50000}
    - {key: b, name: B, role: finance, limit: 10000}
    - {key: c, name: C, role: admin}
    - {key: d, name: D, role: admin, when: order.total > 10 and order.total < 5}
`, []string{"levels.b unreachable_rule", "levels.d unreachable_rule"}},
		{"dunning", `dunning:
  grace_days: 10
  levels: [{key: a, name: A, days: 7}, {key: b, name: B, days: 20}]
`, []string{"levels.a within_grace"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			findings, problems := LintDocument([]byte(tt.src))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Where+" "+f.Code)
				t.Logf("%d:%d %s", f.Line, f.Column, f.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s\n%s", diff, tt.src)
			}
		})
	}
}

// What looks like a mistake and is none.
func TestLintLeavesGoodRulesAlone(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"guard before it":              listed("order", "checks", `filled(customer.country) and customer.country != "IT"`),
		"guard in another condition":   listed("order", "checks", `customer.country != "IT"`, `filled(customer.country)`),
		"guard in an alternative":      listed("order", "checks", `filled(customer.country) and customer.country != "IT" or deal.budget`),
		"an empty date allowed":        listed("order", "checks", `not filled(order.delivery_date) or order.delivery_date > process.today`),
		"empty is asked for":           listed("order", "checks", `customer.class not in ["", "D"]`),
		"margin may be negative":       listed("order", "checks", `order.margin_percent >= 0`),
		"divisor guarded":              listed("order", "checks", `order.total > 0 and ratio(receivables.open, order.total) <= 0.5`),
		"division may fail":            listed("order", "checks", `ratio(order.total, deal.cost) > 1 or not (ratio(order.total, deal.cost) > 1)`),
		"small letters":                listed("order", "checks", `lower(customer.class) in ["a", "b"]`),
		"two beginnings":               listed("order", "checks", `customer.vat startsWith "I"`, `customer.vat endsWith "0"`),
		"a range":                      listed("order", "checks", `order.total > 10 and order.total <= 20`),
		"no order yet":                 stages(noSkip, `c: order.payment_days <= 30`),
		"an alternative for customers": stages(noSkip, `b: customer.new or filled(customer.vat)`, `c: not customer.new or filled(customer.address)`),
		"states one after the other":   stages(noSkip, `b: quote.state == "draft"`, `c: quote.state == "sent"`, `won: quote.state == "accepted"`),
		"time goes on":                 stages(noSkip, `b: process.today < date("2027-01-01")`, `c: process.today >= date("2027-01-01")`),
		"from where it may come":       stages("", `won: deal.stage in ["a", "b"]`),
		"a fixed customer in turn":     stages(noSkip, `b: deal.made_to_order`, `c: not deal.made_to_order`),
		"a cap lets leads through":     "assignment:\n  rules: [{key: a, name: A, cap: 5}, {key: b, name: B}]\n",
		"a team may be empty":          "assignment:\n  rules: [{key: a, name: A, team: T}, {key: b, name: B}]\n",
		"tracks follow each other":     "nurture:\n  tracks: [{key: a, name: A, touches: [{key: a, days: 1, mail: nurture_hello}]}, {key: b, name: B, touches: [{key: a, days: 1, mail: nurture_case}]}]\n",
		"a level by limit alone":       "approval:\n  levels: [{key: a, name: A, role: sales_manager, limit: 10}, {key: b, name: B, role: admin, when: false}]\n",
	} {
		findings, problems := LintDocument([]byte(src))
		if len(problems) > 0 {
			t.Fatal(name, problems)
		}
		for _, f := range findings {
			t.Errorf("%s: %s %s: %s", name, f.Where, f.Code, f.Text)
		}
	}
}

// A finding stands at its clause, in folded text too.
func TestLintPlacesFindings(t *testing.T) {
	t.Parallel()
	findings, problems := LintSource(crm.RuleOrder, []byte("order:\n  checks:\n    - id: x\n      when: >\n        deal.budget and\n        order.total >= 0\n    - {id: y, when: 'order.state == \"sent\"'}\n"))
	if len(problems) > 0 || len(findings) != 2 || findings[0].Line != 6 || findings[0].Column != 9 || findings[1].Line != 7 || findings[1].Column != 37 || findings[0].Severity != LintWarning || !findings.Errors() {
		t.Errorf("%v %+v", problems, findings)
	}
}

// A set as large as a file may hold is linted while its author waits.
func TestLintIsQuick(t *testing.T) {
	t.Parallel()
	var conditions []string
	for i := range 100 {
		conditions = append(conditions, fmt.Sprintf(`deal.amount > %d or quote.lines > %d or customer.class == "c%d" or order.total + deal.cost < %d`, 2*i, i, i, i))
	}
	set, problems := Parse(crm.RuleOrder, []byte(listed("order", "checks", conditions...)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	began := time.Now()
	findings := set.Lint()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("%s for %d findings", took, len(findings))
	} else {
		t.Logf("%s for %d findings", took, len(findings))
	}
}
