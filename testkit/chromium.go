package testkit

import (
	"context"
	"log"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Chromium returns the path of a browser: LEADTOCASH_CHROMIUM, or the first that is installed.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("LEADTOCASH_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil && name != "" {
			return path
		}
	}
	t.Fatal("no Chromium here: apt-get install chromium, or name one in LEADTOCASH_CHROMIUM")
	return ""
}

// Browser starts a browser without a window, whose profile is removed with it; stop ends it.
func Browser(path string) (ctx context.Context, stop func(), err error) {
	dir, err := os.MkdirTemp("", "browser-*")
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(Patience))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, shut := chromedp.NewContext(allocator)
	stop = func() {
		shut()
		end()
		if err := os.RemoveAll(dir); err != nil {
			log.Print(err) // its last child may still write
		}
	}
	if err := chromedp.Do(ctx); err != nil { // starts it, without a limit of time that would end it again
		stop()
		return nil, nil, err
	}
	return ctx, stop, nil
}

// WholePage draws a page from its head to its foot into a picture that is made fast rather than small.
func WholePage(ctx context.Context, t *chromedp.Target) ([]byte, error) {
	yes := true
	r, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: &yes, FromSurface: &yes, OptimizeForSpeed: &yes})
	if err != nil {
		return nil, err
	}
	return r.Data, nil
}
