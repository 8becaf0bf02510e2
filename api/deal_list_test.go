package api

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// S003, S092: the list of deals is sorted, filtered and shown as its address says, page by page without a hole; the same comes as a file; it is
// saved for oneself or for all.
func TestListOfDeals(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, close_date, owner_id, stage_since, created_at, updated_at)
		select gen_random_uuid(), 'L-' || i, 'Listed ' || lpad(i::text, 3, '0'), '%s', 'standard', 'identify', 'open', 'EUR', 100 * (i %% 7), case when i %% 3 > 0 then date '2027-01-01' + i end, '%s', now(), now(), now()
		from generate_series(1, 120) i`, s.account, s.anna.ID))
	b := s.browser("anna")
	for _, sort := range []string{"-name", "amount", "close_date", "-close_date", "nonsense"} {
		seen := map[string]int{}
		next := "/opportunities?q=Listed&columns=name&columns=amount&sort=" + sort
		var names []string
		for next != "" {
			d := b.open(next, http.StatusOK)
			next = ""
			d.each("tbody", func(n *html.Node) {
				for c := range n.Descendants() {
					if c.Data == "a" && c.FirstChild != nil {
						seen[text(c)]++
						names = append(names, text(c))
					}
				}
			})
			d.each("a", func(n *html.Node) {
				if attr(n, "rel") == "next" {
					next = attr(n, "href")
				}
			})
		}
		if len(names) != 120 || len(seen) != 120 {
			t.Errorf("sort %q: %d rows, %d of them different", sort, len(names), len(seen))
		}
		if sort == "-name" && names[0] != "Listed 120" {
			t.Errorf("sort %q begins with %s", sort, names[0])
		}
	}
	query := "columns=name&columns=amount&from=2027-01-05&q=Listed&sort=-amount"
	rec := b.send(http.MethodGet, "/opportunities.csv?"+query, nil)
	status(t, rec, http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(rec.Body.String(), "\ufeff"))).ReadAll()
	must(t, err)
	if len(rows) != 79 || strings.Join(rows[0], ",") != "Name,Amount,Currency" || rows[1][1] != "600.00" || rows[1][2] != "EUR" {
		t.Errorf("%d rows: %v", len(rows), rows[:min(2, len(rows))])
	}
	if n := strings.Count(s.browser("ben").send(http.MethodGet, "/opportunities.csv", nil).Body.String(), "\n"); n != 1 {
		t.Errorf("ben's file has %d lines", n)
	}

	rec = b.send(http.MethodPost, "/opportunities/views", url.Values{"name": {"Large ones"}, "query": {query + "&after=x&nonsense=1"}, "shared": {"true"}})
	status(t, rec, http.StatusSeeOther)
	if at := rec.Header().Get("Location"); at != "/opportunities?"+query {
		t.Errorf("saved as %s", at)
	}
	d := b.open(rec.Header().Get("Location"), http.StatusOK)
	d.sound("en")
	d.want("a", "Large ones")
	leads := false
	d.each("a", func(n *html.Node) {
		leads = leads || text(n) == "Large ones" && attr(n, "href") == "/opportunities?"+query
	})
	if !leads {
		t.Error("the saved list's link does not lead to what was saved")
	}
	s.browser("mara").open("/opportunities", http.StatusOK).want("a", "Large ones anna")
	list := s.do("mara", http.MethodGet, "/api/v1/deal-views", "", http.StatusOK)["data"].([]any) // not the one that anna keeps for herself
	view := "/api/v1/deal-views/" + fmt.Sprint(list[0].(map[string]any)["id"])
	s.do("mara", http.MethodPatch, view, `{"name":"Mine now"}`, http.StatusNotFound)
	s.do("mara", http.MethodDelete, view, "", http.StatusNotFound)
	s.do("anna", http.MethodPatch, view, `{"shared":false}`, http.StatusOK, "If-Match", `"1"`)
	s.do("anna", http.MethodPatch, view, `{"shared":true}`, http.StatusPreconditionFailed, "If-Match", `"1"`)
	s.do("anna", http.MethodPatch, view, `{"query":"nonsense=1"}`, http.StatusUnprocessableEntity)
	s.do("anna", http.MethodPost, "/api/v1/deal-views", `{"name":"large ONES","query":""}`, http.StatusConflict)
	if n := len(s.do("mara", http.MethodGet, "/api/v1/deal-views", "", http.StatusOK)["data"].([]any)); n != 0 {
		t.Errorf("%d lists are shared", n)
	}
	s.do("anna", http.MethodDelete, view, "", http.StatusNoContent)
	s.exec(fmt.Sprintf(`update opportunity set currency = 'PLN', amount = 5000 where id = '%s'`, s.deal))
	b.open("/board", http.StatusOK).want("span", "+ PLN") // sums of two currencies are never one
	b.open("/board?team="+string(s.anna.TeamID), http.StatusOK).want("a", "Listed 006")
	if s.browser("admin").open("/board?team="+string(s.ben.TeamID), http.StatusOK).has("a", "Listed 006") {
		t.Error("another team's deals are shown")
	}
}
