package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"leadtocash/crm"
)

// BankEntryEdit is what somebody decides about an entry: whose it is and where it goes, which payment it takes back, or that it is none of a customer's.
type BankEntryEdit struct {
	AccountID   crm.ID
	Allocations []crm.Allocation
	PaymentID   crm.ID // that it takes back
	Note        string
}

// BookEntry makes a payment of an incoming entry, once: sent again it gives the payment that it is, and another decision about it is Refused entry_decided.
// Errors: those of Receive; required and unknown_record at /account_id; Refused wrong_direction for one that left.
func (s *Store) BookEntry(ctx context.Context, t Target, d BankEntryEdit) (r crm.Receipt, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		r, err = e.bookEntry(ctx, t, d)
		return err
	})
	return r, err
}

// lockEntry locks an entry as the person saw it.
func (e *edit) lockEntry(ctx context.Context, t Target) (crm.BankEntry, error) {
	x, err := one[BankEntryRow](ctx, e.q, bankEntries+` where x.id = $1 for update of x`, t.ID)
	if err == nil && t.Version != 0 && t.Version != x.Version && x.State == crm.EntryOpen {
		err = Stale{Version: x.Version}
	}
	return x.BankEntry, err
}

func (e *edit) bookEntry(ctx context.Context, t Target, d BankEntryEdit) (r crm.Receipt, err error) {
	x, err := e.lockEntry(ctx, t)
	if err != nil {
		return r, err
	}
	if x.State != crm.EntryOpen {
		return e.bookedBefore(ctx, x, d)
	}
	if !x.Amount.IsPositive() {
		return r, Refused{Code: "wrong_direction"}
	}
	if d.AccountID == "" {
		return r, crm.FieldErrors{crm.Problem("required").At("/account_id")}
	}
	if err := e.debtor(ctx, t.Scope, d.AccountID); err != nil {
		return r, unknown(err, "/account_id")
	}
	reference, err := e.entryReference(ctx, x)
	if err != nil {
		return r, err
	}
	on := x.BookedOn
	if on.After(e.today) { // a bank's day may begin before ours
		on = e.today
	}
	r, err = e.receive(ctx, crm.Payment{ID: NewID(), AccountID: d.AccountID, Reference: reference, Amount: x.Amount, Currency: x.Currency, ReceivedOn: on}, d.Allocations)
	if err != nil {
		return r, err
	}
	asked, err := json.Marshal(d.Allocations)
	if err != nil {
		return r, err
	}
	e.q.later(`update bank_entry set state = 'booked', account_id = $2, payment_id = $3, note = $4, asked = $5, version = version + 1, decided_by = $6, decided_at = $7 where id = $1`,
		x.ID, d.AccountID, r.ID, d.Note, asked, e.actor, e.now)
	return r, nil
}

// entryReference is the payment's reference: the bank's, unless another entry became a payment under it; banks give a batch the same.
func (e *edit) entryReference(ctx context.Context, x crm.BankEntry) (string, error) {
	var other bool
	err := e.q.QueryRow(ctx, `select exists (select from payment p join bank_entry o on o.payment_id = p.id where p.reference = $1 and o.id <> $2)`, x.PaymentReference(), x.ID).Scan(&other)
	if other {
		x.BankReference = ""
	}
	return x.PaymentReference(), told(err)
}

// bookedBefore answers for an entry that is decided about: the same decision again is what it was.
func (e *edit) bookedBefore(ctx context.Context, x crm.BankEntry, d BankEntryEdit) (r crm.Receipt, err error) {
	asked, err := json.Marshal(d.Allocations)
	if err != nil {
		return r, err
	}
	var was []byte
	if err := e.q.QueryRow(ctx, `select coalesce(asked::text, '') from bank_entry where id = $1`, x.ID).Scan(&was); err != nil {
		return r, told(err)
	}
	if x.State != crm.EntryBooked || x.AccountID != d.AccountID || !bytes.Equal(was, asked) {
		return r, Refused{Code: "entry_decided", Params: map[string]string{"state": x.State}}
	}
	if r.Payment, err = one[crm.Payment](ctx, e.q, `select * from payment where id = $1`, x.PaymentID); err != nil {
		return r, err
	}
	r.Allocations, r.OnAccount = d.Allocations, r.Amount.Sub(sumOf(d.Allocations))
	return r, nil
}

// BookCertain takes what is certain among the open entries, so many at most: each is a transaction of its own, so that what stands in the way of one leaves the others. It tells how
// many became payments.
func (s *Store) BookCertain(ctx context.Context, t Target, most int) (booked int, err error) {
	rows, _, err := s.OpenEntries(ctx, most)
	if err != nil {
		return 0, err
	}
	found, err := s.Proposals(ctx, rows)
	if err != nil {
		return 0, err
	}
	for _, x := range rows {
		p := found[x.ID]
		if len(p) == 0 || p[0].Confidence != crm.Certain {
			continue
		}
		t.ID, t.Version = x.ID, x.Version
		_, err := s.BookEntry(ctx, t, BankEntryEdit{AccountID: p[0].AccountID, Allocations: p[0].Allocations})
		if err == nil {
			booked++
		} else if !passes(err) {
			return booked, err
		}
	}
	return booked, nil
}

// passes tells whether an error is about one entry only: somebody else decided about it, or paid what it names.
func passes(err error) bool {
	var fields crm.FieldErrors
	var refused Refused
	return errors.As(err, &fields) || errors.As(err, &refused) || errors.Is(err, ErrStale) || errors.Is(err, ErrNotFound)
}

// SetEntryAside notes that an entry is none of a customer's, or takes that back.
func (s *Store) SetEntryAside(ctx context.Context, t Target, aside bool, note string) (x crm.BankEntry, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if x, err = e.lockEntry(ctx, t); err != nil {
			return err
		}
		from, to := crm.EntryOpen, crm.EntryAside
		if !aside {
			from, to = to, from
		}
		switch x.State {
		case to:
			return nil
		case from:
		default:
			return Refused{Code: "entry_decided", Params: map[string]string{"state": x.State}}
		}
		x.State, x.Note, x.Version = to, note, x.Version+1
		_, err := e.q.Exec(ctx, `update bank_entry set state = $2, note = $3, version = $4, decided_by = $5, decided_at = $6 where id = $1`, x.ID, x.State, x.Note, x.Version, e.actor, e.now)
		return told(err)
	})
	return x, err
}

// ReturnByEntry takes the payment back that an outgoing entry took back, once.
func (s *Store) ReturnByEntry(ctx context.Context, t Target, d BankEntryEdit, f crm.PaymentReturn) (out crm.PaymentReturn, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		x, err := e.lockEntry(ctx, t)
		if err != nil {
			return err
		}
		if x.State == crm.EntryReturned && x.PaymentID == d.PaymentID {
			out, err = one[crm.PaymentReturn](ctx, e.q, `select * from payment_return where payment_id = $1`, x.PaymentID)
			return err
		}
		if x.State != crm.EntryOpen {
			return Refused{Code: "entry_decided", Params: map[string]string{"state": x.State}}
		}
		if x.Amount.IsPositive() {
			return Refused{Code: "wrong_direction"}
		}
		p, err := one[crm.Payment](ctx, e.q, `select * from payment where id = $1`, d.PaymentID)
		if err != nil {
			return unknown(err, "/payment_id")
		}
		if !p.Amount.Equal(x.Amount.Neg()) || p.Currency != x.Currency {
			return Refused{Code: "other_amount", Params: map[string]string{"amount": p.Amount.StringFixed(2)}}
		}
		if f.OnDate.IsZero() && !x.BookedOn.After(e.today) {
			f.OnDate = x.BookedOn
		}
		t.ID = p.ID
		if out, err = e.returnPayment(ctx, t, f); err != nil {
			return err
		}
		e.q.later(`update bank_entry set state = 'returned', account_id = $2, payment_id = $3, note = $4, version = version + 1, decided_by = $5, decided_at = $6 where id = $1`,
			x.ID, p.AccountID, p.ID, d.Note, e.actor, e.now)
		return nil
	})
	return out, err
}
