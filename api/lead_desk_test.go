package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S066: how soon leads are got in touch with is a setting, replaced on the version that was seen, refused with each mistake at its place.
func TestResponseTargetsAreASetting(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const path = "/api/v1/lead-response-targets"
	before := s.call1("anna", http.MethodGet, path, "", http.StatusOK)
	body := fmt.Sprintf(`{"remind_percent":20,"passes":1,"targets":[{"source":"fair","minutes":30},{"least_score":60,"minutes":60},{"minutes":480}],"zones":[{"user_id":%q,"zone":"Europe/London"}]}`, s.anna.ID)
	s.do("anna", http.MethodPut, path, body, http.StatusForbidden)
	s.call1("sales_ops", http.MethodPut, path, body, http.StatusOK, "If-Match", before.Header().Get("ETag"))
	s.call1("sales_ops", http.MethodPut, path, body, http.StatusPreconditionFailed, "If-Match", before.Header().Get("ETag"))
	if got := s.do("anna", http.MethodGet, path, "", http.StatusOK); len(got["targets"].([]any)) != 3 || got["version"] != float64(2) || len(got["zones"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
	for body, want := range map[string]string{
		`{}`: "/passes required,/remind_percent required,/targets required",
		`{"remind_percent":100,"passes":-1,"targets":[{"minutes":0,"least_score":101},{"minutes":1},{"source":"x","minutes":5,"least_score":7}]}`:    "/passes out_of_range,/remind_percent out_of_range,/targets/0/least_score out_of_range,/targets/0/minutes out_of_range",
		`{"remind_percent":9,"passes":1,"targets":[{"source":"y","minutes":1},{"minutes":1},{"source":"x","minutes":5,"least_score":7}]}`:            "/targets/2 already_used",
		`{"remind_percent":0,"passes":0,"targets":[],"zones":[{"user_id":"x","zone":"Rome"},{"zone":""}]}`:                                           "/zones/0/user_id invalid_id,/zones/1/user_id required,/zones/1/zone required",
		fmt.Sprintf(`{"remind_percent":0,"passes":0,"targets":[],"zones":[{"user_id":%q,"zone":"Rome"},{"user_id":%[1]q,"zone":"UTC"}]}`, s.anna.ID): "/zones/0/zone unknown_zone,/zones/1/user_id already_used",
		fmt.Sprintf(`{"remind_percent":0,"passes":0,"targets":[],"zones":[{"user_id":%q,"zone":"UTC"}]}`, s.deal):                                    "/zones/0/user_id unknown_user",
	} {
		rec := s.as(s.keys["sales_ops"], http.MethodPut, path, body, "Content-Type", "application/json")
		if got := pointers(t, rec); rec.Code != http.StatusUnprocessableEntity || got != want {
			t.Errorf("%s: %d %s, want %s", body, rec.Code, got, want)
		}
	}
	b := s.browser("sales_ops")
	fill := func(more ...string) url.Values {
		v := url.Values{"version": {"2"}, "remind_percent": {"25"}, "passes": {"2"}, "target.0.time": {"1:30"}, "target.0.source": {"fair"}}
		for i := 0; i < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return v
	}
	for name, c := range map[string]struct {
		values url.Values
		want   string
	}{
		"a time that is none": {fill("target.1.time", "soon"), "target.1.time"},
		"a score too high":    {fill("target.1.time", "1", "target.1.score", "200"), "target.1.score"},
		"a zone of nobody":    {fill("zone.0.zone", "UTC"), "zone.0.user"},
		"an unknown zone":     {fill("zone.0.zone", "Rome", "zone.0.user", string(s.anna.ID)), "zone.0.zone"},
		"too much left":       {fill("remind_percent", "100"), "remind_percent"},
	} {
		rec := b.send(http.MethodPost, "/settings/response", c.values)
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), `name="`+c.want+`"`) || !strings.Contains(rec.Body.String(), `aria-invalid="true"`) {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	if rec := b.send(http.MethodPost, "/settings/response", fill()); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	page := s.browser("anna").send(http.MethodGet, "/settings/response", nil).Body.String()
	if !strings.Contains(page, "90") || strings.Contains(page, "<form method=\"post\" action=\"/settings/response\"") {
		t.Error("a reader sees no targets, or may change them")
	}
}

// What to do next is in order of its points, each part of them told; pages go on where the last ended, whatever comes meanwhile; nobody sees more
// than he may (S064). Times to the first contact are summed by person, source and week, and each number opens its rows (S066).
func TestLeadDesk(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`insert into lead (id, company, source, state, score, owner_id, assigned_at, consent, created_at, updated_at)
			select gen_random_uuid(), 'Next ' || n, case when n %% 2 = 0 then 'website' else 'fair' end, 'assigned', n, '%s', now() - interval '9 days' + n * interval '1 minute', n %% 2 = 0, now() - interval '9 days', now() from generate_series(1, 60) n;
		insert into process (id, kind, record_id, step, rules, started_at, updated_at) select 'lead-' || id, 'lead', id, 'convert', '{}', now(), now() from lead where company like 'Next %%';
		insert into lead_response (lead_id, assigned_at, owner_id, source, score, minutes, version, remind_at, due_at, state, acted_at, act, used_seconds, missed_at)
			select id, assigned_at, owner_id, source, score, 60, 1, assigned_at, assigned_at + interval '1 hour', case when score <= 20 then 'answered' when score <= 30 then 'running' else 'escalated' end,
				case when score <= 10 then assigned_at + interval '10 minutes' when score <= 20 then assigned_at + interval '2 hours' end, case when score <= 20 then 'call' else '' end,
				case when score <= 10 then 600 when score <= 20 then 7200 end, case when score > 10 and score <> 25 then assigned_at + interval '1 hour' end
			from lead where company like 'Next %%' and score <= 40;
		update lead_response set due_at = now() + interval '1 day', remind_at = now() + interval '1 hour' where score = 25`, s.anna.ID))
	seen, cursor, last := map[string]bool{}, "", 1000.0
	for range 9 {
		got := s.do("anna", http.MethodGet, "/api/v1/leads-next?owner=me&limit=25"+cursor, "", http.StatusOK)
		for _, l := range got["data"].([]any) {
			l := l.(map[string]any)
			sum := 0.0
			for _, p := range l["parts"].(map[string]any) {
				sum += p.(float64)
			}
			if points := l["points"].(float64); points != sum || points > last {
				t.Fatalf("%v after %v", l, last)
			} else if last = points; seen[l["id"].(string)] {
				t.Fatalf("twice: %v", l)
			}
			seen[l["id"].(string)] = true
		}
		if got["next_cursor"] == nil {
			break
		}
		cursor = "&cursor=" + url.QueryEscape(got["next_cursor"].(string))
	}
	if len(seen) < 60 {
		t.Errorf("%d leads", len(seen))
	}
	top := s.do("anna", http.MethodGet, "/api/v1/leads-next?owner=me&limit=1", "", http.StatusOK)["data"].([]any)[0].(map[string]any)
	if top["company"] != "Next 40" || top["parts"].(map[string]any)["response"] != 60.0 || top["action"] != "contact" || top["response"] == nil {
		t.Errorf("first is %v", top)
	}
	for query, want := range map[string]string{"cursor=x": "invalid_cursor", "limit=0": "out_of_range", "owner=x": "invalid_id", "sort=1": "unknown_parameter", "cursor=1~2~3": "invalid_cursor"} {
		if rec := s.as(s.keys["anna"], http.MethodGet, "/api/v1/leads-next?"+query, ""); rec.Code != http.StatusBadRequest || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %d %s", query, rec.Code, rec.Body)
		}
	}
	b := s.browser("anna")
	for path, want := range map[string][]string{
		"/leads/next?owner=" + string(s.anna.ID): {"Next 40", "nobody got in touch in time", "Overdue by", "rel=\"next\""},
		"/":                                      {"Next 40", "Overdue by", "/leads/next"},
		"/leads?q=Next":                          {"Overdue by", "In touch in time", "In touch late"},
		"/leads/response":                        {"outcome=in_time", ">10<", "25", "1:05"},
		"/leads/response?by=week":                {"week="},
	} {
		page := b.send(http.MethodGet, path, nil).Body.String()
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s lacks %q", path, w)
			}
		}
	}
	for query, want := range map[string]int{"outcome=given": 40, "outcome=in_time": 10, "outcome=late&source=fair": 14, "outcome=waiting": 20, "outcome=escalated&who=" + string(s.anna.ID): 0, "outcome=given&who=" + string(s.ben.ID): 0} {
		if got := strings.Count(b.send(http.MethodGet, "/leads/response?as=rows.csv&"+query, nil).Body.String(), "Next "); got != want {
			t.Errorf("%s opens %d rows, want %d", query, got, want)
		}
	}
	sums := b.send(http.MethodGet, "/leads/response?as=csv&by=source", nil).Body.String()
	if !strings.Contains(sums, "fair,Trade fair,20,10,5,14,0,0,10,26,65") {
		t.Error(sums)
	}
	for _, path := range []string{
		"/leads/next?after=1~2~3&owner='%20or%201=1--", "/leads/next?after=99999999999999999999~1~x", "/leads/response?by=%27&outcome=given&week=%27%20or%201=1--&after=x~y",
		"/leads/response?outcome=given&source=%3Cscript%3Ealert(1)%3C/script%3E&who=x", "/leads/response?outcome=drop&as=rows.csv", "/leads?decile=-1&owner=%00",
	} {
		if rec := b.send(http.MethodGet, path, nil); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), "<script>alert") {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	if got := s.do("anna", http.MethodGet, "/api/v1/lead-responses?by=week", "", http.StatusOK)["data"].([]any); len(got) < 2 {
		t.Errorf("%v", got)
	}
	if rec := s.as(s.keys["anna"], http.MethodGet, "/api/v1/lead-responses?by=moon", ""); rec.Code != http.StatusBadRequest {
		t.Errorf("%d", rec.Code)
	}
	if other := s.do("ben", http.MethodGet, "/api/v1/lead-responses", "", http.StatusOK)["data"].([]any); len(other) != 0 {
		t.Errorf("ben sees %v", other)
	}
	s.contactLead(t, b)
}

// contactLead logs a contact on a lead's page, which stops the clock at once.
func (s *scene) contactLead(t *testing.T, b *browser) {
	t.Helper()
	var id crm.ID
	for _, l := range s.do("anna", http.MethodGet, "/api/v1/leads-next?owner=me&limit=100", "", http.StatusOK)["data"].([]any) {
		if l := l.(map[string]any); l["company"] == "Next 30" {
			id = crm.ID(l["id"].(string))
		}
	}
	if rec := b.send(http.MethodPost, "/leads/"+string(id)+"/contacts", url.Values{"kind": {"call"}}); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("without an outcome: %d", rec.Code)
	}
	if rec := b.send(http.MethodPost, "/leads/"+string(id)+"/contacts", url.Values{"kind": {"call"}, "outcome": {crm.EngagementOutcomes()[0]}, "note": {"Spoke to them"}}); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	page := b.send(http.MethodGet, "/leads/"+string(id), nil).Body.String()
	for _, want := range []string{"In touch late", "Spoke to them", "Why here", "/leads/next"} {
		if !strings.Contains(page, want) {
			t.Errorf("the lead's page lacks %q", want)
		}
	}
	got := s.do("anna", http.MethodGet, "/api/v1/leads/"+string(id), "", http.StatusOK)
	if r := got["responses"].([]any); len(r) != 1 || r[0].(map[string]any)["target_minutes"] != float64(60) {
		t.Errorf("%v", r)
	}
	if rec := s.browser("ben").send(http.MethodPost, "/leads/"+string(id)+"/contacts", url.Values{"kind": {"call"}, "outcome": {crm.EngagementOutcomes()[0]}}); rec.Code != http.StatusNotFound {
		t.Errorf("ben: %d", rec.Code)
	}
}
