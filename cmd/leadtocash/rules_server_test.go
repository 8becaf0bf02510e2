package main

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
)

// away answers no command: rules need none.
type away struct{}

func (away) Do(context.Context, crm.Command) (crm.Answer, error) {
	return crm.Answer{}, api.ErrEngineAway
}

// ruleHost is a server with the shipped rules, and the key of a person of a role.
func ruleHost(t *testing.T, role crm.Role) (s *store.Store, server, key string) {
	t.Helper()
	at := testkit.Database(t, "store "+store.Schema(), store.Migrate)
	s, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	texts, err := shippedRules()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ActivateRules(t.Context(), texts, "test", "shipped"); err != nil {
		t.Fatal(err)
	}
	c, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), `insert into legal_entity (id, name, country, time_zone, currency) values (gen_random_uuid(), 'Acme Srl', 'IT', 'Europe/Rome', 'EUR')`); err != nil {
		t.Fatal(err)
	}
	u, err := s.CreateUser(t.Context(), crm.User{Name: "Olga", Email: "olga@example.com", Roles: []crm.Role{role}, Active: true}, "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if key, err = s.CreateAPIKey(t.Context(), u.ID, "test", time.Time{}); err != nil {
		t.Fatal(err)
	}
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(api.New(api.Config{
		Store: s, Commander: away{}, Secret: []byte("0123456789abcdef0123456789abcdef"), Now: time.Now,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Texts: func(language string) api.Printer { return words.For(language) },
	}))
	t.Cleanup(h.Close)
	return s, h.URL, key
}

// ruleText writes a rule file and gives its path.
func ruleText(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	greenRules = "order:\n  checks:\n    - id: total\n      when: order.total > 100\n  cases:\n    - {name: enough, given: {order.total: 101}, expect: allowed}\n    - {name: little, given: {order.total: 100}, expect: refused, by: [total]}\n"
	redRules   = "order:\n  checks:\n    - id: total\n      when: order.total > 100\n  cases:\n    - {name: enough, given: {order.total: 99}, expect: allowed}\n"
)

// N9: test tells failing cases with their lines and ends with 1; gaps are told and do not fail.
func TestRulesTest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		args []string
		code int
		out  string
	}{
		"shipped":       {string(rules.Default()), []string{"--gaps"}, 0, "0 failed\n"},
		"shipped, gaps": {string(rules.Default()), []string{"--gaps"}, 0, ": 0 gaps\n"},
		"green":         {greenRules, nil, 0, "2 cases, 0 failed"},
		"red":           {redRules, nil, 1, `:6: order: the case "enough" expects allowed and gets refused by total`},
		"gaps":          {redRules, []string{"--gaps"}, 1, "order: order.total: no case meets order.total > 100"},
		"json":          {redRules, []string{"--json", "--gaps"}, 1, `"passed":false`},
		"no rules":      {"order: {checks: [order.totl > 1]}", nil, 1, "unknown_name: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, said := leadtocash(t, append([]string{"rules", "test", ruleText(t, c.text)}, c.args...)...)
			if code != c.code || !strings.Contains(out, c.out) || said != "" {
				t.Errorf("exit code %d, out %q, said %q; want %+v", code, out, said, c)
			}
		})
	}
}

// Without a server or with a wrong one, each command says in one sentence what is missing.
func TestRulesServerRefuses(t *testing.T) {
	t.Parallel()
	_, server, key := ruleHost(t, crm.RoleSalesperson)
	dead := "http://" + deadAddress(t)
	file := ruleText(t, greenRules)
	for name, c := range map[string]struct {
		args []string
		code int
		said string
	}{
		"no server":         {[]string{"pull"}, 2, "--server (LEADTOCASH_SERVER)"},
		"no address":        {[]string{"pull", "--server=sales", "--token=x"}, 2, "--server (LEADTOCASH_SERVER)"},
		"no key":            {[]string{"diff", file, "--server=" + server}, 2, "--token (LEADTOCASH_TOKEN)"},
		"wrong key":         {[]string{"diff", file, "--server=" + server, "--token=secret"}, 1, "refuses the key"},
		"away":              {[]string{"push", file, "--server=" + dead, "--token=secret"}, 3, "cannot be reached"},
		"no kind":           {[]string{"pull", "gates", "--server=" + server, "--token=" + key}, 2, "there is no kind gates"},
		"may not write":     {[]string{"push", file, "--server=" + server, "--token=" + key}, 1, "The permission rules.write is missing"},
		"running alone":     {[]string{"push", file, "--running", "--server=" + server, "--token=" + key}, 2, "go with --activate"},
		"no comment":        {[]string{"push", file, "--activate", "--server=" + server, "--token=" + key}, 2, "--comment"},
		"nothing to try":    {[]string{"simulate", ruleText(t, "nurture: {tracks: []}"), "--server=" + server, "--token=" + key}, 1, ""},
		"no file":           {[]string{"simulate", "/nowhere.yaml"}, 1, "/nowhere.yaml"},
		"two files, no key": {[]string{"diff", file, "--against=" + file}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, said := leadtocash(t, append([]string{"rules"}, c.args...)...)
			if code != c.code || !strings.Contains(said, c.said) || strings.Count(said, "\n") > 1 || strings.Contains(said, "secret") {
				t.Errorf("exit code %d, out %q, said %q; want %+v", code, out, said, c)
			}
		})
	}
}

// N3, N9: pull, diff, simulate, push and activate against a real server; a red case keeps a text out of force on every way.
func TestRulesOnAServer(t *testing.T) {
	t.Parallel()
	s, server, key := ruleHost(t, crm.RoleSalesOps)
	do := func(want int, args ...string) (out, said string) {
		t.Helper()
		code, out, said := leadtocash(t, append(append([]string{"rules"}, args...), "--server="+server, "--token="+key)...)
		if code != want {
			t.Fatalf("%v: exit code %d, out %q, said %q", args, code, out, said)
		}
		return out, said
	}
	pulled := filepath.Join(t.TempDir(), "active.yaml")
	do(0, "pull", "--output="+pulled)
	if out, _ := do(0, "diff", pulled); out != "Nothing differs.\n" {
		t.Errorf("pulled and compared: %s", out)
	}
	if out, _ := do(0, "push", pulled); out != "Nothing differs from the active rules.\n" {
		t.Errorf("pulled and pushed: %s", out)
	}
	if out, _ := do(0, "pull", "order"); !strings.Contains(out, "order:\n") || strings.Contains(out, "pipeline:\n") {
		t.Errorf("%s", out)
	}
	green, red := ruleText(t, greenRules), ruleText(t, redRules)
	if out, _ := do(0, "diff", green); !strings.Contains(out, `order checks.total.when: "" -> "order.total > 100"`) {
		t.Errorf("%s", out)
	}
	drafts := func() int {
		all, err := s.RuleDrafts(t.Context(), crm.RuleOrder)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if out, _ := do(0, "simulate", green); !strings.Contains(out, "open deals tried") || drafts() != 0 {
		t.Errorf("%s, %d drafts", out, drafts())
	}
	if out, _ := do(0, "simulate", green, "--keep"); !strings.Contains(out, "/api/v1/rules/drafts/") || drafts() != 1 {
		t.Errorf("%s, %d drafts", out, drafts())
	}
	if out, said := do(1, "push", red, "--activate", "--comment=Try"); !strings.Contains(out, `order: the case "enough" expects allowed and gets refused by total`) || !strings.Contains(out, "1 failed, 1 gaps") || !strings.Contains(said, "enough") || strings.Count(said, "\n") != 1 {
		t.Errorf("%s %s", out, said)
	}
	if out, _ := do(0, "push", green, "--activate", "--running", "--comment=Larger orders"); !strings.Contains(out, "version 2 is active for new processes, and running ones follow by migration ") {
		t.Errorf("%s", out)
	}
	if v, err := s.RuleVersion(t.Context(), crm.RuleOrder, 2); err != nil || v.Comment != "Larger orders" || !v.Active || !v.Running {
		t.Errorf("%+v %v", v, err)
	}
}

// N9: the way past the server is closed to a red case too.
func TestRulesActivateAsksTheCases(t *testing.T) {
	t.Parallel()
	at := testkit.Database(t, "store "+store.Schema(), store.Migrate)
	code, out, said := leadtocash(t, "rules", "activate", ruleText(t, redRules), "--comment=Try", "--database-url="+at)
	if code != 1 || !strings.Contains(said, `order is not activated: the case "enough" expects allowed and gets refused by total`) || strings.Count(said, "\n") != 1 {
		t.Errorf("exit code %d, out %q, said %q", code, out, said)
	}
	if code, out, said = leadtocash(t, "rules", "activate", ruleText(t, greenRules), "--comment=Go", "--database-url="+at); code != 0 || !strings.Contains(out, "order: version 1") {
		t.Errorf("exit code %d, out %q, said %q", code, out, said)
	}
}

// N3: a file that was pulled before another version became active does not undo it unknowingly: push says so, rebase brings it in, and what
// both changed is decided by its author.
func TestRulesRebase(t *testing.T) {
	t.Parallel()
	s, server, key := ruleHost(t, crm.RoleSalesOps)
	do := func(want int, args ...string) (out, said string) {
		t.Helper()
		code, out, said := leadtocash(t, append(append([]string{"rules"}, args...), "--server="+server, "--token="+key)...)
		if code != want {
			t.Fatalf("%v: exit code %d, out %q, said %q", args, code, out, said)
		}
		return out, said
	}
	activate := func(text string) {
		t.Helper()
		if _, err := s.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleOrder: text}, "test", "x"); err != nil {
			t.Fatal(err)
		}
	}
	activate(greenRules)
	file := filepath.Join(t.TempDir(), "order.yaml")
	do(0, "pull", "order", "--output="+file)
	activate(strings.Replace(greenRules, "    - id: total\n", "    - id: ever\n      when: order.total >= 0\n    - id: total\n", 1))
	edit := func(old, now string) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("%v: no %q in %s", err, old, text)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, now, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit("name: little,", "name: too little,")
	if _, said := do(1, "push", file); !strings.Contains(said, "pulled at version 2 and version 3 is active") || !strings.Contains(said, "rules rebase "+file) {
		t.Errorf("%s", said)
	}
	do(2, "push", file, "--rebase", "--over")
	if out, _ := do(0, "push", file, "--rebase"); !strings.Contains(out, "draft") {
		t.Errorf("%s", out)
	}
	if d, err := s.RuleDrafts(t.Context(), crm.RuleOrder); err != nil || len(d) != 1 || d[0].Base != 3 || !strings.Contains(d[0].Source, "id: ever") || !strings.Contains(d[0].Source, "too little") {
		t.Fatalf("%+v %v", d, err)
	}
	if out, _ := do(0, "rebase", file); !strings.Contains(out, "1 of 1 rule sets changed") {
		t.Errorf("%s", out)
	}
	edit("order.total >= 0", "order.total >= 1")
	activate(strings.Replace(greenRules, "    - id: total\n", "    - id: ever\n      when: order.total >= 2\n    - id: total\n", 1))
	if out, said := do(1, "rebase", file); !strings.Contains(out, "order checks.ever was changed on both sides") || !strings.Contains(out, "when: order.total >= 2") || !strings.Contains(said, "1 clauses") {
		t.Errorf("%s %s", out, said)
	}
	do(1, "push", file, "--rebase")
	do(0, "rebase", file, "--take=mine")
	text, _ := os.ReadFile(file)
	if got := string(text); !strings.HasPrefix(got, "# order: version 4,") || !strings.Contains(got, "order.total >= 1") || !strings.Contains(got, "too little") || strings.Contains(got, "order.total >= 2") {
		t.Errorf("%s", got)
	}
	do(0, "push", file)
}
