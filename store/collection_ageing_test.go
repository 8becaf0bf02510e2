package store

import (
	"fmt"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// paidInParts has an invoice of each debtor fall due in three parts.
func (d *debts) paidInParts() {
	for _, account := range d.accounts {
		id := d.invoices[account][0]
		d.exec(`insert into invoice_instalment select id, n, due_date - 30 * (3 - n), case when n < 3 then round(total / 3, 2) else total - 2 * round(total / 3, 2) end from invoice, generate_series(1, 3) n where id = $1`, id)
		d.exec(`update receivable set open = open where invoice_id = $1`, id)
	}
}

// replayed adds up the ledger to a day entry by entry, takes what was paid of an invoice in parts from the earliest of them, and tells what was open by its part of the ageing.
func (d *debts) replayed(day crm.Date) map[int]decimal.Decimal {
	entries, err := many[struct {
		InvoiceID crm.ID
		DueDate   crm.Date
		Amount    decimal.Decimal
	}](d.t.Context(), d.pool, `select l.invoice_id, i.due_date, l.amount from ledger l join invoice i on i.id = l.invoice_id where l.on_date <= $1`, day)
	fine(d.t, err)
	parts, err := many[struct {
		InvoiceID crm.ID
		DueDate   crm.Date
		Amount    decimal.Decimal
	}](d.t.Context(), d.pool, `select invoice_id, due_date, amount from invoice_instalment order by position desc`)
	fine(d.t, err)
	open, due, out := map[crm.ID]decimal.Decimal{}, map[crm.ID]crm.Date{}, map[int]decimal.Decimal{}
	for _, e := range entries {
		open[e.InvoiceID], due[e.InvoiceID] = open[e.InvoiceID].Add(e.Amount), e.DueDate
	}
	age := func(due crm.Date, amount decimal.Decimal) {
		n := day.DaysSince(due)
		part := 4
		switch {
		case n <= 0:
			part = 0
		case n <= 90:
			part = (n + 29) / 30
		}
		out[part] = out[part].Add(amount)
	}
	for _, p := range parts { // the last first: it is the last to be paid
		take := decimal.Max(decimal.Zero, decimal.Min(p.Amount, open[p.InvoiceID]))
		due[p.InvoiceID] = p.DueDate
		age(p.DueDate, take)
		open[p.InvoiceID] = open[p.InvoiceID].Sub(take)
	}
	for id, left := range open {
		age(due[id], left)
	}
	return out
}

// givesUp has a part of an invoice written off by two people; false when nothing is open on it.
func (d *debts) givesUp(other, account, invoice crm.ID, amount decimal.Decimal) bool {
	w := crm.WriteOff{ID: NewID(), InvoiceID: invoice, Amount: amount, Reason: "Insolvent"}
	if _, err := d.AskWriteOff(d.t.Context(), d.to(account), w); err != nil {
		return false
	}
	t := d.to(w.ID)
	t.Actor = other
	_, err := d.DecideWriteOff(d.t.Context(), t, true, "", decimal.Zero)
	fine(d.t, err)
	return true
}

// N7, S091: the ageing at any date equals a replay of the ledger to that date, entry by entry, whatever of it was added to the sums, in how many parts an
// invoice falls due, and what was written off and came in afterwards; today's is what is open. What was given up is neither open nor paid.
func TestAgeingIsAReplay(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	d.paidInParts()
	today, err := d.today(t.Context())
	fine(t, err)
	other, err := d.CreateUser(t.Context(), crm.User{Name: "Second", Email: "second@example.com", Language: "en", Roles: []crm.Role{crm.RoleFinance}}, "a long password")
	fine(t, err)
	off, gaveUp, recovered := map[crm.ID]decimal.Decimal{}, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		account := d.accounts[rapid.IntRange(0, 1).Draw(rt, "account")]
		invoice, late := d.invoices[account][rapid.IntRange(0, 2).Draw(rt, "invoice")], rapid.IntRange(0, 200).Draw(rt, "before")
		amount := decimal.New(int64(rapid.IntRange(1, 500).Draw(rt, "cents")), -2)
		if rapid.IntRange(0, 3).Draw(rt, "give up") == 0 && d.givesUp(other.ID, account, invoice, amount) {
			off[invoice] = off[invoice].Add(amount)
			gaveUp++
		}
		was, err := one[OpenInvoice](t.Context(), d.pool, openInvoices+` where id = $1`, invoice)
		fine(t, err)
		d.n++
		_, err = d.Receive(t.Context(), d.to(account), crm.Payment{ID: NewID(), Reference: fmt.Sprint("AGE ", d.n), Amount: amount, Currency: "EUR", ReceivedOn: today.AddDays(-late)}, []crm.Allocation{{InvoiceID: invoice, Amount: amount}})
		if err != nil { // nothing is left to pay
			return
		}
		if back := decimal.Min(amount.Sub(was.Open), off[invoice]); back.IsPositive() { // first what is open, then what was given up
			off[invoice] = off[invoice].Sub(back)
			recovered++
		}
		now, err := one[OpenInvoice](t.Context(), d.pool, openInvoices+` where id = $1`, invoice)
		fine(t, err)
		if given := now.Open.IsZero() && off[invoice].IsPositive(); !now.WrittenOff.Equal(off[invoice]) || given != (now.State == "written_off") {
			rt.Fatalf("%s of %s is written off, %s is open: %s", now.WrittenOff, off[invoice], now.Open, now.State)
		}
		if rapid.IntRange(0, 4).Draw(rt, "sum") == 0 {
			fine(t, d.SumLedger(t.Context(), 0))
		}
		day := today.AddDays(-rapid.IntRange(0, 210).Draw(rt, "day"))
		for _, day := range []crm.Date{today, day} {
			want := d.replayed(day)
			for _, sc := range []Scope{Everything(), {User: d.actor, Reach: crm.ReachOwn}} {
				got, err := d.AgeingAt(t.Context(), sc, day)
				fine(t, err)
				for _, g := range got {
					if sc.Reach == crm.ReachAll {
						if !g.Open.Equal(want[g.Position]) {
							rt.Fatalf("%s: part %d is %s, the ledger says %s", day, g.Position, g.Open, want[g.Position])
						}
						delete(want, g.Position)
					}
				}
			}
			for part, v := range want {
				if !v.IsZero() {
					rt.Fatalf("%s: nothing is told of %s in part %d", day, v, part)
				}
			}
		}
		open, err := one[struct{ Is, Was decimal.Decimal }](t.Context(), d.pool, `select (select sum(open) from receivable) as is, (select sum(amount) from ledger where invoice_id is not null) as was`)
		fine(t, err)
		if !open.Is.Equal(open.Was) {
			rt.Fatalf("%s is open, the ledger says %s", open.Is, open.Was)
		}
	})
	if d.n < 50 || gaveUp < 5 {
		t.Fatalf("only %d payments and %d write-offs, %d of which came in: this proves little", d.n, gaveUp, recovered)
	}
}
