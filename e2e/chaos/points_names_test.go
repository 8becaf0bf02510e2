package chaos

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The list of crash points is read from the source: marks by their names, transactions by their methods, once a program runs them.
func TestPointsAreFound(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"store/a.go": "package store\nfunc (s *Store) Take() error { return s.short(nil, nil) }\nfunc (s *Store) Idle() error { return s.short(nil, nil) }\nfunc (s *Store) inner() error { return s.short(nil, nil) }\n",
		"api/b.go":   "package api\nfunc f() { crash.At(\"call.before\"); store.Take() }\n",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := points(root)
	want := []string{"Take.after_commit", "Take.before_commit", "call.before", "inner.after_commit", "inner.before_commit"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(root, "api", "c.go"), []byte("package api\nfunc g(name string) { crash.At(name) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := points(root); err == nil {
		t.Error("a point without a plain name was taken")
	}
}
