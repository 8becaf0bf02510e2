package rules

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// The limits of one expression. They keep every expression harmless (G1): expr itself has no time limit, and its parser
// recurses, so the length is checked before anything reads the text.
const (
	MaxExpressionBytes = 2000 // of source
	MaxNodes           = 200  // of the syntax tree
	MaxPatternLength   = 200  // of a regular expression
	MaxNumberLength    = 30   // of a number's source text
	maxBrackets        = 40   // deep
	maxPatterns        = 5    // regular expressions in one expression
	maxPatternSteps    = 200  // of a compiled regular expression
	memoryBudget       = 10_000
)

// refusedOperators are operators and keywords of expr that a rule may not use, with what to write instead.
var refusedOperators = map[string]struct{ code, name, hint string }{
	"/":    {CodeOperatorNotAllowed, "/", "use ratio(a,b)"},
	"%":    {CodeOperatorNotAllowed, "%", ""},
	"**":   {CodeOperatorNotAllowed, "**", ""},
	"^":    {CodeOperatorNotAllowed, "^", ""},
	"??":   {CodeOperatorNotAllowed, "??", "use filled(field)"},
	"|":    {CodeOperatorNotAllowed, "|", "use or"},
	"=":    {CodeOperatorNotAllowed, "=", "use =="},
	"&":    {CodeOperatorNotAllowed, "&", "use and"},
	"?.":   {CodeConstructNotAllowed, "?.", "use ."},
	"::":   {CodeConstructNotAllowed, "::", ""},
	";":    {CodeConstructNotAllowed, ";", "use and"},
	"..":   {CodeConstructNotAllowed, "..", "use >= and <="},
	"let":  {CodeConstructNotAllowed, "let", ""},
	"if":   {CodeConstructNotAllowed, "if", "use and, or"},
	"else": {CodeConstructNotAllowed, "else", "use and, or"},
	"?":    {CodeConstructNotAllowed, "?", "use and, or"},
	":":    {CodeConstructNotAllowed, ":", ""},
}

// partOf names the construct to which an operator belongs, so that one mistake is told once.
var partOf = map[string]string{"=": "let", ";": "let", "else": "if", ":": "?"}

// prescan refuses what must never reach a parser: too much, nothing, and bytes that are not plain text.
func prescan(src string) (Problem, bool) {
	at := Problem{Line: 1, Column: 1, Params: map[string]string{}}
	switch {
	case len(src) > MaxExpressionBytes:
		at.Code, at.Params["max"] = CodeTooLong, strconv.Itoa(MaxExpressionBytes)
		at.Text = "the expression is too long; the most is 2,000 bytes"
		return at, false
	case !utf8.ValidString(src):
		at.Code, at.Text = CodeInvalidText, "the expression has bytes that are not UTF-8 text"
		return at, false
	case strings.TrimSpace(src) == "":
		at.Code, at.Text = CodeEmpty, "the expression is empty"
		return at, false
	}
	runes := []rune(src)
	for i, r := range runes {
		if invisible(r) {
			at.Code, at.Text = CodeInvalidText, "the expression has a control or invisible character"
			at.Params["character"] = strconv.QuoteRuneToASCII(r)
			at.Line, at.Column = place(runes, i)
			return at, false
		}
	}
	return Problem{}, true
}

// invisible finds control characters and those that make a text read otherwise than it runs (bidirectional marks).
func invisible(r rune) bool {
	return r != '\n' && r != '\t' && r != '\r' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar)
}

// place turns an offset in characters into line and column, both from 1.
func place(runes []rune, offset int) (line, column int) {
	line, column = 1, 1
	for _, r := range runes[:min(offset, len(runes))] {
		if r == '\n' {
			line, column = line+1, 1
		} else {
			column++
		}
	}
	return line, column
}

// scan splits the expression and refuses what the language of rules does not have, before the parser recurses.
func (x *expression) scan() {
	tokens, err := lexer.Lex(file.NewSource(x.source))
	if err != nil {
		x.syntax(err)
		return
	}
	x.tokens = tokens
	seen, depth := map[string]bool{}, 0
	for i, t := range tokens {
		switch {
		case t.Kind == lexer.Bytes:
			x.refuse(seen, t.From, CodeConstructNotAllowed, "b\"…\"", "")
		case t.Kind == lexer.Number:
			if _, err := literal(t.Value); err != nil {
				x.add(t.From, CodeInvalidValue, map[string]string{"value": t.Value}, err.Error())
			}
		case t.Kind == lexer.Identifier && strings.HasPrefix(t.Value, "$"):
			x.refuse(seen, t.From, CodeConstructNotAllowed, t.Value, "")
		case t.Kind == lexer.Bracket && strings.Contains("([{", t.Value):
			if depth++; depth == maxBrackets+1 {
				x.add(t.From, CodeTooComplex, map[string]string{"max": strconv.Itoa(maxBrackets)}, "brackets are nested too deep")
			}
		case t.Kind == lexer.Bracket:
			depth--
		case t.Kind == lexer.Operator:
			if i+1 < len(tokens) && t.Value == "not" && tokens[i+1].Is(lexer.Operator, "not") {
				x.refuse(seen, t.From, CodeConstructNotAllowed, "not not", "")
			}
			if r, bad := refusedOperators[t.Value]; bad && !seen[partOf[t.Value]] {
				x.refuse(seen, t.From, r.code, r.name, r.hint)
			}
		}
	}
}

func (x *expression) refuse(seen map[string]bool, at int, code, name, hint string) {
	if seen[name] {
		return
	}
	seen[name] = true
	params, text := map[string]string{"name": name}, name+" is not allowed in a rule"
	if hint != "" {
		params["hint"] = hint
		text += "; " + hint
	}
	x.add(at, code, params, text)
}

// syntax takes over what expr's lexer or parser says, with its place.
func (x *expression) syntax(err error) {
	var e *file.Error
	if !errors.As(err, &e) {
		x.add(0, CodeSyntax, nil, "the expression cannot be read")
		return
	}
	if strings.Contains(e.Message, "maximum allowed nodes") {
		x.add(e.From, CodeTooComplex, map[string]string{"max": strconv.Itoa(MaxNodes)}, "the expression has too many parts")
		return
	}
	if strings.Contains(e.Message, "unexpected token EOF") || strings.Contains(e.Message, "unexpected end of expression") {
		x.add(len(x.runes), CodeSyntax, map[string]string{"message": "unexpected end"}, "the expression ends too early")
		return
	}
	x.add(e.From, CodeSyntax, map[string]string{"message": e.Message}, "cannot be read: "+e.Message)
}
