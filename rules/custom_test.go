package rules

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// learn makes custom fields known for the tests of this package; their names are used nowhere else.
func learn() {
	label := map[string]string{"en": "x"}
	crm.LearnCustom([]crm.CustomField{
		{Record: "account", Name: "t_turnover", Type: crm.CustomMoney, Labels: label},
		{Record: "account", Name: "t_industry", Type: crm.CustomChoice, Labels: label, Options: []crm.CustomOption{{Key: "steel"}, {Key: "glass"}}},
		{Record: "account", Name: "t_old", Type: crm.CustomText, Labels: label, Retired: true},
		{Record: "opportunity", Name: "t_site_visit", Type: crm.CustomBool, Labels: label},
		{Record: "opportunity", Name: "t_start", Type: crm.CustomDate, Labels: label},
		{Record: "opportunity", Name: "t_regions", Type: crm.CustomChoices, Labels: label, Options: []crm.CustomOption{{Key: "north"}, {Key: "south"}}},
		{Record: "contact", Name: "t_hobby", Type: crm.CustomText, Labels: label},
		{Record: "lead", Name: "t_headcount", Type: crm.CustomNumber, Labels: label},
	})
}

// A custom field is known by its type, to expressions and to all that reads them (S054).
func TestCustomFieldsInExpressions(t *testing.T) {
	t.Parallel()
	learn()
	f := crm.Facts{Process: crm.ProcessFacts{Today: crm.NewDate(2026, 11, 22)}}
	f.Account.Custom = crm.Custom{"t_turnover": decimal.RequireFromString("1000000.10"), "t_industry": "steel"}
	f.Deal.Custom = crm.Custom{"t_site_visit": true, "t_start": "2026-12-01", "t_regions": []string{"north"}}
	f.Lead.Custom = crm.Custom{"t_headcount": decimal.NewFromInt(12)}
	for src, want := range map[string]bool{
		`account.custom.t_turnover > 1000000`:                               true,
		`account.custom.t_turnover == 1000000.1`:                            true,
		`account.custom.t_turnover + deal.amount > 1000001`:                 false,
		`account.custom.t_industry in ["steel", "glass"]`:                   true,
		`account.custom.t_industry == "glass"`:                              false,
		`deal.custom.t_site_visit`:                                          true,
		`not deal.custom.t_site_visit`:                                      false,
		`filled(deal.custom.t_start) and days_until(deal.custom.t_start)>7`: true,
		`"north" in deal.custom.t_regions`:                                  true,
		`any(deal.custom.t_regions, {# == "south"})`:                        false,
		`any(deal.tags, {# == contact.custom.t_hobby})`:                     false,
		`filled(contact.custom.t_hobby)`:                                    false,
		`upper(account.custom.t_industry) == "STEEL"`:                       true,
		`lead.custom.t_headcount * 2 == 24`:                                 true,
	} {
		v, problems := Try(src, f)
		if len(problems) > 0 || v.Result == crm.NotEvaluated || v.Allowed() != want {
			t.Errorf("%s: %v %v %+v", src, v.Result, problems, v.Clauses)
		}
	}
}

func TestWrongCustomFields(t *testing.T) {
	t.Parallel()
	learn()
	for src, want := range map[string][2]string{
		`account.custom.t_turnovr > 1`:           {CodeUnknownName, "account.custom.t_turnover"},
		`customer.custom.t_turnover > 1`:         {CodeUnknownName, "account.custom.t_turnover"},
		`account.custom.t_turnover == "much"`:    {CodeTypeMismatch, ""},
		`account.custom > 1`:                     {CodeUnknownName, "account.custom.t_industry"},
		`account > 1`:                            {CodeUnknownName, "account.custom.t_industry"},
		`deal.custom.t_site_visit > 1`:           {CodeTypeMismatch, ""},
		`deal.custom.t_start < "2026-01-01"`:     {CodeTypeMismatch, ""},
		`deal.custom.t_start.year > 1`:           {CodeUnknownName, ""},
		`account.custom["t_turnover"].x == "no"`: {CodeUnknownName, ""},
	} {
		problems := CheckExpression(src)
		if len(problems) != 1 || problems[0].Code != want[0] || want[1] != "" && problems[0].Params["did_you_mean"] != want[1] {
			t.Errorf("%s: %+v", src, problems)
		}
	}
}

// A gate with a custom field refuses with its value and who may fill it, passes once it is filled, and its stored facts say the same again.
func TestCustomFieldInAGate(t *testing.T) {
	t.Parallel()
	learn()
	set, problems := Parse(crm.RuleRequired, []byte("required:\n  account:\n    - id: industry\n      when: filled(account.custom.t_industry) and filled(customer.vat)\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if want := []string{"customer.vat", "account.custom.t_industry"}; !slices.Equal(set.Fields(), want) {
		t.Error(set.Fields())
	}
	var f crm.Facts
	has := func(f crm.Facts) (crm.Clause, bool) {
		for _, c := range set.At("account", f).Clauses {
			if c.Values[0].Field == "account.custom.t_industry" {
				return c, true
			}
		}
		return crm.Clause{}, false
	}
	if c, ok := has(f); !ok || c.Outcome != crm.Unmet || len(c.FixBy) == 0 {
		t.Errorf("%+v", c)
	}
	f.Account.Custom = crm.Custom{"t_industry": "steel"}
	if c, _ := has(f); c.Outcome != crm.Met || c.Values[0].Now != "steel" {
		t.Errorf("%+v", c)
	}
	stored, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var again crm.Facts
	if err := json.Unmarshal(stored, &again); err != nil || again.Account.Custom.Text("t_industry") != "steel" {
		t.Error(err, string(stored))
	}
}

// The linter knows the options of a choice, and tells of a field that nobody fills any more.
func TestLintOfCustomFields(t *testing.T) {
	t.Parallel()
	learn()
	src := "required:\n  account:\n    - id: a\n      when: account.custom.t_industry == \"steal\"\n    - id: b\n      when: filled(account.custom.t_old)\n"
	set, problems := Parse(crm.RuleRequired, []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var codes []string
	for _, f := range set.Lint() {
		codes = append(codes, f.Code+" "+f.Params["field"])
	}
	if !slices.Contains(codes, LintUnknownValue+" account.custom.t_industry") || !slices.Contains(codes, LintRetired+" account.custom.t_old") {
		t.Error(codes)
	}
}

// A stored case gives custom fields by their paths, as the others.
func TestCasesWithCustomFields(t *testing.T) {
	t.Parallel()
	learn()
	var f crm.Facts
	for path, text := range map[string]string{
		"account.custom.t_turnover": "12.5", "deal.custom.t_start": "2026-12-01", "deal.custom.t_site_visit": "true", "deal.custom.t_regions": "north, south",
		"contact.custom.t_hobby": "chess",
	} {
		if err := SetFact(&f, path, text); err != nil || Fact(&f, path) != text {
			t.Errorf("%s: %v %q", path, err, Fact(&f, path))
		}
	}
	if SetFact(&f, "account.custom.t_turnover", "much") == nil || SetFact(&f, "account.custom.t_none", "1") == nil {
		t.Error("wrong values pass")
	}
}
