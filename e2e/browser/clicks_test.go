package browser

import (
	"testing"

	"leadtocash/crm"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// counter counts the clicks of a task; typing is not counted, and choosing in a list by its first letters is typing.
type counter struct {
	*tab
	clicks int
}

func (c *counter) press1(role, name string) {
	c.t.Helper()
	c.clicks++
	c.next(func() { c.click(role, name) })
}

// task starts at a list of records or the day, and must end within so many clicks (ux section 3).
func (c *counter) task(what, from string, most int, do func()) {
	c.t.Helper()
	c.open(from)
	c.clicks = 0
	do()
	if c.clicks > most {
		c.t.Errorf("%s takes %d clicks, not %d", what, c.clicks, most)
	}
	c.t.Logf("%s: %d clicks", what, c.clicks)
}

// TestTasksInTwoClicks does the tasks of leads, opportunities and orders, 1 to 9 and 15, with the mouse, counting clicks, and again by keyboard alone.
func TestTasksInTwoClicks(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	moving, keyed := s.converted("Nowak Sp. z o.o.", 1), s.converted("Verdi SpA", 1)
	lead, second := s.assigned("Rossi Imballaggi", 0), s.assigned("Dupont SARL", 0)
	for _, l := range []*deal{lead, second} {
		s.carry(crm.LeadFeedback, crm.KindLead, l.lead, "sales", crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	}
	c := &counter{tab: s.login("sales")}
	c.task("3 move", "/board", 2, func() {
		c.press1("link", moving.company+" line")
		c.press1("button", "Move to Timing qualified")
		c.see("said.deal_moved")
	})
	c.task("4 fill and move", "/board", 2, func() {
		c.press1("link", moving.company+" line")
		c.fill("The customer has confirmed a budget", "Yes")
		c.fill("The expected closing date is set", "2099-06-30")
		c.press1("button", "gate.save_and_move")
		c.see("said.deal_moved")
	})
	c.task("5 log a call and plan the next step", "/board", 2, func() {
		c.clicks++
		c.next(func() { c.in("row", moving.company+" line").click("link", "card.no_step") })
		c.fill("form.note", "Wants it in June")
		c.press1("button", "Reached")
		c.see("said.engagement_saved", "Wants it in June", "engagement.planned")
	})
	c.task("6 new opportunity", "/board", 2, func() {
		c.clicks++
		c.click("link", "deal.new")
		c.fill("deal.name", "By mouse")
		c.fill("deal.customer", "Nowak Sp. z o.o.")
		c.fill("deal.amount", "1000")
		c.press1("button", "deal.create")
		c.see("said.deal_created")
	})
	c.task("6 new lead", "/leads", 2, func() {
		c.clicks++
		c.click("link", "leads.new")
		c.in("region", "leads.new").fill("leads.company", "Mouse Srl")
		c.in("region", "leads.new").fill("leads.email", "mouse@mouse.example")
		c.press1("button", "leads.add")
	})
	c.task("7 convert", "/leads", 2, func() {
		c.press1("link", lead.company)
		c.press1("button", "lead.convert")
		c.see("said.lead_converted")
	})
	c.task("15 find", "/", 1, func() {
		c.clicks++
		c.click("link", "find.title")
		c.until("the palette opens", "document.querySelector('#palette').open")
		c.keys("novak")
		c.until("it is found", "document.querySelector('#palette [aria-selected=true]')?.textContent.includes('Nowak')")
		c.next(func() { c.keys(kb.Enter) })
	})

	c.task("3, 4, 5 by keyboard", "/board", 0, func() {
		c.focus(keyed.company + " line")
		c.next(func() { c.keys(kb.ArrowRight) })
		c.in("region", "Timing qualified").see(keyed.company + " line")
		c.focus(keyed.company + " line")
		c.keys(kb.ArrowRight) // refused, with the fields beside the card
		c.see("gate.save_and_move")
		panel := c.in("region", keyed.company+" line")
		panel.fill("The customer has confirmed a budget", "Yes")
		panel.fill("The expected closing date is set", "2099-06-30")
		c.next(func() { c.press(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)) })
		c.in("region", "Configuration and price").see(keyed.company + " line")
		c.focus(keyed.company + " line")
		c.next(func() { c.keys("l") })
		c.keys("Spoke to the buyer") // the note has the focus
		c.tabTo("Reached")
		c.next(func() { c.keys(kb.Enter) })
		c.see("said.engagement_saved", "Spoke to the buyer")
		c.look("deal-logged")
	})
	c.task("6 by keyboard", "/board", 0, func() {
		c.keys("c")
		c.until("the form has the focus", "document.activeElement.name === 'name'")
		c.keys("By keys")
		c.tabTo("deal.customer")
		c.keys("V")
		c.tabTo("deal.amount")
		c.keys("1000")
		c.next(func() { c.keys(kb.Enter) })
		c.see("said.deal_created")
	})
	c.task("7 by keyboard", "/leads/"+string(second.lead), 0, func() {
		c.next(func() { c.keys("v") })
		c.see("said.lead_converted")
	})
	manager := &counter{tab: s.login("manager")}
	s.orderTasks(c, manager)
	third := s.captured("Ruiz SA", 0)
	s.carry(crm.LeadQualify, crm.KindLead, third.lead, "manager", crm.QualifyFields{Score: 80, OwnerID: person("sales")})
	manager.task("8 assign", "/leads", 2, func() {
		manager.press1("link", third.company)
		manager.in("region", "lead.assign").fill("lead.assign_to", "Demo Manager")
		manager.clicks++
		manager.next(func() { manager.in("region", "lead.assign").click("button", "lead.assign") })
		manager.see("said.lead_assigned")
	})
	manager.task("8 by keyboard", "/leads/"+string(third.lead), 0, func() {
		manager.keys("i" + kb.ArrowDown) // who has the fewest comes first
		manager.next(func() { manager.press(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)) })
		manager.see("said.lead_assigned")
	})
}

// focus puts the keyboard's focus on a link, as J and K do.
func (b *tab) focus(name string) {
	b.t.Helper()
	b.until("link "+name, b.element("link", name)+" !== null")
	_, err := value[bool](b, "("+b.element("link", name)+").focus(), true")
	must(b.t, err)
}
