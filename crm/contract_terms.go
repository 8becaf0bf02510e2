package crm

import (
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// RenewalKind says what happens when a contract ends (S088).
type RenewalKind string

// The kinds of renewal.
const (
	RenewalDeal      RenewalKind = "deal"      // the next deal opens so many days before the end
	RenewalAutomatic RenewalKind = "automatic" // it goes on by itself unless somebody gives notice so many days before the end
	RenewalNone      RenewalKind = "none"      // it ends
)

// RenewalKinds lists them in the order in which forms offer them.
func RenewalKinds() []RenewalKind {
	return []RenewalKind{RenewalDeal, RenewalAutomatic, RenewalNone}
}

// Terms are what a contract will be made with, chosen on the order before it is validated. Without any it begins on the day on which it is made, lasts
// DefaultMonths, and is billed as the quote says.
type Terms struct {
	StartDate     Date        `json:"start_date"` // empty: the day on which the contract is made
	Months        int         `json:"months"`
	Renewal       RenewalKind `json:"renewal"`
	RenewalMonths int         `json:"renewal_months"` // for how long it goes on, when it does so by itself
	NoticeDays    int         `json:"notice_days"`
	Template      string      `json:"template"`                // name of the one that the plan was taken from
	Plan          []PlanPart  `json:"plan"`                    // how it is billed; empty: as the quote says
	Text          string      `json:"text"`                    // clauses beside what the quote says
	PaymentTerms  string      `json:"payment_terms,omitempty"` // until when its invoices are paid, as somebody wrote it; empty: as the customer has it

	Billing   EarningWay      `json:"billing,omitempty"`   // by what its project's work is billed; empty: as the plan says
	HourPrice decimal.Decimal `json:"hour_price,omitzero"` // what the customer pays for an hour, without tax, where no other price is agreed
	SignOff   SignOffTerm     `json:"sign_off,omitempty"`  // what of the delivery the customer accepts before it is billed; empty: nothing
}

// The usual length of a contract, and the bounds of its terms.
const (
	DefaultMonths = 12
	MaxMonths     = 240
	MaxNotice     = 3650
	MaxTermsText  = 20_000 // characters
)

// DefaultTerms are those of a contract for which nobody chose any.
func DefaultTerms() Terms {
	return Terms{Months: DefaultMonths, Renewal: RenewalDeal, RenewalMonths: DefaultMonths, NoticeDays: DefaultNoticeDays}
}

// From is the day on which a contract with these terms begins when it is made on the day.
func (t Terms) From(made Date) Date {
	if t.StartDate.IsZero() {
		return made
	}
	return t.StartDate
}

// Until is the day on which it ends when it is made on the day.
func (t Terms) Until(made Date) Date { return t.From(made).AddMonths(t.Months) }

// Check tells what is wrong with terms, all at once. Errors: out_of_range, unknown_value, those of CheckPlan.
func (t Terms) Check() error {
	var errs FieldErrors
	bounds := func(at string, n, least, most int) {
		if n < least || n > most {
			errs.Add(at, Problem("out_of_range", "min", strconv.Itoa(least), "max", strconv.Itoa(most)))
		}
	}
	bounds("/months", t.Months, 1, MaxMonths)
	bounds("/notice_days", t.NoticeDays, 0, MaxNotice)
	if !slices.Contains(RenewalKinds(), t.Renewal) {
		errs.Add("/renewal", Problem("unknown_value", "got", shorten(string(t.Renewal), 40)))
	}
	if t.Renewal == RenewalAutomatic {
		bounds("/renewal_months", t.RenewalMonths, 1, MaxMonths)
	}
	if len(t.Plan) > 0 {
		errs.Add("/plan", CheckPlan(t.Plan))
	}
	if t.Billing != "" && !slices.Contains(EarningWays(), t.Billing) {
		errs.Add("/billing", Problem("unknown_value", "got", shorten(string(t.Billing), 40)))
	}
	if t.SignOff != "" && !slices.Contains(SignOffTerms(), t.SignOff) {
		errs.Add("/sign_off", Problem("unknown_value", "got", shorten(string(t.SignOff), 40)))
	}
	if t.HourPrice.IsNegative() || within(t.HourPrice, 0, 1_000_000_000) != nil || t.HourPrice.Exponent() < -4 {
		errs.Add("/hour_price", Problem("out_of_range", "min", "0", "max", "1000000000"))
	}
	_, err := ParsePaymentTerms(t.PaymentTerms)
	errs.Add("/payment_terms", err)
	return errs.Err()
}

// Interval is how long a period of a recurring plan is.
type Interval string

// The intervals.
const (
	EveryMonth   Interval = "month"
	EveryQuarter Interval = "quarter"
	EveryYear    Interval = "year"
)

// Intervals lists them, the shortest first.
func Intervals() []Interval { return []Interval{EveryMonth, EveryQuarter, EveryYear} }

// Months is how many months an interval has; 0 for none.
func (i Interval) Months() int {
	switch i {
	case EveryMonth:
		return 1
	case EveryQuarter:
		return 3
	case EveryYear:
		return 12
	}
	return 0
}

// PlanPart is a part of a billing plan (S060): a share of the total that is billed once, or in equal periods.
type PlanPart struct {
	Kind      TrancheKind     `json:"kind"`
	Percent   decimal.Decimal `json:"percent"`
	OpensAt   decimal.Decimal `json:"opens_at_percent"` // progress of the project from which it may be billed; 0: as its kind has it
	Milestone string          `json:"milestone"`        // which has to be reached instead
	Every     Interval        `json:"every"`            // of periods
	Periods   int             `json:"periods"`
}

// count is how many tranches the part makes.
func (p PlanPart) count() int {
	if p.Kind == TranchePeriod {
		return p.Periods
	}
	return 1
}

// opens is the progress from which the part may be billed; that of periods is no matter of progress.
func (p PlanPart) opens() decimal.Decimal {
	if p.OpensAt.IsPositive() && p.Kind == TrancheProgress {
		return p.OpensAt
	}
	return opensAt(p.Kind)
}

// CheckPlan tells what is wrong with a billing plan, all at once. Errors, below the place of each part: required, too_many, unknown_value, out_of_range,
// sum_mismatch, not_together.
func CheckPlan(plan []PlanPart) error {
	var errs FieldErrors
	if err := checkCount(len(plan)); err != nil {
		return append(errs, *err)
	}
	sum, n := decimal.Zero, 0
	for i, p := range plan {
		at := "/" + strconv.Itoa(i)
		errs.Add(at, p.check())
		sum, n = sum.Add(p.Percent), n+p.count()
	}
	if len(errs) == 0 && !sum.Equal(hundred) {
		errs.Add("", mismatch(hundred.String(), sum.String(), hundred.Sub(sum).Abs().String()))
	}
	if err := checkCount(n); err != nil && len(errs) == 0 {
		errs = append(errs, *err)
	}
	return errs.Err()
}

func (p PlanPart) check() error {
	var errs FieldErrors
	switch p.Kind {
	case TrancheDeposit, TrancheProgress, TrancheBalance, TranchePeriod:
	default:
		errs.Add("/kind", Problem("unknown_value", "got", shorten(string(p.Kind), 40)))
	}
	if !p.Percent.IsPositive() || within(p.Percent, 0, 100) != nil || p.Percent.Exponent() < -4 {
		errs.Add("/percent", Problem("out_of_range", "min", "0", "max", "100"))
	}
	if p.OpensAt.IsNegative() || within(p.OpensAt, 0, 100) != nil || p.OpensAt.Exponent() < -2 {
		errs.Add("/opens_at_percent", Problem("out_of_range", "min", "0", "max", "100"))
	}
	if p.Milestone != "" && p.Kind != TrancheProgress {
		errs.Add("/milestone", Problem("not_together", "with", string(p.Kind)))
	}
	switch periodic := p.Kind == TranchePeriod; {
	case periodic && p.Every.Months() == 0:
		errs.Add("/every", Problem("unknown_value", "got", shorten(string(p.Every), 40)))
	case periodic && (p.Periods < 1 || p.Periods > MaxTranches):
		errs.Add("/periods", Problem("out_of_range", "min", "1", "max", strconv.Itoa(MaxTranches)))
	case !periodic && (p.Every != "" || p.Periods != 0):
		errs.Add("/every", Problem("not_together", "with", string(p.Kind)))
	}
	return errs.Err()
}

// PlanOf is the plan of a quote's shares.
func PlanOf(shares []Share) []PlanPart {
	out := make([]PlanPart, len(shares))
	for i, s := range shares {
		out[i] = PlanPart{Kind: s.Kind, Percent: s.Percent}
	}
	return out
}

// TrancheTemplate is a billing plan that orders may take (S060).
type TrancheTemplate struct {
	ID   ID         `json:"id"`
	Name string     `json:"name"`
	Plan []PlanPart `json:"plan"`
}
