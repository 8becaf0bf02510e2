package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// LedgerLine is an entry of the ledger with what it is about.
type LedgerLine struct {
	ID        int64
	OnDate    crm.Date
	At        time.Time
	Kind      string // one of crm.LedgerKinds
	AccountID crm.ID
	Account   string
	Currency  string
	Amount    decimal.Decimal // positive: the customer owes more
	InvoiceID crm.ID
	Invoice   string // its number
	PaymentID crm.ID
	RefundID  crm.ID
	Reference string          // of the payment or refund
	Balance   decimal.Decimal // what the customer owes in the currency with this entry; negative: he has something on account
}

const ledgerLines = `select l.id, l.on_date, l.at, l.kind, l.account_id, a.name as account, coalesce(i.currency, p.currency, l.currency, e.currency) as currency, l.amount, l.invoice_id,
		coalesce(i.number, '') as invoice, l.payment_id, l.refund_id, coalesce(f.reference, p.reference, '') as reference
	from ledger l join account a on a.id = l.account_id left join invoice i on i.id = l.invoice_id left join payment p on p.id = l.payment_id left join refund f on f.id = l.refund_id
	cross join (select currency from legal_entity order by id limit 1) e`

// statementLines is how many of the last entries a statement shows; balances count all.
const statementLines = 500

// PaymentLine is a payment of a debtor with where it is.
type PaymentLine struct {
	crm.Payment
	OnAccount  decimal.Decimal // not allocated, nor paid back
	Refunded   decimal.Decimal
	ReturnedOn crm.Date
}

// Statement is what passed between a debtor and the house.
type Statement struct {
	Lines     []LedgerLine // the last ones, the oldest first
	More      bool         // there are older ones
	Open      []InvoiceRow
	OnAccount []Balance
	Payments  []PaymentLine // the last ones, the newest first
	Refunds   []crm.Refund
}

// Statement reads a debtor's statement of account; ErrNotFound when the reader may not see him.
func (s *Store) Statement(ctx context.Context, sc Scope, account crm.ID) (v Statement, err error) {
	args := sc.args(pgx.NamedArgs{"account": account, "limit": statementLines + 1})
	if _, err := one[struct{ ID crm.ID }](ctx, s.pool, `select a.id from account a where a.id = @account and `+sc.sees("a.owner_id"), args); err != nil {
		return v, err
	}
	if v.Lines, err = many[LedgerLine](ctx, s.pool, `select * from (select x.*, sum(x.amount) over (partition by x.currency order by x.id) as balance
		from (`+ledgerLines+` where l.account_id = @account) x order by x.id desc limit @limit) y order by id`, args); err != nil {
		return v, err
	}
	if v.More = len(v.Lines) > statementLines; v.More {
		v.Lines = v.Lines[1:]
	}
	if v.Open, err = many[InvoiceRow](ctx, s.pool, invoiceRows+` where r.account_id = @account and r.open > 0 order by i.due_date, i.id limit 500`, args); err != nil {
		return v, err
	}
	if v.OnAccount, err = many[Balance](ctx, s.pool, `select currency, sum(amount) as amount from (`+onAccount+`) o group by 1 having sum(amount) <> 0 order by 1`, args); err != nil {
		return v, err
	}
	if v.Payments, err = many[PaymentLine](ctx, s.pool, `select p.id, p.account_id, p.reference, p.amount, p.currency, p.received_on, coalesce(u.name, p.recorded_by) as recorded_by, p.at,
			coalesce((select -sum(amount) from ledger where payment_id = p.id and invoice_id is null), 0) as on_account,
			coalesce((select sum(amount) from ledger where payment_id = p.id and kind = 'refund'), 0) as refunded, b.on_date as returned_on
		from payment p left join app_user u on u.id::text = p.recorded_by left join payment_return b on b.payment_id = p.id where p.account_id = @account order by p.at desc, p.id desc limit 100`, args); err != nil {
		return v, err
	}
	v.Refunds, err = many[crm.Refund](ctx, s.pool, `select * from refund where account_id = @account order by at desc, id desc limit 100`, args)
	return v, err
}
