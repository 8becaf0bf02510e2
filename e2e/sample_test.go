package e2e

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// TestSamples: requested, shipped, due for the customer's word by a timer that reminds once, and counted in gates (S071, table B).
func TestSamples(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00")
	deal := s.deal("Sample Srl")
	request := func(product crm.ID) crm.Answer {
		return s.do(crm.SampleRequest, crm.KindOpportunity, deal, person("sales"), crm.SampleFields{ProductID: product, Quantity: "2"})
	}
	if a := request(store.NewID()); a.Code != "validation_failed" || a.Params["/product_id"] != "unknown_value" {
		t.Fatalf("a sample of nothing: %+v", a)
	}
	sample := crm.ID(request(store.DemoID("SENSOR-10")).Params["sample"])
	facts := func() (asked, waiting string) {
		f, err := s.store.Facts(t.Context(), deal)
		if err != nil {
			t.Fatal(err)
		}
		return f.Deal.Samples.String(), f.Deal.SamplesOpen.String()
	}
	if asked, waiting := facts(); asked != "1" || waiting != "1" {
		t.Fatalf("facts: %s asked, %s waiting", asked, waiting)
	}
	a := s.must(crm.SampleShip, crm.KindOpportunity, deal, person("sales"), crm.ShipmentFields{SampleID: sample, Reference: "DHL 1", Days: 10})
	if a.Params["feedback_due"] != "2026-03-12" {
		t.Fatalf("%+v", a)
	}
	tasks := func() int { return ask[int](s, `select count(*)::int from engagement where opportunity_id = $1`, deal) }
	s.until("2026-03-12 08:59")
	if tasks() != 0 {
		t.Fatal("reminded too early")
	}
	s.until("2026-03-12 09:01")
	s.eventually("the owner is reminded", func() bool { return tasks() == 1 })
	s.until("2026-04-20 12:00")
	if tasks() != 1 {
		t.Fatalf("reminded %d times", tasks())
	}
	feedback := crm.SampleFeedbackFields{SampleID: sample, Outcome: "positive", Note: "Reads every pack"}
	s.must(crm.SampleFeedback, crm.KindOpportunity, deal, person("sales"), feedback)
	if a := s.do(crm.SampleFeedback, crm.KindOpportunity, deal, person("sales"), feedback); a.Code != "already_done" {
		t.Fatalf("twice: %+v", a)
	}
	if asked, waiting := facts(); asked != "1" || waiting != "0" {
		t.Fatalf("facts: %s asked, %s waiting", asked, waiting)
	}
	if a := s.do(crm.SampleShip, crm.KindOpportunity, s.deal("Other Srl"), person("sales"), crm.ShipmentFields{SampleID: sample}); a.Code != "not_found" {
		t.Fatalf("another deal's sample: %+v", a)
	}
}
