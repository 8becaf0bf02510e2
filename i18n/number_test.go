package i18n

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// shown makes hard spaces visible in a test's table.
func shown(s string) string { return strings.ReplaceAll(s, nbsp, "_") }

func TestMoney(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for _, c := range []struct {
		amount   string
		currency crm.Currency
		want     [4]string // en, it, es, pl
	}{
		{"12400", "EUR", [4]string{"€12,400.00", "12.400,00_€", "12.400,00_€", "12_400,00_€"}},
		{"-1234.5", "EUR", [4]string{"−€1,234.50", "−1.234,50_€", "−1.234,50_€", "−1_234,50_€"}},
		{"1234567.89", "PLN", [4]string{"PLN_1,234,567.89", "1.234.567,89_zł", "1.234.567,89_zł", "1_234_567,89_zł"}},
		{"0", "USD", [4]string{"$0.00", "0,00_$", "0,00_$", "0,00_$"}},
		{"999", "JPY", [4]string{"JPY_999", "999_JPY", "999_JPY", "999_JPY"}},
		{"1.2345", "KWD", [4]string{"KWD_1.235", "1,235_KWD", "1,235_KWD", "1,235_KWD"}},
		{"-0.001", "EUR", [4]string{"€0.00", "0,00_€", "0,00_€", "0,00_€"}},
		{"9999999999999.99", "EUR", [4]string{"€9,999,999,999,999.99", "9.999.999.999.999,99_€", "9.999.999.999.999,99_€", "9_999_999_999_999,99_€"}},
	} {
		for i, l := range Languages() {
			if got := shown(texts.For(l).Money(dec(c.amount), c.currency)); got != c.want[i] {
				t.Errorf("%s: %s %s: %s, want %s", l, c.amount, c.currency, got, c.want[i])
			}
		}
	}
}

func TestNumberAndPercent(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for i, l := range Languages() {
		p := texts.For(l)
		for _, c := range []struct {
			got  string
			want [4]string
		}{
			{p.Number(dec("1234.5"), 2), [4]string{"1,234.50", "1.234,50", "1.234,50", "1_234,50"}},
			{p.Number(dec("-0.004"), 2), [4]string{"0.00", "0,00", "0,00", "0,00"}},
			{p.Number(dec("1.2500"), AsGiven), [4]string{"1.25", "1,25", "1,25", "1,25"}},
			{p.Number(dec("-1000"), 0), [4]string{"−1,000", "−1.000", "−1.000", "−1_000"}},
			{p.Percent(dec("12.50")), [4]string{"12.5%", "12,5%", "12,5_%", "12,5%"}},
			{p.Input(dec("1234.5"), "EUR"), [4]string{"1234.50", "1234,50", "1234,50", "1234,50"}},
		} {
			if shown(c.got) != c.want[i] {
				t.Errorf("%s: %s, want %s", l, shown(c.got), c.want[i])
			}
		}
	}
}

func TestParseAmountByLanguage(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for _, c := range []struct{ lang, text, want string }{
		{"it", "1.234,56", "1234.56"},
		{"es", "1234,56", "1234.56"},
		{"pl", "1 234,56 zł", "invalid_decimal"}, // zł is not the euro
		{"pl", "1\u00a0234,56 €", "1234.56"},
		{"pl", "12\u202f400", "12400"},
		{"en", "1,234.56", "1234.56"},
		{"en", "€1,234.56", "1234.56"},
		{"en", "EUR 1,234.56", "1234.56"},
		{"it", " 12.400,00 € ", "12400"},
		{"it", "0,5", "0.5"},
		{"it", "1.50", "invalid_decimal"}, // never 150
		{"en", "1,50", "invalid_decimal"},
		{"en", "1,2345.00", "invalid_decimal"},
		{"en", "1234,567", "invalid_decimal"},
		{"it", "1.234.56", "invalid_decimal"},
		{"it", "1 234.567,00", "invalid_decimal"},
		{"it", "1,2,3", "invalid_decimal"},
		{"it", ",5", "invalid_decimal"},
		{"it", "", "invalid_decimal"},
		{"it", "€", "invalid_decimal"},
		{"en", "1e5", "invalid_decimal"},
		{"it", "10,005", "too_many_decimals"},
		{"it", "−5,00", "out_of_range"},
		{"en", strings.Repeat("9", 50), "amount_too_large"},
	} {
		got, err := texts.For(c.lang).ParseAmount(c.text, "EUR")
		shown := got.String()
		var e crm.FieldError
		if errors.As(err, &e) {
			shown = e.Code
		}
		if shown != c.want {
			t.Errorf("%s %q: %s, want %s", c.lang, c.text, shown, c.want)
		}
	}
}

// What is written is read back, in every language and currency.
func TestMoneyReadsBack(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	rapid.Check(t, func(t *rapid.T) {
		p := texts.For(rapid.SampledFrom(Languages()).Draw(t, "language"))
		c := rapid.SampledFrom(crm.Currencies()).Draw(t, "currency")
		d := decimal.New(rapid.Int64Range(0, 9999999999999).Draw(t, "units"), -c.Digits())
		for _, text := range []string{p.Money(d, c), p.Input(d, c)} {
			if got, err := p.ParseAmount(text, c); err != nil || !got.Equal(d) {
				t.Fatalf("%s: %q is read as %s %v", p.Language(), text, got, err)
			}
		}
	})
}

// UX 6: ł comes after l, accents do not tear words apart.
func TestSort(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for lang, want := range map[string][]string{
		"pl": {"lampa", "lody", "ława", "mleko", "zebra", "źródło", "żaba"},
		"es": {"Álvarez", "Ana", "nube", "ñandú", "oso"},
		"it": {"andare", "città", "cittadino", "Zara"},
		"en": {"apple", "Banana", "cherry"},
	} {
		got := slices.Clone(want)
		slices.Reverse(got)
		texts.For(lang).Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", lang, got)
		}
	}
}
