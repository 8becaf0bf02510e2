package rules

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/builtin"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// ratioPlaces is the precision of ratio: half-up at the 16th decimal.
const ratioPlaces = 16

// operations are the fields, the exact operators and our functions, under names that nobody can write in a rule. Nobody changes the
// table, so all compilations share it.
var operations = func() map[string]*builtin.Function {
	all := map[string]*builtin.Function{}
	add := func(name string, like any, f func(a ...any) (any, error)) {
		all[name] = &builtin.Function{Name: name, Func: f, Types: []reflect.Type{reflect.TypeOf(like)}}
	}
	addFields(add)
	addNumbers(add)
	addDates(add)
	addTexts(add)
	add("quantity of", func(any, string) decimal.Decimal { return decimal.Decimal{} }, func(a ...any) (any, error) {
		return a[0].(func(string) decimal.Decimal)(a[1].(string)), nil
	})
	add("filled", func(any) bool { return false }, func(a ...any) (any, error) { return filled(a[0]), nil })
	return all
}()

type adder func(name string, like any, f func(a ...any) (any, error))

// addFields adds the ways to read a field of the facts: "field deal.name" points at it, "value deal.name" copies what expr's own
// operators need. Both refuse what is out of bounds; in a loop that has been done before it.
func addFields(add adder) {
	for path, f := range places {
		addField(add, path, f)
	}
	first := func(a ...any) (any, error) { return a[0], nil }
	add("first", func(list []string, _ ...any) []string { return list }, first)
	add("first made", func(list []any, _ ...any) []any { return list }, first) // a list that is made for the evaluation
	add("field process.holidays", func(any) []crm.Date { return nil }, func(a ...any) (any, error) { return &a[0].(*crm.Facts).Process.Holidays, nil })
}

// addField adds the ways to read one field.
func addField(add adder, path string, f field) {
	kind := fieldKinds[f.Type]
	if kind == nil {
		kind = func(any) decimal.Decimal { return decimal.Decimal{} }
	}
	add("field "+path, kind, func(a ...any) (any, error) { return f.read(a[0].(*crm.Facts)) })
	add("value "+path, kind, func(a ...any) (any, error) {
		v, err := f.read(a[0].(*crm.Facts))
		return copied(v), err
	})
	add("checked field "+path, kind, func(a ...any) (any, error) { return f.in(a[0].(*crm.Facts)), nil })
	add("checked value "+path, kind, func(a ...any) (any, error) { return copied(f.in(a[0].(*crm.Facts))), nil })
}

// fieldKinds are what expr takes the fields of each type for; the others are decimals.
var fieldKinds = map[crm.FieldType]any{
	crm.TypeText: func(any) string { return "" }, crm.TypeDate: func(any) crm.Date { return crm.Date{} },
	crm.TypeBool: func(any) bool { return false }, crm.TypeList: func(any) []string { return nil },
}

func (f field) read(facts *crm.Facts) (any, error) {
	v := f.in(facts)
	if !bounded(v) {
		return nil, failure(ProblemOutOfBounds)
	}
	return v, nil
}

// copied is the value that expr's own operators take: texts, lists and truth values are theirs.
func copied(v any) any {
	switch v := v.(type) {
	case *string:
		return *v
	case *bool:
		return *v
	case *[]string:
		return *v
	}
	return v
}

// Values come as they are or, when they are read from a field, as pointers.

func number(v any) decimal.Decimal {
	if p, ok := v.(*decimal.Decimal); ok {
		return *p
	}
	return v.(decimal.Decimal)
}

func moment(v any) crm.Date {
	if p, ok := v.(*crm.Date); ok {
		return *p
	}
	return v.(crm.Date)
}

func text(v any) string {
	if p, ok := v.(*string); ok {
		return *p
	}
	return v.(string)
}

func entries(v any) []string {
	if p, ok := v.(*[]string); ok {
		return *p
	}
	return v.([]string)
}

// comparisons tell what each operator makes of an order: -1, 0 or 1.
var comparisons = map[string]func(order int) bool{
	"==": func(o int) bool { return o == 0 }, "!=": func(o int) bool { return o != 0 },
	"<": func(o int) bool { return o < 0 }, "<=": func(o int) bool { return o <= 0 },
	">": func(o int) bool { return o > 0 }, ">=": func(o int) bool { return o >= 0 },
}

func addNumbers(add adder) {
	type num = decimal.Decimal
	for op, holds := range comparisons {
		add("number "+op, func(_, _ num) bool { return false }, func(a ...any) (any, error) { return holds(compare(number(a[0]), number(a[1]))), nil })
	}
	one, two := func(num) num { return num{} }, func(_, _ num) num { return num{} }
	add("number +", two, func(a ...any) (any, error) { return number(a[0]).Add(number(a[1])), nil })
	add("number -", two, func(a ...any) (any, error) { return number(a[0]).Sub(number(a[1])), nil })
	add("number *", two, func(a ...any) (any, error) { return number(a[0]).Mul(number(a[1])), nil })
	add("ratio", two, func(a ...any) (any, error) { return ratio(number(a[0]), number(a[1])) })
	add("ratio or", func(_, _, _ num) num { return num{} }, func(a ...any) (any, error) {
		if number(a[1]).IsZero() {
			return a[2], nil
		}
		return ratio(number(a[0]), number(a[1]))
	})
	add("negative", one, func(a ...any) (any, error) { return number(a[0]).Neg(), nil })
	add("abs", one, func(a ...any) (any, error) { return number(a[0]).Abs(), nil })
	several := func(num, ...num) num { return num{} }
	add("min", several, func(a ...any) (any, error) { return slices.MinFunc(a, orderOf), nil })
	add("max", several, func(a ...any) (any, error) { return slices.MaxFunc(a, orderOf), nil })
	add("number in", func(num, ...num) bool { return false }, func(a ...any) (any, error) {
		return slices.ContainsFunc(a[1:], func(v any) bool { return orderOf(a[0], v) == 0 }), nil
	})
	add("number of", func(int) num { return num{} }, func(a ...any) (any, error) { return decimal.NewFromInt(int64(a[0].(int))), nil })
}

func orderOf(a, b any) int { return compare(number(a), number(b)) }

func ratio(a, b decimal.Decimal) (any, error) {
	if b.IsZero() {
		return nil, failure(ProblemDivisionByZero)
	}
	return a.DivRound(b, ratioPlaces), nil
}

func addDates(add adder) {
	for op, holds := range comparisons {
		equality := op == "==" || op == "!="
		add("date "+op, func(_, _ crm.Date) bool { return false }, func(a ...any) (any, error) {
			x, y := moment(a[0]), moment(a[1])
			if !equality && (x.IsZero() || y.IsZero()) { // an empty date has no order: answering would open a gate on missing data
				return nil, failure(ProblemEmptyDate)
			}
			return holds(x.Time().Compare(y.Time())), nil
		})
	}
	add("date in", func(crm.Date, ...crm.Date) bool { return false }, func(a ...any) (any, error) {
		return slices.ContainsFunc(a[1:], func(v any) bool { return sameDate(moment(a[0]), moment(v)) }), nil
	})
	add("days", func(_, _ crm.Date) decimal.Decimal { return decimal.Decimal{} }, func(a ...any) (any, error) { return daysBetween(moment(a[0]), moment(a[1])) })
	add("same quarter", func(_, _ crm.Date) bool { return false }, func(a ...any) (any, error) { return sameQuarter(moment(a[0]), moment(a[1])) })
	add("in_quarter", func(crm.Date, decimal.Decimal) bool { return false }, func(a ...any) (any, error) { return inQuarter(moment(a[0]), number(a[1])) })
	add("working days", func(_, _ crm.Date, _ []crm.Date) decimal.Decimal { return decimal.Decimal{} }, func(a ...any) (any, error) {
		return workingDays(moment(a[0]), moment(a[1]), *a[2].(*[]crm.Date))
	})
}

func sameDate(a, b crm.Date) bool { return a.Time().Equal(b.Time()) }

func daysBetween(from, to crm.Date) (any, error) {
	if from.IsZero() || to.IsZero() {
		return nil, failure(ProblemEmptyDate)
	}
	return decimal.NewFromInt(dayNumber(to) - dayNumber(from)), nil
}

func addTexts(add adder) {
	add("text in", func(string, []string) bool { return false }, func(a ...any) (any, error) { return slices.Contains(entries(a[1]), text(a[0])), nil })
	add("same_text", func(_, _ string) bool { return false }, func(a ...any) (any, error) {
		return strings.EqualFold(strings.TrimSpace(text(a[0])), strings.TrimSpace(text(a[1]))), nil
	})
}

// filled: a text that is not blank, a number other than 0, a date that is set, true, a list that is not empty.
func filled(v any) bool {
	switch v := v.(type) {
	case *string:
		return !blank(*v)
	case string:
		return !blank(v)
	case *decimal.Decimal:
		return !v.IsZero()
	case decimal.Decimal:
		return !v.IsZero()
	case *crm.Date:
		return !v.IsZero()
	case crm.Date:
		return !v.IsZero()
	case *bool:
		return *v
	case bool:
		return v
	case *[]string:
		return len(*v) > 0
	case []string:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	panic(fmt.Sprintf("filled cannot judge %T", v))
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
