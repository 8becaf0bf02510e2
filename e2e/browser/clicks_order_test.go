package browser

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// orderTasks does the tasks 1, 2 and 9 of ux section 3 with the mouse and by keyboard: approve from My day, reject with a reason, make and send a quote.
func (s *scene) orderTasks(seller, manager *counter) {
	s.t.Helper()
	approved, refused := s.validated("Alfa Srl", 1), s.validated("Beta Srl", 1)
	manager.task("1 approve", "/", 1, func() {
		label, err := value[string](manager.tab, `document.querySelector('form[action="/orders/`+string(approved.order)+`/approve"] button').getAttribute("aria-label")`)
		must(s.t, err)
		manager.press1("button", label)
		manager.see("said.order_approved")
	})
	manager.task("2 reject with a reason", "/approvals", 2, func() {
		manager.clicks++
		manager.next(func() { manager.in("region", "approvals.waiting").click("link", "Beta Srl") })
		manager.fill("order.reason", "Too thin")
		manager.press1("button", "order.reject")
		manager.see("said.order_rejected", "Too thin")
	})
	keyed := s.validated("Gamma Srl", 1)
	manager.task("2 by keyboard", "/approvals", 0, func() {
		manager.keys("r")
		manager.keys("Too late")
		manager.next(func() { manager.press(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)) })
		manager.see("said.order_rejected", "Too late")
	})
	for _, d := range []*deal{approved, refused, keyed} {
		if is, want := s.state(d.order), map[bool]string{true: "approved", false: "rejected"}[d == approved]; is != want {
			s.t.Errorf("the order of %s is %s, not %s", d.company, is, want)
		}
	}
	mouse, keys := s.priced("Delta Srl", 1), s.priced("Epsilon Srl", 1)
	seller.task("9 make and send a quote", "/opportunities/"+string(mouse.id)+"?tab=quotes", 2, func() {
		seller.press1("button", "quote.new")
		seller.press1("button", "quote.send")
		seller.see("said.quote_sent")
	})
	seller.task("9 by keyboard", "/opportunities/"+string(keys.id)+"?tab=quotes", 0, func() {
		seller.next(func() { seller.keys("q") })
		seller.next(func() { seller.press(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)) })
		seller.see("said.quote_sent")
	})
}
