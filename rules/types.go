package rules

import (
	"slices"
	"strings"

	"leadtocash/crm"
)

// typ is what a part of an expression gives. Money, percent and number are one type of value, an exact decimal;
// they keep their names for messages only.
type typ crm.FieldType

// The types of parts; the empty one belongs to a part that already has its problem.
const (
	tNone    = typ("")
	tBool    = typ(crm.TypeBool)
	tNumber  = typ(crm.TypeNumber)
	tText    = typ(crm.TypeText)
	tDate    = typ(crm.TypeDate)
	tList    = typ(crm.TypeList)
	tNumbers = typ("list of numbers")
	tDates   = typ("list of dates")
)

// base forgets what a number is used for.
func (t typ) base() typ {
	switch crm.FieldType(t) {
	case crm.TypeMoney, crm.TypePercent, crm.TypeNumber:
		return tNumber
	}
	return t
}

// vocabulary is the field table by path, and the names after each dot.
var vocabulary = func() (v struct {
	fields map[string]crm.Field
	groups map[string][]string // "customer" → vat, country, …
	roots  []string
},
) {
	v.fields, v.groups = map[string]crm.Field{}, map[string][]string{}
	for _, f := range crm.Fields() {
		v.fields[f.Path] = f
		group, name, _ := strings.Cut(f.Path, ".")
		if v.groups[group] == nil {
			v.roots = append(v.roots, group)
		}
		v.groups[group] = append(v.groups[group], name)
	}
	return v
}()

// suggestRoot finds what an unknown first name was meant to be: a field that was written without its group, or the
// nearest group or function.
func suggestRoot(name string) string {
	for _, group := range vocabulary.roots {
		if slices.Contains(vocabulary.groups[group], name) {
			return group + "." + name
		}
	}
	return nearest(name, append(slices.Clone(vocabulary.roots), functionNames...))
}
