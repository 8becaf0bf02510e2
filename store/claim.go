package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// unpaidFees are the fees asked for with an invoice's letters and for payments of it that came back, less those that came in or were waived; i is the invoice.
const unpaidFees = `greatest(0, coalesce((select sum(fee) from dunning_step where invoice_id = i.id and state = 'written'), 0)
	+ coalesce((select sum(fee) from payment_return where invoice_id = i.id), 0) - coalesce((select sum(amount) from ledger where invoice_id = i.id and kind = 'fee'), 0)
	- coalesce((select sum(amount) from claim_waiver where invoice_id = i.id and claim = 'fees'), 0))`

// goneInterest is the interest of an invoice that came in or was waived.
const goneInterest = `(coalesce((select sum(amount) from ledger where invoice_id = i.id and kind = 'interest'), 0)
	+ coalesce((select sum(amount) from claim_waiver where invoice_id = i.id and claim = 'interest'), 0))`

// unpaidInterest is the interest that the last letter about an invoice asked for, less what of it is gone.
const unpaidInterest = `greatest(0, coalesce((select interest from dunning_step where invoice_id = i.id and state = 'written' and interest > 0 order by on_date desc, level desc limit 1), 0) - ` + goneInterest + `)`

// writtenOff is what of an invoice was written off and has not come in since.
const writtenOff = `coalesce((select -sum(amount) from ledger where invoice_id = i.id and kind = 'write_off'), 0)`

// claimsOf are the columns of crm.Claims.
const claimsOf = writtenOff + ` as written_off, ` + unpaidFees + ` as fees, ` + unpaidInterest + ` as interest`

// ClaimsOn is what may be paid of an invoice beside what is open.
func (tx *Tx) ClaimsOn(ctx context.Context, invoice crm.ID) (crm.Claims, error) {
	return one[crm.Claims](ctx, tx.q, `select `+claimsOf+` from invoice i where i.id = $1`, invoice)
}

// ClaimLine is an invoice with all that a debtor is asked for beside it.
type ClaimLine struct {
	InvoiceID crm.ID
	Number    string
	Currency  string
	Open      decimal.Decimal
	crm.Claims
	Running decimal.Decimal // interest that has run up to today and is neither paid nor waived, whether a letter has asked for it or not
}

// ClaimLines lists a debtor's invoices of which something may be paid beside what is open, or on which interest runs.
func (s *Store) ClaimLines(ctx context.Context, account crm.ID, today crm.Date) ([]ClaimLine, error) {
	rows, err := many[ClaimLine](ctx, s.pool, `select i.id as invoice_id, i.number, i.currency, r.open, `+claimsOf+`, 0::numeric as running from receivable r join invoice i on i.id = r.invoice_id
		where r.account_id = $1 order by i.due_date, i.id`, account)
	if err != nil {
		return nil, err
	}
	var ids []crm.ID
	for _, r := range rows {
		ids = append(ids, r.InvoiceID)
	}
	run, err := lateInterests(ctx, s.pool, ids, today)
	if err != nil {
		return nil, err
	}
	var out []ClaimLine
	for _, r := range rows {
		r.Running = decimal.Max(run[r.InvoiceID].Left(), decimal.Zero)
		if r.Sum().IsPositive() || r.Running.IsPositive() {
			out = append(out, r)
		}
	}
	return out, nil
}

// Waivers lists what was waived of a debtor's fees and interest, the latest first.
func (s *Store) Waivers(ctx context.Context, account crm.ID) ([]crm.ClaimWaiver, error) {
	return many[crm.ClaimWaiver](ctx, s.pool, `select w.id, w.account_id, w.invoice_id, w.claim, w.amount, w.reason, u.name as made_by, w.at from claim_waiver w join app_user u on u.id = w.made_by
		where w.account_id = $1 order by w.at desc, w.id limit 100`, account)
}

// Waive drops fees or interest of an invoice (S091): letters ask for them no longer, and they cannot be paid. An amount of zero is all of it; of interest that is what has run
// up to today. Under the same id it is done once. Errors: ErrNotFound; unknown_record at /invoice_id; more_than_open and those of an amount at /amount; Refused nothing_to_waive.
func (s *Store) Waive(ctx context.Context, t Target, w crm.ClaimWaiver) (crm.ClaimWaiver, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.debtor(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		if known, err := many[crm.ClaimWaiver](ctx, e.q, `select id, account_id, invoice_id, claim, amount, reason, made_by::text as made_by, at from claim_waiver where id = $1`, w.ID); err != nil {
			return err
		} else if len(known) == 1 && known[0].AccountID == t.ID { // sent again
			w = known[0]
			return nil
		}
		claims, err := e.claims(ctx, t.ID, []crm.ID{w.InvoiceID})
		if err != nil {
			return err
		}
		c, known := claims[w.InvoiceID]
		if !known {
			return crm.FieldErrors{crm.Problem("unknown_record").At("/invoice_id")}
		}
		left := c.Fees
		if w.Claim == crm.ClaimInterest {
			run, err := lateInterests(ctx, e.q, []crm.ID{w.InvoiceID}, e.today)
			if err != nil {
				return err
			}
			left = decimal.Max(run[w.InvoiceID].Left(), c.Interest)
		}
		if !left.IsPositive() {
			return Refused{Code: "nothing_to_waive"}
		}
		if w.Amount.IsZero() {
			w.Amount = left
		}
		var errs crm.FieldErrors
		errs.Add("/amount", crm.CheckAmount(w.Amount, crm.Currency(c.Currency)))
		if w.Amount.GreaterThan(left) {
			errs.Add("/amount", crm.Problem("more_than_open", "open", left.StringFixed(2)))
		}
		if len(errs) > 0 {
			return errs.Err()
		}
		w.AccountID, w.MadeBy, w.At = t.ID, string(e.actor), e.now
		e.q.later(`insert into claim_waiver (id, account_id, invoice_id, claim, amount, reason, made_by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			w.ID, w.AccountID, w.InvoiceID, w.Claim, w.Amount, w.Reason, w.MadeBy, w.At)
		e.q.later(cancelLetters, []string{string(w.InvoiceID)}, "waived") // they ask for it; the collection writes anew
		e.q.later(dropPaper, []string{string(w.InvoiceID)}, e.now)
		return e.moved(ctx, t.ID, "waiver.made", []owed{c}, map[string]any{"invoice_id": w.InvoiceID, "claim": w.Claim, "amount": w.Amount, "currency": c.Currency, "reason": w.Reason})
	})
	return w, err
}

// Run is the interest that has run on an invoice up to a day, and what of it is gone.
type Run struct {
	crm.Interest
	Gone decimal.Decimal // came in or was waived
}

// Left is what may still be asked for.
func (r Run) Left() decimal.Decimal { return r.Amount.Sub(r.Gone) }

// lateInterests replays the ledgers of invoices: what their late payment costs up to a day. A company that does not ask for interest gets none.
func lateInterests(ctx context.Context, q querier, invoices []crm.ID, until crm.Date) (map[crm.ID]Run, error) {
	out := map[crm.ID]Run{}
	if len(invoices) == 0 {
		return out, nil
	}
	set, err := interestSetting(ctx, q)
	if err != nil || !set.Charged {
		return out, err
	}
	rows, err := many[struct {
		ID       crm.ID
		Currency string
		DueDate  crm.Date
		ToPay    decimal.Decimal
		Gone     decimal.Decimal
		Parts    []crm.DueAmount
		Moves    []crm.LedgerMove
	}](ctx, q, `select i.id, i.currency, i.due_date, i.total - case when i.split_payment then i.tax else 0 end - i.paid_before as to_pay, `+goneInterest+` as gone,
			coalesce((select jsonb_agg(jsonb_build_object('Date', due_date, 'Amount', amount) order by position) from invoice_instalment where invoice_id = i.id), '[]') as parts,
			coalesce((select jsonb_agg(jsonb_build_object('OnDate', on_date, 'Amount', amount) order by id) from ledger where invoice_id = i.id), '[]') as moves
		from invoice i where i.id = any($1::uuid[])`, texts(invoices))
	for _, r := range rows {
		if len(r.Parts) == 0 {
			r.Parts = []crm.DueAmount{{Date: r.DueDate, Amount: r.ToPay}}
		}
		out[r.ID] = Run{crm.LateInterest(r.Parts, r.Moves, set, until, crm.Currency(r.Currency)), r.Gone}
	}
	return out, err
}

// LateInterests is what late payment of invoices costs up to the step's day.
func (tx *Tx) LateInterests(ctx context.Context, invoices []crm.ID) (map[crm.ID]Run, error) {
	return lateInterests(ctx, tx.q, invoices, tx.Today)
}

// LateInterests is what late payment of invoices that may be seen costs up to a day.
func (s *Store) LateInterests(ctx context.Context, invoices []crm.ID, until crm.Date) (map[crm.ID]Run, error) {
	return lateInterests(ctx, s.pool, invoices, until)
}
