package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth is how deep a body may be nested; it is also what keeps the parser's stack small.
const maxDepth = 64

// node is a JSON value with what is needed to point at it.
type node struct {
	kind    string // object, array, text, number, boolean, null
	text    string // of a text; the literal of a number
	yes     bool
	list    []node
	members []member
}

type member struct {
	name  string
	value node
}

// jsonParser reads strictly: no second member of a name, no bad UTF-8, no deep nesting, nothing after the value.
type jsonParser struct {
	in   []byte
	pos  int
	path []string
}

// parseJSON reads a body; its refusals say where (B001, B002, B007, B011).
func parseJSON(in []byte) (n node, err error) {
	p := &jsonParser{in: in}
	defer func() {
		if cause := recover(); cause != nil {
			refused, ok := cause.(Problem)
			if !ok {
				panic(cause)
			}
			err = refused
		}
	}()
	p.space()
	if p.pos == len(in) {
		return n, refusal(codeMalformed, invalid("", "empty_body", nil))
	}
	n = p.value(0)
	p.space()
	if p.pos < len(in) {
		p.syntax()
	}
	return n, nil
}

func (p *jsonParser) fail(code string, ps params) {
	pointer := ""
	for _, part := range p.path {
		pointer += "/" + escapePointer(part)
	}
	panic(refusal(codeMalformed, invalid(pointer, code, ps)))
}

// syntax refuses the character at the place where the parser stands; lines and columns count from 1.
func (p *jsonParser) syntax() {
	before := string(p.in[:min(p.pos, len(p.in))])
	line := 1 + strings.Count(before, "\n")
	column := 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	panic(refusal(codeMalformed, invalid("", "syntax", params{"line": line, "column": column})))
}

func (p *jsonParser) space() {
	for p.pos < len(p.in) && strings.IndexByte(" \t\r\n", p.in[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *jsonParser) peek() byte {
	if p.pos >= len(p.in) {
		p.syntax()
	}
	return p.in[p.pos]
}

func (p *jsonParser) expect(c byte) {
	if p.peek() != c {
		p.syntax()
	}
	p.pos++
}

func (p *jsonParser) value(depth int) node {
	if depth > maxDepth {
		p.path = nil
		p.fail("too_deep", params{"max": maxDepth})
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return node{kind: "text", text: p.str()}
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	for _, w := range jsonWords {
		if bytes.HasPrefix(p.in[p.pos:], []byte(w.word)) {
			p.pos += len(w.word)
			return w.value
		}
	}
	p.syntax()
	return node{}
}

var jsonWords = []struct {
	word  string
	value node
}{{"true", node{kind: "boolean", yes: true}}, {"false", node{kind: "boolean"}}, {"null", node{kind: "null"}}}

func (p *jsonParser) object(depth int) node {
	n := node{kind: "object"}
	seen := map[string]bool{}
	p.pos++
	for p.space(); p.peek() != '}'; p.space() {
		if len(n.members) > 0 {
			p.expect(',')
			p.space()
		}
		if p.peek() != '"' {
			p.syntax()
		}
		name := p.str()
		p.path = append(p.path, name)
		if seen[name] {
			p.fail("duplicate_name", params{"name": name})
		}
		seen[name] = true
		p.space()
		p.expect(':')
		p.space()
		n.members = append(n.members, member{name, p.value(depth + 1)})
		p.path = p.path[:len(p.path)-1]
	}
	p.pos++
	return n
}

func (p *jsonParser) array(depth int) node {
	n := node{kind: "array"}
	p.pos++
	for p.space(); p.peek() != ']'; p.space() {
		if len(n.list) > 0 {
			p.expect(',')
			p.space()
		}
		p.path = append(p.path, strconv.Itoa(len(n.list)))
		n.list = append(n.list, p.value(depth+1))
		p.path = p.path[:len(p.path)-1]
	}
	p.pos++
	return n
}

// str reads a text. The standard library replaces what is no valid UTF-8 or UTF-16; here it is refused.
func (p *jsonParser) str() string {
	start := p.pos
	for p.pos++; ; p.pos++ {
		switch c := p.peek(); {
		case c == '"':
			p.pos++
			return p.unquote(p.in[start:p.pos])
		case c == '\\':
			p.pos++
			p.peek()
		case c < ' ':
			p.syntax()
		}
	}
}

func (p *jsonParser) unquote(literal []byte) string {
	if !utf8.Valid(literal) || loneSurrogate(string(literal)) {
		p.fail("invalid_utf8", nil)
	}
	var out string
	if json.Unmarshal(literal, &out) != nil {
		p.syntax()
	}
	return out
}

// loneSurrogate finds an escaped half of a UTF-16 pair without its other half.
func loneSurrogate(s string) bool {
	for i := strings.IndexByte(s, '\\'); i >= 0 && i+1 < len(s); {
		next := i + 2
		if s[i+1] == 'u' {
			high := hex4(s, i+2)
			next = i + 6
			switch {
			case 0xDC00 <= high && high <= 0xDFFF:
				return true
			case 0xD800 <= high && high <= 0xDBFF:
				low := -1
				if strings.HasPrefix(s[min(next, len(s)):], `\u`) {
					low = hex4(s, next+2)
				}
				if low < 0xDC00 || low > 0xDFFF {
					return true
				}
				next += 6
			}
		}
		if next >= len(s) {
			return false
		}
		step := strings.IndexByte(s[next:], '\\')
		if step < 0 {
			return false
		}
		i = next + step
	}
	return false
}

func hex4(s string, i int) int {
	if i+4 > len(s) {
		return -1
	}
	v, err := strconv.ParseUint(s[i:i+4], 16, 32)
	if err != nil {
		return -1
	}
	return int(v)
}

func (p *jsonParser) number() node {
	start := p.pos
	for p.pos < len(p.in) && strings.IndexByte("+-.0123456789eE", p.in[p.pos]) >= 0 {
		p.pos++
	}
	literal := string(p.in[start:p.pos])
	if !json.Valid([]byte(literal)) {
		p.pos = start
		p.syntax()
	}
	return node{kind: "number", text: literal}
}

func escapePointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}
