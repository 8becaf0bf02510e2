package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

var (
	sameAmounts = cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) })
	sameDates   = cmp.Comparer(func(a, b crm.Date) bool { return a.String() == b.String() })
	noLists     = cmp.FilterValues(func(a, b []string) bool { return len(a)+len(b) == 0 }, cmp.Ignore())
	noDays      = cmp.FilterValues(func(a, b []crm.Date) bool { return len(a)+len(b) == 0 }, cmp.Ignore())
)

// N2: a trial of prices asks of a deal what its last edit was asked: every line and the whole, on the same figures. It counts the deal that
// the draft would refuse, with the conditions, and whom an order beyond the limits would go to.
func TestPricesAreTried(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var mu sync.Mutex
	asked := map[string][]crm.Facts{}
	judge := s.store.Judge
	s.store.Judge = func(kind crm.RuleKind, version int, load func() ([]byte, error), moment string, f crm.Facts) (crm.Verdict, error) {
		if kind == crm.RulePricing {
			mu.Lock()
			asked[moment] = append(asked[moment], f)
			mu.Unlock()
		}
		return judge(kind, version, load, moment, f)
	}
	s.do("anna", http.MethodPatch, "/api/v1/opportunities/"+string(s.deal)+"/products/"+string(s.line), `{"discount_percent":"7.5"}`, http.StatusOK)
	tab := asked[rules.MomentLine]
	asked = map[string][]crm.Facts{}
	s.do("anna", http.MethodPatch, "/api/v1/quotes/"+string(s.quote), fmt.Sprintf(`{"lines":[{"product_id":%q,"quantity":"2","discount_percent":"12.5"},{"name":"Journey","quantity":"1","unit_price":"80.33","unit_cost":"79","tax_percent":"22"}]}`, s.product), http.StatusOK)
	want := append(slices.Clone(tab), asked[rules.MomentLine]...)
	want = append(want, asked[rules.MomentQuote]...)
	if len(want) != 4 {
		t.Fatalf("the edits asked %d questions", len(want))
	}
	var got []rules.Question
	for x, err := range s.store.PriceTrials(t.Context(), true) {
		must(t, err)
		if x.Deal == s.deal {
			q := TrialOf(crm.RulePricing, nil, x)
			got = append([]rules.Question{{Ask: q.Ask, Facts: q.Facts}}, q.Also...)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("the trial asks %d questions", len(got))
	}
	want[0].Deal = got[0].Facts.Deal // the line moved its amount after it was asked
	for i := range want {
		if diff := cmp.Diff(want[i], got[i].Facts, sameAmounts, sameDates, noLists, noDays); diff != "" {
			t.Errorf("question %d, %s:\n%s", i, got[i].Ask, diff)
		}
	}
	draft := s.made("sales_ops", "/api/v1/rules/drafts", `{"kind":"pricing","source":"pricing:\n  line: [{id: cost, when: line.margin_percent >= 5}, {id: ten, when: line.discount_percent <= 10}]\n"}`)
	at := "/api/v1/rules/drafts/" + string(draft)
	r := s.do("sales_ops", http.MethodPost, at+"/try", "", http.StatusOK)
	hits := r["hits"].([]any)
	if fmt.Sprint(r["blocked"].(map[string]any)["deals"], r["newly"].(map[string]any)["deals"], r["by_clause"]) != "1 1 [map[amount:277.50 deals:1 key:line.cost] map[amount:277.50 deals:1 key:line.ten]]" || len(hits) != 1 {
		t.Errorf("%v", r)
	}
	b := s.browser("sales_ops")
	d := b.open("/rules/drafts/"+string(draft)+"/report", http.StatusOK)
	d.sound("en")
	d.want("td", "Pumps")
	d.want("span", "Beyond the limits")
	b.open("/rules/drafts/"+string(draft), http.StatusOK).want("button", "Run in the shadow")
	status(t, b.send(http.MethodGet, "/rules/drafts/"+string(draft)+"/report?list=blocked&clause=line.ten&as=csv", nil), http.StatusOK)
	s.exec(fmt.Sprintf(`update opportunity set state = 'won' where id = '%s'`, s.deal))
	r = s.do("sales_ops", http.MethodPost, at+"/try", "", http.StatusOK)
	if fmt.Sprint(r["blocked"].(map[string]any)["deals"], r["won"].(map[string]any)["deals"], r["stopped"].(map[string]any)["deals"]) != "0 1 1" {
		t.Errorf("of a won deal: %v", r)
	}
}

// N2: the kinds that are not tried, run in no shadow or know no exceptions say why, each on the page of its draft; of the others nothing is said.
func TestWhatRulesDoWithoutIsSaid(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	doc, _ := rules.ParseDocument(rules.Default())
	for _, kind := range crm.RuleKinds() {
		draft := s.made("sales_ops", "/api/v1/rules/drafts", fmt.Sprintf(`{"kind":%q,"source":%q}`, kind, doc[kind].Source))
		page := b.send(http.MethodGet, "/rules/drafts/"+string(draft), nil).Body.String()
		for part, has := range map[string]bool{
			"No trial": slices.Contains(rules.Triable(), kind), "No shadow": slices.Contains(rules.Shadowed(), kind), "No exceptions": slices.Contains(rules.Excepted(), kind),
		} {
			if strings.Contains(page, part) == has {
				t.Errorf("%s: says %q: %t", kind, part, !has)
			}
		}
		want := http.StatusOK
		if !slices.Contains(rules.Triable(), kind) {
			want = http.StatusConflict
		}
		s.do("sales_ops", http.MethodPost, "/api/v1/rules/drafts/"+string(draft)+"/try", "", want)
	}
}

// N2: projects under way are asked for their alarm with what they come to today, as the process asks.
func TestProjectsAndOrdersAreTried(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`insert into time_entry (id, project_id, user_id, on_date, hours, rate, amount, entered_by, at)
		select gen_random_uuid(), p.id, '%s', current_date, 10, 50, 500, '%s', now() from project p where p.contract_id = '%s'`, s.anna.ID, s.anna.ID, s.contract))
	var got []store.RuleTrial
	for x, err := range s.store.ProjectTrials(t.Context()) {
		must(t, err)
		got = append(got, *x)
	}
	if len(got) != 1 || !got[0].Facts.Project.Actual.Equal(decimal.NewFromInt(500)) || got[0].Ask != "alarm" {
		t.Fatalf("%+v", got)
	}
	draft := s.made("sales_ops", "/api/v1/rules/drafts", `{"kind":"project","source":"project:\n  alarm: [{id: spent, when: project.actual > 400}]\n  close: [project.progress_percent >= 100]\n"}`)
	r := s.do("sales_ops", http.MethodPost, "/api/v1/rules/drafts/"+string(draft)+"/try", "", http.StatusOK)
	if fmt.Sprint(r["blocked"].(map[string]any)["deals"]) != "1" || !strings.Contains(fmt.Sprint(r["by_clause"]), "alarm.spent") {
		t.Errorf("%v", r)
	}
	s.browser("sales_ops").open("/rules/drafts/"+string(draft)+"/report", http.StatusOK).want("span", "An alarm rings")
	// The order of the same deal: a check that it does not pass, a route that others would approve, one that nobody may approve.
	for source, want := range map[string]string{
		`{"kind":"order","source":"order:\n  checks: [{id: large, when: order.total > 1000}]\n"}`:                   "1 0 [map[amount:0.00 deals:1 key:checklist.large]] []",
		`{"kind":"approval","source":"approval:\n  levels: [{key: chief, name: Chief, role: admin}]\n"}`:            "0 1 [] [map[amount:0.00 deals:1 key:manager>chief]]",
		`{"kind":"approval","source":"approval:\n  levels: [{key: chief, name: Chief, role: admin, limit: 99}]\n"}`: "1 0 [map[amount:0.00 deals:1 key:route.limit]] []",
	} {
		draft := s.made("sales_ops", "/api/v1/rules/drafts", source)
		r := s.do("sales_ops", http.MethodPost, "/api/v1/rules/drafts/"+string(draft)+"/try", "", http.StatusOK)
		got := fmt.Sprint(r["blocked"].(map[string]any)["deals"], r["rerouted"].(map[string]any)["deals"], r["by_clause"], r["by_route"])
		if got = strings.ReplaceAll(got, "amount:900.00", "amount:0.00"); got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
		b := s.browser("sales_ops")
		b.open("/rules/drafts/"+string(draft)+"/report", http.StatusOK).sound("en")
		if strings.Contains(want, "chief") {
			b.open("/rules/drafts/"+string(draft)+"/report?list=rerouted", http.StatusOK).want("td", "Sales manager → Chief")
		}
	}
}
