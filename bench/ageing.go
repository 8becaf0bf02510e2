package bench

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// agedInvoices is with how many invoices the ageing is measured. They are loaded only when it is asked for by name.
const agedInvoices = 1_000_000

// ageing measures what is open by how late it is, today and as it was a quarter ago, over a million invoices of three years with two million entries; one in ten is open.
func ageing(ctx context.Context, s Servers, say func(Result)) error {
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.invoiced(ctx, agedInvoices); err != nil {
		return err
	}
	began := time.Now()
	if err := w.Store.SumLedger(ctx, 0); err != nil {
		return err
	}
	say(Result{fmt.Sprintf("query/ageing/sum/invoices=%d", agedInvoices), ms(time.Since(began)), "ms"})
	today := crm.DateOf(time.Now(), time.UTC)
	for _, day := range []struct {
		name string
		on   crm.Date
	}{{"today", today}, {"quarter-ago", today.AddDays(-91)}} {
		took, err := median(func() error {
			_, err := w.Store.AgeingAt(ctx, store.Everything(), day.on)
			return err
		})
		if err != nil {
			return err
		}
		say(Result{fmt.Sprintf("query/ageing/%s/invoices=%d", day.name, agedInvoices), ms(took), "ms"})
	}
	took, err := median(func() error {
		_, err := w.Store.CollectionQueue(ctx, store.Everything(), today, 200)
		return err
	})
	if err != nil {
		return err
	}
	say(Result{fmt.Sprintf("query/ageing/queue/invoices=%d", agedInvoices), ms(took), "ms"})
	return nil
}

// invoiced writes invoices without their deals, which the ageing does not read.
func (w *World) invoiced(ctx context.Context, n int) error {
	return w.bulk(ctx, []string{
		`set session_replication_role = replica`, // neither keys nor triggers: what is missing is not asked for
		`insert into account (id, name, country, owner_id, created_at)
			select md5('debtor' || i)::uuid, 'Debtor ' || i, 'IT', (select id from app_user order by id limit 1), now() from generate_series(1, $1::int / 100) i`,
		`insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
			select md5('aged' || i)::uuid, 'A', 2000, i, 'A/' || i, md5('none')::uuid, md5('debtor' || 1 + i % ($1::int / 100))::uuid, 'EUR', d, d + 30, 100, 22, 122, '', '', now()
			from (select i, current_date - (i::bigint * 7919 % 1095)::int as d from generate_series(1, $1::int) i) x`,
		`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', 122, issue_date, now() from invoice where series = 'A'`,
		`insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'payment', -122, least(due_date - 10 + (sequence * 31 % 80), current_date), now()
			from invoice where series = 'A' and sequence % 10 <> 0`,
		`insert into receivable (invoice_id, account_id, due_date, open) select id, account_id, due_date, case when sequence % 10 = 0 then 122 else 0 end from invoice where series = 'A'`,
		`vacuum (analyze) ledger, invoice, receivable, account`,
	}, n)
}
