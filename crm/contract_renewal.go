package crm

import (
	"math/big"
	"time"

	"github.com/shopspring/decimal"
)

// The commands of a contract's renewal, carried out by its process (S088).
const (
	RenewalNotice = "renewal.notice" // the customer gives notice, or takes it back
	RenewalAdjust = "renewal.adjust" // the price of the next period is to rise
)

// NoticeFields are the fields of renewal.notice.
type NoticeFields struct {
	GivenOn    Date   `json:"given_on" doc:"text=Without it, today; not in the future."`
	Reason     string `json:"reason" doc:"max=500"`
	AcceptLate bool   `json:"accept_late" doc:"text=Notice after the last day is taken all the same."`
	Withdraw   bool   `json:"withdraw" doc:"text=The customer takes his notice back."`
}

// AdjustFields are the fields of renewal.adjust.
type AdjustFields struct {
	Percent string `json:"percent" doc:"required;text=Above 0, at most 100, to four decimals; a cut is an amendment."`
	Source  string `json:"source" doc:"required;max=200;text=The index or clause that it follows."`
}

// ContractNotice is that the customer ends a contract at its end.
type ContractNotice struct {
	ContractID  ID
	EndDate     Date // of the contract, when notice was given
	GivenOn     Date
	Reason      string
	Late        bool // after the last day; taken all the same
	RecordedBy  ID
	At          time.Time
	WithdrawnAt *time.Time
}

// ContractAdjustment is a rise of the price of what is billed again and again, from the next renewal on.
type ContractAdjustment struct {
	ID         ID
	ContractID ID
	FromDay    Date
	Percent    decimal.Decimal
	Source     string
	ProposedBy ID
	At         time.Time
}

// ContractRenewal is a period by which a contract went on.
type ContractRenewal struct {
	ContractID  ID
	FromDay     Date
	UntilDay    Date
	Net         decimal.Decimal // of its periods
	Percent     decimal.Decimal // by which their price rose
	Source      string
	AmendmentID ID
	At          time.Time
}

// RenewalAheadDays is how many days before the last day for notice the owner of a contract that goes on by itself is reminded.
const RenewalAheadDays = 30

// LastNotice is the last day on which notice may be given.
func (c Contract) LastNotice() Date { return c.EndDate.AddDays(-c.NoticeDays) }

// NextEnd is when the contract ends after going on once more. It counts from the contract's first day where its end is a number of months from there, so that one that
// began on 29 February ends on that day again in the next leap year.
func (c Contract) NextEnd() Date {
	for m := 1; m <= 10*MaxMonths; m++ {
		switch end := c.StartDate.AddMonths(m); {
		case end == c.EndDate:
			return c.StartDate.AddMonths(m + c.RenewalMonths)
		case c.EndDate.Before(end):
			return c.EndDate.AddMonths(c.RenewalMonths)
		}
	}
	return c.EndDate.AddMonths(c.RenewalMonths)
}

// Renew is the contract's terms after it went on once more: its end, and new periods as long and as dear as the last one, their price raised by so many per cent and rounded to the
// currency's unit for each tax rate. What is there stays as it is but for its share of the whole. A contract without periods only ends later.
func (a Agreement) Renew(percent decimal.Decimal) (t ContractTerms, added decimal.Decimal) {
	t = a.Now
	t.EndDate = a.Contract.NextEnd()
	t.Tranches = append([]PlannedPart{}, a.Now.Tranches...)
	last, first, n := PlannedPart{}, Date{}, 0
	for _, p := range t.Tranches {
		if p.Tranche.Kind == TranchePeriod {
			if n++; first.IsZero() {
				first = p.Tranche.PeriodStart
			}
			last = p
		}
	}
	months := monthsOf(last.Tranche)
	if n == 0 || months == 0 {
		return t, added
	}
	unit := a.Pricing.Currency.Unit().Exponent()
	if first.AddMonths((n-1)*months) != last.Tranche.PeriodStart { // else counted from the first, so that days at the end of months do not wander
		first, n = last.Tranche.PeriodEnd.AddDays(1), 0
	}
	factor := decimal.NewFromInt(1).Add(percent.Shift(-2))
	for ; first.AddMonths(n*months).Before(t.EndDate) && len(t.Tranches) < 10*MaxTranches; n++ {
		p := PlannedPart{Tranche: Tranche{
			Position: len(t.Tranches) + 1, Kind: TranchePeriod, State: TranchePlanned, OpensAtPercent: last.Tranche.OpensAtPercent,
			PeriodStart: first.AddMonths(n * months), PeriodEnd: first.AddMonths((n + 1) * months).AddDays(-1),
		}}
		for _, part := range last.Parts {
			net := part.Net.Mul(factor).Round(-unit)
			tax := part.Tax
			if percent.IsPositive() {
				tax = net.Mul(part.TaxPercent).Shift(-2).Round(-unit)
			}
			p.Parts = append(p.Parts, TranchePart{TaxPercent: part.TaxPercent, Net: net, Tax: tax})
			p.Tranche.Net, p.Tranche.Tax = p.Tranche.Net.Add(net), p.Tranche.Tax.Add(tax)
		}
		p.Tranche.Total = p.Tranche.Net.Add(p.Tranche.Tax)
		t.Tranches, added = append(t.Tranches, p), added.Add(p.Tranche.Net)
		t.Net, t.Tax = t.Net.Add(p.Tranche.Net), t.Tax.Add(p.Tranche.Tax)
	}
	t.Total, t.Adjustment = t.Net.Add(t.Tax), t.Adjustment.Add(added)
	if a.Now.Net.IsPositive() {
		t.Cost = t.Cost.Mul(t.Net).Div(a.Now.Net).Round(-unit)
	}
	t.share()
	return t, added
}

// share gives each tranche its share of the whole, to four decimals; all add up to 100.
func (t *ContractTerms) share() {
	exact := make([]*big.Rat, len(t.Tranches))
	for i, p := range t.Tranches {
		exact[i] = new(big.Rat).Mul(new(big.Rat).Quo(p.Tranche.Net.Rat(), t.Net.Rat()), new(big.Rat).SetInt64(100))
	}
	for i, percent := range apportion(hundred, exact, 4) {
		t.Tranches[i].Tranche.Percent = percent
	}
}

// monthsOf is how many months a period has; 0 for none.
func monthsOf(t Tranche) int {
	if t.Kind != TranchePeriod {
		return 0
	}
	for _, i := range []Interval{EveryMonth, EveryQuarter, EveryYear} {
		end, m := t.PeriodEnd.AddDays(1), i.Months()
		if d := end.DaysSince(t.PeriodStart.AddMonths(m)); d >= -3 && d <= 3 { // of the last days of months
			return m
		}
	}
	return 0
}
