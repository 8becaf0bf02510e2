package store

import (
	"fmt"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// N7: the ageing at any date equals a replay of the ledger to that date, entry by entry, whatever of it was added to the sums; today's is what is open.
func TestAgeingIsAReplay(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	today, err := d.today(t.Context())
	fine(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		account := d.accounts[rapid.IntRange(0, 1).Draw(rt, "account")]
		invoice, late := d.invoices[account][rapid.IntRange(0, 2).Draw(rt, "invoice")], rapid.IntRange(0, 200).Draw(rt, "before")
		amount := decimal.New(int64(rapid.IntRange(1, 500).Draw(rt, "cents")), -2)
		d.n++
		_, err := d.Receive(t.Context(), d.to(account), crm.Payment{ID: NewID(), Reference: fmt.Sprint("AGE ", d.n), Amount: amount, Currency: "EUR", ReceivedOn: today.AddDays(-late)}, []crm.Allocation{{InvoiceID: invoice, Amount: amount}})
		if err != nil { // nothing is left to pay
			return
		}
		if rapid.IntRange(0, 4).Draw(rt, "sum") == 0 {
			fine(t, d.SumLedger(t.Context(), 0))
		}
		day := today.AddDays(-rapid.IntRange(0, 210).Draw(rt, "day"))
		for _, day := range []crm.Date{today, day} {
			entries, err := many[struct {
				DueDate crm.Date
				Amount  decimal.Decimal
			}](t.Context(), d.pool, `select i.due_date, l.amount from ledger l join invoice i on i.id = l.invoice_id where l.on_date <= $1`, day)
			fine(t, err)
			want := map[int]decimal.Decimal{}
			for _, e := range entries {
				part := 4
				switch n := day.DaysSince(e.DueDate); {
				case n <= 0:
					part = 0
				case n <= 90:
					part = (n + 29) / 30
				}
				want[part] = want[part].Add(e.Amount)
			}
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
	if d.n < 50 {
		t.Fatalf("only %d payments: this proves little", d.n)
	}
}
