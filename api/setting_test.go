package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const calendarOfTest = `{"zone":"Europe/Rome","hours":[{"day":"monday","from":"09:00","to":"13:00"},{"day":"monday","from":"14:00","to":"18:00"},{"day":"friday","from":"08:00","to":"24:00"}],
	"holidays":[{"date":"2027-01-06","name":"Epifania","country":"IT"},{"date":"2027-12-24","name":"Vigilia","free_from":"13:00"}]}`

// S086, B065: the calendar is read, replaced on the version that was seen, and refused with every mistake at its place.
func TestCalendarIsASetting(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	before := s.call1("anna", http.MethodGet, "/api/v1/calendar", "", http.StatusOK)
	if n := len(fields(t, before)["hours"].([]any)); n != 10 {
		t.Fatalf("the week has %d spans, want Monday to Friday with two each", n)
	}
	s.do("anna", http.MethodPut, "/api/v1/calendar", calendarOfTest, http.StatusForbidden)
	after := s.call1("sales_ops", http.MethodPut, "/api/v1/calendar", calendarOfTest, http.StatusOK, "If-Match", before.Header().Get("ETag"))
	if got := fields(t, after); len(got["hours"].([]any)) != 3 || len(got["holidays"].([]any)) != 2 || got["version"] != float64(2) {
		t.Errorf("%v", got)
	}
	s.call1("sales_ops", http.MethodPut, "/api/v1/calendar", calendarOfTest, http.StatusPreconditionFailed, "If-Match", before.Header().Get("ETag"))
	s.call1("sales_ops", http.MethodPut, "/api/v1/calendar", calendarOfTest, http.StatusOK) // the same again is no new version
	if again := s.do("anna", http.MethodGet, "/api/v1/calendar", "", http.StatusOK); again["version"] != float64(2) {
		t.Errorf("version %v", again["version"])
	}
	for body, want := range map[string]string{
		`{}`: "/holidays required,/hours required,/zone required",
		`{"zone":"Rome","hours":[{"day":"monday","from":"09:00","to":"10:00"}],"holidays":[]}`:                                                                 "/zone unknown_zone",
		`{"zone":"UTC","hours":[{"day":"mon","from":"9","to":""}],"holidays":[{"date":"2027-02-30","name":"x"}]}`:                                              "/holidays/0/date invalid_date",
		`{"zone":"UTC","hours":[{"day":"mon","from":"9","to":""}],"holidays":[{"name":""}]}`:                                                                   "/holidays/0/date required,/holidays/0/name required,/hours/0/day unknown_value,/hours/0/from invalid_time,/hours/0/to required",
		`{"zone":"UTC","hours":[{"day":"monday","from":"10:00","to":"09:00"}],"holidays":[{"date":"2027-01-06","name":"a"},{"date":"2027-01-06","name":"b"}]}`: "/holidays/1/date already_used,/hours/0 before_start",
	} {
		rec := s.as(s.keys["sales_ops"], http.MethodPut, "/api/v1/calendar", body, "Content-Type", "application/json")
		if got := pointers(t, rec); rec.Code != http.StatusUnprocessableEntity || got != want {
			t.Errorf("%s: %d %s, want %s", body, rec.Code, got, want)
		}
	}
}

// S086: new cases get what is promised now, an open one keeps what it was promised.
func TestServiceLevelsAreASetting(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	old := s.do("care", http.MethodGet, "/api/v1/cases/"+string(s.careCase), "", http.StatusOK)
	before := s.call1("care", http.MethodGet, "/api/v1/service-levels", "", http.StatusOK)
	body := `{"levels":[{"priority":"normal","answer_minutes":30,"solve_minutes":90}]}`
	s.do("care", http.MethodPut, "/api/v1/service-levels", body, http.StatusForbidden)
	s.call1("sales_ops", http.MethodPut, "/api/v1/service-levels", body, http.StatusOK, "If-Match", before.Header().Get("ETag"))
	s.call1("sales_ops", http.MethodPut, "/api/v1/service-levels", body, http.StatusPreconditionFailed, "If-Match", before.Header().Get("ETag"))
	fresh := s.do("care", http.MethodPost, "/api/v1/cases", fmt.Sprintf(`{"contract_id":%q,"subject":"Again"}`, s.contract), http.StatusCreated)
	if fresh["answer_within"] != float64(30*60e9) || fresh["solve_within"] != float64(90*60e9) {
		t.Errorf("a new case is promised %v and %v", fresh["answer_within"], fresh["solve_within"])
	}
	if now := s.do("care", http.MethodGet, "/api/v1/cases/"+string(s.careCase), "", http.StatusOK); now["solve_within"] != old["solve_within"] || now["solve_due"] != old["solve_due"] || now["solve_within"] == fresh["solve_within"] {
		t.Errorf("the open case was promised %v, now %v", old["solve_within"], now["solve_within"])
	}
	rec := s.as(s.keys["sales_ops"], http.MethodPut, "/api/v1/service-levels",
		`{"levels":[{"priority":"low","answer_minutes":0,"solve_minutes":10},{"priority":"low","answer_minutes":1},{"priority":"x","answer_minutes":1,"solve_minutes":1}]}`, "Content-Type", "application/json")
	if got, want := pointers(t, rec), "/levels/0/answer_minutes out_of_range,/levels/1/priority already_used,/levels/1/solve_minutes required,/levels/2/priority unknown_value"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	rec = s.as(s.keys["sales_ops"], http.MethodPut, "/api/v1/service-levels", `{"levels":[{"priority":"low","answer_minutes":20,"solve_minutes":10}]}`, "Content-Type", "application/json")
	if got, want := pointers(t, rec), "/levels/0/solve_minutes solved_before_answered"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// S086: the pages of the settings save, refuse beside the field, and tell who changed what.
func TestSettingPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	post := func(path string, want int, pairs ...string) string {
		t.Helper()
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		rec := s.as(s.keys["sales_ops"], http.MethodPost, path, v.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		status(t, rec, want)
		return rec.Body.String()
	}
	post("/settings/calendar/holidays", http.StatusSeeOther, "date", "2027-12-25", "name", "Natale", "version", "1")
	for want, pairs := range map[string][]string{
		"already in use":    {"date", "2027-12-25", "name", "Twice"},
		"f-date":            {"date", "2027-13-25", "name", "No month"},
		"id=\"f-name-err\"": {"date", "2027-12-26", "name", ""},
		"f-free_from-err":   {"date", "2027-12-26", "name", "x", "free_from", "25:00"},
	} {
		if page := post("/settings/calendar/holidays", http.StatusUnprocessableEntity, pairs...); !strings.Contains(page, want) {
			t.Errorf("%v: the page does not hold %s", pairs, want)
		}
	}
	if page := post("/settings/calendar/holidays", http.StatusPreconditionFailed, "date", "2027-12-26", "name", "Late", "version", "1"); strings.Contains(page, "Late</td>") {
		t.Error("a change on an older version was kept")
	}
	post("/settings/calendar", http.StatusSeeOther, "zone", "Europe/Madrid", "monday.0.from", "9", "monday.0.to", "17.30", "version", "2")
	if page := post("/settings/calendar", http.StatusUnprocessableEntity, "zone", "Europe/Madrid", "monday.0.from", "18:00", "monday.0.to", "17:30"); !strings.Contains(page, `id="f-monday-0-from-err"`) {
		t.Error("hours that end before they begin are not blamed on their field")
	}
	page := s.as(s.keys["anna"], http.MethodGet, "/settings/calendar?year=2027", "").Body.String()
	for _, want := range []string{"Natale", "Europe/Madrid", "09:00–17:30"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if strings.Contains(page, "<button class=\"btn p\"") {
		t.Error("a salesperson is offered to change it")
	}
	post("/settings/calendar/holidays/remove", http.StatusSeeOther, "date", "2027-12-25", "country", "")
	post("/settings/levels", http.StatusUnprocessableEntity, "urgent.answer", "soon", "urgent.solve", "1:00", "high.answer", "2", "high.solve", "1", "normal.answer", "1", "normal.solve", "2", "low.answer", "1", "low.solve", "2")
	post("/settings/levels", http.StatusSeeOther, "urgent.answer", "0:30", "urgent.solve", "1", "high.answer", "1", "high.solve", "2", "normal.answer", "1", "normal.solve", "2", "low.answer", "1", "low.solve", "2", "version", "1")
	page = s.as(s.keys["sales_ops"], http.MethodGet, "/settings/levels", "").Body.String()
	if !strings.Contains(page, "<del>1:00</del>") || !strings.Contains(page, "<ins>0:30</ins>") {
		t.Error("the history does not tell what was changed")
	}
}

// pointers are the mistakes of a refusal, "<pointer> <code>", in order.
func pointers(t *testing.T, rec *httptest.ResponseRecorder) string {
	t.Helper()
	var out []string
	for _, e := range fields(t, rec)["errors"].([]any) {
		e := e.(map[string]any)
		out = append(out, fmt.Sprint(e["pointer"], " ", e["code"]))
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// A class decides the rate of products and free text; a changed rate follows the product and leaves what was written alone.
func TestTaxClasses(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	list := s.do("anna", http.MethodGet, "/api/v1/tax-classes", "", http.StatusOK)["data"].([]any)
	standard := list[0].(map[string]any)
	if len(list) != 1 || standard["percent"] != "22" || standard["is_default"] != true {
		t.Fatalf("%v", list)
	}
	s.do("anna", http.MethodPost, "/api/v1/tax-classes", `{"name":"x","percent":"5"}`, http.StatusForbidden)
	reduced := s.made("sales_ops", "/api/v1/tax-classes", `{"name":"Reduced","percent":"10","country":"IT"}`)
	export := s.made("sales_ops", "/api/v1/tax-classes", `{"name":"Export","percent":"0","exemption":"N3.1"}`)
	refused := func(method, path, body string, want int, mistakes string) {
		t.Helper()
		rec := s.as(s.keys["sales_ops"], method, path, body, "Content-Type", "application/json")
		if got := pointers(t, rec); rec.Code != want || got != mistakes {
			t.Errorf("%s %s: %d %s, want %d %s", path, body, rec.Code, got, want, mistakes)
		}
	}
	const classes, products = "/api/v1/tax-classes", "/api/v1/products"
	refused(http.MethodPost, classes, `{"name":"reduced","percent":"9","country":"IT"}`, 409, "/name already_used")
	refused(http.MethodPost, classes, `{"name":"Free","percent":"0"}`, 422, "/exemption required")
	refused(http.MethodPost, classes, `{"name":"Odd","percent":"4","exemption":"N4"}`, 422, "/exemption exemption_with_rate")
	refused(http.MethodPost, classes, `{}`, 422, "/name required,/percent required")
	refused(http.MethodPatch, classes+"/"+fmt.Sprint(standard["id"]), `{"is_default":false}`, 422, "/is_default default_needed")
	refused(http.MethodPatch, classes+"/"+fmt.Sprint(standard["id"]), `{"active":false}`, 422, "/active default_needed")
	refused(http.MethodPost, products, `{"sku":"A","name":"A","price":"1","tax_class_id":"`+string(reduced)+`","tax_percent":"22"}`, 422, "/tax_percent differs_from_class")
	refused(http.MethodPost, products, `{"sku":"A","name":"A","price":"1","tax_class_id":"`+string(s.deal)+`"}`, 422, "/tax_class_id unknown_record")

	for body, want := range map[string]string{
		`{"sku":"D","name":"D","price":"1"}`:                                         "22 " + fmt.Sprint(standard["id"]),
		`{"sku":"R","name":"R","price":"1","tax_percent":"10.0"}`:                    "10 " + string(reduced),
		`{"sku":"N","name":"N","price":"1","tax_percent":"7"}`:                       "7 <nil>",
		`{"sku":"E","name":"E","price":"1","tax_class_id":"` + string(export) + `"}`: "0 " + string(export),
	} {
		p := s.do("sales_ops", http.MethodPost, products, body, http.StatusCreated)
		if got := fmt.Sprint(p["tax_percent"], " ", p["tax_class_id"]); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	quote := "/api/v1/quotes/" + string(s.quote)
	s.do("anna", http.MethodPatch, quote, fmt.Sprintf(`{"lines":[{"sku":"R","quantity":"1","unit_price":"100"},{"name":"Abroad","quantity":"1","unit_price":"10","tax_class_id":%q}]}`, export), http.StatusOK)
	changed := s.do("sales_ops", http.MethodPatch, classes+"/"+string(reduced), `{"percent":"11","is_default":true}`, http.StatusOK)
	if changed["is_default"] != true || s.do("anna", http.MethodGet, classes+"/"+fmt.Sprint(standard["id"]), "", http.StatusOK)["is_default"] != false {
		t.Error("there are two defaults, or none")
	}
	if p := s.do("anna", http.MethodGet, products+"?sort=sku", "", http.StatusOK)["data"].([]any); p[len(p)-1].(map[string]any)["tax_percent"] != "11" {
		t.Errorf("the product did not follow its class: %v", p)
	}
	q := s.do("anna", http.MethodGet, quote, "", http.StatusOK)
	lines := q["lines"].([]any)
	if one, two := lines[0].(map[string]any), lines[1].(map[string]any); one["tax_percent"] != "10" || q["tax"] != "10.00" || two["exemption"] != "N3.1" || two["tax_percent"] != "0" {
		t.Errorf("the quote did not keep its rates: %v", lines)
	}
}

// The pages of taxes, products and quotes choose a class; the default is what free text gets without a choice.
func TestTaxPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	post := func(person, path string, want int, pairs ...string) string {
		t.Helper()
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		rec := s.as(s.keys[person], http.MethodPost, path, v.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		status(t, rec, want)
		return rec.Body.String()
	}
	if page := post("sales_ops", "/settings/taxes", http.StatusUnprocessableEntity, "name", "Free", "percent", "0", "active", "true"); !strings.Contains(page, `id="f-exemption-err"`) {
		t.Error("a missing reason is not blamed on its field")
	}
	if page := post("sales_ops", "/settings/taxes", http.StatusConflict, "name", "standard", "percent", "5", "active", "true"); !strings.Contains(page, `id="f-name-err"`) {
		t.Error("a second class of the name is not blamed on its field")
	}
	post("sales_ops", "/settings/taxes", http.StatusSeeOther, "name", "Reduced", "percent", "10.5", "active", "true", "is_default", "true")
	page := s.as(s.keys["sales_ops"], http.MethodGet, "/products", "").Body.String()
	_, after, _ := strings.Cut(page, `name="tax_class_id"`)
	first, _, _ := strings.Cut(after, "</option>")
	if !strings.Contains(first, "Reduced") {
		t.Errorf("the default is not offered first: %s", first)
	}
	quote := "/quotes/" + string(s.quote)
	valid := s.do("anna", http.MethodGet, "/api/v1"+quote, "", http.StatusOK)["valid_until"].(string)
	post("anna", quote, http.StatusSeeOther, "action", "add", "new.name", "Carriage", "new.unit_price", "50", "valid_until", valid, "payment_days", "30",
		"share.deposit", "100", "share.progress", "0", "share.balance", "0", "version", "1")
	lines := s.do("anna", http.MethodGet, "/api/v1"+quote, "", http.StatusOK)["lines"].([]any)
	if got := lines[len(lines)-1].(map[string]any)["tax_percent"]; got != "10.5" {
		t.Errorf("free text is taxed with %v", got)
	}
}

// S091: the company's master data are read, changed by part on the version that was seen, brought into their form and refused with every mistake at its place; the address in
// one text follows its parts.
func TestCompanyIsASetting(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	before := s.call1("sales_ops", http.MethodGet, "/api/v1/company", "", http.StatusOK)
	body := `{"street":" Corso Italia 2 ","postal_code":"10121","city":"Torino","province":"TO","country":"IT","vat":"IT 00743110157","iban":"it60 x054 2811 1010 0000 0123 456","payment_days":45}`
	s.do("anna", http.MethodPatch, "/api/v1/company", body, http.StatusForbidden)
	after := fields(t, s.call1("sales_ops", http.MethodPatch, "/api/v1/company", body, http.StatusOK, "If-Match", before.Header().Get("ETag")))
	if after["address"] != "Corso Italia 2, 10121 Torino (TO)" || after["iban"] != "IT60X0542811101000000123456" || after["vat"] != "IT00743110157" || after["payment_days"] != float64(45) || after["version"] != float64(2) {
		t.Errorf("%v", after)
	}
	s.call1("sales_ops", http.MethodPatch, "/api/v1/company", body, http.StatusPreconditionFailed, "If-Match", before.Header().Get("ETag"))
	rec := s.as(s.keys["sales_ops"], http.MethodPatch, "/api/v1/company", `{"name":"","vat":"DE136695976","postal_code":"101","province":"T1","iban":"IT00","regime":"RF03","email":"x","quote_days":400}`, "Content-Type", "application/json")
	if got, want := pointers(t, rec), "/email invalid_email,/iban invalid_iban_length,/name required,/postal_code invalid_postal_code,/province invalid_province,/quote_days out_of_range,/regime unknown_value,/vat other_country"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	form := url.Values{"name": {"Demo Automation Srl"}, "street": {"Via Po 1"}, "city": {""}, "country": {"IT"}, "vat": {"IT1"}, "postal_code": {"10121"}, "quote_days": {"30"}, "payment_days": {"x"}}
	page := s.as(s.keys["sales_ops"], http.MethodPost, "/settings/company", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	status(t, page, http.StatusUnprocessableEntity)
	form.Set("payment_days", "30")
	page = s.as(s.keys["sales_ops"], http.MethodPost, "/settings/company", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	status(t, page, http.StatusUnprocessableEntity)
	for _, want := range []string{`id="f-city-err"`, `id="f-vat-err"`} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
	form.Set("city", "Torino")
	form.Set("vat", "IT00743110157")
	status(t, s.as(s.keys["sales_ops"], http.MethodPost, "/settings/company", form.Encode(), "Content-Type", "application/x-www-form-urlencoded"), http.StatusSeeOther)
	if shown := s.as(s.keys["sales_ops"], http.MethodGet, "/settings/company", "").Body.String(); !strings.Contains(shown, "<del>Corso Italia 2</del>") {
		t.Error("the history does not tell of the street")
	}
}
