package api

import (
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// levelView says of one level of approval whether the order needs it, and by which rule.
type levelView struct {
	Name, Why string
	Needed    bool
}

// levels explains the route of an order: every level of the rules that held when it was validated, needed or not (S079).
func (r *request) levels(v crm.Verdict, route []store.ApprovalRow, currency string) []levelView {
	set, err := r.srv.library.Get(v.Kind, v.Version, func() ([]byte, error) {
		source, err := r.store.RuleSource(r.ctx(), v.Kind, v.Version)
		return []byte(source), err
	})
	if err != nil {
		r.srv.Log.ErrorContext(r.ctx(), "approval rules cannot be read", "version", v.Version, "error", err)
		return nil
	}
	var out []levelView
	for _, l := range set.Levels() {
		needed := slices.ContainsFunc(route, func(a store.ApprovalRow) bool { return a.Key == l.Key })
		out = append(out, levelView{worded(l.Name, r.language, l.Key), r.levelWhy(l, needed, v, currency), needed})
	}
	return out
}

func (r *request) levelWhy(l rules.Level, needed bool, v crm.Verdict, currency string) string {
	if l.When.Source == "" {
		return r.say("order.level_always")
	}
	rule, met := l.When.Source, false
	for _, c := range v.Clauses {
		if c.ID == v.Key+"."+l.Key {
			c.Label = nil // it is the level's name; the condition itself is wanted
			rule, met = r.words().Clause(c, crm.Currency(currency))+" ("+r.nowOf(c, currency)+")", c.Outcome == crm.Met
		}
	}
	switch {
	case needed && met:
		return r.say("order.level_needed", "Rule", rule)
	case needed:
		return r.say("order.level_over")
	}
	return r.say("order.level_not", "Rule", rule)
}
