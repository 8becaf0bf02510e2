package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestFindAnything opens the palette from anywhere by one key, finds a customer in spite of a slip, a deal by its amount and a place by its
// name, and opens each without the mouse (S092). Escape brings back where one was.
func TestFindAnything(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.configured("Nowak Sp. z o.o.", 1)
	b := s.login("sales")
	palette := func() {
		b.press("k", chromedp.KeyModifiers(kb.ModifierCtrl))
		b.until("the palette opens", "document.querySelector('#palette').open && document.querySelector('#palette [role=option]') != null")
	}
	chosen := func(what, text string) {
		b.until(what, `document.querySelector("#palette [aria-selected=true]")?.textContent.includes("`+text+`")`)
	}
	palette()
	b.look("palette")
	b.keys("novak")
	chosen("the company is found", "Nowak Sp. z o.o.")
	b.inspect("palette-found")
	b.next(func() { b.keys(kb.Enter) })
	if !strings.HasPrefix(b.path(), "/accounts/") {
		t.Errorf("at %s", b.path())
	}

	palette()
	b.keys("18400")
	chosen("the deal is found by its amount", "Nowak Sp. z o.o. line")
	b.next(func() { b.keys(kb.Enter) })
	if b.path() != "/opportunities/"+string(deal.id) {
		t.Errorf("at %s", b.path())
	}

	palette()
	b.keys("contr")
	chosen("the place is found", b.word("nav.contracts"))
	b.keys(kb.Escape)
	b.until("the palette closes", "!document.querySelector('#palette').open")
	if b.path() != "/opportunities/"+string(deal.id) {
		t.Errorf("Escape went to %s", b.path())
	}
}
