package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// S010: the word for an opportunity is a setting by language with its history; pages, commands and messages follow it at once, and whoever
// looks for either word finds the same under both.
func TestDealWordIsASetting(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	finds := func(b *browser, text, address string) bool {
		_, found, _ := strings.Cut(b.send(http.MethodGet, "/search?q="+url.QueryEscape(text), nil).Body.String(), `id="found"`)
		return strings.Contains(found, `href="`+address+`"`)
	}
	b := s.browser("sales_ops")
	seller := s.browser("anna")
	b.open("/settings/words", http.StatusOK).want("option", "Deal, Deals")
	seller.open("/board", http.StatusOK).want("h2", "New deal")
	before := s.call1("anna", http.MethodGet, "/api/v1/deal-words", "", http.StatusOK)
	if got := fields(t, before); got["en"] != "deal" || got["pl"] != "opportunity" || got["version"] != float64(1) {
		t.Fatalf("%v", got)
	}
	s.do("anna", http.MethodPut, "/api/v1/deal-words", `{"en":"opportunity"}`, http.StatusForbidden)
	rec := s.as(s.keys["sales_ops"], http.MethodPut, "/api/v1/deal-words", `{"en":"chance"}`, "Content-Type", "application/json")
	if got, want := pointers(t, rec), "/en unknown_value"; rec.Code != http.StatusUnprocessableEntity || got != want {
		t.Errorf("%d %s, want %s", rec.Code, got, want)
	}
	for round, word := range []string{"deal", "opportunity"} {
		for _, text := range []string{"new deal", "new opportunity", "new opp", "deal", "opportunity"} {
			if !finds(seller, text, "/board#new") {
				t.Errorf("with the word %s %q does not find how to begin one", word, text)
			}
		}
		for _, text := range []string{"deal", "opportunity", "deals in timing", "opportunities in timing"} {
			if address := map[bool]string{true: "/board", false: "/opportunities?stage=timing"}[!strings.Contains(text, " ")]; !finds(seller, text, address) {
				t.Errorf("with the word %s %q does not find %s", word, text, address)
			}
		}
		if round == 0 {
			b.post("/settings/words", url.Values{"version": {"1"}, "en": {"opportunity"}, "it": {"opportunity"}, "es": {"opportunity"}, "pl": {"opportunity"}}).
				want("li", "English: Deal, Deals → Opportunity, Opportunities")
		}
	}
	s.call1("sales_ops", http.MethodPut, "/api/v1/deal-words", `{"pl":"deal"}`, http.StatusPreconditionFailed, "If-Match", before.Header().Get("ETag"))
	status(t, b.send(http.MethodPost, "/settings/words", url.Values{"version": {"1"}, "en": {"deal"}}), http.StatusPreconditionFailed)
	board := seller.open("/board", http.StatusOK)
	board.want("h2", "New opportunity")
	board.sound("en")
	seller.open("/opportunities/"+string(s.deal)+"?tab=timeline", http.StatusOK).want("span", "Opportunity created")
	page := s.as(s.keys["anna"], http.MethodGet, "/board", "", "Accept-Language", "it").Body.String()
	if strings.Contains(page, "rattativ") {
		t.Error("the Italian page keeps the other word")
	}
}
