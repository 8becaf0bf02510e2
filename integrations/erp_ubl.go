package integrations

import (
	"encoding/xml"
	"strconv"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
	"leadtocash/documents/ubl"
)

// UBLOrder writes an order as UBL Order 2.1 (OASIS). Amounts have the currency's digits, prices up to four; the figures are those of the order:
// nothing is computed here, so that the sums stay the ones that were accepted.
func UBLOrder(o ERPOrder) ([]byte, error) {
	w := ublWriter{currency: o.Currency, digits: crm.Currency(o.Currency).Digits()}
	doc := ublOrder{
		NS: ubl.Document + "Order-2", CAC: ubl.CAC, CBC: ubl.CBC, Version: "2.1",
		ID: o.Number, IssueDate: o.OrderedOn.String(), Type: "220", Currency: o.Currency, Count: len(o.Lines), Contract: ubl.Ref(o.Contract),
		Buyer: ublParty(o.Customer), Seller: ublParty(o.Seller),
		Totals: ublTotals{w.amount(o.Total), w.amount(o.Total), w.amount(o.WithTax), w.amount(o.Payable)},
	}
	if o.DeliverTo != "" || !o.DeliveryDate.IsZero() {
		doc.Delivery = ublDeliver(o)
	}
	doc.Terms = append(doc.Terms, ublTerm{Note: strconv.Itoa(o.PaymentDays) + " days"})
	for _, t := range o.Terms {
		doc.Terms = append(doc.Terms, ublTerm{Note: string(t.Kind), Percent: t.Percent.String()})
	}
	doc.Tax = ubl.TaxTotal{Amount: w.amount(o.Tax)}
	for _, t := range o.Taxes {
		doc.Tax.Subtotals = append(doc.Tax.Subtotals, ubl.SubtotalOf(w.amount(t.Base), w.amount(t.Tax), ublCategory(t.Percent, t.Exemption)))
	}
	for i, l := range o.Lines {
		doc.Lines = append(doc.Lines, w.line(i+1, l))
	}
	body, err := xml.Marshal(doc)
	return append([]byte(xml.Header), body...), err
}

type ublWriter struct {
	currency string
	digits   int32
}

func (w ublWriter) amount(d decimal.Decimal) ubl.Amount {
	return ubl.AmountOf(w.currency, d.StringFixed(w.digits))
}

func (w ublWriter) line(n int, l ERPLine) ublLine {
	item := ublLineItem{
		ID: n, Quantity: ubl.QuantityOf(l.Unit, l.Quantity), Net: w.amount(l.Net),
		Price: ubl.AmountOf(w.currency, l.UnitPrice.String()), Name: l.Name, Category: ublCategory(l.TaxPercent, l.Exemption), SKU: ubl.Ref(l.SKU),
	}
	if l.Discount.IsPositive() {
		item.Allowance = &ublAllowance{Amount: w.amount(l.Discount)}
	}
	return ublLine{item}
}

// ublCategory is standard for a rate, exempt with its reason, else zero rated (UN/CEFACT 5305).
func ublCategory(percent decimal.Decimal, exemption string) ubl.Category {
	c := ubl.CategoryOf("S", percent, exemption)
	switch {
	case percent.IsPositive():
		c.Reason = ""
	case exemption != "":
		c.ID = "E"
	default:
		c.ID = "Z"
	}
	return c
}

func ublParty(p ERPParty) ubl.Party {
	out := ubl.Party{Number: ubl.Ref(p.TaxCode), Known: ubl.Text(p.Name), Name: p.Name, VAT: ubl.VATOf(p.VAT), Contact: ubl.ContactOf(p.Email)}
	if p.Address != "" || p.Country != "" {
		out.Address = &ubl.Address{Line: ubl.Text(p.Address), Country: ubl.Text(p.Country)}
	}
	return out
}

func ublDeliver(o ERPOrder) *ublDelivery {
	var d ublDelivery
	if o.DeliverTo != "" {
		d.Address = &ubl.Address{Line: &o.DeliverTo}
	}
	if !o.DeliveryDate.IsZero() {
		d.Period = &ublPeriod{o.DeliveryDate.String()}
	}
	return &d
}
