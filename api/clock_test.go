package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"leadtocash/crm"

	"pgregory.net/rapid"
)

// The clock can be moved where it was allowed to, forward, by who may; elsewhere the address does not exist.
func TestDevClock(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.do("admin", http.MethodPost, "/api/v1/test/clock", `{"advance":"P30D"}`, http.StatusNotFound)
	c := s.srv.Config
	c.DevClock = StoreClock{s.store}
	s.srv = New(c)
	s.do("anna", http.MethodPost, "/api/v1/test/clock", `{"advance":"P30D"}`, http.StatusForbidden)
	for _, bad := range []string{"", "P", "PT", "30D", "P1M", "P1Y", "-P1D", "P0D", "P99999D", "P9999W"} {
		s.do("admin", http.MethodPost, "/api/v1/test/clock", fmt.Sprintf(`{"advance":%q}`, bad), http.StatusUnprocessableEntity)
	}
	got := s.do("admin", http.MethodPost, "/api/v1/test/clock", `{"advance":"P4W2DT12H"}`, http.StatusOK)
	now, err := time.Parse(time.RFC3339, fmt.Sprint(got["now"]))
	must(t, err)
	if moved := time.Until(now); moved < 30*24*time.Hour+11*time.Hour || moved > 30*24*time.Hour+13*time.Hour {
		t.Errorf("moved by %v", moved)
	}
	deal := s.do("anna", http.MethodGet, "/api/v1/opportunities/"+string(s.newDeal("Later")), "", http.StatusOK)
	if at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(deal["created_at"])); err != nil || at.Before(now) {
		t.Errorf("a deal of %v is written at %v", now, at) // business time, not the machine's
	}
}

// S097: what the next stages need is shown before anyone moves, and goes when it is filled.
func TestGatesAreShown(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := "/api/v1/opportunities/" + string(s.deal)
	needs := func() string {
		for _, g := range s.do("anna", http.MethodGet, deal+"/gates", "", http.StatusOK)["gates"].([]any) {
			if g := g.(map[string]any); g["to"] == "timing" {
				return fmt.Sprint(g["result"], len(g["failed"].([]any)))
			}
		}
		return "no gate"
	}
	if got := needs(); got != "refused1" {
		t.Errorf("before: %s", got)
	}
	s.do("anna", http.MethodPatch, deal, `{"need":"water in the cellar"}`, http.StatusOK)
	if got := needs(); got != "allowed0" {
		t.Errorf("after: %s", got)
	}
	s.do("ben", http.MethodGet, deal+"/gates", "", http.StatusNotFound)
}

// The strict parser takes exactly what the standard library takes, but for names given twice, and reads the same out of it.
func TestParserAgreesWithTheStandard(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`{}[]",:0123456789.eE+-truefalsn \u00dé`+"\n\t"))).Draw(t, "text")
		if rapid.Bool().Draw(t, "good") {
			text = rapid.SampledFrom([]string{`{"a":[1,-2.5e3,null,true],"b":{"é":"\u00e8\n\/"}}`, `[[],{},"",0]`, ` {"x" : [ ] } `, `"\ud83d\ude00"`, `-0`}).Draw(t, "value")
		}
		var want any
		standard := json.Unmarshal([]byte(text), &want)
		n, err := parseJSON([]byte(text))
		if err != nil {
			if code := err.(Problem).Errors[0].Code; standard == nil && code != "duplicate_name" && code != "invalid_utf8" {
				t.Fatalf("%q is refused as %s", text, code)
			}
			return
		}
		if standard != nil {
			t.Fatalf("%q is taken", text)
		}
		var got any
		if err := json.Unmarshal(n.raw(), &got); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
	})
}

// A replayed command says so.
func TestReplayIsMarked(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	path := "/api/v1/opportunities/" + string(s.deal) + "/transitions"
	first := s.call1("anna", http.MethodPost, path, `{"to":"timing"}`, http.StatusOK, "Idempotency-Key", "k")
	id := fmt.Sprint(fields(t, first)["command"])
	s.exec(fmt.Sprintf(`insert into command (id, kind, process, actor, fields, answer) values ('%s', '%s', 'x', 'x', '{}', '{"code":"done"}')`, id, crm.OpportunityMove))
	again := s.call1("anna", http.MethodPost, path, `{"to":"timing"}`, http.StatusOK, "Idempotency-Key", "k")
	if first.Header().Get("Idempotency-Replayed") != "" || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Error("the first must not be marked, the second must")
	}
}
