package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
)

// Books, components, constraints and rates by the API: what is wrong is told with its place, what is right prices a quote (S038, S072).
func TestCatalogueByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	refused := func(method, path, body string, want int, mistakes string) {
		t.Helper()
		rec := s.as(s.keys["sales_ops"], method, path, body, "Content-Type", "application/json")
		if got := pointers(t, rec); rec.Code != want || got != mistakes {
			t.Errorf("%s %s: %d %s, want %d %s", path, body, rec.Code, got, want, mistakes)
		}
	}
	pump, book := "/api/v1/products/"+string(s.product), "/api/v1/price-books/"+string(s.book)
	motor := s.made("sales_ops", "/api/v1/products", `{"sku":"MOTOR","name":"Motor","price":"50","kind":"option","names":{"it":"Motore"}}`)
	refused(http.MethodPost, "/api/v1/products", `{"sku":"X","name":"X","price":"1","kind":"thing","unit_decimals":5,"names":{"fr":"x"},"category_id":"no"}`, 422,
		"/category_id invalid_id,/kind unknown_value,/names/fr unknown_value,/unit_decimals out_of_range")
	refused(http.MethodPost, "/api/v1/products", `{"sku":"X","name":"X","price":"1","priced_as":"sum"}`, 422, "/priced_as not_a_bundle")
	refused(http.MethodPatch, pump, `{"replaced_by":"`+string(s.product)+`"}`, 422, "/replaced_by same_record")
	refused(http.MethodPatch, pump, `{"category_id":"`+string(s.deal)+`"}`, 422, "/category_id unknown_record")
	refused(http.MethodPut, pump+"/components", fmt.Sprintf(`{"components":[{"product_id":%q,"quantity":"0"}]}`, motor), 422, "/components/0/quantity out_of_range")
	refused(http.MethodPut, pump+"/components", fmt.Sprintf(`{"components":[{"product_id":%q,"quantity":"1"}]}`, motor), 422, "/components not_a_bundle")
	refused(http.MethodPut, pump+"/constraints", `{"constraints":[{"kind":"requires"},{"kind":"likes"}]}`, 422, "/constraints/1/kind unknown_value")
	rule := `{"constraints":[{"kind":"rule","text":"qty(\"MOTOR\") >= 2 * qty(\"%s\")","note":"Two motors each"}]}`
	refused(http.MethodPut, pump+"/constraints", `{"constraints":[{"kind":"rule"}]}`, 422, "/constraints/0/text required")
	refused(http.MethodPut, pump+"/constraints", fmt.Sprintf(rule, "PUPM"), 422, "/constraints/0/text unknown_name")
	refused(http.MethodPut, pump+"/constraints", `{"constraints":[{"kind":"rule","text":"customer.vat == \"\""}]}`, 422, "/constraints/0/text unknown_name")
	if p := s.do("sales_ops", http.MethodPut, pump+"/constraints", fmt.Sprintf(rule, "PUPM"), 422); p["errors"].([]any)[0].(map[string]any)["params"].(map[string]any)["did_you_mean"] != "PUMP" {
		t.Errorf("%v", p)
	}
	kept := s.do("sales_ops", http.MethodPut, pump+"/constraints", fmt.Sprintf(rule, "PUMP"), http.StatusOK)["constraints"].([]any)[0].(map[string]any)
	if kept["text"] != `qty("MOTOR") >= 2 * qty("PUMP")` || kept["kind"] != "rule" {
		t.Errorf("%v", kept)
	}
	if rec := s.as(s.keys["anna"], http.MethodPatch, "/api/v1/quotes/"+string(s.quote), `{"lines":[{"sku":"PUMP","quantity":"2"},{"sku":"MOTOR","quantity":"3"}]}`, "Content-Type", "application/json"); pointers(t, rec) != "/lines/0 configuration_rule" ||
		!strings.Contains(rec.Body.String(), "Two motors each") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	s.do("anna", http.MethodPatch, "/api/v1/quotes/"+string(s.quote), `{"lines":[{"sku":"PUMP","quantity":"2"},{"sku":"MOTOR","quantity":"4"}]}`, http.StatusOK)
	refused(http.MethodPost, "/api/v1/price-books", `{"name":"list"}`, 409, "/name already_used")
	refused(http.MethodPost, "/api/v1/price-books", fmt.Sprintf(`{"name":"X","currency":"ZZZ","account_id":%q,"class":"A","valid_from":"2027-02-01","valid_until":"2027-01-01"}`, s.account), 422,
		"/class both_audiences,/currency unknown_currency,/valid_until ends_before_it_begins")
	refused(http.MethodPut, book+"/entries", fmt.Sprintf(`{"entries":[{"product_id":%q,"price":"1","percent":"2"},{"price":"3"},{"product_id":%q,"price":"-1"}]}`, motor, s.deal), 422, "/entries/2/price out_of_range")
	refused(http.MethodPut, book+"/entries", fmt.Sprintf(`{"entries":[{"product_id":%q,"price":"1","percent":"2"},{"price":"3"},{"product_id":%q,"price":"1"}]}`, motor, s.deal), 422,
		"/entries/0/percent price_or_percent,/entries/1/price price_of_everything,/entries/2/product_id unknown_record")
	refused(http.MethodPut, "/api/v1/exchange-rates", `{"rates":[{"currency":"EUR","on_date":"2026-01-02","rate":"1"},{"currency":"USD","on_date":"2999-01-02","rate":"1.2"}]}`, 422,
		"/rates/0/currency home_currency,/rates/1/on_date in_the_future")

	s.do("sales_ops", http.MethodPut, pump+"/constraints", fmt.Sprintf(`{"constraints":[{"kind":"requires","others":[%q],"note":"It does not run without"}]}`, motor), http.StatusOK)
	s.do("sales_ops", http.MethodPut, book+"/entries", fmt.Sprintf(`{"entries":[{"product_id":%q,"min_quantity":"10","price":"80"},{"percent":"10"}]}`, s.product), http.StatusOK)
	quote := "/api/v1/quotes/" + string(s.quote)
	alone := `{"lines":[{"kind":"section","name":"Machines"},{"sku":"PUMP","quantity":"12","discounts":"10+5"}]`
	rec := s.as(s.keys["anna"], http.MethodPatch, quote, alone+`}`, "Content-Type", "application/json")
	if got := pointers(t, rec); got != "/lines/1 configuration_requires" || !strings.Contains(rec.Body.String(), "It does not run without") {
		t.Errorf("a pump alone: %d %s", rec.Code, rec.Body)
	}
	seen := s.do("anna", http.MethodPost, quote+"/preview", alone+`,"with_required":true}`, http.StatusOK)
	q := s.do("anna", http.MethodPatch, quote, alone+`,"with_required":true}`, http.StatusOK)
	lines := q["lines"].([]any)
	line, added := lines[1].(map[string]any), lines[2].(map[string]any)
	if seen["net"] != q["net"] || q["net"] != "865.80" || line["unit_price"] != "80.00" || line["discount_percent"] != "14.5" || line["discounts"] != "10+5" || added["unit_price"] != "45.00" {
		t.Errorf("12 × 80 − 14.5 %% and a motor at 45: %v", q)
	}
	why := line["price"].(map[string]any)
	if why["source"] != "book" || why["book"] != "List" || why["list"] != "100.00" {
		t.Errorf("why: %v", why)
	}
	deal := "/api/v1/opportunities/" + string(s.newDeal("Configured")) + "/products"
	if rec := s.as(s.keys["anna"], http.MethodPost, deal, fmt.Sprintf(`{"product_id":%q,"quantity":"1"}`, s.product), "Content-Type", "application/json"); pointers(t, rec) != "/product_id configuration_requires" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	s.do("anna", http.MethodPost, deal, fmt.Sprintf(`{"product_id":%q,"quantity":"1","with_required":true}`, s.product), http.StatusCreated)
	if n := len(s.do("anna", http.MethodGet, deal, "", http.StatusOK)["data"].([]any)); n != 2 {
		t.Errorf("%d lines", n)
	}
	refused(http.MethodPut, "/api/v1/rounding", `{"rounding":"down","tax":"month"}`, 422, "/rounding unknown_value,/tax unknown_value")
	s.do("sales_ops", http.MethodPut, "/api/v1/rounding", `{"rounding":"half_even","tax":"line"}`, http.StatusOK)
	s.do("anna", http.MethodPut, "/api/v1/accounts/"+string(s.account)+"/tax", `{"split_payment":true}`, http.StatusOK)
	if q := s.do("anna", http.MethodPost, "/api/v1/quotes", fmt.Sprintf(`{"opportunity_id":%q,"lines":[{"name":"x","quantity":"0.5","unit_price":"0.25","tax_percent":"22"}]}`, s.deal), http.StatusCreated); q["rounding"] != "half_even" || q["net"] != "0.12" || q["split_payment"] != true {
		t.Errorf("%v", q)
	}
}

// The pages write what the API writes; a file of products that was saved changes nothing when it is imported, and each wrong row says why.
func TestCataloguePages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ops := s.browser("sales_ops")
	for _, path := range []string{"/products", "/products/" + string(s.product), "/products/import", "/price-books", "/price-books/" + string(s.book), "/exchange-rates"} {
		ops.open(path, http.StatusOK).sound("en")
	}
	book := "/price-books/" + string(s.book)
	ops.read(ops.send(http.MethodPost, book+"/prices", url.Values{"entries": {"PUMP\t1\t90\nNONE;1;5"}}), book, http.StatusUnprocessableEntity).want("span", "There is no product NONE")
	status(t, ops.send(http.MethodPost, book+"/prices", url.Values{"entries": {"PUMP;1;90\n*;10;5%"}}), http.StatusSeeOther)
	ops.open(book, http.StatusOK).want("td", "€90.00")
	status(t, ops.send(http.MethodPost, "/exchange-rates", url.Values{"rates": {"USD;2026-01-02;1.0823;ECB"}}), http.StatusSeeOther)
	status(t, ops.send(http.MethodPost, "/products/categories", url.Values{"category": {"Pumps"}}), http.StatusSeeOther)
	parts := "/products/" + string(s.product) + "/parts"
	ops.read(ops.send(http.MethodPost, parts, url.Values{"constraints": {"likes PUMP"}}), parts, http.StatusUnprocessableEntity).want("span", "Write it as")
	ops.read(ops.send(http.MethodPost, parts, url.Values{"constraints": {`rule qty("PUMPP") > 1`}}), parts, http.StatusUnprocessableEntity).want("span", "character 5: there is no product PUMPP; did you mean PUMP?")
	status(t, ops.send(http.MethodPost, parts, url.Values{"constraints": {"amount 1-100 # We pack a hundred\n" + `rule qty("PUMP") != 13 # Not thirteen`}}), http.StatusSeeOther)
	ops.open("/products/"+string(s.product), http.StatusOK).want("code", `qty("PUMP") != 13`)
	ops.open("/products/"+string(s.product), http.StatusOK).want("li", "We pack a hundred")

	saved := s.as(s.keys["sales_ops"], http.MethodGet, "/products.csv", "").Body.String()
	ops.read(ops.send(http.MethodPost, "/products/import", url.Values{"text": {saved}}), "import", http.StatusOK).want("dd", "1")
	page := ops.send(http.MethodPost, "/products/import", url.Values{"text": {"sku,name,price,kind,category\nNEW,New one,12.50,service,Pumps\nBAD,,x,thing,Nowhere\nPUMP,Pump,100.00,goods,\n"}}).Body.String()
	for _, want := range []string{"name: ", "price: ", "kind: ", "category: "} {
		if !strings.Contains(page, want) {
			t.Errorf("the wrong row does not say %q", want)
		}
	}
	ops.send(http.MethodPost, "/products/import", url.Values{"go": {"true"}, "text": {"sku,name,price,kind,category\nNEW,New one,12.50,service,Pumps\n=BAD,,x,thing,Nowhere\n"}})
	found := s.do("anna", http.MethodGet, "/api/v1/products?filter[sku]=NEW", "", http.StatusOK)["data"].([]any)
	if len(found) != 1 || found[0].(map[string]any)["kind"] != "service" || found[0].(map[string]any)["category_id"] == nil {
		t.Errorf("%v", found)
	}

	anna, quote := s.browser("anna"), "/quotes/"+string(s.quote)
	form := url.Values{
		"lines.0.quantity": {"3"}, "lines.0.unit_price": {"100"}, "lines.0.discount_percent": {"10+5"}, "discount_percent": {"0"}, "valid_until": {"2027-12-31"}, "payment_days": {"30"},
		"language": {"en"}, "share.deposit": {"100"}, "share.progress": {"0"}, "share.balance": {"0"}, "action": {"paste"}, "paste": {"Site work\nPUMP\t2\t\t5\nTravel\t1\t50"},
	}
	seen := anna.read(anna.send(http.MethodPost, quote+"/preview", form), quote, http.StatusOK)
	seen.want("span", "€256.50")
	status(t, anna.send(http.MethodPost, quote, form), http.StatusSeeOther)
	lines := s.do("anna", http.MethodGet, "/api/v1"+quote, "", http.StatusOK)["lines"].([]any)
	if len(lines) != 4 || lines[1].(map[string]any)["kind"] != "section" || lines[2].(map[string]any)["unit_price"] != "90.00" || lines[3].(map[string]any)["product_id"] != nil {
		t.Errorf("%v", lines)
	}
	form.Set("action", "up-2")
	for i, l := range lines {
		form.Set(fmt.Sprintf("lines.%d.quantity", i), fmt.Sprint(l.(map[string]any)["quantity"]))
		form.Set(fmt.Sprintf("lines.%d.unit_price", i), fmt.Sprint(l.(map[string]any)["unit_price"]))
	}
	form.Set("lines.3.optional", "true")
	status(t, anna.send(http.MethodPost, quote, form), http.StatusSeeOther)
	q := s.do("anna", http.MethodGet, "/api/v1"+quote, "", http.StatusOK)
	lines = q["lines"].([]any)
	if lines[2].(map[string]any)["kind"] != crm.SectionOfQuote || lines[3].(map[string]any)["optional"] != true || q["net"] != "436.50" {
		t.Errorf("%v", q)
	}
	form.Set("action", "save")
	form.Set("lines.0.discount_percent", "10+")
	anna.read(anna.send(http.MethodPost, quote, form), quote, http.StatusUnprocessableEntity).sound("en")
}
