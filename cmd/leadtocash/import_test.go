package main

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leadtocash/store"
	"leadtocash/testkit"
)

// leadsFile writes a file of leads and gives its path.
func leadsFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fair.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const goodLeads = "company;email\nFair One Srl;one@fair.example\nFair Two Srl;two@fair.example\n"

// S063: what can be said without a database is said with its exit code and one sentence.
func TestImportLeadsRefuses(t *testing.T) {
	t.Parallel()
	away := "postgres://anybody:secret@" + deadAddress(t) + "/leads?connect_timeout=2"
	for name, c := range map[string]struct {
		file      string
		args      []string
		code      int
		out, said string
	}{
		"dry run":            {goodLeads, []string{"--dry-run"}, 0, "2 rows, 0 would be refused", ""},
		"dry run, a bad row": {"company;email;language\n;nobody;itt\n", []string{"--dry-run"}, 1, "fair.csv:2: /email invalid_email: This is not an e-mail address", ""},
		"bad file":           {"firm;mail\nx;y\n", []string{"--dry-run"}, 1, "", "fair.csv is not taken: A column is missing: company."},
		"unknown column":     {"company;e-mail\nx;y\n", []string{"--dry-run"}, 1, "", "Did you mean “email”?"},
		"empty file":         {"", []string{"--dry-run"}, 1, "", "fair.csv is not taken"},
		"other letters":      {"company\nCaf\xe9\n", []string{"--dry-run"}, 1, "", "not valid UTF-8"},
		"no database":        {goodLeads, nil, 2, "", "--database-url (DATABASE_URL) must say which database"},
		"unreachable":        {goodLeads, []string{"--database-url=" + away}, 3, "", "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, said := leadtocash(t, append([]string{"import", "leads", leadsFile(t, c.file)}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(said, c.said) {
				t.Errorf("exit code %d, out %q, said %q; want %+v", code, out, said, c)
			}
			if strings.Count(said, "\n") > 1 || strings.Contains(said, "secret") {
				t.Errorf("said %q: one sentence, and no password", said)
			}
		})
	}
	if code, _, said := leadtocash(t, "import", "leads", "/nowhere.csv"); code != 1 || !strings.Contains(said, "/nowhere.csv") {
		t.Errorf("a file that is not there: exit code %d, said %q", code, said)
	}
}

// deadAddress is one of this machine at which nothing listens.
func deadAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// S063: rows are kept with the good log-in and not with a wrong one; the exit code tells whether one was refused.
func TestImportLeadsKeepsRows(t *testing.T) {
	t.Parallel()
	at := testkit.Database(t, "store "+store.Schema(), store.Migrate)
	s, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	code, out, said := leadtocash(t, "import", "leads", leadsFile(t, goodLeads+";x\n"), "--no-wait", "--author=tester", "--database-url="+at)
	if code != 1 || !strings.Contains(out, "3 rows, 0 new, 0 known, 0 unchanged, 1 refused") {
		t.Fatalf("exit code %d, out %q, said %q", code, out, said)
	}
	if code, out, said = leadtocash(t, "import", "leads", leadsFile(t, goodLeads), "--no-wait", "--database-url="+at); code != 0 {
		t.Errorf("a good file: exit code %d, out %q, said %q", code, out, said)
	}
	code, out, said = leadtocash(t, "import", "accounts", leadsFile(t, "name;credit_limit;payment_days\nOne Srl;1000.50;30\nTwo Srl;;999\n"), "--known=update", "--no-wait", "--database-url="+at)
	if code != 1 || !strings.Contains(out, "2 rows, 0 new, 0 known, 0 unchanged, 1 refused") || !strings.Contains(out, "/payment_days out_of_range") {
		t.Errorf("companies: exit code %d, out %q, said %q", code, out, said)
	}
	code, out, said = leadtocash(t, "import", "contacts", leadsFile(t, "name;job\nAda;Buyer\n"), "--dry-run")
	if code != 1 || !strings.Contains(out, "/company required") {
		t.Errorf("people: exit code %d, out %q, said %q", code, out, said)
	}
	list, err := s.Imports(t.Context())
	if err == nil && (len(list) != 3 || list[0].What != "account" || list[0].Known != "update") {
		t.Errorf("kept %+v", list)
	}
	if list = list[min(1, len(list)):]; err != nil || len(list) != 2 || list[1].State != "running" || list[1].Author != "tester" {
		t.Fatalf("kept %+v %v", list, err)
	}
	for why, c := range map[string]struct {
		user, said string
	}{"wrong password": {"leadtocash", "refuses the log-in"}, "wrong user": {"nobody", "refuses the log-in"}} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(c.user, "secret")
		code, _, said := leadtocash(t, "import", "leads", leadsFile(t, goodLeads), "--database-url="+u.String())
		if code != 1 || !strings.Contains(said, c.said) || strings.Count(said, "\n") != 1 || strings.Contains(said, "secret") {
			t.Errorf("%s: exit code %d, said %q", why, code, said)
		}
	}
	empty := testkit.Database(t, "", nil)
	if code, _, said := leadtocash(t, "import", "leads", leadsFile(t, goodLeads), "--database-url="+empty); code != 1 || !strings.Contains(said, "leadtocash migrate") {
		t.Errorf("a database without tables: exit code %d, said %q", code, said)
	}
}
