package rules

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"golang.org/x/text/language"

	"leadtocash/crm"
)

// values finds texts that a field never holds, and fields that are always empty where the set is asked. The texts are remembered, so
// that one mistake is not told again as a contradiction.
func (l *linter) values() {
	for _, p := range l.set.placed() {
		x := parseExpression(p.condition.source)
		l.unknownValues(p.where, x, x.root)
		for _, f := range p.condition.fields {
			if emptyHere(l.set.kind, p.where, f.Path) {
				l.find(LintEmptyHere, LintError, p.where, 0, map[string]string{"clause": p.condition.source, "name": clauseName(p.where), "field": f.Path},
					f.Path+" is always empty where rules of this kind are asked; use another field")
			}
		}
	}
}

func (l *linter) unknownValues(where string, x *expression, n ast.Node) {
	if b, ok := n.(*ast.BinaryNode); ok {
		field, others := path(b.Left), []ast.Node{b.Right}
		if list, ok := b.Right.(*ast.ArrayNode); ok && b.Operator == "in" {
			others = list.Nodes
		}
		if field == "" && b.Operator != "in" {
			field, others = path(b.Right), []ast.Node{b.Left}
		}
		if b.Operator == "==" || b.Operator == "!=" || b.Operator == "in" {
			for _, o := range others {
				if s, ok := o.(*ast.StringNode); ok {
					from, _ := x.span(o)
					l.unknownValue(where, field, s.Value, from)
				}
			}
		}
	}
	for _, c := range children(n) {
		l.unknownValues(where, x, c)
	}
}

func (l *linter) unknownValue(where, field, value string, at int) {
	known := natureOf(field).closed
	if field == "deal.stage" && l.set.kind == crm.RulePipeline {
		for _, s := range l.set.pipeline.stages {
			known = append(known, s.Key)
		}
	}
	if field == "deal.pipeline" && l.set.kind == crm.RulePipeline && l.set.pipeline.key != "" {
		known = append(known, l.set.pipeline.key)
	}
	near := ""
	switch {
	case value == "":
		return
	case natures[field].country:
		if isCountry(value) {
			return
		}
		near = nearestCountry(value)
	case known == nil || slices.Contains(known, value):
		return
	default:
		near = nearest(value, known)
	}
	allowed := strings.Join(known, ", ")
	if allowed == "" {
		allowed = "IT, ES, PL, …"
	}
	l.odd[field] = append(l.odd[field], value)
	p := Problem{
		Params: map[string]string{"field": field, "value": value, "allowed": allowed, "name": clauseName(where)},
		Text:   field + " is never " + quoted(value) + "; it can be " + allowed,
	}.didYouMean(near)
	l.find(LintUnknownValue, LintError, where, at, p.Params, p.Text)
}

// isCountry tells whether a text is a country as fields hold it: two capitals of ISO 3166.
func isCountry(text string) bool {
	if len(text) != 2 || text != strings.ToUpper(text) {
		return false
	}
	r, err := language.ParseRegion(text)
	return err == nil && r.IsCountry() && r.String() == text && r.Canonicalize() == r
}

// nearestCountry is what a name, a code in small letters or of three letters stands for; empty when nobody can tell.
func nearestCountry(text string) string {
	name := strings.ToLower(strings.TrimSpace(text))
	if code := countries[name]; code != "" {
		return code
	}
	if r, err := language.ParseRegion(strings.ToUpper(name)); err == nil && r.IsCountry() {
		return r.Canonicalize().String()
	}
	return countries[nearest(name, known(countries))]
}
