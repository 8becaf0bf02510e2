package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"
)

// B089: ?fields= gives those fields only, on records and lists; all names of the document are taken, and others refused.
func TestFieldsAreChosen(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.do("anna", http.MethodGet, "/api/v1/opportunities/"+string(s.deal)+"?fields=name,margin_percent,id", "", http.StatusOK)
	if len(deal) != 3 || deal["name"] != "Pumps" || deal["margin_percent"] != "40" || deal["id"] != string(s.deal) {
		t.Errorf("%v", deal)
	}
	list := s.do("anna", http.MethodGet, "/api/v1/opportunities?fields=amount&limit=1", "", http.StatusOK)
	row := list["data"].([]any)[0].(map[string]any)
	if len(row) != 1 || row["amount"] == nil || list["has_more"] != true {
		t.Errorf("%v", list)
	}
	next := s.do("anna", http.MethodGet, "/api/v1/opportunities?fields=name&limit=1&cursor="+fmt.Sprint(list["next_cursor"]), "", http.StatusOK)
	if len(next["data"].([]any)) != 1 {
		t.Errorf("other fields ended the list: %v", next)
	}
	s.booked()
	for _, rt := range s.srv.routes() {
		for _, name := range rt.call.selectable() {
			s.do("admin", http.MethodGet, s.address(rt.path)+"?fields="+name, "", http.StatusOK)
		}
	}
}

// B089: who may not see a figure finds null in its place, in records, lists and parts.
func TestHiddenFiguresAreNull(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for person, shown := range map[string]bool{"care": false, "anna": true, "admin": true} {
		product := s.do(person, http.MethodGet, "/api/v1/products/"+string(s.product), "", http.StatusOK)
		row := s.do(person, http.MethodGet, "/api/v1/products", "", http.StatusOK)["data"].([]any)[0].(map[string]any)
		project := s.do(person, http.MethodGet, "/api/v1/contracts/"+string(s.contract), "", http.StatusOK)["project"].(map[string]any)
		for what, v := range map[string]any{"a product's cost": product["cost"], "a listed product's cost": row["cost"], "a project's budget": project["budget"]} {
			if (v != nil) != shown {
				t.Errorf("%s sees %s as %v", person, what, v)
			}
		}
		if product["price"] != "100.00" {
			t.Errorf("%s: price %v", person, product["price"])
		}
	}
}

// The table of hidden fields names fields that there are.
func TestHiddenFieldsExist(t *testing.T) {
	t.Parallel()
	members := within(testDocument(), "components", "schemas").(map[string]any)
	for _, f := range crm.HiddenFields() {
		record, name, _ := strings.Cut(f, ".")
		found := false
		for component, shape := range members {
			is := snakeName(component) == record || strings.TrimSuffix(snakeName(component), "_record") == record
			found = found || is && within(shape, "properties", name) != nil
		}
		if !found {
			t.Errorf("no %s", f)
		}
	}
}

// S093, B053: a local start is the instant that its zone's clocks show it at; an end comes with it.
func TestEngagementInLocalTime(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	body := fmt.Sprintf(`{"opportunity_id":%q,"kind":"meeting","subject":"See the plant","start":"2027-07-01T09:00","end":"2027-07-01T10:30","zone":"Europe/Rome"}`, s.deal)
	g := s.do("anna", http.MethodPost, "/api/v1/engagements", body, http.StatusCreated)
	g = s.do("anna", http.MethodGet, "/api/v1/engagements/"+fmt.Sprint(g["id"]), "", http.StatusOK)
	if g["due_at"] != "2027-07-01T07:00:00Z" || g["ends_at"] != "2027-07-01T08:30:00Z" {
		t.Errorf("%v", g)
	}
}

// B088: a salesperson may read and check rules, and change none.
func TestSalespersonChangesNoRules(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.do("anna", http.MethodPost, "/api/v1/rules/check", `{"source":"deal.amount > 1000"}`, http.StatusOK)
	rec := s.as(s.keys["anna"], http.MethodPost, "/rules/reload", "")
	if rec.Code != http.StatusForbidden {
		t.Errorf("%d", rec.Code)
	}
}

// S097: a whole rule set is checked too; the answer names the fields that it reads, each mistake its line.
func TestRuleSetIsChecked(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	source := shippedRules(t)[crm.RulePipeline]
	check := func(source string, want int) map[string]any {
		return s.do("anna", http.MethodPost, "/api/v1/rules/check", fmt.Sprintf(`{"kind":"pipeline","source":%s}`, quoted(source)), want)
	}
	good := check(source, http.StatusOK)
	if !slices.Contains(good["fields"].([]any), any("deal.need")) {
		t.Errorf("%v", good)
	}
	bad := check(strings.Replace(source, "deal.need", "deal.neeed", 1), http.StatusUnprocessableEntity)
	item := bad["errors"].([]any)[0].(map[string]any)
	ps := item["params"].(map[string]any)
	if bad["code"] != "rule_invalid" || item["code"] != "unknown_name" || ps["did_you_mean"] != "need" || ps["line"].(float64) < 2 {
		t.Errorf("%v", bad)
	}
}

// B070: a form that is posted twice is one decision, since both posts carry the same key.
func TestDoublePostIsOneDecision(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	path := "/orders/" + string(s.order)
	command := ""
	for n := range b.open(path, http.StatusOK).root.Descendants() {
		if n.Data == "input" && attr(n, "name") == "command" && attr(n, "value") != "" {
			command = attr(n, "value")
		}
	}
	if command == "" {
		t.Fatal("the form carries no key")
	}
	for range 2 {
		status(t, b.send(http.MethodPost, path+"/validate", url.Values{"command": {command}}), http.StatusSeeOther)
	}
	if len(s.cmd.sent) != 2 || s.cmd.sent[0].ID != s.cmd.sent[1].ID {
		t.Errorf("%d commands: %v", len(s.cmd.sent), s.cmd.sent)
	}
}

// B089: pages keep to the same table: customer care finds no cost on them.
func TestPagesHideFigures(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for person, sees := range map[string]bool{"care": false, "anna": true} {
		b := s.browser(person)
		for path, figure := range map[string]string{"/products": "60.00", "/products/" + string(s.product): "60.00", "/contracts/" + string(s.contract): "60.00"} {
			if b.open(path, http.StatusOK).has("main", figure) != sees {
				t.Errorf("%s: cost is shown to %s: %v", path, person, !sees)
			}
		}
	}
}
