package i18n

import (
	"strings"
	"testing"

	"leadtocash/crm"
)

// N1 and UX 4: each condition in words, with the value it has now.
func TestClause(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	clause := func(op, field, now, needs string) crm.Clause {
		return crm.Clause{Source: "src", Op: op, Needs: needs, Values: []crm.Value{{Field: field, Now: now}}}
	}
	for _, c := range []struct {
		lang, want, now string
		clause          crm.Clause
	}{
		{"en", "VAT number is filled in", "now empty", clause("filled", "customer.vat", "", "")},
		{"it", "Il campo Partita IVA è compilato", "ora vuoto", clause("filled", "customer.vat", "", "")},
		{"en", "Amount is more than €1,000.00", "now €900.00", clause(">", "deal.amount", "900", "1000")},
		{"pl", "Kwota powyżej 1_000,00_€", "teraz 900,00_€", clause(">", "deal.amount", "900", "1000")},
		{"es", "Marqen", "", crm.Clause{Label: map[string]string{"es": "Marqen"}}},
		{"es", "Margen es como mínimo 12,5_%", "ahora 8_%", clause(">=", "deal.margin_percent", "8", "12.5")},
		{"it", "Offerta valida fino al: dopo il 21 nov 2026", "ora 20 nov 2026", clause(">", "quote.valid_until", "2026-11-20", "2026-11-21")},
		{"en", "Budget confirmed: yes", "now no", clause("is", "deal.budget", "false", "true")},
		{"pl", "Na zamówienie: nie", "teraz tak", clause("is", "deal.made_to_order", "true", "false")},
		{"en", "Stage is one of: send, negotiate", "now won", clause("in", "deal.stage", "won", "send, negotiate")},
		{"en", "src", "now 3", clause("", "deal.products", "3", "")},
		{"it", "english label", "ora 3", crm.Clause{Label: map[string]string{"en": "english label"}, Values: []crm.Value{{Field: "deal.products", Now: "3"}}}},
	} {
		p := texts.For(c.lang)
		if got := shown(p.Clause(c.clause, crm.EUR)); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
		if len(c.clause.Values) == 0 {
			continue
		}
		if got := shown(p.Now(c.clause.Values[0], crm.EUR)); got != c.now {
			t.Errorf("%s: %q, want %q", c.lang, got, c.now)
		}
	}
	if f := texts.Faults(); len(f) > 0 {
		t.Error(f)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for _, c := range []struct {
		lang, want string
		err        crm.FieldError
	}{
		{"en", "It must be between 0 and 100.", crm.Problem("out_of_range", "min", "0", "max", "100")},
		{"pl", "Wartość musi wynosić co najmniej 0,01.", crm.Problem("out_of_range", "min", "0.01")},
		{"it", "Troppi decimali. Ammessi in EUR: 2.", crm.Problem("too_many_decimals", "max", "2", "currency", "EUR")},
		{"it", "L’importo è troppo grande. Il massimo è 9.999.999.999.999,99.", crm.Problem("amount_too_large", "max", "9999999999999.99")},
		{"es", "Las partes suman 99,99 y no 100,00. Diferencia: 0,01.", crm.Problem("sum_mismatch", "want", "100.00", "got", "99.99", "difference", "0.01")},
		{"en", "This value is not valid.", crm.Problem("never_heard_of")},
	} {
		if got := texts.For(c.lang).Error(c.err); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.err.Code, got, c.want)
		}
	}
	if f := texts.Faults(); len(f) != 1 || !strings.Contains(f[0], "never_heard_of") {
		t.Error(f)
	}
}
