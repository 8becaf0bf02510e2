package crm

import (
	"slices"
	"strings"
	"time"
)

// DeskMailSends is when My day comes by mail.
type DeskMailSends string

// The choices, in the order in which a form offers them.
const (
	DeskMailOff         DeskMailSends = "off"
	DeskMailWorkingDays DeskMailSends = "working_days" // of the company's calendar
	DeskMailWeekly      DeskMailSends = "weekly"       // on one weekday
)

// DeskMailChoices lists them, for forms and checks.
func DeskMailChoices() []string {
	return []string{string(DeskMailOff), string(DeskMailWorkingDays), string(DeskMailWeekly)}
}

// DeskMail is how a person has My day mailed to him (S092).
type DeskMail struct {
	Sends   DeskMailSends
	Weekday string // one of Days, of a weekly one; else as it was last
	Hour    int    // 0 to 23, of his zone, from which on it comes
	Empty   bool   // it comes too when no panel has a row
	Version int    // 1: he never chose
}

// UsualDeskMail is what holds until a person chooses: none comes.
func UsualDeskMail() DeskMail {
	return DeskMail{Sends: DeskMailOff, Weekday: Days()[0], Hour: 8, Version: 1}
}

// Check demands known choices and an hour of the day. Errors: unknown_value at /sends and /weekday, out_of_range at /hour.
func (d DeskMail) Check() error {
	var errs FieldErrors
	if !slices.Contains(DeskMailChoices(), string(d.Sends)) {
		errs.Add("/sends", Problem("unknown_value", "value", string(d.Sends), "allowed", strings.Join(DeskMailChoices(), ", ")))
	}
	if !slices.Contains(Days(), d.Weekday) {
		errs.Add("/weekday", Problem("unknown_value", "value", d.Weekday, "allowed", strings.Join(Days(), ", ")))
	}
	if d.Hour < 0 || d.Hour > 23 {
		errs.Add("/hour", Problem("out_of_range", "min", "0", "max", "23"))
	}
	return errs.Err()
}

// On tells whether a mail belongs to a day, which is a working day or not.
func (d DeskMail) On(day Date, working bool) bool {
	switch d.Sends {
	case DeskMailWorkingDays:
		return working
	case DeskMailWeekly:
		return DayKey(day.Weekday()) == d.Weekday
	}
	return false
}

// Passed tells whether the hour of the day has come by a person's own clock.
func (d DeskMail) Passed(local time.Time) bool { return local.Hour() >= d.Hour }
