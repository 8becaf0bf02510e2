package e2e

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// house says who may import whom; a package's folders below it share its right. Tests may import anything.
var house = map[string][]string{
	"crm":          {},
	"crash":        {},
	"rules":        {"crm"},
	"store":        {"crm", "crash"},
	"i18n":         {"crm"},
	"documents":    {"crm", "i18n"},
	"integrations": {"crm", "documents", "i18n"},
	"activities":   {"crm", "crash", "rules", "store", "documents", "integrations", "i18n"},
	"workflows":    {"crm", "activities"},
	"worker":       {"crm", "crash", "workflows", "activities", "store"},
	"api":          {"crm", "crash", "store", "rules", "documents", "i18n", "workflows", "integrations/mailbox"},
	"deploy":       {},
	"testkit":      {"deploy"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

// TestWhoImportsWhom keeps the arrows pointing one way (design: the house).
func TestWhoImportsWhom(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		room := ours(p.ImportPath)
		may, ruled := house[top(room)]
		if !ruled {
			continue // cmd, e2e and bench may import everything
		}
		seen++
		for _, imported := range p.Imports {
			other := ours(imported)
			if other == "" || top(other) == top(room) || slices.Contains(may, top(other)) || slices.Contains(may, other) {
				continue
			}
			t.Errorf("%s imports %s", room, other)
		}
	}
	if seen < len(house)-2 {
		t.Fatalf("only %d packages of the house were found", seen)
	}
}

func ours(path string) string {
	room, ok := strings.CutPrefix(path, "leadtocash/")
	if !ok {
		return ""
	}
	return room
}

func top(room string) string {
	first, _, _ := strings.Cut(room, "/")
	return first
}

// TestFilesAreSmall: no Go file over 600 lines, the median under 150.
func TestFilesAreSmall(t *testing.T) {
	t.Parallel()
	var lengths []int
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n := strings.Count(string(b), "\n")
		if n > 600 {
			t.Errorf("%s has %d lines", path, n)
		}
		lengths = append(lengths, n)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lengths)
	if median := lengths[len(lengths)/2]; median >= 150 {
		t.Errorf("the median of %d files is %d lines", len(lengths), median)
	}
}
