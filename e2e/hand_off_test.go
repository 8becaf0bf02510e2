package e2e

import (
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// special puts so many of the product that is made to order on a deal.
func (s *scene) special(deal crm.ID, quantity int64) crm.ID {
	s.t.Helper()
	line := store.NewID()
	_, err := s.store.AddProductLine(s.t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(person("sales")), ID: deal}, line, store.DemoID("SPECIAL"),
		func(l *crm.ProductLine) error { l.Quantity = decimal.NewFromInt(quantity); return nil })
	if err != nil {
		s.t.Fatal(err)
	}
	return line
}

// handOff reads a hand-off as it stands.
func (s *scene) handOff(id crm.ID) crm.HandOff {
	s.t.Helper()
	h, err := store.HandOffs.Record(s.t.Context(), s.store, store.Everything(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// hours are working hours to the quarter.
func hours(d time.Duration) float64 { return float64((d+7*time.Minute)/(15*time.Minute)) / 4 }

// TestHandOff: asked without its inputs it stays a draft and cannot be sent; bounced with what is missing, sent again, late, completed with
// every output; the working time on both sides is measured, and each step keeps what the rules said (S103, S104, N13).
func TestHandOff(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00") // a Monday
	deal := s.deal("Made to Measure Srl")
	line := s.special(deal, 2)
	by := func(kind, who string, fields any) crm.Answer {
		t.Helper()
		return s.do(kind, crm.KindOpportunity, deal, person(who), fields)
	}
	refused := func(want string, a crm.Answer) {
		t.Helper()
		if a.Code != want {
			t.Fatalf("want %s: %+v", want, a)
		}
	}
	refused("validation_failed", by(crm.HandOffAsk, "sales", crm.HandOffAskFields{Key: "nothing", LineID: line}))
	refused("validation_failed", by(crm.HandOffAsk, "sales", crm.HandOffAskFields{Key: "production", LineID: store.NewID()}))
	refused("handoff_other_department", by(crm.HandOffAsk, "projects", crm.HandOffAskFields{Key: "production", LineID: line}))

	a := by(crm.HandOffAsk, "sales", crm.HandOffAskFields{Key: "production", LineID: line, Specification: "a line"})
	id := crm.ID(a.Params["hand_off"])
	if !a.OK() || a.Params["state"] != "draft" {
		t.Fatalf("sent without its inputs: %+v", a)
	}
	refused("handoff_open", by(crm.HandOffAsk, "sales", crm.HandOffAskFields{Key: "production", LineID: line}))
	refused("gate_refused", by(crm.HandOffSend, "sales", crm.HandOffSendFields{ID: id}))
	if got := ask[string](s, `select string_agg(c->>'id', ' ' order by c->>'id') from verdict v, jsonb_array_elements(v.clauses) c
		where v.kind = 'hand_off' and v.cause = (select max(cause) from verdict where kind = 'hand_off') and c->>'outcome' = 'unmet'`); !strings.Contains(got, "production/inputs.specification") || !strings.Contains(got, "production/inputs.needed_by") {
		t.Errorf("the refusal names %s", got)
	}
	refused("transition_not_allowed", by(crm.HandOffTake, "projects", crm.HandOffMoveFields{ID: id}))

	s.until("2026-03-02 12:00") // two hours with sales
	s.exec(`update account set country = 'IT' where id = (select account_id from opportunity where id = $1)`, deal)
	spec, day := "3 m long, stainless, IP67", crm.NewDate(2026, 6, 30)
	send := crm.HandOffSendFields{ID: id, Specification: &spec, NeededBy: &day}
	s.must(crm.HandOffSend, crm.KindOpportunity, deal, person("sales"), send)
	h := s.handOff(id)
	if h.State != crm.HandOffSent || hours(h.SalesTime) != 2 || h.TeamTime != 0 || h.DueAt == nil || len(h.Inputs) < 4 || h.RuleVersion != 1 {
		t.Fatalf("%+v", h)
	}
	refused("handoff_other_department", by(crm.HandOffBounce, "finance", crm.HandOffBounceFields{ID: id, Reason: "No"}))
	refused("handoff_other_department", by(crm.HandOffComplete, "sales", crm.HandOffAnswerFields{ID: id}))
	refused("stale_version", by(crm.HandOffTake, "projects", crm.HandOffMoveFields{ID: id, Version: 99}))

	s.until("2026-03-02 16:00")
	s.must(crm.HandOffTake, crm.KindOpportunity, deal, person("projects"), crm.HandOffMoveFields{ID: id})
	s.until("2026-03-02 17:00")
	refused("validation_failed", by(crm.HandOffBounce, "projects", crm.HandOffBounceFields{ID: id, Reason: "Which frame?", Missing: []string{"frame"}}))
	s.must(crm.HandOffBounce, crm.KindOpportunity, deal, person("projects"), crm.HandOffBounceFields{ID: id, Reason: "Which frame?", Missing: []string{"specification"}})
	team := hours(s.handOff(id).TeamTime)
	if h = s.handOff(id); h.State != crm.HandOffBounced || h.Bounces != 1 || team < 3 || team > 5 || h.DueAt != nil {
		t.Fatalf("%v hours with production: %+v", team, h)
	}
	s.until("2026-03-03 10:00")
	spec = "3 m long, stainless, IP67, frame of type B"
	s.must(crm.HandOffSend, crm.KindOpportunity, deal, person("sales"), send)
	if h = s.handOff(id); h.Sends != 2 || hours(h.SalesTime) <= 2 || hours(h.TeamTime) != team {
		t.Fatalf("sent again: %+v", h)
	}
	s.until("2026-03-10 12:00") // far beyond its sixteen hours
	late := func() (n int) {
		for _, key := range s.mail.arrived() {
			if strings.HasPrefix(key, "mail/hand_off_late/"+string(id)) {
				n++
			}
		}
		return n
	}
	s.eventually("production is told that it is late", func() bool { return late() == 1 })
	answer := crm.HandOffAnswerFields{ID: id, Feasible: true, DeliveryDate: crm.NewDate(2026, 6, 1), Answer: "Needs the drawing of the frame"}
	refused("gate_refused", by(crm.HandOffComplete, "projects", answer))
	answer.UnitCost = "31000.00"
	s.must(crm.HandOffComplete, crm.KindOpportunity, deal, person("projects"), answer)
	h = s.handOff(id)
	if h.State != crm.HandOffCompleted || h.ClockSince != nil || h.LateAt == nil || len(h.Outputs) < 4 || hours(h.TeamTime) < 30 || late() != 1 {
		t.Fatalf("%+v", h)
	}
	if cost := ask[string](s, `select unit_cost::text from product_line where id = $1`, line); cost != "31000.0000" {
		t.Errorf("the line costs %s", cost)
	}
	process := crm.ProcessID(crm.KindOpportunity, deal)
	for code, want := range map[string]int{"handoff.opened": 1, "handoff.sent": 2, "handoff.taken": 1, "handoff.bounced": 1, "handoff.late": 1, "handoff.completed": 1} {
		if n := s.told(process, code); n != want {
			t.Errorf("%s was told %d times", code, n)
		}
	}
	if got := ask[string](s, `select string_agg(key || ' ' || result, ', ' order by at, cause) from verdict where kind = 'hand_off' and result = 'allowed'`); got != "production/inputs allowed, production/inputs allowed, production/outputs allowed" {
		t.Errorf("kept: %s", got)
	}
	refused("handoff_answered", by(crm.HandOffSend, "sales", crm.HandOffSendFields{ID: id}))
}

// TestQuoteNeedsHandOff: a product that is made to order is neither quoted nor sent before it is handed off and answered, each line by
// itself; a change of its quantity asks for another answer, another price does not; a standard product needs none (S104).
func TestQuoteNeedsHandOff(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.deal("Ordered Srl")
	ready := map[string]string{"customer.vat": "IT00743110157"}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "configure", Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2099-12-31", "customer.country": "IT"}})
	target := store.Target{Scope: store.Everything(), Actor: crm.ID(person("sales")), ID: deal}
	quote := func() error {
		_, err := s.store.CreateQuote(t.Context(), target, store.NewID(), func(*store.QuoteDraft) error { return nil })
		return err
	}
	lines := []crm.ID{s.special(deal, 1), s.special(deal, 3)}
	refusals := func(err error) (at []string) {
		t.Helper()
		refused, ok := err.(store.RuleRefused)
		if !ok {
			t.Fatalf("not refused by rules: %v", err)
		}
		for _, r := range refused.Refusals {
			at = append(at, r.At+" "+r.Verdict.Failing()[0].ID)
		}
		return at
	}
	if got := strings.Join(refusals(quote()), ", "); got != "/lines/0 line.made_to_order, /lines/1 line.made_to_order" {
		t.Fatalf("refused: %s", got)
	}
	answer := func(line crm.ID) crm.ID {
		t.Helper()
		id := crm.ID(s.must(crm.HandOffAsk, crm.KindOpportunity, deal, person("sales"), crm.HandOffAskFields{Key: "production", LineID: line, Specification: "a line to measure", NeededBy: crm.NewDate(2099, 1, 1)}).Params["hand_off"])
		s.must(crm.HandOffComplete, crm.KindOpportunity, deal, person("projects"), crm.HandOffAnswerFields{ID: id, Feasible: true, DeliveryDate: crm.NewDate(2098, 12, 1), UnitCost: "100", Answer: "fine"})
		return id
	}
	first := answer(lines[0])
	if got := strings.Join(refusals(quote()), ", "); got != "/lines/1 line.made_to_order" {
		t.Fatalf("refused: %s", got)
	}
	answer(lines[1])
	handedOff := func() bool { return ask[bool](s, `select handed_off from opportunity where id = $1`, deal) }
	if !handedOff() {
		t.Fatal("every line is answered for")
	}
	edit := func(change store.LineEdit) {
		t.Helper()
		if _, err := s.store.EditProductLine(t.Context(), target, lines[0], change); err != nil {
			t.Fatal(err)
		}
	}
	edit(func(l *crm.ProductLine) error { l.UnitPrice = decimal.NewFromInt(45000); return nil })
	if !handedOff() {
		t.Fatal("another price asks for no other answer")
	}
	edit(func(l *crm.ProductLine) error { l.Quantity = decimal.NewFromInt(2); return nil })
	if handedOff() {
		t.Fatal("another quantity asks for another answer")
	}
	if got := strings.Join(refusals(quote()), ", "); got != "/lines/0 line.made_to_order" {
		t.Fatalf("refused: %s", got)
	}
	draft := s.quote(deal) // past the store: what is sent is asked again
	s.exec(`update quote_line set product_id = $2, quantity = 2 where quote_id = $1 and position = 1`, draft, store.DemoID("SPECIAL"))
	sent := func() crm.Answer {
		return s.do(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: draft, Fill: ready})
	}
	if a := sent(); a.Code != "gate_refused" || a.Params["rule"] != "hand_off" || a.Params["key"] != "line" {
		t.Fatalf("%+v", a)
	}
	s.must(crm.HandOffSend, crm.KindOpportunity, deal, person("sales"), crm.HandOffSendFields{ID: first})
	if h := s.handOff(first); h.Quantity.String() != "2" || h.Feasible || h.Answer != "" {
		t.Fatalf("asked again: %+v", h)
	}
	edit(func(l *crm.ProductLine) error { l.Quantity = decimal.NewFromInt(4); return nil })
	complete := crm.HandOffAnswerFields{ID: first, Feasible: true, DeliveryDate: crm.NewDate(2098, 12, 1), UnitCost: "100", Answer: "fine"}
	if a := s.do(crm.HandOffComplete, crm.KindOpportunity, deal, person("projects"), complete); a.Code != "handoff_line_changed" {
		t.Fatalf("answered what is no longer asked: %+v", a)
	}
	edit(func(l *crm.ProductLine) error { l.Quantity = decimal.NewFromInt(2); return nil })
	s.must(crm.HandOffComplete, crm.KindOpportunity, deal, person("projects"), complete)
	if a := sent(); !a.OK() || !handedOff() {
		t.Fatalf("%+v", a)
	}
}
