package store_test

import (
	"testing"

	"leadtocash/crm"
)

// The same person is one lead by whatever way, however the address and the number are written; another person is another lead (S063).
func TestSamePersonIsOneLead(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	capture := func(l crm.Lead) crm.ID {
		t.Helper()
		known, _, err := e.store.CaptureLead(t.Context(), l, crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
		must(t, err)
		return known.ID
	}
	anna := capture(crm.Lead{Company: "Acme S.p.A.", Email: "anna@acme.example", Country: "IT"})
	desk := capture(crm.Lead{Company: "Acme S.p.A.", Phone: "02 1234567", Country: "IT"})
	for name, c := range map[string]struct {
		lead crm.Lead
		want crm.ID // empty: nobody who is known
	}{
		"the same address in other letters":           {crm.Lead{Company: "Another name", Email: "Anna@ACME.example "}, anna},
		"the same address with something behind plus": {crm.Lead{Email: "anna+fair@acme.example"}, anna},
		"the same number at the same company":         {crm.Lead{Company: "ACME spa", Phone: "+39 02 1234567"}, desk},
		"an address, and that number and company":     {crm.Lead{Company: "Acme", Email: "desk@acme.example", Phone: "0039021234567"}, desk},
		"that number at another company":              {crm.Lead{Company: "Verdi", Phone: "+39 02 1234567"}, ""},
		"another address, and no number":              {crm.Lead{Company: "Acme S.p.A.", Email: "bruno@acme.example"}, ""},
		"neither address nor number":                  {crm.Lead{Company: "Acme S.p.A."}, ""},
	} {
		got := capture(c.lead)
		if c.want == "" && (got == anna || got == desk) || c.want != "" && got != c.want {
			t.Errorf("%s: %s, want %q", name, got, c.want)
		}
	}
}
