package rules

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// The reasons why a clause could not be evaluated, as crm.Clause.Problem gives them. Each refuses.
const (
	ProblemEmptyDate      = "empty_date"       // a date that is compared or counted from is not filled
	ProblemDivisionByZero = "division_by_zero" // ratio(a, 0)
	ProblemOutOfBounds    = "out_of_bounds"    // a field holds more than a rule may read (list, text, number), or a function's value is out of its range
	ProblemTooMuchWork    = "too_much_work"    // the evaluation took more memory than it may
	ProblemUnknownStage   = "unknown_stage"    // a gate was asked for a stage that the pipeline does not have
	ProblemOverLimit      = "over_limit"       // no approval level may approve the amount
	ProblemNoRules        = "no_rules"         // the set holds no rules of the kind that was asked for
	ProblemFailed         = "failed"           // anything else
)

// failure is a reason as an error, so that it survives expr's own wrapping.
type failure string

func (f failure) Error() string { return string(f) }

var plainNumber = regexp.MustCompile(`^[0-9][0-9_]*(\.[0-9][0-9_]*)?$`)

// literal reads a number exactly as it is written. Exponents and other bases are refused: they only hide mistakes.
func literal(source string) (decimal.Decimal, error) {
	if len(source) > MaxNumberLength || !plainNumber.MatchString(source) {
		return decimal.Zero, errors.New("a number is written in digits with a point, as in 50000.10")
	}
	return decimal.NewFromString(strings.ReplaceAll(source, "_", ""))
}

// ratioPlaces is the precision of ratio: half-up at the 16th decimal.
const ratioPlaces = 16

// operations are the exact operators and our functions, under names that nobody can write in a rule.
var operations = func() map[string]*builtin.Function {
	type number = decimal.Decimal
	all := map[string]*builtin.Function{}
	add := func(name string, like any, f func(a ...any) (any, error)) {
		all[name] = &builtin.Function{Name: name, Func: f, Types: []reflect.Type{reflect.TypeOf(like)}}
	}
	two := func(name string, f func(a, b number) any, like any) {
		add("number "+name, like, func(a ...any) (any, error) { return f(a[0].(number), a[1].(number)), nil })
	}
	truth, sum := func(_, _ number) bool { return false }, func(_, _ number) number { return number{} }
	two("==", func(a, b number) any { return a.Equal(b) }, truth)
	two("!=", func(a, b number) any { return !a.Equal(b) }, truth)
	two("<", func(a, b number) any { return a.LessThan(b) }, truth)
	two("<=", func(a, b number) any { return a.LessThanOrEqual(b) }, truth)
	two(">", func(a, b number) any { return a.GreaterThan(b) }, truth)
	two(">=", func(a, b number) any { return a.GreaterThanOrEqual(b) }, truth)
	two("+", func(a, b number) any { return a.Add(b) }, sum)
	two("-", func(a, b number) any { return a.Sub(b) }, sum)
	two("*", func(a, b number) any { return a.Mul(b) }, sum)
	for _, op := range []string{"==", "!=", "<", "<=", ">", ">="} {
		add("date "+op, func(_, _ crm.Date) bool { return false }, func(a ...any) (any, error) {
			return compareDates(op, a[0].(crm.Date), a[1].(crm.Date))
		})
	}
	add("number of", func(int) number { return number{} }, func(a ...any) (any, error) { return decimal.NewFromInt(int64(a[0].(int))), nil })
	add("negative", func(number) number { return number{} }, func(a ...any) (any, error) { return a[0].(number).Neg(), nil })
	add("abs", func(number) number { return number{} }, func(a ...any) (any, error) { return a[0].(number).Abs(), nil })
	several := func(number, ...number) number { return number{} }
	add("min", several, func(a ...any) (any, error) { return pick(a, func(x, y number) bool { return x.LessThan(y) }), nil })
	add("max", several, func(a ...any) (any, error) { return pick(a, func(x, y number) bool { return x.GreaterThan(y) }), nil })
	add("number in", func(number, ...number) bool { return false }, func(a ...any) (any, error) {
		return among(a, func(x, y number) bool { return x.Equal(y) }), nil
	})
	add("date in", func(crm.Date, ...crm.Date) bool { return false }, func(a ...any) (any, error) {
		return among(a, sameDate), nil
	})
	add("ratio", sum, func(a ...any) (any, error) { return ratio(a[0].(number), a[1].(number)) })
	add("ratio or", func(_, _, _ number) number { return number{} }, func(a ...any) (any, error) {
		if a[1].(number).IsZero() {
			return a[2], nil
		}
		return ratio(a[0].(number), a[1].(number))
	})
	add("same_text", func(_, _ string) bool { return false }, func(a ...any) (any, error) {
		return strings.EqualFold(strings.TrimSpace(a[0].(string)), strings.TrimSpace(a[1].(string))), nil
	})
	add("same quarter", func(_, _ crm.Date) bool { return false }, func(a ...any) (any, error) { return sameQuarter(a[0].(crm.Date), a[1].(crm.Date)) })
	add("in_quarter", func(crm.Date, number) bool { return false }, func(a ...any) (any, error) { return inQuarter(a[0].(crm.Date), a[1].(number)) })
	add("working days", func(_, _ crm.Date, _ []crm.Date) number { return number{} }, func(a ...any) (any, error) {
		return workingDays(a[0].(crm.Date), a[1].(crm.Date), a[2].([]crm.Date))
	})
	add("days", func(_, _ crm.Date) number { return number{} }, func(a ...any) (any, error) { return daysBetween(a[0].(crm.Date), a[1].(crm.Date)) })
	add("filled", func(any) bool { return false }, func(a ...any) (any, error) { return filled(a[0]), nil })
	return all
}()

// register gives the operations to one compilation.
func register(c *conf.Config) {
	for name, f := range operations {
		c.Functions[name] = f
	}
}

func ratio(a, b decimal.Decimal) (any, error) {
	if b.IsZero() {
		return nil, failure(ProblemDivisionByZero)
	}
	return a.DivRound(b, ratioPlaces), nil
}

// compareDates orders two dates. An empty date has no order: answering would open a gate on missing data.
func compareDates(op string, a, b crm.Date) (any, error) {
	switch op {
	case "==":
		return sameDate(a, b), nil
	case "!=":
		return !sameDate(a, b), nil
	}
	if a.IsZero() || b.IsZero() {
		return nil, failure(ProblemEmptyDate)
	}
	switch op {
	case "<":
		return a.Before(b), nil
	case "<=":
		return !a.After(b), nil
	case ">":
		return a.After(b), nil
	}
	return !a.Before(b), nil
}

func sameDate(a, b crm.Date) bool { return !a.Before(b) && !a.After(b) }

func daysBetween(from, to crm.Date) (any, error) {
	if from.IsZero() || to.IsZero() {
		return nil, failure(ProblemEmptyDate)
	}
	return decimal.NewFromInt(dayNumber(to) - dayNumber(from)), nil
}

// filled: a text that is not blank, a number other than 0, a date that is set, true, a list that is not empty.
func filled(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v) != ""
	case decimal.Decimal:
		return !v.IsZero()
	case crm.Date:
		return !v.IsZero()
	case bool:
		return v
	case []string:
		return len(v) > 0
	}
	panic(fmt.Sprintf("filled cannot judge %T", v))
}

func pick[T any](a []any, better func(x, y T) bool) T {
	best := a[0].(T)
	for _, v := range a[1:] {
		if v := v.(T); better(v, best) {
			best = v
		}
	}
	return best
}

func among[T any](a []any, same func(x, y T) bool) bool {
	for _, v := range a[1:] {
		if same(a[0].(T), v.(T)) {
			return true
		}
	}
	return false
}
