package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed finder.js
var finder string

// tab is one person's browser.
type tab struct {
	*scene
	ctx   context.Context
	where [][2]string // the parts in which things are looked for
	noise *noise
	// framed: the frame around the pages was inspected at every width
	framed bool
}

// noise is what the browser complained about.
type noise struct {
	mu    sync.Mutex
	lines []string
}

func (n *noise) hear(ev any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		n.lines = append(n.lines, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && !strings.Contains(e.Entry.Text, "status of 422") && !strings.HasSuffix(e.Entry.URL, "/nowhere") && !strings.Contains(e.Entry.URL, "/api/v1/engagements/") { // answers all
			n.lines = append(n.lines, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// visitor opens a browser with no log-in.
func (s *scene) visitor() *tab {
	s.t.Helper()
	n := &noise{}
	ctx, stop := chromedp.NewContext(browser(s.t), chromedp.WithNewBrowserContext(), chromedp.WithListener(n.hear))
	s.t.Cleanup(func() {
		stop()
		for _, line := range n.lines {
			s.t.Errorf("the browser complains: %s", line)
		}
	})
	must(s.t, chromedp.Do(ctx)) // opens it for as long as the test lasts
	b := &tab{scene: s, ctx: ctx, noise: n}
	b.do(chromedp.EmulateViewport(1280, 900))
	return b
}

// login types a demo person's address and password.
func (s *scene) login(name string) *tab {
	s.t.Helper()
	b := s.visitor()
	b.open("/login")
	b.enter(name)
	return b
}

func (b *tab) enter(name string) {
	b.t.Helper()
	b.fill("login.email", name+"@demo.example")
	b.fill("login.password", store.DemoPassword)
	b.send("login.submit")
	b.see("app.logout")
}

// do carries actions out within the patience.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, testkit.Patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.fail("%v", err)
	}
}

// fail ends the test with a picture of where it stood.
func (b *tab) fail(format string, args ...any) {
	b.t.Helper()
	at, _ := value[string](b, "location.pathname + ' ' + document.body.innerText.slice(0, 3000)")
	b.picture("failure-" + strings.ReplaceAll(b.t.Name(), "/", "-"))
	b.t.Fatalf(format+"\nat %s", append(args, at)...)
}

// between is what a page says that has gone while the next one is still to come.
const between = "between two pages"

// value asks the page; it works without the page's own script too. A page that shows progress comes anew by itself: it is asked again when that
// has happened meanwhile, and waited for when there is none yet.
func value[T any](b *tab, script string) (v T, err error) {
	ctx, stop := context.WithTimeout(b.ctx, testkit.Patience)
	defer stop()
	for {
		v, err = chromedp.Run(ctx, chromedp.Evaluate[T](`if (!document.body) throw new Error("`+between+`");`+script, chromedp.EvalAwaitPromise))
		if err == nil || !strings.Contains(err.Error(), "Inspected target navigated") && !strings.Contains(err.Error(), between) {
			return v, err
		}
		select {
		case <-ctx.Done():
			return v, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// in looks for things inside a part of the page: "region", "row".
func (b *tab) in(role, name string) *tab {
	inner := *b
	inner.where = append(append([][2]string(nil), b.where...), [2]string{role, b.word(name)})
	return &inner
}

// word is the text for a key, or the word itself.
func (b *tab) word(key string) string {
	if p := b.texts.For("en"); p.Has(key) {
		return p.T(key)
	}
	return key
}

// element is the script that finds a thing.
func (b *tab) element(role, name string) string {
	path := b.where
	if role != "" {
		path = append(append([][2]string(nil), b.where...), [2]string{role, b.word(name)})
	}
	j, _ := json.Marshal(path)
	return fmt.Sprintf("(%s)(%s)", finder, j)
}

// until asks the page until the script holds.
func (b *tab) until(what, script string) {
	b.t.Helper()
	for end := time.Now().Add(testkit.Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok, err := value[bool](b, script); err == nil && ok {
			return
		}
	}
	b.fail("never: %s", what)
}

// has tells whether a thing is there now.
func (b *tab) has(role, name string) bool {
	ok, err := value[bool](b, b.element(role, name)+" !== null")
	must(b.t, err)
	return ok
}

// open goes to an address of the product.
func (b *tab) open(path string) {
	b.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.origin + path
	}
	b.do(chromedp.Navigate(path))
}

// point waits for a thing, brings it into view and gives its middle.
func (b *tab) point(role, name string) (x, y float64) {
	b.t.Helper()
	b.until(role+" "+b.word(name), b.element(role, name)+" !== null")
	at, err := value[[]float64](b, `(e => { e.scrollIntoView({block: "center", inline: "center", behavior: "instant"}); const r = e.getBoundingClientRect();
		return [r.x + r.width / 2, r.y + Math.min(r.height / 2, 20)] })(`+b.element(role, name)+`)`)
	must(b.t, err)
	return at[0], at[1]
}

// click presses a thing that stays on the page.
func (b *tab) click(role, name string) {
	b.t.Helper()
	x, y := b.point(role, name)
	b.do(chromedp.MouseClickXY(x, y))
}

// follow presses a link and waits for the page that it leads to.
func (b *tab) follow(name string) {
	b.t.Helper()
	b.next(func() { b.click("link", name) })
}

// send presses a button and waits for the answer's page.
func (b *tab) send(name string) {
	b.t.Helper()
	b.next(func() { b.click("button", name) })
}

// next waits for the page that an act leads to.
func (b *tab) next(act func()) {
	b.t.Helper()
	_, err := value[bool](b, "window.before = true")
	must(b.t, err)
	act()
	b.until("the next page", "!window.before && document.readyState === 'complete'")
}

// fill types into a field as a person does; dates are set, since their keys depend on the browser's language.
func (b *tab) fill(name, text string) {
	b.t.Helper()
	b.until("field "+b.word(name), b.element("field", name)+" !== null")
	kind, err := value[string](b, "(e => { e.focus(); e.select?.(); return e.tagName === 'SELECT' ? 'select' : e.type })("+b.element("field", name)+")")
	must(b.t, err)
	j, _ := json.Marshal(text)
	set := ""
	switch kind {
	case "date", "datetime-local":
		set = "e.value = v; return e.value === v"
	case "checkbox":
		set = "if (e.checked !== (v === 'true')) e.click(); return true"
	case "select":
		set = "const all = [...e.options], o = all.find(o => o.textContent.trim() === v) ?? all.find(o => o.textContent.includes(v)); if (!o) return false; e.value = o.value; return true"
	default:
		b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
			return err
		}))
		return
	}
	ok, err := value[bool](b, "((e, v) => { const done = (() => {"+set+"})(); e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); return done })("+b.element("field", name)+", "+string(j)+")")
	if err != nil || !ok {
		b.fail("field %s does not take %q: %v", b.word(name), text, err)
	}
}

// body is the part that is looked at.
func (b *tab) body() string {
	if len(b.where) == 0 {
		return "document.body"
	}
	return b.element("", "")
}

// see waits until all the texts can be read.
func (b *tab) see(texts ...string) {
	b.t.Helper()
	for _, want := range texts {
		j, _ := json.Marshal(strings.Join(strings.Fields(b.word(want)), " "))
		b.until(fmt.Sprintf("%q in %v", b.word(want), b.where), "("+b.body()+"?.innerText ?? '').replace(/\\s+/g, ' ').includes("+string(j)+")")
	}
}

// path is the address of the page.
func (b *tab) path() string {
	p, err := value[string](b, "location.pathname")
	must(b.t, err)
	return p
}

// href is where a link leads.
func (b *tab) href(name string) string {
	b.t.Helper()
	b.until("link "+b.word(name), b.element("link", name)+" !== null")
	p, err := value[string](b, b.element("link", name)+".href")
	must(b.t, err)
	return p
}

// scripts switches the page's own scripts on or off.
func (b *tab) scripts(on bool) {
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	}))
}
