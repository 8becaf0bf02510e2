package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// maxAllocations is how many invoices one amount may go to.
const maxAllocations = 200

// owed is an invoice of a debtor as an allocation finds it.
type owed struct {
	ID            crm.ID
	Number        string
	AccountID     crm.ID
	Currency      string
	OpportunityID crm.ID
	Open          decimal.Decimal
	crm.Claims
	Credited bool // as a whole
}

// Receive books money that came in from a debtor: parts go to his open invoices, of whatever contract and however that stands, and the rest is kept on his account (decision 11).
// Errors: ErrNotFound; Refused duplicate_payment; at /amount, /reference and /received_on what a payment is refused for, at /allocations those of fit.
func (s *Store) Receive(ctx context.Context, t Target, p crm.Payment, parts []crm.Allocation) (r crm.Receipt, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.debtor(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		p.AccountID = t.ID
		r, err = e.receive(ctx, p, parts)
		return err
	})
	return r, err
}

// debtor locks an account against other movements of its money, and before it the process that chases it: steps take these in the same order.
func (e *edit) debtor(ctx context.Context, sc Scope, id crm.ID) error {
	var one int
	if err := e.q.QueryRow(ctx, `select 1 from process where id = $1 for key share`, crm.ProcessID(crm.KindCollection, id)).Scan(&one); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return told(err)
	}
	args := []any{id}
	return told(e.q.QueryRow(ctx, `select 1 from account where id = $1 and `+sc.covers("owner_id", &args)+` for no key update`, args...).Scan(&one))
}

// receive books a payment of the debtor that is locked.
func (e *edit) receive(ctx context.Context, p crm.Payment, parts []crm.Allocation) (r crm.Receipt, err error) {
	if p.ReceivedOn.IsZero() {
		p.ReceivedOn = e.today
	}
	if err := tooEarly("/received_on", p.ReceivedOn, e.today); err != nil {
		return r, err
	}
	if known, err := ask[crm.Payment](ctx, e.q, PaymentOf(p.Reference)); err == nil && known.ID == p.ID && known.AccountID == p.AccountID { // sent again
		return crm.Receipt{Payment: known, Allocations: parts, OnAccount: known.Amount.Sub(sumOf(parts))}, nil
	} else if err == nil {
		return r, Refused{Code: "duplicate_payment", Params: map[string]string{"payment": string(known.ID)}}
	} else if !errors.Is(err, ErrNotFound) {
		return r, err
	}
	claims, rest, err := e.fit(ctx, p.AccountID, p.Currency, p.Amount, parts)
	if err != nil {
		return r, err
	}
	p.RecordedBy, p.At = string(e.actor), e.now
	e.q.later(`insert into payment (id, account_id, reference, amount, currency, received_on, recorded_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.AccountID, p.Reference, p.Amount, p.Currency, p.ReceivedOn, p.RecordedBy, p.At)
	for i, a := range parts {
		if err := e.settle(ctx, settlement{p.AccountID, a.InvoiceID, p.ID, "payment", a.Amount, claims[i].beside(a.Amount), p.ReceivedOn}); err != nil {
			return r, err
		}
	}
	if rest.IsPositive() {
		e.q.later(`insert into ledger (account_id, payment_id, kind, amount, on_date, at) values ($1, $2, 'payment', $3, $4, $5)`, p.AccountID, p.ID, rest.Neg(), p.ReceivedOn, e.now)
	}
	r = crm.Receipt{Payment: p, Allocations: parts, OnAccount: rest}
	return r, e.moved(ctx, p.AccountID, "payment.received", claims, map[string]any{
		"payment_id": p.ID, "amount": p.Amount, "currency": p.Currency, "reference": p.Reference, "left": rest,
	})
}

func sumOf(parts []crm.Allocation) (sum decimal.Decimal) {
	for _, a := range parts {
		sum = sum.Add(a.Amount)
	}
	return sum
}

// fit locks the invoices that an amount of the debtor goes to and tells what is left of it. Errors, below /allocations: too_many; more_than_received;
// of a part unknown_record and duplicate at invoice_id, other_currency there, out_of_range and more_than_open at amount, and those of an amount.
func (e *edit) fit(ctx context.Context, account crm.ID, currency string, amount decimal.Decimal, parts []crm.Allocation) ([]owed, decimal.Decimal, error) {
	if len(parts) > maxAllocations {
		return nil, amount, crm.FieldErrors{crm.Problem("too_many", "max", strconv.Itoa(maxAllocations)).At("/allocations")}
	}
	ids := make([]crm.ID, len(parts))
	for i, a := range parts {
		ids[i] = a.InvoiceID
	}
	found, err := e.claims(ctx, account, ids)
	if err != nil {
		return nil, amount, err
	}
	var errs crm.FieldErrors
	out, rest := make([]owed, len(parts)), amount
	for i, a := range parts {
		at := fmt.Sprintf("/allocations/%d", i)
		c, known := found[a.InvoiceID]
		switch {
		case !known:
			errs.Add(at+"/invoice_id", crm.Problem("unknown_record"))
		case slices.Index(ids, a.InvoiceID) < i:
			errs.Add(at+"/invoice_id", crm.Problem("duplicate"))
		case c.Currency != currency:
			errs.Add(at+"/invoice_id", crm.Problem("other_currency", "currency", c.Currency))
		case !a.Amount.IsPositive():
			errs.Add(at+"/amount", crm.Problem("out_of_range", "min", crm.Currency(currency).Unit().String()))
		case a.Amount.GreaterThan(c.Open.Add(c.Sum())):
			errs.Add(at+"/amount", crm.Problem("more_than_open", "open", c.Open.Add(c.Sum()).StringFixed(2)))
		default:
			errs.Add(at+"/amount", crm.CheckAmount(a.Amount, crm.Currency(currency)))
		}
		out[i], rest = c, rest.Sub(a.Amount)
	}
	if len(errs) == 0 && rest.IsNegative() {
		errs.Add("/allocations", crm.Problem("more_than_received", "amount", amount.StringFixed(2)))
	}
	return out, rest, errs.Err()
}

// claims locks invoices of a debtor, in the order in which everybody does.
func (e *edit) claims(ctx context.Context, account crm.ID, ids []crm.ID) (map[crm.ID]owed, error) {
	out := map[crm.ID]owed{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := many[owed](ctx, e.q, `select i.id, i.number, r.account_id, i.currency, c.opportunity_id, r.open, `+claimsOf+`, coalesce((select sum(n.total) from credit_note n where n.invoice_id = i.id) = i.total, false) as credited
		from receivable r join invoice i on i.id = r.invoice_id join contract c on c.id = i.contract_id
		where r.account_id = $1 and r.invoice_id = any($2::uuid[]) order by r.invoice_id for update of r`, account, texts(ids))
	for _, c := range rows {
		out[c.ID] = c
	}
	return out, err
}

// beside are the parts of an amount that pay what is asked for beside what is open: what is over it.
func (o owed) beside(amount decimal.Decimal) crm.Claims { return o.Claims.Pay(amount.Sub(o.Open)) }

func (e *edit) settle(ctx context.Context, a settlement) error {
	b, left := &pgx.Batch{}, decimal.Zero
	a.queue(b, e.now, &left)
	return told(e.q.SendBatch(ctx, b).Close())
}

// moved tells what happened to a debtor's money, and has the process that chases him look at it.
func (e *edit) moved(ctx context.Context, account crm.ID, code string, claims []owed, data map[string]any) error {
	process, err := e.accountTimelineRow(ctx, account)
	if err != nil {
		return err
	}
	entry := Entry{Code: code, AccountID: account, Data: data}
	var numbers []string
	for i, c := range claims {
		numbers = append(numbers, c.Number)
		if i == 0 {
			entry.OpportunityID = c.OpportunityID
		} else if entry.OpportunityID != c.OpportunityID { // of several deals
			entry.OpportunityID = ""
		}
	}
	slices.Sort(numbers)
	data["invoices"] = slices.Compact(numbers)
	if err := e.tell(ctx, process, entry); err != nil {
		return err
	}
	return e.review(ctx, crm.ProcessID(crm.KindCollection, account))
}

// review has a process look at its rows; one that does not live is left alone.
func (e *edit) review(ctx context.Context, process string) error {
	tag, err := e.q.Exec(ctx, `insert into deadline (process, kind, key, due_at) select id, $2, '', $3 from process where id = $1 and not closed
		on conflict (process, kind, key) do update set due_at = excluded.due_at`, process, DeadlineReview, e.now)
	if err != nil || tag.RowsAffected() == 0 {
		return told(err)
	}
	return e.wake(ctx, process)
}
