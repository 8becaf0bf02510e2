package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// S086: a case is promised what the plan of its contract says, else that of its customer, else what everybody is; a priority that a plan leaves out too,
// and an open case keeps what it was promised.
func TestServicePlans(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const at = "/api/v1/care/plans"
	plan := func(key, name string, minutes int, of string) string {
		return fmt.Sprintf(`{"key":%q,"name":%q,"levels":[{"priority":"urgent","answer_minutes":%d,"solve_minutes":240}],%s}`, key, name, minutes, of)
	}
	gold := plan("gold", "Gold", 20, fmt.Sprintf(`"accounts":[%q]`, s.account))
	press := plan("press", "The press", 10, fmt.Sprintf(`"contracts":[%q]`, s.contract))
	for _, bad := range []string{
		`{}`, `{"plans":[{"key":"A","name":"x"}]}`, `{"plans":[{"key":"a","name":""}]}`, `{"plans":[` + gold + `,` + gold + `]}`, `{"plans":[` + gold + `,` + plan("x", "X", 5, fmt.Sprintf(`"accounts":[%q]`, s.account)) + `]}`,
		`{"plans":[` + plan("x", "X", 300, `"accounts":[]`) + `]}`, `{"plans":[` + plan("x", "X", 5, fmt.Sprintf(`"accounts":[%q]`, store.NewID())) + `]}`, `{"plans":[{"key":"a","name":"x","levels":[{"priority":"urgent"}]}]}`,
	} {
		s.do("sales_ops", http.MethodPut, at, bad, http.StatusUnprocessableEntity)
	}
	s.do("care", http.MethodPut, at, `{"plans":[]}`, http.StatusForbidden)
	if out := s.do("sales_ops", http.MethodPut, at, `{"plans":[`+gold+`,`+press+`]}`, http.StatusOK); out["version"] != float64(2) || len(out["plans"].([]any)) != 2 {
		t.Fatal(out)
	}
	if out := s.do("sales_ops", http.MethodGet, at, "", http.StatusOK); fmt.Sprint(out["plans"].([]any)[0].(map[string]any)["accounts"]) != fmt.Sprintf("[%s]", s.account) {
		t.Error(out)
	}
	for _, c := range []struct {
		body, plan string
		within     time.Duration
	}{
		{fmt.Sprintf(`{"contract_id":%q,"subject":"x","priority":"urgent"}`, s.contract), "The press", 10 * time.Minute},
		{fmt.Sprintf(`{"account_id":%q,"subject":"x","priority":"urgent"}`, s.account), "Gold", 20 * time.Minute},
		{fmt.Sprintf(`{"account_id":%q,"subject":"x","priority":"low"}`, s.account), "", 0},
	} {
		k := s.made("care", "/api/v1/cases", c.body)
		row, err := store.Cases.Record(t.Context(), s.store, store.Everything(), k)
		if err != nil || row.Plan != c.plan || c.within > 0 && row.AnswerWithin != c.within {
			t.Errorf("%s: %q %s %v", c.body, row.Plan, row.AnswerWithin, err)
		}
	}
	ops := s.browser("sales_ops")
	ops.open("/settings/plans", http.StatusOK).want("td", "Gold")
	ops.open("/settings/plans?plan=gold", http.StatusOK).want("h2", "Change the plan")
	ops.read(ops.send(http.MethodPost, "/settings/plans?plan=gold", url.Values{"key": {"gold"}, "name": {""}, "urgent.answer": {"1"}, "subjects": {"Nobody at all"}}), "/settings/plans", http.StatusUnprocessableEntity).
		want("span", "is neither a customer")
	status(t, ops.send(http.MethodPost, "/settings/plans", url.Values{"name": {"Silver"}, "high.answer": {"1"}, "high.solve": {"2"}, "subjects": {"  "}}), http.StatusSeeOther)
	status(t, ops.send(http.MethodPost, "/settings/plans", url.Values{"key": {"gold"}, "do": {"remove"}}), http.StatusSeeOther)
	if plans, _, err := s.store.ServicePlans(t.Context()); err != nil || len(plans) != 2 || plans[1].Name != "Silver" {
		t.Error(plans, err)
	}
}

// S086: two cases that are one are read as one, by the house and by the customer, whose old links and words lead to the one that goes on; an undo gives
// the other back with its clocks.
func TestMergedCases(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	open := func(subject string) crm.ID {
		return s.made("care", "/api/v1/cases", fmt.Sprintf(`{"account_id":%q,"subject":%q,"text":"First words of %s"}`, s.account, subject, subject))
	}
	kept, gone := open("Loud"), open("Noisy")
	other := s.made("admin", "/api/v1/accounts", `{"name":"Somebody else"}`)
	foreign := s.made("admin", "/api/v1/cases", fmt.Sprintf(`{"account_id":%q,"subject":"x"}`, other))
	at := "/api/v1/cases/" + string(kept)
	secret, hash := store.NewCaseSecret()
	s.exec(fmt.Sprintf(`insert into case_link (hash, case_id, at) values ('\x%x', '%s', now())`, hash, gone))
	body := fmt.Sprintf(`{"gone_id":%q}`, gone)
	for _, bad := range []string{`{}`, `{"gone_id":"x"}`, fmt.Sprintf(`{"gone_id":%q}`, kept), fmt.Sprintf(`{"gone_id":%q}`, foreign), fmt.Sprintf(`{"gone_id":%q}`, store.NewID())} {
		s.do("care", http.MethodPost, at+"/merge", bad, http.StatusUnprocessableEntity)
	}
	s.do("finance", http.MethodPost, at+"/merge", body, http.StatusForbidden)
	s.do("care", http.MethodPost, at+"/merge", body, http.StatusOK)
	s.do("care", http.MethodPost, at+"/merge", body, http.StatusOK) // twice is once
	s.do("care", http.MethodPost, "/api/v1/cases/"+string(gone)+"/merge", fmt.Sprintf(`{"gone_id":%q}`, kept), http.StatusConflict)
	s.do("care", http.MethodPost, "/api/v1/cases/"+string(gone)+"/messages", `{"text":"Said on the old one"}`, http.StatusCreated)
	var said []string
	for _, m := range s.do("care", http.MethodGet, at+"/messages", "", http.StatusOK)["data"].([]any) {
		said = append(said, fmt.Sprint(m.(map[string]any)["text"]))
	}
	if got := strings.Join(said, "|"); got != "First words of Loud|First words of Noisy|Said on the old one" {
		t.Error(got)
	}
	out := &browser{t: t, srv: s.srv}
	page := out.open("/c/"+secret, http.StatusOK)
	page.want("h1", "Loud")
	page.want("p", "Noisy")
	for _, path := range []string{"/c/" + secret, "/help"} {
		if out.open(path, http.StatusOK).has("button", "Log out") {
			t.Error(path, "shows the customer the navigation of the house")
		}
	}
	care := s.browser("care")
	care.open("/cases/"+string(gone), http.StatusOK).want("a", "CASE-")
	care.open("/cases/"+string(kept), http.StatusOK).want("h3", "Went into this case")
	clocks := fmt.Sprintf(`select count(*)::int from deadline where process = '%s'`, crm.ProcessID(crm.KindCase, gone))
	if n := s.count(clocks); n != 0 {
		t.Error("clocks of the one that went:", n)
	}
	status(t, care.send(http.MethodPost, "/cases/"+string(gone)+"/unmerge", url.Values{}), http.StatusSeeOther)
	if k := s.do("care", http.MethodPost, "/api/v1/cases/"+string(gone)+"/unmerge", "", http.StatusOK); k["state"] != "open" || k["merged_id"] != nil && k["merged_id"] != "" {
		t.Error(k)
	}
	if n := s.count(clocks); n != 2 {
		t.Error("clocks after the undo:", n)
	}
	out.open("/c/"+secret, http.StatusOK).want("h1", "Noisy")
	care.read(care.send(http.MethodPost, "/cases/"+string(kept)+"/merge", url.Values{"gone_id": {""}}), "/cases", http.StatusUnprocessableEntity)
	status(t, care.send(http.MethodPost, "/cases/"+string(kept)+"/merge", url.Values{"gone_id": {string(gone)}}), http.StatusSeeOther)
}

// S086: a case is about a project and a deal of its customer, and of no other.
func TestCaseIsAbout(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	at := "/api/v1/cases/" + string(s.careCase)
	s.do("care", http.MethodPatch, at, fmt.Sprintf(`{"opportunity_id":%q}`, store.NewID()), http.StatusUnprocessableEntity)
	s.do("care", http.MethodPatch, at, fmt.Sprintf(`{"project_id":%q}`, s.deal), http.StatusUnprocessableEntity)
	if k := s.do("care", http.MethodPatch, at, fmt.Sprintf(`{"opportunity_id":%q}`, s.deal), http.StatusOK); k["opportunity_id"] != string(s.deal) {
		t.Error(k)
	}
	s.browser("admin").open("/opportunities/"+string(s.deal), http.StatusOK).want("h2", "Care cases")
	s.browser("care").open("/cases/"+string(s.careCase), http.StatusOK).want("dt", "About the deal")
}

// S086: a poor rating is somebody's task with a deadline in working days; it stands in his day until he says that it is done.
func TestPoorRatingIsATask(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`update care_case set state = 'solved', solved_at = now(), solutions = 1, category = 'Pumps', owner_id = '%s' where id = '%s';
		insert into case_rating (id, case_id, solution, owner_id, asked_at) values ('018f0000-0000-7000-8000-0000000000aa', '%s', 1, '%s', now())`, s.anna.ID, s.careCase, s.careCase, s.anna.ID))
	if err := s.store.RateCase(t.Context(), store.Customer, "018f0000-0000-7000-8000-0000000000aa", 1, "Never again"); err != nil {
		t.Fatal(err)
	}
	tasks, err := s.store.CaseTasks(t.Context(), s.careCase)
	if err != nil || len(tasks) != 1 || tasks[0].DueOn.IsZero() || !strings.Contains(tasks[0].Subject, "1/5") {
		t.Fatal(tasks, err)
	}
	whose := ""
	for person := range s.keys {
		if u, err := s.store.User(t.Context(), tasks[0].OwnerID); err == nil && strings.HasPrefix(u.Email, person+"@") {
			whose = person
		}
	}
	if whose == "" {
		t.Fatal("nobody's task:", tasks[0].Owner)
	}
	b := s.browser(whose)
	b.open("/", http.StatusOK).want("a", "CASE-")
	if err := s.store.EndTask(t.Context(), tasks[0].OwnerID, tasks[0].ID); err != nil {
		t.Fatal(err)
	}
	care := s.browser("care")
	care.open("/cases/"+string(s.careCase), http.StatusOK).want("div", "not satisfied")
	care.open("/care/report?by=category", http.StatusOK).want("td", "Pumps")
	care.open("/care/report?by=month", http.StatusOK)
	care.open("/care/report?category=Pumps&answered=true", http.StatusOK).want("td", "Never again")
	if care.open("/care/report?category=Other", http.StatusOK).has("td", "Never again") {
		t.Error("a row of another theme")
	}
}

// S086: the report counts what came, what was kept, what was taken up again and what was left at the end of each day; each number opens its rows.
func TestCareFigures(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update care_case set merged_id = null; delete from case_message where false;
		insert into care_case (id, number, account_id, subject, priority, state, owner_id, answer_within, solve_within, answer_due, solve_due, opened_at, answered_at, solved_at, solutions, category)
		select gen_random_uuid(), 'CASE-9' || n, '` + string(s.account) + `', 'Counted ' || n, case when n <= 3 then 'high' else 'low' end, case when n <= 4 then 'solved' else 'in_progress' end, null, '1h', '8h',
			'2026-03-02 10:00+00', '2026-03-03 10:00+00', '2026-03-02 09:00+00', case when n = 1 then timestamptz '2026-03-02 11:00+00' else '2026-03-02 09:30+00' end,
			case when n <= 3 then timestamptz '2026-03-02 15:00+00' when n = 4 then '2026-03-05 09:00+00' end, case when n = 5 then 1 when n <= 4 then 1 else 0 end, 'Valves' from generate_series(1, 6) n;
		insert into process (id, kind, record_id, step, rules, started_at, updated_at) select 'case-' || id, 'case', id, 'care', '{}', opened_at, opened_at from care_case where number like 'CASE-9%' on conflict do nothing;
		insert into timeline (process, cause, seq, at, actor, code) select 'case-' || id, 'o' || id, 0, opened_at, 'system', 'case.opened' from care_case where number like 'CASE-9%';
		insert into timeline (process, cause, seq, at, actor, code) select 'case-' || id, 's' || id, 0, solved_at, 'system', 'case.solved' from care_case where number like 'CASE-9%' and solved_at is not null`)
	care := s.browser("care")
	const days = "from=2026-03-01&until=2026-03-08"
	file := care.send(http.MethodGet, "/reports/care?"+days+"&as=sums.csv", nil).Body.String()
	for _, want := range []string{"High,3,2,1,3,0,0,0,", "Low,3,3,0,0,3,1,2,", "Total,6,5,1,3,3,1,2,"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
	file = care.send(http.MethodGet, "/reports/care?"+days+"&as=backlog.csv", nil).Body.String()
	for _, want := range []string{"2026-03-01,0", "2026-03-02,3", "2026-03-04,3", "2026-03-05,2", "2026-03-08,2"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
	for query, want := range map[string]int{
		"opened_from=2026-03-01&opened_until=2026-03-08": 6, "opened_from=2026-03-01&opened_until=2026-03-08&answer=missed": 1, "opened_from=2026-03-01&opened_until=2026-03-08&priority=low&solve=missed": 3,
		"opened_from=2026-03-01&opened_until=2026-03-08&solve=kept": 3, "reopened=true&opened_until=2026-03-08": 1, "open_on=2026-03-04&opened_from=2026-03-01&opened_until=2026-03-08": 3,
	} {
		if got := strings.Count(care.send(http.MethodGet, "/cases?"+query, nil).Body.String(), " Counted "); got != want {
			t.Errorf("%s opens %d, want %d", query, got, want)
		}
	}
	for _, by := range caseGroupNames {
		care.open("/reports/care?"+days+"&by="+by, http.StatusOK).want("h2", "Open at the end of the day")
	}
	care.open("/reports/care?from=x&until=2020-01-01", http.StatusOK)
}
