package browser

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// special puts a product that is made to order on a deal.
func (s *scene) special(deal crm.ID, quantity int64) crm.ID {
	s.t.Helper()
	line := store.NewID()
	_, err := s.store.AddProductLine(s.t.Context(), s.target(deal), line, store.DemoID("SPECIAL"), func(l *crm.ProductLine) error {
		l.Quantity = decimal.NewFromInt(quantity)
		return nil
	})
	must(s.t, err)
	return line
}

// handedBack is a hand-off about a line that came back once and was sent again, beside a draft of another.
func (s *scene) handedBack(deal crm.ID) crm.ID {
	s.t.Helper()
	do := func(kind, who string, fields any) crm.Answer {
		return s.carry(kind, crm.KindOpportunity, deal, who, fields)
	}
	id := crm.ID(do(crm.HandOffAsk, "sales", crm.HandOffAskFields{Key: "production", LineID: s.special(deal, 2), Specification: "3 m long, stainless", NeededBy: crm.NewDate(2099, 1, 1)}).Params["hand_off"])
	do(crm.HandOffBounce, "projects", crm.HandOffBounceFields{ID: id, Missing: []string{"specification"}, Reason: "Which frame is it?"})
	spec := "3 m long, stainless, frame of type B"
	do(crm.HandOffSend, "sales", crm.HandOffSendFields{ID: id, Specification: &spec})
	do(crm.HandOffTake, "projects", crm.HandOffMoveFields{ID: id})
	do(crm.HandOffAsk, "sales", crm.HandOffAskFields{Key: "finance", Specification: "90 days"})
	return id
}

// S103, S104, N13: without scripts, a salesperson asks production from the Products tab, is told what is missing and sends it; production finds
// it in My day, gives it back, gets it again and answers; the report counts why it came back and leads to it.
func TestHandOffByHand(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.converted("Massarotto Srl", 1)
	s.special(d.id, 2)
	b := s.login("sales")
	b.scripts(false)
	b.open("/opportunities/" + string(d.id) + "?tab=products")
	b.see("is made to order")
	ask := b.in("region", "nav.handoffs")
	ask.fill("handoff.line", "SPECIAL")
	ask.fill("handoff.specification", "A line")
	ask.send("handoff.send")
	b.see("said.handoff_draft", "enum.handoff_state.draft", "What is to be made is described in at least ten characters")
	at := b.path()
	b.fill("handoff.specification", "3 m long, stainless")
	b.send("handoff.send")
	b.see("The day on which the customer needs it lies ahead")
	b.fill("handoff.needed_by", "2099-01-01")
	b.send("handoff.send")
	b.see("said.handoff_send", "enum.handoff_state.sent", "handoff.complete")
	p := s.login("projects")
	p.scripts(false)
	p.open("/")
	p.see("day.what.handoff")
	p.follow("day.do.handoff")
	p.send("handoff.take")
	p.fill("What is to be made is described in at least ten characters", "true")
	p.fill("handoff.bounce_reason", "Which frame?")
	p.send("handoff.bounce")
	p.see("said.handoff_bounce", "Which frame?")
	b.open("/")
	b.see("day.what.handoff_back")
	b.open(at)
	b.fill("handoff.specification", "3 m long, stainless, frame of type B")
	b.send("handoff.send_again")
	p.open(at)
	p.fill("handoff.feasible", "true")
	p.fill("handoff.answer", "The frame takes two weeks")
	p.send("handoff.complete_do")
	p.see("The day on which it can be delivered lies ahead", "It says what one unit costs us")
	p.fill("handoff.delivery_date", "2098-12-01")
	p.fill("handoff.unit_cost", "31000")
	p.send("handoff.complete_do")
	p.see("said.handoff_complete", "enum.handoff_state.completed", "€31,000.00")
	p.open("/handoffs/report")
	p.in("region", "handoff.by_item").follow("1")
	p.see("came back for “What is to be made is described in at least ten characters”", "HO-1")
}
