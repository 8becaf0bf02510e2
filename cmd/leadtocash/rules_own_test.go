package main

import (
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

const ownRules = `required:
  account: [filled(account.custom.cli_sector)]
  cases:
    - {name: with it, given: {account.custom.cli_sector: "steel"}, ask: account, expect: allowed}
`

// S054: check, test, lint, diff and push know the fields of the server's company; without a server they say where these are known.
func TestRulesKnowOwnFields(t *testing.T) {
	t.Parallel()
	s, server, key := ruleHost(t, crm.RoleSalesOps)
	owner, err := s.UserByEmail(t.Context(), "olga@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateCustomField(t.Context(), owner.ID, crm.CustomField{ID: store.NewID(), Record: "account", Name: "cli_sector", Type: crm.CustomText, Labels: map[string]string{"en": "Sector"}}); err != nil {
		t.Fatal(err)
	}
	file, wrong := ruleText(t, ownRules), ruleText(t, strings.ReplaceAll(ownRules, "cli_sector", "cli_sektor"))
	at := []string{"--server=" + server, "--token=" + key}
	for _, command := range []string{"check", "lint", "test"} {
		if code, out, said := leadtocash(t, "rules", command, file); code != 1 || !strings.Contains(out, "unknown_name") || !strings.Contains(said, "--server") {
			t.Errorf("%s without a server: %d %q %q", command, code, out, said)
		}
		if code, out, said := leadtocash(t, append([]string{"rules", command, file}, at...)...); code != 0 || said != "" {
			t.Errorf("%s: %d %q %q", command, code, out, said)
		}
		if code, out, said := leadtocash(t, append([]string{"rules", command, wrong}, at...)...); code != 1 || !strings.Contains(out, "account.custom.cli_sector") || said != "" {
			t.Errorf("%s of a slip: %d %q %q", command, code, out, said)
		}
	}
	if code, _, said := leadtocash(t, "rules", "check", file, "--server=http://"+deadAddress(t), "--token=x"); code != 3 || !strings.Contains(said, "cannot be reached") {
		t.Errorf("a server that is away: %d %q", code, said)
	}
	if code, out, said := leadtocash(t, append([]string{"rules", "push", file, "--activate", "--comment=Sector"}, at...)...); code != 0 || !strings.Contains(out, "is active") {
		t.Errorf("push: %d %q %q", code, out, said)
	}
	if code, out, said := leadtocash(t, append([]string{"rules", "diff", ruleText(t, "required: {account: [filled(customer.name)]}")}, at...)...); code != 0 || !strings.Contains(out, "cli_sector") {
		t.Errorf("diff: %d %q %q", code, out, said)
	}
}
