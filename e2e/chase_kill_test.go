package e2e

import (
	"fmt"
	"testing"

	"leadtocash/testkit"
)

// S091: the chase of 1,200 overdue invoices, or of CHASED of them, four to a debtor, whose worker is killed with kill -9 in the middle of it and again: the next worker goes on where it
// was, every invoice gets its letter once, and the tick of the next day writes none.
func TestChaseSurvivesKills(t *testing.T) {
	t.Parallel()
	w, invoices := newWreck(t), testkit.Sized(t, "CHASED", 1200)
	w.at("2026-07-06 12:00")
	w.overdue(invoices, invoices/4)
	written := func() int { return ask[int](&w.scene, `select coalesce(sum(letters), 0)::int from chase_run`) }
	ended := func() int { return ask[int](&w.scene, `select count(*)::int from chase_run where finished`) }
	kills := 0
	for ended() == 0 {
		if before := written(); kills < 2 {
			release := w.brake(`select from receivable where account_id in (select distinct account_id from receivable order by account_id offset $1) for update`, 150+100*kills)
			p, dead := w.start("")
			w.eventually("a batch is written", func() bool { return written() > before })
			_ = p.Kill() // SIGKILL, while the next batch is under way
			<-dead
			release()
			kills++
			continue
		}
		p, dead := w.start("")
		w.eventually("the chase ends", func() bool { return ended() == 1 })
		_ = p.Kill()
		<-dead
	}
	once := func() {
		t.Helper()
		steps := ask[int](&w.scene, `select count(*)::int from dunning_step where state = 'written'`)
		told := ask[int](&w.scene, `select count(distinct invoice_id)::int from dunning_step`)
		letters := ask[int](&w.scene, `select count(*)::int from effect where key like 'mail/dunning/%'`)
		if steps != invoices || told != invoices || letters != invoices || written() != invoices {
			t.Fatalf("after %d kills %d levels of %d invoices, %d letters, %d reported", kills, steps, told, letters, written())
		}
	}
	once()
	w.at("2026-07-07 12:00")
	p, dead := w.start("")
	w.eventually("the next day's chase ends", func() bool { return ended() == 2 })
	_ = p.Kill()
	<-dead
	once()
}

// overdue writes late invoices of debtors, without the deals that they come from.
func (w *wreck) overdue(invoices, debtors int) {
	w.exec(fmt.Sprintf(`set session_replication_role = replica; -- what they come from is not asked for
		insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, signed_at)
			select md5('none')::uuid, 'C-0', md5('none')::uuid, md5('none')::uuid, md5('none')::uuid, 'EUR', 1, 0, 1, 30, '2026-05-01', '2027-05-01', '2026-05-01';
		insert into account (id, name, email, country, owner_id, created_at)
			select md5('late' || i)::uuid, 'Late ' || i, 'late' || i || '@late.example', 'IT', '%s', '2026-05-01' from generate_series(0, %[2]d - 1) i;
		insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
			select md5('late' || i)::uuid, 'L', 2000, i, 'L/' || i, md5('none')::uuid, md5('late' || i %% %[2]d)::uuid, 'EUR', '2026-05-27', date '2026-06-27' - i %% 3, 100, 22, 122, '', '', '2026-05-27'
			from generate_series(1, %[3]d) i;
		insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'invoice', 122, issue_date, issued_at from invoice where series = 'L';
		insert into receivable (invoice_id, account_id, due_date, open) select id, account_id, due_date, 122 from invoice where series = 'L';
		set session_replication_role = default`, person("finance"), debtors, invoices))
}
