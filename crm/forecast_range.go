package crm

import (
	"math"
	"math/rand/v2"
	"slices"
)

// DealClass is what deals have in common that a range forecast tells apart: stage, time in it, and whether the closing slipped (N12).
type DealClass struct {
	Stage   string // with its pipeline
	Age     int    // which of ageSteps the days in the stage have reached
	Slipped bool
}

// ageSteps are days in a stage after which deals count as older.
var ageSteps = []int{14, 45, 120}

// ClassOf is the class of an open deal.
func ClassOf(d DealDay) DealClass {
	age := 0
	for age < len(ageSteps) && d.Stayed >= ageSteps[age] {
		age++
	}
	return DealClass{d.Pipeline + "/" + d.Stage, age, d.Slipped}
}

// RangeDeal is an open deal for the range forecast.
type RangeDeal struct {
	Class  DealClass
	Amount float64 // in the company's currency; ranges are estimates and no money
}

// RangeModel is what history says of each class: of so many deals that were in it on a night, so many were won within the horizon.
type RangeModel struct {
	of map[DealClass]*tally
}

type tally struct{ seen, won float64 }

// NewRangeModel is a model that knows nothing.
func NewRangeModel() *RangeModel { return &RangeModel{map[DealClass]*tally{}} }

// Learn notes what became of a deal that was open on a night within the horizon after it.
func (m *RangeModel) Learn(c DealClass, won bool) {
	t := m.of[c]
	if t == nil {
		t = &tally{}
		m.of[c] = t
	}
	t.seen++
	if won {
		t.won++
	}
}

// Seen is from how many deals the model has learnt.
func (m *RangeModel) Seen() (n int) {
	for _, t := range m.of {
		n += int(t.seen)
	}
	return n
}

// Runs is how many futures a range forecast draws.
const Runs = 10_000

// Range is what is won within the horizon in one of ten, in half, and in nine of ten futures at most.
type Range struct{ P10, P50, P90 float64 }

// Forecast draws futures of the deals that are open today: in each, how likely each class is won is drawn from what its history leaves open (a Beta distribution
// over the uniform one, so that little history makes a wide range), and each deal is won or not. The same seed gives the same range.
func (m *RangeModel) Forecast(deals []RangeDeal, runs int, seed uint64) Range {
	if len(deals) == 0 || runs <= 0 {
		return Range{}
	}
	rnd := rand.New(rand.NewPCG(seed, 0x6c656164)) //nolint:gosec // a simulation
	classes := map[DealClass]int{}
	var tallies []tally
	of := make([]int, len(deals))
	for i, d := range deals {
		n, known := classes[d.Class]
		if !known {
			n = len(tallies)
			classes[d.Class] = n
			t := tally{}
			if have := m.of[d.Class]; have != nil {
				t = *have
			}
			tallies = append(tallies, t)
		}
		of[i] = n
	}
	order := make([]int, len(deals)) // deals of a class together: their chance is at hand
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return of[a] - of[b] })
	amounts, group := make([]float64, len(deals)), make([]int, len(deals))
	for i, d := range order {
		amounts[i], group[i] = deals[d].Amount, of[d]
	}
	bar, sums := make([]uint64, len(tallies)), make([]float64, runs)
	for r := range sums {
		for i, t := range tallies {
			bar[i] = uint64(beta(rnd, t.won+1, t.seen-t.won+1) * (1 << 32))
		}
		sums[r] = draw(rnd, amounts, group, bar)
	}
	slices.Sort(sums)
	at := func(q float64) float64 { return sums[min(int(q*float64(runs)), runs-1)] }
	return Range{at(0.1), at(0.5), at(0.9)}
}

// draw adds up what is won in one future; a draw of 64 bits serves two deals.
func draw(rnd *rand.Rand, amounts []float64, group []int, bar []uint64) (sum float64) {
	i := 0
	for ; i+1 < len(amounts); i += 2 {
		x := rnd.Uint64()
		if x>>32 < bar[group[i]] {
			sum += amounts[i]
		}
		if x&math.MaxUint32 < bar[group[i+1]] {
			sum += amounts[i+1]
		}
	}
	if i < len(amounts) && rnd.Uint64()>>32 < bar[group[i]] {
		sum += amounts[i]
	}
	return sum
}

// beta draws from the Beta distribution, as the share of two Gamma draws; both arguments are at least 1.
func beta(rnd *rand.Rand, a, b float64) float64 {
	x := gamma(rnd, a)
	return x / (x + gamma(rnd, b))
}

// gamma draws from the Gamma distribution of a shape of at least 1 (Marsaglia and Tsang).
func gamma(rnd *rand.Rand, shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rnd.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if u := rnd.Float64(); math.Log(u) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// BackTest is a range forecast of the past beside what came of it.
type BackTest struct {
	On     Date // the night that it was made for
	Deals  int
	Learnt int // deals from whose past it was made
	Range
	Won float64 // what was won within the horizon of the deals that were open then
}

// Held tells whether what came was not above P90.
func (b BackTest) Held() bool { return b.Won <= b.P90 }

// Calibration is how well back-tests did.
type Calibration struct {
	Tests int
	Under [3]int // of them, where what came was at most P10, P50, P90
}

// Calibrate counts back-tests.
func Calibrate(all []BackTest) (c Calibration) {
	for _, b := range all {
		c.Tests++
		for i, limit := range []float64{b.P10, b.P50, b.P90} {
			if b.Won <= limit {
				c.Under[i]++
			}
		}
	}
	return c
}

// Enough tells whether there is enough history to trust a range: MinBackTests tests, and MinLearnt deals learnt from.
func (c Calibration) Enough(learnt int) bool { return c.Tests >= MinBackTests && learnt >= MinLearnt }

// What a range forecast needs before its page stops saying that there is too little history.
const (
	MinBackTests = 6
	MinLearnt    = 100
)
