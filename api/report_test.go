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

// S005, N14: the API tells each report in the numbers of its page, each of which is as many rows; what a page would overlook is refused by name.
func TestReportRecords(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`
		insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, owner_id, lost_reason, stage_since, created_at, updated_at, closed_at)
			select ('018f0000-0000-7000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid, 'T-' || n, 'Told ' || n, '%[1]s', 'standard', case when n <= 2 then 'lost' else 'won' end, case when n <= 2 then 'lost' else 'won' end, 'EUR', 100 * n, '%[2]s',
				case when n <= 2 then 'price' else '' end, '2026-03-05', '2026-03-01', '2026-03-05', '2026-03-05' from generate_series(1, 3) n;
		insert into stage_interval (opportunity_id, stage, entered_at, left_at, next_stage, actor, cause, visit)
			select o.id, x.stage, x.entered, x.gone, case when x.next = 'end' then o.stage else x.next end, '', '', (x.n + 1) / 2 from opportunity o cross join (values (1, 'identify', timestamptz '2026-03-01', timestamptz '2026-03-02', 'timing'),
				(2, 'timing', '2026-03-02', '2026-03-03', 'identify'), (3, 'identify', '2026-03-03', '2026-03-04', 'timing'), (4, 'timing', '2026-03-04', '2026-03-05', 'end')) x(n, stage, entered, gone, next) where o.number like 'T-%%' order by o.id, x.n;
		insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, unit_cost) select gen_random_uuid(), o.id, '%[3]s', 1, 2, 50, 30 from opportunity o where number like 'T-%%';
		insert into engagement (id, kind, opportunity_id, subject, due_at, outcome, owner_id, done_at) select gen_random_uuid(), 'call', o.id, 'Rang', '2026-03-03', 'interested', '%[2]s', '2026-03-03' from opportunity o where number like 'T-%%'`,
		s.account, s.anna.ID, s.product))
	const at, days = "/api/v1/reports/", "from=2026-03-01&until=2026-03-31"
	read := func(path string) map[string]any { return s.do("anna", http.MethodGet, at+path+days, "", 200) }
	for path, want := range map[string]string{
		"stages?":            "[map[back:0 deals:3 long_days:1.00 lost:0 median_days:1.00 name:Identified on:3 stage:identify still:0 visits:6 won:1] map[back:0 deals:3 long_days:1.00 lost:2 median_days:1.00 name:Timing qualified on:1 stage:timing still:0 visits:6 won:1]]",
		"loss?":              "[map[amount:300.00 currency:EUR deals:1 key: name:none reason: state:won] map[amount:300.00 currency:EUR deals:2 key:price name:Price reason:price state:lost]]",
		"activity?by=kind&":  "[map[deals:3 key:call late:0 lost:2 name:Call outcomes:[map[outcome:interested times:3]] times:3 won:1]]",
		"margin?by=product&": "[map[cost:60.00 currency:EUR deals:1 key:" + string(s.product) + " margin:40.00 name:Pump percent:40 quantity:2 revenue:100.00]]",
	} {
		if got := fmt.Sprint(read(path)["lines"]); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got, want := fmt.Sprint(read("paths?")["arrows"]), "[map[deals:3 from_stage:identify median_days:1.00 moves:6 rework:false to_stage:timing] map[deals:3 from_stage:timing median_days:1.00 moves:3 rework:true to_stage:identify] map[deals:1 from_stage:timing median_days:1.00 moves:1 rework:false to_stage:won] map[deals:2 from_stage:timing median_days:1.00 moves:2 rework:false to_stage:lost]]"; got != want {
		t.Error(got)
	}
	for path, want := range map[string]int{
		"report=stages&stage=identify": 3, "report=stages&stage=timing&outcome=lost": 2, "report=paths&stage=timing&next=identify": 3, "report=loops&stage=identify": 3,
		"report=loss&by=reason&group=price&state=lost": 2, "report=margin&by=owner&group=" + string(s.anna.ID): 1, "report=activity&by=kind&group=call&outcome=interested": 3, "report=loss&all=true&limit=1": 3,
	} {
		got := read("rows?" + path + "&")
		if n := len(got["deals"].([]any)) + len(got["activities"].([]any)); got["all"] != float64(want) || n != want && !strings.Contains(path, "limit=1") {
			t.Errorf("%s: %d of %v", path, n, got["all"])
		}
	}
	for path, want := range map[string]string{
		"stages?colour=red": "unknown_parameter", "stages?from=soon": "invalid_date", "stages?from=2026-04-01&until=2026-03-01": "ends_before_it_begins", "stages?from=1999-01-01&until=2026-03-01": "out_of_range",
		"stages?pipeline=none": "unknown_value", "loss?by=colour": "unknown_value", "loss?owner=x": "invalid_id", "stages?by=owner": "unknown_parameter", "rows": "unknown_value", "rows?report=loops": "required", "rows?report=paths&stage=identify": "required", "rows?report=loss&state=open": "unknown_value",
		"rows?report=loss&all=yes": "unknown_value", "rows?report=loss&limit=0": "out_of_range", "rows?report=loss&limit=x": "out_of_range", "margin?from=2026-01-01&from=2026-01-02": "given_twice",
	} {
		if got := s.do("anna", http.MethodGet, at+path, "", 400)["errors"].([]any)[0].(map[string]any)["code"]; got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if got := s.do("ben", http.MethodGet, at+"loss?"+days, "", 200)["lines"].([]any); len(got) != 0 {
		t.Errorf("another team's seller sees %v", got)
	}
}
