package api

import (
	"fmt"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
)

// mostPolicies is how many policies by condition the form of dunning rules has at most.
const mostPolicies = 20

// policyRow is a policy of debtors who meet a condition; the last row is an empty one for a new policy.
type policyRow struct {
	reasonRow
	Levels int // letters and calls that it has
}

func policyField(name string, at int) string { return fmt.Sprintf("policy-%s-%d", name, at) }

// policyRows opens the policies of a draft; a form that was refused is shown as it was typed.
func (r *request) policyRows(set *rules.Set, e *dunningEditor, again bool) {
	list := set.Policies()
	list = list[:len(list)-1]
	row := func(at int, key string) policyRow {
		out := policyRow{reasonRow: reasonRow{At: at, Key: key}}
		if i := slices.IndexFunc(list, func(p rules.DebtorPolicy) bool { return p.Key == key }); i >= 0 {
			out.Name, out.Levels = worded(list[i].Name, r.language, key), len(list[i].Levels)
		}
		return out
	}
	if again {
		for i := 0; i <= mostPolicies && e.Form.Sent(policyField("key", i)); i++ {
			e.Policies = append(e.Policies, row(i, e.Form.Value(policyField("key", i))))
		}
		return
	}
	for i, p := range list {
		e.Policies = append(e.Policies, row(i, p.Key))
		for name, value := range map[string]string{"when": p.When.Source, "place": strconv.Itoa(i + 1), "grace": strconv.Itoa(p.GraceDays), "least": plainNumber(r.words(), p.MinAmount)} {
			e.Form.values[policyField(name, i)] = value
		}
		for language, text := range p.Name {
			e.Form.values[fmt.Sprintf("policy-%d.%s", i, language)] = text
		}
	}
	if len(list) < mostPolicies {
		e.Policies = append(e.Policies, policyRow{reasonRow: reasonRow{At: len(list)}})
	}
}

// readPolicies reads the policies that were typed, in the order that they were given. One that is ticked away goes, an empty new row is none; a new one has the letters of
// the policy of all others, until its text says others. A condition that is none is told at its field.
func (r *request) readPolicies(f *form, set *rules.Set, general rules.Dunning) []rules.DebtorPolicy {
	list := set.Policies()
	list = list[:len(list)-1]
	if !f.Sent(policyField("key", 0)) {
		return list
	}
	var taken []rules.Condition
	for _, p := range list {
		taken = append(taken, rules.Condition{ID: p.Key})
	}
	type placed struct {
		place int
		rules.DebtorPolicy
	}
	var out []placed
	for i := 0; i <= mostPolicies && f.Sent(policyField("key", i)); i++ {
		key, names, when := f.Value(policyField("key", i)), r.typedNames(f, fmt.Sprintf("policy-%d.", i)), clean(f.Value(policyField("when", i)), 2000)
		if f.Value(policyField("gone", i)) == "true" || key == "" && len(names) == 0 && when == "" {
			continue
		}
		r.needed(f, fmt.Sprintf("policy-%d.en", i), policyField("when", i))
		if _, wrong := rules.Try(when, crm.Facts{}); when != "" && len(wrong) > 0 {
			f.blame(policyField("when", i), problemTexts(r.ruleProblems(wrong))[0])
		}
		p := placed{place: i + 1, DebtorPolicy: rules.DebtorPolicy{Dunning: general}}
		if old := slices.IndexFunc(list, func(p rules.DebtorPolicy) bool { return key != "" && p.Key == key }); old >= 0 {
			p.DebtorPolicy = list[old]
		} else {
			p.Key = freeID(taken, rules.Condition{Label: names}, nil)
			taken = append(taken, rules.Condition{ID: p.Key})
		}
		if f.Value(policyField("place", i)) != "" {
			p.place = r.daysOf(f, policyField("place", i), 1)
		}
		p.Name, p.When.Source, p.GraceDays, p.MinAmount = names, when, r.daysOf(f, policyField("grace", i), 0), r.decimal(f, policyField("least", i))
		r.notNegative(f, policyField("least", i))
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b placed) int { return a.place - b.place })
	is := make([]rules.DebtorPolicy, len(out))
	for i, p := range out {
		is[i] = p.DebtorPolicy
	}
	return is
}
