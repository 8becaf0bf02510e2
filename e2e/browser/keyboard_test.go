package browser

import (
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestByKeyboard approves an order, moves a deal and logs a call without a mouse (ux section 3).
func TestByKeyboard(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	waiting := s.validated("Bianchi Srl", 1)
	moving := s.converted("Nowak Sp. z o.o.", 1)
	b := s.visitor()
	b.open("/login")
	b.tabTo("login.email")
	b.keys("manager@demo.example" + kb.Tab + "demo-leadtocash")
	b.next(func() { b.keys(kb.Enter) })
	b.next(func() { b.keys("ga") }) // go to the approvals
	b.see("Bianchi Srl", "order.decide")
	b.keys("a") // to the button; a second key confirms
	b.next(func() { b.keys(kb.Enter) })
	b.see("said.order_approved")
	b.open("/approvals")
	b.see("approvals.empty")
	if a := s.state(waiting.order); a != "approved" {
		t.Errorf("the order is %s", a)
	}

	seller := s.login("sales")
	seller.next(func() { seller.keys("gp") })
	seller.keys("jm") // the first card, its Move
	seller.keys("T")  // Timing qualified
	seller.tabTo("board.move")
	seller.next(func() { seller.keys(kb.Enter) })
	seller.see("said.deal_moved")
	seller.in("region", "Timing qualified").see("Nowak")

	seller.keys("j")
	seller.next(func() { seller.keys(kb.Enter) })
	seller.tabTo("tab.activities")
	seller.next(func() { seller.keys(kb.Enter) })
	seller.tabTo("engagement.subject")
	seller.keys("Call about the date")
	seller.tabTo("engagement.outcome")
	seller.keys("R") // Reached
	seller.next(func() { seller.press(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)) })
	seller.see("said.engagement_saved", "Call about the date", "Reached")
	if seller.path() != "/opportunities/"+string(moving.id) {
		t.Errorf("at %s", seller.path())
	}
	seller.keys("?")
	seller.see("keys.title", "keys.go")
	seller.look("keys")
	seller.keys(kb.Escape)
	seller.until("the dialog closes", "!document.querySelector('dialog').open")
	seller.moves(s, moving)
	seller.arranges(s)
}

// arranges moves a panel of My day up and adds one; who logs in elsewhere finds both (S092).
func (b *tab) arranges(s *scene) {
	b.t.Helper()
	b.open("/")
	b.tabTo("desktop.arrange")
	b.next(func() { b.keys(kb.Enter) })
	b.tabTo(b.word("desktop.up") + ": " + b.word("desktop.panel.pipeline"))
	b.next(func() { b.keys(kb.Enter) })
	b.see("said.desktop_arranged")
	b.tabTo("desktop.add")
	b.keys("Won")
	b.tabTo("desktop.do_add")
	b.next(func() { b.keys(kb.Enter) })
	b.see("said.desktop_arranged")
	other := s.login("sales") // in a browser of its own
	other.open("/")
	panels, err := value[string](other, `[...document.querySelectorAll(".desk h2")].map(e => e.textContent).join("|")`)
	must(b.t, err)
	at := func(panel string) int { return strings.Index(panels, other.word("desktop.panel."+panel)) }
	if at("pipeline") < 0 || at("pipeline") > at("agenda") || at("won") < at("agenda") {
		other.fail("elsewhere My day is %s", panels)
	}
	other.look("desktop")
}

// moves takes an engagement on the calendar an hour on, past working hours, in spite of what is said against it (S093).
func (b *tab) moves(s *scene, d *deal) {
	b.t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	must(b.t, err)
	now, err := s.store.Now(b.t.Context())
	must(b.t, err)
	day := crm.DateOf(now, rome).AddDays(14)
	at, _ := day.At(17*60, rome)
	_, err = s.store.PlanEngagement(b.t.Context(), store.Target{Scope: store.Everything(), Actor: person("sales")}, crm.Engagement{ID: store.NewID(), Kind: "meeting", OpportunityID: d.id, Subject: "Look at the plant", DueAt: at})
	must(b.t, err)
	b.open("/calendar?date=" + day.String())
	_, err = value[bool](b, `(document.querySelector(".ev[data-id]").focus(), true)`)
	must(b.t, err)
	b.press(kb.ArrowDown, chromedp.KeyModifiers(kb.ModifierShift))
	b.see("agenda.stands")
	b.tabTo("agenda.anyway")
	b.next(func() { b.keys(kb.Enter) })
	b.see("18:00–19:00", "Look at the plant")
	b.drags()
}

// keys types on the keyboard.
func (b *tab) keys(text string) {
	b.t.Helper()
	b.press(text)
}

func (b *tab) press(text string, options ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text, options...))
}

// tabTo presses Tab until the focus is on the thing of that name; it must be in view and have a ring.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	for range 120 {
		at, err := value[string](b, `(e => (e.getAttribute("aria-label") ?? e.labels?.[0]?.textContent ?? e.textContent).replace(/\s+/g, " ").trim())(document.activeElement)`)
		must(b.t, err)
		if want := b.word(name); at == want || at == want+" "+b.say("form.optional") {
			seen, err := value[bool](b, `(e => { const r = e.getBoundingClientRect(), top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
				return r.top >= 0 && r.bottom <= innerHeight && (e === top || e.contains(top) || top?.contains(e)) && getComputedStyle(e).outlineStyle !== "none" })(document.activeElement)`)
			must(b.t, err)
			if !seen {
				b.fail("the focus on %q is hidden", want)
			}
			return
		}
		b.keys(kb.Tab)
	}
	b.fail("Tab never comes to %q", b.word(name))
}
