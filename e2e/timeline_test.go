package e2e

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/i18n"
)

// told are words such as "quote.sent": a thing and what happened to it.
var told = regexp.MustCompile(`^(lead|opportunity|quote|order|contract|project|invoice|payment|dunning|collection|account|contact|product|relation|note|document|engagement|effect|fields|user)\.[a-z_]+$`)

// TestEveryTimelineCodeHasItsText in all languages: whatever steps or store tell a timeline, people read a sentence.
func TestEveryTimelineCodeHasItsText(t *testing.T) {
	t.Parallel()
	texts, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, room := range []string{"../activities", "../store"} {
		for file := range sourcesIn(t, room) {
			ast.Inspect(file, func(n ast.Node) bool {
				if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
					code, err := strconv.Unquote(l.Value)
					if _, field := crm.FieldAt(code); err == nil && !field && told.MatchString(code) {
						codes[code] = room
					}
				}
				return true
			})
		}
	}
	if len(codes) < 30 {
		t.Fatalf("only %d codes were found: %v", len(codes), codes)
	}
	for code, room := range codes {
		for _, l := range i18n.Languages() {
			if !texts.For(l).Has("timeline." + code) {
				t.Errorf("%s tells %s, which has no text in %s", room, code, l)
			}
		}
	}
}

// sourcesIn parses a package's files, its tests left out.
func sourcesIn(t *testing.T, dir string) map[*ast.File]bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[*ast.File]bool{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		out[f] = true
	}
	return out
}
