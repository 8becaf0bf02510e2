package crm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S005: between two random nights of random histories the causes add up to the difference to the cent, whatever is looked at; and what the bridge says both nights
// came to is what adding up their open deals says.
func TestForecastBridgeAddsUp(t *testing.T) {
	t.Parallel()
	first := NewDate(2026, time.January, 1)
	rapid.Check(t, func(t *rapid.T) {
		draw := func(id int) DealDay {
			d := DealDay{DealID: ID(fmt.Sprint("deal", id)), State: rapid.SampledFrom([]OpportunityState{OpportunityOpen, OpportunityOpen, OpportunityOpen, OpportunityWon, OpportunityLost}).Draw(t, "state")}
			d.Amount, d.Probability = decimal.New(rapid.Int64Range(0, 99_999_999).Draw(t, "cents"), -2), decimal.New(rapid.Int64Range(0, 10_000).Draw(t, "percent"), -2)
			d.Later = decimal.New(rapid.Int64Range(0, 10_000).Draw(t, "percent later"), -2)
			d.In = rapid.IntRange(0, 3).Draw(t, "in") > 0
			if rapid.IntRange(0, 5).Draw(t, "dated") > 0 {
				d.CloseDate = first.AddDays(rapid.IntRange(0, 200).Draw(t, "closes"))
			}
			return d
		}
		var before, after []DealDay
		for id := range rapid.IntRange(0, 20).Draw(t, "deals") {
			if rapid.Bool().Draw(t, "then") {
				before = append(before, draw(id))
			}
			if rapid.IntRange(0, 4).Draw(t, "now") > 0 {
				after = append(after, draw(id))
			}
		}
		v := BridgeView{Weighted: rapid.Bool().Draw(t, "weighted"), Currency: EUR}
		if rapid.Bool().Draw(t, "months") {
			v.Closing = Period{first, first.AddDays(90)}
		}
		b := v.Between(before, after)
		come := func(all []DealDay) (sum decimal.Decimal) {
			for _, d := range all {
				open := d.State == OpportunityOpen && d.In
				if v.Closing != (Period{}) {
					open = open && d.CloseDate != Date{} && !d.CloseDate.Before(first) && !d.CloseDate.After(first.AddDays(90))
				}
				switch {
				case open && v.Weighted:
					sum = sum.Add(d.Amount.Mul(d.Probability).DivRound(decimal.NewFromInt(100), 2))
				case open:
					sum = sum.Add(d.Amount)
				}
			}
			return sum
		}
		if !b.From.Equal(come(before)) || !b.To.Equal(come(after)) {
			t.Fatalf("from %s to %s, recomputed from %s to %s", b.From, b.To, come(before), come(after))
		}
		steps, sums := decimal.Zero, decimal.Zero
		for _, s := range b.Steps {
			steps = steps.Add(s.Delta())
		}
		for _, cause := range BridgeCauses() {
			sums = sums.Add(b.Sums[cause])
		}
		if !b.To.Sub(b.From).Equal(steps) || !steps.Equal(sums) {
			t.Fatalf("%s to %s, steps %s, causes %s", b.From, b.To, steps, sums)
		}
	})
}

// S005: each cause is told by its name.
func TestForecastBridgeCauses(t *testing.T) {
	t.Parallel()
	q := Period{NewDate(2026, time.October, 1), NewDate(2026, time.December, 31)}
	v := BridgeView{Closing: q, Currency: EUR}
	open := DealDay{DealID: "a", State: OpportunityOpen, Amount: decimal.NewFromInt(100), In: true, CloseDate: q.First}
	with := func(change func(*DealDay)) DealDay { d := open; change(&d); return d }
	v.Weighted, open.Probability, open.Later = true, decimal.NewFromInt(50), decimal.NewFromInt(50)
	weighed := func(percent int64) DealDay {
		return with(func(d *DealDay) { d.Probability = decimal.NewFromInt(percent) })
	}
	for want, c := range map[BridgeCause][2][]DealDay{
		BridgeReweighed: {{with(func(d *DealDay) { d.Later = decimal.NewFromInt(60) })}, {weighed(60)}},
		BridgeNew:       {nil, {open}},
		BridgeWon:       {{open}, {with(func(d *DealDay) { d.State = OpportunityWon })}},
		BridgeLost:      {{open}, {with(func(d *DealDay) { d.State = OpportunityLost })}},
		BridgeSlipped:   {{open}, {with(func(d *DealDay) { d.CloseDate = q.Last.AddDays(1) })}},
		BridgeRevalued:  {{open}, {with(func(d *DealDay) { d.Amount = decimal.NewFromInt(90) })}},
		BridgeMoved:     {{open}, {with(func(d *DealDay) { d.In = false })}},
	} {
		if b := v.Between(c[0], c[1]); b.Deals[want] != 1 || len(b.Steps) != 1 {
			t.Errorf("%s: %+v", want, b)
		}
	}
}

// N12: on generated histories whose truth is known what comes stays at or below P90 in 90 % of back-tests, and below P50 and P10 as often as they say. The
// tolerance is four standard deviations of the binomial, so that a right model fails in one of 15,000 seeds; the seed is fixed.
func TestRangeForecastIsCalibrated(t *testing.T) {
	t.Parallel()
	const tests = 500
	for name, history := range map[string]int{"little history": 4, "some": 25, "much": 200} {
		rnd := rand.New(rand.NewPCG(7, uint64(history)))
		var all []BackTest
		for i := range tests {
			all = append(all, knownTruth(rnd, history, uint64(i)))
		}
		c := Calibrate(all)
		for i, want := range []float64{0.1, 0.5, 0.9} {
			got, within := float64(c.Under[i])/tests, 4*math.Sqrt(want*(1-want)/tests)
			if math.Abs(got-want) > within {
				t.Errorf("%s: %.3f of what came was within P%.0f; %.3f either side would do", name, got, want*100, within)
			}
		}
	}
}

// knownTruth draws classes with their chances, a history by them, deals, and what comes of these.
func knownTruth(rnd *rand.Rand, history int, seed uint64) BackTest {
	m, chance := NewRangeModel(), map[DealClass]float64{}
	var classes []DealClass
	for n := range 12 {
		c := DealClass{fmt.Sprint("stage", n/4), n % 4, n%2 == 0}
		classes, chance[c] = append(classes, c), rnd.Float64()
		for range rnd.IntN(2*history + 1) {
			m.Learn(c, rnd.Float64() < chance[c])
		}
	}
	var b BackTest
	deals := make([]RangeDeal, 80)
	for i := range deals {
		deals[i] = RangeDeal{classes[rnd.IntN(len(classes))], math.Exp(9 + rnd.NormFloat64())}
		if rnd.Float64() < chance[deals[i].Class] {
			b.Won += deals[i].Amount
		}
	}
	b.Range = m.Forecast(deals, 500, seed)
	return b
}

// N12: the same seed gives the same range, P10 <= P50 <= P90 <= all of it; nothing open is nothing.
func TestRangeForecast(t *testing.T) {
	t.Parallel()
	m, deals, sum := manyDeals(101)
	a, b := m.Forecast(deals, 1000, 1), m.Forecast(deals, 1000, 1)
	if a != b || a.P10 > a.P50 || a.P50 > a.P90 || a.P90 > sum || a.P10 <= 0 {
		t.Errorf("%+v, then %+v of %f", a, b, sum)
	}
	if got := m.Forecast(nil, 1000, 1); got != (Range{}) {
		t.Errorf("%+v of nothing", got)
	}
	if (Calibration{Tests: MinBackTests}).Enough(MinLearnt-1) || (Calibration{Tests: MinBackTests - 1}).Enough(MinLearnt) || !(Calibration{Tests: MinBackTests}).Enough(MinLearnt) {
		t.Error("enough is not enough")
	}
}

func manyDeals(n int) (m *RangeModel, deals []RangeDeal, sum float64) {
	m = NewRangeModel()
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		c := DealClass{fmt.Sprint("stage", i%6), i % 4, i%3 == 0}
		for range 10 {
			m.Learn(c, rnd.IntN(3) == 0)
		}
		deals = append(deals, RangeDeal{c, float64(1000 + i)})
		sum += float64(1000 + i)
	}
	return m, deals, sum
}

// N12: 10,000 futures of 1,000 deals.
func BenchmarkRangeForecast(b *testing.B) {
	m, deals, _ := manyDeals(1000)
	for b.Loop() {
		m.Forecast(deals, Runs, 1)
	}
}
