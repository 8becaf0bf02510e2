package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
)

// found is a problem without its words.
func found(ps Problems) (out []string) {
	for _, p := range ps {
		out = append(out, fmt.Sprintf("%d:%d %s %s", p.Line, p.Column, p.Code, p.Path))
	}
	return out
}

const minimal = `pipeline:
  key: p
  name: P
  stages:
    - {key: a, name: A}
    - {key: won, name: W, kind: won}
    - {key: lost, name: L, kind: lost}
`

// G3: each mistake has its code and its place.
func TestWrongFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"1:1 empty "}},
		{"only a comment", "# later\n", []string{"1:1 empty "}},
		{"a list", "- a\n", []string{"1:1 invalid_value "}},
		{"unknown kind", "pipelin:\n  key: p\n", []string{"1:1 unknown_key pipelin"}},
		{"two documents", "order: {checks: [deal.budget]}\n---\norder: {checks: [deal.budget]}\n", []string{"3:1 syntax "}},
		{"not YAML", "order:\n  checks: [a\nb: 2\n", []string{"3:1 syntax "}},
		{"tab", "order:\n\tchecks: []\n", []string{"2:1 syntax "}},
		{"control character", "order:\n  checks: [\"a\x01\"]\n", []string{"2:14 invalid_text "}},
		{"bidirectional mark", "order:\n  checks: [\"a\u202eb\"]\n", []string{"2:14 invalid_text "}},
		{"not UTF-8", "order:\n  checks: [\"a\xff\"]\n", []string{"1:1 invalid_text "}},
		{"anchor", "order:\n  checks: &x [deal.budget]\n", []string{"2:11 construct_not_allowed checks"}},
		{"alias", "order:\n  checks: [*x]\n", []string{"2:12 construct_not_allowed checks[0]"}},
		{"merge", "dunning:\n  <<: {grace_days: 1}\n  levels: []\n", []string{"2:3 construct_not_allowed "}},
		{"empty section", "dunning:\n", []string{"1:1 missing dunning"}},
		{"key of a stage", strings.Replace(minimal, "key: a, name", "key: a, nmae", 1), []string{"5:7 missing stages.a", "5:16 unknown_key stages.a.nmae"}},
		{"key form", strings.Replace(minimal, "key: a,", "key: A b,", 1), []string{"5:13 invalid_value stages[0].key"}},
		{"same stage twice", strings.Replace(minimal, "key: won,", "key: a,", 1), []string{"6:13 duplicate stages.a.key"}},
		{"same key twice", minimal + "  key: q\n", []string{"8:3 duplicate key"}},
		{"no won stage", strings.Replace(minimal, "kind: won", "kind: open", 1), []string{"4:3 missing stages"}},
		{"two won stages", strings.Replace(minimal, "kind: lost", "kind: won", 1), []string{"4:3 duplicate stages", "4:3 missing stages"}},
		{"kind", strings.Replace(minimal, "kind: won", "kind: wonn", 1), []string{"4:3 missing stages", "6:33 invalid_value stages.won.kind"}},
		{"probability", strings.Replace(minimal, "name: A", "name: A, probability: 101", 1), []string{"5:38 invalid_value stages.a.probability"}},
		{"probability in letters", strings.Replace(minimal, "name: A", "name: A, probability: 1e1", 1), []string{"5:38 invalid_value stages.a.probability"}},
		{"entry stage", minimal + "  entry_stage: won\n", []string{"8:16 invalid_value entry_stage"}},
		{"truth", minimal + "  no_skip: yes\n", []string{"8:12 invalid_value no_skip"}},
		{"language", minimal + "  lost_reasons: [{key: x, name: {de: X}}]\n", []string{"8:27 missing lost_reasons.x.name", "8:34 unknown_key lost_reasons.x.name.de"}},
		{"no stages", "pipeline: {key: p, name: P}", []string{"1:1 missing "}},
		{"order without checks", "order:\n  chekcs: [deal.budget]\n", []string{"1:1 missing ", "2:3 unknown_key chekcs"}},
		{"condition twice", "order:\n  checks:\n    - {id: a, when: deal.budget}\n    - {id: a, when: deal.budget}\n", []string{"4:12 duplicate checks[1].id"}},
		{"condition without when", "order:\n  checks:\n    - id: a\n", []string{"3:7 missing checks[0]"}},
		{"condition is a list", "order:\n  checks:\n    - [deal.budget]\n", []string{"3:7 invalid_value checks[0]"}},
		{"label", "order:\n  checks:\n    - when: deal.budget\n      label: {en: ''}\n", []string{"4:19 empty checks[0].label.en"}},
		{"role", "approval:\n  levels:\n    - {key: a, name: A, role: sales_manger}\n", []string{"3:31 invalid_value levels.a.role"}},
		{"limit", "approval:\n  levels:\n    - {key: a, name: A, role: admin, limit: -5}\n", []string{"3:45 invalid_value levels.a.limit"}},
		{"days", "dunning:\n  levels:\n    - {key: a, name: A, days: 7}\n    - {key: b, name: B, days: 7}\n", []string{"4:31 invalid_value levels.b.days"}},
		{"days missing", "dunning:\n  levels:\n    - {key: a, name: A}\n", []string{"3:7 missing levels.a"}},
		{"channel", "dunning:\n  levels:\n    - {key: a, name: A, days: 7, channel: owl}\n", []string{"3:43 invalid_value levels.a.channel"}},
		{"all at once", "order:\n  checks:\n    - deal.amont > 3\n    - when: deal.amount > \"x\" and deal.nme == 1\nx: 1\n", []string{"3:12 unknown_name checks[0]", "4:25 type_mismatch checks[1].when", "4:40 unknown_name checks[1].when", "5:1 unknown_key x"}},
	}
	for _, tt := range tests {
		_, problems := ParseDocument([]byte(tt.text))
		want := tt.want
		if got := found(problems); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

// G3: an expression's mistake is found at its place in the file, whatever YAML form it is written in.
func TestPlacesInsideEveryFormOfScalar(t *testing.T) {
	t.Parallel()
	for form, lines := range map[string]string{
		"plain":             "    - when: deal.budget and deal.nam == \"è\"\n",
		"plain entry":       "    - deal.budget and deal.nam == \"è\"\n",
		"single":            "    - when: 'deal.need == ''è'' and deal.nam == \"x\"'\n",
		"double":            "    - when: \"deal.need == \\\"è\\u00e8\\x41\\t\\\" and deal.nam == 'x'\"\n",
		"literal":           "    - when: |\n        deal.need == \"è\"\n          and deal.nam == \"x\"\n",
		"literal stripped":  "    - when: |-   # why\n\n        deal.budget\n\n        and deal.nam == \"x\"\n",
		"folded":            "    - when: >-\n        deal.budget and\n        deal.need == \"è\" and\n        deal.nam == \"x\"\n",
		"plain two lines":   "    - when: deal.budget and\n        deal.nam == \"x\"\n",
		"double two lines":  "    - when: \"deal.budget and\n        deal.nam == 'x'\"\n",
		"single two lines":  "    - when: 'deal.budget and   \n\n        deal.nam == \"x\"'\n",
		"flow":              "    - {id: x, label: {en: \"nam: 'y'\"}, when: deal.budget and deal.nam == 3}\n",
		"windows":           "    - id: x\r\n      when: |\r\n        deal.budget\r\n        and deal.nam == \"x\"\r\n",
		"behind other text": "    - {id: nam1, when: deal.budget}\n    - when: deal.nam == \"x\"\n",
	} {
		text := "order:\n  checks:\n" + lines
		_, problems := ParseDocument([]byte(text))
		if len(problems) == 0 {
			t.Errorf("%s: no problem found", form)
			continue
		}
		p := problems[0]
		line := []rune(strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")[p.Line-1])
		if p.Code != CodeUnknownName || !strings.HasPrefix(string(line[p.Column-1:]), "nam ") || p.Params["did_you_mean"] != "name" {
			t.Errorf("%s: %s points at %q", form, p.Error(), string(line[min(p.Column-1, len(line)):]))
		}
	}
}

func TestParseRefusesOtherKinds(t *testing.T) {
	t.Parallel()
	if _, problems := Parse(crm.RuleOrder, Default()); len(problems) != len(crm.RuleKinds())-1 || problems[0].Code != CodeUnknownKey || problems[0].Kind != crm.RuleOrder {
		t.Errorf("%v", problems)
	}
	if _, problems := Parse("astrology", Default()); len(problems) != 1 || problems[0].Code != CodeUnknownName {
		t.Errorf("%v", problems)
	}
	if _, problems := Parse(crm.RuleOrder, []byte("dunning:\n  levels: []\n")); len(problems) != 1 || problems[0].Code != CodeUnknownKey {
		t.Errorf("%v", problems)
	}
}

// A hostile file ends quickly and without a crash: deep nesting, wide maps, long lines, many aliases.
func TestYAMLBombs(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"brackets":   strings.Repeat("[", 100_000),
		"braces":     "order: " + strings.Repeat("{a: ", 20_000),
		"dashes":     strings.Repeat("- ", 60_000),
		"questions":  strings.Repeat("? ", 60_000),
		"lines":      "order:\n" + strings.Repeat(" - x\n", 25_000),
		"long":       "order: \"" + strings.Repeat("\\n", 60_000),
		"too long":   strings.Repeat("# x\n", 100_000),
		"laughs":     "a: &a [x,x]\nb: &b [*a,*a]\norder: {checks: [*b,*b]}\n",
		"conditions": "order:\n  checks:\n" + strings.Repeat("    - deal.budget\n", 3000),
		"indent": func() string {
			var b strings.Builder
			for i := range 480 {
				fmt.Fprintf(&b, "%sk:\n", strings.Repeat(" ", i))
			}
			return b.String()
		}(),
	} {
		start := time.Now()
		if _, problems := ParseDocument([]byte(text)); len(problems) == 0 || len(problems) > 10 {
			t.Errorf("%s: %d problems", name, len(problems))
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %s", name, took)
		} else {
			t.Log(name, took)
		}
	}
}
