package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"golang.org/x/net/html"
)

// S031-S037 on page and API: of the eight combinations of products, accepted quote and open or closed only an open deal without products takes a
// typed amount; everywhere else it is shown with its reason, and the target stays as it was typed.
func TestAmountOfEveryDeal(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	for _, c := range []struct {
		lines, quote, closed bool
		source, state        string
		reason               string // beside the amount; none where it is typed
	}{
		{false, false, false, "hand", "open", ""},
		{true, false, false, "products", "open", "The total of the Products tab; it cannot be typed."},
		{false, true, false, "hand", "open", ""},
		{true, true, false, "products", "open", "The total of the Products tab; it cannot be typed."},
		{false, false, true, "hand", "lost", "The deal is closed; the amount stays."},
		{true, false, true, "products", "lost", "The total of the Products tab; it cannot be typed."},
		{false, true, true, "quote", "won", "The total of the accepted quote; it cannot be typed."},
		{true, true, true, "quote", "won", "The total of the accepted quote; it cannot be typed."},
	} {
		name := fmt.Sprintf("products %t, quote %t, closed %t", c.lines, c.quote, c.closed)
		deal := s.newDeal(name)
		s.exec(fmt.Sprintf(`update opportunity set amount_source = '%s', state = '%s', target = 777, closed_at = case when '%[2]s' <> 'open' then now() end where id = '%s'`, c.source, c.state, deal))
		if c.lines {
			s.exec(fmt.Sprintf(`insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, unit_cost) values (gen_random_uuid(), '%s', '%s', 1, 9, 100, 60)`, deal, s.product))
		}
		path := "/opportunities/" + string(deal)
		d := b.open(path+"?tab=main", http.StatusOK)
		typed := false
		d.each("input", func(n *html.Node) { typed = typed || attr(n, "name") == "amount" })
		if typed != (c.reason == "") || c.reason != "" && !d.has("span", c.reason) {
			t.Errorf("%s: typed %t, want the reason %q", name, typed, c.reason)
		}
		want, api, page := "900.00", http.StatusConflict, http.StatusConflict
		if c.reason == "" {
			want, api, page = "2.00", http.StatusOK, http.StatusSeeOther
		}
		rec := s.call1("anna", http.MethodPatch, "/api/v1"+path, `{"amount":"1.00"}`, api)
		if p := fields(t, rec); c.reason != "" && p["code"] != "amount_is_derived" {
			t.Errorf("%s: %v", name, p)
		}
		forged := url.Values{"name": {name}, "owner_id": {string(s.anna.ID)}, "amount": {"2.00"}} // and no target: it is nobody's to clear
		status(t, b.send(http.MethodPost, path, forged), page)
		got := s.do("anna", http.MethodGet, "/api/v1"+path, "", http.StatusOK)
		if got["amount"] != want || got["target"] != "777.00" {
			t.Errorf("%s: amount %v, want %s; target %v", name, got["amount"], want, got["target"])
		}
		if want == "2.00" {
			s.do("anna", http.MethodPatch, "/api/v1"+path, `{"amount":null,"target":"5"}`, http.StatusOK) // cleared by a person
		}
	}
}
