package e2e

import (
	"testing"

	"leadtocash/bench"
	"leadtocash/crm"
	"leadtocash/rules"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

var sameDecimals = cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) })

var sameDates = cmp.Comparer(func(a, b crm.Date) bool { return a.String() == b.String() })

// trials reads all decisions of a kind as the workbench does.
func (s *scene) trials(past bool) (out []rules.Trial) {
	s.t.Helper()
	from := s.store.OpenTrials(s.t.Context())
	if past {
		from = s.store.PastTrials(s.t.Context(), crm.RulePipeline)
	}
	for t, err := range from {
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, rules.Trial{Deal: t.Deal, State: t.State, Owner: t.Owner, Stage: t.Stage, Ask: t.Ask, Amount: t.Amount, Facts: t.Facts})
	}
	return out
}

// N2: what a trial reads of an open deal is what its gate would read, and what it reads of a past step is what its gate did read.
func TestTrialsReadWhatGatesRead(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.deal("Plain Srl")
	quoted := s.deal("Quoted Srl")
	s.quote(quoted)
	s.exec(`insert into relation (id, opportunity_id, kind, name) values (gen_random_uuid(), $1, 'competitor', 'Rival')`, quoted)
	s.exec(`update opportunity set tags = '{eu,fair}', budget = true, close_date = current_date + 30 where id = $1`, quoted)
	s.must(crm.OpportunityMove, crm.KindOpportunity, quoted, person("sales"), crm.MoveFields{To: "timing", Fill: map[string]string{"customer.phone": "+39 02 1234567", "contact.job": "Head of purchasing"}})
	_, ordered := s.order("Ordered Srl")
	s.exec(`update opportunity set state = 'open' where id = $1`, ordered)
	open := s.trials(false)
	if len(open) < 3 {
		t.Fatalf("%d open deals", len(open))
	}
	for _, x := range open {
		want, err := s.store.Facts(t.Context(), x.Deal)
		if err != nil {
			t.Fatal(err)
		}
		if c := want.Customer; x.Deal == quoted && (c.Phone == "" || c.Language == "" || want.Contact.Job != "Head of purchasing") {
			t.Errorf("what was filled in is not read: %+v %+v", c, want.Contact)
		}
		if diff := cmp.Diff(want, x.Facts, sameDecimals, sameDates, cmp.FilterValues(func(a, b []string) bool { return len(a)+len(b) == 0 }, cmp.Ignore())); diff != "" {
			t.Errorf("%s:\n%s", want.Deal.Name, diff)
		}
		if x.State != crm.OpportunityOpen || x.Owner == "" || x.Stage == "" {
			t.Errorf("%+v", x)
		}
	}
	j := bench.Journey{Store: s.store, Engine: s.engine, Key: "past"}
	if err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var way []string
	for _, x := range s.trials(true) {
		if x.Deal == j.Deal {
			way = append(way, x.Ask)
		}
	}
	if diff := cmp.Diff([]string{"timing", "configure", "send"}, way); diff != "" {
		t.Error(diff)
	}
	candidate, problems := rules.Parse(crm.RulePipeline, []byte(`
pipeline:
  key: p
  name: P
  stages:
    - {key: identify, name: I}
    - {key: send, name: S, enter: [deal.amount > 1000000]}
    - {key: won, name: W, kind: won, enter: [deal.amount > 1000000]}
    - {key: lost, name: L, kind: lost}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r := rules.Simulate(candidate, nil, func(yield func(*rules.Trial) bool) {
		for _, x := range s.trials(true) {
			if x.Deal == j.Deal && x.Ask == "send" && !yield(&x) {
				return
			}
		}
	})
	if r.Won.Deals != 1 || r.Stopped.Deals != 1 || len(r.Hits) != 1 || r.Hits[0].Ask != "send" {
		t.Errorf("%+v", r)
	}
}
