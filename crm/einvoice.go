package crm

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// EInvoiceKind is what an electronic document is.
type EInvoiceKind string

// The documents that leave the house.
const (
	EInvoiceBill    EInvoiceKind = "invoice" // TD01
	EInvoiceAdvance EInvoiceKind = "advance" // TD02: a deposit
	EInvoiceCredit  EInvoiceKind = "credit"  // TD04: a credit note; its figures are positive and take away
)

// EInvoice is an invoice or a credit note with all that an electronic document says (S087, S091). Documents are made of it: FatturaPA and EN 16931.
type EInvoice struct {
	Kind         EInvoiceKind
	Number       string // "2026/0001"
	Transmission string // what this sending is called; up to 10 letters and digits, another one each time
	IssueDate    Date
	Currency     Currency
	Seller       EParty
	Buyer        EParty
	Lines        []EInvoiceLine
	Taxes        []EInvoiceTax // one for each rate and reason of the lines
	Net          decimal.Decimal
	Tax          decimal.Decimal
	Total        decimal.Decimal // Net and Tax
	SplitPayment bool            // the buyer pays the tax to the state himself
	PaidBefore   decimal.Decimal // by a deposit
	StampDuty    decimal.Decimal // paid by the seller to the state; 0: none is due
	Withholding  Withholding     // kept back by the buyer for the seller's income tax
	Instalments  []EInstalment   // sum to what is to be paid; of a credit note none
	IBAN         string          // to which it is paid
	Order        string          // the buyer's or our order, if there is one
	Contract     string
	Refs         []EReferences // of a document about several contracts, in their stead
	Corrects     EReference    // the invoice that a credit note takes from
	Note         string        // what it is for, in the customer's language
}

// EReferences are the contract and the order of some lines, which count from 1.
type EReferences struct {
	Contract string
	Order    string
	Lines    []int
}

// Referring are the references of the whole document or, of one about several contracts, of its lines.
func (e EInvoice) Referring() []EReferences {
	if len(e.Refs) > 0 {
		return e.Refs
	}
	return []EReferences{{Contract: e.Contract, Order: e.Order}}
}

// EParty is who sells or buys.
type EParty struct {
	Name       string
	VAT        string // with its country: IT00743110157
	TaxCode    string // Codice Fiscale
	Regime     string // RF01 … RF19; of the seller
	Street     string
	PostalCode string
	City       string
	Province   string // two letters; of Italy only
	Country    string // ISO 3166
	Email      string
	SDI        string // under which the exchange delivers; of the buyer
	PEC        string
}

// EInvoiceLine is one position. Its figures are without tax.
type EInvoiceLine struct {
	Text       string
	SKU        string
	Quantity   decimal.Decimal // above zero
	Unit       string          // as people write it
	UnitPrice  decimal.Decimal // after discounts
	Net        decimal.Decimal
	TaxPercent decimal.Decimal
	TaxCode    string // one of Naturas; of a rate of 0 only
}

// EInvoiceTax is the tax of one rate, or the reason why there is none.
type EInvoiceTax struct {
	Percent decimal.Decimal
	Code    string // one of Naturas
	Reason  string // in words
	Base    decimal.Decimal
	Tax     decimal.Decimal
}

// Withholding is what a buyer keeps back for the state.
type Withholding struct {
	Kind    string // RT01: of a person, RT02: of a company
	Percent decimal.Decimal
	Amount  decimal.Decimal
	Reason  string // A … Z, as the yearly statement names it
}

// EInstalment is a part of what is to be paid, and until when.
type EInstalment struct {
	DueDate Date
	Amount  decimal.Decimal
}

// EReference names another document.
type EReference struct {
	Number string
	Date   Date
}

// Payable is what the buyer has to pay: the total without what he paid before, and what he pays or keeps back for the state.
func (e EInvoice) Payable() decimal.Decimal {
	to := e.Total.Sub(e.Withholding.Amount).Sub(e.PaidBefore)
	if e.SplitPayment {
		to = to.Sub(e.Tax)
	}
	return to
}

// EInvoiceLines are an issued document's lines as an electronic one writes them, with their taxes by rate and reason as they were charged.
func EInvoiceLines(lines []InvoiceLine) (out []EInvoiceLine, taxes []EInvoiceTax) {
	for _, l := range lines {
		out = append(out, EInvoiceLine{Text: l.Text, Quantity: decimal.NewFromInt(1), UnitPrice: l.Net, Net: l.Net, TaxPercent: l.TaxPercent, TaxCode: l.TaxCode})
		at := slices.IndexFunc(taxes, func(t EInvoiceTax) bool { return t.Percent.Equal(l.TaxPercent) && t.Code == l.TaxCode })
		if at < 0 {
			at = len(taxes)
			taxes = append(taxes, EInvoiceTax{Percent: l.TaxPercent, Code: l.TaxCode, Reason: l.TaxReason})
		}
		taxes[at].Base, taxes[at].Tax = taxes[at].Base.Add(l.Net), taxes[at].Tax.Add(l.Tax)
	}
	return out, taxes
}

// Taxed groups lines by rate and reason, in the order in which these first occur; the tax of each is rounded once (BR-CO-17). Words are the reasons by code.
func Taxed(lines []EInvoiceLine, c Currency, r Rounding, words map[string]string) []EInvoiceTax {
	var out []EInvoiceTax
	index := map[string]int{}
	for _, l := range lines {
		key := l.TaxPercent.String() + " " + l.TaxCode
		at, ok := index[key]
		if !ok {
			at = len(out)
			index[key] = at
			out = append(out, EInvoiceTax{Percent: l.TaxPercent, Code: l.TaxCode, Reason: words[l.TaxCode]})
		}
		out[at].Base = out[at].Base.Add(l.Net)
	}
	for i, t := range out {
		out[i].Tax = Round(t.Base.Mul(t.Percent).Shift(-2), c, r)
	}
	return out
}

// Check adds the document up again and tells, all at once, what an exchange or the buyer would send it back for: sum_mismatch at a figure that does not follow
// from the others, required, out_of_range, unknown_value (a code), exemption_with_rate.
func (e EInvoice) Check() error {
	var errs FieldErrors
	errs.Add("/currency", e.Currency.check())
	for name, s := range map[string]string{
		"/number": e.Number, "/seller/name": e.Seller.Name, "/seller/vat": e.Seller.VAT, "/seller/street": e.Seller.Street,
		"/seller/city": e.Seller.City, "/seller/country": e.Seller.Country, "/buyer/name": e.Buyer.Name, "/buyer/street": e.Buyer.Street, "/buyer/city": e.Buyer.City,
		"/buyer/country": e.Buyer.Country,
	} {
		if s == "" {
			errs.Add(name, Problem("required"))
		}
	}
	if e.Buyer.Country == "IT" && e.Buyer.VAT == "" && e.Buyer.TaxCode == "" {
		errs.Add("/buyer/vat", Problem("required"))
	}
	if e.Kind == EInvoiceCredit && e.Corrects.Number == "" {
		errs.Add("/corrects", Problem("required"))
	}
	if len(e.Lines) == 0 {
		errs.Add("/lines", Problem("required"))
	}
	for i, l := range e.Lines {
		errs.Add("/lines/"+strconv.Itoa(i), l.check())
	}
	errs.Add("", e.checkSums())
	return errs.Err()
}

func (l EInvoiceLine) check() error {
	var errs FieldErrors
	if l.Text == "" {
		errs.Add("/text", Problem("required"))
	}
	if !l.Quantity.IsPositive() {
		errs.Add("/quantity", Problem("out_of_range", "min", "0"))
	}
	errs.Add("/tax_percent", within(l.TaxPercent, 0, 100))
	switch zero := l.TaxPercent.IsZero(); {
	case zero && l.TaxCode == "":
		errs.Add("/tax_code", Problem("required"))
	case !zero && l.TaxCode != "":
		errs.Add("/tax_code", Problem("exemption_with_rate"))
	}
	return errs.Err()
}

// checkSums adds up: lines by rate and reason, taxes, totals, instalments.
func (e EInvoice) checkSums() error {
	var errs FieldErrors
	same := func(at string, want, got decimal.Decimal) {
		if !want.Equal(got) {
			errs.Add(at, mismatch(want.String(), got.String(), want.Sub(got).Abs().String()))
		}
	}
	net, tax := decimal.Zero, decimal.Zero
	bases := map[string]decimal.Decimal{}
	for _, t := range Taxed(e.Lines, e.Currency, HalfUp, nil) {
		bases[t.Percent.String()+" "+t.Code] = t.Base
		net = net.Add(t.Base)
	}
	unit := e.Currency.Unit()
	for i, t := range e.Taxes {
		at := "/taxes/" + strconv.Itoa(i)
		same(at+"/base", bases[t.Percent.String()+" "+t.Code], t.Base)
		delete(bases, t.Percent.String()+" "+t.Code)
		exact := t.Base.Mul(t.Percent).Shift(-2) // rounded once, or for each line: as far from it as that can be
		if room := unit.Mul(decimal.NewFromInt(int64(len(e.Lines)))); exact.Sub(t.Tax).Abs().GreaterThan(room) {
			errs.Add(at+"/tax", mismatch(Round(exact, e.Currency, HalfUp).String(), t.Tax.String(), exact.Sub(t.Tax).Abs().String()))
		}
		tax = tax.Add(t.Tax)
	}
	if len(bases) > 0 {
		errs.Add("/taxes", Problem("required"))
	}
	same("/net", net, e.Net)
	same("/tax", tax, e.Tax)
	same("/total", e.Net.Add(e.Tax), e.Total)
	if len(e.Instalments) > 0 {
		sum := decimal.Zero
		for _, p := range e.Instalments {
			sum = sum.Add(p.Amount)
		}
		same("/instalments", e.Payable(), sum)
	}
	return errs.Err()
}

// stampDutyFrom is the sum above which stamp duty is due, and stampDuty what is due, in euro (DPR 642/72).
var stampDutyFrom, stampDuty = decimal.New(7747, -2), decimal.NewFromInt(2)

// StampDuty is what the state asks for an invoice on which more than 77.47 is not taxed for reasons other than export and reverse charge.
func StampDuty(taxes []EInvoiceTax) decimal.Decimal {
	sum := decimal.Zero
	for _, t := range taxes {
		switch t.Code {
		case "N1", "N2.1", "N2.2", "N3.5", "N3.6", "N4":
			sum = sum.Add(t.Base)
		}
	}
	if sum.GreaterThan(stampDutyFrom) {
		return stampDuty
	}
	return decimal.Zero
}
