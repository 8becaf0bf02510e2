package crm

import (
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func price(s string) *decimal.Decimal { d := dec(s); return &d }

// Vector 25: percentages below the list, by product and break; what the list says of every product comes last.
func TestPickPriceVector(t *testing.T) {
	t.Parallel()
	var v struct {
		Inputs struct {
			Lines []struct {
				Product string
				MinQty  decimal.Decimal `json:"min_qty"`
				Factor  decimal.Decimal
			}
			ListPrices map[string]decimal.Decimal `json:"list_prices"`
		}
		Cases []struct {
			Product   string
			Quantity  *decimal.Decimal
			UnitPrice decimal.Decimal `json:"unit_price"`
		}
	}
	readVector(t, "25_price_list", &v)
	for _, c := range v.Cases {
		var offers []Offer
		for _, l := range v.Inputs.Lines {
			if l.Product == "" || l.Product == c.Product {
				percent := dec("1").Sub(l.Factor).Shift(2)
				offers = append(offers, Offer{Book: "book", Everything: l.Product == "", MinQuantity: l.MinQty, Percent: &percent})
			}
		}
		quantity := dec("1")
		if c.Quantity != nil {
			quantity = *c.Quantity
		}
		if got, _ := PickPrice(v.Inputs.ListPrices[c.Product], offers, quantity, Date{}, HalfUp); !got.Equal(c.UnitPrice) {
			t.Errorf("%s × %s: %s, want %s", c.Product, quantity, got, c.UnitPrice)
		}
	}
}

// Precedence: customer, class, everybody; then what began last; then product before everything; then the highest break.
func TestPickPricePrecedence(t *testing.T) {
	t.Parallel()
	day := func(s string) Date { d, _ := ParseDate(s); return d }
	all := []Offer{
		{Book: "everybody", Audience: AudienceEverybody, Price: price("9")},
		{Book: "class", Audience: AudienceClass, Price: price("8")},
		{Book: "old", Audience: AudienceCustomer, From: day("2026-01-01"), Until: day("2026-06-30"), Price: price("7")},
		{Book: "new", Audience: AudienceCustomer, From: day("2026-07-01"), Price: price("6")},
		{Book: "new", Audience: AudienceCustomer, From: day("2026-07-01"), MinQuantity: dec("10"), Price: price("5")},
		{Book: "new", Audience: AudienceCustomer, From: day("2026-07-01"), MinQuantity: dec("100"), Everything: true, Percent: price("99")},
	}
	for _, c := range []struct{ quantity, on, want, book string }{
		{"1", "2025-12-31", "8", "class"},
		{"1", "2026-06-30", "7", "old"}, // the last day is in
		{"1", "2026-07-01", "6", "new"},
		{"9.9999", "2026-07-01", "6", "new"},
		{"10", "2026-07-01", "5", "new"},
		{"500", "2026-07-01", "5", "new"}, // the product's own entry wins over a higher break of every product
	} {
		got, why := PickPrice(dec("10"), all, dec(c.quantity), day(c.on), HalfUp)
		if got.String() != c.want || why.Book != c.book || !why.Offered.Equal(got) || why.Source != PriceOfBook {
			t.Errorf("%s on %s: %s of %s, want %s of %s", c.quantity, c.on, got, why.Book, c.want, c.book)
		}
	}
	if got, why := PickPrice(dec("10"), all[3:], dec("1"), day("2026-01-01"), HalfUp); !got.Equal(dec("10")) || why.Source != PriceOfList || why.Book != "" {
		t.Errorf("nothing fits: %s %+v", got, why)
	}
}

// Overlaps and gaps of books for the same people are told, others are not.
func TestPeriods(t *testing.T) {
	t.Parallel()
	book := func(name, from, until string) PriceBook {
		b := PriceBook{ID: ID(name), Name: name, Currency: "EUR", Active: true}
		b.ValidFrom, _ = ParseDate(from)
		b.ValidUntil, _ = ParseDate(until)
		return b
	}
	others := []PriceBook{book("spring", "2026-01-01", "2026-03-31"), book("autumn", "2026-09-01", "2026-12-31")}
	other := book("class", "2026-01-01", "2026-12-31")
	other.Class = "A"
	for name, c := range map[string]struct {
		book PriceBook
		want string
	}{
		"both gaps": {book("x", "2026-04-02", "2026-08-30"), "gap spring 2026-04-01 2026-04-01;gap autumn 2026-08-31 2026-08-31;"},
		"no gaps":   {book("x", "2026-04-01", "2026-08-31"), ""},
		"overlap":   {book("x", "2026-03-31", ""), "overlap spring 2026-03-31 2026-03-31;overlap autumn 2026-09-01 2026-12-31;"},
		"itself":    {others[0], "gap autumn 2026-04-01 2026-08-31;"},
	} {
		got := ""
		for _, f := range c.book.Periods(append([]PriceBook{other}, others...)) {
			got += f.Kind + " " + f.Book + " " + f.From.String() + " " + f.Until.String() + ";"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A cascade of discounts is exact against rationals, and so is the document that it is in (M2).
func TestDiscountCascade(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"10": "10 ", "10+5": "14.5 10+5", " 10 + 5 + 3": "17.065 10+5+3", "0": "0 ", "100+50": "100 100+50", "12.5+7.25": "18.84375 12.5+7.25"} {
		whole, written, err := ParseDiscounts(text)
		if got := whole.String() + " " + written; err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"10+": "invalid_decimal", "10+5+3+1": "too_many", "10+101": "out_of_range", "1.234": "too_many_decimals", "-5": "out_of_range", "+": "invalid_decimal", "1e2": "invalid_decimal"} {
		if _, _, err := ParseDiscounts(text); codeOf(t, err).Code != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		c, text, kept := drawCurrency(t), "", big.NewRat(1, 1)
		for i := range rapid.IntRange(1, 3).Draw(t, "steps") {
			d := decimal.New(rapid.Int64Range(0, 10000).Draw(t, "discount"), -2)
			if i > 0 {
				text += "+"
			}
			text += d.String()
			kept.Mul(kept, new(big.Rat).Sub(big.NewRat(1, 1), d.Shift(-2).Rat()))
		}
		whole, _, err := ParseDiscounts(text)
		if err != nil || whole.Shift(-2).Rat().Cmp(new(big.Rat).Sub(big.NewRat(1, 1), kept)) != 0 {
			t.Fatalf("%s: %s %v", text, whole, err)
		}
		p := Pricing{Currency: c, Rounding: rapid.SampledFrom([]Rounding{HalfUp, HalfEven}).Draw(t, "rounding")}
		l := Line{Quantity: decimal.New(rapid.Int64Range(1, 1e6).Draw(t, "quantity"), -2), UnitPrice: decimal.New(rapid.Int64Range(0, 1e7).Draw(t, "price"), -4), DiscountPercent: whole, TaxPercent: dec("22")}
		apart := Line{Quantity: dec("3"), UnitPrice: dec("1000"), TaxPercent: dec("10"), Apart: true}
		got, err := p.Add([]Line{apart, l, apart}, decimal.Zero)
		want := roundRat(new(big.Rat).Mul(product(l.Quantity, l.UnitPrice), kept), c, p.Rounding)
		if err != nil || got.Net.Rat().Cmp(want) != 0 || len(got.Taxes) != 1 || !got.Lines[0].Net.IsZero() {
			t.Fatalf("%s × %s − %s: %s, want %s (%v)", l.Quantity, l.UnitPrice, text, got.Net, want, err)
		}
	})
}

// Rates are checked, and two of them cross with 8 decimals.
func TestExchangeRate(t *testing.T) {
	t.Parallel()
	good := ExchangeRate{Currency: "USD", OnDate: NewDate(2026, 1, 2), Rate: dec("1.0823")}
	if err := good.Check("EUR"); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*ExchangeRate){
		"/currency home_currency":    func(r *ExchangeRate) { r.Currency = "EUR" },
		"/currency unknown_currency": func(r *ExchangeRate) { r.Currency = "ZZZ" },
		"/on_date required":          func(r *ExchangeRate) { r.OnDate = Date{} },
		"/rate out_of_range":         func(r *ExchangeRate) { r.Rate = dec("0") },
		"/rate too_many_decimals":    func(r *ExchangeRate) { r.Rate = dec("1.123456789") },
	} {
		r := good
		spoil(&r)
		if e := codeOf(t, r.Check("EUR")); e.Pointer+" "+e.Code != want {
			t.Errorf("%v, want %s", e, want)
		}
	}
	if got := Cross(dec("1"), dec("1.0823")); !got.Equal(dec("1.0823")) {
		t.Error(got)
	}
	if got := Cross(dec("4.25"), dec("1.0823")); !got.Equal(dec("0.25465882")) {
		t.Error(got)
	}
}
