package rules

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"
)

// Dunning says when an overdue invoice is chased, and how (S091).
type Dunning struct {
	GraceDays int             // days after the due date in which nothing happens; they do not move the levels
	MinAmount decimal.Decimal // an open amount below it is not chased, in the invoice's currency
	Levels    []DunningLevel  // by their days, ascending
}

// DunningLevel is one letter of a chase.
type DunningLevel struct {
	Key     string
	Name    map[string]string // by language
	Days    int               // days after the due date
	Channel string            // mail
	Fee     decimal.Decimal   // charged with it, in the invoice's currency
}

func (r *reader) dunning(e entry) (d Dunning) {
	keys := r.mapping(e.value, "", "grace_days", "min_amount", "levels", "cases")
	if keys == nil {
		return d
	}
	d.GraceDays, d.MinAmount = r.days(keys["grace_days"]), r.money(keys["min_amount"])
	if keys["levels"].absent() {
		r.missing(e.at, "", "levels")
	}
	seen, before := map[string]spot{}, -1
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
	l.Days = r.days(keys["days"])
	switch {
	case keys["days"].absent():
		r.missing(at(n), path, "days")
	case l.Days <= before:
		r.add(at(keys["days"].value), path+".days", CodeInvalidValue, map[string]string{"allowed": "more days than the level before"}, "a level must come later than the one before it")
	}
	if l.Channel = oneOf(r, keys["channel"], "mail"); l.Channel == "" {
		l.Channel = "mail"
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

// Due tells which level comes next for an invoice that is so many days late, after the given number of levels it has
// had (0: none yet), and whether it is due now. Levels come one by one: none is jumped over, whatever the delay.
func (d Dunning) Due(daysLate, had int, open decimal.Decimal) (DunningLevel, bool) {
	if had < 0 || had >= len(d.Levels) || open.Sign() <= 0 || open.LessThan(d.MinAmount) || daysLate <= d.GraceDays {
		return DunningLevel{}, false
	}
	l := d.Levels[had]
	return l, daysLate >= l.Days
}
