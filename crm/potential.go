package crm

import "github.com/shopspring/decimal"

// Potential is what a deal is worth looking at today (S069): what it may bring, times how likely it is, times how soon.
type Potential struct {
	Value       decimal.Decimal // the amount; where there is none yet, the target
	Probability decimal.Decimal // of its stage, in per cent
	Timing      decimal.Decimal // 0 to 1, of TimingSteps
	Score       decimal.Decimal // value x probability x timing, in the deal's currency, half up to two decimals
}

// TimingStep gives a factor to deals that are expected to close within so many days.
type TimingStep struct {
	Days   int
	Factor decimal.Decimal
}

// TimingSteps are the factors, the nearest first. A deal that closes later than the last step gets TimingLater; one without a date, or whose date
// has passed, gets TimingUnknown: nobody knows when.
func TimingSteps() []TimingStep {
	return []TimingStep{{30, factor("1")}, {90, factor("0.8")}, {180, factor("0.6")}}
}

// The factors beside the steps.
var (
	TimingLater   = factor("0.4")
	TimingUnknown = factor("0.5")
)

func factor(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// TimingFactor is the factor of a closing date on a day.
func TimingFactor(closing, today Date) decimal.Decimal {
	if closing.IsZero() || closing.Before(today) {
		return TimingUnknown
	}
	for _, s := range TimingSteps() {
		if closing.DaysSince(today) <= s.Days {
			return s.Factor
		}
	}
	return TimingLater
}

// PotentialOf is the potential of an open deal whose stage has the probability given, in per cent.
func PotentialOf(o Opportunity, probability decimal.Decimal, today Date) Potential {
	p := Potential{Value: o.Amount, Probability: probability, Timing: TimingFactor(o.CloseDate, today)}
	if p.Value.IsZero() {
		p.Value = o.Target
	}
	p.Score = p.Value.Mul(probability).Mul(p.Timing).Div(hundred).Round(2)
	return p
}
