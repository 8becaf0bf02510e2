package bench

import (
	"context"
	"fmt"
	"time"

	"leadtocash/activities"
	"leadtocash/rules"
)

// How many overdue invoices of how many debtors one tick of the chase finds.
const (
	chasedInvoices = 10_000
	chasedDebtors  = 2500
	chaseCuts      = 3 // how often it is cut off
)

// chase measures one tick over invoices that nobody has chased yet, cut off three times as by the death of its worker, and the tick after it, which finds nothing to do.
func chase(ctx context.Context, s Servers, say func(Result)) error {
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.overdue(ctx); err != nil {
		return err
	}
	steps := &activities.Steps{Store: w.Store, Rules: &rules.Library{}}
	tick, began, cuts := time.Now().UTC().Truncate(time.Minute), time.Now(), -1
	var r activities.ChaseReport
	for r.Letters == 0 {
		cctx, stop := context.WithTimeout(ctx, 24*time.Hour)
		if cuts++; cuts < chaseCuts { // cut off within a batch, it goes on
			stop()
			cctx, stop = context.WithTimeout(ctx, time.Duration(cuts+1)*700*time.Millisecond)
		}
		r, err = steps.Chase(cctx, tick)
		stop()
		if err != nil && cuts >= chaseCuts {
			return err
		}
	}
	took := time.Since(began)
	if r.Letters != chasedInvoices || r.Debtors != chasedDebtors {
		return fmt.Errorf("%d letters to %d debtors", r.Letters, r.Debtors)
	}
	name := fmt.Sprintf("chase/invoices=%d", chasedInvoices)
	say(Result{name + "/queued", took.Seconds(), "s"})
	say(Result{name + "/rate", chasedInvoices / took.Seconds(), "1/s"})
	say(Result{name + "/cut-off", float64(cuts), "1"})
	began = time.Now()
	if r, err = steps.Chase(ctx, tick.Add(24*time.Hour)); err != nil {
		return err
	}
	if r.Letters != 0 || r.Debtors != 0 {
		return fmt.Errorf("the second run writes %d letters to %d debtors", r.Letters, r.Debtors)
	}
	say(Result{name + "/idle", ms(time.Since(began)), "ms"})
	return nil
}

// overdue writes late invoices, four to a debtor, without their deals; the clock stands on a working morning.
func (w *World) overdue(ctx context.Context) error {
	return w.bulk(ctx, []string{
		`set session_replication_role = replica`, // neither keys nor triggers: what is missing is not asked for
		`insert into working_hours (weekday, opens, closes) select d, 0, 1440 from generate_series(0, 6) d where not exists (select from working_hours where weekday = d)`,
		`update business_clock set shift_seconds = extract(epoch from date_trunc('day', now()) + interval '12 hours' - now())::bigint`,
		`insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, signed_at)
			select md5('none')::uuid, 'C-0', md5('none')::uuid, md5('none')::uuid, md5('none')::uuid, 'EUR', 1, 0, 1, 30, current_date, current_date, now()`,
		`insert into account (id, name, email, country, owner_id, created_at) select md5('late' || i)::uuid, 'Late ' || i, 'late' || i || '@late.example', 'IT', (select id from app_user order by id limit 1), now()
			from generate_series(0, $1::int - 1) i`,
		`insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
			select md5('late' || i)::uuid, 'L', 2000, i, 'L/' || i, md5('none')::uuid, md5('late' || i % $1::int)::uuid, 'EUR', current_date - 40, current_date - 9 - i % 3, 100, 22, 122, '', '', now()
			from generate_series(1, $2::int) i`,
		`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', 122, issue_date, now() from invoice where series = 'L'`,
		`insert into receivable (invoice_id, account_id, due_date, open) select id, account_id, due_date, 122 from invoice where series = 'L'`,
		`vacuum (analyze) ledger, invoice, receivable, account`,
	}, chasedDebtors, chasedInvoices)
}
