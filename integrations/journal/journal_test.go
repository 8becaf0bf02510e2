package journal

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A line that a crash cut short was never answered for; what stands before it stays, and the next entry follows it.
func TestTornLastLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "journal.jsonl")
	j, entries, err := Open[string](path)
	if err != nil || len(entries) != 0 {
		t.Fatal(entries, err)
	}
	for _, s := range []string{"one", "two\nlines"} {
		if err := j.Append(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if err := j.Append("late"); err == nil {
		t.Error("a closed journal took an entry")
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`"three, and longer than the entry that follows`); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if got, err := Read[string](path); err != nil || !slices.Equal(got, []string{"one", "two\nlines"}) {
		t.Fatal(got, err)
	}
	j, entries, err = Open[string](path)
	if err != nil || len(entries) != 2 {
		t.Fatal(entries, err)
	}
	defer j.Close()
	if err := j.Append("four"); err != nil {
		t.Fatal(err)
	}
	if got, err := Read[string](path); err != nil || !slices.Equal(got, []string{"one", "two\nlines", "four"}) {
		t.Fatal(got, err)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "\"one\"\n\"two\\nlines\"\n\"four\"\n" {
		t.Errorf("the file holds %q %v", raw, err)
	}
}

// A line in the middle that cannot be read is an error: the journal is evidence.
func TestBrokenLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	if err := os.WriteFile(path, []byte("\"one\"\n{{{\n\"three\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read[string](path); err == nil {
		t.Error("read")
	}
	if _, _, err := Open[string](path); err == nil {
		t.Error("opened")
	}
	if got, err := Read[string](path + ".none"); err != nil || got != nil {
		t.Error(got, err)
	}
}
