package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/shopspring/decimal"
)

// S083: a phase's budget is what the quote's lines of it come to: by default those whose product's category is called as the phase, else as somebody put them; the sum is the project's budget.
func TestBudgetByLines(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project, page := "/api/v1/contracts/"+string(s.contract)+"/project", "/contracts/"+string(s.contract)+"/budget"
	s.do("project_manager", http.MethodPut, project+"/budget-lines", `{"lines":[]}`, http.StatusConflict) // no phases
	quote := ask[string](s, `select o.quote_id::text from sales_order o join contract c on c.order_id = o.id where c.id = '`+string(s.contract)+`'`)
	s.exec(`update project set budget = 100.01 where contract_id = '` + string(s.contract) + `'`)
	for position, line := range []string{`(select id from product limit 1), 'Pump'`, `(select id from product limit 1), 'Spare pump'`, `null, 'Installation'`} {
		s.exec(fmt.Sprintf(`insert into quote_line (id, quote_id, position, product_id, name, quantity, unit_price, tax_percent, unit_cost, net) values (gen_random_uuid(), '%s', %d, %s, 1, 5, 22, 1, 5)`, quote, 90+position, line))
	}
	s.exec(`update product set category_id = '` + string(s.category) + `'`)
	name := ask[string](s, `select name from product_category where id = '`+string(s.category)+`'`)
	phase := fmt.Sprint(s.do("project_manager", http.MethodPost, project+"/phases", fmt.Sprintf(`{"name":%q}`, name), 201)["id"])
	other := fmt.Sprint(s.do("project_manager", http.MethodPost, project+"/phases", `{"name":"On site"}`, 201)["id"])
	sum, last := decimal.Zero, ""
	for _, v := range s.do("project_manager", http.MethodGet, project+"/budget-lines", "", 200)["data"].([]any) {
		l := v.(map[string]any)
		sum = sum.Add(amount(t, l["budget"]))
		if l["name"] == "Installation" {
			last = fmt.Sprint(l["id"])
			if l["phase_id"] != nil {
				t.Errorf("%v", l)
			}
		} else if l["phase_id"] != phase {
			t.Errorf("%v", l)
		}
	}
	if sum.String() != "100.01" {
		t.Errorf("the lines come to %s", sum)
	}
	s.do("project_manager", http.MethodPut, project+"/budget-lines", fmt.Sprintf(`{"lines":[{"id":%q,"phase_id":"018f0000-0000-7000-8000-000000000009"}]}`, last), 422)
	s.do("project_manager", http.MethodPut, project+"/budget-lines", `{"lines":[{"id":"018f0000-0000-7000-8000-000000000009"}]}`, 422)
	pm := s.browser("project_manager")
	pm.open(page, http.StatusOK).sound("en")
	status(t, pm.send(http.MethodPost, page, url.Values{"line." + last: {other}}), http.StatusSeeOther)
	if got := ask[string](s, `select sum(budget) || ' ' || count(*) filter (where budget > 0) from project_phase`); got != "100.01 2" {
		t.Error(got)
	}
	if got := shows(pm.open(page, http.StatusOK).control("line." + last)); got != other {
		t.Errorf("the line is of %s", got)
	}
}
