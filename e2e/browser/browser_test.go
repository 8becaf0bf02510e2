// Package browser drives the product through a real browser, as people use it: by the words, roles and labels that they meet.
package browser

import (
	"context"
	"log"
	"os"
	"sync"
	"testing"
	"time"

	"leadtocash/testkit"

	"github.com/chromedp/chromedp"
)

// chrome is the one browser of all tests; every log-in is a browser context of its own in it.
var chrome struct {
	once sync.Once
	ctx  context.Context
	err  error
	stop []func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(chrome.stop) - 1; i >= 0; i-- {
		chrome.stop[i]()
	}
	os.Exit(code)
}

// browser starts the browser at its first use.
func browser(t testing.TB) context.Context {
	t.Helper()
	path := testkit.Chromium(t)
	chrome.once.Do(func() {
		dir, err := os.MkdirTemp("", "browser-*")
		if chrome.err = err; err != nil {
			return
		}
		chrome.stop = append(chrome.stop, func() {
			if err := os.RemoveAll(dir); err != nil {
				log.Print(err) // the browser's last child may still write
			}
		})
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
			chromedp.WSURLReadTimeout(time.Minute))
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		chrome.stop = append(chrome.stop, stop)
		ctx, stop := chromedp.NewContext(allocator)
		chrome.stop = append(chrome.stop, stop)
		chrome.ctx, chrome.err = ctx, chromedp.Do(ctx) // starts it, without a limit of time that would end it again
	})
	if chrome.err != nil {
		t.Fatalf("browser: %v", chrome.err)
	}
	return chrome.ctx
}
