package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"leadtocash/i18n"

	"golang.org/x/net/html"
)

// browser is a person at the pages: logged in, with his cookie.
type browser struct {
	t      *testing.T
	srv    *Server
	cookie string
}

func (s *scene) browser(person string) *browser {
	s.t.Helper()
	b := &browser{t: s.t, srv: s.srv}
	rec := b.send(http.MethodPost, "/login", url.Values{"email": {person + "@example.com"}, "password": {testPassword}})
	status(s.t, rec, http.StatusSeeOther)
	for _, c := range rec.Result().Cookies() {
		if c.Name == cookieName {
			b.cookie = c.Value
		}
	}
	return b
}

func (b *browser) send(method, path string, form url.Values) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(b.t.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if b.cookie != "" {
		req.AddCookie(&http.Cookie{Name: cookieName, Value: b.cookie})
	}
	rec := httptest.NewRecorder()
	b.srv.ServeHTTP(rec, req)
	return rec
}

// open gets a page and reads it.
func (b *browser) open(path string, want int) document {
	b.t.Helper()
	rec := b.send(http.MethodGet, path, nil)
	return b.read(rec, path, want)
}

func (b *browser) read(rec *httptest.ResponseRecorder, path string, want int) document {
	b.t.Helper()
	if rec.Code != want {
		b.t.Fatalf("%s: status %d, want %d: %s", path, rec.Code, want, rec.Body)
	}
	root, err := html.Parse(strings.NewReader(rec.Body.String()))
	must(b.t, err)
	return document{b.t, path, root}
}

// document is a page that was read.
type document struct {
	t    *testing.T
	path string
	root *html.Node
}

// each visits all elements of a name.
func (d document) each(name string, do func(*html.Node)) {
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode && (name == "*" || n.Data == name) {
			do(n)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// has tells whether some element of the name holds the text.
func (d document) has(name, want string) bool {
	found := false
	d.each(name, func(n *html.Node) { found = found || strings.Contains(text(n), want) })
	return found
}

func (d document) want(name, want string) {
	d.t.Helper()
	if !d.has(name, want) {
		d.t.Errorf("%s: no <%s> with %q in %q", d.path, name, want, text(d.root))
	}
}

// pages are all pages with a record of the scene in them.
func (s *scene) pages() []string {
	out := []string{
		"/", "/leads", "/leads?q=none", "/leads/" + string(s.lead), "/board", "/board?q=none", "/opportunities", "/opportunities/potential", "/opportunities?sort=-amount&state=open&columns=name&columns=target&columns=pipeline", "/competitors", "/approvals", "/orders/" + string(s.order),
		"/contracts", "/contracts/" + string(s.contract), "/contracts/" + string(s.contract) + "/undo", "/contracts/" + string(s.contract) + "/amendments", "/contracts/" + string(s.contract) + "/plan", "/contracts/" + string(s.contract) + "/pnl", "/contracts/" + string(s.contract) + "/purchases", "/contracts/" + string(s.contract) + "/entries", "/contracts/" + string(s.contract) + "/budget", "/contracts/" + string(s.contract) + "/earned", "/contracts/" + string(s.contract) + "/milestones", "/contracts/" + string(s.contract) + "/risks",
		"/expenses", "/expenses?month=2026-11", "/expense-approvals", "/capacity", "/timesheet", "/timesheet?week=2026-W47", "/timesheets", "/projects", "/projects?state=closed", "/settings/erp", "/invoices", "/invoices?state=overdue&q=bianchi&from=2026-01-01", "/invoices?state=paid&account=" + string(s.account), "/overdue", "/overdue/paid", "/overdue?account=" + string(s.account) + "&work=on&age=1", "/bank", "/registers", "/accounts/" + string(s.account) + "/statement", "/invoices/" + string(s.invoice), "/invoices/" + string(s.invoice) + "/credit", "/credit-notes", "/credit-notes?account=" + string(s.account), "/credit-notes/" + string(s.creditNote), "/quotes/" + string(s.quote), "/accounts", "/accounts/" + string(s.account),
		"/accounts?state=archived&sort=created", "/accounts/" + string(s.account) + "/list/deals", "/accounts/" + string(s.account) + "/list/invoices?state=overdue", "/contacts?role=decides",
		"/contacts", "/contacts/" + string(s.contact) + "/list/activities", "/settings/fields", "/settings/fields/" + string(s.ownField),
		"/contacts/" + string(s.contact), "/products", "/products/" + string(s.product), "/accounts/" + string(s.account) + "/tax", "/settings/taxes", "/settings/taxes/" + string(s.taxClass), "/rules", "/rules?kind=order", "/rules?kind=approval", "/rules?kind=dunning",
		"/imports", "/imports/" + string(s.file), "/process/import-" + string(s.file), "/cases", "/cases?contract=" + string(s.contract), "/cases/" + string(s.careCase), "/cases?state=active&owner=me", "/care/report", "/reports/care", "/settings/plans", "/reports", "/reports/stages", "/reports/paths", "/reports/loss?by=clause", "/reports/activity", "/reports/margin", "/reports/rows?report=stages&stage=identify", "/care/requests", "/settings/care", "/settings/closing", "/settings/interest", "/contracts/" + string(s.contract) + "/closing", "/contracts/" + string(s.contract) + "/renewal", "/renewals", "/help", "/exceptions/" + string(s.exception), "/handoffs", "/handoffs?view=all", "/handoffs/report", "/handoffs/" + string(s.handOff), "/rules/shadows/" + string(s.shadow), "/rules/shadows/" + string(s.shadow) + "?would=refused", "/process/case-" + string(s.careCase), "/rules?kind=project",
		"/calendar", "/calendar?view=day&date=2027-01-11", "/calendar?view=month&date=2027-01-11&who=team", "/engagements/" + string(s.engagement), "/settings/feeds", "/settings/templates",
		"/settings", "/settings/modules", "/settings/keys", "/settings/forms", "/settings/forms/" + string(s.form), "/held", "/f/fair", "/documents", "/documents?q=offer", "/documents/folders", "/documents/" + string(s.document), "/feed", "/feed?show=all", "/feed/" + string(s.note), "/about/account/" + string(s.account), "/settings/hooks", "/settings/hooks/" + string(s.hook), "/api/docs", "/process/opportunity-" + string(s.deal), "/process/lead-" + string(s.lead),
	}
	for _, t := range dealTabs {
		out = append(out, "/opportunities/"+string(s.deal)+"?tab="+t)
	}
	return out
}

var bracketed = regexp.MustCompile(`\[[a-z_]+(\.[a-z_0-9]+)+\]`)

// Every page is drawn in every language with a heading, a name for each control and no text that is missing.
func TestEveryPageInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("admin")
	for _, l := range i18n.Languages() {
		status(t, b.send(http.MethodPost, "/language", url.Values{"language": {l}, "back": {"/"}}), http.StatusSeeOther)
		for _, path := range s.pages() {
			d := b.open(path, http.StatusOK)
			d.sound(l)
		}
	}
	for _, f := range s.srv.screens().texts.Faults() {
		if !strings.HasPrefix(f, "no value timeline.") { // old entries may lack a figure
			t.Error(f)
		}
	}
}

// sound checks what holds for every page: language, one heading, labelled controls, unique ids, nothing inline that the CSP forbids.
func (d document) sound(language string) {
	d.t.Helper()
	if m := bracketed.FindString(text(d.root)); m != "" {
		d.t.Errorf("%s: missing text %s", d.path, m)
	}
	headings, ids, labels := 0, map[string]bool{}, map[string]bool{}
	d.each("label", func(n *html.Node) { labels[attr(n, "for")] = true })
	d.each("*", func(n *html.Node) {
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				d.t.Errorf("%s: id %s is there twice", d.path, id)
			}
			ids[id] = true
		}
		if attr(n, "style") != "" || n.Data == "style" || n.Data == "script" && attr(n, "src") == "" {
			d.t.Errorf("%s: inline style or script", d.path)
		}
		switch n.Data {
		case "h1":
			headings++
		case "html":
			if attr(n, "lang") != language {
				d.t.Errorf("%s: language %q, want %q", d.path, attr(n, "lang"), language)
			}
		case "input", "select", "textarea":
			if attr(n, "type") != "hidden" && !labels[attr(n, "id")] && attr(n, "aria-label") == "" && n.Parent.Data != "label" {
				d.t.Errorf("%s: %s %s has no label", d.path, n.Data, attr(n, "name"))
			}
		case "button", "a":
			if text(n) == "" && attr(n, "aria-label") == "" {
				d.t.Errorf("%s: %s without a name", d.path, n.Data)
			}
		}
	})
	if headings != 1 {
		d.t.Errorf("%s: %d headings h1", d.path, headings)
	}
	for id := range labels {
		if id != "" && !ids[id] {
			d.t.Errorf("%s: label for %s, which is not there", d.path, id)
		}
	}
}

// Each role finds only the places it may see, and every one of those opens.
func TestNavigationFollowsTheRole(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, person := range []string{"anna", "mara", "finance", "project_manager", "care", "sales_ops", "admin"} {
		b := s.browser(person)
		d := b.open("/", http.StatusOK)
		links := 0
		d.each("nav", func(n *html.Node) {
			for c := range n.Descendants() {
				if c.Type == html.ElementNode && c.Data == "a" && strings.HasPrefix(attr(c, "href"), "/") {
					links++
					page, _, _ := strings.Cut(attr(c, "href"), "#")
					b.open(page, http.StatusOK)
				}
			}
		})
		if links < 4 {
			t.Errorf("%s finds %d places", person, links)
		}
		if person == "care" && d.has("nav", "Approvals") {
			t.Error("care sees approvals")
		}
	}
	status(t, s.browser("care").send(http.MethodGet, "/approvals", nil), http.StatusForbidden)
}

// Records of others are not found by pages either (N8).
func TestPagesKeepReach(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("ben")
	for _, path := range []string{
		"/leads/" + string(s.lead), "/opportunities/" + string(s.deal), "/quotes/" + string(s.quote), "/orders/" + string(s.order),
		"/contracts/" + string(s.contract), "/invoices/" + string(s.invoice), "/invoices/" + string(s.invoice) + "/paper", "/credit-notes/" + string(s.creditNote), "/accounts/" + string(s.account), "/contacts/" + string(s.contact),
		"/process/opportunity-" + string(s.deal),
	} {
		d := b.open(path, http.StatusNotFound)
		if d.has("body", "Bianchi") {
			t.Errorf("%s tells the customer", path)
		}
	}
	if b.open("/board", http.StatusOK).has("main", "Pumps") {
		t.Error("the board shows another team's deal")
	}
}

// No template holds a word of its own: all texts come by their key. Code is no language of people.
func TestTemplatesHoldNoWords(t *testing.T) {
	t.Parallel()
	for name, source := range templates(t) {
		action := regexp.MustCompile(`(?s)\{\{.*?\}\}`)
		source = action.ReplaceAllString(source, "\x01")
		source = regexp.MustCompile(` (aria-describedby|title)="\x01[^"]*"| aria-invalid="true"`).ReplaceAllString(source, "") // partials of attributes
		root, err := html.Parse(strings.NewReader(source))
		must(t, err)
		for n := range root.Descendants() {
			if n.Type == html.TextNode && n.Parent.Data != "kbd" && n.Parent.Data != "code" && regexp.MustCompile(`\p{L}{2,}`).MatchString(n.Data) {
				t.Errorf("%s: literal text %q", name, strings.TrimSpace(n.Data))
			}
			if n.Type == html.ElementNode {
				for _, a := range []string{"aria-label", "title", "alt", "placeholder"} {
					if regexp.MustCompile(`\p{L}{2,}`).MatchString(attr(n, a)) {
						t.Errorf("%s: literal %s %q", name, a, attr(n, a))
					}
				}
			}
		}
	}
}

// A text that a person typed is shown as text, never run (N: XSS).
func TestTypedTextIsEscaped(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>`
	s.exec(`update opportunity set name = '` + evil + `', need = '` + evil + `'`)
	s.exec(`update account set name = '` + evil + `', address = '` + evil + `'`)
	s.exec(`update lead set company = '` + evil + `', need = '` + evil + `'`)
	s.exec(`update touch set raw = to_jsonb('` + evil + `'::text)`)
	b := s.browser("admin")
	for _, path := range s.pages() {
		d := b.open(path, http.StatusOK)
		d.each("script", func(n *html.Node) {
			if text(n) != "" {
				t.Errorf("%s: a script got in", path)
			}
		})
		d.each("img", func(*html.Node) { t.Errorf("%s: an image got in", path) })
	}
}
