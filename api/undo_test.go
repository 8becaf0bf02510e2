package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// The calls that undo a won deal (N15), that see to its order at the ERP (S081) and that credit its invoice (S087): what they read, send and refuse, and who may.
func TestUndoERPAndCreditByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/contracts/" + string(s.contract)
	last := func() crm.Command {
		if len(s.cmd.sent) == 0 {
			t.Fatal("no command was sent")
		}
		return s.cmd.sent[len(s.cmd.sent)-1]
	}
	t.Run("undo", func(t *testing.T) {
		plan := s.do("anna", http.MethodGet, path+"/undo", "", http.StatusOK)
		if plan["request"] != nil || plan["contract"] != "active" || !strings.Contains(fmt.Sprint(plan["steps"]), "credit_invoice") || len(plan["credits"].([]any)) != 1 {
			t.Errorf("the plan: %v", plan)
		}
		for body, pointer := range map[string]string{`{}`: "/outcome", `{"outcome":"burn","reason":"x"}`: "/outcome", `{"outcome":"reopen"}`: "/reason"} {
			if p := s.do("anna", http.MethodPost, path+"/undo", body, http.StatusUnprocessableEntity); !strings.Contains(fmt.Sprint(p["errors"]), pointer) {
				t.Errorf("%s: %v", body, p)
			}
		}
		ask := `{"outcome":"reopen","tells":true,"reason":"Not built"}`
		s.do("care", http.MethodPost, path+"/undo", ask, http.StatusForbidden)
		s.do("ben", http.MethodPost, path+"/undo", ask, http.StatusNotFound)
		s.do("anna", http.MethodPost, path+"/undo", ask, http.StatusOK)
		if c := last(); c.Kind != crm.UndoAsk || c.Process != crm.ProcessID(crm.KindContract, s.contract) || !strings.Contains(string(c.Fields), `"tells":true`) {
			t.Errorf("sent: %+v", c)
		}
		for call, kind := range map[string]string{"approve": crm.UndoApprove, "stop": crm.UndoStop, "resume": crm.UndoResume} {
			s.do("anna", http.MethodPost, path+"/undo/"+call, ``, http.StatusForbidden)
			s.do("mara", http.MethodPost, path+"/undo/"+call, `{"note":"yes"}`, http.StatusOK, "If-Match", `"3"`)
			if c := last(); c.Kind != kind || !strings.Contains(string(c.Fields), `"version":3`) {
				t.Errorf("%s sent %+v", call, c)
			}
		}
		for _, call := range []string{"decline", "settle"} {
			s.do("mara", http.MethodPost, path+"/undo/"+call, `{}`, http.StatusUnprocessableEntity)
			s.do("mara", http.MethodPost, path+"/undo/"+call, `{"reason":"Talk to them"}`, http.StatusOK)
		}
		for answer, status := range map[string]int{"already_decided": 409, "undo_not_there": 409, "self_approval": 403, "stale_version": 412} {
			s.cmd.answer = crm.Answer{Code: answer}
			s.do("mara", http.MethodPost, path+"/undo/approve", ``, status)
		}
		s.cmd.answer = crm.Answer{}
	})
	t.Run("erp", func(t *testing.T) {
		s.do("finance", http.MethodGet, path+"/erp", "", http.StatusNotFound)
		s.exec(`insert into effect (key, channel, process, payload, state, attempts, next_at, outcome, created_at) values ('erp/order/` + string(s.order) + `', 'erp', 'opportunity-` + string(s.acceptedDeal) + `', '{}', 'parked', 9, now(), 'no answer', now())`)
		state := s.do("anna", http.MethodGet, path+"/erp", "", http.StatusOK)
		if state["state"] != "parked" || state["attempts"] != float64(9) || state["outcome"] != "no answer" {
			t.Errorf("%v", state)
		}
		if page := s.browser("mara").send(http.MethodGet, "/opportunities/"+string(s.acceptedDeal), nil).Body.String(); !strings.Contains(page, "/contracts/"+string(s.contract)+"#erp") {
			t.Error("the deal's page does not say how its order fares at the ERP")
		}
		s.do("anna", http.MethodPost, path+"/erp/try", ``, http.StatusForbidden)
		if v := s.do("finance", http.MethodPost, path+"/erp/try", ``, http.StatusOK); v["state"] != "claimed" {
			t.Errorf("tried: %v", v)
		}
		s.do("finance", http.MethodPost, path+"/erp/cancel", `{}`, http.StatusUnprocessableEntity)
		s.do("finance", http.MethodPost, path+"/erp/cancel", `{"reason":"Twice"}`, http.StatusOK)
		s.do("finance", http.MethodPost, path+"/erp/cancel", `{"reason":"Twice"}`, http.StatusConflict)
		s.do("finance", http.MethodPost, path+"/erp/settle", `{"reason":"x"}`, http.StatusUnprocessableEntity)
		if v := s.do("finance", http.MethodPost, path+"/erp/settle", `{"reference":"E-7","reason":"Seen there"}`, http.StatusOK); v["state"] != "done" || v["reference"] != "E-7" {
			t.Errorf("settled: %v", v)
		}
		if p := s.do("finance", http.MethodPost, path+"/erp/try", ``, http.StatusConflict); p["code"] != "erp_done" {
			t.Errorf("%v", p)
		}
	})
	t.Run("credit", func(t *testing.T) {
		at, key := "/api/v1/invoices/"+string(s.invoice)+"/credit-notes", []string{"Idempotency-Key", "credit-1"}
		s.do("finance", http.MethodPost, at, `{"reason":"x"}`, http.StatusBadRequest) // B071
		s.do("anna", http.MethodPost, at, `{"reason":"x"}`, http.StatusForbidden, key...)
		for body, pointer := range map[string]string{
			`{}`: "/reason", `{"reason":"x","lines":[{"position":1,"net":"100.01"}]}`: "/lines/0/net", `{"reason":"x","lines":[{"position":9,"net":"1"}]}`: "/lines/0/position",
		} {
			if p := s.do("finance", http.MethodPost, at, body, http.StatusUnprocessableEntity, key...); !strings.Contains(fmt.Sprint(p["errors"]), pointer) {
				t.Errorf("%s: %v", body, p)
			}
		}
		s.do("finance", http.MethodPost, at, `{"reason":"One came back","lines":[{"tax_percent":"22","net":"10.00"}]}`, http.StatusOK, key...)
		if c := last(); c.Kind != crm.InvoiceCredit || !strings.Contains(string(c.Fields), `"net":"10.00"`) {
			t.Errorf("sent: %+v", c)
		}
		note := s.do("anna", http.MethodGet, "/api/v1/credit-notes/"+string(s.creditNote), "", http.StatusOK)
		if note["number"] != "N2026/0001" || note["on_account"] != "12.20" || len(note["lines"].([]any)) != 1 {
			t.Errorf("%v", note)
		}
		for _, paper := range []string{"/invoices/" + string(s.invoice), "/credit-notes/" + string(s.creditNote)} {
			rec := s.browser("finance").send(http.MethodGet, paper+"/paper", nil)
			if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Body.String(), "%PDF") {
				t.Errorf("%s/paper: %d", paper, rec.Code)
			}
		}
		b, form := s.browser("finance"), "/invoices/"+string(s.invoice)+"/credit"
		if rec := b.send(http.MethodPost, form, url.Values{"net.1": {"5.00"}}); rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", rec.Code)
		}
		both := b.send(http.MethodPost, form, url.Values{"net.1": {"100.01"}}).Body.String() // all mistakes at once, each at its field
		if !strings.Contains(both, `id="f-reason-err"`) || !strings.Contains(both, "More than is left") {
			t.Errorf("no reason and more than the invoice has: %s", both)
		}
		if page := b.send(http.MethodGet, "/invoices/"+string(s.invoice), nil).Body.String(); !strings.Contains(page, "Partly credited") {
			t.Error("the page of an invoice that is credited in part does not say so")
		}
		s.cmd.answer = crm.Answer{Code: "validation_failed", Params: map[string]string{"/lines/0/net": "beyond_invoice"}}
		rec := b.send(http.MethodPost, form, url.Values{"net.1": {"95.00"}, "reason": {"x"}})
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), "More than is left") {
			t.Errorf("beyond what is left: %d", rec.Code)
		}
		s.cmd.answer = crm.Answer{Code: crm.Done, Params: map[string]string{"credit_note": string(s.creditNote)}}
		if rec := b.send(http.MethodPost, form, url.Values{"net.1": {"5.00"}, "reason": {"x"}}); rec.Code != http.StatusSeeOther {
			t.Errorf("credited: %d %s", rec.Code, rec.Body)
		}
	})
}
