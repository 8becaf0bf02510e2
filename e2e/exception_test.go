package e2e

import (
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
)

// needless begins a deal that the gate of timing refuses, since nobody wrote down what the customer needs.
func (s *scene) needless(company string) crm.ID {
	s.t.Helper()
	deal := s.deal(company)
	s.exec(`update opportunity set need = '' where id = $1`, deal)
	if a := s.move(deal, "timing"); a.Code != "gate_refused" {
		s.t.Fatalf("without a need: %+v", a)
	}
	return deal
}

func (s *scene) move(deal crm.ID, to string) crm.Answer {
	s.t.Helper()
	return s.do(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: to})
}

// askFor asks as the salesperson for an exception from clauses of the gate of timing.
func (s *scene) askFor(deal crm.ID, clauses ...string) crm.Answer {
	s.t.Helper()
	return s.do(crm.ExceptionAsk, crm.KindOpportunity, deal, person("sales"), crm.ExceptionAskFields{Kind: crm.RulePipeline, Key: "timing", Clauses: clauses, Reason: "He tells us on Monday"})
}

func (s *scene) grant(deal, id crm.ID, who string, version int) crm.Answer {
	s.t.Helper()
	return s.do(crm.ExceptionGrant, crm.KindOpportunity, deal, person(who), crm.ExceptionGrantFields{ID: id, Version: version})
}

// TestException: a failing clause is excepted by the rule's owner, counts for one passage, and everything is told (N1).
func TestException(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.needless("Excepted Srl")
	asked := s.askFor(deal, "timing.need")
	id := crm.ID(asked.Params["exception"])
	if !asked.OK() || id == "" {
		t.Fatalf("asking: %+v", asked)
	}
	if a := s.askFor(deal, "timing.need"); a.Code != "exception_pending" || a.Params["exception"] != string(id) {
		t.Fatalf("asked twice: %+v", a)
	}
	if a := s.move(deal, "timing"); a.Code != "gate_refused" {
		t.Fatalf("a request alone opened the gate: %+v", a)
	}
	if a := s.grant(deal, id, "manager", 1); !a.OK() {
		t.Fatalf("granting: %+v", a)
	}
	if a := s.move(deal, "timing"); !a.OK() {
		t.Fatalf("with the exception: %+v", a)
	}
	if got := ask[string](s, `select x.state || ' ' || (x.used_by = v.cause) || ' ' || v.result || ' ' || (select string_agg(c->>'id' || '=' || (c->>'outcome') || ' by ' || (c->'excepted'->>'by'), ',') from jsonb_array_elements(v.clauses) c where c ? 'excepted')
		from rule_exception x join verdict v on v.cause = x.used_by where x.id = $1`, id); got != "used true allowed timing.need=unmet by "+person("manager") {
		t.Fatalf("what is kept: %s", got)
	}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "identify"})
	if a := s.move(deal, "timing"); a.Code != "gate_refused" {
		t.Fatalf("the exception counted twice: %+v", a)
	}
	if got := ask[string](s, `select string_agg(code, ' ' order by id) from timeline where opportunity_id = $1 and code like 'exception.%'`, deal); got != "exception.asked exception.granted exception.used" {
		t.Errorf("timeline: %s", got)
	}
	s.eventually("who asked gets a mail", func() bool {
		return strings.Contains(strings.Join(s.mail.arrived(), " "), "exception_granted/"+string(id))
	})
}

// TestTwoOwnersOfARule: of many decisions at once one counts, and the others are told who decided (R5).
func TestTwoOwnersOfARule(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.needless("Contested Srl")
	id := crm.ID(s.askFor(deal, "timing.need").Params["exception"])
	s.exec(`update app_user set roles = '{sales_manager}' where email in ('admin@demo.example', 'ops@demo.example', 'care@demo.example')`)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[string]int{}
	for n, who := range []string{"manager", "admin", "ops", "care"} {
		wg.Go(func() {
			var a crm.Answer
			if n%2 == 0 {
				a = s.grant(deal, id, who, 1)
			} else {
				a = s.do(crm.ExceptionDecline, crm.KindOpportunity, deal, person(who), crm.ReasonFields{ID: id, Reason: "Ask him first", Version: 1})
			}
			mu.Lock()
			defer mu.Unlock()
			codes[a.Code]++
			if a.Code == "already_decided" && (a.Params["by"] == "" || a.Params["at"] == "") {
				t.Errorf("the loser is not told who decided: %+v", a)
			}
		})
	}
	wg.Wait()
	if codes["done"] != 1 || codes["already_decided"] != 3 {
		t.Fatalf("answers: %v", codes)
	}
	if n := ask[int](s, `select count(*)::int from timeline where opportunity_id = $1 and code in ('exception.granted', 'exception.declined')`, deal); n != 1 {
		t.Errorf("%d decisions are told", n)
	}
}

// TestWhoMayExcept: not what does not fail, not by whom it does not concern, not what he asked for himself, not on a stale form; a decline
// needs a reason and opens nothing; an exception lapses (N1).
func TestWhoMayExcept(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.needless("Careful Srl")
	for _, c := range []struct {
		want    string
		clauses []string
	}{
		{"validation_failed", nil},
		{"validation_failed", []string{"timing.none"}},
		{"validation_failed", []string{"timing.need", "timing.need"}},
		{"exception_not_needed", []string{"timing.need", "timing.reach"}},
	} {
		if a := s.askFor(deal, c.clauses...); a.Code != c.want {
			t.Errorf("%v: %+v, want %s", c.clauses, a, c.want)
		}
	}
	if a := s.do(crm.ExceptionAsk, crm.KindOpportunity, deal, person("sales"), crm.ExceptionAskFields{Kind: crm.RuleOrder, Key: "checklist", Clauses: []string{"checklist.total"}, Reason: "x"}); a.Code != "order_not_validating" {
		t.Errorf("for an order that is not there: %+v", a)
	}
	id := crm.ID(s.askFor(deal, "timing.need").Params["exception"])
	if a := s.grant(deal, id, "sales", 0); a.Code != "self_approval" {
		t.Fatalf("he granted his own: %+v", a)
	}
	if a := s.grant(deal, id, "finance", 0); a.Code != "forbidden" {
		t.Fatalf("somebody else granted it: %+v", a)
	}
	if a := s.grant(deal, id, "manager", 7); a.Code != "stale_version" {
		t.Fatalf("a stale form was taken: %+v", a)
	}
	decline := func(reason string) crm.Answer {
		return s.do(crm.ExceptionDecline, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{ID: id, Reason: reason})
	}
	if a := decline(""); a.Code != "validation_failed" {
		t.Fatalf("declined without a reason: %+v", a)
	}
	if a := decline("Ask him first"); !a.OK() {
		t.Fatalf("declining: %+v", a)
	}
	if a := s.move(deal, "timing"); a.Code != "gate_refused" {
		t.Fatalf("a declined one opened the gate: %+v", a)
	}
	id = crm.ID(s.askFor(deal, "timing.need").Params["exception"])
	if a := s.grant(deal, id, "manager", 0); !a.OK() {
		t.Fatalf("granting: %+v", a)
	}
	s.exec(`update rule_exception set expires_on = '2026-06-28' where id = $1`, id)
	if a := s.move(deal, "timing"); a.Code != "gate_refused" {
		t.Fatalf("a lapsed one opened the gate: %+v", a)
	}
}

// TestExceptionFollowsItsVersion: under another version of the rules it neither counts nor can be granted, and what cannot be evaluated cannot
// be excepted; the rules name the owner (N1, N3).
func TestExceptionFollowsItsVersion(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.needless("Moved Srl")
	id := crm.ID(s.askFor(deal, "timing.need").Params["exception"])
	text := strings.Replace(sources()[crm.RulePipeline], "    - key: timing\n", "    - key: timing\n      owner: sales_ops\n", 1)
	text = strings.Replace(text, "when: filled(deal.need)", "when: days_since(deal.close_date) < 0 and filled(deal.need)", 1)
	if _, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RulePipeline: text}, "ops", ""); err != nil {
		t.Fatal(err)
	}
	s.exec(`update process set rules = jsonb_set(rules, '{pipeline}', '2') where record_id = $1`, deal)
	s.exec(`update opportunity set close_date = null where id = $1`, deal)
	if a := s.grant(deal, id, "manager", 0); a.Code != "exception_outdated" {
		t.Fatalf("granted for rules that hold no more: %+v", a)
	}
	if a := s.askFor(deal, "timing.need"); a.Code != "exception_impossible" {
		t.Fatalf("what cannot be evaluated: %+v", a)
	}
	s.exec(`update opportunity set close_date = current_date + 30 where id = $1`, deal)
	id = crm.ID(s.askFor(deal, "timing.need#2").Params["exception"])
	if a := s.grant(deal, id, "manager", 0); a.Code != "forbidden" {
		t.Fatalf("not the owner's: %+v", a)
	}
	if a := s.grant(deal, id, "ops", 0); !a.OK() {
		t.Fatalf("the owner: %+v", a)
	}
	if a := s.move(deal, "timing"); !a.OK() {
		t.Fatalf("with the exception: %+v", a)
	}
}

// TestExceptionOfAnOrder: the checklist of an order can be excepted too (S078, N1).
func TestExceptionOfAnOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.deal("Ordered Srl")
	order := s.accepted(deal)
	validate := func() crm.Answer {
		return s.do(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{OrderID: order})
	}
	if a := validate(); a.Code != "gate_refused" {
		t.Fatalf("without a date of delivery: %+v", a)
	}
	var clauses []string
	v, err := s.store.Verdicts(t.Context(), crm.ProcessID(crm.KindOpportunity, deal))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range (crm.Verdict{Clauses: v[0].Clauses}).Shut() { // that the date lies ahead is not looked at without one
		clauses = append(clauses, c.ID)
	}
	a := s.must(crm.ExceptionAsk, crm.KindOpportunity, deal, person("finance"), crm.ExceptionAskFields{Kind: crm.RuleOrder, Key: "checklist", Clauses: clauses, Reason: "They collect it"})
	if a := s.grant(deal, crm.ID(a.Params["exception"]), "manager", 0); !a.OK() {
		t.Fatalf("granting: %+v", a)
	}
	if a := validate(); !a.OK() {
		t.Fatalf("with the exception of %v: %+v", clauses, a)
	}
}

// TestExceptionEnds: who asked takes an open request back, nobody else and not twice; a granted exception that nobody uses lapses after its last
// day, which the deal's process tells once; a trial of other rules counts a standing one apart (N1, N2).
func TestExceptionEnds(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.needless("Withdrawn Srl")
	id := crm.ID(s.askFor(deal, "timing.need").Params["exception"])
	withdraw := func(who string, version int) crm.Answer {
		return s.do(crm.ExceptionWithdraw, crm.KindOpportunity, deal, person(who), crm.ExceptionWithdrawFields{ID: id, Version: version})
	}
	if a := withdraw("manager", 1); a.Code != "forbidden" {
		t.Fatalf("somebody else withdraws: %+v", a)
	}
	if a := withdraw("sales", 9); a.Code != "stale_version" {
		t.Fatalf("another version: %+v", a)
	}
	if a := withdraw("sales", 1); !a.OK() {
		t.Fatalf("withdrawing: %+v", a)
	}
	if a := withdraw("sales", 0); a.Code != "already_decided" || a.Params["decision"] != "withdrawn" {
		t.Fatalf("withdrawn twice: %+v", a)
	}
	if a := s.grant(deal, id, "manager", 0); a.Code != "already_decided" {
		t.Fatalf("granted after all: %+v", a)
	}
	id = crm.ID(s.askFor(deal, "timing.need").Params["exception"])
	if a := s.do(crm.ExceptionGrant, crm.KindOpportunity, deal, person("manager"), crm.ExceptionGrantFields{ID: id, Days: 2}); !a.OK() {
		t.Fatalf("granting: %+v", a)
	}
	standing, err := s.store.StandingExceptions(t.Context(), crm.RulePipeline)
	if err != nil || len(standing) != 1 || len(standing[deal]["timing"]) != 1 || standing[deal]["timing"][0] != "timing.need" {
		t.Fatalf("standing: %v %v", standing, err)
	}
	for range 2 { // once, however long it is past
		if _, err := s.store.MoveClock(t.Context(), 3*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		s.eventually("the lapsed exception is told", func() bool {
			return ask[string](s, `select string_agg(code, ' ' order by id) from timeline where opportunity_id = $1 and code like 'exception.%'`, deal) ==
				"exception.asked exception.withdrawn exception.asked exception.granted exception.lapsed"
		})
	}
	if n := ask[int](s, `select count(*)::int from deadline where process = $1 and kind = 'exception_lapses'`, crm.ProcessID(crm.KindOpportunity, deal)); n != 0 {
		t.Errorf("%d ends are still to come", n)
	}
	if a := s.move(deal, "timing"); a.Code != "gate_refused" {
		t.Fatalf("a lapsed exception counts: %+v", a)
	}
}
