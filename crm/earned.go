package crm

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// EarningWay says by what a project's work is billed beside its plan (S060, S084): nothing, its progress, or its hours.
type EarningWay string

// The ways of earning.
const (
	EarnNothing  EarningWay = ""
	EarnProgress EarningWay = "progress" // what its tasks are worth, as far as they are done
	EarnHours    EarningWay = "hours"    // approved hours, each at one price
)

// EarningWays lists the ways, for forms and checks.
func EarningWays() []string { return []string{string(EarnProgress), string(EarnHours)} }

// PricedTask is a task with what the customer pays for it, without tax: a fixed sum or, without one, its hours at the project's price.
type PricedTask struct {
	Fixed    *decimal.Decimal // none: by hours
	Hours    decimal.Decimal  // planned
	Progress decimal.Decimal  // in per cent
}

// Worth is what the customer pays for all of the task, in minor units, half up.
func (t PricedTask) Worth(price decimal.Decimal, c Currency) decimal.Decimal {
	if t.Fixed != nil {
		return *t.Fixed
	}
	return Round(t.Hours.Mul(price), c, HalfUp)
}

// EarnedByProgress is what tasks have earned so far: what each is worth by its progress, in minor units, half up for each.
func EarnedByProgress(tasks []PricedTask, price decimal.Decimal, c Currency) (sum decimal.Decimal) {
	for _, t := range tasks {
		sum = sum.Add(Round(t.Worth(price, c).Mul(t.Progress).Shift(-2), c, HalfUp))
	}
	return sum
}

// EarnedByHours is what hours have earned up to and including a day; without one, all. It is rounded once, half up.
func EarnedByHours(times []TimeEntry, price decimal.Decimal, upTo Date, c Currency) decimal.Decimal {
	hours := decimal.Zero
	for _, t := range times {
		if upTo.IsZero() || !t.OnDate.After(upTo) {
			hours = hours.Add(t.Hours)
		}
	}
	return Round(hours.Mul(price), c, HalfUp)
}

// ToBill is what may be billed of what is earned: less what was billed, never below nothing nor beyond what is left of the contract. Advances count as billed.
func ToBill(earned, billed, left decimal.Decimal) decimal.Decimal {
	return decimal.Max(decimal.Min(earned.Sub(billed), left), decimal.Zero)
}

// CutTranche takes a net sum off a tranche that is not billed: first is what may be billed now, rest what stays, and both sum to it to the cent in net, tax and
// total, rate by rate. The net is divided among the rates by the largest remainder in proportion to theirs, the tax of each by its net. Errors, at /net:
// out_of_range where the sum is not above zero or leaves nothing.
func CutTranche(parts []TranchePart, net decimal.Decimal, c Currency) (first, rest []TranchePart, err error) {
	all := decimal.Zero
	weights := make([]decimal.Decimal, len(parts))
	for i, p := range parts {
		all, weights[i] = all.Add(p.Net), p.Net
	}
	if !net.IsPositive() || !net.LessThan(all) {
		return nil, nil, FieldErrors{Problem("out_of_range", "min", c.Unit().String(), "max", all.Sub(c.Unit()).String()).At("/net")}
	}
	nets, err := Split(net, weights, c)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range parts {
		one, other := p, p
		one.Net, other.Net = nets[i], p.Net.Sub(nets[i])
		switch {
		case other.Net.IsZero():
			one.Tax = p.Tax
		case p.Net.IsPositive():
			one.Tax = Round(p.Tax.Mul(nets[i]).Div(p.Net), c, HalfUp)
		default:
			one.Tax = decimal.Zero
		}
		other.Tax = p.Tax.Sub(one.Tax)
		first, rest = append(first, one), append(rest, other)
	}
	empty := func(p TranchePart) bool { return p.Net.IsZero() && p.Tax.IsZero() }
	return slices.DeleteFunc(first, empty), slices.DeleteFunc(rest, empty), nil
}

// Cut are the tranches that a tranche becomes when its parts are cut: the first may be billed, the rest keeps its place in the plan.
func (t Tranche) Cut(first, rest []TranchePart) (Tranche, Tranche) {
	a, b := t, t
	a.Net, a.Tax, a.Total = sumParts(first)
	b.Net, b.Tax, b.Total = sumParts(rest)
	a.Percent = t.Percent.Mul(a.Net).DivRound(t.Net, 4)
	b.Percent = t.Percent.Sub(a.Percent)
	a.State = TrancheBillable
	return a, b
}

func sumParts(parts []TranchePart) (net, tax, total decimal.Decimal) {
	for _, p := range parts {
		net, tax = net.Add(p.Net), tax.Add(p.Tax)
	}
	return net, tax, net.Add(tax)
}

// EarningOrder puts tranches that are not billed into the order in which work takes from them: progress before the balance, the earlier first. Advances and
// periods are none of the work's.
func EarningOrder(all []Tranche) (out []Tranche) {
	for _, t := range all {
		if (t.State == TranchePlanned || t.State == TrancheBillable) && t.ExternalNumber == "" && (t.Kind == TrancheProgress || t.Kind == TrancheBalance) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Tranche) int {
		if a.Kind != b.Kind {
			return -strings.Compare(string(a.Kind), string(b.Kind)) // progress, balance
		}
		return a.Position - b.Position
	})
	return out
}
