package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// EarningWay says by what a project's work is billed (S060, S084): as its contract's tranches are planned, by its progress, or by its hours.
type EarningWay string

// The ways of earning.
const (
	EarnPlan     EarningWay = "plan"     // tranches open as they are planned
	EarnProgress EarningWay = "progress" // what its tasks are worth, as far as they are done
	EarnHours    EarningWay = "hours"    // approved hours, each at its price
)

// EarningWays lists the ways in the order in which forms offer them.
func EarningWays() []EarningWay { return []EarningWay{EarnPlan, EarnProgress, EarnHours} }

// ByWork tells whether progress and balance are billed by what the work has earned. They open by nothing else then.
func (w EarningWay) ByWork() bool { return w == EarnProgress || w == EarnHours }

// HourPrice is what the customer pays for an hour, without tax, where that is not the project's price: of a person, in a phase, or of a person in a phase.
type HourPrice struct {
	UserID  ID // none: of anybody
	PhaseID ID // none: in any, or in none
	Price   decimal.Decimal
}

// HourPrices are what the customer pays for the hours of a project.
type HourPrices struct {
	Project decimal.Decimal // where no other holds
	Others  []HourPrice
}

// Of is the price of an hour: that of the person in the phase, else of the person, else of the phase, else the project's.
func (h HourPrices) Of(user, phase ID) decimal.Decimal {
	for _, want := range []HourPrice{{UserID: user, PhaseID: phase}, {UserID: user}, {PhaseID: phase}} {
		if want.UserID == "" && want.PhaseID == "" {
			continue
		}
		for _, p := range h.Others {
			if p.UserID == want.UserID && p.PhaseID == want.PhaseID {
				return p.Price
			}
		}
	}
	return h.Project
}

// Time is an entry with what the customer pays for it, in minor units, half up.
func (h HourPrices) Time(t TimeEntry, c Currency) PricedTime {
	price := h.Of(t.UserID, t.PhaseID)
	return PricedTime{TimeEntry: t, Price: price, Earned: Round(t.Hours.Mul(price), c, HalfUp)}
}

// Task is a task with what the customer pays for it.
func (h HourPrices) Task(t ProjectTask) PricedTask {
	return PricedTask{Fixed: t.FixedPrice, Hours: t.EffortHours, Price: h.Of(t.UserID, t.PhaseID), Progress: t.ProgressPercent}
}

// PricedTask is a task with what the customer pays for it, without tax: a fixed sum or, without one, its hours at their price.
type PricedTask struct {
	Fixed    *decimal.Decimal // none: by hours
	Hours    decimal.Decimal  // planned
	Price    decimal.Decimal  // of an hour
	Progress decimal.Decimal  // in per cent
}

// Worth is what the customer pays for all of the task, in minor units, half up.
func (t PricedTask) Worth(c Currency) decimal.Decimal {
	if t.Fixed != nil {
		return *t.Fixed
	}
	return Round(t.Hours.Mul(t.Price), c, HalfUp)
}

// Earned is what the task has earned so far: what it is worth by its progress, in minor units, half up.
func (t PricedTask) Earned(c Currency) decimal.Decimal {
	return Round(t.Worth(c).Mul(t.Progress).Shift(-2), c, HalfUp)
}

// EarnedByProgress is what tasks are worth, and what they have earned so far.
func EarnedByProgress(tasks []PricedTask, c Currency) (earned, worth decimal.Decimal) {
	for _, t := range tasks {
		earned, worth = earned.Add(t.Earned(c)), worth.Add(t.Worth(c))
	}
	return earned, worth
}

// PricedTime is an entry of time with what the customer pays for it. Once it is billed, price and sum stay as they were then.
type PricedTime struct {
	TimeEntry
	Price     decimal.Decimal
	Earned    decimal.Decimal
	EarningID ID // that billed it; none: not yet
}

// EarnedByHours is what entries have earned up to and including a day, those that are billed whatever their day; without a day, all.
func EarnedByHours(times []PricedTime, upTo Date) (sum decimal.Decimal) {
	for _, t := range times {
		if t.EarningID != "" || upTo.IsZero() || !t.OnDate.After(upTo) {
			sum = sum.Add(t.Earned)
		}
	}
	return sum
}

// ToBill is what may be billed of what is earned: less what was billed, never below nothing nor beyond what is left of the contract. Advances count as billed.
func ToBill(earned, billed, left decimal.Decimal) decimal.Decimal {
	return decimal.Max(decimal.Min(earned.Sub(billed), left), decimal.Zero)
}

// Earning is one billing of what a project had earned: what was put up of which tranches stands with these.
type Earning struct {
	ID        ID
	ProjectID ID
	Way       EarningWay
	UpTo      Date            // to which it was earned
	Earned    decimal.Decimal // all in all by then, without tax
	Billed    decimal.Decimal // of that before
	Net       decimal.Decimal // what it put up
	Hours     decimal.Decimal // that it billed
	By        string
	At        time.Time
	UndoneAt  *time.Time // what it put up is earned anew
}

// Bills tells whether the billing takes an entry with it: one of hours that nothing has billed yet, up to its day.
func (e Earning) Bills(t PricedTime) bool {
	return e.Way == EarnHours && t.EarningID == "" && !t.OnDate.After(e.UpTo)
}

// Work is all that what a project may bill follows from.
type Work struct {
	Project  Project
	Currency Currency
	Tasks    []ProjectTask
	Prices   HourPrices
	Times    []PricedTime
	Tranches []PlannedPart
}

// Earned is what the work of a project has earned up to a day, and what of it may be billed. Sums are without tax.
type Earned struct {
	Way    EarningWay
	UpTo   Date
	Worth  decimal.Decimal // of all tasks; by progress only
	Earned decimal.Decimal
	Signed decimal.Decimal // the part of it that the customer signed; all of it where he need not
	Billed decimal.Decimal // before, with advances
	Left   decimal.Decimal // of the contract, for what is earned
	Net    decimal.Decimal // to be billed now
	Why    string          // why nothing may be; empty where something may
}

// Earned reckons what the work may bill (S060, S084). By progress the day is no matter: tasks stand as they do. Where the customer signs the progress, what
// tasks have earned counts as far as the percentage that he signed of all they are worth, and hours count once all the progress that was reported is signed.
func (w Work) Earned(upTo Date) Earned {
	e := Earned{Way: w.Project.Billing, UpTo: upTo}
	signs := w.Project.SignOff.Progress()
	switch e.Way {
	case EarnProgress:
		priced := make([]PricedTask, len(w.Tasks))
		for i, t := range w.Tasks {
			priced[i] = w.Prices.Task(t)
		}
		e.Earned, e.Worth = EarnedByProgress(priced, w.Currency)
		if e.Signed = e.Earned; signs {
			e.Signed = decimal.Min(e.Earned, Round(e.Worth.Mul(w.Project.SignedPercent).Shift(-2), w.Currency, HalfUp))
		}
	case EarnHours:
		e.Earned = EarnedByHours(w.Times, upTo)
		if e.Signed = e.Earned; signs && (w.Project.SignedPercent.IsZero() || w.Project.SignedPercent.LessThan(w.Project.ProgressPercent)) {
			e.Signed = decimal.Zero
		}
	}
	var tranches []Tranche
	for _, t := range w.Tranches {
		tranches = append(tranches, t.Tranche)
	}
	e.Billed = BilledOfWork(tranches)
	for _, t := range EarningOrder(tranches) {
		e.Left = e.Left.Add(t.Net)
	}
	e.Net = ToBill(e.Signed, e.Billed, e.Left)
	e.Why = e.why()
	return e
}

// why tells what stands against billing.
func (e Earned) why() string {
	switch {
	case !e.Way.ByWork():
		return "billed_by_plan"
	case e.Net.IsPositive():
		return ""
	case !e.Earned.IsPositive():
		return "nothing_earned"
	case e.Earned.GreaterThan(e.Billed) && !e.Signed.GreaterThan(e.Billed):
		return "progress_not_signed"
	case !e.Earned.GreaterThan(e.Billed):
		return "earned_billed"
	default:
		return "contract_billed"
	}
}
