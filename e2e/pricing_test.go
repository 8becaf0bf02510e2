package e2e

import (
	"testing"

	"leadtocash/crm"
)

// A quote beyond the limits is not sent, whoever wrote it: each line is asked, and the whole.
func TestLimitsAtSending(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.deal("Discounted Srl")
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{
		To: "configure", Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2099-12-31", "customer.country": "IT"},
	})
	quote, ready := s.quote(deal), map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}
	s.exec(`update quote_line set discount_percent = 51, unit_cost = 0 where quote_id = $1 and position = 2`, quote)
	a := s.do(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: ready})
	if a.Code != "gate_refused" || a.Params["rule"] != "pricing" || a.Params["key"] != "line" || a.Params["version"] != "1" {
		t.Fatalf("%+v", a)
	}
	if got := ask[string](s, `select facts -> 'line' ->> 'name' || ' ' || result from verdict where kind = 'pricing'`); got != "Sensor set refused" {
		t.Errorf("kept as %q", got)
	}
	if state := ask[string](s, `select state from quote where id = $1`, quote); state != "draft" {
		t.Errorf("the quote is %s", state)
	}
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("manager"), crm.QuoteDecision{QuoteID: quote, Fill: ready})
}

// An order beyond a limit that only asks for approval gets a station of its own, in front of the others; one within it does not.
func TestLimitsAskForApproval(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{
		crm.RulePricing: "pricing:\n  approve_by: sales_ops\n  approval: [order.margin_percent >= 30, order.margin_percent >= 40]\n",
	}, "test", "")
	if err != nil {
		t.Fatal(err)
	}
	order, _ := s.order("Thin Srl") // its margin is 32 %
	if got := ask[string](s, `select string_agg(role || ' ' || key, ', ' order by position) from approval where order_id = $1`, order); got != "sales_ops pricing, sales_manager manager" {
		t.Errorf("the route is %s", got)
	}
	if got := ask[string](s, `select key || ' ' || result || ' ' || version from verdict where kind = 'pricing' and key = 'approval'`); got != "approval refused 2" {
		t.Errorf("kept as %q", got)
	}
	other := newScene(t)
	order, _ = other.order("Usual Srl")
	if got := ask[string](other, `select string_agg(key, ', ' order by position) from approval where order_id = $1`, order); got != "manager" {
		t.Errorf("the shipped limits make the route %s", got)
	}
}
