package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
)

func (w *world) login(email, password, next string, headers ...string) *httptest.ResponseRecorder {
	form := url.Values{"email": {email}, "password": {password}, "next": {next}}
	return w.call(http.MethodPost, "/login", form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func cookie(rec *httptest.ResponseRecorder) string {
	for _, c := range rec.Result().Cookies() {
		if c.Name == cookieName {
			return c.Name + "=" + c.Value
		}
	}
	return ""
}

// loggedIn tells whether the cookie opens a route that needs a session.
func (w *world) loggedIn(cookie string) bool {
	rec := w.call(http.MethodGet, "/login", "", "Cookie", cookie)
	return rec.Code == http.StatusSeeOther
}

func TestLoginAndLogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("anna", "", crm.RoleSalesperson)
	rec := w.login("ANNA@example.com", testPassword, "/deals?x=1", "Cookie", cookieName+"=attacker")
	status(t, rec, http.StatusSeeOther)
	if got := rec.Header().Get("Location"); got != "/deals?x=1" {
		t.Errorf("went on to %q", got)
	}
	c := rec.Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Value == "attacker" {
		t.Errorf("cookie %+v", c) // B091
	}
	session := cookie(rec)
	if !w.loggedIn(session) || w.loggedIn(cookieName+"=attacker") {
		t.Fatal("the new session must live, the planted one not")
	}
	again := w.login("anna@example.com", testPassword, "", "Cookie", session)
	status(t, again, http.StatusSeeOther)
	if cookie(again) == session || w.loggedIn(session) {
		t.Error("a second log-in must make a new token and end the old one (S7)")
	}
	session = cookie(again)
	status(t, w.call(http.MethodPost, "/logout", "", "Cookie", session), http.StatusSeeOther)
	if w.loggedIn(session) {
		t.Error("logged out, but the session lives")
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.user("anna", "", crm.RoleSalesperson)
	for name, end := range map[string]func(){
		"disabled":     func() { must(t, w.store.DisableUser(t.Context(), u.ID)) },
		"new password": func() { must(t, w.store.SetPassword(t.Context(), u.ID, testPassword)) },
		"expired":      func() { w.exec(`update sessions set expiry = now() - interval '1 s'`) },
	} {
		must(t, w.store.EnableUser(t.Context(), u.ID))
		session := cookie(w.login("anna@example.com", testPassword, ""))
		if !w.loggedIn(session) {
			t.Fatalf("%s: not logged in", name)
		}
		end()
		if w.loggedIn(session) {
			t.Errorf("%s: the session lives on", name)
		}
	}
}

// B092: the log-in page leads to this site only.
func TestLoginNextIsLocal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, next := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/%0d%0a/../x\n", "///evil.example"} {
		if rec := w.call(http.MethodGet, "/login?next="+url.QueryEscape(next), ""); rec.Code != http.StatusBadRequest {
			t.Errorf("next %q: %d", next, rec.Code)
		}
		if rec := w.login("a@example.com", "x", next); rec.Code != http.StatusBadRequest {
			t.Errorf("post next %q: %d", next, rec.Code)
		}
	}
}

// S8: ten failed tries for a name, and from an address; unknown names are answered alike.
func TestLoginTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("anna", "", crm.RoleSalesperson)
	for i := range 10 {
		rec := w.login("anna@example.com", "wrong", "")
		if rec.Code != http.StatusUnauthorized {
			t.Fatalf("try %d: %d", i, rec.Code)
		}
	}
	rec := w.login("anna@example.com", testPassword, "")
	status(t, rec, http.StatusTooManyRequests)
	if rec.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if rec := w.login("other@example.com", "wrong", ""); rec.Code != http.StatusTooManyRequests {
		t.Errorf("the address was not counted: %d", rec.Code)
	}
	w.now = w.now.Add(16 * time.Minute)
	known, unknown := w.login("anna@example.com", "wrong", ""), w.login("nobody@example.com", "wrong", "")
	if known.Code != unknown.Code || strings.ReplaceAll(known.Body.String(), "anna", "nobody") != unknown.Body.String() {
		t.Error("the answer tells who exists")
	}
	status(t, w.login("anna@example.com", testPassword, ""), http.StatusSeeOther)
}

func TestLoginTriesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("anna", "", crm.RoleSalesperson)
	codes := make(chan int, 30)
	for range cap(codes) {
		go func() { codes <- w.login("anna@example.com", "wrong", "").Code }()
	}
	looked := 0
	for range cap(codes) {
		if <-codes == http.StatusUnauthorized {
			looked++
		}
	}
	if looked != 10 {
		t.Errorf("%d passwords were looked at, want 10", looked)
	}
}

// B067, S6: a foreign page cannot post with the person's cookie.
func TestCrossSitePostIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.user("anna", "", crm.RoleSalesperson)
	session := cookie(w.login("anna@example.com", testPassword, ""))
	for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		rec := w.call(http.MethodPost, "/logout", "", "Cookie", session, h[0], h[1])
		if rec.Code != http.StatusForbidden {
			t.Errorf("%v: %d", h, rec.Code)
		}
	}
	if !w.loggedIn(session) {
		t.Error("the session was ended from another site")
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/healthz", "/readyz", "/login", "/api/v1/leadz", "/nowhere"} {
		h := w.call(http.MethodGet, path, "").Header()
		for name, part := range map[string]string{
			"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", requestIDHeader: "-",
		} {
			if !strings.Contains(h.Get(name), part) || strings.Contains(h.Get(name), "unsafe") {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
	}
}
