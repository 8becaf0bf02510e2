package crm

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// TimesheetState says how far a person's week of hours has come.
type TimesheetState string

// The states of a week. Only approved hours are times of a project; an approved week never changes, its entries are taken back by
// counter-entries (S082).
const (
	TimesheetDraft     TimesheetState = "draft"
	TimesheetSubmitted TimesheetState = "submitted"
	TimesheetApproved  TimesheetState = "approved"
	TimesheetReturned  TimesheetState = "returned" // with a reason; it is filled in again
)

// Timesheet is a person's week of hours (S082, S090).
type Timesheet struct {
	ID          ID
	UserID      ID
	Monday      Date // its first day
	State       TimesheetState
	Reason      string // why it was returned
	Version     int
	SubmittedAt *time.Time
	DecidedBy   ID
	DecidedAt   *time.Time
}

// Open tells whether the week may be filled in.
func (t Timesheet) Open() bool { return t.State == TimesheetDraft || t.State == TimesheetReturned }

// TimesheetLine are a person's hours of a week on one project, or on a phase or task of it; Monday first.
type TimesheetLine struct {
	ProjectID ID
	PhaseID   ID // none: of no phase
	TaskID    ID // none: of no task
	Hours     [7]decimal.Decimal
}

// MaxTimesheetLines is how many lines a week may have.
const MaxTimesheetLines = 50

var (
	longestDay = decimal.NewFromInt(24)
	quarters   = decimal.NewFromInt(4)
	isoWeek    = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)
)

// ParseWeek reads a week as ISO 8601 writes it, 2026-W47, and gives its Monday. Error: invalid_date.
func ParseWeek(text string) (Date, error) {
	m := isoWeek.FindStringSubmatch(text)
	if m == nil {
		return Date{}, Problem("invalid_date", "example", "2026-W47")
	}
	first, err := ParseDate(m[1] + "-01-04") // it is always in the first week
	if err != nil {
		return Date{}, err
	}
	n, _ := strconv.Atoi(m[2])
	monday := first.Monday().AddDays(7 * (n - 1))
	if monday.Week() != text {
		return Date{}, Problem("invalid_date", "example", "2026-W47")
	}
	return monday, nil
}

// Week is the week of a date as ISO 8601 writes it: 2026-W47.
func (d Date) Week() string {
	year, week := d.t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

// TimesheetCell is the pointer to the hours of a day, 0 for Monday.
func TimesheetCell(line, day int) string { return fmt.Sprintf("/lines/%d/hours/%d", line, day) }

// CheckTimesheet tells all mistakes of a week at once, each at its cell or line: hours from 0 to 24 in quarters, no day of more than 24, no
// line twice, at most MaxTimesheetLines. Errors: out_of_range, quarter_hours, given_twice, too_many.
func CheckTimesheet(lines []TimesheetLine) (errs FieldErrors) {
	if len(lines) > MaxTimesheetLines {
		return FieldErrors{Problem("too_many", "max", strconv.Itoa(MaxTimesheetLines)).At("/lines")}
	}
	seen := map[[3]ID]bool{}
	var days [7]decimal.Decimal
	for i, l := range lines {
		of := [3]ID{l.ProjectID, l.PhaseID, l.TaskID}
		if seen[of] {
			errs = append(errs, Problem("given_twice").At(fmt.Sprintf("/lines/%d", i)))
		}
		seen[of] = true
		for d, h := range l.Hours {
			days[d] = days[d].Add(h)
			switch at := TimesheetCell(i, d); {
			case h.IsNegative() || h.GreaterThan(longestDay):
				errs = append(errs, Problem("out_of_range", "min", "0", "max", "24").At(at))
			case !h.Mul(quarters).IsInteger():
				errs = append(errs, Problem("quarter_hours").At(at))
			case days[d].GreaterThan(longestDay) && h.IsPositive():
				errs = append(errs, Problem("day_too_long", "hours", days[d].String()).At(at))
			}
		}
	}
	return errs
}
