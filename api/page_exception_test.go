package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"

	"github.com/google/uuid"
)

// N1: the refusal's panel takes a request for an exception; the owner finds it in My day and under approvals and decides on its page.
func TestExceptionPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	anna, mara := s.browser("anna"), s.browser("mara")
	once := uuid.NewString()
	s.refuseWith(crm.OpportunityMove, once, s.anna)
	deal := "/opportunities/" + string(s.deal)
	d := anna.read(anna.send(http.MethodPost, deal+"/move", url.Values{"command": {once}, "to": {"send"}}), deal, http.StatusUnprocessableEntity)
	d.want("summary", "Ask for an exception")
	d.want("p", "Sales manager")

	s.cmd.answer = crm.Answer{Code: crm.Done}
	ask := url.Values{"command": {uuid.NewString()}, "kind": {"pipeline"}, "key": {"send"}, "clause": {"send.vat", "send.amount"}, "exception_reason": {""}}
	d = anna.read(anna.send(http.MethodPost, deal+"/exceptions", ask), deal, http.StatusUnprocessableEntity)
	d.sound("en")
	if len(s.cmd.sent) != 1 {
		t.Fatalf("asked without a reason: %+v", s.cmd.sent)
	}
	ask.Set("exception_reason", "He tells us on Monday")
	status(t, anna.send(http.MethodPost, deal+"/exceptions", ask), http.StatusSeeOther)
	if c := s.cmd.sent[1]; c.Kind != crm.ExceptionAsk || !strings.Contains(string(c.Fields), `"clauses":["send.vat","send.amount"]`) {
		t.Fatalf("sent %+v: %s", c, c.Fields)
	}

	page := "/exceptions/" + string(s.exception)
	for _, path := range []string{"/", "/approvals"} {
		if d := mara.open(path, http.StatusOK); !strings.Contains(text(d.root), "Pumps") {
			t.Errorf("%s does not show the request", path)
		}
	}
	d = mara.open(page, http.StatusOK)
	d.want("button", "Grant")
	d.want("dd", "They decide on Monday")
	d = anna.open(page, http.StatusOK)
	d.want("p", "You asked for it yourself")
	if d.has("button", "Grant") {
		t.Error("who asked may grant")
	}
	form := url.Values{"command": {uuid.NewString()}, "version": {"1"}, "days": {"0"}, "note": {"x"}}
	d = mara.read(mara.send(http.MethodPost, page+"/grant", form), page, http.StatusUnprocessableEntity)
	d.want("span", "1")
	form.Set("days", "5")
	status(t, mara.send(http.MethodPost, page+"/grant", form), http.StatusSeeOther)
	if c := s.cmd.sent[2]; c.Kind != crm.ExceptionGrant || !strings.Contains(string(c.Fields), `"days":5`) || !strings.Contains(string(c.Fields), `"version":1`) {
		t.Fatalf("sent %+v: %s", c, c.Fields)
	}
	s.cmd.answer = crm.Answer{Code: "already_decided", Params: map[string]string{"decision": "granted", "by": string(s.mara.ID)}}
	d = mara.read(mara.send(http.MethodPost, page+"/decline", url.Values{"command": {uuid.NewString()}, "reason": {"No"}, "version": {"1"}}), page, http.StatusConflict)
	d.want("li", "decided before")
	d.sound("en")
	s.cmd.answer = crm.Answer{Code: crm.Done}
	anna.open(page, http.StatusOK).want("button", "Withdraw the request")
	status(t, anna.send(http.MethodPost, page+"/withdraw", url.Values{"command": {uuid.NewString()}, "version": {"1"}}), http.StatusSeeOther)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != crm.ExceptionWithdraw || !strings.Contains(string(c.Fields), string(s.exception)) {
		t.Fatalf("sent %+v: %s", c, c.Fields)
	}
}
