package api

import (
	"io/fs"
	"testing"

	"leadtocash/api/web"
)

// templates are the sources of all templates by name.
func templates(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(t, fs.WalkDir(web.Files, "templates", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(web.Files, path)
		out[path] = string(b)
		return err
	}))
	if len(out) < 20 {
		t.Fatalf("only %d templates", len(out))
	}
	return out
}
