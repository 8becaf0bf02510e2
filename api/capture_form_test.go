package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// sentBy posts a form's page as a browser does, with what the page hides in it.
func (s *scene) sentBy(d document, path string, fields url.Values, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	d.each("input", func(n *html.Node) {
		if attr(n, "type") == "hidden" {
			fields.Set(attr(n, "name"), attr(n, "value"))
		}
	})
	return s.call(http.MethodPost, path, fields.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// S063: a form is a record: what it asks, where it leads, who may show or send it, what is agreed to; all mistakes are told at once.
func TestCaptureFormIsARecord(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	visitor := &browser{t: t, srv: s.srv}
	form := "/api/v1/forms/" + string(s.form)

	t.Run("mistakes", func(t *testing.T) {
		for body, want := range map[string]string{
			`{}`: "/key required,/name required",
			`{"key":"Fair 2027","name":"a","fields":["company","shoe"],"required":["vat"],"origins":["http://fair.example","https://a.example/x","javascript:1"],"redirect":"https://else.example/","min_seconds":61,"language":"de"}`: "/fields no_way_to_reach,/fields/1 unknown_value,/key invalid_key,/language unknown_value,/min_seconds out_of_range,/origins/0 invalid_origin,/origins/1 invalid_origin,/origins/2 invalid_origin,/redirect not_an_allowed_place,/required/0 not_shown",
			`{"key":"b","name":"b","redirect":"//evil.example"}`:                             "/redirect not_an_allowed_place",
			`{"key":"b","name":"b","redirect":"https://fair.example/x"}`:                     "/redirect not_an_allowed_place",
			`{"key":"b","name":"b","origins":["*"],"redirect":"https://any.example/thanks"}`: "/redirect not_an_allowed_place",
		} {
			rec := s.as(s.keys["sales_ops"], http.MethodPost, "/api/v1/forms", body)
			if got := pointers(t, rec); rec.Code != http.StatusUnprocessableEntity || got != want {
				t.Errorf("%s: %d %s, want %s", body, rec.Code, got, want)
			}
		}
		s.do("sales_ops", http.MethodPost, "/api/v1/forms", `{"key":"fair","name":"Again"}`, http.StatusConflict)
		s.do("anna", http.MethodPatch, form, `{"active":false}`, http.StatusForbidden)
		s.do("sales_ops", http.MethodPatch, form, `{"key":"other"}`, http.StatusUnprocessableEntity)
	})

	t.Run("page", func(t *testing.T) {
		s.do("sales_ops", http.MethodPatch, form, `{"language":"it","fields":["email","contact_name","need"],"required":["email"],"thanks":"Grazie mille","consent_text":"Potete scrivermi."}`, http.StatusOK)
		rec := visitor.send(http.MethodGet, "/f/fair?utm_source=post&utm_campaign=spring&utm_bad=x", nil)
		if csp := rec.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors https://fair.example") || rec.Header().Get("X-Frame-Options") != "" {
			t.Errorf("framed by %s, %q", csp, rec.Header().Get("X-Frame-Options"))
		}
		d := visitor.read(rec, "/f/fair", http.StatusOK)
		d.want("label", "Potete scrivermi.")
		if d.has("label", "Azienda") {
			t.Error("the page asks for what the form does not")
		}
		s.now = s.now.Add(5 * time.Second)
		person := url.Values{"email": {"page@example.com"}, "contact_name": {"Paola Neri"}, "need": {"One pump"}, "consent": {"true"}}
		for range 2 { // pressed twice
			sent := s.sentBy(d, "/f/fair", person)
			status(t, sent, http.StatusSeeOther)
			visitor.open(sent.Header().Get("Location"), http.StatusOK).want("p", "Grazie mille")
		}
		lead := s.do("admin", http.MethodGet, "/api/v1/leads?filter[email]=page@example.com", "", http.StatusOK)["data"].([]any)[0].(map[string]any)
		if lead["company"] != "Paola Neri" || lead["language"] != "it" || lead["consent"] != true {
			t.Errorf("%v", lead)
		}
		touches := s.do("admin", http.MethodGet, "/api/v1/leads/"+fmt.Sprint(lead["id"]), "", http.StatusOK)["touches"].([]any)
		one := touches[0].(map[string]any)
		if utm := one["utm"].(map[string]any); len(touches) != 1 || one["campaign"] != "spring" || utm["utm_source"] != "post" || len(utm) != 2 {
			t.Errorf("%v", touches)
		}
		s.browser("admin").open("/settings/forms/"+string(s.form), http.StatusOK).want("span", "1 person agreed")
	})

	t.Run("sites", func(t *testing.T) {
		s.do("sales_ops", http.MethodPatch, form, `{"redirect":"https://FAIR.example:443/thanks"}`, http.StatusOK)
		const body = "company=Site+Srl&email=site%40example.com&need=x"
		for site, want := range map[string]int{"https://fair.example": 303, "https://evil.example": 403, "null": 403, "": 303} {
			headers := []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"}
			if site != "" {
				headers = append(headers, "Origin", site, "Sec-Fetch-Site", "cross-site")
			}
			rec := s.call(http.MethodPost, "/public/v1/forms/fair/leads", body, headers...)
			if rec.Code != want || (want == 303) != (rec.Header().Get("Location") == "https://FAIR.example:443/thanks") {
				t.Errorf("%s: %d to %q", site, rec.Code, rec.Header().Get("Location"))
			}
			if allowed := rec.Header().Get("Access-Control-Allow-Origin"); (allowed == site && site != "") != (site == "https://fair.example") {
				t.Errorf("%s is allowed as %q", site, allowed)
			}
		}
		s.do("sales_ops", http.MethodPatch, form, `{"origins":[],"redirect":""}`, http.StatusOK)
		rec := visitor.send(http.MethodGet, "/f/fair", nil)
		if csp := rec.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'none'") || rec.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("framed by %s", csp)
		}
		s.do("sales_ops", http.MethodPatch, form, `{"active":false}`, http.StatusOK)
		visitor.open("/f/fair", http.StatusNotFound)
	})
}

// S063: what looks like spam is held with its reasons, is no lead before a person lets it in, and is then one as it came.
func TestSpamIsHeldNotLost(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	visitor := &browser{t: t, srv: s.srv}
	const round = "We offer the very best prices for your business, write to us today"
	page := func(wait time.Duration, forge string, pairs ...string) {
		t.Helper()
		d := visitor.open("/f/fair", http.StatusOK)
		s.now = s.now.Add(wait)
		v := url.Values{"company": {"X"}, "email": {"x@example.com"}, "need": {"A pump"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		d.each("input", func(n *html.Node) {
			if attr(n, "name") == "stamp" && forge != "" {
				n.Attr = append(n.Attr[:0], html.Attribute{Key: "type", Val: "hidden"}, html.Attribute{Key: "name", Val: "stamp"}, html.Attribute{Key: "value", Val: forge})
			}
		})
		status(t, s.sentBy(d, "/f/fair", v), http.StatusSeeOther)
	}
	page(time.Second, "", "company", "Fast")
	page(time.Minute, "k3.aaaa.bbbb", "company", "Forged")
	page(8*24*time.Hour, "", "company", "Stale")
	page(time.Minute, "", "company", "Links", "need", "see http://a.example and http://b.example and www.c.example")
	page(time.Minute, "", "company", "Buy at https://a.example")
	page(time.Minute, "", "company", "Honest", "need", "Our line is described at https://honest.example; two pumps")
	for i := range 4 {
		page(time.Minute, "", "company", fmt.Sprintf("Round %d", i), "email", fmt.Sprintf("r%d@example.com", i), "need", round)
	}
	want := map[string]string{"Spam": "trap", "Fast": "too_fast", "Forged": "no_stamp", "Stale": "no_stamp", "Links": "links", "Buy at https://a.example": "links", "Round 3": "repeated"}
	got := map[string]string{}
	ids := map[string]string{}
	for _, h := range s.do("sales_ops", http.MethodGet, "/api/v1/held-leads", "", http.StatusOK)["data"].([]any) {
		h := h.(map[string]any)
		company := fmt.Sprint(h["lead"].(map[string]any)["company"])
		reasons, _ := json.Marshal(h["reasons"])
		got[company], ids[company] = strings.Trim(string(reasons), `[]"`), fmt.Sprint(h["id"])
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("held %v, want %v", got, want)
	}
	count := func() int {
		return len(s.do("admin", http.MethodGet, "/api/v1/leads?filter[source]=website", "", http.StatusOK)["data"].([]any))
	}
	if n := count(); n != 4 { // the honest one and three of a text
		t.Errorf("%d leads", n)
	}
	b.open("/leads", http.StatusOK).want("a", "7 are held back")
	b.open("/held", http.StatusOK).want("span", "filled in too fast")
	for range 2 { // pressed twice
		rec := b.send(http.MethodPost, "/held/"+ids["Forged"]+"/release", url.Values{})
		status(t, rec, http.StatusSeeOther)
		b.open(rec.Header().Get("Location"), http.StatusOK).want("h1", "Honest")
	}
	s.do("anna", http.MethodPost, "/api/v1/held-leads/"+ids["Fast"]+"/release", "", http.StatusForbidden)
	s.call1("sales_ops", http.MethodPost, "/api/v1/held-leads/"+ids["Fast"]+"/drop", "", http.StatusNoContent)
	s.do("sales_ops", http.MethodPost, "/api/v1/held-leads/"+ids["Fast"]+"/release", "", http.StatusConflict)
	s.do("sales_ops", http.MethodPost, "/api/v1/held-leads/"+ids["Forged"]+"/drop", "", http.StatusConflict)
}
