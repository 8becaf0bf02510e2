package crm

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// Bridge lists what the terms change against those in force, clause by clause (N8). Beside what OrderBridge finds worse, a contract is worse when it ends
// sooner, goes on less by itself or for shorter, leaves less time before the notice, has to be delivered sooner, is billed later or has the customer accept more before that; new clauses are worse
// because nobody can tell. Lines are named by "line:" and their names; what they do to the total and the margin is told there.
func (a Agreement) Bridge(t ContractTerms) []TermChange {
	out := OrderBridge(a.Now.Facts(OrderFacts{}), t.Facts(OrderFacts{}))
	add := func(field, before, after string, worse bool) {
		if before != after {
			out = append(out, TermChange{field, before, after, worse})
		}
	}
	add("contract.end_date", a.Now.EndDate.String(), t.EndDate.String(), t.EndDate.Before(a.Now.EndDate))
	add("contract.renewal", string(a.Now.Renewal), string(t.Renewal), slices.Index(lasting, t.Renewal) < slices.Index(lasting, a.Now.Renewal))
	if t.Renewal == RenewalAutomatic {
		add("contract.renewal_months", strconv.Itoa(a.Now.RenewalMonths), strconv.Itoa(t.RenewalMonths), t.RenewalMonths < a.Now.RenewalMonths)
	}
	add("contract.notice_days", strconv.Itoa(a.Now.NoticeDays), strconv.Itoa(t.NoticeDays), t.NoticeDays < a.Now.NoticeDays)
	add("order.delivery_date", a.Now.DeliveryDate.String(), t.DeliveryDate.String(), a.Now.DeliveryDate.IsZero() || t.DeliveryDate.Before(a.Now.DeliveryDate))
	add("contract.text", a.Now.Text, t.Text, true)
	if a.Now.SignOff != "" && t.SignOff != "" { // else of a version from before it was kept
		add("contract.sign_off", string(a.Now.SignOff), string(t.SignOff), t.SignOff.Milestones() && !a.Now.SignOff.Milestones() || t.SignOff.Progress() && !a.Now.SignOff.Progress())
	}
	before, after := a.later(a.Now), a.later(t)
	add("contract.billed_at", before.String(), after.String(), after.GreaterThan(before))
	was, is := a.Now.Every(a.Lines), t.Every(a.Lines)
	for i, l := range is {
		before := "" // it was not there
		if i < len(was) {
			before = lineSays(was[i])
		}
		add("line:"+l.Name, before, lineSays(l), false)
	}
	return out
}

// lasting are the kinds of renewal, the one that binds most last.
var lasting = []RenewalKind{RenewalNone, RenewalDeal, RenewalAutomatic}

func lineSays(l QuoteLine) string {
	return l.Quantity.String() + " × " + l.UnitPrice.String()
}

// later is how far the work, or the contract's time, is on average when what is not invoiced may be billed, in per cent: 0 at once, 100 at the end.
func (a Agreement) later(t ContractTerms) decimal.Decimal {
	sum, weights := decimal.Zero, decimal.Zero
	days := max(a.Now.EndDate.DaysSince(a.Contract.StartDate), 1)
	for _, p := range t.Tranches {
		if p.Tranche.Billed() {
			continue
		}
		at := p.Tranche.OpensAtPercent
		switch {
		case p.Tranche.Milestone != "":
			at = hundred
		case p.Tranche.Kind == TranchePeriod:
			at = PercentOf(decimal.NewFromInt(int64(p.Tranche.PeriodStart.DaysSince(a.Contract.StartDate))), decimal.NewFromInt(int64(days)))
		}
		sum, weights = sum.Add(at.Mul(p.Tranche.Net)), weights.Add(p.Tranche.Net)
	}
	return PercentOf(sum.Shift(-2), weights)
}
