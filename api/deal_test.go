package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"

	"golang.org/x/net/html"
)

// S021-S025, table B: contacts have roles and a warning until somebody decides; partners a share; competitors strengths, a price, and a record of
// what was won and lost against them.
func TestRelationsOfADeal(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	deal := "/opportunities/" + string(s.deal)
	d := b.open(deal+"?tab=relations", http.StatusOK)
	d.sound("en")
	d.want("p", "Nobody who decides is known yet.")
	add := func(want int, pairs ...string) {
		t.Helper()
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		status(t, b.send(http.MethodPost, deal+"/relations", v), want)
	}
	add(http.StatusSeeOther, "kind", "contact", "contact_id", string(s.contact), "role", "decision_maker")
	add(http.StatusSeeOther, "kind", "partner", "name", "Fitters", "role", "installs", "share", "12.5")
	add(http.StatusUnprocessableEntity, "kind", "partner", "name", "Fitters", "share", "101")
	add(http.StatusUnprocessableEntity, "kind", "partner", "name", "Fitters", "price", "5")
	status(t, b.send(http.MethodPost, deal+"/relations/"+string(s.relation), url.Values{"name": {"Other Pumps"}, "strengths": {"Near the customer"}, "price": {"180.00"}}), http.StatusSeeOther)
	d = b.open(deal+"?tab=relations", http.StatusOK)
	d.sound("en")
	if d.has("p", "Nobody who decides is known yet.") {
		t.Error("warned although somebody decides")
	}
	d.want("span", "12.5%")
	d.want("span", "Strengths: Near the customer")
	d.want("span", "€180.00")
	d.want("span", "Won against them: 0, lost: 0")
	if p := s.do("anna", http.MethodGet, "/api/v1"+deal+"/readiness", "", http.StatusOK); p["ready"] != false || !strings.Contains(fmt.Sprint(p["items"]), "map[code:decision_maker met:true]") {
		t.Errorf("%v", p)
	}

	relation := "/api/v1" + deal + "/relations/" + string(s.relation)
	if r := s.do("anna", http.MethodPatch, relation, `{"price":"150.00","note":"by mail"}`, http.StatusOK); r["price"] != "150.00" || r["strengths"] != "Near the customer" {
		t.Errorf("%v", r)
	}
	s.do("anna", http.MethodPatch, relation, `{"share":"5"}`, http.StatusUnprocessableEntity)
	s.do("ben", http.MethodPatch, relation, `{"note":"x"}`, http.StatusNotFound)
	s.exec(fmt.Sprintf(`update opportunity set state = 'lost', lost_reason = 'competitor', amount = 200 where id = '%s'`, s.deal))
	s.made("anna", "/api/v1/opportunities/"+string(s.newDeal("Second"))+"/relations", `{"kind":"competitor","name":"OTHER pumps","price":"950.00"}`)
	list := s.do("anna", http.MethodGet, "/api/v1/competitors", "", http.StatusOK)["data"].([]any)
	if r := list[0].(map[string]any); len(list) != 1 || r["lost"] != 1.0 || r["lost_to_them"] != 1.0 || r["open"] != 1.0 || r["lost_amount"] != "200.00" {
		t.Errorf("%v", list)
	}
	if len(s.do("ben", http.MethodGet, "/api/v1/competitors", "", http.StatusOK)["data"].([]any)) != 0 {
		t.Error("a foreign deal is counted")
	}
	b.open("/competitors", http.StatusOK).sound("en")
}

// S069, S070: the list by potential shows its parts and keeps to the reach; a closing date that is put off is counted from what is told anyway.
func TestPotentialAndTiming(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	today := s.today()
	small, big := s.newDeal("Small"), s.newDeal("Big")
	for deal, fields := range map[string]string{
		string(small): fmt.Sprintf(`{"amount":"1000.00","close_date":%q}`, today.AddDays(10)), string(big): fmt.Sprintf(`{"amount":"2000.00","close_date":%q}`, today.AddDays(400)),
	} {
		s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+deal, fields, http.StatusOK)
	}
	var order []string
	for _, row := range s.do("anna", http.MethodGet, "/api/v1/potential", "", http.StatusOK)["data"].([]any) {
		v := row.(map[string]any)
		order = append(order, fmt.Sprint(v["name"], " ", v["value"], " x ", v["probability"], " x ", v["timing"], " = ", v["potential"]))
	}
	if got := strings.Join(order[:2], "; "); !strings.HasPrefix(got, "Small 1000.00 x 10.00 x 1") || !strings.Contains(got, "Big 2000.00 x 10.00 x 0.4") {
		t.Errorf("%s", got)
	}
	if n := len(s.do("ben", http.MethodGet, "/api/v1/potential", "", http.StatusOK)["data"].([]any)); n != 0 {
		t.Errorf("ben sees %d foreign deals", n)
	}
	deal := "/api/v1/opportunities/" + string(small)
	s.do("anna", http.MethodPatch, deal, fmt.Sprintf(`{"close_date":%q}`, today.AddDays(30)), http.StatusOK)
	s.do("anna", http.MethodPatch, deal, fmt.Sprintf(`{"close_date":%q}`, today.AddDays(25)), http.StatusOK)
	s.exec(fmt.Sprintf(`update stage_interval set entered_at = now() - interval '9 days', left_at = now() - interval '5 days' where opportunity_id = '%[1]s';
		insert into stage_interval (opportunity_id, stage, entered_at, left_at, actor, cause) values ('%[1]s', 'timing', now() - interval '5 days', now() - interval '2 days', 'x', 'x'), ('%[1]s', 'identify', now() - interval '2 days', null, 'x', 'x')`, small))
	got := s.do("anna", http.MethodGet, deal+"/timing", "", http.StatusOK)
	if got["times_put_off"] != 1.0 || got["days_put_off"] != 20.0 || len(got["slips"].([]any)) != 3 || len(got["stays"].([]any)) != 3 {
		t.Errorf("%v", got)
	}
	b := s.browser("anna")
	d := b.open("/opportunities/"+string(small)+"?tab=main", http.StatusOK)
	d.want("span", "Put off once, by 20 d")
	d.want("td", "Identified again")
	d = b.open("/opportunities/potential", http.StatusOK)
	var first string
	d.each("td", func(n *html.Node) {
		if first == "" && strings.Contains(text(n), "Small") {
			first = text(n)
		}
	})
	if first == "" {
		t.Error("the list does not show the deal")
	}
	d.sound("en")
	s.rest(small)
}

// rest lets a deal that stands still rest, and ends that (S070): who may is a right of its own.
func (s *scene) rest(id crm.ID) {
	s.t.Helper()
	api, page, b := "/api/v1/opportunities/"+string(id)+"/snooze", "/opportunities/"+string(id), s.browser("anna")
	s.exec(`update opportunity set stage_since = now() - interval '40 days' where id = '` + string(id) + `'`)
	b.open(page, http.StatusOK).want("span", "No step for 40 d")
	until := s.today().AddDays(12).String()
	s.do("care", http.MethodPut, api, `{"until":"`+until+`","reason":"x"}`, http.StatusForbidden)
	for body, at := range map[string]string{`{"until":"2020-01-01","reason":"x"}`: "in_the_past", `{"until":"2999-01-01","reason":"x"}`: "out_of_range", `{"until":"` + until + `"}`: "required", `{"until":"soon","reason":"x"}`: "invalid_date"} {
		if rec := s.call1("anna", http.MethodPut, api, body, http.StatusUnprocessableEntity); !strings.Contains(rec.Body.String(), `"`+at+`"`) {
			s.t.Errorf("%s: %s", body, rec.Body)
		}
	}
	if got := s.do("anna", http.MethodPut, api, `{"until":"`+until+`","reason":"Closed for the winter"}`, http.StatusOK); got["until"] != until {
		s.t.Errorf("%v", got)
	}
	d := b.open(page+"?tab=products", http.StatusOK)
	d.want("p", "Closed for the winter")
	d.sound("en")
	if d.has("span", "No step for") {
		s.t.Error("a deal that rests counts as stale")
	}
	b.open("/board", http.StatusOK).want("a", "Rests until")
	status(s.t, b.send(http.MethodPost, page+"/wake", url.Values{}), http.StatusSeeOther)
	s.do("anna", http.MethodDelete, api, "", http.StatusNoContent)
	status(s.t, b.send(http.MethodPost, page+"/snooze", url.Values{"until": {until}}), http.StatusUnprocessableEntity)
	status(s.t, b.send(http.MethodPost, page+"/snooze", url.Values{"until": {until}, "why": {"Their budget comes then"}}), http.StatusSeeOther)
	b.open(page, http.StatusOK).want("p", "Their budget comes then")
	status(s.t, b.send(http.MethodPost, "/feed/mail", url.Values{"digest": {"false"}}), http.StatusSeeOther)
	b.open("/feed", http.StatusOK).want("p", "You are not mailed of deals that stand still.")
	d = b.open("/feed?show=events", http.StatusOK)
	d.want("p", "Deal created with")
	d.sound("en")
	if got := s.do("anna", http.MethodGet, "/api/v1/feed-events?limit=1&show=all", "", http.StatusOK); got["has_more"] != true {
		s.t.Errorf("%v", got)
	}
	for _, odd := range []string{"show=mentions", "cursor=x", "limit=0"} {
		s.do("anna", http.MethodGet, "/api/v1/feed-events?"+odd, "", http.StatusBadRequest)
	}
}

func (s *scene) today() crm.Date {
	s.t.Helper()
	now, err := s.store.Now(s.t.Context())
	must(s.t, err)
	zone, err := time.LoadLocation("Europe/Rome")
	must(s.t, err)
	return crm.DateOf(now, zone)
}
