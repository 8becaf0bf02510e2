package api

import (
	"net/http"
	"net/url"
	"testing"
)

// S082-S084, S086, S076: what the pages of delivery, care and negotiation take, and what they refuse beside the form.
func TestDeliveryPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	pm, care, anna := s.browser("project_manager"), s.browser("care"), s.browser("anna")
	at := "/contracts/" + string(s.contract)
	for _, step := range []struct {
		path string
		form url.Values
		want int
	}{
		{at + "/times", url.Values{"hours": {"2"}, "user_id": {string(s.anna.ID)}}, http.StatusUnprocessableEntity}, // no rate is set
		{at + "/costs", url.Values{"kind": {"travel"}, "state": {"actual"}, "text": {"Train"}, "amount": {"12.50"}}, http.StatusSeeOther},
		{at + "/costs", url.Values{"kind": {"travel"}, "state": {"actual"}, "text": {"Train"}, "amount": {"-1"}}, http.StatusUnprocessableEntity},
		{at + "/milestones", url.Values{"milestone": {"Factory test"}, "due_date": {"2027-02-01"}}, http.StatusSeeOther},
		{at + "/milestones", url.Values{"milestone": {""}, "due_date": {""}}, http.StatusUnprocessableEntity},
		{at + "/actions", url.Values{"action": {"Second shift"}}, http.StatusSeeOther},
	} {
		status(t, pm.send(http.MethodPost, step.path, step.form), step.want)
	}
	status(t, anna.send(http.MethodPost, at+"/actions", url.Values{"action": {"x"}}), http.StatusForbidden)
	status(t, care.send(http.MethodPost, "/cases", url.Values{"account_id": {string(s.account)}, "subject": {"It leaks again"}, "priority": {"urgent"}}), http.StatusSeeOther)
	status(t, care.send(http.MethodPost, "/cases", url.Values{"account_id": {string(s.account)}, "subject": {""}}), http.StatusUnprocessableEntity)
	status(t, care.send(http.MethodPost, "/cases/"+string(s.careCase), url.Values{"do": {"answer"}, "text": {"We come tomorrow"}}), http.StatusSeeOther)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != "care.answer" {
		t.Errorf("%+v", c)
	}
	deal := "/opportunities/" + string(s.deal) + "/negotiation"
	status(t, anna.send(http.MethodPost, deal, url.Values{"side": {"counter"}, "bid_amount": {"250"}, "terms": {"60 days"}}), http.StatusSeeOther)
	status(t, anna.send(http.MethodPost, deal, url.Values{"side": {"counter"}, "bid_amount": {""}}), http.StatusUnprocessableEntity)
	for _, path := range []string{at, at + "/entries", at + "/milestones", at + "/risks", "/cases", "/opportunities/" + string(s.deal) + "?tab=quotes"} {
		anna.open(path, http.StatusOK).sound("en")
	}
	for _, part := range []string{"", "/entries", "/milestones", "/risks"} {
		pm.open(at+part, http.StatusOK).sound("en")
	}
	pm.open(at+"/entries", http.StatusOK).want("td", "Train")
	if pm.open(at, http.StatusOK).has("td", "Train") {
		t.Error("the cost stands in two places")
	}
}
