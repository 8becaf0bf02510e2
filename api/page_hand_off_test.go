package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"golang.org/x/net/html"
)

// S103, S104: who asks and who answers see what is theirs to do; the commands carry what was typed, and what is wrong stands beside its field.
func TestHandOffPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/handoffs/" + string(s.handOff)
	anna, pm, finance, ben := s.browser("anna"), s.browser("project_manager"), s.browser("finance"), s.browser("ben")
	sent := func() crm.Command { return s.cmd.sent[len(s.cmd.sent)-1] }

	pm.open("/", 200).want("li", "Another department waits for an answer")
	d := pm.open("/handoffs", 200)
	d.want("td", "HO-1")
	d.want("span", "overdue")
	d = pm.open(at, 200)
	d.want("button", "Take it")
	d.want("label", "What is to be made is described in at least ten characters")
	anna.open("/handoffs", 200).want("h3", "Nothing waits here") // it is production's turn
	d = anna.open(at, 200)
	d.want("button", "Take it back")
	d.each("button", func(n *html.Node) {
		if strings.Contains(text(n), "Give it back") {
			t.Error("who asked gives nothing back")
		}
	})
	finance.open(at, 200)
	ben.open(at, http.StatusNotFound)

	do := url.Values{"do": {"bounce"}, "reason": {""}, "missing": {"specification"}}
	pm.read(pm.send(http.MethodPost, at, do), at, http.StatusUnprocessableEntity).want("li", "")
	do.Set("reason", "Which frame?")
	status(t, pm.send(http.MethodPost, at, do), http.StatusSeeOther)
	if c := sent(); c.Kind != crm.HandOffBounce || c.Process != crm.ProcessID(crm.KindOpportunity, s.deal) || !strings.Contains(string(c.Fields), `"missing":["specification"]`) {
		t.Errorf("%s %s", c.Kind, c.Fields)
	}
	status(t, pm.send(http.MethodPost, at, url.Values{"do": {"complete"}, "feasible": {"true"}, "delivery_date": {"2098-12-01"}, "unit_cost": {"1,000.50"}, "answer": {"Fine"}, "version": {"1"}}), http.StatusSeeOther)
	if c := sent(); c.Kind != crm.HandOffComplete || !strings.Contains(string(c.Fields), `"unit_cost":"1000.5"`) || !strings.Contains(string(c.Fields), `"version":1`) {
		t.Errorf("%s %s", c.Kind, c.Fields)
	}
	pm.read(pm.send(http.MethodPost, at, url.Values{"do": {"complete"}, "unit_cost": {"-1"}}), at, http.StatusUnprocessableEntity)
	status(t, pm.send(http.MethodPost, at, url.Values{"do": {"destroy"}}), http.StatusUnprocessableEntity)
	deal := "/opportunities/" + string(s.deal)
	anna.open(deal+"?tab=products", 200).want("a", "HO-1")
	status(t, anna.send(http.MethodPost, deal+"/handoffs", url.Values{"hand_off": {"finance"}, "specification": {"90 days?"}, "do": {"draft"}}), http.StatusSeeOther)
	if c := sent(); c.Kind != crm.HandOffAsk || !strings.Contains(string(c.Fields), `"draft":true`) {
		t.Errorf("%s %s", c.Kind, c.Fields)
	}
	anna.read(anna.send(http.MethodPost, deal+"/handoffs", url.Values{"needed_by": {"soon"}}), deal, http.StatusUnprocessableEntity)
}

// N13: the report counts why hand-offs came back and the working time on both sides; each number leads to just its rows, and the file says the same.
func TestHandOffReport(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update hand_off set bounces = 2, due_at = null, state = 'bounced', sales_time = '3 hours', team_time = '90 minutes';
		insert into hand_off_bounce (id, hand_off_id, at, by_user, reason, missing) select gen_random_uuid(), id, now(), requested_by, 'why', m.items::text[] from hand_off, (values ('{specification,country}'), ('{}')) m(items);
		insert into hand_off (id, number, opportunity_id, key, rule_version, from_department, to_department, state, requested_by, requested_at, sent_at, sends, completed_at, sales_time, team_time)
			select gen_random_uuid(), 'HO-2', opportunity_id, key, 1, from_department, to_department, 'completed', requested_by, now(), now(), 1, now(), '2 hours', '75 minutes' from hand_off`)
	b := s.browser("sales_ops")
	d := b.open("/handoffs/report", 200)
	var links []string
	d.each("a", func(n *html.Node) {
		if href := attr(n, "href"); strings.HasPrefix(href, "/handoffs?") {
			links = append(links, href)
		}
	})
	d.want("td", "2:00")
	d.want("td", "1:15")
	d.want("td", "Something else")
	if len(links) != 7+3*2 {
		t.Fatalf("%v", links)
	}
	count := func(path string) (n int) {
		b.open(path, 200).each("a", func(a *html.Node) {
			if strings.HasPrefix(text(a), "HO-") {
				n++
			}
		})
		return n
	}
	for path, want := range map[string]int{
		"/handoffs?key=production": 2, "/handoffs?key=production&view=open": 1, "/handoffs?key=production&state=completed": 1, "/handoffs?bounced=true&key=production": 1,
		"/handoffs?key=production&late=true": 0, "/handoffs?key=production&missing=country": 1, "/handoffs?key=production&missing=" + store.MissingOther: 1, "/handoffs?key=production&missing=vat": 0,
	} {
		if got := count(path); got != want {
			t.Errorf("%s shows %d", path, got)
		}
	}
	for _, path := range links {
		b.open(path, 200)
	}
	rec := b.send(http.MethodGet, "/handoffs/report.csv", nil)
	status(t, rec, http.StatusOK)
	if body := rec.Body.String(); !strings.Contains(body, "Feasibility and cost,,2,,1,1,1,0,2:00,1:15") || !strings.Contains(body, "Something else") {
		t.Error(body)
	}
}

// S103, R3: the calls of hand-offs keep to the deal's reach and to what a body may hold.
func TestHandOffByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal, at := "/api/v1/opportunities/"+string(s.deal)+"/hand-offs", "/api/v1/hand-offs/"+string(s.handOff)
	got := s.do("project_manager", http.MethodGet, at, "", http.StatusOK)
	if got["state"] != "sent" || got["to"] != "production" || got["sku"] == "" {
		t.Errorf("%v", got)
	}
	if rows := s.do("finance", http.MethodGet, "/api/v1/hand-offs?filter[to]=production&filter[state]=sent", "", http.StatusOK)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	if sums := s.do("anna", http.MethodGet, "/api/v1/hand-offs/report", "", http.StatusOK)["hand_offs"].([]any); len(sums) != 1 || sums[0].(map[string]any)["late"] != 1.0 {
		t.Errorf("%v", sums)
	}
	s.do("ben", http.MethodGet, at, "", http.StatusNotFound)
	s.do("care", http.MethodPost, at+"/take", `{}`, http.StatusForbidden)
	for path, bodies := range map[string]map[string]string{
		deal:             {`{}`: "required", `{"key":"production","line_id":"x"}`: "invalid_id", `{"key":"production","needed_by":"soon"}`: "invalid_date"},
		at + "/bounce":   {`{}`: "required", `{"reason":"x","missing":[""]}`: "required"},
		at + "/complete": {`{"unit_cost":"1.234"}`: "too_many_decimals", `{"feasible":"yes"}`: "wrong_type"},
		at + "/send":     {`{"specification":7}`: "wrong_type"},
	} {
		for body, want := range bodies {
			if p := s.do("admin", http.MethodPost, path, body, http.StatusUnprocessableEntity); firstCode(p) != want {
				t.Errorf("%s %s: %v", path, body, p)
			}
		}
	}
	s.do("anna", http.MethodPost, deal, `{"key":"finance","specification":"Can they pay in 90 days?"}`, http.StatusOK)
	s.do("project_manager", http.MethodPost, at+"/take", ``, http.StatusOK)
	s.do("anna", http.MethodPost, at+"/send", `{"specification":"Another frame"}`, http.StatusOK)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != crm.HandOffSend || strings.Contains(string(c.Fields), "needed_by") {
		t.Errorf("%s %s", c.Kind, c.Fields)
	}
}
