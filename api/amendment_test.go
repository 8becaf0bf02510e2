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

// amended gives the scene's contract lines and a proposal that waits for mara.
func (s *scene) amended() (amendment crm.ID) {
	s.t.Helper()
	amendment = store.NewID()
	terms := `{"end_date":"2027-06-30","renewal":"automatic","renewal_months":12,"notice_days":60,"payment_days":60,"delivery_date":"2026-07-01","text":"Spare parts are kept.","lines":[],"adjustment":"50","list":"150","cost":"60","net":"150","tax":"33","total":"183","tranches":[]}`
	s.exec(strings.NewReplacer("$id", string(amendment), "$c", string(s.contract), "$anna", string(s.anna.ID), "$o", string(s.order), "$terms", terms).Replace(`
		insert into quote_line (id, quote_id, position, name, quantity, unit_price, tax_percent, unit_cost, net) select gen_random_uuid(), quote_id, 9, 'Press', 1, 100, 22, 60, 100 from sales_order where id = '$o';
		insert into contract_amendment (id, contract_id, number, terms, changes, rebilled, from_day, reason, requested_by, requested_at) values ('$id', '$c', 2, '$terms',
			'[{"field":"order.margin_percent","before":"40","after":"30","worse":true},{"field":"order.payment_days","before":"30","after":"60","worse":true},{"field":"contract.renewal","before":"deal","after":"automatic","worse":false},{"field":"line:Press","before":"1 × 100","after":"2 × 100","worse":false}]',
			true, null, 'They pay later', '$anna', now());
		insert into amendment_station (amendment_id, position, stage, key, role, team_lead, need, within_minutes, escalate, limited, worse, turn_at)
			values ('$id', 1, 1, 'manager', 'sales_manager', false, 1, 0, 'admin', false, '[{"field":"order.payment_days","before":"30","after":"60","worse":true}]', now())`))
	return amendment
}

// badge is how much the navigation says waits for a person's approval.
func (s *scene) badge(u crm.User) int {
	s.t.Helper()
	w, err := s.store.Waiting(s.t.Context(), u, store.ScopeOf(u, crm.MayReadOrder), store.ScopeOf(u, crm.MayDecideException), store.ScopeOf(u, crm.MayReadInvoice), s.today())
	must(s.t, err)
	return w.Approvals
}

// S059, N8: Every call about amendments: who may, what is refused where, and what of it is shown to whom.
func TestAmendmentsEveryCall(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/contracts/" + string(s.contract) + "/amendments"
	if got := s.do("care", http.MethodGet, at, "", http.StatusOK); fmt.Sprint(got["in_force"]) != "1" || len(got["versions"].([]any)) != 0 {
		t.Errorf("%v", got)
	}
	s.do("anna", http.MethodPost, at, `{"net":"120.00","reason":"One more","lines":[{"id":"018f0000-0000-7000-8000-000000000000","quantity":"2","unit_price":"50.00"}]}`, http.StatusOK)
	for body, want := range map[string]string{
		`{"net":"120.00"}`:                                                    "/reason",
		`{"net":"12,5","reason":"x"}`:                                         "/net",
		`{"net":"1.234","reason":"x"}`:                                        "/net",
		`{"end_date":"2027-02-30","reason":"x"}`:                              "/end_date",
		`{"plan":[{"kind":"deposit","percent":"x"}],"reason":"x"}`:            "/plan/0/percent",
		`{"lines":[{"id":"x","quantity":"1","unit_price":"1"}],"reason":"x"}`: "/lines/0/id",
		`{"template_id":"x","reason":"x"}`:                                    "/template_id",
		`{"added":[{"sku":"NONE","quantity":"1"}],"reason":"x"}`:              "/added/0/sku",
		`{"added":[{"name":"Training"}],"reason":"x"}`:                        "/added/0/quantity",
		`{"added":[{"name":"Training","quantity":"1","unit_price":"1.234","unit_cost":"1","tax_class_id":"x"}],"reason":"x"}`: "/added/0/tax_class_id",
	} {
		p := s.do("anna", http.MethodPost, at, body, http.StatusUnprocessableEntity)
		if got := p["errors"].([]any)[0].(map[string]any)["pointer"]; got != want {
			t.Errorf("%s: %v", body, p["errors"])
		}
	}
	s.cmd.answer = crm.Answer{Code: "below_invoiced", Params: map[string]string{"net": "10.00", "invoiced": "100.00"}}
	if p := s.do("anna", http.MethodPost, at, `{"net":"10.00","reason":"x"}`, http.StatusConflict); p["code"] != "below_invoiced" {
		t.Errorf("%v", p)
	}
	s.cmd.answer = crm.Answer{}
	s.do("care", http.MethodPost, at, `{"net":"120.00","reason":"x"}`, http.StatusForbidden)
	s.do("ben", http.MethodPost, at, `{"net":"120.00","reason":"x"}`, http.StatusNotFound)
	before := [2]int{s.badge(s.mara), s.badge(s.anna)}
	s.amended()
	if after := [2]int{s.badge(s.mara), s.badge(s.anna)}; after != [2]int{before[0] + 1, before[1]} {
		t.Errorf("the badge of who decides and of who asked: %v, before it was asked %v", after, before)
	}
	s.do("mara", http.MethodPost, at+"/approve", `{"note":"yes"}`, http.StatusOK)
	s.do("mara", http.MethodPost, at+"/reject", `{}`, http.StatusUnprocessableEntity)
	s.do("mara", http.MethodPost, at+"/reject", `{"reason":"no"}`, http.StatusOK)
	s.do("max", http.MethodPost, at+"/approve", `{}`, http.StatusOK) // of another team, but asked
	s.do("ben", http.MethodPost, at+"/approve", `{}`, http.StatusNotFound)
	s.do("anna", http.MethodPost, at+"/withdraw", ``, http.StatusOK)
	s.do("finance", http.MethodPost, at+"/sign", `{"signed_on":"2026-01-15"}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPost, at+"/sign", `{"signer":"C","signed_on":"2026-01-15"}`, http.StatusForbidden)
	s.exec(`update contract_amendment set state = 'approved'`)
	s.do("finance", http.MethodPost, at+"/sign", `{"signer":"Carla","signed_on":"2026-01-15"}`, http.StatusOK)
	if p := s.do("finance", http.MethodPost, at+"/erp", `{"reason":"Carla entered it"}`, http.StatusConflict); p["code"] != "erp_not_amended" {
		t.Errorf("%v", p)
	}
	s.exec(`update contract_amendment set state = 'in_force'`)
	s.do("finance", http.MethodPost, at+"/erp", `{}`, http.StatusUnprocessableEntity)
	s.do("finance", http.MethodPost, at+"/erp", `{"reason":"Carla entered it"}`, http.StatusNoContent)
	if p := s.do("finance", http.MethodPatch, "/api/v1/contracts/"+string(s.contract), `{"notice_days":10}`, http.StatusConflict); p["code"] != "contract_amended" {
		t.Errorf("%v", p)
	}
	for who, changes := range map[string]int{"anna": 4, "care": 3} { // care does not see what we earn
		a := s.do(who, http.MethodGet, at, "", http.StatusOK)["amendments"].([]any)[0].(map[string]any)
		if got := len(a["changes"].([]any)); got != changes || a["erp_note"] != "Carla entered it" {
			t.Errorf("%s sees %d changes: %v", who, got, a)
		}
	}
}

// S059: the pages of amendments work as plain forms: what is wrong stands beside its field, and what was typed stays; who decides has two buttons, who
// proposed it has none; a version's paper is the same file for ever.
func TestAmendmentsByForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/contracts/" + string(s.contract) + "/amendments"
	anna := s.browser("anna")
	anna.open(at, http.StatusOK).want("h2", "Propose an amendment")
	whole := url.Values{"end_date": {"2027-12-31"}, "renewal": {"deal"}, "notice_days": {"60"}, "renewal_months": {"12"}, "payment_days": {"30"}, "reason": {"A year more"}}
	page := anna.send(http.MethodPost, at, formWith(whole, "reason", "", "notice_days", "x", "net", "1o"))
	for _, field := range []string{"f-reason-err", "f-notice_days-err", "f-net-err"} {
		if page.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Body.String(), field) {
			t.Errorf("%d: nothing at %s", page.Code, field)
		}
	}
	page = anna.send(http.MethodPost, at, formWith(whole, "added", "2", "added.1.name", "Training")) // free text says all itself
	for _, field := range []string{"quantity", "unit_price", "unit_cost", "tax_class_id"} {
		if !strings.Contains(page.Body.String(), "f-added-1-"+field+"-err") {
			t.Errorf("%d: nothing at %s of the new line", page.Code, field)
		}
	}
	if page := anna.send(http.MethodPost, at, formWith(whole, "added", "2", "added.0.name", "Training", "action", "more")); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "added.3.name") || !strings.Contains(page.Body.String(), `value="Training"`) {
		t.Errorf("more rows: %d", page.Code)
	}
	s.cmd.answer = crm.Answer{Code: "below_invoiced", Params: map[string]string{"net": "10.00", "invoiced": "100.00"}}
	if page := anna.send(http.MethodPost, at, formWith(whole, "net", "10")); page.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Body.String(), "f-net-err") || !strings.Contains(page.Body.String(), "A year more") {
		t.Errorf("%d", page.Code)
	}
	s.cmd.answer = crm.Answer{}
	if page := anna.send(http.MethodPost, at, whole); page.Code != http.StatusSeeOther || page.Header().Get("Location") != at {
		t.Fatalf("%d", page.Code)
	}
	s.amended()
	if page := anna.open(at, http.StatusOK); page.has("button", "Approve") || !page.has("button", "Withdraw") || page.has("h2", "Propose an amendment") {
		t.Error("who proposed it may decide on it")
	}
	mara := s.browser("mara")
	mara.open("/approvals", http.StatusOK).want("h2", "Contracts to amend")
	mara.open("/", http.StatusOK).want("main", "A contract is to be amended")
	open := mara.open(at, http.StatusOK)
	for _, want := range []string{"Payment term in days", "worse", "A new deal opens before it ends", "2 × €100.00", "They pay later"} {
		open.want("main", want)
	}
	if page := mara.send(http.MethodPost, at+"/reject", url.Values{"version": {"1"}}); page.Code != http.StatusUnprocessableEntity || !strings.Contains(page.Body.String(), "f-reason-err") {
		t.Errorf("a no without reason: %d", page.Code)
	}
	if page := mara.send(http.MethodPost, at+"/approve", url.Values{"version": {"1"}, "note": {"fine"}}); page.Code != http.StatusSeeOther {
		t.Errorf("%d", page.Code)
	}
	first := mara.send(http.MethodGet, "/contracts/"+string(s.contract)+"/paper", nil).Body.String()
	paper := "/contracts/" + string(s.contract) + "/versions/"
	second := mara.send(http.MethodGet, paper+"2/paper", nil).Body.String()
	if !strings.HasPrefix(second, "%PDF-1") || second == first || second != mara.send(http.MethodGet, paper+"2/paper", nil).Body.String() || first != mara.send(http.MethodGet, paper+"1/paper", nil).Body.String() {
		t.Error("papers differ where they should not, or do not where they should")
	}
	mara.open(paper+"3/paper", http.StatusNotFound)
	s.exec(fmt.Sprintf(`update contract_amendment set state = 'in_force';
		insert into contract_version (contract_id, number, terms, from_day, amendment_id, made_at) select contract_id, n, case n when 2 then terms else jsonb_build_object('end_date', '2026-12-31', 'renewal', 'deal', 'renewal_months', 12, 'notice_days', 60, 'payment_days', 30,
			'delivery_date', '', 'text', '', 'lines', '[]'::jsonb, 'adjustment', '0', 'list', '100', 'cost', '60', 'net', '100', 'tax', '22', 'total', '122',
			'tranches', jsonb_build_array(jsonb_build_object('tranche', jsonb_build_object('Kind', 'deposit', 'Percent', '100', 'Net', '100'), 'parts', null))) end, '2026-01-01', case n when 2 then id end, now()
			from contract_amendment, generate_series(1, 2) n;
		insert into effect (key, process, channel, state, payload, attempts, created_at, next_at, outcome_at, outcome) select 'erp/order/%[1]s', 'contract-%[2]s', 'erp', 'done', '{}', 1, now(), now(), now(), 'X' on conflict (key) do update set state = 'done'`, s.order, s.contract))
	if got := mara.send(http.MethodGet, paper+"1/paper", nil).Body.String(); got != first {
		t.Error("the first version's paper is another one than was signed")
	}
	if got := mara.send(http.MethodGet, "/contracts/"+string(s.contract)+"/paper", nil).Body.String(); got != second {
		t.Error("the contract's paper is not the version in force")
	}
	finance := s.browser("finance")
	finance.open("/contracts/"+string(s.contract), http.StatusOK).want("main", "The ERP has the order as it was before the amendment")
	if page := finance.send(http.MethodPost, at+"/erp", url.Values{}); !strings.Contains(page.Body.String(), "f-erp_note-err") {
		t.Error("a note that says nothing")
	}
	if page := finance.send(http.MethodPost, at+"/erp", url.Values{"erp_note": {"Entered by Carla"}}); page.Code != http.StatusSeeOther {
		t.Errorf("%d", page.Code)
	}
	finance.open(at, http.StatusOK).want("main", "Entered by Carla")
}

// formWith is a form with other values for some of its fields.
func formWith(f url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, v := range f {
		out[k] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}
