package browser

import (
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// N1, N10: in the browser a salesperson asks for an exception in the panel that refuses him, his manager grants it from My day, and he moves the
// deal; meanwhile a candidate runs in the shadow and shows the difference. Every page of it is looked at.
func TestExceptionInTheBrowser(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.converted("Verdi SpA", 0)
	_, err := s.store.EditOpportunity(t.Context(), s.target(d.id), func(o *crm.Opportunity) error { o.Need = ""; return nil })
	must(t, err)
	shipped, _ := rules.ParseDocument(rules.Default())
	h, err := s.store.BeginShadow(t.Context(), store.Shadow{ID: store.NewID(), Kind: crm.RulePipeline, Source: string(shipped[crm.RulePipeline].Source), Author: string(person("ops")), Comment: "As it is"}, time.Hour)
	must(t, err)
	deal := "/opportunities/" + string(d.id)
	seller := s.login("sales")
	p := &sweep{tab: seller}
	seller.open(deal)
	seller.send("gate.save_and_move")
	seller.see("exception.ask")
	p.unfolded("one-exception-ask")
	seller.fill("exception.reason", "He tells us on Monday")
	seller.send("exception.send")
	seller.see("said.exception_asked")
	p.inspect("one-exception-pending")

	boss := s.login("manager")
	p = &sweep{tab: boss}
	p.visit("/")
	boss.see("day.what.except")
	p.visit("/approvals")
	boss.follow("exception.look")
	p.inspect("one-exception")
	boss.send("exception.grant")
	boss.see("said.exception_granted")

	seller.open("/")
	seller.see("day.what.excepted")
	seller.open(deal)
	p = &sweep{tab: seller}
	p.inspect("one-exception-granted")
	seller.send(s.say("gate.move_to", "Stage", "Timing qualified"))
	seller.see("said.deal_moved")

	ops := s.login("ops")
	s.eventually("the shadow has seen the steps", func() bool {
		h, err := s.store.Shadow(t.Context(), h.ID)
		return err == nil && h.Steps == 2
	})
	p = &sweep{tab: ops}
	p.visit("/rules/shadows/" + string(h.ID))
	p.visit("/rules?kind=pipeline")
	draft, err := s.store.BeginRuleDraft(t.Context(), store.RuleDraft{ID: store.NewID(), Kind: crm.RulePipeline, Source: string(shipped[crm.RulePipeline].Source), Author: string(person("ops"))})
	must(t, err)
	p.visit("/rules/drafts/" + string(draft.ID))
	ops.open("/rules/shadows/" + string(h.ID))
	ops.send("shadow.end")
	ops.see("said.shadow_ended")
}
