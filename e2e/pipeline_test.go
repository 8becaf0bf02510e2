package e2e

import (
	"testing"

	"leadtocash/crm"
)

// A lead becomes a deal of the pipeline that the salesperson chooses; it goes by that pipeline's stages until it is won, comes back from a
// rejected order to the stage that it was won from, and is lost for one of its own reasons (S010, S075, S098, decision 7).
func TestDealOfAnotherPipeline(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	lead, _, err := s.store.CaptureLead(t.Context(), crm.Lead{Company: "Again Srl", ContactName: "The buyer", Email: "buyer@again.example", Need: "The same", Language: "it", Source: "website"},
		crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	s.must(crm.LeadQualify, crm.KindLead, lead.ID, person("manager"), crm.QualifyFields{Score: 80, OwnerID: crm.ID(person("sales"))})
	s.must(crm.LeadFeedback, crm.KindLead, lead.ID, person("sales"), crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	if a := s.do(crm.LeadConvert, crm.KindLead, lead.ID, person("sales"), crm.ConvertFields{Pipeline: "nowhere"}); a.Params["/pipeline"] != "unknown_value" {
		t.Fatalf("converted into a pipeline that does not exist: %+v", a)
	}
	deal := crm.ID(s.must(crm.LeadConvert, crm.KindLead, lead.ID, person("sales"), crm.ConvertFields{Pipeline: "repeat"}).Params["opportunity"])
	standing := func(want string) {
		t.Helper()
		got := ask[string](s, `select o.pipeline || ' ' || o.stage || ' ' || o.state || ' ' || p.step from opportunity o join process p on p.record_id = o.id where o.id = $1`, deal)
		if got != want {
			t.Fatalf("the deal stands at %s, want %s", got, want)
		}
	}
	standing("repeat request open request")
	if a := s.do(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"}); a.Params["/to"] != "unknown_stage" {
		t.Fatalf("moved into a stage of another pipeline: %+v", a)
	}
	quote := s.quote(deal)
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157"}})
	standing("repeat send open send")
	order := crm.ID(s.must(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: quote, Name: "The buyer"}).Params["order"])
	standing("repeat won won validate")
	s.exec(`update sales_order set delivery_date = current_date + 60 where id = $1`, order)
	s.must(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{OrderID: order, Fill: map[string]string{"customer.address": "Via Po 2, Torino"}})
	s.must(crm.OrderReject, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{ID: order, Reason: "Margin too thin"})
	standing("repeat send open send")
	if a := s.do(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "lost", Reason: "no_budget"}); a.Params["/reason"] != "unknown_value" {
		t.Fatalf("lost for a reason of another pipeline: %+v", a)
	}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "lost", Reason: "no_need"})
	standing("repeat lost lost send")
	s.must(crm.OpportunityReopen, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{Reason: "asked again"})
	standing("repeat send open send")
}
