package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// A deal begins in the pipeline that the salesperson chooses and goes by its gates; board, list and filter know it (S010, S014, S098).
func TestDealOfAnotherPipeline(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	body := func(pipeline string) string {
		return fmt.Sprintf(`{"name":"Again","account_id":%q,"amount":"10","pipeline":%q}`, s.account, pipeline)
	}
	p := s.do("anna", http.MethodPost, "/api/v1/opportunities", body("repaet"), http.StatusUnprocessableEntity)
	if !holds(p["errors"].([]any), map[string]any{"pointer": "/pipeline", "code": "unknown_value", "params": map[string]any{"allowed": []any{"standard", "repeat"}}}) {
		t.Errorf("%v", p)
	}
	o := s.do("anna", http.MethodPost, "/api/v1/opportunities", body("repeat"), http.StatusCreated)
	if o["pipeline"] != "repeat" || o["stage"] != "request" {
		t.Fatalf("%v %v", o["pipeline"], o["stage"])
	}
	deal := "/api/v1/opportunities/" + fmt.Sprint(o["id"])
	gates := s.do("anna", http.MethodGet, deal+"/gates", "", http.StatusOK)
	first := gates["gates"].([]any)[0].(map[string]any)
	if first["to"] != "send" || len(gates["gates"].([]any)) != 2 {
		t.Errorf("%v", gates)
	}
	s.do("anna", http.MethodPatch, deal, `{"pipeline":"standard"}`, http.StatusUnprocessableEntity)
	list := s.do("anna", http.MethodGet, "/api/v1/opportunities?filter[pipeline]=repeat", "", http.StatusOK)["data"].([]any)
	if len(list) != 1 {
		t.Errorf("%d deals of the pipeline", len(list))
	}
	b := s.browser("anna")
	standard := b.open("/board", http.StatusOK)
	standard.want("option", "Repeat order")
	if standard.has("a", "Again") {
		t.Error("a deal stands on the board of another pipeline")
	}
	repeat := b.open("/board?pipeline=repeat", http.StatusOK)
	repeat.want("a", "Again")
	repeat.want("h2", "Requested")
	b.open("/opportunities?pipeline=repeat", http.StatusOK).want("td", "Requested")
	page := b.post("/opportunities", url.Values{"pipeline": {"repeat"}, "name": {"Once more"}, "account_id": {string(s.account)}, "amount": {"20"}, "stage": {"request"}})
	page.want("h2", "What is needed for Quote sent")
}

// A stage in use is not taken out of the rules of running deals, but retired; the board shows it while deals are left in it (S010).
func TestStageInUse(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	text := shippedRules(t)[crm.RulePipeline]
	gone := strings.NewReplacer("- key: identify", "- key: found", "entry_stage: identify", "entry_stage: found").Replace(text)
	at := s.drafted(crm.RulePipeline, gone)
	p := s.do("sales_ops", http.MethodPost, at+"/activate", `{"running":true,"confirm":true,"comment":"x"}`, http.StatusConflict)
	if p["code"] != "rule_conflict" || !strings.Contains(fmt.Sprint(p["errors"]), "stage_in_use") || !strings.Contains(fmt.Sprint(p["errors"]), "identify") {
		t.Errorf("%v", p)
	}
	s.do("sales_ops", http.MethodPost, at+"/activate", `{"running":false,"comment":"x"}`, http.StatusOK)
	board := s.browser("anna").open("/board", http.StatusOK)
	board.want("h2", "Identified") // its deals go by the version before
	board.want("span", "given up")
}

// A stage is added, moved, changed and retired as a form; what is wrong is told and nothing is saved (S010).
func TestStagesAsForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	at := b.draft(crm.RulePipeline)
	b.open(at+"?stage=new&pipeline=repeat", http.StatusOK).want("h3", "Add a stage: Repeat order")
	b.open(at+"?stage=edit&where=timing", http.StatusOK).want("h3", "Stage: Timing qualified")
	d := b.post(at+"/stages", url.Values{"version": {"1"}, "new": {"true"}, "pipeline": {"repeat"}, "after": {"request"}, "name.en": {"In stock"}, "name.it": {"In magazzino"}, "probability": {"60,5"}, "forecast": {"commit"}})
	d.want("h2", "Repeat order · In stock")
	b.post(at+"/stages", url.Values{"version": {"2"}, "where": {"repeat/in_stock"}, "do": {"down"}})
	d = b.post(at+"/stages", url.Values{"version": {"3"}, "where": {"timing"}, "name.en": {"Timing"}, "forecast": {"pipeline"}, "retired_to": {"configure"}})
	d.want("span", "Given up; its deals go to: Configuration and price")
	rec := b.send(http.MethodPost, at+"/stages", url.Values{"version": {"4"}, "where": {"send"}, "name.en": {"Sent"}, "probability": {"200"}, "forecast": {"commit"}})
	status(t, rec, http.StatusUnprocessableEntity)
	rec = b.send(http.MethodPost, at+"/stages", url.Values{"version": {"2"}, "where": {"send"}, "do": {"up"}})
	status(t, rec, http.StatusPreconditionFailed)
	text := b.open(at+"?view=text", http.StatusOK)
	text.want("textarea", "retired_to: configure")
	text.want("textarea", "- key: in_stock name: en: In stock it: In magazzino probability: 60.5 forecast: commit")
	d.sound("en")
	b.open(at+"?settings=repeat", http.StatusOK).want("h3", "Settings: Repeat order")
	rec = b.send(http.MethodPost, at+"/pipeline", url.Values{"version": {"4"}, "pipeline": {"repeat"}, "entry_stage": {"nowhere"}, "name.en": {"Again"}, "reason-0.it": {"Prezzo"}})
	status(t, rec, http.StatusUnprocessableEntity)
	d = b.post(at+"/pipeline", url.Values{
		"version": {"4"}, "pipeline": {"repeat"}, "entry_stage": {"send"}, "no_skip": {"true"}, "no_backward": {"true"}, "name.en": {"Again"}, "name.it": {"Ancora"},
		"reason-0.en": {"Price"}, "order-0": {"2"}, "reason-1.en": {"Competitor"}, "gone-1": {"true"}, "reason-2.en": {"Not needed any more"}, "order-2": {"4"},
		"reason-3.en": {"No answer"}, "order-3": {"3"}, "reason-4.en": {"Too late"}, "order-4": {"1"},
	})
	d.want("dd", "Too late, Price, No answer, Not needed any more")
	d.want("dd", "No stage may be skipped; A deal never goes back to an earlier stage")
	text = b.open(at+"?view=text", http.StatusOK)
	text.want("textarea", "entry_stage: send")
	text.want("textarea", "- key: too_late name: en: Too late")
}

// Whom a nurture track fits, and which leads a rule of assignment takes, are edited as rows; without a condition they apply to all (S065).
func TestEntriesAsForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	at := b.draft(crm.RuleNurture)
	d := b.open(at+"?where=cold&edit=cold", http.StatusOK)
	d.want("h3", "Edit the condition")
	d.want("legend", "It applies when")
	d.sound("en")
	d = b.post(at+"/conditions", url.Values{"version": {"1"}, "where": {"cold"}, "condition": {"cold"}, "f-0-0": {"lead.country"}, "o-0-0": {"in"}, "v-0-0": {"IT, ES"}, "f-0-1": {"lead.score"}, "o-0-1": {">="}, "v-0-1": {"10"}})
	d.want("code", `lead.country in ["IT", "ES"] or lead.score >= 10`)
	b.open(at+"?where=cold&edit=cold", http.StatusOK).want("label", "or: field")
	d = b.post(at+"/conditions", url.Values{"version": {"2"}, "where": {"cold"}, "condition": {"cold"}, "do": {"remove"}})
	d.want("div", "applies to all")
	if text := b.open(at+"?view=text", http.StatusOK); !text.has("textarea", "when: lead.score >= 30") || text.has("textarea", "lead.country") {
		t.Error("the text is not as it was")
	}
	status(t, b.send(http.MethodPost, at+"/conditions", url.Values{"version": {"3"}, "where": {"warm"}, "condition": {"nobody"}, "f-0-0": {"lead.score"}, "o-0-0": {">"}, "v-0-0": {"1"}}), http.StatusUnprocessableEntity)
}
