package rules

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// scalar is a value of the file as text, with the place of each of its characters.
type scalar struct {
	text   string
	at     spot
	places []spot // of each character; nil when the form is too unusual to follow
}

// spot is a place in the file, both from 1, columns in characters.
type spot struct{ line, column int }

// spot gives the place of a character of the value, counted by line and column inside it.
func (s scalar) spot(line, column int) spot {
	offset := 0
	for _, r := range s.text {
		if line == 1 && column == 1 {
			break
		}
		if line > 1 {
			if r == '\n' {
				line--
			}
		} else {
			column--
		}
		offset++
	}
	if offset < len(s.places) {
		return s.places[offset]
	}
	if n := len(s.places); n > 0 {
		return spot{s.places[n-1].line, s.places[n-1].column + 1}
	}
	return s.at
}

// scalarOf reads a value of any scalar form as text, as it is written: 50000.00 stays 50000.00.
func (r *reader) scalarOf(n ast.Node) (scalar, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return r.located(n.Value, n.Token), true
	case *ast.LiteralNode:
		return r.located(n.Value.Value, n.Start), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NanNode, *ast.InfinityNode:
		return r.located(n.GetToken().Value, n.GetToken()), true
	}
	return scalar{}, false
}

func (r *reader) located(text string, t *token.Token) scalar {
	s := scalar{text: text, at: spot{t.Position.Line, t.Position.Column}}
	w := walker{lines: r.lines, spot: s.at}
	switch t.Type {
	case token.DoubleQuoteType:
		w.quote = '"'
		w.column++
	case token.SingleQuoteType:
		w.quote = '\''
		w.column++
	case token.LiteralType, token.FoldedType:
		w.skipHeader()
		w.literal = t.Type == token.LiteralType
	}
	s.places = w.follow(text)
	return s
}

// walker follows the characters of a value through the file, over folded lines, indentation and escapes.
type walker struct {
	lines [][]rune
	spot
	quote   rune
	literal bool // line breaks count
	indent  int  // of a block
}

// skipHeader goes from the mark of a block to its first line, behind the indentation.
func (w *walker) skipHeader() {
	first := walker{lines: w.lines, spot: spot{w.line + 1, 1}}
	first.skipSpace()
	w.indent = first.column - 1
	w.line, w.column = w.line+1, w.indent+1
}

// follow gives the place of each character, or nil when the file does not read as the value says.
func (w *walker) follow(text string) []spot {
	places := make([]spot, 0, len(text))
	for i, r := range text {
		here, ok := w.peek()
		blank := r == ' ' || r == '\n'
		if last := i+utf8.RuneLen(r) == len(text); !ok && last && blank {
			return append(places, w.spot) // the line break that a block ends with
		}
		if !ok {
			return nil
		}
		places = append(places, w.spot)
		switch {
		case w.quote == '"' && here == '\\':
			w.column += w.escape()
		case w.quote == '\'' && here == '\'':
			w.column += 2
		case here == '\n' && w.literal && r == '\n':
			w.line, w.column = w.line+1, w.indent+1
		case here == '\n' && blank:
			w.skipSpace()
		case here == r:
			w.column++
			w.endOfLine(text[i+utf8.RuneLen(r):])
		default:
			return nil
		}
	}
	return places
}

// endOfLine skips trailing blanks that folding drops, when the value goes on with something else.
func (w *walker) endOfLine(rest string) {
	if w.line > len(w.lines) || w.column > len(w.lines[w.line-1]) || strings.HasPrefix(rest, "  ") {
		return
	}
	if tail := string(w.lines[w.line-1][w.column-1:]); strings.TrimSpace(tail) == "" && !w.literal && strings.ContainsAny(rest[:min(1, len(rest))], " \n") {
		w.column = len(w.lines[w.line-1]) + 1
	}
}

func (w *walker) peek() (rune, bool) {
	if w.line > len(w.lines) {
		return 0, false
	}
	if line := w.lines[w.line-1]; w.column <= len(line) {
		return line[w.column-1], true
	}
	return '\n', w.line < len(w.lines)
}

// skipSpace goes to the next character that is not blank.
func (w *walker) skipSpace() {
	for w.line <= len(w.lines) {
		for line := w.lines[w.line-1]; w.column <= len(line); w.column++ {
			if line[w.column-1] != ' ' && line[w.column-1] != '\t' {
				return
			}
		}
		w.line, w.column = w.line+1, 1
	}
}

// escape is the length of the escape in a double-quoted value at which the walker stands.
func (w *walker) escape() int {
	line := w.lines[w.line-1]
	if w.column >= len(line) {
		return 1
	}
	if n := strings.IndexRune("xuU", line[w.column]); n >= 0 {
		return 2 + 2<<n
	}
	return 2
}

// quoted is a value as a message shows it, cut to a readable length.
func quoted(s string) string {
	if len(s) > 60 {
		s = strings.ToValidUTF8(s[:60], "") + "…"
	}
	return strconv.Quote(s)
}
