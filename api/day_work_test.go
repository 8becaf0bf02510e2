package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// S082-S087, S092: what of cases, projects and money waits stands on the day of who settles it, each row leads to a page that he may open, and what he asked for himself is not there.
func TestWorkWaits(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := func(role string) string {
		return s.ask(`select id from app_user where '` + role + `' = any(roles) order by id limit 1`)
	}
	pm, care, finance := id("project_manager"), id("care"), id("finance")
	s.exec(fmt.Sprintf(`
		update project set manager_id = '%[2]s' where contract_id = '%[1]s';
		insert into milestone (id, project_id, name, due_date) select gen_random_uuid(), id, 'Layout', current_date + 3 from project where contract_id = '%[1]s';
		insert into milestone (id, project_id, name, due_date) select gen_random_uuid(), id, 'Far away', current_date + 30 from project where contract_id = '%[1]s';
		insert into purchase_order (id, number, project_id, supplier, kind, net, requested_by, at) select gen_random_uuid(), 'B-' || n, p.id, 'Steel', 'material', 100, case n when 1 then '%[2]s' else '%[4]s' end::uuid, now() from project p, generate_series(1, 2) n where contract_id = '%[1]s';
		insert into timesheet (id, user_id, monday, state, submitted_at) values (gen_random_uuid(), '%[3]s', '2026-03-02', 'submitted', now()), (gen_random_uuid(), '%[2]s', '2026-03-02', 'submitted', now());
		insert into timesheet_line (id, timesheet_id, position, project_id) select gen_random_uuid(), t.id, 1, p.id from timesheet t, project p where p.contract_id = '%[1]s';
		insert into expense (id, user_id, project_id, on_date, kind, amount, currency, text, state, submitted_at, at) select gen_random_uuid(), '%[3]s', id, '2026-03-02', 'meals', 12, 'EUR', 'Lunch', 'submitted', now(), now() from project where contract_id = '%[1]s';
		insert into write_off (id, account_id, invoice_id, amount, reason, asked_by, asked_at) select gen_random_uuid(), account_id, id, 1, 'Small', '%[5]s', now() from invoice where id = '%[6]s';
		insert into refund_order (id, account_id, amount, currency, reason, state, asked_by, asked_at) select gen_random_uuid(), account_id, 5, 'EUR', 'Paid twice', 'asked', case n when 1 then '%[4]s' else '%[5]s' end::uuid, now() from invoice, generate_series(1, 2) n where id = '%[6]s';
		update care_case set owner_id = '%[3]s', state = 'in_progress', answer_due = now() + interval '1 hour', solve_due = now() + interval '1 hour' where id = '%[7]s';
		insert into care_request (id, channel, name, email, subject, text, language, key, at) values (gen_random_uuid(), 'mail', 'Somebody', 'x@y.example', 'It rattles', 'It does', 'en', 'k', now())`,
		s.contract, pm, care, finance, s.mara.ID, s.invoice, s.careCase))
	for _, v := range []struct {
		person string
		want   map[string]int // rows by their words
		not    []string
	}{
		{"project_manager", map[string]int{"A milestone is due": 1, "Weeks of hours wait for your approval": 1, "Expenses wait for your approval": 1}, []string{"A purchase waits for your approval", "Far away"}},
		{"care", map[string]int{"A case of yours is due": 1, "A request of somebody unknown": 1}, []string{"A refund waits for your approval", "A milestone is due", "Weeks of hours wait for your approval"}},
		{"finance", map[string]int{"A purchase waits for your approval": 1, "A write-off waits for your approval": 1, "A refund waits for your approval": 1}, []string{"A milestone is due", "A case of yours is due"}},
		{"anna", nil, []string{"A purchase waits for your approval", "Weeks of hours wait for your approval", "A write-off waits for your approval", "A refund waits for your approval"}},
	} {
		b := s.browser(v.person)
		d := b.open("/", http.StatusOK)
		d.sound("en")
		got := map[string]int{}
		d.each("li", func(n *html.Node) {
			for key := range v.want {
				if strings.Contains(text(n), key) {
					got[key]++
				}
			}
		})
		for key, n := range v.want {
			if got[key] != n {
				t.Errorf("%s: %d rows of %s, want %d", v.person, got[key], key, n)
			}
		}
		for _, key := range v.not {
			if d.has("li", key) {
				t.Errorf("%s has %q on his day", v.person, key)
			}
		}
		d.each("a", func(n *html.Node) {
			if n.Parent != nil && attr(n.Parent, "class") == "what" {
				b.open(attr(n, "href"), http.StatusOK)
			}
		})
	}
}
