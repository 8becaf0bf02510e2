package activities

import (
	"context"
	"encoding/json"
	"errors"

	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/store"
)

// ERPChannel is the channel to the ERP (S081).
type ERPChannel struct {
	ERP   integrations.ERP                            // the adapter of a company that has none of its own
	By    map[integrations.ERPFormat]integrations.ERP // the adapters that a company may choose
	Store *store.Store
}

// Send hands an order over, or takes one back, and gives the ERP's reference. When an earlier attempt's outcome is unknown the ERP is asked first;
// the order's key makes it one order all the same (R6).
func (c *ERPChannel) Send(ctx context.Context, e store.Effect) (string, error) {
	var p ERPOrder
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return "", Permanent{err}
	}
	order, err := c.Store.OrderForERP(ctx, p.contract())
	if err != nil {
		return "", err
	}
	erp := c.of(order.Seller)
	if p.Cancels != "" {
		found, err := erp.CancelOrder(ctx, p.Cancels, p.Reason)
		if err == nil && !found {
			return NeverInERP, nil
		}
		return "", outcome(err)
	}
	if e.Again {
		ref, found, err := erp.FindOrder(ctx, e.Key)
		switch err = outcome(err); {
		case err == nil && found:
			return ref, nil
		case err != nil:
			if _, permanent := errors.AsType[Permanent](err); !permanent {
				err = Unknown{err} // still: the next try has to ask again
			}
			return "", err
		}
	}
	out, err := erpOrder(order)
	if err != nil {
		return "", Permanent{err}
	}
	ref, err := erp.CreateOrder(ctx, e.Key, out)
	return ref, outcome(err)
}

// of is the adapter that the company has chosen.
func (c *ERPChannel) of(seller crm.LegalEntity) integrations.ERP {
	if erp, ok := c.By[integrations.ERPFormat(seller.ERPFormat)]; ok {
		return erp
	}
	return c.ERP
}

// erpOrder is the order as it was accepted: its sums are made as the quote's were, line by line and rate by rate.
func erpOrder(o store.ERPOrder) (integrations.ERPOrder, error) {
	lines := make([]crm.Line, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = crm.PriceLines([]crm.QuoteLine{l.QuoteLine})[0]
	}
	totals, err := o.Quote.Pricing().Add(lines, o.Quote.DiscountPercent)
	if err != nil {
		return integrations.ERPOrder{}, err
	}
	out := integrations.ERPOrder{
		Number: o.Number, Contract: o.Contract, Currency: o.Quote.Currency, OrderedOn: o.StartDate, DeliveryDate: o.DeliveryDate, DeliverTo: o.DeliverTo,
		Seller:      integrations.ERPParty{Name: o.Seller.Name, VAT: o.Seller.VAT, Country: o.Seller.Country, Address: o.Seller.Address, Email: o.Seller.Email},
		Customer:    integrations.ERPParty{Name: o.Customer, VAT: o.VAT, TaxCode: o.TaxCode, Country: o.Country, Address: o.Address, Email: o.Email},
		PaymentDays: o.PaymentDays, Total: totals.Net, Tax: totals.Tax, WithTax: totals.Total, Payable: totals.Total,
	}
	if o.Quote.SplitPayment {
		out.Payable = totals.Net
	}
	for i, l := range o.Lines {
		sum := totals.Lines[i]
		out.Lines = append(out.Lines, integrations.ERPLine{
			SKU: l.SKU, Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Discount: sum.Discount, Net: sum.Net, TaxPercent: l.TaxPercent, Exemption: l.Exemption,
		})
	}
	for _, t := range totals.Taxes {
		out.Taxes = append(out.Taxes, integrations.ERPTax{Percent: t.Percent, Base: t.Base, Tax: t.Tax, Exemption: t.Reason})
	}
	for _, s := range o.Shares {
		out.Terms = append(out.Terms, integrations.ERPTerm{Kind: s.Kind, Percent: s.Percent})
	}
	return out, nil
}
