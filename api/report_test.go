package api

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var reportLinks = regexp.MustCompile(`href="(/reports/rows\?[^"]*)">([0-9,]+)<`)

// S005, N14: each report shows its figures, is a file, and each of its numbers opens as many rows as it says, whose address reproduces them; a
// salesperson of another team sees none of them, who may not see costs no margins.
func TestReports(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`
		insert into lead (id, company, source, campaign, state, created_at, updated_at) values ('018f0000-0000-7000-8000-0000000000b1', 'L', 'fair', 'Spring', 'converted', now(), now());
		insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, owner_id, lead_id, lost_reason, stage_since, created_at, updated_at, closed_at)
			select ('018f0000-0000-7000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid, 'T-' || n, 'Told ' || n, '%[1]s', 'standard', case when n <= 3 then 'lost' else 'won' end, case when n <= 3 then 'lost' else 'won' end, 'EUR', 100 * n, '%[2]s',
				'018f0000-0000-7000-8000-0000000000b1', case when n <= 2 then 'price' when n = 3 then 'competitor' else '' end, '2026-03-05', '2026-03-01', '2026-03-05', '2026-03-05' from generate_series(1, 5) n;
		insert into stage_interval (opportunity_id, stage, entered_at, left_at, next_stage, actor, cause, visit)
			select o.id, x.stage, x.entered, x.gone, case when x.next = 'end' then o.stage else x.next end, '', '', (x.n + 1) / 2 from opportunity o cross join (values (1, 'identify', timestamptz '2026-03-01', timestamptz '2026-03-02', 'timing'),
				(2, 'timing', '2026-03-02', '2026-03-03', 'identify'), (3, 'identify', '2026-03-03', '2026-03-04', 'timing'), (4, 'timing', '2026-03-04', '2026-03-05', 'end')) x(n, stage, entered, gone, next) where o.number like 'T-%%' order by o.id, x.n;
		insert into relation (id, opportunity_id, kind, name) select gen_random_uuid(), id, 'competitor', case when number = 'T-1' then 'RIVAL' else 'Rival' end from opportunity where number in ('T-1', 'T-2', 'T-4');
		insert into process (id, kind, record_id, step, rules, started_at, updated_at) select 'opportunity-' || id, 'opportunity', id, 'x', '{}', created_at, created_at from opportunity where number like 'T-%%';
		insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) select 'v' || id, 'pipeline', 'opportunity-' || id, '2026-03-02 12:00+00', 1, 'send', 'refused',
			'[{"id":"send.vat","source":"x","label":{"en":"A VAT number"},"outcome":"unmet"},{"id":"send.one","source":"y","label":{},"outcome":"unmet","group":"g"},{"id":"send.two","source":"z","label":{},"outcome":"met","group":"g"}]', '{}'
			from opportunity where number in ('T-1', 'T-5');
		insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, unit_cost) select gen_random_uuid(), o.id, '%[3]s', 1, 2, 50, 30 from opportunity o where number like 'T-%%';
		insert into engagement (id, kind, opportunity_id, subject, due_at, outcome, owner_id, done_at) select gen_random_uuid(), 'call', o.id, 'Rang', '2026-03-03', case when o.state = 'won' then 'interested' else 'refused' end, '%[2]s', '2026-03-03' from opportunity o where number like 'T-%%'`,
		s.account, s.anna.ID, s.product))
	const days = "from=2026-03-01&until=2026-03-31"
	anna := s.browser("anna")
	file := func(path string, want ...string) {
		t.Helper()
		got := anna.send(http.MethodGet, path+"&as=csv", nil).Body.String()
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", path, w, got)
			}
		}
	}
	file("/reports/stages?"+days, ",5,10,5,0,0,0,2,1,1", ",5,10,2,0,3,0,2,1,1")
	file("/reports/paths?"+days, ",10,5,1,", "rework,", ",5,5,1,")
	file("/reports/loss?"+days, ",2,0,€300.00", ",1,0,€300.00")
	file("/reports/loss?by=competitor&"+days, "ival,2,2,1,")
	file("/reports/loss?by=campaign&"+days, "Spring,1,2,3,2,€600.00")
	file("/reports/loss?by=clause&"+days, "A VAT number,1,1,1,")
	file("/reports/margin?"+days, ",2,4,200.00,120.00,80.00,40,EUR")
	file("/reports/activity?by=kind&"+days, ",2,3,5,0,5,2,3")
	for _, path := range []string{"stages", "paths", "loss", "loss?by=competitor", "loss?by=source", "loss?by=campaign", "loss?by=clause", "loss?by=owner", "margin", "margin?by=customer", "margin?by=category", "margin?by=owner", "activity", "activity?by=kind", "activity?by=team", "activity?by=month"} {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		body := anna.send(http.MethodGet, "/reports/"+path+sep+days, nil).Body.String()
		links := reportLinks.FindAllStringSubmatch(body, -1)
		if len(links) == 0 {
			t.Errorf("%s opens no rows", path)
		}
		for _, l := range links {
			address := strings.ReplaceAll(l[1], "&amp;", "&")
			if rows := strings.Count(anna.send(http.MethodGet, address, nil).Body.String(), `<td class="wrap"><a`); rows != atoi(l[2]) {
				t.Errorf("%s: %s opens %d rows, want %s", path, address, rows, l[2])
			}
			if csv := anna.send(http.MethodGet, address+"&as=csv", nil).Body.String(); strings.Count(csv, "\n")-1 != atoi(l[2]) {
				t.Errorf("%s: %s has another file", path, address)
			}
		}
		if other := s.browser("ben").send(http.MethodGet, "/reports/"+path+sep+days, nil).Body.String(); reportLinks.MatchString(other) {
			t.Errorf("%s shows deals of others", path)
		}
	}
	anna.open("/reports/paths?"+days, http.StatusOK).want("title", "From ")
	anna.open("/reports", http.StatusOK).want("a", "Paths of the deals")
	for _, path := range []string{"/reports/rows", "/reports/rows?report=nothing"} {
		anna.open(path, http.StatusNotFound)
	}
	anna.open("/reports/stages?from=x&until=y&pipeline=none&owner=z&team=%27", http.StatusOK)
	care := s.browser("care")
	if rec := care.send(http.MethodGet, "/reports/margin", nil); rec.Code != http.StatusForbidden {
		t.Error("care sees margins:", rec.Code)
	}
}

func atoi(s string) (n int) {
	for _, c := range strings.ReplaceAll(s, ",", "") {
		n = 10*n + int(c-'0')
	}
	return n
}
