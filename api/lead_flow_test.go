package api

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S064: a lead shows its score with every rule and its points, and the mails of its track (S065).
func TestLeadShowsScoreAndNurture(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) values ('x', 'scoring', 'lead-%s', now(), 1, 'score', 'allowed',
		'[{"id":"need","source":"filled(lead.need)","label":{"en":"Describes the need"},"outcome":"met","points":20,"values":[{"field":"lead.need","now":"pumps"}]}]', '{}');
		insert into nurture_touch (lead_id, track, touch, mail, position, due_at, state) values ('%s', 'warm', 'hello', 'nurture_hello', 0, now(), 'planned')`, s.lead, s.lead))
	out := s.do("anna", http.MethodGet, "/api/v1/leads/"+string(s.lead), "", http.StatusOK)
	rule := out["score_rules"].([]any)[0].(map[string]any)
	if rule["label"] != "Describes the need" || rule["points"] != 20.0 || rule["met"] != true || rule["actual"].(map[string]any)["lead.need"] != "pumps" {
		t.Errorf("%v", rule)
	}
	if mail := out["nurture"].([]any)[0].(map[string]any); mail["track"] != "warm" || mail["state"] != "planned" {
		t.Errorf("%v", mail)
	}
}

// S064-S066: qualifying needs neither score nor owner; a correction is 1 to 100; tracks and answers are commands.
func TestLeadFlowCommands(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	lead := "/api/v1/leads/" + string(s.lead)
	for _, c := range []struct {
		path, body string
		want       int
		sent       string
	}{
		{"/qualify", ``, 200, `{"score":0,"owner_id":""}`},
		{"/qualify", `{"score":70}`, 200, `{"score":70,"owner_id":""}`},
		{"/qualify", `{"score":0}`, 422, ""},
		{"/qualify", `{"score":101}`, 422, ""},
		{"/nurture", ``, 200, `{"track":""}`},
		{"/nurture", `{"track":"warm"}`, 200, `{"track":"warm"}`},
		{"/nurture", `{"trck":"warm"}`, 422, ""},
		{"/answers", `{"kind":"reply","note":"Call me"}`, 200, `{"kind":"reply","note":"Call me"}`},
		{"/answers", `{"kind":"shrug"}`, 422, ""},
		{"/answers", `{}`, 422, ""},
	} {
		before := len(s.cmd.sent)
		s.do("anna", http.MethodPost, lead+c.path, c.body, c.want)
		if c.sent == "" && len(s.cmd.sent) != before || c.sent != "" && string(s.cmd.sent[before].Fields) != c.sent {
			t.Errorf("%s %s sent %v", c.path, c.body, s.cmd.sent[before:])
		}
	}
}

// S065: looking at the link stops nothing, the button does, in the reader's language; a wrong link does not exist.
func TestUnsubscribe(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	secret := strings.Repeat("s", 43)
	hash := sha256.Sum256([]byte(secret))
	s.exec(fmt.Sprintf(`insert into nurture_touch (lead_id, track, touch, mail, position, due_at, state, secret_hash) values ('%s', 'warm', 'hello', 'nurture_hello', 0, now(), 'written', '\x%x');
		update lead set consent = true, language = 'it' where id = '%s'`, s.lead, hash, s.lead))
	rec := s.call(http.MethodGet, "/u/"+secret, "", "Accept", "text/html")
	if rec.Code != 200 || !strings.Contains(rec.Body.String(), "Interrompi i messaggi") || len(s.cmd.sent) != 0 {
		t.Fatalf("%d, %d commands: %.500s", rec.Code, len(s.cmd.sent), rec.Body)
	}
	rec = s.call(http.MethodPost, "/u/"+secret, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://mail.example")
	if rec.Code != 200 || len(s.cmd.sent) != 1 || s.cmd.sent[0].Kind != crm.LeadAnswered || !strings.Contains(string(s.cmd.sent[0].Fields), `"unsubscribe"`) {
		t.Fatalf("%d %v: %.500s", rec.Code, s.cmd.sent, rec.Body)
	}
	if rec := s.call(http.MethodPost, "/u/"+strings.Repeat("x", 43), ""); rec.Code != http.StatusNotFound {
		t.Fatalf("a wrong link: %d", rec.Code)
	}
}

// S071: samples of a deal are asked for, shipped and judged by commands of its process.
func TestSampleCommands(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	samples := "/api/v1/opportunities/" + string(s.deal) + "/samples"
	s.do("anna", http.MethodPost, samples, fmt.Sprintf(`{"product_id":%q,"quantity":"2"}`, s.product), http.StatusOK)
	s.do("anna", http.MethodPost, samples, `{"quantity":"2"}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPost, samples, fmt.Sprintf(`{"product_id":%q,"quantity":"-2"}`, s.product), http.StatusUnprocessableEntity)
	one := samples + "/" + string(s.line)
	s.do("anna", http.MethodPost, one+"/ship", `{"days":366}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPost, one+"/ship", ``, http.StatusOK)
	s.do("anna", http.MethodPost, one+"/feedback", `{"outcome":"great"}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPost, one+"/feedback", `{"outcome":"positive"}`, http.StatusOK)
	if len(s.cmd.sent) != 3 || s.cmd.sent[1].Kind != crm.SampleShip || !strings.Contains(string(s.cmd.sent[2].Fields), string(s.line)) {
		t.Fatalf("%v", s.cmd.sent)
	}
	s.exec(fmt.Sprintf(`insert into sample (id, opportunity_id, product_id, quantity, requested_by, requested_at) values (gen_random_uuid(), '%s', '%s', 2, 'x', now())`, s.deal, s.product))
	if out := s.do("anna", http.MethodGet, samples, "", http.StatusOK); fmt.Sprint(out["data"].([]any)[0].(map[string]any)["sku"]) != "PUMP" {
		t.Errorf("%v", out)
	}
}
