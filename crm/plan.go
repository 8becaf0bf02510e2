package crm

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// PlanUnit is the length of a plan's periods (S099).
type PlanUnit string

// The units.
const (
	PlanDay   PlanUnit = "day"
	PlanWeek  PlanUnit = "week" // begins on Monday
	PlanMonth PlanUnit = "month"
)

// PlanUnits lists them.
func PlanUnits() []PlanUnit { return []PlanUnit{PlanDay, PlanWeek, PlanMonth} }

// RevenuePlan is a span of time for which salespeople plan the revenue of their customers, period by period (S099, S100). Amounts are net, in the
// company's currency; days are dates of the entity's zone.
type RevenuePlan struct {
	ID       ID
	Name     string
	FirstDay Date
	LastDay  Date
	Unit     PlanUnit
	Deadline Date // until when it is planned; zero: whenever
	Confirm  bool // the head of sales looks at each position (S102)
	Version  int
	MadeBy   ID
	MadeAt   time.Time
}

// MaxPlanPeriods is how many periods a plan has at most: a quarter in days, or eight years in months.
const MaxPlanPeriods = 100

// Span is the whole of it.
func (p RevenuePlan) Span() Period { return Period{p.FirstDay, p.LastDay} }

// Periods cuts the plan by its unit; weeks and months at its ends may be shorter.
func (p RevenuePlan) Periods() []Period { return p.Unit.Of(p.Span()) }

// Of cuts a span into days, weeks from Monday, or months of the calendar.
func (u PlanUnit) Of(span Period) []Period {
	var cuts []Date
	for d := span.First.AddDays(1); !d.After(span.Last); d = d.AddDays(1) {
		if u == PlanDay || u == PlanWeek && d.Weekday() == time.Monday || u == PlanMonth && d.OnDay(1) == d {
			cuts = append(cuts, d)
		}
	}
	return span.Cut(cuts)
}

// Check tells all that is wrong: required at /name, /first_day and /last_day, before_start at /last_day, too_late at /deadline when it is after the last
// day, unknown_value at /unit, too_many there when there were more than MaxPlanPeriods periods.
func (p RevenuePlan) Check() error {
	var errs FieldErrors
	for at, missing := range map[string]bool{"/name": p.Name == "", "/first_day": p.FirstDay.IsZero(), "/last_day": p.LastDay.IsZero()} {
		if missing {
			errs.Add(at, Problem("required"))
		}
	}
	if p.Unit != PlanDay && p.Unit != PlanWeek && p.Unit != PlanMonth {
		errs.Add("/unit", Problem("unknown_value", "allowed", "day, week, month"))
	}
	if len(errs) > 0 {
		return errs.Err()
	}
	switch {
	case p.LastDay.Before(p.FirstDay):
		errs.Add("/last_day", Problem("before_start"))
	case p.Span().Days() > 366*10 || len(p.Periods()) > MaxPlanPeriods:
		errs.Add("/unit", Problem("too_many", "max", strconv.Itoa(MaxPlanPeriods)))
	}
	if p.Deadline.After(p.LastDay) {
		errs.Add("/deadline", Problem("out_of_range", "max", p.LastDay.String()))
	}
	return errs.Err()
}

// PlanState says what the head of sales thinks of a position.
type PlanState string

// The states. Until somebody looked at it a position counts as its planner meant it.
const (
	PlanPlanned   PlanState = "planned"
	PlanConfirmed PlanState = "confirmed"
	PlanDoubtful  PlanState = "doubtful" // stays out of the final plan (S102)
)

// PlanCell is a position: what one customer is expected to bring in one period.
type PlanCell struct {
	AccountID ID
	FirstDay  Date // of the period
	Amount    decimal.Decimal
	State     PlanState
	Reason    string // why it is doubtful
	Changed   bool   // its amount is another one since it was found doubtful
	Version   int    // 0: not planned yet
	PlannedBy ID
	DecidedBy ID
	DecidedAt *time.Time
}

// Replan is the position with another amount. What was confirmed has to be looked at again; what was doubtful stays so, since a new figure is no new reason.
func (c PlanCell) Replan(amount decimal.Decimal, by ID) PlanCell {
	if c.State == PlanConfirmed || c.State == "" {
		c.State, c.DecidedBy, c.DecidedAt = PlanPlanned, "", nil
	}
	c.Changed = c.State == PlanDoubtful
	c.Amount, c.PlannedBy = amount, by
	return c
}

// CheckPlanAmount refuses a negative amount and one that the currency does not have. Errors: out_of_range and those of CheckAmount.
func CheckPlanAmount(d decimal.Decimal, c Currency) error {
	if d.IsNegative() {
		return Problem("out_of_range", "min", "0")
	}
	return CheckAmount(d, c)
}
