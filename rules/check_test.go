package rules

import (
	"strings"
	"testing"
)

// B094-B106 and their like: what each wrong expression is told, and where.
func TestWrongExpressions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		src    string
		want   string
		params map[string]string
	}{
		{"  ", "1:1 empty ", nil},
		{"deal.amont > 3", "1:6 unknown_name ", map[string]string{"name": "amont", "did_you_mean": "amount"}},
		{"dela.amount > 3", "1:1 unknown_name ", map[string]string{"name": "dela", "did_you_mean": "deal"}},
		{"amount > 3", "1:1 unknown_name ", map[string]string{"name": "amount", "did_you_mean": "deal.amount"}},
		{"filed(deal.need)", "1:1 unknown_name ", map[string]string{"name": "filed", "did_you_mean": "filled"}},
		{"deal", "1:1 unknown_name ", map[string]string{"name": "deal"}},
		{"deal.name.first == \"x\"", "1:11 unknown_name ", map[string]string{"name": "first"}},
		{`deal.amount > "3"`, "1:13 type_mismatch ", map[string]string{"left": "money", "right": "text"}},
		{`quote.valid_until > "2026-11-21"`, "1:19 type_mismatch ", map[string]string{"left": "date", "right": "text"}},
		{`deal.name > "a"`, "1:11 type_mismatch ", nil},
		{"not deal.amount", "1:1 type_mismatch ", map[string]string{"expected": "bool", "found": "money"}},
		{"deal.amount", "1:1 type_mismatch ", map[string]string{"expected": "bool", "found": "money"}},
		{"deal.budget and\n (deal.amount + 1)", "1:13 type_mismatch ", nil},
		{"days_since(deal.name) > 1", "1:12 type_mismatch ", map[string]string{"name": "days_since", "expected": "date", "found": "text"}},
		{"filled()", "1:1 type_mismatch ", nil},
		{"min(deal.amount) > 1", "1:1 type_mismatch ", nil},
		{"len(deal.amount) > 1", "1:5 type_mismatch ", nil},
		{"deal.stage in [1, \"a\"]", "1:19 type_mismatch ", nil},
		{"deal.stage in []", "1:15 invalid_value ", nil},
		{"any(deal.name, # == \"x\")", "1:5 type_mismatch ", nil},
		{"any(deal.tags, deal.amount)", "1:16 type_mismatch ", nil},
		{`let a="xx"; let b=a+a; len(b)>0`, "1:1 construct_not_allowed ", map[string]string{"name": "let"}},
		{"all(tags,{all(tags,{# == #})})", "1:11 nested_loop ", nil},
		{"$env != nil", "1:1 construct_not_allowed ", map[string]string{"name": "$env"}},
		{"deal.name matches deal.notes", "1:19 pattern_must_be_fixed ", nil},
		{`deal.name matches "("`, "1:19 invalid_value ", nil},
		{`deal.name matches "(a{50}){9}"`, "1:19 too_complex ", nil},
		{"deal.amount / deal.cost > 2", "1:13 operator_not_allowed ", map[string]string{"name": "/", "hint": "use ratio(a,b)"}},
		{"deal.amount % 2 == 0", "1:13 operator_not_allowed ", nil},
		{"deal.amount = 3", "1:13 operator_not_allowed ", map[string]string{"name": "=", "hint": "use =="}},
		{"deal.amount ** 2 > 3", "1:13 operator_not_allowed ", nil},
		{`(deal.name ?? "x") == ""`, "1:12 operator_not_allowed ", nil},
		{"deal.tags | len() > 1", "1:11 operator_not_allowed ", nil},
		{"deal?.amount > 1", "1:5 construct_not_allowed ", nil},
		{"deal.name == nil", "1:14 construct_not_allowed ", nil},
		{"len(1..9) > 1", "1:6 construct_not_allowed ", nil},
		{"deal.budget ? true : false", "1:13 construct_not_allowed ", nil},
		{"if deal.budget { true } else { false }", "1:1 construct_not_allowed ", nil},
		{"deal.tags[0] == \"a\"", "1:10 construct_not_allowed ", nil},
		{"len(deal.tags[1:2]) == 1", "1:16 construct_not_allowed ", nil},
		{"deal.name.Foo()", "1:11 construct_not_allowed ", map[string]string{"name": "method call"}},
		{"now() > process.today", "1:1 construct_not_allowed ", map[string]string{"name": "now", "hint": "use process.today"}},
		{`repeat("a", 9) == ""`, "1:1 construct_not_allowed ", map[string]string{"name": "repeat"}},
		{"{a: 1} == 1", "1:3 construct_not_allowed ", nil},
		{`b"x" == "x"`, "1:1 construct_not_allowed ", nil},
		{"true; false", "1:5 construct_not_allowed ", nil},
		{"# == \"x\"", "1:1 syntax ", nil},
		{"any(deal.tags, #index > 1)", "1:16 construct_not_allowed ", nil},
		{"deal.amount >", "1:14 syntax ", nil},
		{"(deal.budget", "1:13 syntax ", nil},
		{"deal.budget)", "1:12 syntax ", nil},
		{`deal.name == "x`, "1:16 syntax ", nil},
		{"deal.amount > 1e5", "1:15 invalid_value ", nil},
		{"deal.amount > 0x10", "1:15 invalid_value ", nil},
		{"deal.amount > 1234567890123456789012345678901", "1:15 invalid_value ", nil},
		{`date("2026-02-30") > process.today`, "1:6 invalid_value ", nil},
		{"date(deal.name) > process.today", "1:6 invalid_value ", nil},
		{"deal.budget and deal.name == \"\x00\"", "1:31 invalid_text ", nil},
		{"deal.name == \"\xff\"", "1:1 invalid_text ", nil},
		{"deal.name == \"è\" and\ndeal.bugdet", "2:6 unknown_name ", map[string]string{"did_you_mean": "budget"}},
	}
	for _, tt := range tests {
		problems := CheckExpression(tt.src)
		got := found(problems)
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%q: %q, want %q", tt.src, got, tt.want)
			continue
		}
		for k, v := range tt.params {
			if problems[0].Params[k] != v {
				t.Errorf("%q: %s is %q, want %q", tt.src, k, problems[0].Params[k], v)
			}
		}
	}
}

func TestAllProblemsOfAnExpressionAtOnce(t *testing.T) {
	t.Parallel()
	got := found(CheckExpression(`deal.nme == "x" and deal.amount > "3" and filled(customer.vta) and quote.lines`))
	want := "1:6 unknown_name |1:33 type_mismatch |1:59 unknown_name |1:64 type_mismatch "
	if strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}
