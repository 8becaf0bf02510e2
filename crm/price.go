package crm

import (
	"math/big"
	"strconv"

	"github.com/shopspring/decimal"
)

// Line is one position of a quote, order or invoice. A negative quantity credits.
type Line struct {
	Quantity        decimal.Decimal
	UnitPrice       decimal.Decimal   // before discount, without tax; up to 4 decimals
	DiscountPercent decimal.Decimal   // of the unit price, 0 to 100
	Cost            decimal.Decimal   // of one unit
	TaxPercent      decimal.Decimal   // the VAT rate; 0 when exempt
	TaxCode         string            // why it is 0, one of Naturas
	Exemption       string            // the same in words
	OtherTaxes      []decimal.Decimal // further percentages of the same base; withholding is negative
	Apart           bool              // it is shown and not counted: a heading, or an option that nobody has chosen
}

// Pricing is how a company adds up its documents.
type Pricing struct {
	Currency   Currency
	Rounding   Rounding
	TaxPerLine bool // tax is rounded for each line; else for each rate of the document
}

// LineTotal is what one line comes to, in whole minor units.
type LineTotal struct {
	List     decimal.Decimal // quantity × unit price
	Discount decimal.Decimal // the line's own and its part of the document's
	Net      decimal.Decimal // List − Discount
	Cost     decimal.Decimal
}

// TaxTotal is the tax of one rate, or what is not taxed for one reason.
type TaxTotal struct {
	Percent decimal.Decimal
	Code    string // the reason, one of Naturas; empty where nobody named it
	Reason  string // in words, those of the first line that has any
	Base    decimal.Decimal
	Tax     decimal.Decimal
}

// Totals is what a document comes to, in whole minor units. The shown figures always add up:
// Net is the sum of the lines' nets, Total is Net plus the tax of each rate.
type Totals struct {
	Lines            []LineTotal
	List             decimal.Decimal
	DocumentDiscount decimal.Decimal
	Net              decimal.Decimal
	Cost             decimal.Decimal
	Taxes            []TaxTotal // in the order in which the rates first occur
	Tax              decimal.Decimal
	Total            decimal.Decimal
	DiscountPercent  decimal.Decimal // of List, 2 decimals; 0 when List is 0
	MarginPercent    decimal.Decimal // of Net, 2 decimals; 0 when Net is 0
}

// MaxLines is how many lines a document may have.
const MaxLines = 500

// Add computes a document (M2). Each line is rounded to minor units first; the document's discount is the percentage of
// their sum and is shared out by the largest remainder; tax is taken from the nets that are shown, as EN 16931 asks
// (BR-CO-17), so that anyone can add the document up again. Errors, all at once, below /lines and /discount_percent:
// unknown_currency, too_many, amount_too_large, out_of_range.
func (p Pricing) Add(lines []Line, discountPercent decimal.Decimal) (Totals, error) {
	if err := p.check(lines, discountPercent); err != nil {
		return Totals{}, err
	}
	t := Totals{Lines: make([]LineTotal, len(lines))}
	sum := decimal.Zero
	for i, l := range lines {
		t.Lines[i] = p.line(l)
		t.List = t.List.Add(t.Lines[i].List)
		t.Cost = t.Cost.Add(t.Lines[i].Cost)
		sum = sum.Add(t.Lines[i].Net)
	}
	t.DocumentDiscount = Round(sum.Mul(discountPercent).Shift(-2), p.Currency, p.Rounding)
	p.share(&t, discountPercent)
	t.Net = sum.Sub(t.DocumentDiscount)
	t.Taxes = p.taxes(lines, t.Lines)
	for _, x := range t.Taxes {
		t.Tax = t.Tax.Add(x.Tax)
	}
	t.Total = t.Net.Add(t.Tax)
	t.DiscountPercent = PercentOf(t.List.Sub(t.Net), t.List)
	t.MarginPercent = MarginPercent(t.Net, t.Cost)
	for _, total := range []decimal.Decimal{t.List, t.Cost, t.Total} {
		if outOfBounds(total) {
			return Totals{}, FieldErrors{Problem("amount_too_large", "max", maxAmount.String()).At("/lines")}
		}
	}
	return t, nil
}

func (p Pricing) line(l Line) LineTotal {
	if l.Apart {
		return LineTotal{}
	}
	list := Round(l.Quantity.Mul(l.UnitPrice), p.Currency, p.Rounding)
	kept := hundred.Sub(l.DiscountPercent)
	net := Round(l.Quantity.Mul(l.UnitPrice).Mul(kept).Shift(-2), p.Currency, p.Rounding)
	return LineTotal{
		List: list, Net: net, Discount: list.Sub(net),
		Cost: Round(l.Quantity.Mul(l.Cost), p.Currency, p.Rounding),
	}
}

// share takes each line's part of the document's discount from its net.
func (p Pricing) share(t *Totals, percent decimal.Decimal) {
	if percent.IsZero() {
		return
	}
	exact := make([]*big.Rat, len(t.Lines))
	for i, l := range t.Lines {
		exact[i] = l.Net.Mul(percent).Shift(-2).Rat()
	}
	for i, part := range apportion(t.DocumentDiscount, exact, p.Currency.Digits()) {
		l := &t.Lines[i]
		l.Net, l.Discount = l.Net.Sub(part), l.Discount.Add(part)
	}
}

// taxes groups by rate and reason. Rounding for each line adds rounded parts; else the base is taxed once.
func (p Pricing) taxes(lines []Line, totals []LineTotal) []TaxTotal {
	var out []TaxTotal
	index := map[string]int{}
	for i, l := range lines {
		if l.Apart {
			continue
		}
		for _, percent := range append([]decimal.Decimal{l.TaxPercent}, l.OtherTaxes...) {
			key := percent.String() + " " + l.TaxCode
			at, ok := index[key]
			if !ok {
				at = len(out)
				index[key] = at
				out = append(out, TaxTotal{Percent: percent, Code: l.TaxCode})
			}
			if out[at].Reason == "" && percent.IsZero() {
				out[at].Reason = l.Exemption
			}
			tax := totals[i].Net.Mul(percent).Shift(-2)
			if p.TaxPerLine {
				tax = Round(tax, p.Currency, p.Rounding)
			}
			out[at].Base = out[at].Base.Add(totals[i].Net)
			out[at].Tax = out[at].Tax.Add(tax)
		}
	}
	for i := range out {
		out[i].Tax = Round(out[i].Tax, p.Currency, p.Rounding)
	}
	return out
}

func (p Pricing) check(lines []Line, discountPercent decimal.Decimal) error {
	var errs FieldErrors
	errs.Add("/currency", p.Currency.check())
	errs.Add("/discount_percent", within(discountPercent, 0, 100))
	if len(lines) > MaxLines {
		errs.Add("/lines", Problem("too_many", "max", strconv.Itoa(MaxLines)))
		return errs
	}
	for i, l := range lines {
		at := "/lines/" + strconv.Itoa(i)
		errs.Add(at+"/discount_percent", within(l.DiscountPercent, 0, 100))
		errs.Add(at+"/tax_percent", within(l.TaxPercent, 0, 100))
		for _, o := range l.OtherTaxes {
			errs.Add(at+"/other_taxes", within(o, -100, 100))
		}
		if outOfBounds(l.Quantity) || outOfBounds(l.UnitPrice) || outOfBounds(l.Cost) ||
			outOfBounds(l.Quantity.Mul(l.UnitPrice)) || outOfBounds(l.Quantity.Mul(l.Cost)) {
			errs.Add(at, Problem("amount_too_large", "max", maxAmount.String()))
		}
	}
	return errs.Err()
}

// within refuses a percentage outside the bounds.
func within(d decimal.Decimal, low, high int64) error {
	if outOfBounds(d) || d.LessThan(decimal.NewFromInt(low)) || d.GreaterThan(decimal.NewFromInt(high)) {
		return Problem("out_of_range", "min", strconv.FormatInt(low, 10), "max", strconv.FormatInt(high, 10))
	}
	return nil
}

// MarginPercent is what is left of the net after cost, in percent of the net with 2 decimals; 0 when the net is 0 (S046).
func MarginPercent(net, cost decimal.Decimal) decimal.Decimal { return PercentOf(net.Sub(cost), net) }

// NetUnitPrice is the unit price after the discount, with the 4 decimals of prices.
func NetUnitPrice(price, discountPercent decimal.Decimal, r Rounding) decimal.Decimal {
	return r.places(price.Mul(hundred.Sub(discountPercent)).Shift(-2), 4)
}

// PercentOf is part in percent of whole with 2 decimals, 0 of nothing.
func PercentOf(part, whole decimal.Decimal) decimal.Decimal {
	if whole.IsZero() {
		return decimal.Zero
	}
	return part.Mul(hundred).DivRound(whole, 2)
}
