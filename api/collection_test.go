package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// S091: what is done about a debtor by the API: all that is wrong with a body is told with its place, what is right goes to his collection, and what he owes is read with its plan.
func TestCollectionByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/accounts/" + string(s.account)
	for _, c := range []struct{ path, body, mistakes string }{
		{"/promises", `{"amount":"1"}`, "/on required"},
		{"/promises", `{"on":"2027-01-01","invoices":["no"]}`, "/invoices/0 invalid_id"},
		{"/disputes", `{"position":-1,"owner_id":"no"}`, "/invoice_id required,/owner_id invalid_id,/position out_of_range,/reason required"},
		{"/pauses", `{}`, "/reason required,/until required"},
		{"/reminders", `{}`, "/invoice_id required"},
		{"/collection-calls", `{"outcome":"shouted"}`, "/outcome unknown_value"},
		{"/payment-plans", `{"parts":61,"rhythm":"daily","invoices":["no"]}`, "/first_on required,/invoices/0 invalid_id,/parts out_of_range,/rhythm unknown_value"},
		{"/payment-plans", `{"own":[{"amount":"5"},{"amount":"5"}]}`, "/first_on required,/rhythm required"},
		{"/payment-plans/" + string(s.quote) + "/end", `{}`, "/note required"},
		{"/disputes/" + string(s.quote) + "/resolve", `{"accepted":true}`, "/outcome required"},
	} {
		rec := s.as(s.keys["finance"], http.MethodPost, at+c.path, c.body, "Content-Type", "application/json")
		if got := pointers(t, rec); rec.Code != http.StatusUnprocessableEntity || got != c.mistakes {
			t.Errorf("%s %s: %d %s, want %s", c.path, c.body, rec.Code, got, c.mistakes)
		}
	}
	if len(s.cmd.sent) != 0 {
		t.Fatalf("%d commands were sent for bad bodies", len(s.cmd.sent))
	}
	s.do("finance", http.MethodPost, at+"/promises", `{"on":"2027-01-01","note":"By then"}`, http.StatusOK)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != crm.CollectionPromise || c.Process != crm.ProcessID(crm.KindCollection, s.account) || !strings.Contains(string(c.Fields), "By then") {
		t.Errorf("sent %+v", c)
	}
	s.exec(`update account set language = 'pl'`)
	read := s.do("finance", http.MethodGet, at+"/collection", "", http.StatusOK)
	if len(read["debts"].([]any)) == 0 || len(read["next"].([]any)) == 0 {
		t.Errorf("%v", read)
	}
	finance := s.browser("finance")
	page := finance.open("/overdue?account="+string(s.account), http.StatusOK)
	page.want("pre", "faktury") // the letter, in the customer's language
	page.want("button", "Remind now")
	if s.browser("anna").open("/overdue?account="+string(s.account), http.StatusOK).has("button", "Remind now") {
		t.Error("a salesperson may send reminders")
	}
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"pause"}}), http.StatusUnprocessableEntity)
	invoice := "plan_invoice_" + string(s.invoice)
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"plan"}, "plan_parts": {"x"}, "plan_own": {"2027-01-01 ten"}}), http.StatusUnprocessableEntity)
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"plan"}, invoice: {"true"}, "plan_parts": {"3"}}), http.StatusUnprocessableEntity)
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"plan"}, invoice: {"true"}, "plan_rhythm": {"monthly"}, "plan_own": {"2027-01-01 1,000.50\r\n\r\n2027-02-01 3"}}), http.StatusSeeOther)
	if c := s.cmd.sent[len(s.cmd.sent)-1]; c.Kind != crm.CollectionPlan || !strings.Contains(string(c.Fields), `[{"on":"2027-01-01","amount":"1000.50"},{"on":"2027-02-01","amount":"3"}]`) || !strings.Contains(string(c.Fields), string(s.invoice)) {
		t.Errorf("sent %+v", c)
	}
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"end_plan"}}), http.StatusUnprocessableEntity)
	for _, c := range []struct {
		kind  string
		form  url.Values
		wrong string
	}{
		{crm.CollectionLegal, url.Values{"action": {"legal"}, "legal_handler": {"Studio Rossi"}, "legal_reason": {"No answer"}, "legal_since": {"2026-02-01"}}, "legal_reason"},
		{crm.CollectionReturn, url.Values{"action": {"return"}, "legal_outcome": {"They pay"}}, "legal_outcome"},
	} {
		status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), c.form), http.StatusSeeOther)
		if sent := s.cmd.sent[len(s.cmd.sent)-1]; sent.Kind != c.kind || !strings.Contains(string(sent.Fields), c.form.Get(c.wrong)) {
			t.Errorf("sent %+v", sent)
		}
		c.form.Set(c.wrong, "")
		status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), c.form), http.StatusUnprocessableEntity)
		status(t, s.browser("anna").send(http.MethodPost, "/overdue/"+string(s.account), c.form), http.StatusForbidden)
	}
	s.exec(`insert into legal_hand_over (id, account_id, handler, reason, since, made_by, made_at) values (gen_random_uuid(), '` + string(s.account) + `', 'Studio Rossi', 'No answer', '2026-02-01', 'x', now())`)
	finance.open("/overdue?account="+string(s.account), http.StatusOK).want("button", "Take back")
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"dance"}}), http.StatusNotFound)
	status(t, finance.send(http.MethodPost, "/overdue/"+string(s.account), url.Values{"action": {"payment"}, "pay_amount": {"0"}, "pay_reference": {"X"}}), http.StatusUnprocessableEntity)
}

// N5: a letter that a payment plan moved is said to come only if an instalment does not, as long as the plan is kept.
func TestPlannedStepOfAPlan(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	r := &request{srv: s.srv, store: s.store, language: "en"}
	policy := crm.DunningPolicy{Levels: []crm.DunningLevel{{Key: "one", Name: map[string]string{"en": "Reminder"}}}}
	letter := crm.PlannedEvent{Kind: crm.PlanLetter, Level: 1, Key: "one", Why: crm.BecausePlan}
	for want, all := range map[string][]crm.PlannedEvent{
		"planned, if an instalment does not come": {{Kind: crm.PlanPayment, Part: 1}, letter},
		"planned, moved by an instalment plan":    {letter},
	} {
		if got := r.plannedStep(policy, all, letter).State; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
