package api

import (
	"errors"
	"net/http"
	"testing"

	"leadtocash/crm"
)

// A version of rules is compiled before an edit asks it inside its transaction: at the start, and when it comes into force.
func TestRulesAreWarm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	warm := func(kind crm.RuleKind, version int) {
		t.Helper()
		if _, err := s.srv.library.Get(kind, version, func() ([]byte, error) { return nil, errors.New("it was not compiled") }); err != nil {
			t.Errorf("%s %d: %v", kind, version, err)
		}
	}
	must(t, s.srv.warmRules(t.Context()))
	for _, kind := range crm.RuleKinds() {
		warm(kind, 1)
	}
	draft := s.made("sales_ops", "/api/v1/rules/drafts", `{"kind":"order","source":"order:\n  checks: [order.total > 1]\n"}`)
	s.do("sales_ops", http.MethodPost, "/api/v1/rules/drafts/"+string(draft)+"/activate", `{"comment":"more"}`, http.StatusOK)
	warm(crm.RuleOrder, 2)
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleOrder: "order: {checks: [order.total > 2]}"}, "test", "")
	must(t, err)
	must(t, s.srv.warmRules(t.Context())) // as happens every few seconds
	warm(crm.RuleOrder, 3)
}
