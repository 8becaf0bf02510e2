package crm

import "github.com/shopspring/decimal"

// Spending is what a project has cost so far, entry by entry added up, in the contract's currency without tax.
type Spending struct {
	Time      decimal.Decimal
	Material  decimal.Decimal
	Travel    decimal.Decimal
	Subs      decimal.Decimal // subcontracts
	Committed decimal.Decimal // ordered, not yet invoiced to us
	Rebilled  decimal.Decimal // what the customer is billed for expenses, on top of the price
}

// Actual is what has been spent: time and every other cost but commitments.
func (s Spending) Actual() decimal.Decimal {
	return s.Time.Add(s.Material).Add(s.Travel).Add(s.Subs)
}

// Plus adds what was spent elsewhere.
func (s Spending) Plus(o Spending) Spending {
	return Spending{s.Time.Add(o.Time), s.Material.Add(o.Material), s.Travel.Add(o.Travel), s.Subs.Add(o.Subs), s.Committed.Add(o.Committed), s.Rebilled.Add(o.Rebilled)}
}

// Spend adds up a project's entries. A purchase that is only asked for, or was refused, is no cost.
func Spend(times []TimeEntry, costs []CostEntry) (s Spending) {
	for _, t := range times {
		s.Time = s.Time.Add(t.Amount)
	}
	for _, c := range costs {
		switch {
		case c.State == CostCommitted:
			s.Committed = s.Committed.Add(c.Amount)
		case c.State != CostActual:
		case c.Kind == CostTravel:
			s.Travel = s.Travel.Add(c.Amount)
		case c.Kind == CostSubcontract:
			s.Subs = s.Subs.Add(c.Amount)
		default:
			s.Material = s.Material.Add(c.Amount)
		}
	}
	return s
}

// PNL is a project's profit and loss against the accepted quote (S083), without tax. Amounts are in whole minor units and add up:
// each margin is its revenue less its cost, the deviation is the estimate less the budget. Percentages have 2 decimals.
type PNL struct {
	Revenue  decimal.Decimal // of the contract
	Budget   decimal.Decimal // the quote's costs
	Progress decimal.Decimal // percent of the work that is done

	Rebilled  decimal.Decimal // expenses that the customer is billed on top of the revenue and rebilled
	Actual    decimal.Decimal // spent
	Committed decimal.Decimal // ordered beside that

	Planned        decimal.Decimal // margin by the quote: revenue less budget
	PlannedPercent decimal.Decimal

	Earned            decimal.Decimal // revenue by progress
	MarginNow         decimal.Decimal // earned and rebilled less actual
	MarginNowPercent  decimal.Decimal // of what is earned and rebilled
	Estimate          decimal.Decimal // cost at completion
	MarginAtEnd       decimal.Decimal // revenue and rebilled less estimate
	MarginEndPercent  decimal.Decimal // of the revenue
	Deviation         decimal.Decimal // estimate less budget; positive: dearer than quoted
	DeviationPercent  decimal.Decimal // of the budget
	SpentPercent      decimal.Decimal // actual of the budget
	CommittedPercent  decimal.Decimal // committed of the budget
	CostToCompletion  decimal.Decimal // estimate less actual: what is still to come
	OverBudgetAlready bool            // actual and committed exceed the budget
}

// PNL computes a project's profit and loss in its contract's currency. The estimate at completion takes the work that is left to cost
// what the work so far did: actual cost / progress; before any progress it is the budget. It is never below what is spent and ordered.
func (p Pricing) PNL(revenue, budget, progress decimal.Decimal, s Spending) PNL {
	actual := s.Actual()
	estimate := budget
	if progress.IsPositive() {
		estimate = Round(actual.Mul(hundred).DivRound(progress, 12), p.Currency, p.Rounding)
	}
	estimate = decimal.Max(estimate, actual.Add(s.Committed))
	earned := Round(revenue.Mul(progress).Shift(-2), p.Currency, p.Rounding)
	planned, now, end := revenue.Sub(budget), earned.Add(s.Rebilled).Sub(actual), revenue.Add(s.Rebilled).Sub(estimate)
	return PNL{
		Revenue: revenue, Budget: budget, Progress: progress, Rebilled: s.Rebilled, Actual: actual, Committed: s.Committed,
		Planned: planned, PlannedPercent: PercentOf(planned, revenue),
		Earned: earned, MarginNow: now, MarginNowPercent: PercentOf(now, earned.Add(s.Rebilled)),
		Estimate: estimate, MarginAtEnd: end, MarginEndPercent: PercentOf(end, revenue.Add(s.Rebilled)),
		Deviation: estimate.Sub(budget), DeviationPercent: PercentOf(estimate.Sub(budget), budget),
		SpentPercent: PercentOf(actual, budget), CommittedPercent: PercentOf(s.Committed, budget),
		CostToCompletion: estimate.Sub(actual), OverBudgetAlready: actual.Add(s.Committed).GreaterThan(budget),
	}
}
