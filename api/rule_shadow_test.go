package api

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"
)

// N10: a draft runs in the shadow by the API and by its page, one of a kind at a time, and is ended by both; it shows what differs.
func TestShadowByAPIAndPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const shadows = "/api/v1/rules/shadows/"
	draft := "/api/v1/rules/drafts/" + string(s.draft) + "/shadow"
	if p := s.do("sales_ops", http.MethodPost, draft, `{}`, http.StatusConflict); p["code"] != "shadow_running" {
		t.Fatalf("two of a kind: %v", p)
	}
	got := s.do("sales_ops", http.MethodGet, shadows+string(s.shadow), "", http.StatusOK)
	if d := got["differences"].([]any); len(d) != 1 || got["refuses"] != 1.0 || got["allows"] != 0.0 {
		t.Fatalf("%v", got)
	}
	s.do("anna", http.MethodGet, shadows+string(s.shadow), "", http.StatusForbidden)
	for range 2 {
		if got := s.do("sales_ops", http.MethodPost, shadows+string(s.shadow)+"/end", "", http.StatusOK); got["state"] != "ended" {
			t.Fatalf("%v", got)
		}
	}
	s.do("sales_ops", http.MethodPost, draft, `{"days":91}`, http.StatusUnprocessableEntity)
	first := s.do("sales_ops", http.MethodPost, draft, `{"days":3}`, http.StatusCreated, "Idempotency-Key", "one")
	if again := s.do("sales_ops", http.MethodPost, draft, `{"days":3}`, http.StatusCreated, "Idempotency-Key", "one"); again["id"] != first["id"] {
		t.Fatalf("sent twice: %v and %v", first["id"], again["id"])
	}
	s.do("sales_ops", http.MethodPost, shadows+first["id"].(string)+"/end", "", http.StatusOK)

	b := s.browser("sales_ops")
	page := "/rules/drafts/" + string(s.draft)
	d := b.open(page, http.StatusOK)
	d.want("button", "Run in the shadow")
	d = b.read(b.send(http.MethodPost, page+"/shadow", url.Values{"days": {"many"}}), page, http.StatusUnprocessableEntity)
	d.sound("en")
	once := uuid.NewString()
	for range 2 {
		rec := b.send(http.MethodPost, page+"/shadow", url.Values{"days": {"5"}, "once": {once}})
		status(t, rec, http.StatusSeeOther)
		if at := rec.Header().Get("Location"); at != "/rules/shadows/"+once {
			t.Fatalf("led to %s", at)
		}
	}
	d = b.read(b.send(http.MethodPost, page+"/shadow", url.Values{"days": {"5"}, "once": {uuid.NewString()}}), page, http.StatusConflict)
	d.want("li", "runs in the shadow")
	status(t, b.send(http.MethodPost, "/rules/shadows/"+once+"/end", nil), http.StatusSeeOther)
	d = b.open("/rules/shadows/"+string(s.shadow)+"?would=refused", http.StatusOK)
	d.want("td", "Pumps")
	d.want("td", "refused, was allowed")
}

// The API notes who changed a draft last.
func TestDraftEditorByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.do("admin", http.MethodPatch, "/api/v1/rules/drafts/"+string(s.draft), `{"comment":"Another"}`, http.StatusOK)
	d, err := s.store.RuleDraft(t.Context(), s.draft)
	must(t, err)
	if d.Editor == "" || d.Editor == d.Author {
		t.Errorf("editor %q, author %q", d.Editor, d.Author)
	}
}

// R3: an activation whose answer was lost is answered by the first answer when it is sent again; without its key the draft is gone.
func TestActivationIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	draft := s.made("sales_ops", "/api/v1/rules/drafts", `{"kind":"dunning","source":"dunning:\n  levels: [{key: first, name: First, days: 3, channel: mail, fee: 0.00}]\n","comment":"Earlier"}`)
	at := "/api/v1/rules/drafts/" + string(draft) + "/activate"
	first := s.do("sales_ops", http.MethodPost, at, `{"running":true}`, http.StatusOK, "Idempotency-Key", "one")
	s.exec(`update idempotency set status = null, headers = null, body = null`) // as if it had died before it kept the answer
	rec := s.call1("sales_ops", http.MethodPost, at, `{"running":true}`, http.StatusOK, "Idempotency-Key", "one")
	if again := fields(t, rec); again["version"] != first["version"] || again["migration"] != first["migration"] || first["migration"] == "" || rec.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("first %v, then %v", first, again)
	}
	s.do("sales_ops", http.MethodPost, at, `{"running":true}`, http.StatusNotFound, "Idempotency-Key", "two")
	s.do("sales_ops", http.MethodPost, at, `{"running":true}`, http.StatusNotFound)
}
