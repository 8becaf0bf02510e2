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

// debtorPolicy is a dunning policy of debtors who meet its condition.
type debtorPolicy struct {
	key    string
	name   map[string]string // by language
	when   *condition
	policy Dunning
}

// dunning reads the policy that holds for everybody and those that hold before it.
func (r *reader) dunning(e entry) (Dunning, []debtorPolicy) {
	keys := r.mapping(e.value, "", "grace_days", "min_amount", "return_fee", "levels", "policies", "write_off_limit", "cases")
	if keys == nil {
		return Dunning{}, nil
	}
	var out []debtorPolicy
	seen := map[string]spot{}
	for i, n := range r.list(keys["policies"], 20) {
		out = append(out, r.debtorPolicy(n, indexed("policies", i), seen))
	}
	d := r.dunningPolicy(keys, e.at, "")
	d.WriteOffLimit, d.ReturnFee = r.money(keys["write_off_limit"]), r.money(keys["return_fee"])
	return d, out
}

// debtorPolicy reads one that holds for debtors of a kind: all of it is its own.
func (r *reader) debtorPolicy(n ast.Node, byIndex string, seen map[string]spot) (p debtorPolicy) {
	keys, path := r.keyed(n, "policies", byIndex, "key", "name", "when", "grace_days", "min_amount", "levels")
	if keys == nil {
		return p
	}
	p.key = r.key(keys["key"], at(n), path, seen)
	p.name = r.names(keys["name"], at(n), path, "name", true)
	if keys["when"].absent() {
		r.missing(at(n), path, "when")
	} else if p.when = r.when(keys["when"], p.key); p.when != nil {
		p.when.label = p.name
	}
	p.policy = r.dunningPolicy(keys, at(n), path)
	p.policy.Key = p.key
	return p
}

func (r *reader) dunningPolicy(keys map[string]entry, owner spot, path string) (d Dunning) {
	d.GraceDays, d.MinAmount = r.days(keys["grace_days"]), r.money(keys["min_amount"])
	if keys["levels"].absent() {
		r.missing(owner, path, "levels")
	}
	seen, before := map[string]spot{}, -earliest-1
	list := join(path, "levels")
	for i, n := range r.list(keys["levels"], 20) {
		l := r.dunningLevel(n, list, indexed(list, i), seen, before)
		before = max(before, l.Days)
		d.Levels = append(d.Levels, l)
	}
	return d
}

func (r *reader) dunningLevel(n ast.Node, list, byIndex string, seen map[string]spot, before int) (l DunningLevel) {
	keys, path := r.keyed(n, list, byIndex, "key", "name", "days", "channel", "fee", "interest")
	if keys == nil {
		return l
	}
	l.Key = r.key(keys["key"], at(n), path, seen)
	l.Name = r.names(keys["name"], at(n), path, "name", true)
	l.Fee = r.money(keys["fee"])
	l.Interest = r.truth(keys["interest"])
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

// Dunning gives the policy of debtors for whom no other holds; one without levels when the set is no dunning policy.
func (s *Set) Dunning() Dunning { return copiedPolicy(s.dunning) }

// DunningFor gives the policy of a debtor: the first whose condition is met, else the one of all others (S091). A condition that cannot be evaluated is not met.
func (s *Set) DunningFor(f crm.Facts) Dunning {
	for _, p := range s.policies {
		if p.when != nil && p.when.whole(&f).Outcome == crm.Met {
			d := copiedPolicy(p.policy)
			d.ReturnFee, d.WriteOffLimit = s.dunning.ReturnFee, s.dunning.WriteOffLimit // they hold for everybody
			return d
		}
	}
	return s.Dunning()
}

// DebtorPolicy is a dunning policy with whom it is for.
type DebtorPolicy struct {
	Key  string            // empty: all others
	Name map[string]string // by language
	When Condition
	Dunning
}

// Policies lists the policies of a set in the order in which they are looked at; the last one is that of all others.
func (s *Set) Policies() (out []DebtorPolicy) {
	for _, p := range s.policies {
		out = append(out, DebtorPolicy{p.key, maps.Clone(p.name), p.when.described(), copiedPolicy(p.policy)})
	}
	return append(out, DebtorPolicy{Dunning: s.Dunning()})
}

// FirstLook is how many days after its due date an invoice is looked at for the first time by any of the policies (below 0: before it); ok is false when none has a level.
func (s *Set) FirstLook() (days int, ok bool) {
	for _, p := range s.Policies() {
		if len(p.Levels) > 0 && (!ok || p.First() < days) {
			days, ok = p.First(), true
		}
	}
	return days, ok
}

func copiedPolicy(d Dunning) Dunning {
	d.Levels = slices.Clone(d.Levels)
	for i := range d.Levels {
		d.Levels[i].Name = maps.Clone(d.Levels[i].Name)
	}
	return d
}
