package i18n

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
)

// Date writes a date so that nobody can mistake day and month: "21 Nov 2026"; the zero Date is empty.
func (p *Printer) Date(d crm.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.Time().Date()
	return fmt.Sprintf("%d %s %d", day, p.style.monthsShort[m-1], y)
}

// MonthName is a month without day and year, 1 January: "November", "listopad".
func (p *Printer) MonthName(month int) string {
	if name := p.style.monthsAlone[month-1]; name != "" {
		return name
	}
	return p.style.months[month-1]
}

// Month writes the month of a date as people do: "November 2026", "noviembre de 2026"; the zero Date is empty.
func (p *Printer) Month(d crm.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, _ := d.Time().Date()
	return fmt.Sprintf(p.style.monthYear, p.MonthName(int(m)), y)
}

// ShortMonth is Month for narrow columns: "Nov 2026".
func (p *Printer) ShortMonth(d crm.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, _ := d.Time().Date()
	return fmt.Sprintf("%s %d", p.style.monthsShort[m-1], y)
}

// LongDate writes a date with its month in full, for letters and documents.
func (p *Printer) LongDate(d crm.Date) string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.Time().Date()
	return fmt.Sprintf(p.style.longDate, day, p.style.months[m-1], y)
}

// Time writes an instant as the zone's clocks show it, to the minute: "21 Nov 2026, 10:42"; the zero time is empty.
func (p *Printer) Time(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return p.Date(crm.DateOf(at, zone)) + ", " + p.Clock(at, zone)
}

// Clock writes the time of day as the zone's clocks show it: "10:42".
func (p *Printer) Clock(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("15:04")
}

// Relative says how long ago or ahead an instant is, up to seven days; beyond, it is the date in the zone of now.
func (p *Printer) Relative(at, now time.Time) string {
	d := now.Sub(at)
	ahead := d < 0
	if ahead {
		d = -d
	}
	unit, n := "days", int(d/(24*time.Hour))
	switch {
	case d >= 7*24*time.Hour:
		return p.Date(crm.DateOf(at, now.Location()))
	case d < time.Minute:
		return p.T("relative.now")
	case d < time.Hour:
		unit, n = "minutes", int(d/time.Minute)
	case d < 24*time.Hour:
		unit, n = "hours", int(d/time.Hour)
	}
	if ahead {
		return p.N("relative.in_"+unit, n)
	}
	return p.N("relative."+unit+"_ago", n)
}

// RelativeDate says how many days ago or ahead a date is, up to seven days; beyond, it is the date.
func (p *Printer) RelativeDate(d, today crm.Date) string {
	n := d.DaysSince(today)
	switch {
	case d.IsZero():
		return ""
	case n == 0:
		return p.T("relative.today")
	case n == 1:
		return p.T("relative.tomorrow")
	case n == -1:
		return p.T("relative.yesterday")
	case n > 7 || n < -7:
		return p.Date(d)
	case n > 0:
		return p.N("relative.in_days", n)
	}
	return p.N("relative.days_ago", -n)
}

var (
	numericDate = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$`)
	wordDate    = regexp.MustCompile(`^(\d{1,2})\s+(?:de\s+)?(\pL+)\.?\s+(?:de\s+)?(\d{4})$`)
)

// ParseDate reads a date as people write it: 2026-11-21 in every language, 21/11/2026 (or with points or dashes), 21 nov 2026 and
// 21 novembre 2026. In English a date that could be read with the month first is refused. The empty text is the zero Date. Errors: invalid_date.
func (p *Printer) ParseDate(text string) (crm.Date, error) {
	text = strings.TrimFunc(text, isSpace)
	if d, err := crm.ParseDate(text); err == nil {
		return d, nil
	}
	if m := numericDate.FindStringSubmatch(text); m != nil {
		if day, _ := strconv.Atoi(m[1]); p.style.dayFirstOnly || day > 12 {
			return p.dateOf(m[3], m[2], m[1])
		}
	}
	if m := wordDate.FindStringSubmatch(text); m != nil {
		word := strings.ToLower(m[2])
		same := func(name string) bool { return strings.ToLower(name) == word }
		i := max(slices.IndexFunc(p.style.months[:], same), slices.IndexFunc(p.style.monthsShort[:], same))
		if i >= 0 {
			return p.dateOf(m[3], strconv.Itoa(i+1), m[1])
		}
	}
	return crm.Date{}, p.invalidDate()
}

func (p *Printer) dateOf(year, month, day string) (crm.Date, error) {
	d, err := crm.ParseDate(year + "-" + pad(month) + "-" + pad(day))
	if err != nil {
		return crm.Date{}, p.invalidDate()
	}
	return d, nil
}

func (p *Printer) invalidDate() error {
	return crm.Problem("invalid_date", "example", p.Date(crm.NewDate(2026, time.November, 21)))
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}
