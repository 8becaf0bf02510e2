package crm

import (
	"github.com/shopspring/decimal"
)

// The categories of the forecast that open deals are in, by their stages, the surest first.
const (
	ForecastCommit   = "commit"
	ForecastBestCase = "best_case"
	ForecastPipeline = "pipeline"
	ForecastOmitted  = "omitted"
)

// ForecastCategories lists them.
func ForecastCategories() []string {
	return []string{ForecastCommit, ForecastBestCase, ForecastPipeline, ForecastOmitted}
}

// DealDay is what the forecast reads of a deal at the end of a day, with its amount in the company's currency at that day's rate.
type DealDay struct {
	DealID      ID
	Pipeline    string
	Stage       string
	State       OpportunityState
	Amount      decimal.Decimal
	Probability decimal.Decimal // of its stage by the rules of the night, per cent
	Later       decimal.Decimal // the same by the rules of a later night that it is compared with
	CloseDate   Date
	OwnerID     ID
	In          bool // within what is looked at but for its closing: owner, team, pipeline
	Stayed      int  // days in the stage
	Slipped     bool // its closing has passed, or was put off
}

// BridgeCause says why a forecast is another one than it was.
type BridgeCause string

// The causes, in the order in which a bridge tells them. A deal that was lost or won and comes back is new; one that goes to, or comes from, somebody or a pipeline
// that is not looked at has moved.
const (
	BridgeNew       BridgeCause = "new"
	BridgeWon       BridgeCause = "won"
	BridgeLost      BridgeCause = "lost"
	BridgeSlipped   BridgeCause = "slipped" // its closing left the months that are looked at, or came into them
	BridgeRevalued  BridgeCause = "revalued"
	BridgeReweighed BridgeCause = "reweighed" // the rules weigh its stage otherwise
	BridgeMoved     BridgeCause = "moved"
)

// BridgeCauses lists them.
func BridgeCauses() []BridgeCause {
	return []BridgeCause{BridgeNew, BridgeWon, BridgeLost, BridgeSlipped, BridgeRevalued, BridgeReweighed, BridgeMoved}
}

// ForecastStep is what one deal adds to the difference between two nights.
type ForecastStep struct {
	DealID ID
	Cause  BridgeCause
	From   decimal.Decimal
	To     decimal.Decimal
}

// Delta is what it adds.
func (s ForecastStep) Delta() decimal.Decimal { return s.To.Sub(s.From) }

// ForecastBridge is the way from the forecast of one night to that of another: the steps add up to the difference, to the cent. A deal that counts on both nights
// gives up to two: what other weights made of it as it was, and what changed of it.
type ForecastBridge struct {
	From, To decimal.Decimal
	Sums     map[BridgeCause]decimal.Decimal
	Deals    map[BridgeCause]int
	Steps    []ForecastStep // deals that changed nothing are left out
}

// BridgeView says what is looked at: the closing dates, zero for all, and whether amounts are weighed.
type BridgeView struct {
	Closing  Period
	Weighted bool
	Currency Currency
}

// Value is what an open deal counts in the view on a night, in whole minor units, half up; a deal that is not in it counts nothing.
func (v BridgeView) Value(d DealDay) decimal.Decimal {
	if d.State != OpportunityOpen || !d.In || !v.within(d) {
		return decimal.Zero
	}
	if !v.Weighted {
		return d.Amount
	}
	return d.Amount.Mul(d.Probability).Div(hundred).Round(v.Currency.Digits())
}

func (v BridgeView) within(d DealDay) bool {
	return v.Closing.First.IsZero() || !d.CloseDate.IsZero() && v.Closing.Has(d.CloseDate)
}

// Between explains the way from one night to another, each with its deals, open or closed.
func (v BridgeView) Between(before, after []DealDay) ForecastBridge {
	b := ForecastBridge{Sums: map[BridgeCause]decimal.Decimal{}, Deals: map[BridgeCause]int{}}
	was := make(map[ID]DealDay, len(before))
	for _, d := range before {
		was[d.DealID] = d
		b.From = b.From.Add(v.Value(d))
	}
	for _, now := range after {
		b.To = b.To.Add(v.Value(now))
		then, known := was[now.DealID]
		step := ForecastStep{DealID: now.DealID, To: v.Value(now), Cause: BridgeNew}
		if known {
			step.From, step.Cause = v.Value(then), v.cause(then, now)
			delete(was, now.DealID)
		}
		if step.Cause == BridgeRevalued {
			then.Probability = then.Later
			weighed := v.Value(then)
			b.add(ForecastStep{now.DealID, BridgeReweighed, step.From, weighed})
			step.From = weighed
		}
		b.add(step)
	}
	for _, d := range before { // deals that are in no picture any more
		if _, gone := was[d.DealID]; gone {
			b.add(ForecastStep{DealID: d.DealID, From: v.Value(d), Cause: BridgeLost})
		}
	}
	return b
}

func (b *ForecastBridge) add(s ForecastStep) {
	if s.From.Equal(s.To) {
		return
	}
	b.Steps = append(b.Steps, s)
	b.Sums[s.Cause] = b.Sums[s.Cause].Add(s.Delta())
	b.Deals[s.Cause]++
}

func (v BridgeView) cause(then, now DealDay) BridgeCause {
	switch {
	case then.State == OpportunityOpen && now.State == OpportunityWon:
		return BridgeWon
	case then.State == OpportunityOpen && now.State == OpportunityLost:
		return BridgeLost
	case then.State != OpportunityOpen:
		return BridgeNew
	case then.In != now.In:
		return BridgeMoved
	case v.within(then) != v.within(now):
		return BridgeSlipped
	}
	return BridgeRevalued
}
