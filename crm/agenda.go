package crm

import "time"

// Until is when an engagement is over: as was said, else after the time that its kind usually takes.
func (e Engagement) Until() time.Time {
	if e.EndsAt != nil {
		return *e.EndsAt
	}
	return e.DueAt.Add(UsualLength(e.Kind))
}

// UsualLength is how long an engagement takes of which nobody said so.
func UsualLength(kind string) time.Duration {
	if kind == "meeting" || kind == "visit" {
		return time.Hour
	}
	return 30 * time.Minute
}

// MaxEngagement is how long an engagement may last.
const MaxEngagement = 31 * 24 * time.Hour

// Binds tells whether the person can do nothing else meanwhile: mails and letters are written at any time of the day.
func (e Engagement) Binds() bool { return e.Kind != "mail" && e.Kind != "letter" }

// Conflict is a reason why a person can hardly keep an engagement (S093). It warns; a person may go on in spite of it.
type Conflict struct {
	Kind         string // ConflictOverlap and those below
	EngagementID ID     // the other one
	Subject      string // of the other one, empty when the reader may not see it; of a holiday its name
	From         time.Time
	Until        time.Time
}

// The kinds of conflicts.
const (
	ConflictOverlap  = "overlap"   // the person has something else then
	ConflictAbsent   = "absent"    // the person is away
	ConflictHoliday  = "holiday"   // the company does not work that day
	ConflictOffHours = "off_hours" // it lies outside working hours, or partly
)

// ConflictKinds lists the kinds of conflicts.
func ConflictKinds() []string {
	return []string{ConflictOverlap, ConflictAbsent, ConflictHoliday, ConflictOffHours}
}

// HolidayOn is the holiday on a date where the company is, if there is one.
func (s CalendarSetting) HolidayOn(d Date, country string) (Holiday, bool) {
	for _, h := range s.Holidays {
		if h.OnDate == d && (h.Country == "" || h.Country == country) {
			return h, true
		}
	}
	return Holiday{}, false
}

// OffHours tells how an engagement lies to working time, of which c is the calendar: on a holiday, outside working hours, or neither.
func (s CalendarSetting) OffHours(c Calendar, e Engagement, country string) []Conflict {
	day, inside := c.Today(e.DueAt), c.WorkingTime(e.DueAt, e.Until()) == e.Until().Sub(e.DueAt)
	if h, free := s.HolidayOn(day, country); free && (h.FreeFrom == 0 || !inside) {
		return []Conflict{{Kind: ConflictHoliday, Subject: h.Name, From: e.DueAt, Until: e.Until()}}
	}
	if !inside && (e.Binds() || !c.IsWorkingDay(day)) {
		return []Conflict{{Kind: ConflictOffHours, From: e.DueAt, Until: e.Until()}}
	}
	return nil
}

// HoursOn are the working hours of a date, cut where it becomes free.
func (c Calendar) HoursOn(d Date) []Hours { return c.hours(d) }
