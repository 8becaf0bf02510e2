package browser

import (
	"strings"
	"testing"

	"leadtocash/crm"
)

// N1-N3, N9: as sales ops in the browser, a condition is added as a form, its two cases and the blocked deals are seen, and it is activated for
// running deals; then a salesperson is refused, fills the field in the panel and moves the deal. Both together take at most 10 clicks.
func TestSalesOpsChangesAGate(t *testing.T) {
	t.Parallel()
	s := newScene(t, 20*day)
	d := s.configured("Verdi SpA", 2)
	at, err := s.store.RunningAt(t.Context(), crm.RulePipeline)
	must(t, err)
	running := at[1]
	clicks := 0
	press := func(b *tab, role, name string) {
		b.t.Helper()
		clicks++
		b.next(func() { b.click(role, name) })
	}
	ops := s.login("ops")
	ops.open("/rules?kind=pipeline")
	press(ops, "button", "bench.new_draft")
	press(ops, "link", s.say("bench.add_to", "Place", "Quote sent"))
	ops.fill("rules.field", "Customer's address")
	ops.fill("bench.operator", "bench.op.filled")
	press(ops, "button", "bench.save_condition")
	ops.see(s.say("bench.cases", "N", 2), "bench.ready")
	press(ops, "button", "bench.try")
	ops.see("Verdi SpA")
	press(ops, "link", "bench.activate_next")
	ops.fill("rules.comment", "Parcels came back")
	clicks++
	ops.click("field", s.texts.For("en").N("bench.all_running", running))
	press(ops, "button", "bench.do_activate")
	ops.see(s.say("bench.to_version", "Version", 2))
	s.eventually("the deal follows version 2", func() bool {
		p, err := s.store.RunningAt(t.Context(), crm.RulePipeline)
		return err == nil && p[2] > 0 && p[1] == 0
	})
	seller := s.login("anna")
	seller.open("/opportunities/" + string(d.id))
	seller.see("Customer's address")
	seller.fill("Customer's address", "Via Roma 1, Milano")
	press(seller, "button", "gate.save_and_move")
	seller.see("said.deal_moved")
	if t.Logf("%d clicks", clicks); clicks > 10 {
		t.Errorf("%d clicks", clicks)
	}
	if !strings.HasPrefix(seller.path(), "/opportunities/") {
		t.Errorf("at %s", seller.path())
	}
}
