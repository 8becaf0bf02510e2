package crm

import (
	"errors"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// However an invoice is credited, by line or by rate, what is taken never passes a line, tax stays within a cent of its rate at each step, and once
// nothing is left net and tax are the invoice's to the cent (S087, S091).
func TestCreditsNeverPassTheInvoice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var invoice []InvoiceLine
		for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
			net := decimal.New(rapid.Int64Range(1, 500_000).Draw(t, "net"), -2)
			rate := decimal.RequireFromString(rapid.SampledFrom([]string{"22", "10", "5.5", "0"}).Draw(t, "rate"))
			if len(invoice) > 0 && rapid.IntRange(0, 4).Draw(t, "deduction") == 0 {
				net = net.Neg()
			}
			invoice = append(invoice, InvoiceLine{Position: i + 1, Text: "x", Net: net, TaxPercent: rate, Tax: Round(net.Mul(rate).Shift(-2), EUR, HalfUp)})
		}
		var credited []InvoiceLine
		for range rapid.IntRange(0, 8).Draw(t, "notes") {
			l := invoice[rapid.IntRange(0, len(invoice)-1).Draw(t, "of")]
			part := CreditPart{Position: l.Position, Net: decimal.New(rapid.Int64Range(-100_000, 500_000).Draw(t, "part"), -2).String()}
			if rapid.Bool().Draw(t, "by rate") {
				part = CreditPart{TaxPercent: l.TaxPercent.String(), Net: part.Net}
			}
			got, err := CreditLines(invoice, credited, []CreditPart{part}, EUR)
			if err != nil {
				continue
			}
			net, tax, total := Sums(got)
			if !net.Equal(decimal.RequireFromString(part.Net)) || !net.Add(tax).Equal(total) {
				t.Fatalf("asked for %s, got %s", part.Net, net)
			}
			credited = append(credited, got...)
			leftWithin(t, invoice, credited)
		}
		rest, err := CreditLines(invoice, credited, nil, EUR)
		if err == nil {
			credited = append(credited, rest...)
		} else if codeOfRapid(err) != "nothing_to_credit" {
			t.Fatal(err)
		}
		net, tax, _ := Sums(credited)
		wantNet, wantTax, _ := Sums(invoice)
		if !net.Equal(wantNet) || !tax.Equal(wantTax) {
			t.Fatalf("all in all %s and %s, the invoice says %s and %s", net, tax, wantNet, wantTax)
		}
		if _, err := CreditLines(invoice, credited, nil, EUR); err == nil {
			t.Fatal("more than the invoice was credited")
		}
	})
}

func leftWithin(t *rapid.T, invoice, credited []InvoiceLine) {
	for i, l := range Uncredited(invoice, credited) {
		was := invoice[i]
		if l.Net.Sign() == -was.Net.Sign() && !l.Net.IsZero() || l.Net.Abs().GreaterThan(was.Net.Abs()) || l.Tax.Abs().GreaterThan(was.Tax.Abs()) || l.Tax.Sign()*was.Net.Sign() < 0 {
			t.Fatalf("of %+v %s and %s are left", was, l.Net, l.Tax)
		}
		if exact := l.Net.Mul(l.TaxPercent).Shift(-2); exact.Sub(l.Tax).Abs().GreaterThan(decimal.New(1, -2)) {
			t.Fatalf("the tax of what is left, %s, is %s", l.Net, l.Tax)
		}
	}
}

// What cannot be credited is told at its part, with what is left.
func TestCreditRefused(t *testing.T) {
	t.Parallel()
	invoice := []InvoiceLine{{Position: 1, Net: decimal.NewFromInt(100), TaxPercent: decimal.NewFromInt(22), Tax: decimal.NewFromInt(22)}}
	for want, part := range map[string]CreditPart{
		"/lines/0/net beyond_invoice":          {Position: 1, Net: "100.01"},
		"/lines/0/net out_of_range":            {Position: 1, Net: "0"},
		"/lines/0/net too_many_decimals":       {Position: 1, Net: "1.001"},
		"/lines/0/net invalid_decimal":         {Position: 1, Net: "1,00"},
		"/lines/0/position unknown_value":      {Position: 2, Net: "1"},
		"/lines/0/tax_percent unknown_value":   {TaxPercent: "4", Net: "1"},
		"/lines/0/tax_percent unknown_value 2": {TaxPercent: "1e999999999", Net: "1"},
	} {
		_, err := CreditLines(invoice, nil, []CreditPart{part}, EUR)
		var wrong FieldErrors
		if !errors.As(err, &wrong) || len(want) < len(wrong[0].Pointer) || want[:len(wrong[0].Pointer)+1+len(wrong[0].Code)] != wrong[0].Pointer+" "+wrong[0].Code {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := CreditLines(invoice, nil, []CreditPart{{Position: 1, Net: "60"}, {Position: 1, Net: strconv.Itoa(41)}}, EUR); err == nil {
		t.Error("two parts of a line pass it together")
	}
}
