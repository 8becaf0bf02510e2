package browser

import "github.com/chromedp/chromedp"

// drags takes the engagement on the calendar with the mouse to ten o'clock of another working day, and looks whether it is there after that (S093).
func (b *tab) drags() {
	b.t.Helper()
	type way struct {
		From, To []float64
		Day      string
	}
	w, err := value[way](b, `(() => { const ev = document.querySelector(".ev[data-id]"), off = (d) => [...d.querySelectorAll(".off")].reduce((n, o) => n + o.offsetHeight, 0);
		const to = [...document.querySelectorAll(".slots[data-date]")].filter((d) => d !== ev.closest(".slots")).sort((x, y) => off(x) - off(y))[0];
		ev.scrollIntoView({block: "end", behavior: "instant"});
		const e = ev.getBoundingClientRect(), z = to.getBoundingClientRect(), hours = 10 - Number(document.querySelector("[data-agenda]").dataset.first);
		return {From: [e.x + e.width / 2, e.y + 8], To: [z.x + z.width / 2, z.y + hours * 48 + 8], Day: to.dataset.date} })()`)
	must(b.t, err)
	b.next(func() { b.do(chromedp.DragAndDropXY(w.From[0], w.From[1], w.To[0], w.To[1])) })
	b.see("10:00–11:00", "Look at the plant")
	if at, err := value[string](b, `document.querySelector(".ev[data-id]").dataset.start`); err != nil || at != w.Day+"T10:00" {
		b.fail("it is at %s (%v), not on %s", at, err, w.Day)
	}
}
