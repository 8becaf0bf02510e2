package e2e

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"leadtocash/api"
	"leadtocash/i18n"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/chromedp/chromedp"
)

// gallery draws pages of a scene as one person sees them, into the folder that people look at; it is not kept with the sources.
type gallery struct {
	t       *testing.T
	browser context.Context
	origin  string
	person  string
}

// newGallery serves the scene's pages to a browser where PICTURES are wanted; without, it is nil and draws nothing.
func (s *scene) newGallery(person string) *gallery {
	s.t.Helper()
	if os.Getenv("PICTURES") == "" {
		return nil
	}
	texts, err := i18n.New()
	if err != nil {
		s.t.Fatal(err)
	}
	pages := httptest.NewServer(api.New(api.Config{
		Store: s.store, Commander: s.engine, Log: s.log, DevClock: api.StoreClock{Store: s.store},
		Texts: func(language string) api.Printer { return texts.For(language) },
	}))
	s.t.Cleanup(pages.Close)
	ctx, stop, err := testkit.Browser(testkit.Chromium(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(stop)
	return &gallery{t: s.t, browser: ctx, origin: pages.URL, person: person + "@demo.example"}
}

// draw logs in anew, since months may have passed, and draws a page for a desk and for a phone.
func (g *gallery) draw(path, name string) {
	if g == nil {
		return
	}
	g.t.Helper()
	tab, shut := chromedp.NewContext(g.browser, chromedp.WithNewBrowserContext())
	defer shut()
	ctx, stop := context.WithTimeout(tab, testkit.Patience)
	defer stop()
	err := chromedp.Do(ctx, chromedp.Navigate(g.origin+"/login"))
	if err == nil {
		// Only the page itself may post its form.
		_, err = chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`fetch("/login", {method: "POST", body: new URLSearchParams({email: %q, password: %q})}).then((r) => r.url)`, g.person, store.DemoPassword), chromedp.EvalAwaitPromise))
	}
	for _, width := range []int64{1280, 390} {
		var png []byte
		if err == nil {
			err = chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(g.origin+path))
		}
		if err == nil {
			png, err = chromedp.Run(ctx, testkit.WholePage)
		}
		if err == nil {
			err = keep(fmt.Sprintf("%s-%d.png", name, width), png)
		}
	}
	if err != nil {
		g.t.Errorf("picture %s: %v", name, err)
	}
}

func keep(name string, picture []byte) error {
	if err := os.MkdirAll("screenshots", 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("screenshots", name), picture, 0o600)
}
