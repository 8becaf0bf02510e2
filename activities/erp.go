package activities

import (
	"context"
	"encoding/json"

	"leadtocash/integrations"
	"leadtocash/store"
)

// ERPChannel is the channel to the ERP (S081).
type ERPChannel struct {
	ERP   integrations.ERP
	Store *store.Store
}

// Send hands an order over and gives the ERP's reference. When an earlier attempt's outcome is unknown the ERP is asked first; the order's
// key makes it one order all the same (R6).
func (c *ERPChannel) Send(ctx context.Context, e store.Effect) (string, error) {
	var p ERPOrder
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return "", Permanent{err}
	}
	if e.Again {
		ref, found, err := c.ERP.FindOrder(ctx, e.Key)
		if err != nil || found {
			return ref, outcome(err)
		}
	}
	order, err := c.Store.OrderForERP(ctx, p.ContractID)
	if err != nil {
		return "", err
	}
	ref, err := c.ERP.CreateOrder(ctx, e.Key, erpOrder(order))
	return ref, outcome(err)
}

func erpOrder(o store.ERPOrder) integrations.ERPOrder {
	out := integrations.ERPOrder{
		Number: o.Number, Currency: o.Currency, Total: o.Net, OrderedOn: o.StartDate, DeliveryDate: o.DeliveryDate,
		Customer: integrations.ERPCustomer{Name: o.Customer, VAT: o.VAT, Country: o.Country, Address: o.Address},
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, integrations.ERPLine{SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, UnitPrice: l.UnitPrice, Net: l.Net})
	}
	return out
}
