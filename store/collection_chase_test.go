package store

import (
	"context"
	"testing"
	"time"

	"leadtocash/crm"
)

// S091: a chase that is cut off again and again at any moment goes on where it was: every debtor is begun once and every level written once, and the tick after it finds nothing.
func TestChaseIsCutOff(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	d.exec(`update receivable set due_date = current_date - 30`)
	d.exec(`update process set closed = true where kind = 'collection'`)
	tick, cuts := time.Date(2026, 1, 2, 9, 30, 0, 0, time.UTC), 0
	step := func(ctx context.Context, tx *Tx, b ChaseBatch) (int, error) {
		var rows []crm.DunningStep
		for _, a := range b.Accounts {
			for _, debt := range b.Debts[a] {
				rows = append(rows, crm.DunningStep{InvoiceID: debt.InvoiceID, Level: 1, Key: "first", OnDate: tx.Today, State: "written", Channel: crm.DunningMail})
			}
		}
		wrote, err := tx.Dun(ctx, rows)
		return len(wrote), err
	}
	run := ChaseRun{}
	for cut := time.Duration(0); !run.Finished && cut < 2*time.Second; cut += 200 * time.Microsecond {
		ctx, stop := context.WithTimeout(t.Context(), cut)
		_, err := d.BeginChase(ctx, tick)
		for n := 1; err == nil && n > 0; {
			n, err = d.ChaseDebtors(ctx, tick, 7, 1, step)
		}
		if err == nil {
			run, err = d.EndChase(ctx, tick)
		}
		if err != nil {
			cuts++
		}
		stop()
	}
	owing, err := one[struct{ Debtors, Invoices int }](t.Context(), d.pool, `select count(distinct account_id)::int as debtors, count(*)::int as invoices from receivable where open > 0`)
	fine(t, err)
	if run.Debtors != owing.Debtors || run.Letters != owing.Invoices || cuts < 5 {
		t.Fatalf("%+v of %+v, cut off %d times", run, owing, cuts)
	}
	if again, err := d.BeginChase(t.Context(), tick); err != nil || again != run {
		t.Fatalf("again: %+v, %v", again, err)
	}
	if n, err := d.ChaseDebtors(t.Context(), tick.AddDate(0, 0, 1), 7, 10, step); n != 0 || err != nil {
		t.Fatalf("the next tick finds %d debtors: %v", n, err)
	}
}
