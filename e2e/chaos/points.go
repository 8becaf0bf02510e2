package chaos

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// points lists every crash point in the source below root: each crash.At by its name, and for each function that runs a short transaction
// the two beside its commit. What only fills a demo or a new database is left out, and a transaction that no program runs yet.
func points(root string) ([]string, error) {
	var out []string
	called := map[string]bool{} // outside the store
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "node_modules", "bin", "e2e", "deploy", "crash"}, d.Name()):
			return filepath.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, filepath.Join("store", "demo.go")):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if file.Name.Name != "store" {
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					called[s.Sel.Name] = true
				}
				return true
			})
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				found, err := pointsOf(f, file.Name.Name == "store")
				if err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				out = append(out, found...)
			}
		}
		return nil
	})
	out = slices.DeleteFunc(out, func(point string) bool {
		method, _, _ := strings.Cut(point, ".")
		return ast.IsExported(method) && !called[method]
	})
	slices.Sort(out)
	return out, err
}

// pointsOf lists the points of one function.
func pointsOf(f *ast.FuncDecl, store bool) (out []string, err error) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		s, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		from, _ := s.X.(*ast.Ident)
		switch {
		case store && s.Sel.Name == "short":
			out = append(out, f.Name.Name+".before_commit", f.Name.Name+".after_commit")
		case from != nil && from.Name == "crash" && s.Sel.Name == "At":
			name, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				err = fmt.Errorf("%s: a crash point without a plain name", f.Name.Name)
				return false
			}
			text, _ := strconv.Unquote(name.Value) // it was parsed
			out = append(out, text)
		}
		return true
	})
	return out, err
}
