package rules

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/parser/lexer"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// mutant is a condition in which one operator or constant was changed, as an author may get it wrong.
type mutant struct{ source, was, is string }

// flipped are the operators that are mistaken for each other.
var flipped = map[string][]string{
	"<": {"<=", ">"}, "<=": {"<", ">="}, ">": {">=", "<"}, ">=": {">", "<="},
	"==": {"!="}, "!=": {"=="}, "and": {"or"}, "or": {"and"}, "&&": {"||"}, "||": {"&&"}, "+": {"-"}, "-": {"+"},
	"contains": {"not contains"}, "startsWith": {"not startsWith"}, "endsWith": {"not endsWith"}, "matches": {"not matches"}, "in": {"not in"},
}

// mutants changes each operator and each constant of a condition once. Some of them are no rules any more.
func mutants(source string) (out []mutant) {
	x := parseExpression(source)
	if len(x.problems) > 0 {
		return nil
	}
	for i, t := range x.tokens {
		for _, is := range changes(x.tokens, i) {
			changed := string(x.runes[:t.From]) + is + string(x.runes[t.To:])
			was := string(x.runes[t.From:t.To])
			out = append(out, mutant{strings.TrimSpace(changed), was, strings.TrimSpace(is)})
		}
	}
	return out
}

// changes are what may stand in the place of a token.
func changes(tokens []lexer.Token, i int) []string {
	t := tokens[i]
	switch t.Kind {
	case lexer.Operator:
		negated := i > 0 && tokens[i-1].Kind == lexer.Operator && tokens[i-1].Value == "not"
		switch {
		case t.Value == "not" || t.Value == "!":
			return []string{""} // also the one of "not in"
		case negated:
			return nil
		}
		return flipped[t.Value]
	case lexer.Number:
		return besides(t.Value)
	case lexer.String:
		return []string{strconv.Quote(otherText(t.Value))}
	case lexer.Identifier:
		if b, err := strconv.ParseBool(t.Value); err == nil && len(t.Value) > 1 {
			return []string{strconv.FormatBool(!b)}
		}
	}
	return nil
}

// besides are the numbers next to one, in its own decimals: 1000 has 999 and 1001, 0.15 has 0.14 and 0.16.
func besides(text string) []string {
	d, err := literal(text)
	if err != nil {
		return nil
	}
	step := decimal.New(1, min(d.Exponent(), 0))
	out := []string{d.Add(step).String()}
	if d.GreaterThanOrEqual(step) {
		out = append(out, d.Sub(step).String())
	}
	return out
}

// otherText is a text that is not the one given: the day after a date, else something longer.
func otherText(text string) string {
	if d, err := crm.ParseDate(text); err == nil && !d.IsZero() {
		return d.AddDays(1).String()
	}
	return text + "~"
}
