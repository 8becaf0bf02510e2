package documents

import (
	"encoding/xml"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents/ubl"

	"github.com/shopspring/decimal"
)

// UBLInvoice writes an invoice or credit note as UBL 2.1 that follows EN 16931 (S091). What the buyer pays to the state himself, or keeps back for it, stands as paid
// already, so that the amount to pay is the one that is asked for. Errors: those of EInvoice.Check, and required at /buyer/vat where the buyer accounts for the tax
// himself or it is sold within the Union.
func UBLInvoice(e crm.EInvoice) ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	amount := func(d decimal.Decimal) ubl.Amount {
		return ubl.AmountOf(string(e.Currency), d.StringFixed(e.Currency.Digits()))
	}
	doc := ublInvoice{
		CAC: ubl.CAC, CBC: ubl.CBC, Customization: "urn:cen.eu:en16931:2017",
		ID: e.Number, IssueDate: e.IssueDate.String(), Note: clip(e.Note), Currency: string(e.Currency),
		Seller: ublPartyOf(e.Seller), Buyer: ublPartyOf(e.Buyer),
		Tax:    ubl.TaxTotal{Amount: amount(e.Tax)},
		Totals: ublSum{Lines: amount(e.Net), Net: amount(e.Net), WithTax: amount(e.Total), Payable: amount(e.Payable())},
		Lines:  make([]ublBillLine, len(e.Lines)),
	}
	if refs := e.Referring(); len(refs) == 1 { // it knows one of each: of several contracts each line's text says its own
		doc.Order, doc.Contract = ubl.Ref(clip(refs[0].Order)), ubl.Ref(clip(refs[0].Contract))
	}
	if paid := e.Total.Sub(e.Payable()); !paid.IsZero() {
		already := amount(paid)
		doc.Totals.Paid = &already
	}
	if e.Corrects.Number != "" {
		doc.Corrects = &ublCorrects{e.Corrects.Number, e.Corrects.Date.String()}
	}
	if e.IBAN != "" {
		doc.Means = &ublMeans{"30", e.Number, e.IBAN}
	}
	for _, t := range ublTaxes(e) {
		if (t.ID == "AE" || t.ID == "K") && e.Buyer.VAT == "" {
			return nil, crm.FieldErrors{crm.Problem("required").At("/buyer/vat")}
		}
		if t.ID == "K" { // where it went, and when, has to be said
			doc.Delivery = &ublDelivered{e.IssueDate.String(), e.Buyer.Country}
		}
		doc.Tax.Subtotals = append(doc.Tax.Subtotals, ubl.SubtotalOf(amount(t.base), amount(t.tax), t.Category))
	}
	for i, l := range e.Lines {
		c := ublCategoryOf(l.TaxPercent, l.TaxCode, e.SplitPayment)
		quantity := ubl.QuantityOf(l.Unit, l.Quantity)
		doc.Lines[i] = ublBillLine{ID: i + 1, Invoiced: &quantity, Net: amount(l.Net), Name: clip(l.Text), SKU: ubl.Ref(clip(l.SKU)), Category: c, Price: ubl.AmountOf(string(e.Currency), l.UnitPrice.String())}
	}
	doc.complete(e)
	return asXML(doc)
}

// ublTax is what is taxed in one way.
type ublTax struct {
	ubl.Category
	base, tax decimal.Decimal
}

// ublTaxes puts together what EN 16931 knows one category for: of reasons that it does not tell apart each is named.
func ublTaxes(e crm.EInvoice) (out []ublTax) {
	for _, t := range e.Taxes {
		c := ublCategoryOf(t.Percent, t.Code, e.SplitPayment)
		if c.Reason = clip(t.Reason); c.Reason == "" {
			c.Reason = t.Code
		}
		k := slices.IndexFunc(out, func(o ublTax) bool { return o.ID == c.ID && o.Percent == c.Percent })
		if k < 0 {
			out = append(out, ublTax{c, t.Base, t.Tax})
			continue
		}
		out[k].base, out[k].tax, out[k].Reason = out[k].base.Add(t.Base), out[k].tax.Add(t.Tax), out[k].Reason+"; "+c.Reason
	}
	return out
}

// complete gives the document the names of its kind, and what only that kind has.
func (doc *ublInvoice) complete(e crm.EInvoice) {
	doc.NS, doc.XMLName, doc.InvoiceType = ubl.Document+"Invoice-2", xml.Name{Local: "Invoice"}, "380"
	var terms []string
	for _, i := range e.Instalments {
		terms = append(terms, i.DueDate.String()+": "+i.Amount.StringFixed(e.Currency.Digits())+" "+string(e.Currency))
	}
	doc.Terms = strings.Join(terms, "; ")
	switch {
	case e.Kind == crm.EInvoiceCredit:
		doc.NS, doc.XMLName, doc.InvoiceType, doc.CreditType = ubl.Document+"CreditNote-2", xml.Name{Local: "CreditNote"}, "", "381"
		doc.CreditLines, doc.Lines = doc.Lines, nil
		for i := range doc.CreditLines {
			doc.CreditLines[i].Credited, doc.CreditLines[i].Invoiced = doc.CreditLines[i].Invoiced, nil
		}
		if doc.Terms == "" {
			doc.Terms = e.Corrects.Number // it is settled with that one
		}
	case e.Kind == crm.EInvoiceAdvance:
		doc.InvoiceType = "386"
	}
	if len(e.Instalments) > 0 && e.Kind != crm.EInvoiceCredit {
		doc.DueDate = e.Instalments[len(e.Instalments)-1].DueDate.String()
	}
}

func ublPartyOf(p crm.EParty) ubl.Party {
	return ubl.Party{
		Name: clip(p.Name), TaxCode: p.TaxCode, VAT: ubl.VATOf(p.VAT), Contact: ubl.ContactOf(p.Email),
		Address: &ubl.Address{Street: clip(p.Street), City: clip(p.City), PostalCode: p.PostalCode, Province: p.Province, Country: ubl.Text(p.Country)},
	}
}

// ublCategoryOf says in the words of EN 16931 how something is taxed: S with a rate, B where the buyer pays it to the state himself, else why nothing is charged:
// AE he accounts for it himself, K sold within the Union, G exported, E for any other reason.
func ublCategoryOf(percent decimal.Decimal, code string, split bool) ubl.Category {
	c := ubl.CategoryOf("S", percent, "")
	switch {
	case code == "" && split:
		c.ID = "B"
	case code == "":
	case strings.HasPrefix(code, "N6"):
		c.ID = "AE"
	case code == "N3.2":
		c.ID = "K"
	case code == "N3.1":
		c.ID = "G"
	default:
		c.ID = "E"
	}
	return c
}

// clip is a text on one line.
func clip(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ") }
