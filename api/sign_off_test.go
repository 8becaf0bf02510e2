package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// signer is a browser without log-in on the page of a sign-off, and its address.
func (s *scene) signer(id string) (*browser, string) {
	secret := strings.Repeat("s", 30) + id[len(id)-8:]
	s.exec(`insert into sign_off_link (hash, sign_off_id, at) values (sha256('` + secret + `'::bytea), '` + id + `', now())`)
	return &browser{t: s.t, srv: s.srv}, "/s/" + secret
}

// S060, S084: a milestone that the contract has the customer sign opens its tranche once he accepts it and not before; what he refuses stays shut, with his reason, until he accepts it.
func TestMilestoneWaitsForTheCustomer(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := "/api/v1/contracts/" + string(s.contract) + "/project"
	pm := func(method, path, body string, want int) map[string]any {
		return s.do("project_manager", method, project+path, body, want)
	}
	id := fmt.Sprint(pm(http.MethodPost, "/milestones", `{"name":"Factory test","due_date":"2027-02-01"}`, http.StatusCreated)["id"])
	s.exec(`update tranche set state = 'planned', invoice_id = null, milestone = 'Factory test', milestone_id = '` + id + `' where id = '` + string(s.tranche) + `'`)
	state := func() string { return ask[string](s, `select state from tranche where id = '`+string(s.tranche)+`'`) }
	asked := fmt.Sprintf(`{"milestone_id":%q,"text":"The press runs at full speed","email":"quality@example.com","name":"Carla Bianchi"}`, id)
	pm(http.MethodPost, "/sign-offs", asked, http.StatusConflict) // the contract does not ask for it
	pm(http.MethodPatch, "", `{"sign_off":"milestones"}`, http.StatusOK)
	if p := pm(http.MethodPost, "/sign-offs", asked, http.StatusConflict); p["code"] != "milestone_not_reached" {
		t.Errorf("%v", p)
	}
	pm(http.MethodPatch, "/milestones/"+id, fmt.Sprintf(`{"done_on":%q}`, s.today()), http.StatusOK)
	if got := state(); got != "planned" {
		t.Fatalf("reached, the tranche is %s", got)
	}
	o := fmt.Sprint(pm(http.MethodPost, "/sign-offs", asked, http.StatusCreated)["id"])
	if p := pm(http.MethodPost, "/sign-offs", asked, http.StatusConflict); p["code"] != "sign_off_asked" {
		t.Errorf("%v", p)
	}
	if n := ask[int](s, `select count(*)::int from effect where key = 'mail/sign_off/`+o+`' and payload->>'to' = 'quality@example.com'`); n != 1 {
		t.Errorf("%d letters to the customer", n)
	}
	s.exec(`update sign_off set language = 'it' where id = '` + o + `'`)
	b, path := s.signer(o)
	b.open(path, http.StatusOK).sound("it")
	status(t, b.send(http.MethodPost, path+"/refuse", url.Values{"refuse_name": {"Carla"}, "refuse_reason": {""}}), http.StatusUnprocessableEntity)
	for range 2 {
		status(t, b.send(http.MethodPost, path+"/refuse", url.Values{"refuse_name": {"Carla <b>Bianchi</b>"}, "refuse_reason": {"It leaks <script>"}}), http.StatusSeeOther)
	}
	b.open(path, http.StatusOK).want("pre", "It leaks <script>")
	if got := state(); got != "planned" {
		t.Errorf("refused, the tranche is %s", got)
	}
	status(t, b.send(http.MethodPost, path+"/accept", url.Values{"name": {"Carla"}}), http.StatusConflict)

	o = fmt.Sprint(pm(http.MethodPost, "/sign-offs", asked, http.StatusCreated)["id"])
	b, path = s.signer(o)
	for range 2 {
		status(t, b.send(http.MethodPost, path+"/accept", url.Values{"name": {"Carla Bianchi"}, "role": {"Quality"}}), http.StatusSeeOther)
	}
	if got := state(); got != "billable" {
		t.Errorf("accepted, the tranche is %s", got)
	}
	list := pm(http.MethodGet, "/sign-offs", "", http.StatusOK)["data"].([]any)
	first := list[0].(map[string]any)
	if len(list) != 2 || first["state"] != "signed" || first["decided_name"] != "Carla Bianchi" || first["decided_role"] != "Quality" || first["decided_at"] == nil || first["decided_address"] == "" {
		t.Errorf("%v", list)
	}
	if p := pm(http.MethodPatch, "/milestones/"+id, `{"done_on":null}`, http.StatusConflict); p["code"] != "milestone_signed" {
		t.Errorf("%v", p)
	}
	s.browser("project_manager").open("/contracts/"+string(s.contract)+"/milestones", http.StatusOK).want("span", "Carla Bianchi, Quality")
	status(t, (&browser{t: t, srv: s.srv}).send(http.MethodGet, "/s/"+strings.Repeat("x", 43), nil), http.StatusNotFound)
}

// S060, S084: where the contract has the customer sign the progress, tranches open by what he signed and not by what was reported; what he was asked of a milestone that is taken up again is withdrawn.
func TestProgressWaitsForTheCustomer(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	target := store.Target{Scope: store.Everything(), Actor: s.mara.ID, ID: s.contract}
	s.exec(`update tranche set state = 'planned', invoice_id = null, kind = 'progress', opens_at_percent = 50, milestone = '', milestone_id = null where id = '` + string(s.tranche) + `'`)
	_, err := s.store.EditProject(t.Context(), target, func(p *crm.Project) error { p.SignOff = crm.SignBoth; return nil })
	must(t, err)
	s.exec(`update project set progress_percent = 60`)
	state := func() string { return ask[string](s, `select state from tranche where id = '`+string(s.tranche)+`'`) }
	o, err := s.store.AskSignOff(t.Context(), target, crm.SignOff{ID: store.NewID(), Text: "Hall and press", Email: "a@example.com"})
	must(t, err)
	if got := state(); got != "planned" {
		t.Errorf("asked, the tranche is %s", got)
	}
	_, err = s.store.AnswerSignOff(t.Context(), s.contract, o.ID, store.SignOffAnswer{Accept: true, Name: "Carla"})
	must(t, err)
	if got := state(); got != "billable" {
		t.Errorf("signed, the tranche is %s", got)
	}
	if got := ask[string](s, `select signed_percent::text from project`); got != "60.00" {
		t.Errorf("signed %s", got)
	}
	m, err := s.store.AddMilestone(t.Context(), target, crm.Milestone{ID: store.NewID(), Name: "Hall", DueDate: s.today().AddDays(9)})
	must(t, err)
	reach := func(on crm.Date) {
		_, err := s.store.EditMilestone(t.Context(), target, m.ID, func(x *crm.Milestone) error { x.DoneOn = on; return nil })
		must(t, err)
	}
	reach(s.today())
	asked, err := s.store.AskSignOff(t.Context(), target, crm.SignOff{ID: store.NewID(), MilestoneID: m.ID, Text: "The hall stands", Email: "a@example.com"})
	must(t, err)
	reach(crm.Date{})
	_, err = s.store.AnswerSignOff(t.Context(), s.contract, asked.ID, store.SignOffAnswer{Accept: true, Name: "Carla"})
	if refused, is := err.(store.Refused); !is || refused.Code != "already_done" {
		t.Errorf("what was withdrawn is signed: %v", err)
	}
	s.exec(`update tranche set state = 'planned' where id = '` + string(s.tranche) + `'`)
	s.exec(`update project set signed_percent = 0`)
	_, err = s.store.EditProject(t.Context(), target, func(p *crm.Project) error { p.SignOff = crm.SignNothing; return nil })
	must(t, err)
	if got := state(); got != "billable" {
		t.Errorf("without a signature to wait for, the tranche is %s", got)
	}
}
