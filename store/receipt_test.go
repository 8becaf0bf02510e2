package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// debts are two debtors with three invoices of 100 each, every one of a contract of its own.
type debts struct {
	*merged
	accounts []crm.ID
	invoices map[crm.ID][]crm.ID
	n        int
}

func newDebts(t testing.TB) *debts {
	d := &debts{merged: newMerged(t), invoices: map[crm.ID][]crm.ID{}}
	for i := range 2 {
		id := d.company(fmt.Sprint("debtor", i), 3)
		d.accounts = append(d.accounts, id)
		rows, err := many[struct{ ID crm.ID }](t.Context(), d.pool, `select id from invoice where account_id = $1 order by sequence`, id)
		fine(t, err)
		for _, r := range rows {
			d.invoices[id] = append(d.invoices[id], r.ID)
		}
	}
	d.exec(`delete from payment`) // of the house, which no entry explains
	return d
}

func (d *debts) to(id crm.ID) Target { return Target{Scope: Everything(), Actor: d.actor, ID: id} }

func (d *debts) pay(account crm.ID, amount string, parts ...crm.Allocation) (crm.Receipt, error) {
	d.n++
	return d.Receive(d.t.Context(), d.to(account), crm.Payment{ID: NewID(), Reference: fmt.Sprint("TRN ", d.n), Amount: decimal.RequireFromString(amount), Currency: "EUR"}, parts)
}

func (d *debts) part(account crm.ID, n int, amount string) crm.Allocation {
	return crm.Allocation{InvoiceID: d.invoices[account][n], Amount: decimal.RequireFromString(amount)}
}

// entries explain what is open on every invoice, what stands on every account, and where every payment is.
const unexplained = `select 'invoice ' || r.invoice_id from receivable r where r.open < 0 or r.open <> (select sum(amount) from ledger g where g.invoice_id = r.invoice_id)
	union all select 'payment ' || p.reference from payment p left join ledger g on g.payment_id = p.id and g.kind not in ('fee', 'interest', 'write_off') left join payment_return b on b.payment_id = p.id
		group by p.id, b.payment_id having -coalesce(sum(g.amount) filter (where g.kind <> 'refund'), 0) <> case when b.payment_id is null then p.amount else 0 end
	union all select 'on account ' || g.account_id from ledger g where g.invoice_id is null group by g.account_id, g.payment_id having sum(g.amount) > 0
	union all select 'refund ' || f.reference from refund f left join ledger g on g.refund_id = f.id group by f.id having f.amount is distinct from sum(g.amount)
	union all select 'settled ' || r.invoice_id from receivable r where (r.settled_at is null) <> (r.open > 0) and exists (select from ledger g where g.invoice_id = r.invoice_id and g.kind <> 'invoice')`

func (d *debts) sound(t interface {
	Fatal(...any)
	Helper()
},
) {
	t.Helper()
	rows, err := many[struct{ What string }](d.t.Context(), d.pool, `select * from (`+unexplained+`) x(what)`)
	fine(t, err)
	if len(rows) > 0 {
		t.Fatal(rows)
	}
}

// refunded notes of which payments something was paid back.
func (d *debts) refunded(t interface {
	Fatal(...any)
	Helper()
}, of map[crm.ID]bool,
) {
	rows, err := many[struct{ ID crm.ID }](d.t.Context(), d.pool, `select distinct payment_id as id from ledger where kind = 'refund'`)
	fine(t, err)
	for _, r := range rows {
		of[r.ID] = true
	}
}

// S087: what a person may approve himself is held against a refund in the company's currency, by the rate of the day; without a rate nobody can tell.
func TestRefundLimitIsOfTheHouse(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	account := d.accounts[0]
	d.exec(`update app_user set approval_limit = 20 where id = $1`, d.actor)
	d.exec(`insert into exchange_rate (currency, on_date, rate, source) values ('USD', '2020-01-02', 2, 'ECB')`)
	for _, currency := range []string{"USD", "PLN"} {
		d.exec(`insert into ledger (account_id, kind, amount, on_date, at, currency) values ($1, 'credit', -100, '2026-01-01', now(), $2)`, account, currency)
	}
	asks := func(amount, currency string) (crm.RefundOrder, error) {
		return d.AskRefund(t.Context(), d.to(account), crm.RefundOrder{ID: NewID(), Amount: decimal.RequireFromString(amount), Currency: currency, Reason: "Paid twice"})
	}
	for amount, want := range map[string]crm.RefundState{"40": crm.RefundApproved, "40.02": crm.RefundAsked} {
		if o, err := asks(amount, "USD"); err != nil || o.State != want {
			t.Errorf("%s USD: %s, %v, want %s", amount, o.State, err, want)
		}
	}
	if _, err := asks("1", "PLN"); err == nil || err.Error() != "/currency: no_exchange_rate currency=PLN" {
		t.Errorf("without a rate: %v", err)
	}
}

// S087, S062, decision 11: random payments, uses of what is on account, refunds, at once and asked for first, and returns of two debtors; whatever is refused changes
// nothing, what was asked for to be paid back is used for nothing else, and to the cent the open amounts are those of a recomputation from what was taken.
func TestAllocationsAreTheLedger(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	open, credit, paid := map[crm.ID]int64{}, map[crm.ID]int64{}, map[crm.ID][]crm.Receipt{}
	for _, ids := range d.invoices {
		for _, id := range ids {
			open[id] = 100_00
		}
	}
	asked, reserved := map[crm.ID][]crm.RefundOrder{}, map[crm.ID]int64{}
	second, err := d.CreateUser(t.Context(), crm.User{Name: "Second", Email: "second@example.com", Language: "en", Roles: []crm.Role{crm.RoleFinance}}, "a long password")
	fine(t, err)
	back := map[crm.ID]bool{} // payments of which something was paid back, or that came back
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(rt, "operations") {
			account := rapid.SampledFrom(d.accounts).Draw(rt, "account")
			var parts []crm.Allocation
			sum := int64(0)
			fits := true
			for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 2), 0, 3, rapid.ID).Draw(rt, "invoices") {
				cents := rapid.Int64Range(1, 130_00).Draw(rt, "cents")
				id := d.invoices[account][n]
				parts, sum, fits = append(parts, crm.Allocation{InvoiceID: id, Amount: decimal.New(cents, -2)}), sum+cents, fits && cents <= open[id]
			}
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				amount := rapid.Int64Range(1, 250_00).Draw(rt, "amount")
				r, err := d.pay(account, decimal.New(amount, -2).String(), parts...)
				if ok := fits && sum <= amount; ok != (err == nil) {
					rt.Fatal("taken: ", err, " should be: ", ok)
				} else if ok {
					for _, a := range parts {
						open[a.InvoiceID] -= a.Amount.Shift(2).IntPart()
					}
					credit[account] += amount - sum
					paid[account] = append(paid[account], r)
				}
			case 1:
				err := d.UseOnAccount(t.Context(), d.to(account), "", "EUR", parts)
				if ok := fits && len(parts) > 0 && sum <= max(0, credit[account]-reserved[account]); ok != (err == nil) {
					rt.Fatal("used: ", err, " should be: ", ok)
				} else if ok {
					for _, a := range parts {
						open[a.InvoiceID] -= a.Amount.Shift(2).IntPart()
					}
					credit[account] -= sum
				}
			case 2:
				amount := rapid.Int64Range(1, 80_00).Draw(rt, "refund")
				d.n++
				_, err := d.Refund(t.Context(), d.to(account), crm.Refund{ID: NewID(), Amount: decimal.New(amount, -2), Currency: "EUR", Reference: fmt.Sprint("OUT ", d.n)})
				if ok := amount <= credit[account]-reserved[account]; ok != (err == nil) {
					rt.Fatal("refunded: ", err, " should be: ", ok)
				} else if ok {
					credit[account] -= amount
					d.refunded(rt, back)
				}
			case 4:
				cents := rapid.Int64Range(1, 80_00).Draw(rt, "asked")
				o, err := d.AskRefund(t.Context(), d.to(account), crm.RefundOrder{ID: NewID(), Amount: decimal.New(cents, -2), Currency: "EUR", Reason: "Paid twice"})
				if ok := cents <= credit[account]-reserved[account]; ok != (err == nil) {
					rt.Fatal("asked for: ", err, " should be: ", ok)
				} else if ok {
					asked[account], reserved[account] = append(asked[account], o), reserved[account]+cents
				}
			case 5:
				if len(asked[account]) == 0 {
					continue
				}
				o := asked[account][0]
				cents, to := o.Amount.Shift(2).IntPart(), d.to(o.ID)
				to.Actor = second.ID
				if rapid.Bool().Draw(rt, "approved") {
					_, err := d.DecideRefund(t.Context(), to, crm.RefundApproved, "")
					fine(rt, err)
					d.n++
					_, err = d.PayRefund(t.Context(), to, fmt.Sprint("OUT ", d.n), crm.Date{})
					if ok := cents <= credit[account]; ok != (err == nil) { // a payment came back meanwhile
						rt.Fatal("paid back: ", err, " should be: ", ok)
					} else if !ok {
						_, err = d.DecideRefund(t.Context(), to, crm.RefundCancelled, "")
						fine(rt, err)
						cents = 0
					}
					credit[account] -= cents
					d.refunded(rt, back)
				} else {
					_, err := d.DecideRefund(t.Context(), to, crm.RefundRefused, "")
					fine(rt, err)
				}
				asked[account], reserved[account] = asked[account][1:], reserved[account]-o.Amount.Shift(2).IntPart()
			case 3:
				if len(paid[account]) == 0 {
					continue
				}
				r := rapid.SampledFrom(paid[account]).Draw(rt, "payment")
				was, err := many[struct {
					InvoiceID crm.ID
					Amount    decimal.Decimal
				}](t.Context(), d.pool, `select coalesce(invoice_id::text, '') as invoice_id, -sum(amount) as amount from ledger where payment_id = $1 group by invoice_id`, r.ID)
				fine(rt, err)
				_, err = d.ReturnPayment(t.Context(), d.to(r.ID), crm.PaymentReturn{})
				if back[r.ID] != (err != nil) {
					rt.Fatal("returned: ", err)
				} else if err == nil {
					back[r.ID] = true
					for _, w := range was {
						if w.InvoiceID == "" {
							credit[account] -= w.Amount.Shift(2).IntPart()
						} else {
							open[w.InvoiceID] += w.Amount.Shift(2).IntPart()
						}
					}
				}
			}
		}
		d.sound(rt)
		rows, err := many[struct {
			ID   crm.ID
			Open decimal.Decimal
		}](t.Context(), d.pool, `select invoice_id as id, open from receivable`)
		fine(rt, err)
		for _, r := range rows {
			if !r.Open.Equal(decimal.New(open[r.ID], -2)) {
				rt.Fatalf("invoice %s: open %s, recomputed %d", r.ID, r.Open, open[r.ID])
			}
		}
		for _, account := range d.accounts {
			v, err := d.Statement(t.Context(), Everything(), account)
			fine(rt, err)
			got := decimal.Zero
			for _, b := range v.OnAccount {
				got = got.Add(b.Amount)
			}
			if !got.Equal(decimal.New(credit[account], -2)) {
				rt.Fatalf("on account %s, recomputed %d", got, credit[account])
			}
		}
	})
}

// S087: what is refused says where, all of it, and leaves nothing.
func TestReceiveRefuses(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	a, b := d.accounts[0], d.accounts[1]
	_, err := d.pay(a, "100", d.part(a, 0, "60"), d.part(a, 0, "60"), d.part(b, 0, "1"), d.part(a, 1, "100.01"), d.part(a, 2, "0"), d.part(a, 1, "0.001"))
	for _, want := range []string{"/allocations/1/invoice_id: duplicate", "/allocations/2/invoice_id: unknown_record", "/allocations/3/amount: more_than_open open=100.00", "/allocations/4/amount: out_of_range"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	if _, err = d.pay(a, "100", d.part(a, 0, "60"), d.part(a, 1, "40.01")); err == nil || !strings.Contains(err.Error(), "more_than_received") {
		t.Error(err)
	}
	r, err := d.pay(a, "150.50", d.part(a, 0, "100"), d.part(a, 1, "40"))
	if err != nil || !r.OnAccount.Equal(decimal.RequireFromString("10.5")) {
		t.Fatal(r, err)
	}
	if _, err = d.Receive(t.Context(), d.to(b), crm.Payment{ID: NewID(), Reference: r.Reference, Amount: decimal.NewFromInt(1), Currency: "EUR"}, nil); err == nil || err.Error() != "duplicate_payment" {
		t.Error(err)
	}
	if _, err = d.Receive(t.Context(), Target{Scope: Scope{Reach: crm.ReachNone}, Actor: d.actor, ID: a}, crm.Payment{ID: NewID(), Reference: "x", Amount: decimal.NewFromInt(1), Currency: "EUR"}, nil); err != ErrNotFound {
		t.Error(err)
	}
	d.sound(t)
}

// S062, S091: a payment that came back opens its invoices again, also of a closed contract, asks for its fee beside them and has the debtor chased; it comes back once.
func TestPaymentReturns(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	a := d.accounts[0]
	d.exec(`update contract set state = 'closed'`)
	d.exec(`update process set closed = true where kind = 'collection'`)
	d.exec(`insert into dunning_step (invoice_id, level, key, on_date, state, at, fee) values ($1, 1, 'first', '2031-03-01', 'written', now(), 12)`, d.invoices[a][0])
	r, err := d.pay(a, "230", d.part(a, 0, "112"), d.part(a, 1, "100"))
	fine(t, err)
	out, err := d.ReturnPayment(t.Context(), d.to(r.ID), crm.PaymentReturn{Reason: "AC04", Fee: decimal.NewFromInt(7)})
	fine(t, err)
	d.sound(t)
	var got string
	fine(t, d.c.QueryRow(t.Context(), `select concat_ws(' ', (select sum(open) from receivable where account_id = $1), (select string_agg(closed::text, ' ') from process where id = 'collection-' || $1::text),
		(select `+unpaidFees+` from invoice i where id = $2), (select count(*) from timeline where code = 'payment.returned'))`, a, d.invoices[a][0]).Scan(&got))
	if got != "300.00 false 19.00 1" || out.InvoiceID != d.invoices[a][0] {
		t.Error(got, out)
	}
	if _, err := d.ReturnPayment(t.Context(), d.to(r.ID), crm.PaymentReturn{}); err == nil || err.Error() != "already_returned" {
		t.Error(err)
	}
	v, err := d.Statement(t.Context(), Everything(), a)
	fine(t, err)
	if last := v.Lines[len(v.Lines)-1]; !last.Balance.Equal(decimal.NewFromInt(300)) || len(v.OnAccount) != 0 || len(v.Open) != 3 {
		t.Error(last, v.OnAccount, len(v.Open))
	}
	if !slices.ContainsFunc(v.Payments, func(p PaymentLine) bool { return p.ID == r.ID && p.ReturnedOn != crm.Date{} }) {
		t.Error(v.Payments)
	}
}
