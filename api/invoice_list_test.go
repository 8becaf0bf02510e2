package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// S087, S091: the list of invoices holds each as it stands, filtered by state, day, customer and text, within the reader's reach; its file holds the same.
func TestInvoiceList(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`
		insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
			select ('018f0000-0000-7000-8000-00000000010' || n)::uuid, 'A', 2026, 1 + n, '2026/000' || (1 + n), '%[1]s', '%[2]s', 'EUR', date '2026-03-01' + n, case n when 1 then date '2999-01-01' else date '2026-04-01' end, 100, 22, 122, '', convert_to('x' || n, 'UTF8'), now() from generate_series(1, 4) n;
		insert into receivable (invoice_id, account_id, due_date, open, settled_at) select id, account_id, due_date, case when sequence = 2 then 122 else 0 end, case when sequence > 2 then now() end from invoice where sequence > 1;
		insert into credit_note (id, series, year, sequence, number, invoice_id, contract_id, currency, issue_date, net, tax, total, on_account, reason, issued_by, previous_hash, hash, issued_at)
			values (gen_random_uuid(), 'N', 2026, 2, 'N2026/0002', '018f0000-0000-7000-8000-000000000103', '%[1]s', 'EUR', '2026-03-05', 100, 22, 122, 0, 'Void', '%[3]s', '', 'y', now());
		insert into ledger (invoice_id, account_id, kind, amount, on_date, at) values ('018f0000-0000-7000-8000-000000000104', '%[2]s', 'write_off', -122, '2026-05-01', now());
		insert into write_off (id, account_id, invoice_id, amount, reason, asked_by, asked_at, state, decided_by, decided_at) values (gen_random_uuid(), '%[2]s', '018f0000-0000-7000-8000-000000000104', 122, 'Gone', '%[3]s', now(), 'approved', '%[4]s', now())`, s.contract, s.account, s.anna.ID, s.mara.ID))
	numbers := func(person, query string) string {
		var out []string
		for _, line := range strings.Split(strings.TrimSpace(s.browser(person).send(http.MethodGet, "/invoices?as=csv&"+query, nil).Body.String()), "\r\n")[1:] {
			cells := strings.Split(line, ",")
			out = append(out, cells[0]+" "+cells[10])
		}
		return strings.Join(out, ", ")
	}
	all := "2026/0005 written off, 2026/0004 credited, 2026/0003 paid, 2026/0002 open, 2026/0001 overdue"
	for query, want := range map[string]string{
		"": all, "state=open": "2026/0002 open", "state=overdue": "2026/0001 overdue", "state=paid": "2026/0003 paid", "state=credited": "2026/0004 credited", "state=written_off": "2026/0005 written off",
		"from=2026-03-03&until=2026-03-04": "2026/0004 credited, 2026/0003 paid", "q=0004": "2026/0004 credited", "q=BIANCHI": all, "q=%25": "", "q=nobody": "", "exchange=delivered": "", "exchange=-": all,
		"account=" + string(s.account): all, "state=none&from=soon&account=x": all,
	} {
		if got := numbers("finance", query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := numbers("ben", ""); got != "" {
		t.Errorf("another team's seller sees %s", got)
	}
	finance := s.browser("finance")
	for path, want := range map[string]string{"/invoices?state=overdue": "One invoice", "/invoices?account=" + string(s.account): "5 invoices"} {
		d := finance.open(path, http.StatusOK)
		d.sound("en")
		d.want("dt", want)
	}
	d := finance.open("/invoices?state=open&q=zz", http.StatusOK)
	d.want("h3", "Nothing")
	for state, want := range map[string]int{"open": 1, "overdue": 1, "paid": 1, "credited": 1, "written_off": 1} {
		if got := len(s.do("finance", http.MethodGet, "/api/v1/invoices?filter[state]="+state, "", http.StatusOK)["data"].([]any)); got != want {
			t.Errorf("the API knows %d %s", got, state)
		}
	}
}
