package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// shop is a catalogue with a pump, a motor and a cover beside the product of edited.
type shop struct {
	edited
	ids map[string]crm.ID
}

func newShop(t *testing.T) shop {
	t.Helper()
	s := shop{newEdited(t), map[string]crm.ID{}}
	s.ids["A"] = s.product
	for _, p := range []crm.Product{
		{SKU: "PUMP", Price: dec("100"), Cost: dec("60"), UnitDecimals: 0, Names: map[string]string{"it": "Pompa"}},
		{SKU: "MOTOR", Price: dec("50"), Cost: dec("30"), Kind: crm.ProductOption, UnitDecimals: 4},
		{SKU: "COVER", Price: dec("9.99"), Cost: dec("4"), UnitDecimals: 4},
		{SKU: "SET", Kind: crm.ProductBundle, PricedAs: crm.PricedSum, UnitDecimals: 4},
		{SKU: "DOLLAR", Currency: "USD", Price: dec("108.23"), UnitDecimals: 4},
	} {
		p.ID, p.Name, p.Unit, p.Active = store.NewID(), strings.ToLower(p.SKU), "pc", true
		if p.Currency == "" {
			p.Currency = "EUR"
		}
		_, err := s.store.CreateProduct(t.Context(), p)
		must(t, err)
		s.ids[p.SKU] = p.ID
	}
	return s
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func amountOf(s string) *decimal.Decimal { d := dec(s); return &d }

func (s shop) constrain(t *testing.T, sku string, cs ...crm.Constraint) {
	t.Helper()
	_, err := s.store.SetConstraints(t.Context(), store.Target{ID: s.ids[sku]}, cs)
	must(t, err)
}

func (s shop) others(skus ...string) (out []crm.ProductName) {
	for _, k := range skus {
		out = append(out, crm.ProductName{ID: s.ids[k]})
	}
	return out
}

// add puts a product on the tab and tells the codes of a refusal.
func (s shop) add(t *testing.T, sku, quantity string, required bool) (crm.ProductLine, string) {
	t.Helper()
	add := s.store.AddProductLine
	if required {
		add = s.store.AddConfigured
	}
	l, err := add(t.Context(), s.target, store.NewID(), s.ids[sku], func(l *crm.ProductLine) error { l.Quantity = dec(quantity); return nil })
	return l, codes(t, err)
}

func codes(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	errs, ok := errors.AsType[crm.FieldErrors](err)
	if !ok {
		t.Fatal(err)
	}
	var out []string
	for _, e := range errs {
		out = append(out, e.Pointer+" "+e.Code)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func (s shop) book(t *testing.T, b crm.PriceBook, entries ...crm.PriceEntry) crm.PriceBook {
	t.Helper()
	b.ID, b.Active = store.NewID(), true
	b, err := s.store.CreatePriceBook(t.Context(), b)
	must(t, err)
	b, err = s.store.SetPrices(t.Context(), store.Target{ID: b.ID, Version: b.Version}, entries, false)
	must(t, err)
	return b
}

func (s shop) tab(t *testing.T) string {
	t.Helper()
	lines, err := s.store.OpportunityLines(t.Context(), s.target.ID)
	must(t, err)
	out := ""
	for _, l := range lines {
		out += fmt.Sprint(l.SKU, " ", l.Quantity, " ", l.UnitPrice, " ", l.Price.Source, "; ")
	}
	return out
}

// A line's price is that of the book which is nearest to the customer, with its reason; another quantity looks it up anew, what was typed stays (S032-S040).
func TestLinePriceOfABook(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	deal := s.deal(t)
	s.book(t, crm.PriceBook{Name: "List 2026", Currency: "EUR"}, crm.PriceEntry{Percent: amountOf("5")})
	s.book(t, crm.PriceBook{Name: "ACME", Currency: "EUR", AccountID: deal.AccountID}, crm.PriceEntry{ProductID: s.ids["PUMP"], Price: amountOf("90")},
		crm.PriceEntry{ProductID: s.ids["PUMP"], MinQuantity: dec("10"), Price: amountOf("80")})
	s.book(t, crm.PriceBook{Name: "Over", Currency: "EUR", AccountID: deal.AccountID, ValidUntil: crm.DateOf(time.Now(), time.UTC).AddDays(-2)}, crm.PriceEntry{ProductID: s.ids["PUMP"], Price: amountOf("1")})
	l, refused := s.add(t, "PUMP", "1", false)
	if refused != "" || !l.UnitPrice.Equal(dec("90")) || l.Price.Book != "ACME" || !l.Price.List.Equal(dec("100")) || !l.UnitCost.Equal(dec("60")) {
		t.Fatalf("%s %+v", refused, l)
	}
	edit := func(change func(*crm.ProductLine)) crm.ProductLine {
		l, err := s.store.EditProductLine(t.Context(), s.target, l.ID, func(l *crm.ProductLine) error { change(l); return nil })
		must(t, err)
		return l
	}
	if got := edit(func(l *crm.ProductLine) { l.Quantity = dec("12") }); !got.UnitPrice.Equal(dec("80")) || !got.Price.Break.Equal(dec("10")) {
		t.Errorf("the break: %+v", got)
	}
	if got := edit(func(l *crm.ProductLine) { l.UnitPrice = dec("77") }); got.Price.Source != crm.PriceByHand || !got.Price.Offered.Equal(dec("80")) {
		t.Errorf("typed: %+v", got)
	}
	if got := edit(func(l *crm.ProductLine) { l.Quantity = dec("2") }); !got.UnitPrice.Equal(dec("77")) || got.Price.Source != crm.PriceByHand {
		t.Errorf("what was typed stays: %+v", got)
	}
	if _, refused := s.add(t, "PUMP", "1.5", false); refused != "/quantity too_many_decimals" {
		t.Errorf("half a pump: %q", refused)
	}
	if l, refused := s.add(t, "COVER", "1", false); refused != "" || l.UnitPrice.String() != "9.4905" || l.Price.Book != "List 2026" {
		t.Errorf("a percentage below the list: %q %+v", refused, l)
	}
	if got := s.deal(t).Amount; !got.Equal(dec("163.49")) { // 2 × 77 + 9.49
		t.Errorf("S040: %s", got)
	}
	d, err := s.store.CreateQuote(t.Context(), s.target, store.NewID(), func(*store.QuoteDraft) error { return nil })
	must(t, err)
	if d.Lines[0].Price.Source != crm.PriceByHand || d.Lines[1].Price.Book != "List 2026" || d.Lines[0].Name != "Pompa" || d.Rounding != "half_up" {
		t.Errorf("S041: the quote keeps why, and speaks the customer's language: %+v", d)
	}
}

// Bundles cost what their components cost; other currencies are exchanged at the rate of the day, which the line keeps.
func TestBundlesAndCurrencies(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := s.store.SetComponents(t.Context(), store.Target{ID: s.ids["SET"]}, []crm.Component{{ProductID: s.ids["PUMP"], Quantity: dec("2")}, {ProductID: s.ids["COVER"], Quantity: dec("1.5")}})
	must(t, err)
	for want, parts := range map[string][]crm.Component{
		"/components/0/product_id nested_bundle":  {{ProductID: s.ids["SET"], Quantity: dec("1")}},
		"/components/0/product_id mixed_currency": {{ProductID: s.ids["DOLLAR"], Quantity: dec("1")}},
		"/components/0/product_id unknown_record": {{ProductID: store.NewID(), Quantity: dec("1")}},
	} {
		if _, err := s.store.SetComponents(t.Context(), store.Target{ID: s.ids["SET"]}, parts); codes(t, err) != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if l, refused := s.add(t, "SET", "1", false); refused != "" || !l.UnitPrice.Equal(dec("214.985")) || !l.UnitCost.Equal(dec("126")) {
		t.Errorf("%q %+v", refused, l)
	}
	if _, refused := s.add(t, "DOLLAR", "1", false); refused != "/product_id mixed_currency" {
		t.Errorf("no rate: %q", refused)
	}
	today := crm.DateOf(time.Now(), time.UTC).AddDays(-1)
	must(t, s.store.SetExchangeRates(t.Context(), "", []crm.ExchangeRate{{Currency: "USD", OnDate: today, Rate: dec("1.0823")}, {Currency: "USD", OnDate: today.AddDays(-9), Rate: dec("2")}}))
	if l, refused := s.add(t, "DOLLAR", "1", false); refused != "" || !l.UnitPrice.Equal(dec("100")) || l.Price.Exchange == nil || l.Price.Exchange.OnDate != today || l.Price.Exchange.From != "USD" {
		t.Errorf("%q %+v", refused, l)
	}
	if err := s.store.SetExchangeRates(t.Context(), "", []crm.ExchangeRate{{Currency: "EUR", OnDate: today, Rate: dec("1")}}); codes(t, err) != "/rates/0/currency home_currency" {
		t.Error(err)
	}
}

// What constraints forbid is refused on every path, with the way out; what is required is added on demand (S072).
func TestConfiguredTabAndQuote(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.constrain(t, "PUMP", crm.Constraint{Kind: crm.Ratio, Others: s.others("MOTOR"), Least: dec("1"), Most: dec("2")}, crm.Constraint{Kind: crm.Excludes, Others: s.others("COVER")})
	if _, refused := s.add(t, "PUMP", "2", false); refused != "/product_id configuration_ratio" {
		t.Fatalf("without motors: %q", refused)
	}
	pump, refused := s.add(t, "PUMP", "2", true)
	if refused != "" || s.tab(t) != "PUMP 2 100 list; MOTOR 2 50 list; " {
		t.Fatalf("%q %s", refused, s.tab(t))
	}
	if _, refused := s.add(t, "COVER", "1", false); refused != "/product_id configuration_excludes" {
		t.Errorf("beside what excludes it: %q", refused)
	}
	lines, err := s.store.OpportunityLines(t.Context(), s.target.ID)
	must(t, err)
	if err := s.store.RemoveProductLine(t.Context(), s.target, lines[1].ID); !strings.Contains(codes(t, err), "configuration_ratio") {
		t.Errorf("the motors go: %v", err)
	}
	_, err = s.store.EditProductLine(t.Context(), s.target, pump.ID, func(l *crm.ProductLine) error { l.Quantity = dec("3"); return nil })
	if codes(t, err) != "/quantity configuration_ratio" {
		t.Errorf("more pumps: %v", err)
	}
	must(t, s.store.MoveProductLine(t.Context(), s.target, lines[1].ID, 1))
	if got := s.tab(t); got != "MOTOR 2 50 list; PUMP 2 100 list; " {
		t.Errorf("the order: %s", got)
	}
	d, err := s.store.CreateQuote(t.Context(), s.target, store.NewID(), func(*store.QuoteDraft) error { return nil })
	must(t, err)
	at := s.target
	at.ID = d.ID
	change := func(f func(*store.QuoteDraft)) (store.QuoteDraft, error) {
		return s.store.EditQuote(t.Context(), at, func(d *store.QuoteDraft) error { f(d); return nil })
	}
	if _, err := change(func(d *store.QuoteDraft) { d.Lines = d.Lines[1:] }); codes(t, err) != "/lines/0 configuration_ratio" {
		t.Errorf("a quote of pumps alone: %v", err)
	}
	if _, err := change(func(d *store.QuoteDraft) { d.Lines[0].Optional = true }); codes(t, err) != "/lines/1 configuration_ratio" {
		t.Errorf("motors that nobody has chosen: %v", err)
	}
	d, err = change(func(d *store.QuoteDraft) { d.Lines, d.Required = d.Lines[1:], true })
	must(t, err)
	if len(d.Lines) != 2 || d.Lines[1].Name != "motor" || !d.Lines[1].Quantity.Equal(dec("2")) || !d.Net.Equal(dec("300")) {
		t.Errorf("what is required: %+v", d.Lines)
	}
}

// Headings and options that nobody has chosen stand on a quote and do not count; catalogue lines that count go back to the tab (S042-S044). A preview leaves nothing.
func TestSectionsAndOptions(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, refused := s.add(t, "PUMP", "1", false)
	d, err := s.store.CreateQuote(t.Context(), s.target, store.NewID(), func(d *store.QuoteDraft) error {
		d.Lines = append([]crm.QuoteLine{{Kind: crm.SectionOfQuote, Name: "Machines", UnitPrice: dec("5"), TaxPercent: dec("10")}}, d.Lines...)
		d.Lines = append(d.Lines, crm.QuoteLine{Kind: crm.LineOfQuote, ProductID: s.ids["COVER"], Name: "cover", Unit: "pc", Quantity: dec("2"), Optional: true, TaxClassID: store.AskTax, Price: crm.PriceReason{Source: store.AskPrice}},
			crm.QuoteLine{Kind: crm.LineOfQuote, Name: "By hand", Unit: "pc", Quantity: dec("1"), UnitPrice: dec("10"), DiscountPercent: dec("14.5"), Discounts: "10+5"})
		return nil
	})
	must(t, err)
	if refused != "" || !d.Net.Equal(dec("108.55")) || !d.Lines[2].UnitPrice.Equal(dec("9.99")) || !d.Lines[2].Net.IsZero() {
		t.Fatalf("%s %+v", refused, d)
	}
	at := s.target
	at.ID = d.ID
	seen, err := s.store.PreviewQuote(t.Context(), at, func(d *store.QuoteDraft) error { d.Lines[2].Chosen = true; return nil })
	must(t, err)
	if !seen.Net.Equal(dec("128.53")) {
		t.Errorf("chosen: %s", seen.Net)
	}
	kept, err := s.store.QuoteParts(t.Context(), d.ID)
	must(t, err)
	if len(kept.Lines) != 4 || kept.Lines[2].Chosen || kept.Lines[0].Kind != crm.SectionOfQuote || kept.Lines[3].Discounts != "10+5" || !kept.Lines[3].DiscountPercent.Equal(dec("14.5")) {
		t.Errorf("%+v", kept.Lines)
	}
}

// A retired product stays on documents and is not taken anew; what replaces it is named. The customer's case decides the tax, and the document keeps how it was rounded.
func TestRetiredCaseAndRounding(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, refused := s.add(t, "COVER", "1", false)
	_, err := s.store.EditProduct(t.Context(), s.ids["COVER"], 0, func(p *crm.Product) error { p.Active, p.ReplacedBy = false, s.ids["MOTOR"]; return nil })
	must(t, err)
	if _, again := s.add(t, "COVER", "1", false); refused != "" || again != "/product_id product_replaced" {
		t.Errorf("%q %q", refused, again)
	}
	reverse, err := s.store.CreateTaxClass(t.Context(), s.target.Actor, crm.TaxClass{ID: store.NewID(), Name: "Reverse", Exemption: "art. 17", Code: "N6.9", Active: true})
	must(t, err)
	at := s.target
	at.ID = s.deal(t).AccountID
	_, err = s.store.SetAccountTax(t.Context(), at, reverse.ID, true, "30/60")
	must(t, err)
	d, err := s.store.CreateQuote(t.Context(), s.target, store.NewID(), func(*store.QuoteDraft) error { return nil })
	must(t, err)
	if !d.SplitPayment || d.Lines[0].TaxClassID != reverse.ID || d.Lines[0].Exemption != "art. 17" || !d.Tax.IsZero() {
		t.Errorf("the customer's case, with the retired product: %+v", d)
	}
	_, err = s.store.SetRounding(t.Context(), s.target.Actor, crm.HalfEven, true)
	must(t, err)
	at.ID = d.ID
	d, err = s.store.EditQuote(t.Context(), at, func(d *store.QuoteDraft) error {
		d.Lines = append(d.Lines, crm.QuoteLine{Kind: crm.LineOfQuote, Name: "Half a cent", Unit: "pc", Quantity: dec("1"), UnitPrice: dec("0.125")})
		return nil
	})
	must(t, err)
	if d.Rounding != "half_up" || !d.Net.Equal(dec("10.12")) {
		t.Errorf("a draft is rounded as it was begun: %s %s", d.Rounding, d.Net)
	}
}

// Categories are a tree: none stands below itself.
func TestCategoryTree(t *testing.T) {
	t.Parallel()
	s := newEdited(t)
	a, err := s.store.CreateCategory(t.Context(), crm.Category{ID: store.NewID(), Name: "Machines"})
	must(t, err)
	b, err := s.store.CreateCategory(t.Context(), crm.Category{ID: store.NewID(), Name: "Pumps", ParentID: a.ID})
	must(t, err)
	_, err = s.store.EditCategory(t.Context(), store.Target{ID: a.ID}, func(c *crm.Category) error { c.ParentID = b.ID; return nil })
	if codes(t, err) != "/parent_id circle" {
		t.Error(err)
	}
	if _, err := s.store.CreateCategory(t.Context(), crm.Category{ID: store.NewID(), Name: "pumps", ParentID: a.ID}); !errors.As(err, new(store.Taken)) {
		t.Error(err)
	}
	tree, err := s.store.CategoryTree(t.Context())
	must(t, err)
	if len(tree) != 2 || tree[1].Path != "Machines / Pumps" || tree[1].Depth != 1 {
		t.Errorf("%+v", tree)
	}
}
