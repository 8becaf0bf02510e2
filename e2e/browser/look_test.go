package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"leadtocash/testkit"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// pictures is the folder of the screenshots, which people look at; it is not kept with the sources.
const pictures = "../screenshots"

// pictured says that pictures are wanted: they take a third of the tests' time.
var pictured = os.Getenv("PICTURES") != ""

// picture keeps the whole page as it looks now, where pictures are wanted.
func (b *tab) picture(name string) {
	b.t.Helper()
	if !pictured {
		return
	}
	ctx, stop := context.WithTimeout(b.ctx, testkit.Patience)
	defer stop()
	png, err := chromedp.Run(ctx, testkit.WholePage)
	if err == nil {
		err = os.MkdirAll(pictures, 0o750)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(pictures, name+".png"), png, 0o600)
	}
	if err != nil {
		b.t.Errorf("picture %s: %v", name, err)
	}
}

// look draws the page for a desk and for a phone, and checks that it never scrolls sideways.
func (b *tab) look(name string) {
	b.t.Helper()
	b.drawn(name, []int64{390, 1280}, func(int64) {})
}

func (b *tab) drawn(name string, widths []int64, check func(width int64)) {
	b.t.Helper()
	for _, width := range widths {
		b.wide(width)
		if width == 390 || width == 1280 {
			b.picture(fmt.Sprintf("%s-%d", name, width))
		}
		check(width)
	}
}

// wide sets the width of the window; the page must fit into it.
func (b *tab) wide(width int64) {
	b.t.Helper()
	height := int64(900)
	if width < 500 {
		height = 844
	}
	b.do(chromedp.EmulateViewport(width, height))
	const tooWide = `(() => { const w = document.documentElement.clientWidth; if (document.documentElement.scrollWidth <= w) return "";
		const inside = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== "visible") return true; return false };
		return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > w + 1 && !inside(e)).slice(0, 3)
			.map((e) => e.tagName + "." + e.className.toString() + " " + Math.round(e.getBoundingClientRect().right) + " " + e.textContent.slice(0, 40)).join("; ") || "scrolls" })()`
	wide, err := value[string](b, tooWide)
	must(b.t, err)
	if wide != "" {
		b.t.Errorf("%s scrolls sideways at %d: %s", b.path(), width, wide)
	}
}

// asked is what axe checks of every page at a width: WCAG 2.2 AA and best practice at a desk, on a phone what its width can change, and between them, where
// the page is dark, what colours can. Where pictures are wanted, all is asked at each width and in both schemes.
var asked = map[int64]string{1280: whole, 768: colours, 390: narrower}

const (
	whole    = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	colours  = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
	narrower = `{type: "rule", values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "region", "button-name", "link-name", "label",
	"select-name", "summary-name", "aria-hidden-focus", "heading-order", "empty-heading", "landmark-one-main", "skip-link", "meta-viewport"]}`
)

type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML           string
		FailureSummary string
	}
}

// checker is the script of axe-core, which make test installs.
func (b *tab) checker() string {
	b.t.Helper()
	script, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		b.t.Fatalf("%v: run make prepare", err)
	}
	return string(script)
}

// inspect draws the page at five widths and has axe check it at three: its colours in the dark at the middle one, the rest in the light at the others.
func (b *tab) inspect(name string) {
	b.t.Helper()
	b.drawn(name, []int64{1600, 320, 390, 768, 1280}, func(width int64) {
		b.t.Helper()
		if asked[width] == "" {
			return
		}
		if width != 768 || pictured {
			b.violations("light", width)
		}
		if width == 768 || pictured {
			b.paint("dark")
			b.violations("dark", width)
			b.paint("light")
		}
	})
	b.framed = true
}

// paint chooses the colours that the person's system asks for; nothing moves.
func (b *tab) paint(scheme string) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	}))
}

func (b *tab) violations(scheme string, width int64) {
	b.t.Helper()
	part := "document"
	if b.framed && width < 1280 && !pictured { // the frame is the same on all pages
		part = `{exclude: ["header.side"]}`
	}
	rules := asked[width]
	if pictured {
		rules = whole
	}
	raw, err := "", error(nil)
	for range 3 { // a page that draws itself anew has forgotten the script
		if there, err := value[bool](b, `"axe" in window`); err != nil || !there {
			_, err := value[bool](b, b.checker()+";true")
			must(b.t, err)
		}
		raw, err = value[string](b, `axe.run(`+part+`, {runOnly: `+rules+`, preload: false, resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
		if err == nil || !strings.Contains(err.Error(), "axe is not defined") {
			break
		}
	}
	must(b.t, err)
	var all []violation
	must(b.t, json.Unmarshal([]byte(raw), &all))
	for _, v := range all {
		for i, n := range v.Nodes {
			if i < 3 {
				b.t.Errorf("%s %s at %d: %s: %s\n%.200s\n%s", b.path(), scheme, width, v.ID, v.Help, n.HTML, strings.TrimSpace(n.FailureSummary))
			}
		}
	}
}
