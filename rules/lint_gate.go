package rules

import (
	"slices"

	"github.com/expr-lang/expr/ast"

	"leadtocash/crm"
)

// gate looks at conditions that must all hold, and tells whether they can. name is where a finding about all of them stands; without
// one they are a condition that is judged on its own.
func (l *linter) gate(list []*reading, name string) bool {
	if name != "" {
		l.duplicates(list)
	}
	can := l.together(list)
	for i, r := range list {
		if r.broken {
			continue
		}
		l.always(r)
		l.deadAlternatives(r)
		l.emptyPasses(r, list, i)
		l.unguarded(r, list[:i])
		if name != "" && !l.fillable(r) {
			can = false
		}
	}
	l.redundant(list)
	return can
}

// together finds the conditions that can never hold, alone or beside those before them.
func (l *linter) together(list []*reading) bool {
	var held []*formula
	can := true
	for i, r := range list {
		if r.broken {
			continue
		}
		if possible(append(slices.Clone(held), r.yes)...) {
			held = append(held, r.yes)
			continue
		}
		can, r.broken = false, true
		other, clause, at := l.opponent(r, list[:i])
		l.contradiction(r, clause, at, other)
	}
	return can
}

// opponent is the clause that contradicts, the one that it contradicts, and where the former begins.
func (l *linter) opponent(r *reading, before []*reading) (other [2]string, clause string, at int) {
	for i, o := range r.operands {
		if !possible(o.yes) {
			return other, o.source, o.at
		}
		for _, p := range r.operands[:i] {
			if !possible(p.yes, o.yes) {
				return [2]string{r.where, p.source}, o.source, o.at
			}
		}
	}
	for _, b := range before {
		for _, p := range b.operands {
			for _, o := range r.operands {
				if !b.broken && !possible(p.yes, o.yes) {
					return [2]string{b.where, p.source}, o.source, o.at
				}
			}
		}
	}
	for _, b := range before {
		if !b.broken && !possible(b.yes, r.yes) {
			return [2]string{b.where, b.source}, r.source, 0
		}
	}
	return other, r.source, 0
}

func (l *linter) contradiction(r *reading, clause string, at int, other [2]string) {
	params := map[string]string{"clause": clause, "name": clauseName(r.where)}
	text := quoted(clause) + " can never hold; correct it or take it out"
	switch {
	case other[0] != "":
		params["other"], params["other_clause"] = other[0], other[1]
		text = quoted(clause) + " can never hold together with " + quoted(other[1]) + " of " + other[0] + "; change one of the two"
	case possible(r.yes):
		params["other"] = "…"
		text = quoted(clause) + " can never hold together with the conditions before it; change one of them"
	}
	l.find(LintContradiction, LintError, r.where, at, params, text)
}

// always finds clauses that no value can fail.
func (l *linter) always(r *reading) {
	for _, o := range r.operands {
		if !possible(o.fails()) {
			l.find(LintAlwaysTrue, LintWarning, r.where, o.at, map[string]string{"clause": o.source, "name": clauseName(r.where)},
				quoted(o.source)+" is always true and decides nothing; take it out or correct it")
		}
	}
}

// deadAlternatives finds alternatives of a clause that can never be the one that holds.
func (l *linter) deadAlternatives(r *reading) {
	for _, o := range r.operands {
		for i, j := range o.each {
			if len(o.each) > 1 && !possible(j.yes) && possible(o.yes) {
				from, _ := r.view.span(o.parts[i].node)
				source := r.view.expression.text(o.parts[i].node)
				l.find(LintContradiction, LintWarning, r.where, from, map[string]string{"clause": source, "name": clauseName(r.where)},
					quoted(source)+" can never hold; correct it or take it out")
			}
		}
	}
}

// duplicates finds conditions that are written twice.
func (l *linter) duplicates(list []*reading) {
	seen := map[string]string{}
	for _, r := range list {
		text := r.view.canonical()
		if first := seen[text]; first != "" {
			r.broken = true
			l.find(LintDuplicate, LintWarning, r.where, 0, map[string]string{"clause": r.source, "name": clauseName(r.where), "other": first},
				quoted(r.source)+" is already asked by "+first+"; take one of them out")
			continue
		}
		seen[text] = r.where
	}
}

// redundant finds clauses that hold whenever a stronger one of the same gate does. A clause that only asks for something to be filled
// in is never one, nor one without which the stronger one could not be evaluated: they guard, and tell people what is missing.
func (l *linter) redundant(list []*reading) {
	type item struct {
		*operand
		r     *reading
		names map[string]bool
	}
	var all []item
	for _, r := range list {
		for i := range r.operands {
			if o := &r.operands[i]; !r.broken && possible(o.fails()) {
				all = append(all, item{o, r, o.yes.names(map[string]bool{})})
			}
		}
	}
	gone := map[*operand]bool{}
	for i := len(all) - 1; i >= 0; i-- {
		o := all[i]
		if o.guards() {
			continue
		}
		for _, by := range all {
			if by.operand == o.operand || gone[by.operand] || !shares(o.names, by.names) || possible(by.yes, o.fails()) || possible(by.unknown, o.fails()) {
				continue
			}
			gone[o.operand] = true
			l.find(LintRedundant, LintWarning, o.r.where, o.at,
				map[string]string{"clause": o.source, "name": clauseName(o.r.where), "other": by.r.where, "other_clause": by.source},
				quoted(o.source)+" holds whenever "+quoted(by.source)+" of "+by.r.where+" does; take it out")
			break
		}
	}
}

// guards tells whether the clause asks for nothing but something filled in.
func (o *operand) guards() bool {
	return !slices.ContainsFunc(o.parts, func(p part) bool {
		c, ok := p.node.(*ast.CallNode)
		return !ok || c.Callee.(*ast.IdentifierNode).Value != "filled"
	})
}

func shares(a, b map[string]bool) bool {
	for n := range a {
		if b[n] {
			return true
		}
	}
	return false
}

// fillable finds clauses of a gate that wait for a field which nobody can change, and tells whether anybody can meet them all the same.
func (l *linter) fillable(r *reading) bool {
	can := true
	for _, o := range r.operands {
		var fields []field
		for _, p := range o.parts {
			fields = append(fields, fieldsOf(p.node)...)
		}
		waits, starting, known := len(fields) > 0, []*formula{o.yes}, true
		for _, f := range fields {
			s, is := fixed(l.set.kind, f.Path)
			waits, known = waits && is, known && s.known
			starting = append(starting, r.view.starts(f))
		}
		if !waits || known && possible(starting...) || !known && !possible(o.fails()) {
			continue
		}
		params := map[string]string{"clause": o.source, "name": clauseName(r.where), "field": fields[0].Path}
		if known {
			l.find(LintUnfillable, LintError, r.where, o.at, params, quoted(o.source)+" can never be met here: nobody can change "+fields[0].Path+" before this gate; ask for something else")
			can = false
			continue
		}
		l.find(LintUnfillable, LintWarning, r.where, o.at, params,
			"who does not meet "+quoted(o.source)+" never will: nobody can change "+fields[0].Path+" before this gate; add an alternative with or")
	}
	return can
}

// starts says that a field of known standing holds what it does when the gate is asked.
func (v *view) starts(f field) *formula {
	switch f.Type {
	case crm.TypeText:
		return is(f.Path, oneText(append([]string{startingValue(v.kind, f.Path)}, v.odd[f.Path]...)...))
	case crm.TypeDate:
		return is(f.Path, numberSet{none: true})
	case crm.TypeBool:
		return is(f.Path, isTrue|isFalse)
	case crm.TypeList:
		return always
	}
	return is(f.Path, comparedNumbers("==", ratZero))
}
