package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"

	"github.com/google/uuid"
	"golang.org/x/net/html"
)

// control is the input, select or textarea of the name.
func (d document) control(name string) *html.Node {
	d.t.Helper()
	var found *html.Node
	d.each("*", func(n *html.Node) {
		if (n.Data == "input" || n.Data == "select" || n.Data == "textarea") && attr(n, "name") == name && attr(n, "type") != "hidden" {
			found = n
		}
	})
	if found == nil {
		d.t.Fatalf("%s: no field %s", d.path, name)
	}
	return found
}

// shows is what a control holds: the typed text, the chosen option, or whether its box is ticked.
func shows(n *html.Node) string {
	switch {
	case n.Data == "textarea":
		return text(n)
	case attr(n, "type") == "checkbox":
		for _, a := range n.Attr {
			if a.Key == "checked" {
				return "true"
			}
		}
		return ""
	case n.Data == "input":
		return attr(n, "value")
	}
	for o := range n.Descendants() {
		for _, a := range o.Attr {
			if a.Key == "selected" {
				return attr(o, "value")
			}
		}
	}
	return ""
}

// S088, S061, S062, S082: what the contract's forms take is on the page afterwards, in the fields where it was typed.
func TestContractFormsSave(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/contracts/" + string(s.contract)
	tranche := at + "/tranches/" + string(s.tranche)
	for _, step := range []struct {
		person, path string
		form         url.Values
	}{
		{"mara", at + "/term", url.Values{"version": {"1"}, "end_date": {"2027-12-31"}, "notice_days": {"90"}}},
		{"finance", tranche, url.Values{"version": {"1"}, "position": {"1"}, "tranche.1.number": {"ERP-7"}, "tranche.1.dishonoured": {"true"}}},
		{"project_manager", at + "/project", url.Values{"version": {"1"}, "project_name": {"New hall"}, "manager_id": {string(s.anna.ID)}, "project_rate": {"38.50"}}},
		{"admin", at + "/rates", url.Values{"rate_user": {string(s.ben.ID)}, "rate": {"45"}}},
	} {
		status(t, s.browser(step.person).send(http.MethodPost, step.path, step.form), http.StatusSeeOther)
	}
	d := s.browser("admin").open(at, http.StatusOK)
	d.sound("en")
	for name, want := range map[string]string{
		"end_date": "2027-12-31", "notice_days": "90", "tranche.1.number": "ERP-7", "tranche.1.dishonoured": "true",
		"project_name": "New hall", "manager_id": string(s.anna.ID), "project_rate": "38.50",
	} {
		if got := shows(d.control(name)); got != want {
			t.Errorf("%s shows %q, want %q", name, got, want)
		}
	}
	d.want("dd", "A new deal opens by itself on 2 Oct 2027")
	d.want("tr", "Dishonoured")
	s.browser("admin").open(at+"/entries", http.StatusOK).want("dd", "€45.00")
	// a form that says nothing of the box takes the note away
	status(t, s.browser("finance").send(http.MethodPost, tranche, url.Values{"position": {"1"}, "tranche.1.number": {"ERP-7"}}), http.StatusSeeOther)
	if s.browser("finance").open(at, http.StatusOK).has("tr", "Dishonoured") {
		t.Error("the note is still there")
	}
}

// Who may change what of a contract finds its form; others find what it says.
func TestContractFormsFollowTheRole(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for person, want := range map[string]string{
		"anna": "", "care": "", "mara": "/term ", "finance": "/term /tranche ", "project_manager": "/project ", "admin": "/term /tranche /project ",
	} {
		got := ""
		at := "/contracts/" + string(s.contract)
		s.browser(person).open(at, http.StatusOK).each("form", func(n *html.Node) {
			switch attr(n, "action") {
			case at + "/term", at + "/project", at + "/rates":
				got += strings.TrimPrefix(attr(n, "action"), at) + " "
			case at + "/tranches/" + string(s.tranche):
				got += "/tranche "
			}
		})
		if words(got) != words(want) {
			t.Errorf("%s finds %q, want %q", person, got, want)
		}
	}
}

// words are a text's words in one order.
func words(s string) string {
	list := strings.Fields(s)
	slices.Sort(list)
	return strings.Join(list, " ")
}

// What is wrong with a form of delivery and care stands beside its field, the form stays open, and what was typed stays in it.
func TestContractFormsKeepWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update tranche set state = 'billable', invoice_id = null`)
	at := "/contracts/" + string(s.contract)
	tranche := at + "/tranches/" + string(s.tranche)
	for _, step := range []struct {
		person, path string
		form         url.Values
		wrong        string
	}{
		{"mara", at + "/term", url.Values{"end_date": {"2020-01-01"}, "notice_days": {"30"}}, "end_date"},
		{"mara", at + "/term", url.Values{"end_date": {""}, "notice_days": {"30"}}, "end_date"},
		{"mara", at + "/term", url.Values{"end_date": {"2027-06-30"}, "notice_days": {"soon"}}, "notice_days"},
		{"mara", at + "/term", url.Values{"end_date": {"2027-06-30"}, "notice_days": {"99999"}}, "notice_days"},
		{"finance", tranche, url.Values{"position": {"1"}, "tranche.1.number": {""}, "tranche.1.dishonoured": {"true"}}, "tranche.1.number"},
		{"finance", tranche, url.Values{"position": {"1"}, "tranche.1.number": {""}, "tranche.1.paid": {"true"}}, "tranche.1.number"},
		{"project_manager", at + "/project", url.Values{"project_name": {""}, "manager_id": {string(s.ben.ID)}, "project_rate": {"12"}}, "project_name"},
		{"project_manager", at + "/project", url.Values{"project_name": {"Hall"}, "manager_id": {""}, "project_rate": {"-3"}}, "project_rate"},
		{"project_manager", at + "/project", url.Values{"project_name": {"Hall"}, "manager_id": {""}, "project_rate": {"much"}}, "project_rate"},
		{"admin", at + "/rates", url.Values{"rate_user": {string(s.ben.ID)}, "rate": {"1,2,3x"}}, "rate"},
		{"admin", at + "/rates", url.Values{"rate_user": {string(s.ben.ID)}, "rate": {"1.234"}}, "rate"},
		{"care", "/cases", url.Values{"contract_id": {string(s.contract)}, "contact_id": {string(s.contact)}, "subject": {""}, "priority": {"urgent"}, "text": {"It is loud"}}, "subject"},
	} {
		d := s.browser(step.person).read(s.browser(step.person).send(http.MethodPost, step.path, step.form), step.path, http.StatusUnprocessableEntity)
		d.sound("en")
		if n := d.control(step.wrong); attr(n, "aria-invalid") != "true" {
			t.Errorf("%s %v: %s is not marked", step.path, step.form, step.wrong)
		}
		for name, v := range step.form {
			if name == "position" || name == "contract_id" {
				continue
			}
			n := d.control(name)
			if got := shows(n); got != v[0] {
				t.Errorf("%s: %s shows %q, %q was typed", step.path, name, got, v[0])
			}
			for p := n.Parent; p != nil; p = p.Parent {
				if p.Data == "details" && !attrGiven(p, "open") {
					t.Errorf("%s: %s is folded away", step.path, name)
				}
			}
		}
	}
	out := s.do("mara", http.MethodGet, "/api/v1"+at, "", http.StatusOK)
	if out["version"] != 1.0 || out["tranches"].([]any)[0].(map[string]any)["version"] != 1.0 {
		t.Errorf("something was written: %v", out)
	}
}

func attrGiven(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// A form made on an older state is refused, whichever part of the contract it is about.
func TestContractFormsMeetNewerStates(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/contracts/" + string(s.contract)
	b := s.browser("admin")
	for path, form := range map[string]url.Values{
		at + "/term": {"end_date": {"2027-12-31"}, "notice_days": {"90"}}, at + "/tranches/" + string(s.tranche): {"position": {"1"}, "tranche.1.number": {"X"}},
		at + "/project": {"project_name": {"Hall"}},
	} {
		form.Set("version", "7")
		b.read(b.send(http.MethodPost, path, form), path, http.StatusPreconditionFailed).want("li", "Somebody changed this in the meantime")
	}
}

// S088: a contract that may not be closed says what is met and what is not, how much is left, and where; the typed name stays.
func TestContractCloseRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/contracts/" + string(s.contract)
	s.cmd.answer = crm.Answer{Code: "contract_not_finished", Params: map[string]string{"project": "closed", "unpaid": "2", "cases": "1"}}
	b := s.browser("mara")
	d := b.read(b.send(http.MethodPost, at+"/close", url.Values{"next_name": {"Pumps again"}}), at, http.StatusConflict)
	d.sound("en")
	d.want("h2", "C-1 can’t be closed yet: 2 of 6 conditions are not met")
	marks, links := "", ""
	panel := d.byID("refusal")
	for n := range panel.Descendants() {
		switch {
		case attr(n, "class") == "mark":
			marks += text(n)
		case n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#"):
			links += attr(n, "href") + " "
			d.byID(attr(n, "href")[1:])
		case attr(n, "name") == "next_name" && attr(n, "value") != "Pumps again":
			t.Error("the name is gone")
		}
	}
	if marks != "✓✗✗✓✓✓" || links != "#bill #cases " {
		t.Errorf("%s, leads to %s", marks, links)
	}
	d.want("li", "All tranches are paid still open: 2")
	d.want("li", "No care case is open still open: 1")
}

// byID is the element of the id.
func (d document) byID(id string) (found *html.Node) {
	d.t.Helper()
	d.each("*", func(n *html.Node) {
		if attr(n, "id") == id {
			found = n
		}
	})
	if found == nil {
		d.t.Fatalf("%s: nothing has the id %s", d.path, id)
	}
	return found
}

// S085: a project that may not be closed lists each thing that is still open, with the way to it.
func TestProjectCloseRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at, once := "/contracts/"+string(s.contract), uuid.NewString()
	var clauses []crm.Clause
	want := map[string]string{
		"project.unbilled_tranches": "#bill", "project.open_cases": "#cases", "project.unapproved": "#costs", "project.committed_costs": "#costs", "project.open_milestones": "#milestones",
	}
	for field := range want {
		clauses = append(clauses, crm.Clause{ID: field, Source: field + " == 0", Outcome: crm.Unmet, Op: "==", Needs: "0", Values: []crm.Value{{Field: field, Now: "2"}}})
	}
	raw, err := json.Marshal(clauses)
	must(t, err)
	pm := s.browser("project_manager")
	id, err := s.store.UserByEmail(t.Context(), "project_manager@example.com")
	must(t, err)
	s.exec(`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) values ('page:` + string(id.ID) + `:` + crm.ProjectClose + `:` + once +
		`', 'project', 'contract-` + string(s.contract) + `', now(), 1, 'close', 'refused', '` + string(raw) + `', '{}')`)
	s.exec(`insert into milestone (id, project_id, name, due_date) select gen_random_uuid(), id, 'Factory test', '2026-03-01' from project where contract_id = '` + string(s.contract) + `'`)
	s.cmd.answer = crm.Answer{Code: "gate_refused", Params: map[string]string{"rule": "project"}}
	d := pm.read(pm.send(http.MethodPost, at+"/close-project", url.Values{"command": {once}}), at, http.StatusUnprocessableEntity)
	d.sound("en")
	d.want("h2", "The project can’t be closed yet")
	got := map[string]int{}
	for n := range d.byID("refusal").Descendants() {
		if n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#") {
			got[attr(n, "href")]++
			d.byID(attr(n, "href")[1:])
		}
	}
	if got["#bill"] != 1 || got["#cases"] != 1 || got["#costs"] != 2 || got["#milestones"] != 1 {
		t.Errorf("leads to %v", got)
	}
	for _, words := range []string{"Tranches not invoiced", "Open care cases", "Purchases waiting for approval", "Purchase orders not invoiced to us", "Open milestones", ": Factory test"} {
		d.want("li", words)
	}
}

// S018: a contract's history begins with the customer's yes and the signature, told by the deal's process, and goes on with its own.
func TestContractHistoryBeginsWithItsSignature(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal, contract := "opportunity-"+string(s.acceptedDeal), "contract-"+string(s.contract)
	for i, e := range [][2]string{
		{deal, "opportunity.created"},
		{deal, "quote.accepted"},
		{deal, "order.validated"},
		{deal, "order.rejected"},
		{deal, "order.approved"},
		{deal, "contract.signed"},
		{contract, "project.opened"},
		{deal, "order.in_erp"},
		{contract, "project.edited"},
	} {
		s.exec(`insert into timeline (process, cause, seq, at, actor, code, data) values ('` + e[0] + `', 'history', ` + string(rune('0'+i)) + `, now(), 'system', '` + e[1] +
			`', '{"quote":"Q-1","by":"Carla","contract":"C-1","total":"122.00","budget":"60","reference":"SO-1","reason":"margin"}')`)
	}
	for person, opened := range map[string]string{"care": "Project opened", "finance": "Project opened, budget €60.00"} {
		d := s.browser(person).open("/contracts/"+string(s.contract), http.StatusOK)
		var lines []string
		for n := range d.byID("c-history").Parent.Parent.Descendants() {
			if n.Data == "span" && attr(n, "class") == "" {
				lines = append(lines, text(n))
			}
		}
		want := "Project data changed|Order taken by the ERP as SO-1|" + opened + "|Contract C-1 over €122.00|Order approved|Order validated|Quote Q-1 accepted by Carla"
		if got := strings.Join(lines, "|"); got != want {
			t.Errorf("%s reads %s\nwant %s", person, got, want)
		}
	}
}

// B089: histories, on pages and by the API, tell nobody costs that he may not see; an hour's cost only those who manage projects or money.
func TestHistoryHidesCosts(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for i, e := range [][2]string{
		{"project.opened", `{"budget":"60","revenue":"100"}`},
		{"project.time", `{"hours":"2","amount":"71.31"}`},
		{"project.cost", `{"text":"Crane","amount":"72.32"}`},
		{"project.alarm", `{"margin":"73.33","percent":"7"}`},
		{"project.edited", `{"project_changes":{"cost_rate":{"from":"0","to":"74.34"}}}`},
		{"project.closed", `{"cost":"75.35","margin":"76.36","percent":"8"}`},
	} {
		s.exec(`insert into timeline (process, cause, seq, at, actor, code, data) values ('contract-` + string(s.contract) + `', 'costs', ` + string(rune('0'+i)) +
			`, now(), 'system', '` + e[0] + `', '` + e[1] + `')`)
	}
	figures := []string{"71.31", "72.32", "73.33", "74.34", "75.35", "76.36"}
	for person, hidden := range map[string]string{"care": "71.31 72.32 73.33 74.34 75.35 76.36", "anna": "71.31 74.34", "finance": "", "project_manager": ""} {
		b := s.browser(person)
		api := s.call1(person, http.MethodGet, "/api/v1/process/contract-"+string(s.contract), "", http.StatusOK).Body.String()
		pages := ""
		for _, path := range []string{"/contracts/" + string(s.contract), "/process/contract-" + string(s.contract)} {
			d := b.open(path, http.StatusOK)
			d.sound("en")
			pages += text(d.root)
		}
		got := ""
		for _, f := range figures {
			if !strings.Contains(api, f) {
				got += f + " "
			}
			if strings.Contains(hidden, f) && strings.Contains(pages, f) {
				t.Errorf("%s reads %s on a page", person, f)
			}
		}
		if strings.TrimSpace(got) != hidden {
			t.Errorf("%s is not told %q by the api, want %q", person, got, hidden)
		}
	}
	for _, path := range []string{"/api/v1/contracts/" + string(s.contract)} {
		if p := s.do("care", http.MethodGet, path, "", http.StatusOK)["project"].(map[string]any); p["cost_rate"] != nil || p["budget"] != nil {
			t.Errorf("%s tells %v", path, p)
		}
	}
	// the process of a case has a name, and who sees the case sees it
	s.browser("anna").open("/process/case-"+string(s.careCase), http.StatusOK).want("h1", "CASE-1 It leaks")
	// what a page offers can be opened
	care := s.browser("care")
	care.open("/contracts/"+string(s.contract), http.StatusOK).each("a", func(n *html.Node) {
		if href := attr(n, "href"); strings.HasPrefix(href, "/") {
			care.open(href, http.StatusOK)
		}
	})
}

// A history speaks the reader's language to the last figure: decimals, dates, amounts, and the words of lists.
func TestHistoryIsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for i, e := range [][2]string{
		{"project.time", `{"hours":"6.5","amount":"292.5"}`},
		{"project.cost_moved", `{"text":"Gru","amount":"800","state":"committed"}`},
		{"milestone.added", `{"milestone":"Collaudo","due":"2027-02-01"}`},
		{"negotiation.bid", `{"side":"counter","amount":"18000"}`},
		{"tranche.edited", `{"tranche":1,"number":"ERP-7","paid":true}`},
		{"tranche.dishonoured", `{"tranche":1}`},
		{"case.escalated", `{"promise":"case_solve"}`},
		{"dunning.written", `{"invoice":"2026/7","level":"second"}`},
	} {
		s.exec(`insert into timeline (process, cause, seq, at, actor, code, data) values ('contract-` + string(s.contract) + `', 'words', ` + string(rune('0'+i)) +
			`, now(), 'system', '` + e[0] + `', '` + e[1] + `')`)
	}
	b := s.browser("project_manager")
	status(t, b.send(http.MethodPost, "/language", url.Values{"language": {"it"}, "back": {"/"}}), http.StatusSeeOther)
	d := b.open("/contracts/"+string(s.contract), http.StatusOK)
	d.sound("it")
	for _, want := range []string{
		"6,5 ore", "292,50 €", "800,00 €: ordinato", "1 feb 2027", "18.000,00 €", "fatturata altrove come ERP-7, pagata là", "Tranche 1: pagamento insoluto", "controfferta", "Soluzione", "Secondo sollecito: lettera per 2026/7 scritta",
	} {
		d.want("li", want)
	}
}

// S086: a contract shows its cases and opens one with customer and contract filled in.
func TestCaseFromAContract(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	care := s.browser("care")
	at := "/contracts/" + string(s.contract)
	d := care.open(at, http.StatusOK)
	d.want("td", "It leaks")
	d.want("a", "Open case")
	begin := "/cases?contract=" + string(s.contract)
	d = care.open(begin, http.StatusOK)
	d.sound("en")
	d.want("p", "On contract C-1 of Bianchi Srl.")
	d.want("option", "Carla Bianchi")
	rec := care.send(http.MethodPost, "/cases", url.Values{"contract_id": {string(s.contract)}, "contact_id": {string(s.contact)}, "subject": {"It is loud"}, "priority": {"high"}})
	status(t, rec, http.StatusSeeOther)
	d = care.open(rec.Header().Get("Location"), http.StatusOK)
	d.want("dd", "Bianchi Srl , Carla Bianchi")
	d.want("dd", "C-1")
	care.open(at, http.StatusOK).want("td", "It is loud")
	// another team's contract is none
	if s.browser("ben").open(begin, http.StatusOK).has("p", "Bianchi") {
		t.Error("the address tells a foreign contract")
	}
	status(t, s.browser("ben").send(http.MethodPost, "/cases", url.Values{"contract_id": {string(s.contract)}, "subject": {"x"}}), http.StatusUnprocessableEntity)
	if s.browser("finance").open(at, http.StatusOK).has("a", "Open case") {
		t.Error("finance may not open cases")
	}
}

// S058: a contract is found by its number or its customer, among those of the state asked for.
func TestContractsAreFound(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	for query, found := range map[string]bool{"": true, "?q=c-1": true, "?q=BIANCHI&state=active": true, "?q=c-1&state=closed": false, "?q=%25": false, "?q=nobody": false} {
		d := b.open("/contracts"+query, http.StatusOK)
		d.sound("en")
		if d.has("a", "C-1") != found {
			t.Errorf("%s: found is %v", query, !found)
		}
	}
}
