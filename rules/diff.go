package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// Change is one difference between two versions of a rule set, as people speak of it: a condition, a name, a limit.
type Change struct {
	Path string // where: stages.send.enter.vat.when
	Was  string // empty: it is new
	Is   string // empty: it is gone
}

// Diff lists what differs between two texts of a kind, clause by clause, in the order of the newer text; what is gone stands behind. Entries
// of lists are known by their key, id or name, so that one that was only moved shows as such. Comments and spelling do not count. Paths of
// pipelines other than the default one begin with the pipeline's key; those of all do when the texts have different defaults.
func Diff(kind crm.RuleKind, was, is []byte) ([]Change, Problems) {
	before, wasDefault, problems := flatten(kind, was)
	if len(problems) > 0 {
		return nil, problems
	}
	after, isDefault, problems := flatten(kind, is)
	if len(problems) > 0 {
		return nil, problems
	}
	if wasDefault == isDefault {
		before.without(wasDefault)
		after.without(isDefault)
	}
	var out []Change
	for _, l := range after {
		if old, there := before.find(l.path); !there || old.text != l.text {
			out = append(out, Change{l.path, old.text, l.text})
		}
	}
	for _, l := range before {
		if _, there := after.find(l.path); !there {
			out = append(out, Change{Path: l.path, Was: l.text})
		}
	}
	return out, nil
}

// written is one value of a rule text with its path.
type written struct{ path, text string }

type writings []written

func (l writings) find(path string) (written, bool) {
	i := slices.IndexFunc(l, func(x written) bool { return x.path == path })
	if i < 0 {
		return written{}, false
	}
	return l[i], true
}

// without leaves the key of the default pipeline out of the paths.
func (l writings) without(pipeline string) {
	for i := range l {
		l[i].path = strings.TrimPrefix(l[i].path, pipeline+".")
	}
}

// flatten also gives the key of the default pipeline; its values stand under that key.
func flatten(kind crm.RuleKind, src []byte) (writings, string, Problems) {
	if _, problems := Parse(kind, src); len(problems) > 0 {
		return nil, "", problems
	}
	r, root := newReader(src)
	var out writings
	r.flatten(root, "", &out)
	for i := range out { // paths begin inside the kind
		out[i].path = strings.TrimPrefix(strings.TrimPrefix(out[i].path, string(kind)), ".")
	}
	if kind != crm.RulePipeline {
		return out, "", nil
	}
	section := childOf(root, string(kind))
	standard := r.defaultPipeline(section)
	if _, several := section.(*ast.SequenceNode); !several {
		for i := range out {
			out[i].path = join(standard, out[i].path)
		}
	}
	return out, standard, nil
}

func (r *reader) flatten(n ast.Node, path string, out *writings) {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			r.flatten(v, path, out)
		}
	case *ast.MappingValueNode:
		r.flatten(n.Value, join(path, n.Key.String()), out)
	case *ast.SequenceNode:
		r.flattenList(n, path, out)
	default:
		if s, ok := r.scalarOf(n); ok {
			*out = append(*out, written{path, strings.TrimSpace(s.text)})
		}
	}
}

// flattenList writes a list's order as a value of its own when its entries have names, and each entry under its name.
func (r *reader) flattenList(n *ast.SequenceNode, path string, out *writings) {
	var names, plain []string
	for i, v := range n.Values {
		if s, ok := r.scalarOf(v); ok {
			plain = append(plain, strings.TrimSpace(s.text))
			continue
		}
		name := r.nameOf(v)
		if name == "" {
			name = fmt.Sprint(i + 1)
		}
		names = append(names, name)
		r.flatten(v, join(path, name), out)
	}
	if len(names) > 1 {
		*out = append(*out, written{join(path, "(order)"), strings.Join(names, ", ")})
	}
	if strings.HasSuffix(path, ".by") { // what a case is refused by has no order
		slices.Sort(plain)
	}
	if len(plain) > 0 {
		*out = append(*out, written{path, strings.Join(plain, ", ")})
	}
}

// nameOf is by what an entry of a list is known.
func (r *reader) nameOf(n ast.Node) string {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return ""
	}
	for _, by := range []string{"key", "id", "name"} {
		for _, v := range m.Values {
			if k, ok := v.Key.(*ast.StringNode); ok && k.Value == by {
				if s, ok := r.scalarOf(v.Value); ok {
					return s.text
				}
			}
		}
	}
	return ""
}
