package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ERPOrder is what the ERP has to know of a contract's order.
type ERPOrder struct {
	Number       string
	Currency     string
	Net          decimal.Decimal
	StartDate    crm.Date
	DeliveryDate crm.Date
	Customer     string
	VAT          string
	Country      string
	Address      string
	Lines        []ERPLine `db:"-"`
}

// ERPLine is one position of it; free text has no SKU.
type ERPLine struct {
	SKU       string
	Name      string
	Quantity  decimal.Decimal
	UnitPrice decimal.Decimal
	Net       decimal.Decimal
}

// OrderForERP gathers the order of a contract as it goes to the ERP (S081).
func (s *Store) OrderForERP(ctx context.Context, contract crm.ID) (ERPOrder, error) {
	o, err := one[ERPOrder](ctx, s.pool, `select o.number, o.currency, o.net, c.start_date, o.delivery_date, a.name as customer, a.vat, a.country, a.address
		from contract c join sales_order o on o.id = c.order_id join account a on a.id = c.account_id where c.id = $1`, contract)
	if err != nil {
		return o, err
	}
	o.Lines, err = many[ERPLine](ctx, s.pool, `select coalesce(p.sku, '') as sku, l.name, l.quantity, l.unit_price, l.net from contract c
		join sales_order o on o.id = c.order_id join quote_line l on l.quote_id = o.quote_id left join product p on p.id = l.product_id
		where c.id = $1 and l.kind = 'line' and (not l.optional or l.chosen) order by l.position, l.id`, contract)
	return o, err
}
