package rules

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"leadtocash/crm"
)

// The limits of a rule file. They are checked before a YAML parser recurses over it.
const (
	MaxFileBytes  = 128 * 1024
	maxFileLines  = 4_000
	maxLineLength = 4_000
	maxFileDepth  = 60 // open brackets
	maxConditions = 100
	maxEntries    = 200
)

// reader turns the nodes of a file into values and collects every problem on its way.
type reader struct {
	kind     crm.RuleKind
	lines    [][]rune
	problems Problems
}

// lineEnds are all that YAML takes for the end of a line.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// newReader prepares a file, or tells why nothing in it can be read. Windows line ends and a byte order mark are fine.
func newReader(src []byte) (*reader, ast.Node) {
	r := &reader{}
	text := strings.TrimPrefix(lineEnds.Replace(string(src)), "\ufeff")
	if !r.harmless(text) {
		return r, nil
	}
	for _, line := range strings.Split(text, "\n") {
		r.lines = append(r.lines, []rune(line))
	}
	return r, r.parse(text)
}

func (r *reader) harmless(text string) bool {
	top := spot{1, 1}
	switch {
	case len(text) > MaxFileBytes:
		r.add(top, "", CodeTooLong, map[string]string{"max": strconv.Itoa(MaxFileBytes)}, "the file is too long; the most is 128 KiB")
	case !utf8.ValidString(text):
		r.add(top, "", CodeInvalidText, nil, "the file has bytes that are not UTF-8 text")
	case strings.TrimSpace(text) == "":
		r.add(top, "", CodeEmpty, nil, "the file is empty")
	}
	line, column, open := 1, 1, 0
	for _, c := range text {
		switch {
		case len(r.problems) > 0:
			return false
		case invisible(c):
			r.add(spot{line, column}, "", CodeInvalidText, map[string]string{"character": strconv.QuoteRuneToASCII(c)}, "the file has a control or invisible character")
		case c == '[' || c == '{':
			open++
		case (c == ']' || c == '}') && open > 0:
			open--
		}
		if open > maxFileDepth || line > maxFileLines || column > maxLineLength {
			r.add(spot{line, column}, "", CodeTooComplex, nil, "the file has too many lines, too long a line or too many open brackets")
		}
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
	return len(r.problems) == 0
}

func (r *reader) parse(text string) (root ast.Node) {
	defer func() {
		if p := recover(); p != nil {
			r.add(spot{1, 1}, "", CodeSyntax, nil, fmt.Sprintf("the file cannot be read: %v", p))
			root = nil
		}
	}()
	file, err := parser.ParseBytes([]byte(text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err)
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		r.add(spot{1, 1}, "", CodeEmpty, nil, "the file is empty")
		return nil
	}
	if len(file.Docs) > 1 {
		r.add(at(file.Docs[1].Body), "", CodeSyntax, nil, "the file holds more than one YAML document")
		return nil
	}
	return file.Docs[0].Body
}

func (r *reader) add(s spot, path, code string, params map[string]string, text string) {
	if params == nil {
		params = map[string]string{}
	}
	r.problems = append(r.problems, Problem{Kind: r.kind, Path: path, Line: s.line, Column: s.column, Code: code, Params: params, Text: text})
}

// at is the place of a node. A mapping's own token is its first colon, so its first key stands for it.
func at(n ast.Node) spot {
	switch m := n.(type) {
	case nil:
		return spot{1, 1}
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return at(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return at(m.Key)
	}
	t := n.GetToken()
	return spot{t.Position.Line, t.Position.Column}
}

// entry is one key of a mapping with its value.
type entry struct {
	at    spot
	path  string
	value ast.Node
}

// absent tells whether the key is not there, or there without a value.
func (e entry) absent() bool {
	_, null := e.value.(*ast.NullNode)
	return e.value == nil || null
}

// mapping reads the keys of a mapping and refuses unknown and doubled ones, and a value of another form.
func (r *reader) mapping(n ast.Node, path string, known ...string) map[string]entry {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		r.form(n, path, "keys with values: "+strings.Join(known, ", "))
		return nil
	}
	out := map[string]entry{}
	for _, v := range values {
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			r.form(v.Key, path, "a plain key")
			continue
		}
		here := spot{key.Token.Position.Line, key.Token.Position.Column}
		if !slices.Contains(known, key.Value) {
			p := Problem{Params: map[string]string{"name": key.Value}, Text: "there is no key " + quoted(key.Value) + " here"}.
				didYouMean(nearest(key.Value, known))
			r.add(here, join(path, key.Value), CodeUnknownKey, p.Params, p.Text)
			continue
		}
		if first, twice := out[key.Value]; twice {
			r.duplicate(here, join(path, key.Value), key.Value, first.at)
			continue
		}
		out[key.Value] = entry{here, join(path, key.Value), v.Value}
	}
	return out
}

func (r *reader) duplicate(s spot, path, name string, first spot) {
	r.add(s, path, CodeDuplicate, map[string]string{"name": name, "line": strconv.Itoa(first.line)},
		fmt.Sprintf("%s is already in line %d", quoted(name), first.line))
}

// form reports a value of the wrong shape. Anchors, aliases, merges and tags are not part of a rule file at all.
func (r *reader) form(n ast.Node, path, allowed string) {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode, *ast.MappingKeyNode, *ast.DirectiveNode:
		name := n.GetToken().Value
		r.add(at(n), path, CodeConstructNotAllowed, map[string]string{"name": name}, quoted(name)+" is not allowed in a rule file")
		return
	}
	r.add(at(n), path, CodeInvalidValue, map[string]string{"allowed": allowed}, "this should be "+allowed)
}

func (r *reader) missing(s spot, path, name string) {
	r.add(s, path, CodeMissing, map[string]string{"name": name}, name+" is missing")
}

// list reads the entries of a sequence, limited in number.
func (r *reader) list(e entry, most int) []ast.Node {
	if e.absent() {
		return nil
	}
	s, ok := e.value.(*ast.SequenceNode)
	if !ok {
		r.form(e.value, e.path, "a list")
		return nil
	}
	if len(s.Values) > most {
		r.add(at(s.Values[most]), e.path, CodeTooComplex, map[string]string{"max": strconv.Itoa(most)}, "there are more than "+strconv.Itoa(most)+" entries")
		return s.Values[:most]
	}
	return s.Values
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// known lists the keys of a table in the order of the alphabet.
func known[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
