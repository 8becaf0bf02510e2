package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"leadtocash/i18n"
)

// codeAt says at which argument of a call a code stands, by the function's name.
var codeAt = map[string]int{
	"refuse": 0, "refusal": 0, "Problem": 0, "code": 0, // a whole refusal, or a value of it
	"invalid": 1, "fail": 1, "wrongParameter": 1, "add": 1,
}

// refusals collects the codes that the packages refuse with, by reading their source: literals of calls, and of the fields named Code.
func refusals(t *testing.T) (whole, all map[string]string) {
	t.Helper()
	whole, all = map[string]string{}, map[string]string{}
	set := token.NewFileSet()
	for _, dir := range []string{".", "../activities", "../store", "../crm"} {
		for _, f := range parsed(t, set, dir, false) {
			ast.Inspect(f, func(n ast.Node) bool {
				collect(set, dir, n, whole, all)
				return true
			})
		}
	}
	return whole, all
}

// parsed reads the sources of a package: its tests, or all the rest.
func parsed(t *testing.T, set *token.FileSet, dir string, tests bool) (out []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	must(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") == tests {
			f, err := parser.ParseFile(set, name, nil, 0)
			must(t, err)
			out = append(out, f)
		}
	}
	return out
}

func collect(set *token.FileSet, dir string, n ast.Node, whole, all map[string]string) {
	note := func(into map[string]string, e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if v, err := strconv.Unquote(lit.Value); err == nil && v != "" {
				into[v], all[v] = set.Position(lit.Pos()).String(), set.Position(lit.Pos()).String()
			}
		}
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		at, known := codeAt[name]
		if !known || len(n.Args) <= at {
			return
		}
		if _, literal := n.Args[at].(*ast.BasicLit); name == "fail" && !literal { // of the parser of JSON, which knows where it is
			at = 0
		}
		if name == "refuse" || name == "refusal" {
			note(whole, n.Args[0])
		} else {
			note(all, n.Args[at])
		}
		if name == "refuse" && len(n.Args) > 2 { // validation_failed with pointer and code
			if lit, ok := n.Args[0].(*ast.BasicLit); ok && lit.Value == `"validation_failed"` {
				note(all, n.Args[2])
			}
		}
	case *ast.CompositeLit:
		name := ""
		switch k := n.Type.(type) {
		case *ast.Ident:
			name = k.Name
		case *ast.SelectorExpr:
			name = k.Sel.Name
		}
		if name != "item" && name != "Refused" && name != "Rejected" && name != "FieldError" && !(name == "" && dir == ".") {
			return
		}
		for i, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Code" {
					note(map[bool]map[string]string{true: whole, false: all}[name == "Refused"], kv.Value)
				}
			} else if name == "Rejected" && i == 1 {
				note(all, e)
			}
		}
	}
}

// Every code with which a request or a form can be refused is in the one table when it is a refusal's own, is named by the document, and has a text in every language.
func TestEveryCodeHasTexts(t *testing.T) {
	t.Parallel()
	whole, all := refusals(t)
	if len(whole) < 20 || len(all) < 60 {
		t.Fatalf("only %d and %d codes were found", len(whole), len(all))
	}
	for v, at := range whole {
		if _, ok := statuses[code(v)]; !ok {
			t.Errorf("%s: %q is not in the table of codes", at, v)
		}
	}
	for c := range statuses {
		all[string(c)] = "the table of codes"
	}
	for _, c := range ruleCodes() {
		all[c] = "package rules"
	}
	listed, enum := map[string]bool{}, within(testDocument(), "components", "schemas", "Item", "properties", "code", "enum").([]any)
	for _, c := range enum {
		listed[c.(string)] = true
		if all[c.(string)] == "" {
			t.Errorf("the document names %q, with which nothing refuses", c)
		}
	}
	for c, at := range all {
		if !listed[c] {
			t.Errorf("%s: the document does not name %q", at, c)
		}
	}
	texts, err := i18n.New()
	must(t, err)
	for _, l := range i18n.Languages() {
		for _, v := range slices.Sorted(maps.Keys(all)) {
			if !texts.For(l).Has("error." + v) {
				t.Errorf("%s: no text error.%s (%s)", l, v, all[v])
			}
		}
	}
}

// What a process waits for is named in words, on its page and under Overdue.
func TestEveryDeadlineHasItsText(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New()
	must(t, err)
	set, n := token.NewFileSet(), 0
	for _, dir := range []string{"../activities", "../store"} {
		for _, f := range parsed(t, set, dir, false) {
			ast.Inspect(f, func(node ast.Node) bool {
				v, ok := node.(*ast.ValueSpec)
				if !ok || len(v.Values) != 1 || !strings.HasPrefix(strings.ToLower(v.Names[0].Name), "deadline") {
					return true
				}
				if lit, ok := v.Values[0].(*ast.BasicLit); ok {
					kind, err := strconv.Unquote(lit.Value)
					must(t, err)
					if n++; !texts.For("en").Has("enum.deadline." + kind) {
						t.Errorf("no text for the deadline %s", kind)
					}
				}
				return true
			})
		}
	}
	if n < 8 {
		t.Errorf("only %d deadlines were found", n)
	}
}
