// Package browser drives the product through a real browser, as people use it: by the words, roles and labels that they meet.
package browser

import (
	"context"
	"os"
	"sync"
	"testing"

	"leadtocash/testkit"
)

// chrome is the one browser of all tests; every log-in is a browser context of its own in it.
var chrome struct {
	once sync.Once
	ctx  context.Context
	err  error
	stop func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chrome.stop != nil {
		chrome.stop()
	}
	os.Exit(code)
}

// browser starts the browser at its first use.
func browser(t testing.TB) context.Context {
	t.Helper()
	path := testkit.Chromium(t)
	chrome.once.Do(func() { chrome.ctx, chrome.stop, chrome.err = testkit.Browser(path) })
	if chrome.err != nil {
		t.Fatalf("browser: %v", chrome.err)
	}
	return chrome.ctx
}
