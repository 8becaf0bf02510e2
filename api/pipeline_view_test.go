package api

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// figureLink is a sum of the pipeline's page with its deals: address and how many.
var figureLink = regexp.MustCompile(`<a href="(/opportunities\?[^"]+)">[^<]+</a> <span class="sm">([0-9]+) `)

// pipelineByMonth holds the pipeline by stage and month against the forecast, and each number against the list that it opens (S005): deals of another currency
// count by today's rate, or are named where there is none.
func (s *scene) pipelineByMonth(whole decimal.Decimal) {
	s.t.Helper()
	read := func() map[string]any {
		return s.do("anna", http.MethodGet, "/api/v1/forecast/stages?months=3", "", 200)
	}
	sum := func(p map[string]any) decimal.Decimal {
		return decimal.RequireFromString(p["whole"].(map[string]any)["all"].(map[string]any)["sum"].(string))
	}
	if got := sum(read()); !got.Equal(whole) {
		s.t.Errorf("the pipeline comes to %s, the forecast to %s", got, whole)
	}
	s.exec(fmt.Sprintf(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, owner_id, stage_since, created_at, updated_at)
		select gen_random_uuid(), 'ABROAD-1', 'Abroad', account_id, pipeline, stage, 'open', 'USD', 1000, owner_id, now(), now(), now() from opportunity where owner_id = '%s' and state = 'open' limit 1`, s.anna.ID))
	if got := read(); !sum(got).Equal(whole) || len(got["missing"].([]any)) != 1 {
		s.t.Errorf("dollars without a rate come to %s, missing %v", sum(got), got["missing"])
	}
	s.do("sales_ops", http.MethodPut, "/api/v1/exchange-rates", `{"rates":[{"currency":"USD","on_date":"2020-01-01","rate":"2"}]}`, 200)
	if got := sum(read()); !got.Equal(whole.Add(decimal.NewFromInt(500))) {
		s.t.Errorf("with a thousand dollars at 2 the pipeline comes to %s, without to %s", got, whole)
	}
	for query, want := range map[string]string{"?months=0": "out_of_range", "?months=x": "out_of_range", "?owner=x": "invalid_id", "?stage=send": "unknown_parameter"} {
		if got := s.do("anna", http.MethodGet, "/api/v1/forecast/stages"+query, "", 400)["errors"].([]any)[0].(map[string]any)["code"]; got != want {
			s.t.Errorf("%s: %v", query, got)
		}
	}
	anna := s.browser("anna")
	found := figureLink.FindAllStringSubmatch(anna.send(http.MethodGet, "/forecast/stages", nil).Body.String(), -1)
	if len(found) < 4 {
		s.t.Fatalf("%d numbers open deals", len(found))
	}
	for _, m := range found {
		u, err := url.Parse(html.UnescapeString(m[1]))
		must(s.t, err)
		f, _ := store.ListedDeals(u.RawQuery)
		deals, err := s.store.DealRows(s.t.Context(), store.Scope{User: s.anna.ID, Reach: crm.ReachOwn}, f, 100)
		must(s.t, err)
		if n := decimal.NewFromInt(int64(len(deals))).String(); n != m[2] {
			s.t.Errorf("%s opens %s deals, the page says %s", u, n, m[2])
		}
	}
	if file := anna.send(http.MethodGet, "/forecast/stages?as=csv", nil).Body.String(); !strings.Contains(file, "EUR") {
		s.t.Errorf("%s", file)
	}
}
