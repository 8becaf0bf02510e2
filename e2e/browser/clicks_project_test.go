package browser

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// TestTrancheInOneClick does task 13 with the mouse, in one click from the row of the project, and by the key T alone (ux section 3, S060).
func TestTrancheInOneClick(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	contract, _ := s.billed("Ruiz SA", 1)
	c := &counter{tab: s.login("projects")}
	c.task("13 release a tranche", "/projects", 1, func() {
		c.press1("button", "50% is done: release")
		c.see("said.tranche_released")
	})
	finance := &counter{tab: s.login("finance")}
	finance.task("13 bill a tranche", "/projects", 1, func() {
		finance.press1("button", "Invoice €")
		finance.see("said.invoice_issued")
	})
	c.task("13 by keyboard", "/projects", 0, func() {
		c.keys("j")
		c.next(func() { c.keys("t") })
		c.see("said.tranche_released")
	})
	p, err := s.store.ContractPage(t.Context(), store.Everything(), contract, crm.Date{})
	must(t, err)
	if n := len(p.Tranches); n != 3 || p.Tranches[1].State != crm.TrancheInvoiced || p.Tranches[2].State != crm.TrancheBillable {
		t.Errorf("the tranches are %v", p.Tranches)
	}
}
