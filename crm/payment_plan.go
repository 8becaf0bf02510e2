package crm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// PaymentPlan is an instalment plan of a debt (S091): what was open on some invoices of a debtor is paid in parts. The chase of these invoices rests until the next part's
// day; a part that has not come by then breaks the plan, and the chase goes on where it stood.
type PaymentPlan struct {
	ID        ID
	AccountID ID
	Amount    decimal.Decimal // of all its parts: what was open on its invoices when it was agreed
	Currency  string
	State     PaymentPlanState
	Note      string
	Reason    string // why it was ended by hand
	MadeBy    string
	MadeAt    time.Time
	EndedOn   Date // the day from which the chase goes on; zero while it is open
	Invoices  []ID
	Numbers   []string // of its invoices
	Parts     []PaymentPart
	Open      decimal.Decimal // on its invoices now
}

// PaymentPart is a part of a payment plan; positions count from 1.
type PaymentPart struct {
	Position int             `json:"position"`
	DueOn    Date            `json:"due_on"`
	Amount   decimal.Decimal `json:"amount"`
}

// PaymentPlanState says what became of a payment plan.
type PaymentPlanState string

// The states of a payment plan.
const (
	PaymentPlanOpen   PaymentPlanState = "open"
	PaymentPlanKept   PaymentPlanState = "kept"
	PaymentPlanBroken PaymentPlanState = "broken"
	PaymentPlanEnded  PaymentPlanState = "ended" // by hand, or by a hand-over to legal
)

// The rhythms of a payment plan.
const (
	RhythmWeekly  = "weekly"
	RhythmMonthly = "monthly" // on the first part's day of the month, or the month's last day
)

// PlanRhythms lists them.
func PlanRhythms() []string { return []string{RhythmWeekly, RhythmMonthly} }

// The bounds of a payment plan.
const (
	MinPlanParts = 2
	MaxPlanParts = 60
	maxPlanDays  = 5*366 + 1 // from today to its last part
)

// PlanTerms says how an amount is to be divided: equal parts in a rhythm, or parts of one's own, each of which may leave out its day, or its amount, when all do.
type PlanTerms struct {
	Parts   int       `json:"parts"` // how many, without own ones
	FirstOn Date      `json:"first_on"`
	Rhythm  string    `json:"rhythm"`
	Own     []OwnPart `json:"own"`
}

// OwnPart is a part as somebody wants it. The amount is a decimal text in the invoices' currency.
type OwnPart struct {
	On     Date   `json:"on"`
	Amount string `json:"amount"`
}

// Divide makes the parts of a payment plan over what is open: equal ones to the cent by the largest remainder, the later ones taking what does not divide. Errors, each at
// its place: /parts, /own and /own/n out_of_range, /first_on required, in_the_past, out_of_range, /rhythm required, unknown_value, /own/n/on days_do_not_rise, /own/n/amount
// those of an amount, /own parts_do_not_sum.
func (t PlanTerms) Divide(open decimal.Decimal, c Currency, today Date) ([]PaymentPart, FieldErrors) {
	n, at := t.Parts, "/parts"
	if len(t.Own) > 0 {
		n, at = len(t.Own), "/own"
	}
	if n < MinPlanParts || n > MaxPlanParts {
		return nil, FieldErrors{Problem("out_of_range", "min", fmt.Sprint(MinPlanParts), "max", fmt.Sprint(MaxPlanParts)).At(at)}
	}
	parts := make([]PaymentPart, n)
	for i := range parts {
		parts[i].Position = i + 1
	}
	wrong := append(t.days(parts, today), t.amounts(parts, open, c, at)...)
	return parts, wrong
}

func (t PlanTerms) days(parts []PaymentPart, today Date) (wrong FieldErrors) {
	own := slices.ContainsFunc(t.Own, func(o OwnPart) bool { return !o.On.IsZero() })
	if !own {
		wrong.Add("/first_on", CheckPromiseDay(t.FirstOn, today))
		if t.Rhythm == "" {
			wrong = append(wrong, Problem("required").At("/rhythm"))
		} else if !slices.Contains(PlanRhythms(), t.Rhythm) {
			wrong = append(wrong, Problem("unknown_value").At("/rhythm"))
		}
		if len(wrong) > 0 {
			return wrong
		}
	}
	for i := range parts {
		at := fmt.Sprintf("/own/%d/on", i)
		switch {
		case own:
			parts[i].DueOn = t.Own[i].On
		case t.Rhythm == RhythmWeekly:
			parts[i].DueOn = t.FirstOn.AddDays(7 * i)
		default:
			parts[i].DueOn = t.FirstOn.AddMonths(i)
		}
		switch on := parts[i].DueOn; {
		case on.IsZero():
			wrong = append(wrong, Problem("required").At(at))
		case own && on.Before(today):
			wrong = append(wrong, Problem("in_the_past").At(at))
		case own && i > 0 && !on.After(parts[i-1].DueOn):
			wrong = append(wrong, Problem("days_do_not_rise").At(at))
		case own && on.DaysSince(today) > maxPlanDays:
			wrong = append(wrong, Problem("out_of_range", "max", today.AddDays(maxPlanDays).String()).At(at))
		}
	}
	if !own && parts[len(parts)-1].DueOn.DaysSince(today) > maxPlanDays {
		wrong = append(wrong, Problem("out_of_range", "max", today.AddDays(maxPlanDays).String()).At("/parts"))
	}
	return wrong
}

func (t PlanTerms) amounts(parts []PaymentPart, open decimal.Decimal, c Currency, place string) (wrong FieldErrors) {
	if !slices.ContainsFunc(t.Own, func(o OwnPart) bool { return o.Amount != "" }) {
		weights := slices.Repeat([]decimal.Decimal{decimal.NewFromInt(1)}, len(parts))
		shares, err := Split(open, weights, c)
		if err == nil && !shares[0].IsPositive() {
			err = Problem("out_of_range", "min", fmt.Sprint(MinPlanParts), "max", open.Div(c.Unit()).String())
		}
		if wrong.Add(place, err); err != nil {
			return wrong
		}
		for i := range parts {
			parts[i].Amount = shares[i]
		}
		return nil
	}
	sum := decimal.Zero
	for i := range parts {
		amount, err := ParseAmount(t.Own[i].Amount, c)
		switch {
		case t.Own[i].Amount == "":
			err = Problem("required")
		case err == nil && !amount.IsPositive():
			err = Problem("out_of_range", "min", c.Unit().String())
		}
		wrong.Add(fmt.Sprintf("/own/%d/amount", i), err)
		parts[i].Amount, sum = amount, sum.Add(amount)
	}
	if len(wrong) == 0 && !sum.Equal(open) {
		wrong = append(wrong, Problem("parts_do_not_sum", "got", sum.String(), "want", open.String()).At("/own"))
	}
	return wrong
}

// Paid is what was settled of a plan since it was agreed, by money or by a credit note; below zero when a payment from before came back.
func (p PaymentPlan) Paid() decimal.Decimal { return p.Amount.Sub(p.Open) }

// Rest are the parts of which something is to come, with what of each is; what was settled went to the earliest.
func (p PaymentPlan) Rest() (rest []PaymentPart) {
	upTo := decimal.Zero
	for _, part := range p.Parts {
		upTo = upTo.Add(part.Amount)
		if left := upTo.Sub(p.Paid()); left.IsPositive() {
			part.Amount = decimal.Min(part.Amount, left)
			rest = append(rest, part)
		}
	}
	return rest
}

// Judge tells what became of an open plan by today: kept when nothing is open any more, broken when not all parts whose day is over have come.
func (p PaymentPlan) Judge(today Date) PaymentPlanState {
	if !p.Open.IsPositive() {
		return PaymentPlanKept
	}
	if rest := p.Rest(); len(rest) > 0 && rest[0].DueOn.Before(today) {
		return PaymentPlanBroken
	}
	return PaymentPlanOpen
}

// PaymentPlanLetter tells a debtor what was agreed: the invoices, and each part with its day; to holds its reader.
func PaymentPlanLetter(p PaymentPlan, to Letter) Letter {
	to.Template = "payment_plan"
	to.Texts = map[string]string{"invoices": strings.Join(p.Numbers, ", "), "parts": fmt.Sprint(len(p.Parts))}
	to.Money = map[string]Amount{"amount": {Value: p.Amount, Currency: p.Currency}}
	for _, part := range p.Parts {
		to.Rows = append(to.Rows, LetterRow{part.DueOn, Amount{part.Amount, p.Currency}})
	}
	return to
}
