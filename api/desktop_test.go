package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// titles are the headings of the panels that a page shows, in their order.
func (d document) titles() string {
	var out []string
	d.each("h2", func(n *html.Node) { out = append(out, strings.TrimSpace(text(n))) })
	return strings.Join(out, " | ")
}

// S092: a person arranges My day by panels and pins; it is his wherever he logs in, and nobody else's. What he may not see he cannot put there.
func TestDesktopIsArranged(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	before := b.open("/?arrange=on", http.StatusOK)
	before.want("h2", "Arrange My day")
	before.sound("en")
	if d := s.do("anna", http.MethodGet, "/api/v1/desktop", "", http.StatusOK); d["usual"] != true || d["version"] != float64(1) {
		t.Fatalf("before she arranges it: %v", d)
	}
	form := func(version int, pairs ...string) url.Values {
		v := url.Values{"version": {fmt.Sprint(version)}}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
	status(t, b.send(http.MethodPost, "/desktop", form(1, "action", "add", "kind", "list/"+string(s.view))), http.StatusSeeOther)
	status(t, b.send(http.MethodPost, "/desktop", form(1, "action", "add", "kind", "won")), http.StatusPreconditionFailed) // arranged meanwhile, in another tab
	d := s.do("anna", http.MethodGet, "/api/v1/desktop", "", http.StatusOK)
	panels := d["panels"].([]any)
	last := panels[len(panels)-1].(map[string]any)
	if last["kind"] != "list" || last["view"] != string(s.view) || d["usual"] != false || d["version"] != float64(2) {
		t.Fatalf("after a list was added: %v", d)
	}
	status(t, b.send(http.MethodPost, "/desktop", form(2, "action", "up", "panel", fmt.Sprint(len(panels)-1))), http.StatusSeeOther)
	status(t, b.send(http.MethodPost, "/desktop", form(3, "action", "width", "panel", fmt.Sprint(len(panels)-2))), http.StatusSeeOther)
	status(t, b.send(http.MethodPost, "/desktop/pins", form(4, "pin", "/accounts", "pin", "/leads#new")), http.StatusSeeOther)
	again := s.browser("anna").open("/", http.StatusOK) // another log-in
	again.sound("en")
	again.want("h2", "Mine")
	again.want("a", "Companies")
	if got := again.titles(); strings.Index(got, "Mine") > strings.Index(got, "Pipeline by stage") {
		t.Errorf("the list was moved up, but the panels are %s", got)
	}
	if s.browser("ben").open("/", http.StatusOK).has("h2", "Mine") {
		t.Error("it is shown to somebody else")
	}
	for name, bad := range map[string]url.Values{
		"an unknown panel":    form(5, "action", "add", "kind", "wall"),
		"one that is there":   form(5, "action", "add", "kind", "waits"),
		"another's list":      form(5, "action", "add", "kind", "list/01900000-0000-7000-8000-000000000000"),
		"no list":             form(5, "action", "add", "kind", "list/x"),
		"no panel":            form(5, "action", "up", "panel", "99"),
		"no number":           form(5, "action", "up", "panel", "first"),
		"an unknown action":   form(5, "action", "burn", "panel", "0"),
		"no version":          {"action": {"up"}, "panel": {"0"}},
		"what waits, removed": form(5, "action", "remove", "panel", fmt.Sprint(waitsAt(d))),
	} {
		if rec := b.send(http.MethodPost, "/desktop", bad); rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	if rec := b.send(http.MethodPost, "/desktop/pins", form(5, "pin", "/settings/users/none")); rec.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown pin: %d", rec.Code)
	}
	s.do("anna", http.MethodDelete, "/api/v1/deal-views/"+string(s.view), "", http.StatusNoContent)
	b.open("/", http.StatusOK).want("p", "This list is there no more")
	status(t, b.send(http.MethodPost, "/desktop/reset", form(5)), http.StatusSeeOther)
	if d := s.do("anna", http.MethodGet, "/api/v1/desktop", "", http.StatusOK); d["usual"] != true || d["version"] != float64(6) {
		t.Errorf("after it was made as usual again: %v", d)
	}
}

// waitsAt is where what waits stands in an arrangement.
func waitsAt(d map[string]any) int {
	for i, p := range d["panels"].([]any) {
		if p.(map[string]any)["kind"] == "waits" {
			return i
		}
	}
	return -1
}

// S092 by the API: all mistakes at once at their places, and nobody overwrites what he has not seen.
func TestDesktopByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const at = "/api/v1/desktop"
	got := s.do("anna", http.MethodPut, at, `{"panels":[{"kind":"waits"},{"kind":"wall"},{"kind":"list"},{"kind":"list","view":"`+string(s.deal)+`"}],"pins":["/bank"]}`, http.StatusUnprocessableEntity)
	for _, want := range []string{"/panels/1/kind", "/panels/2/view", "/panels/3/view", "/pins/0"} {
		if !strings.Contains(fmt.Sprint(got["errors"]), want) {
			t.Errorf("%s is not named in %v", want, got["errors"])
		}
	}
	s.do("anna", http.MethodPut, at, `{"panels":[]}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPut, at, `{"panels":[{"kind":"waits","wide":true},{"kind":"list","view":"`+string(s.view)+`"}],"pins":["/leads"]}`, http.StatusOK)
	s.do("anna", http.MethodPut, at, `{"panels":[{"kind":"waits"}]}`, http.StatusOK, "If-Match", `"2"`)
	s.do("anna", http.MethodPut, at, `{"panels":[{"kind":"waits"}]}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
	s.do("anna", http.MethodDelete, at, "", http.StatusPreconditionFailed, "If-Match", `"1"`)
	s.do("anna", http.MethodDelete, at, "", http.StatusNoContent, "If-Match", `"3"`)
}
