package activities_test

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// S091: what is handed over to somebody outside is asked for no more, also not by letters that were written and had not left; there is one hand-over at a time, and once it is
// back the chase goes on where it stood.
func TestLegalHandOver(t *testing.T) {
	t.Parallel()
	c := newChaser(t, 2)
	c.fine(c.BeginCollection(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: c.account}))
	c.on("2026-03-09 10:00")
	if got := c.letters(); got != "A/1 first 03-09, A/2 first 03-09" {
		t.Fatalf("letters: %s", got)
	}
	c.sends()
	c.on("2026-03-23 10:00")
	for pointer, f := range map[string]crm.LegalFields{
		"/handler": {Reason: "No answer"}, "/reason": {Handler: "Studio Rossi"}, "/since": {Handler: "Studio Rossi", Reason: "No answer", Since: crm.NewDate(2026, 3, 24)},
	} {
		if a := c.says(crm.CollectionLegal, f); a.Code != "validation_failed" || a.Params[pointer] == "" {
			t.Errorf("%+v: %+v", f, a)
		}
	}
	if a := c.says(crm.CollectionReturn, crm.ReturnFields{Outcome: "?"}); a.Code != "hold_over" {
		t.Errorf("taken back before it was handed over: %+v", a)
	}
	hand := crm.LegalFields{Handler: "Studio Rossi", Reason: "No answer", Since: crm.NewDate(2026, 3, 20)}
	if a := c.says(crm.CollectionLegal, hand); !a.OK() {
		t.Fatalf("%+v", a)
	}
	if a := c.says(crm.CollectionLegal, hand); a.Code != "with_legal" {
		t.Errorf("handed over twice: %+v", a)
	}
	if got := c.letters(); got != "A/1 first 03-09, A/2 first 03-09" { // the second ones had not left
		t.Errorf("letters: %s", got)
	}
	if a := c.says(crm.CollectionRemind, crm.RemindFields{InvoiceID: c.invoices[0]}); a.Code != "collection_held" || a.Params["by"] != "legal" {
		t.Errorf("reminded: %+v", a)
	}
	c.on("2026-06-01 10:00")
	if got := c.letters(); got != "A/1 first 03-09, A/2 first 03-09" {
		t.Errorf("letters while it is outside: %s", got)
	}
	facts, err := c.DebtorFacts(t.Context(), c.account, crm.NewDate(2026, 6, 1))
	c.fine(err)
	set, problems := rules.Parse(crm.RuleOrder, []byte("order:\n  checks:\n    - {id: outside, label: {en: Not with legal}, when: not receivables.legal}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if v := set.Checklist(facts); v.Allowed() || !facts.Receivables.Legal {
		t.Errorf("an order of his: %+v", v)
	}
	if a := c.says(crm.CollectionReturn, crm.ReturnFields{}); a.Params["/outcome"] != "required" {
		t.Errorf("%+v", a)
	}
	if a := c.says(crm.CollectionReturn, crm.ReturnFields{Outcome: "They pay"}); !a.OK() {
		t.Fatalf("%+v", a)
	}
	if got := c.letters(); got != "A/1 first 03-09, A/2 first 03-09, A/1 second 06-01, A/2 second 06-01" {
		t.Errorf("back: %s", got)
	}
	if facts, err = c.DebtorFacts(t.Context(), c.account, crm.NewDate(2026, 6, 1)); err != nil || facts.Receivables.Legal || !set.Checklist(facts).Allowed() {
		t.Errorf("an order after it: %+v %v", facts.Receivables, err)
	}
	over, err := c.LegalHandOvers(t.Context(), c.account)
	c.fine(err)
	if len(over) != 1 || over[0].Since.String() != "2026-03-20" || over[0].EndedOn.String() != "2026-06-01" || over[0].Outcome != "They pay" || c.events("collection.legal%") != "collection.legal_out, collection.legal_back" {
		t.Errorf("%+v, told %s", over, c.events("collection.legal%"))
	}
}
