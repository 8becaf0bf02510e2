package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"
)

// Languages are the languages in which a rule set may name things.
var Languages = []string{"en", "it", "es", "pl"}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// syntax takes over what the YAML parser says, with its place.
func (r *reader) syntax(err error) {
	var e *yaml.SyntaxError
	if errors.As(err, &e) && e.Token != nil {
		r.add(spot{e.Token.Position.Line, e.Token.Position.Column}, "", CodeSyntax, map[string]string{"message": e.Message}, "the file cannot be read here: "+e.Message)
		return
	}
	r.add(spot{1, 1}, "", CodeSyntax, nil, "the file cannot be read")
}

// key reads a name for machines, unique among those seen.
func (r *reader) key(e entry, owner spot, path string, seen map[string]spot) string {
	if e.absent() {
		r.missing(owner, path, "key")
		return ""
	}
	s, ok := r.scalarOf(e.value)
	switch {
	case !ok:
		r.form(e.value, e.path, "a key such as send")
		return ""
	case !keyForm.MatchString(s.text):
		r.add(s.at, e.path, CodeInvalidValue, map[string]string{"value": s.text, "allowed": "a-z, 0-9, _"},
			quoted(s.text)+" should be small letters, digits and _, at most 40, beginning with a letter")
		return ""
	}
	if first, twice := seen[s.text]; twice {
		r.duplicate(s.at, e.path, s.text, first)
		return ""
	}
	seen[s.text] = s.at
	return s.text
}

// names reads a text by language. A plain text counts as English.
func (r *reader) names(e entry, owner spot, path, name string, needed bool) map[string]string {
	if e.absent() {
		if needed {
			r.missing(owner, path, name)
		}
		return nil
	}
	if s, ok := r.scalarOf(e.value); ok {
		return r.text(map[string]string{}, "en", s, e.path)
	}
	out := map[string]string{}
	keys := r.mapping(e.value, e.path, Languages...)
	for _, l := range Languages {
		v, there := keys[l]
		if !there {
			continue
		}
		if s, ok := r.scalarOf(v.value); ok {
			r.text(out, l, s, v.path)
		} else {
			r.form(v.value, v.path, "a text")
		}
	}
	if _, english := out["en"]; needed && !english && keys != nil {
		r.missing(e.at, e.path, "en")
	}
	return out
}

func (r *reader) text(into map[string]string, language string, s scalar, path string) map[string]string {
	t := strings.TrimSpace(s.text)
	switch {
	case t == "":
		r.add(s.at, path, CodeEmpty, nil, "the text is empty")
	case utf8.RuneCountInString(t) > 1000:
		r.add(s.at, path, CodeTooLong, map[string]string{"max": "1000"}, "the text is too long; the most is 1,000 characters")
	default:
		into[language] = t
	}
	return into
}

// number reads an exact number between least and most; absent gives 0.
func (r *reader) number(e entry, least, most int64, places int32) decimal.Decimal {
	if e.absent() {
		return decimal.Zero
	}
	s, ok := r.scalarOf(e.value)
	if !ok {
		r.form(e.value, e.path, "a number")
		return decimal.Zero
	}
	digits, negative := strings.CutPrefix(s.text, "-")
	d, err := literal(digits)
	if negative {
		d = d.Neg()
	}
	allowed := fmt.Sprintf("a number from %d to %d with at most %d decimals", least, most, places)
	if err != nil || d.LessThan(decimal.NewFromInt(least)) || d.GreaterThan(decimal.NewFromInt(most)) || !d.Equal(d.Truncate(places)) {
		r.add(s.at, e.path, CodeInvalidValue, map[string]string{"value": s.text, "allowed": allowed}, quoted(s.text)+" should be "+allowed)
		return decimal.Zero
	}
	return d
}

// money reads an amount in major units with at most 4 decimals, as some currencies have.
func (r *reader) money(e entry) decimal.Decimal { return r.number(e, 0, 1_000_000_000_000, 4) }

func (r *reader) days(e entry) int { return int(r.number(e, 0, 3650, 0).IntPart()) }

// daysAround are days after a day, or before it where they are below 0.
func (r *reader) daysAround(e entry) int { return int(r.number(e, -earliest, 3650, 0).IntPart()) }

func (r *reader) truth(e entry) bool {
	if e.absent() {
		return false
	}
	s, ok := r.scalarOf(e.value)
	b, err := strconv.ParseBool(s.text)
	if !ok || err != nil || len(s.text) < 2 {
		r.add(at(e.value), e.path, CodeInvalidValue, map[string]string{"value": s.text, "allowed": "true, false"}, "this should be true or false")
	}
	return b
}

// oneOf reads a word from a closed list; absent gives the empty word.
func oneOf[T ~string](r *reader, e entry, allowed ...T) T {
	if e.absent() {
		return ""
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = string(a)
	}
	s, ok := r.scalarOf(e.value)
	if !ok {
		r.form(e.value, e.path, "one of "+strings.Join(words, ", "))
		return ""
	}
	if !slices.Contains(words, s.text) {
		p := Problem{
			Params: map[string]string{"value": s.text, "allowed": strings.Join(words, ", ")},
			Text:   quoted(s.text) + " should be one of " + strings.Join(words, ", "),
		}.didYouMean(nearest(s.text, words))
		r.add(s.at, e.path, CodeInvalidValue, p.Params, p.Text)
		return ""
	}
	return T(s.text)
}

// conditions reads a list of conditions: a plain text, or id, when and label.
func (r *reader) conditions(e entry) []*condition {
	var out []*condition
	steps, ids := 0.0, map[string]spot{}
	for i, n := range r.list(e, maxConditions) {
		if c := r.condition(n, fmt.Sprintf("%s[%d]", e.path, i), strconv.Itoa(i+1), ids); c != nil {
			out = append(out, c)
			steps += c.steps
		}
	}
	if steps > maxStepsTogether {
		r.add(e.at, e.path, CodeTooComplex, map[string]string{"max": strconv.Itoa(maxStepsTogether)},
			"together these conditions may take too much work on long texts and lists")
	}
	return out
}

func (r *reader) condition(n ast.Node, path, id string, ids map[string]spot) *condition {
	if s, ok := r.scalarOf(n); ok {
		return r.compile(s, path, id)
	}
	keys := r.mapping(n, path, "id", "when", "label")
	if keys == nil {
		return nil
	}
	if !keys["id"].absent() {
		id = r.key(keys["id"], at(n), path, ids)
	}
	label := r.names(keys["label"], at(n), path, "label", false)
	c := r.when(keys["when"], id)
	if keys["when"].absent() {
		r.missing(at(n), path, "when")
	}
	if c != nil {
		c.label = label
	}
	return c
}

// when compiles an expression of the file; absent gives nil.
func (r *reader) when(e entry, id string) *condition {
	if e.absent() {
		return nil
	}
	s, ok := r.scalarOf(e.value)
	if !ok {
		r.form(e.value, e.path, "an expression; one that begins with a bracket, #, ! or a quote must stand in quotes")
		return nil
	}
	return r.compile(s, e.path, id)
}

// compile brings the problems of an expression to their places in the file.
func (r *reader) compile(s scalar, path, id string) *condition {
	c, problems := compileCondition(id, s.text)
	for _, p := range problems {
		r.add(s.spot(p.Line, p.Column), path, p.Code, p.Params, p.Text)
	}
	return c
}
