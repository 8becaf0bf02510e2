package api

import (
	"fmt"
	"net/http"
	"testing"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// S050: the outcomes of calls move a contact's potential by rule, a second refusal in a row makes it cold, and the customer's timeline tells
// which version of the rules did it.
func TestOutcomesMoveTheStatus(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/contacts/" + string(s.contact)
	for i, step := range []struct{ outcome, want string }{
		{"not_reached", "new"},
		{"refused", "new"},
		{"reached", "contacted"},
		{"refused", "contacted"},
		{"refused", "cold"},
		{"interested", "promising"},
		{"reached", "promising"},
	} {
		s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"contact_id":%q,"kind":"call","subject":"Call %d","due_at":"2026-01-11T09:00:00Z","outcome":%q}`, s.deal, s.contact, i, step.outcome))
		if got := s.do("anna", http.MethodGet, path, "", http.StatusOK)["status"]; got != step.want {
			t.Fatalf("call %d, %s: %v, want %s", i, step.outcome, got, step.want)
		}
	}
	conn, err := pgx.Connect(t.Context(), s.url)
	must(t, err)
	defer conn.Close(t.Context())
	var told string
	must(t, conn.QueryRow(t.Context(), `select string_agg(data ->> 'to' || ' ' || rule_kind || ' ' || rule_version, ', ' order by id) from timeline where code = 'contact.status'`).Scan(&told))
	if want := "contacted contact_status 1, cold contact_status 1, promising contact_status 1"; told != want {
		t.Errorf("told: %s, want %s", told, want)
	}
	_, err = s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleContact: "contact_status:\n  cold: [engagement.outcome == \"not_reached\"]\n"}, "test", "")
	must(t, err)
	s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"contact_id":%q,"kind":"call","subject":"Again","due_at":"2026-01-12T09:00:00Z","outcome":"not_reached"}`, s.deal, s.contact))
	if got := s.do("anna", http.MethodGet, path, "", http.StatusOK)["status"]; got != "cold" {
		t.Errorf("by the next version: %v", got)
	}
}
