package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// gates are conditions that are met by some deals, not by others, and that some cannot be judged by.
var gates = []string{
	`deal.amount > 1000`, `filled(customer.vat)`, `deal.close_date > process.today`, `filled(deal.close_date) and deal.close_date > process.today`,
	`deal.budget or deal.decision_maker`, `ratio(deal.cost, deal.amount) < 0.5`, `customer.country in ["IT", "ES"]`, `not (deal.made_to_order and not deal.handed_off)`,
	`any(deal.tags, # startsWith "eu")`, `len(deal.need) > 3 and deal.amount > 500`,
}

func anyPipeline(t *rapid.T, name string) *Set {
	stage := func(key string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "    - key: %s\n      name: %s\n", key, key)
		if picked := rapid.SliceOfNDistinct(rapid.SampledFrom(gates), 0, 4, rapid.ID[string]).Draw(t, name+key); len(picked) > 0 {
			b.WriteString("      enter:\n")
			for i, g := range picked {
				fmt.Fprintf(&b, "        - {id: c%d, when: '%s'}\n", i, g)
			}
		}
		return b.String()
	}
	src := "pipeline:\n  key: p\n  name: P\n  stages:\n" + stage("one") + stage("two") + "    - {key: won, name: W, kind: won}\n    - {key: lost, name: L, kind: lost}\n"
	s, problems := Parse(crm.RulePipeline, []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems, src)
	}
	return s
}

func anyFacts(t *rapid.T) (f crm.Facts) {
	f.Process.Today = day("2026-11-21")
	f.Deal.Amount = decimal.New(rapid.Int64Range(0, 300_000).Draw(t, "amount"), -2)
	f.Deal.Cost = decimal.New(rapid.Int64Range(0, 300_000).Draw(t, "cost"), -2)
	f.Deal.Need = rapid.SampledFrom([]string{"", "a", "a packaging line"}).Draw(t, "need")
	f.Deal.Budget, f.Deal.DecisionMaker = rapid.Bool().Draw(t, "budget"), rapid.Bool().Draw(t, "decides")
	f.Deal.MadeToOrder, f.Deal.HandedOff = rapid.Bool().Draw(t, "made"), rapid.Bool().Draw(t, "handed")
	f.Customer.VAT = rapid.SampledFrom([]string{"", "IT1"}).Draw(t, "vat")
	f.Customer.Country = rapid.SampledFrom([]string{"", "IT", "PL"}).Draw(t, "country")
	f.Deal.Tags = rapid.SampledFrom([][]string{nil, {"eu-1"}, {"us", "eu"}}).Draw(t, "tags")
	if rapid.Bool().Draw(t, "dated") {
		f.Deal.CloseDate = day("2026-11-20").AddDays(rapid.IntRange(0, 3).Draw(t, "day"))
	}
	return f
}

func anyTrials(t *rapid.T) (out []Trial) {
	for i := range rapid.IntRange(0, 12).Draw(t, "deals") {
		state := rapid.SampledFrom([]crm.OpportunityState{crm.OpportunityOpen, crm.OpportunityWon, crm.OpportunityLost}).Draw(t, "state")
		times := 1
		if state != crm.OpportunityOpen {
			times = rapid.IntRange(1, 3).Draw(t, "times")
		}
		for range times {
			x := Trial{Deal: crm.ID(fmt.Sprint(i)), State: state, Facts: anyFacts(t)}
			x.Owner = crm.ID(rapid.SampledFrom([]string{"anna", "piotr"}).Draw(t, "owner"))
			x.Stage, x.Ask = "one", rapid.SampledFrom([]string{"one", "two", "gone"}).Draw(t, "ask")
			x.Amount = x.Facts.Deal.Amount
			x.Excepted = rapid.SampledFrom([][]string{nil, nil, {"one.c0", "one.c1"}, {"one.c0", "one.c1", "one.c2", "one.c3", "two.c0"}}).Draw(t, "excepted")
			out = append(out, x)
		}
	}
	return out
}

// bruteForce counts by the explained verdict of each trial alone, in one pass a figure.
func bruteForce(candidate, present *Set, trials []Trial) (r Report) {
	count := func(keep func(x Trial, v crm.Verdict) bool) (t Tally) {
		var deals []crm.ID
		for _, x := range trials {
			if keep(x, candidate.Gate(x.Ask, x.Facts)) && !slices.Contains(deals, x.Deal) {
				deals = append(deals, x.Deal)
				t.Deals, t.Amount = t.Deals+1, t.Amount.Add(x.Amount)
			}
		}
		return t
	}
	is := func(s crm.OpportunityState) func(Trial, crm.Verdict) bool {
		return func(x Trial, _ crm.Verdict) bool { return x.State == s }
	}
	refused := func(s crm.OpportunityState) func(Trial, crm.Verdict) bool {
		return func(x Trial, v crm.Verdict) bool { return x.State == s && !v.Allowed() }
	}
	passed := func(x Trial) bool { return present == nil || present.Gate(x.Ask, x.Facts).Allowed() }
	r.Open, r.Won, r.Lost = count(is(crm.OpportunityOpen)), count(is(crm.OpportunityWon)), count(is(crm.OpportunityLost))
	r.Blocked, r.Stopped, r.Spared = count(refused(crm.OpportunityOpen)), count(refused(crm.OpportunityWon)), count(refused(crm.OpportunityLost))
	r.Newly = count(func(x Trial, v crm.Verdict) bool { return x.State == crm.OpportunityOpen && !v.Allowed() && passed(x) })
	r.Excepted = count(func(x Trial, v crm.Verdict) bool {
		return x.State == crm.OpportunityOpen && !v.Allowed() && v.Except([]crm.Exception{{Clauses: x.Excepted}}).Allowed()
	})
	r.Freed = count(func(x Trial, v crm.Verdict) bool { return x.State == crm.OpportunityOpen && v.Allowed() && !passed(x) })
	return r
}

// N2: every number of a simulation is what judging each deal alone gives, and every number has its deals behind it.
func TestSimulationEqualsBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		candidate, trials := anyPipeline(t, "candidate"), anyTrials(t)
		var present *Set
		if rapid.Bool().Draw(t, "present") {
			present = anyPipeline(t, "now")
		}
		got := Simulate(candidate, present, func(yield func(*Trial) bool) {
			for i := range trials {
				if !yield(&trials[i]) {
					return
				}
			}
		})
		want := bruteForce(candidate, present, trials)
		figures := func(r Report) []string {
			var out []string
			for _, f := range []Tally{r.Open, r.Blocked, r.Newly, r.Freed, r.Won, r.Stopped, r.Lost, r.Spared} {
				out = append(out, fmt.Sprint(f.Deals, " ", f.Amount))
			}
			return out
		}
		if diff := cmp.Diff(figures(want), figures(got)); diff != "" {
			t.Fatal(diff)
		}
		clauses := map[string]int{}
		for _, x := range trials {
			v := candidate.Gate(x.Ask, x.Facts)
			seen := map[string]bool{}
			for _, c := range v.Failing() {
				id, _, _ := strings.Cut(c.ID, "#")
				if x.Ask == "gone" {
					id = x.Ask
				}
				if x.State == crm.OpportunityOpen && !seen[id] {
					seen[id], clauses[id] = true, clauses[id]+1
				}
			}
		}
		for _, l := range got.ByClause {
			if clauses[l.Key] != l.Deals {
				t.Fatalf("%s blocks %d deals, not %d", l.Key, clauses[l.Key], l.Deals)
			}
			delete(clauses, l.Key)
		}
		if len(clauses) > 0 {
			t.Fatalf("not counted: %v", clauses)
		}
		behind := 0
		for _, h := range got.Hits {
			if h.State == crm.OpportunityOpen && !h.Freed {
				behind++
			}
		}
		if behind != got.Blocked.Deals || len(got.Hits) != got.Blocked.Deals+got.Freed.Deals+got.Stopped.Deals+got.Spared.Deals {
			t.Fatalf("%d hits behind %+v", len(got.Hits), got)
		}
		named := map[crm.OpportunityState]int{}
		for _, h := range got.Tried {
			named[h.State]++
		}
		for state, n := range map[crm.OpportunityState]int{crm.OpportunityOpen: got.Open.Deals, crm.OpportunityWon: got.Won.Deals, crm.OpportunityLost: got.Lost.Deals} {
			if named[state] != min(n, TriedListed) {
				t.Fatalf("%d %s deals are named of %d", named[state], state, n)
			}
		}
	})
}

func BenchmarkSimulate100k(b *testing.B) {
	set := shippedSet(b, crm.RulePipeline)
	x := Trial{State: crm.OpportunityOpen, Ask: "send", Facts: ready()}
	deals := make([]crm.ID, 100_000)
	for i := range deals {
		deals[i] = crm.ID(fmt.Sprint(i))
	}
	for b.Loop() {
		Simulate(set, nil, func(yield func(*Trial) bool) {
			for i := range deals {
				x.Deal = deals[i]
				x.Facts.Customer.VAT = map[bool]string{true: "IT1"}[i%3 > 0]
				yield(&x)
			}
		})
	}
}
