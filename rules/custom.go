package rules

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// customGroups are the groups of facts that hold fields which the company defined itself.
var customGroups = []string{"account", "contact", "deal", "lead"}

// placeOf finds a field by its path, a custom one too (S054).
func placeOf(path string) (field, bool) {
	if f, ok := places[path]; ok {
		return f, true
	}
	if c, ok := crm.CustomAt(path); ok {
		return field{Field: c.Field(), custom: c.Name}, true
	}
	return field{}, false
}

// fieldAt is what is known of a field; the empty field for a path that names none.
func fieldAt(path string) crm.Field {
	f, _ := placeOf(path)
	return f.Field
}

// customOf are the values in which a custom field stands.
func (f field) customOf(facts *crm.Facts) *crm.Custom {
	switch group, _, _ := strings.Cut(f.Path, "."); group {
	case "account":
		return &facts.Account.Custom
	case "contact":
		return &facts.Contact.Custom
	case "lead":
		return &facts.Lead.Custom
	}
	return &facts.Deal.Custom
}

// customIn is the value as the operations of the field's type take it; one that is not filled, or holds another type, is empty.
func (f field) customIn(facts *crm.Facts) any {
	v := (*f.customOf(facts))[f.custom]
	switch f.Type {
	case crm.TypeMoney, crm.TypeNumber, crm.TypePercent:
		d, _ := v.(decimal.Decimal)
		return &d
	case crm.TypeDate:
		s, _ := v.(string)
		d, _ := crm.ParseDate(s)
		return &d
	case crm.TypeBool:
		b, _ := v.(bool)
		return &b
	case crm.TypeList:
		list, _ := v.([]string)
		return &list
	}
	s, _ := v.(string)
	return &s
}

// setCustom writes a value of the field's type; the map is the case's own.
func (f field) setCustom(facts *crm.Facts, v any) {
	into := f.customOf(facts)
	if d, ok := v.(crm.Date); ok {
		v = d.String()
		if d.IsZero() {
			v = nil
		}
	}
	*into = into.With(f.custom, v)
}

// customPath is "account.custom.turnover" when the part is written so, else "".
func customPath(n ast.Node) string {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return ""
	}
	property, isText := m.Property.(*ast.StringNode)
	group := path(m.Node)
	if !isText || !strings.HasSuffix(group, ".custom") {
		return ""
	}
	return group + "." + property.Value
}

// customMember is the type of a custom field; of one that nobody defined it tells the nearest.
func (c *typeChecker) customMember(at int, path string) typ {
	if f, ok := placeOf(path); ok {
		return typ(f.Type)
	}
	group, name, _ := strings.Cut(path, ".custom.")
	if group == "customer" {
		return c.unknown(at, path, "account.custom."+name)
	}
	return c.unknown(at, path, nearest(path, crm.CustomPaths(group)))
}

// customGroup says that a group of fields was named where a field is needed.
func (c *typeChecker) customGroup(at int, group string) typ {
	name := group + ".custom"
	near := ""
	if known := crm.CustomPaths(group); len(known) > 0 {
		near = known[0]
	}
	return c.unknown(at, name, near)
}

// operationsFor are the operations of a part: those of all, and the ways to read the custom fields in it.
func operationsFor(n ast.Node) map[string]*builtin.Function {
	var own []field
	for _, f := range fieldsOf(n) {
		if f.custom != "" {
			own = append(own, f)
		}
	}
	if own == nil {
		return operations
	}
	all := maps.Clone(operations)
	for _, f := range own {
		addField(func(name string, like any, do func(a ...any) (any, error)) {
			all[name] = &builtin.Function{Name: name, Func: do, Types: []reflect.Type{reflect.TypeOf(like)}}
		}, f.Path, f)
	}
	return all
}

// natureOf is what is known of a field beyond its type: of a choice, its options.
func natureOf(path string) nature {
	c, ok := crm.CustomAt(path)
	if !ok || c.Type != crm.CustomChoice {
		return natures[path]
	}
	n := nature{closed: make([]string, len(c.Options))}
	for i, o := range c.Options {
		n.closed[i] = o.Key
	}
	return n
}

// allPaths are the fields that rules may name: those of the table, then those that the company defined.
func allPaths() []string {
	out := make([]string, 0, len(crm.Fields()))
	for _, f := range crm.Fields() {
		out = append(out, f.Path)
	}
	for _, g := range customGroups {
		out = append(out, crm.CustomPaths(g)...)
	}
	return out
}

// retired finds conditions that read a field which the company uses no more: what it held stays, and nobody can fill it.
func (l *linter) retired() {
	for _, p := range l.set.placed() {
		var told []string
		for _, f := range p.condition.fields {
			c, ok := crm.CustomAt(f.Path)
			if !ok || !c.Retired || slices.Contains(told, f.Path) {
				continue
			}
			told = append(told, f.Path)
			l.find(LintRetired, LintWarning, p.where, 0, map[string]string{"field": f.Path, "name": clauseName(p.where)},
				f.Path+" was retired: nobody fills it any more")
		}
	}
}
