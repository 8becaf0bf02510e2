package e2e

import (
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// shadowed lets a pipeline run in the shadow whose gate of timing asks what the change says.
func (s *scene) shadowed(was, is string) crm.ID {
	s.t.Helper()
	text := strings.Replace(sources()[crm.RulePipeline], was, is, 1)
	if text == sources()[crm.RulePipeline] {
		s.t.Fatalf("the shipped pipeline does not say %q", was)
	}
	h, err := s.store.BeginShadow(s.t.Context(), store.Shadow{ID: store.NewID(), Kind: crm.RulePipeline, Source: text, Author: person("ops")}, 24*time.Hour)
	if err != nil {
		s.t.Fatal(err)
	}
	return h.ID
}

func (s *scene) shadowOf(id crm.ID) store.Shadow {
	s.t.Helper()
	h, err := s.store.Shadow(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// N10: a candidate in the shadow is asked about every real step, allowed and refused; each difference is kept with deal and condition, and
// nothing that it says changes a step.
func TestShadow(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal, other := s.deal("Shadowed Srl"), s.deal("Other Srl")
	s.exec(`update opportunity set need = '' where id = $1`, other)
	id := s.shadowed("when: filled(deal.need)", "when: filled(deal.tags)")
	if _, err := s.store.BeginShadow(t.Context(), store.Shadow{ID: store.NewID(), Kind: crm.RulePipeline, Source: "x", Author: person("ops")}, time.Hour); err == nil {
		t.Error("two of a kind run at once")
	}
	if a := s.move(deal, "timing"); !a.OK() {
		t.Fatalf("the shadow refused a step: %+v", a)
	}
	s.exec(`update opportunity set tags = '{fair}' where id = $1`, other)
	if a := s.move(other, "timing"); a.Code != "gate_refused" {
		t.Fatalf("the shadow allowed a step: %+v", a)
	}
	s.eventually("it is asked about both", func() bool { h := s.shadowOf(id); return h.Refuses == 1 && h.Allows == 1 && h.Steps == 2 })
	for _, c := range []struct {
		would crm.Ruling
		deal  crm.ID
	}{{crm.Refused, deal}, {crm.Allowed, other}} {
		got, err := s.store.ShadowDifferences(t.Context(), id, c.would, "timing.need")
		if err != nil || len(got) != 1 || got[0].Opportunity != c.deal || got[0].Key != "timing" || strings.Join(got[0].Clauses, " ") != "timing.need" {
			t.Errorf("%s: %+v, %v", c.would, got, err)
		}
	}
	clauses, err := s.store.ShadowClauses(t.Context(), id)
	if err != nil || len(clauses) != 1 || clauses[0].Refuses != 1 || clauses[0].Allows != 1 {
		t.Errorf("by condition: %+v, %v", clauses, err)
	}
	if h, err := s.store.EndShadow(t.Context(), id); err != nil || h.State != "ended" || h.EndedAt == nil {
		t.Fatalf("ended: %+v, %v", h, err)
	}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "identify"})
	time.Sleep(3 * time.Second)
	if h := s.shadowOf(id); h.Steps != 2 {
		t.Errorf("asked %d times after its end", h.Steps)
	}
}

// N10: a candidate that cannot be evaluated, or be read any more, would have refused, and does not touch the step.
func TestShadowThatFails(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.shadowed("when: filled(deal.need)", "when: days_since(deal.close_date) < 0")
	deal := s.deal("Failing Srl")
	s.exec(`update opportunity set close_date = null where id = $1`, deal)
	if a := s.move(deal, "timing"); !a.OK() {
		t.Fatalf("the shadow refused a step: %+v", a)
	}
	s.eventually("it is asked", func() bool { return s.shadowOf(id).Refuses == 1 })
	s.exec(`update rule_shadow set source = 'pipeline: [' where id = $1`, id)
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "identify"})
	s.eventually("it is asked again", func() bool { return s.shadowOf(id).Refuses == 2 })
	if got := ask[string](s, `select string_agg(distinct would, ' ') from rule_shadow_step where shadow_id = $1`, id); got != "not_evaluated" {
		t.Errorf("it says %s", got)
	}
}
