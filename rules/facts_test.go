package rules

import (
	"testing"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func day(s string) crm.Date {
	d, err := crm.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// ready are the facts of a deal that passes every gate up to won's.
func ready() crm.Facts {
	var f crm.Facts
	f.Process.Today = day("2026-11-21")
	f.Deal.Need, f.Deal.Budget, f.Deal.CloseDate, f.Deal.Amount = "a new line", true, day("2026-12-31"), dec("1500")
	f.Deal.Tags = []string{"fair", "public"}
	f.Customer.VAT, f.Customer.Country, f.Customer.Address = "IT00743110157", "IT", "Via Roma 1, Milano"
	f.Contact.Email = "buyer@example.com"
	f.Quote.State, f.Quote.Lines, f.Quote.DiscountPercent, f.Quote.ValidUntil = "draft", dec("2"), dec("10"), day("2026-12-20")
	f.Order.DeliveryDate, f.Order.Tranches, f.Order.PaymentDays, f.Order.Total = day("2027-01-10"), dec("2"), dec("30"), dec("1500")
	return f
}

func shippedSet(t testing.TB, kind crm.RuleKind) *Set {
	t.Helper()
	d, problems := ParseDocument(Default())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d[kind].Set
}

// outcomes are the clauses of a verdict by id.
func outcomes(v crm.Verdict) map[string]crm.Outcome {
	out := map[string]crm.Outcome{}
	for _, c := range v.Clauses {
		out[c.ID] = c.Outcome
	}
	return out
}

func failing(v crm.Verdict) (ids []string) {
	for _, c := range v.Failing() {
		ids = append(ids, c.ID)
	}
	return ids
}
