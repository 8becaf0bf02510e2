package api

import (
	"bytes"
	"strings"

	"leadtocash/store"

	ics "github.com/arran4/golang-ical"
)

// calendarFile writes engagements as iCalendar (RFC 5545). Times are in UTC: each is a single instant, which no zone and no clock change
// can shift, so that no VTIMEZONE is needed. UID is the engagement's for good; SEQUENCE rises with each change, and DTSTAMP is when it was
// changed last, so that the file is the same while nothing changes. A feed of times only names nobody.
func (r *request) calendarFile(items []store.AgendaItem, f store.CalendarFeed, zone string) []byte {
	cal := ics.NewCalendar()
	cal.SetProductId("-//leadtocash//calendar//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetCalscale("GREGORIAN")
	cal.SetName(f.Name)
	cal.SetXWRTimezone(zone)
	cal.SetRefreshInterval("PT15M")
	cal.SetXPublishedTTL("PT15M")
	for _, i := range items {
		r.calendarEvent(cal, i, f.BusyOnly)
	}
	var b bytes.Buffer
	_ = cal.SerializeTo(&b, ics.WithNewLineWindows) // into memory
	return b.Bytes()
}

func (r *request) calendarEvent(cal *ics.Calendar, i store.AgendaItem, busyOnly bool) {
	e := cal.AddEvent(string(i.ID) + "@leadtocash")
	e.SetDtStampTime(i.ChangedAt)
	e.SetModifiedAt(i.ChangedAt)
	e.SetSequence(i.Sequence)
	e.SetStartAt(i.DueAt)
	e.SetEndAt(i.Until())
	e.SetStatus(ics.ObjectStatusConfirmed)
	if i.CancelledAt != nil {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	free := !i.Binds() || i.CancelledAt != nil
	if free {
		e.SetTimeTransparency(ics.TransparencyTransparent)
	} else {
		e.SetTimeTransparency(ics.TransparencyOpaque)
	}
	if busyOnly {
		e.SetSummary(r.say("calendar_feed.busy"))
		e.SetClass(ics.ClassificationPrivate)
		return
	}
	summary := r.say("enum.engagement."+i.Kind) + ": " + i.Subject
	if i.Company != "" {
		summary += " – " + i.Company
	}
	e.SetSummary(plainLine(summary))
	if i.Place != "" {
		e.SetLocation(plainLine(i.Place))
	}
	var text []string
	for _, part := range []string{i.Deal, i.Contact, i.Note} {
		if part != "" {
			text = append(text, part)
		}
	}
	page := r.origin() + "/engagements/" + string(i.ID)
	e.SetDescription(plainLines(strings.Join(append(text, page), "\n")))
	e.SetURL(page)
	if i.DoneAt == nil {
		a := e.AddAlarm()
		a.SetAction(ics.ActionDisplay)
		a.SetDescription(plainLine(i.Subject))
		a.SetTrigger("-PT15M")
	}
}

// plainLine drops what the format has no place for: control characters.
func plainLine(s string) string { return strings.Join(strings.Fields(plainLines(s)), " ") }

func plainLines(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return -1
		}
		return c
	}, s)
}
