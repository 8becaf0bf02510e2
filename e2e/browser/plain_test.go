package browser

import "testing"

// TestWithoutScript: log in, fill what a gate needs, move and approve with the browser's scripts switched off. Script only adds.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	waiting := s.validated("Bianchi Srl", 1)
	moving := s.converted("Nowak Sp. z o.o.", 1)
	seller := s.visitor()
	seller.scripts(false)
	seller.open("/login")
	seller.enter("sales")
	seller.open("/board")
	card := seller.in("row", "Nowak Sp. z o.o. line")
	seller.next(func() { card.click("link", "Move Nowak") })
	card.fill("board.move_to", "Timing qualified")
	card.send("board.move")
	seller.see("said.deal_moved")
	seller.next(func() { card.click("link", "Move Nowak") })
	card.fill("board.move_to", "Configuration and price")
	card.send("board.move")
	seller.see("2 of 4 conditions are not met")
	seller.fill("The customer has confirmed a budget", "Yes")
	seller.fill("The expected closing date is set", "2027-06-30")
	seller.send("gate.save_and_move")
	seller.see("said.deal_moved")
	seller.open("/opportunities/" + string(moving.id) + "?tab=timeline")
	seller.see("Moved from Timing qualified to Configuration and price")

	manager := s.visitor()
	manager.scripts(false)
	manager.open("/orders/" + string(waiting.order)) // as from the mail: log-in comes between
	manager.enter("manager")
	manager.see("order.decide")
	manager.send("Approve €18,400.00")
	manager.see("said.order_approved")
	if manager.has("button", "Approve") {
		manager.fail("it can be approved again")
	}
}
