package rules

import (
	"strconv"

	"github.com/expr-lang/expr/ast"
)

// rule looks at a rule that stands alone: one that can never apply decides nothing.
func (l *linter) rule(where string, when *condition) (r *reading, can bool) {
	if when == nil {
		return nil, true
	}
	r = l.read(where, when, nil)
	if !possible(r.yes) {
		l.unreachable(where, "never", "", quoted(when.source)+" can never be true, so the rule never applies; correct it or take it out")
		return r, false
	}
	l.gate([]*reading{r}, "")
	return r, true
}

func (l *linter) unreachable(where, reason, other, text string) {
	l.find(LintUnreachable, LintWarning, where, 0, map[string]string{"name": clauseName(where), "reason": reason, "other": other}, text)
}

func (l *linter) scoring() {
	var list []*reading
	for _, p := range l.set.scoring.rules {
		if r, can := l.rule("rules."+p.when.id, p.when); can {
			list = append(list, r)
		}
	}
	l.duplicates(list)
}

// assignment finds rules that no lead comes to: one before applies whenever they do, and always finds somebody, as it is open to all
// salespeople without a limit. A team may have nobody who is active, so a rule behind a team is a way out and no mistake.
func (l *linter) assignment() {
	type final struct {
		key  string
		fail *formula
	}
	var before []final
	for _, a := range l.set.assign {
		where := "rules." + a.Key
		r, can := l.rule(where, a.when)
		yes, fails := always, never
		if r != nil {
			yes, fails = r.yes, r.fails()
		}
		for _, b := range before {
			if can && !possible(yes, b.fail) {
				l.unreachable(where, "before", b.key, "no lead comes to "+a.Key+", because "+b.key+" before it takes all of them; change their order, or give "+b.key+" a condition or a cap")
				break
			}
		}
		if a.Cap == 0 && a.Team == "" && len(a.Users) == 0 {
			before = append(before, final{a.Key, fails})
		}
	}
}

// approval finds levels that are never asked, and limits in the wrong order: a level that may approve less than one before it cannot
// help when that one may not.
func (l *linter) approval() {
	levels := l.set.approval
	for i, level := range levels {
		where := "levels." + level.Key
		for _, b := range levels[:i] {
			if level.Limit.Valid && b.Limit.Valid && level.Limit.Decimal.LessThan(b.Limit.Decimal) {
				l.unreachable(where, "limit", b.Key, "the limit of "+level.Key+" is smaller than that of "+b.Key+" before it, so it adds no right to approve; raise it or put it before")
				break
			}
		}
		if level.when == nil {
			continue
		}
		r := l.read(where, level.when, nil)
		added := i > 0 && levels[i-1].Limit.Valid // a level that is asked only when the amount is above the limit before it
		_, plain := r.view.root.(*ast.BoolNode)
		switch {
		case possible(r.yes):
			l.gate([]*reading{r}, "")
		case !added:
			l.unreachable(where, "never", "", quoted(level.when.source)+" can never be true, so the level is never asked; correct it or take it out")
		case !plain:
			l.gate([]*reading{r}, "")
		}
	}
}

// dunning finds levels that come due while nothing is sent yet.
func (l *linter) dunning() {
	for _, p := range l.set.policies {
		l.rule("policies."+p.key, p.when)
	}
	for _, level := range l.set.dunning.Levels {
		if grace := l.set.dunning.GraceDays; level.Days >= 0 && level.Days <= grace {
			days, rest := strconv.Itoa(level.Days), strconv.Itoa(grace)
			l.find(LintWithinGrace, LintWarning, "levels."+level.Key, 0, map[string]string{"name": level.Key, "days": days, "grace": rest},
				level.Key+" is due after "+days+" days, but nothing is sent within the "+rest+" days of grace; give it more days, or less grace")
		}
	}
}
