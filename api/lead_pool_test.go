package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// unowned captures a lead that nobody has.
func (s *scene) unowned(company string) crm.ID {
	s.t.Helper()
	return s.made("sales_ops", "/api/v1/leads", `{"company":"`+company+`"}`)
}

// sees tells in which ways a person sees a lead: by the list, by itself, by its page, by the list's page and by its process.
func (s *scene) sees(person string, lead crm.ID) (ways [5]bool) {
	s.t.Helper()
	ways[0] = strings.Contains(s.as(s.keys[person], http.MethodGet, "/api/v1/leads?filter[owned]=false", "").Body.String(), string(lead))
	ways[1] = s.as(s.keys[person], http.MethodGet, "/api/v1/leads/"+string(lead), "").Code == http.StatusOK
	b := s.browser(person)
	ways[2] = b.send(http.MethodGet, "/leads/"+string(lead), nil).Code == http.StatusOK
	ways[3] = strings.Contains(b.send(http.MethodGet, "/leads?owner=nobody", nil).Body.String(), string(lead))
	ways[4] = b.send(http.MethodGet, "/process/lead-"+string(lead), nil).Code == http.StatusOK &&
		s.as(s.keys[person], http.MethodGet, "/api/v1/process/lead-"+string(lead), "").Code == http.StatusOK
	return ways
}

// S066, S1: a lead that nobody has is seen by all who sell; once the assignment rules named a team, by that team and its managers only;
// once somebody has it, by his own people.
func TestLeadsThatNobodyHas(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	lead := s.unowned("Pool Srl")
	expect := func(when string, want map[string]bool) {
		t.Helper()
		for person, sees := range want {
			if got := s.sees(person, lead); got != [5]bool{sees, sees, sees, sees, sees} {
				t.Errorf("%s: %s sees it %v, want %v", when, person, got, sees)
			}
		}
	}
	expect("offered to all", map[string]bool{"anna": true, "mara": true, "ben": true, "max": true, "sales_ops": true})
	s.exec(`update lead set pool = array(select team_id from app_user where name = 'anna') where id = '` + string(lead) + `'`)
	expect("offered to a team", map[string]bool{"anna": true, "mara": true, "ben": false, "max": false, "sales_ops": true})
	s.exec(`update lead set pool = array['` + string(s.ben.ID) + `'::uuid] where id = '` + string(lead) + `'`)
	expect("offered to a person", map[string]bool{"anna": false, "mara": false, "ben": true, "max": false})
	s.exec(`update lead set pool = null, state = 'disqualified' where id = '` + string(lead) + `'`)
	if got := s.sees("anna", lead); got != [5]bool{} {
		t.Errorf("given up: anna sees it %v", got)
	}
	s.exec(`update lead set state = 'assigned', owner_id = '` + string(s.ben.ID) + `' where id = '` + string(lead) + `'`)
	if got := s.sees("anna", lead); got != [5]bool{} {
		t.Errorf("taken by ben: anna sees it %v", got)
	}
	for _, person := range []string{"project_manager", "finance"} {
		s.do(person, http.MethodGet, "/api/v1/leads", "", http.StatusForbidden)
	}
}

// S066: seeing is not changing: a salesperson may only take it, his manager may work on it and hand it to his people.
func TestLeadsThatNobodyHasAreTaken(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	lead := s.unowned("Pool Srl")
	at := "/api/v1/leads/" + string(lead)
	for path, body := range map[string]string{"/qualify": ``, "/disqualify": `{"reason":"spam"}`, "/nurture": ``, "/convert": ``} {
		s.do("anna", http.MethodPost, at+path, body, http.StatusNotFound)
	}
	s.do("anna", http.MethodPatch, at, `{"need":"x"}`, http.StatusNotFound)
	s.do("anna", http.MethodPost, at+"/assign", `{"owner_id":"`+string(s.anna.ID)+`"}`, http.StatusForbidden)
	s.do("sales_ops", http.MethodPost, at+"/take", "", http.StatusForbidden)
	if len(s.cmd.sent) != 0 {
		t.Fatalf("%+v", s.cmd.sent)
	}
	s.do("mara", http.MethodPatch, at, `{"need":"Two pumps"}`, http.StatusOK)
	s.do("mara", http.MethodPost, at+"/assign", `{"owner_id":"`+string(s.anna.ID)+`"}`, http.StatusOK)
	s.do("anna", http.MethodPost, at+"/take", "", http.StatusOK)

	b := s.browser("ben")
	d := b.open("/leads?owner=nobody", http.StatusOK)
	d.want("button", "Take")
	d.want("option", "Nobody yet")
	d = b.open("/leads/"+string(lead), http.StatusOK)
	d.want("p", "Nobody has this lead.")
	for _, other := range []string{"Qualify", "Disqualify", "Assign"} {
		if d.has("button", other) {
			t.Errorf("ben is offered %q on a lead that is not his", other)
		}
	}
	s.browser("mara").open("/leads/"+string(lead), http.StatusOK).want("button", "Qualify")
	status(t, b.send(http.MethodPost, "/leads/"+string(lead)+"/take", url.Values{}), http.StatusSeeOther)
	last := s.cmd.sent[len(s.cmd.sent)-1]
	if last.Kind != crm.LeadTake || last.Actor != string(s.ben.ID) || last.Process != crm.ProcessID(crm.KindLead, lead) {
		t.Errorf("%+v", last)
	}
	s.cmd.answer = crm.Answer{Code: "already_taken", Params: map[string]string{"by": string(s.anna.ID)}}
	if p := s.do("ben", http.MethodPost, at+"/take", "", http.StatusConflict); p["code"] != "already_taken" {
		t.Errorf("%v", p)
	}
}
