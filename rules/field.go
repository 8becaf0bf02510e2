package rules

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// The bounds of what a rule may read. A clause that reads more cannot be evaluated, and so refuses.
const (
	MaxTextLength = 10_000 // characters
	MaxListLength = 1_000  // entries
	maxListBytes  = 50_000 // of all entries together
	maxNumberBits = 128    // of a number's digits
	maxExponent   = 40     // of a number, up and down
	shownLength   = 200    // characters of a value in a verdict
)

// field is a crm.Field with its place in crm.Facts.
type field struct {
	crm.Field
	index  [2]int
	custom string // the name of one that the company defined; empty: it has a place of its own
}

// places is where each path of the field table stands in crm.Facts, found by the expr tags.
var places = func() map[string]field {
	all := map[string]field{}
	facts := reflect.TypeFor[crm.Facts]()
	for i := range facts.NumField() {
		group := facts.Field(i)
		for j := range group.Type.NumField() {
			path := group.Tag.Get("expr") + "." + group.Type.Field(j).Tag.Get("expr")
			if f, ok := crm.FieldAt(path); ok {
				all[path] = field{Field: f, index: [2]int{i, j}}
			}
		}
	}
	return all
}()

// in points at the field's value, which costs no memory where a copy would: *string, *decimal.Decimal, *crm.Date, *bool, *[]string.
func (f field) in(facts *crm.Facts) any {
	if f.custom != "" {
		return f.customIn(facts)
	}
	return reflect.ValueOf(facts).Elem().Field(f.index[0]).Field(f.index[1]).Addr().Interface()
}

// value copies the field's value.
func (f field) value(facts *crm.Facts) any {
	if f.custom != "" {
		return reflect.ValueOf(f.customIn(facts)).Elem().Interface()
	}
	return reflect.ValueOf(facts).Elem().Field(f.index[0]).Field(f.index[1]).Interface()
}

// path is "customer.vat" when the part is a field, else "".
func path(n ast.Node) string {
	if m, ok := n.(*ast.MemberNode); ok {
		root, isName := m.Node.(*ast.IdentifierNode)
		property, isText := m.Property.(*ast.StringNode)
		if isName && isText {
			return root.Value + "." + property.Value
		}
	}
	return customPath(n)
}

// fieldsOf lists the fields that a part reads, in the order in which they are written. Counting days from today, and its quarter, read today.
func fieldsOf(n ast.Node) (out []field) {
	seen := map[string]bool{}
	add := func(p string) {
		if f, ok := placeOf(p); ok && !seen[p] {
			seen[p] = true
			out = append(out, f)
		}
	}
	var walk func(ast.Node)
	walk = func(n ast.Node) {
		add(path(n))
		for _, c := range children(n) {
			walk(c)
		}
		if c, ok := n.(*ast.CallNode); ok {
			if id, ok := c.Callee.(*ast.IdentifierNode); ok && (strings.HasPrefix(id.Value, "days_") || id.Value == "in_quarter" && len(c.Arguments) == 1) {
				add("process.today")
			}
		}
	}
	walk(n)
	return out
}

// shown is a value, or what points at one, as a verdict keeps it: plain text, long ones cut.
func shown(v any) string {
	var out string
	switch v := v.(type) {
	case *string, string:
		out = text(v)
	case *decimal.Decimal, decimal.Decimal:
		if !bounded(v) {
			return "" // writing it out may take for ever
		}
		out = number(v).String()
	case *crm.Date, crm.Date:
		out = moment(v).String()
	case *bool:
		out = strconv.FormatBool(*v)
	case bool:
		out = strconv.FormatBool(v)
	case *[]string, []string:
		list := entries(v)
		out = strings.Join(list[:min(len(list), shownLength)], ", ")
	}
	if len(out) > shownLength && utf8.RuneCountInString(out) > shownLength {
		return string([]rune(out)[:shownLength]) + "…"
	}
	return out
}

// bounded tells whether a value, or what points at one, is small enough to be read by a rule.
func bounded(v any) bool {
	switch v := v.(type) {
	case *string, string:
		s := text(v)
		return len(s) <= MaxTextLength || len(s) <= utf8.UTFMax*MaxTextLength && utf8.RuneCountInString(s) <= MaxTextLength
	case *decimal.Decimal, decimal.Decimal:
		return boundedNumber(number(v))
	case *[]string, []string:
		list, total := entries(v), 0
		for _, s := range list {
			total += len(s)
		}
		return len(list) <= MaxListLength && total <= maxListBytes
	}
	return true
}
