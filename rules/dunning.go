package rules

import (
	"maps"
	"slices"

	"leadtocash/crm"

	"github.com/goccy/go-yaml/ast"
)

// Dunning is a dunning policy as its rules say it; the vocabulary has its terms and its arithmetic.
type (
	Dunning      = crm.DunningPolicy
	DunningLevel = crm.DunningLevel
)

// earliest is how many days before its due date an invoice may be reminded of.
const earliest = 60

func (r *reader) dunning(e entry) (d Dunning) {
	keys := r.mapping(e.value, "", "grace_days", "min_amount", "return_fee", "levels", "cases")
	if keys == nil {
		return d
	}
	d.GraceDays, d.MinAmount, d.ReturnFee = r.days(keys["grace_days"]), r.money(keys["min_amount"]), r.money(keys["return_fee"])
	if keys["levels"].absent() {
		r.missing(e.at, "", "levels")
	}
	seen, before := map[string]spot{}, -earliest-1
	for i, n := range r.list(keys["levels"], 20) {
		l := r.dunningLevel(n, indexed("levels", i), seen, before)
		before = max(before, l.Days)
		d.Levels = append(d.Levels, l)
	}
	return d
}

func (r *reader) dunningLevel(n ast.Node, byIndex string, seen map[string]spot, before int) (l DunningLevel) {
	keys, path := r.keyed(n, "levels", byIndex, "key", "name", "days", "channel", "fee")
	if keys == nil {
		return l
	}
	l.Key = r.key(keys["key"], at(n), path, seen)
	l.Name = r.names(keys["name"], at(n), path, "name", true)
	l.Fee = r.money(keys["fee"])
	l.Days = r.daysAround(keys["days"])
	switch {
	case keys["days"].absent():
		r.missing(at(n), path, "days")
	case l.Days <= before:
		r.add(at(keys["days"].value), path+".days", CodeInvalidValue, map[string]string{"allowed": "more days than the level before"}, "a level must come later than the one before it")
	}
	if l.Channel = oneOf(r, keys["channel"], crm.DunningMail, crm.DunningCall); l.Channel == "" {
		l.Channel = crm.DunningMail
	}
	return l
}

// Dunning gives the policy; one without levels when the set is no dunning policy.
func (s *Set) Dunning() Dunning {
	d := s.dunning
	d.Levels = slices.Clone(d.Levels)
	for i := range d.Levels {
		d.Levels[i].Name = maps.Clone(d.Levels[i].Name)
	}
	return d
}
