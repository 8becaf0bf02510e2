package browser

import (
	"slices"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/chromedp/chromedp/kb"
)

// TestCollectorsTasksInTwoClicks does the tasks 10 to 12 of ux section 3 on the collector's screen, with the mouse, counting clicks, and by keyboard: a payment in two clicks, the next
// reminder in one, a promise in two; work mode opens the next customer.
func TestCollectorsTasksInTwoClicks(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, company := range []string{"Nowak Sp. z o.o.", "Verdi SpA", "Ruiz SA"} {
		s.billed(company, 1)
	}
	_, err := s.store.MoveClock(t.Context(), 40*24*time.Hour)
	must(t, err)
	s.eventually("the chase has written to all of them", func() bool {
		now, err := s.store.Now(t.Context())
		must(t, err)
		queue, err := s.store.CollectionQueue(t.Context(), store.Everything(), crm.DateOf(now, time.UTC), 10)
		must(t, err)
		return len(queue) == 3 && !slices.ContainsFunc(queue, func(d store.QueuedDebtor) bool { return d.ContactAt == nil })
	})
	_, err = s.store.MoveClock(t.Context(), 2*24*time.Hour)
	must(t, err)
	c := &counter{tab: s.login("finance")}
	open := func(name string) {
		t.Helper()
		c.clicks++
		c.click("toggle", name)
	}
	c.task("11 send the next reminder now", "/overdue", 1, func() {
		c.see("Second reminder: invoice 2026/") // the letter as its reader will get it
		c.press1("button", "collection.remind")
		c.see("said.reminder_sent")
	})
	c.task("12 note a promise to pay", "/overdue", 2, func() {
		open("collection.promise")
		soon, err := value[string](c.tab, `document.querySelector("button[name=soon]").textContent`)
		must(t, err)
		c.press1("button", soon)
		c.see("said.promise_noted", "collection.release")
		c.look("overdue-promised")
	})
	c.task("10 record a payment", "/overdue", 2, func() {
		open("collection.payment")
		c.fill("invoice.reference", "SEPA BY MOUSE")
		c.press1("button", "invoice.record")
		c.see("said.payment_recorded")
	})
	c.task("10, 11, 12 by keyboard, in work mode", "/overdue?work=on", 0, func() {
		first, err := value[string](c.tab, `document.querySelector("#debtor").textContent`)
		must(t, err)
		c.next(func() { c.keys("n") })
		c.see("said.reminder_sent")
		second, err := value[string](c.tab, `document.querySelector("#debtor").textContent`)
		must(t, err)
		if first == second {
			t.Errorf("work mode stays with %s", first)
		}
		c.keys("y")
		c.fill("collection.promise_on", "2099-01-01")
		c.tabTo("collection.promise_save")
		c.next(func() { c.keys(kb.Enter) })
		c.see("form.problems") // a year is the most
	})
	c.open("/overdue")
	c.paidWhileOpen(s)
}

// paidWhileOpen has the first debtor of the open queue pay all that he owes: his row says so and greys, and stays where it is (ux sections 6 and 8).
func (c *counter) paidWhileOpen(s *scene) {
	c.t.Helper()
	t := c.t
	account, err := value[string](c.tab, `document.querySelector("[data-account]").dataset.account`)
	must(t, err)
	place := `(() => { const b = document.querySelector("[data-account]").getBoundingClientRect(); return b.top + " " + b.height })()`
	before, err := value[string](c.tab, place)
	must(t, err)
	now, err := s.store.Now(t.Context())
	must(t, err)
	debts, err := s.store.DebtsOf(t.Context(), store.Everything(), crm.ID(account), crm.DateOf(now, time.UTC))
	must(t, err)
	paid := crm.Payment{ID: store.NewID(), Reference: "SEPA WHILE OPEN", Currency: debts[0].Currency}
	var parts []crm.Allocation
	for _, d := range debts {
		paid.Amount, parts = paid.Amount.Add(d.Open), append(parts, crm.Allocation{InvoiceID: d.InvoiceID, Amount: d.Open})
	}
	_, err = s.store.Receive(t.Context(), store.Target{Scope: store.Everything(), Actor: person("finance"), ID: crm.ID(account)}, paid, parts)
	must(t, err)
	c.until("the row greys", `document.querySelector("[data-account].settled [data-says]")?.textContent.startsWith("Paid ") ?? false`)
	if after, err := value[string](c.tab, place); err != nil || after != before {
		t.Errorf("the row moved from %s to %s: %v", before, after, err)
	}
	c.look("overdue-paid")
}
