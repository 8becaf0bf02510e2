package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"

	"leadtocash/api"
	"leadtocash/i18n"
	"leadtocash/store"
)

// reader is the demo user who looks at the pages and sees every deal.
const reader = "admin@demo.example"

// pages are what people and programs open all day, with the figure that counts: for lists until the first byte is there, for the board until its last.
var pages = []struct{ name, path string }{
	{"api", "/api/v1/opportunities?limit=50"},
	{"list", "/opportunities"},
	{"list-by-amount", "/opportunities?sort=amount&dir=desc"},
	{"board", "/board"},
}

// readPages measures pages over HTTP on a server of this process, as a person who is logged in gets them: the 95th percentile of many requests, one
// after the other.
func (w *World) readPages(ctx context.Context, o Options, deals int, say func(Result)) error {
	name := func(p, what string) string { return fmt.Sprintf("page/%s/%s/deals=%d", p, what, deals) }
	if !slices.ContainsFunc(pages, func(p struct{ name, path string }) bool { return o.wants(name(p.name, "")) }) {
		return nil
	}
	words, err := i18n.New()
	if err != nil {
		return err
	}
	site := httptest.NewServer(api.New(api.Config{
		Store: w.Store, Commander: w.Engine, Secret: []byte("0123456789abcdef0123456789abcdef"), Now: time.Now,
		Log: slog.New(slog.DiscardHandler), Texts: func(language string) api.Printer { return words.For(language) },
	}))
	defer site.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"email": {reader}, "password": {store.DemoPassword}}.Encode()
	if _, _, _, err := ask(ctx, client, http.MethodPost, site.URL+"/login", form, http.StatusSeeOther); err != nil {
		return err
	}
	times := 200
	if o.Quick {
		times = 40
	}
	for _, p := range pages {
		if !o.wants(name(p.name, "")) {
			continue
		}
		var firsts, wholes []time.Duration
		size := 0
		for range times {
			first, whole, n, err := ask(ctx, client, http.MethodGet, site.URL+p.path, "", http.StatusOK)
			if err != nil {
				return fmt.Errorf("%s: %w", p.path, err)
			}
			firsts, wholes, size = append(firsts, first), append(wholes, whole), n
		}
		say(Result{name(p.name, "first-byte-p95"), ms(p95(firsts)), "ms"})
		say(Result{name(p.name, "whole-p95"), ms(p95(wholes)), "ms"})
		say(Result{name(p.name, "size"), float64(size) / 1024, "KiB"})
	}
	return nil
}

func p95(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)*95/100]
}

// ask sends one request and measures until the first byte of the answer, and until its last.
func ask(ctx context.Context, client *http.Client, method, to, form string, want int) (first, whole time.Duration, size int, err error) {
	begin := time.Now()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { first = time.Since(begin) }})
	req, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form))
	if err != nil {
		return 0, 0, 0, err
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := client.Do(req)
	if err != nil {
		return 0, 0, 0, err
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	if err == nil && answer.StatusCode != want {
		err = fmt.Errorf("status %d", answer.StatusCode)
	}
	return first, time.Since(begin), int(n), err
}
