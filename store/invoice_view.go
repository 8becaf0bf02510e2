package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// InvoiceRow is an invoice as a list shows it.
type InvoiceRow struct {
	crm.Invoice
	Account    string
	Open       decimal.Decimal
	WrittenOff decimal.Decimal // given up, and not come in since
	SettledAt  *time.Time
}

const invoiceRows = `select i.*, a.name as account, coalesce(r.open, 0) as open, written_off(i.id) as written_off, r.settled_at from invoice i join account a on a.id = i.account_id
	left join receivable r on r.invoice_id = i.id`

// PlannedStep is what the collection will do next by itself.
type PlannedStep struct {
	Kind  string
	Key   string
	DueAt time.Time
}

// LetterRow is a letter with how its delivery goes.
type LetterRow struct {
	EffectRow
	Payload crm.Letter
}

// InvoicePage is an invoice with what came in on it and how it is chased.
type InvoicePage struct {
	InvoiceRow
	ContractNumber string
	ContractState  string
	TrancheID      crm.ID
	TrancheKind    crm.TrancheKind
	Dishonoured    bool // its payment came back (S062)
	AccountAddress string
	AccountVAT     string
	Lines          []crm.InvoiceLine
	Payments       []crm.Payment
	Dunning        []crm.DunningStep
	Planned        []PlannedStep
	Letters        []LetterRow
	Others         []InvoiceRow // the customer's other open invoices
	Language       string       // of the customer
	Credits        []CreditRow
	Credited       decimal.Decimal // what credit notes gave the customer
	Parts          []InvoicePart   // in which it is paid; none where it is paid at once
	Contracts      []ContractRef   // that it bills, where it bills several tranches
}

// InvoicePart is a part of what is to be paid of an invoice, and what is open of it.
type InvoicePart struct {
	DueDate crm.Date
	Amount  decimal.Decimal
	Open    decimal.Decimal
}

// Paid is what came in and stands on it: neither what was credited nor what was written off is.
func (p InvoicePage) Paid() decimal.Decimal {
	return p.ToPay().Sub(p.Credited).Sub(p.WrittenOff).Sub(p.Open)
}

// CreditedWhole tells whether credit notes took all of it back (S091).
func (p InvoicePage) CreditedWhole() bool {
	sum := decimal.Zero
	for _, n := range p.Credits {
		sum = sum.Add(n.Total)
	}
	return len(p.Credits) > 0 && sum.GreaterThanOrEqual(p.Total)
}

// NextDue is until when its earliest open part is to be paid.
func (p InvoicePage) NextDue() crm.Date {
	for _, part := range p.Parts {
		if part.Open.IsPositive() {
			return part.DueDate
		}
	}
	return p.DueDate
}

// invoiceParts reads the parts in which an invoice is paid; none where it is paid at once.
func invoiceParts(ctx context.Context, q querier, invoice crm.ID) ([]InvoicePart, error) {
	return many[InvoicePart](ctx, q, `select p.due_date, p.amount, p.open from receivable_part p join invoice_instalment i using (invoice_id, position) where p.invoice_id = $1 order by p.position`, invoice)
}

// InvoicePage reads one invoice; ErrNotFound when the reader may not see it.
func (s *Store) InvoicePage(ctx context.Context, sc Scope, id crm.ID) (InvoicePage, error) {
	p, err := one[InvoicePage](ctx, s.pool, `select i.*, c.number as contract_number, c.state as contract_state, account_place(x.id, 'invoice') as account_address, x.vat as account_vat, x.language,
			t.id as tranche_id, coalesce(t.kind, '') as tranche_kind, coalesce(t.dishonoured, false) as dishonoured
		from (`+invoiceRows+` where i.id = @id and `+sc.sees("a.owner_id")+`) i join contract c on c.id = i.contract_id join account x on x.id = i.account_id
		left join lateral (select id, kind, dishonoured from tranche where invoice_id = i.id order by contract_id = i.contract_id desc, position limit 1) t on true`,
		sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return p, err
	}
	if p.Lines, err = many[crm.InvoiceLine](ctx, s.pool, invoiceLine+` where invoice_id = $1 order by position`, id); err != nil {
		return p, err
	}
	if p.Grouped {
		if p.Contracts, err = s.ContractsOn(ctx, id); err != nil {
			return p, err
		}
	}
	if p.Payments, err = many[crm.Payment](ctx, s.pool, `select p.id, p.account_id, p.reference, -l.amount as amount, p.currency, p.received_on, coalesce(u.name, p.recorded_by) as recorded_by, p.at
		from ledger l join payment p on p.id = l.payment_id left join app_user u on u.id::text = p.recorded_by where l.invoice_id = $1 and l.kind in ('payment', 'allocation', 'return') order by l.id`, id); err != nil {
		return p, err
	}
	if p.Dunning, err = many[crm.DunningStep](ctx, s.pool, `select invoice_id, part, level, key, on_date, state, coalesce(effect_key, '') as effect_key, at, fee, interest, channel from dunning_step where invoice_id = $1 order by part, level`, id); err != nil {
		return p, err
	}
	if p.Planned, err = many[PlannedStep](ctx, s.pool, `select kind, key, due_at from deadline where process = $1 and (key = '' or key like '%' || $2 || '%') order by due_at`,
		crm.ProcessID(crm.KindCollection, p.AccountID), string(id)); err != nil {
		return p, err
	}
	if p.Letters, err = many[LetterRow](ctx, s.pool, `select key, channel, state, attempts, next_at, outcome_at, outcome, created_at, payload from effect
		where channel in ('mail', 'paper') and (invoice_id = $1 or key = $2) order by created_at, key`, id, "mail/invoice/"+string(id)); err != nil {
		return p, err
	}
	if p.Parts, err = invoiceParts(ctx, s.pool, id); err != nil {
		return p, err
	}
	if p.Credits, err = s.CreditRows(ctx, sc, CreditFilter{Invoice: id, Limit: 100}); err != nil {
		return p, err
	}
	if p.Credited, err = credited(ctx, s.pool, id); err != nil {
		return p, err
	}
	p.Others, err = many[InvoiceRow](ctx, s.pool, invoiceRows+` where i.account_id = $1 and i.id <> $2 and r.open > 0 order by i.due_date, i.id limit 20`, p.AccountID, id)
	return p, err
}

// credited is what credit notes of an invoice gave the customer: tax that he pays to the state himself is none of it.
func credited(ctx context.Context, q querier, invoice crm.ID) (sum decimal.Decimal, err error) {
	err = q.QueryRow(ctx, `select coalesce(sum(settled + on_account), 0) from credit_note where invoice_id = $1`, invoice).Scan(&sum)
	return sum, told(err)
}
