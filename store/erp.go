package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// ERPOrder is what the ERP has to know of a contract's order.
type ERPOrder struct {
	ERPHead
	Seller crm.LegalEntity
	Quote  crm.Quote // the accepted one, which says how the order is added up
	Lines  []ERPLine
	Shares []crm.Share // how it is billed (S060)
}

// ERPHead is an order without its lines: who sells, who buys, and on which terms.
type ERPHead struct {
	Number       string
	Contract     string
	StartDate    crm.Date
	DeliveryDate crm.Date
	PaymentDays  int
	Customer     string
	VAT          string
	TaxCode      string
	Country      string
	Address      string
	Email        string
	DeliverTo    string
}

// ERPLine is one position of it; free text has no SKU.
type ERPLine struct {
	crm.QuoteLine
	SKU string
}

// OrderForERP gathers the order of a contract as it goes to the ERP (S081), in one round trip.
func (s *Store) OrderForERP(ctx context.Context, contract crm.ID) (o ERPOrder, err error) {
	const quote = `(select o.quote_id from contract c join sales_order o on o.id = c.order_id where c.id = $1)`
	b := &pgx.Batch{}
	queueOne(b, &o.ERPHead, `select o.number, c.number as contract, c.start_date, o.delivery_date, o.payment_days,
		a.name as customer, a.vat, a.tax_code, a.country, account_place(a.id, 'invoice') as address, a.email, account_place(a.id, 'delivery') as deliver_to
		from contract c join sales_order o on o.id = c.order_id join account a on a.id = c.account_id where c.id = $1`, contract)
	queueOne(b, &o.Seller, `select * from legal_entity order by id limit 1`)
	queueOne(b, &o.Quote, `select `+quoteColumns+` from quote where id = `+quote, contract)
	queueMany(b, &o.Shares, `select kind, percent from quote_share where quote_id = `+quote+` order by position`, contract)
	queueMany(b, &o.Lines, `select l.*, coalesce(p.sku, '') as sku from quote_line l left join product p on p.id = l.product_id
		where l.quote_id = `+quote+` and l.kind = 'line' and (not l.optional or l.chosen) order by l.position, l.id`, contract)
	return o, told(s.pool.SendBatch(ctx, b).Close())
}

func queueOne[T any](b *pgx.Batch, into *T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[T])
		return err
	})
}

func queueMany[T any](b *pgx.Batch, into *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
		return err
	})
}
