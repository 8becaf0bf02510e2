package api

import (
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"leadtocash/store"
)

type mailboxPage struct {
	Letters []Letter
	Open    *Letter
	Body    template.HTML
}

// pageMailbox lists the mails that left for the development mailbox.
func pageMailbox(r *request) error { return showMailbox(r, "") }

func pageLetter(r *request) error { return showMailbox(r, r.gin.Param("id")) }

func showMailbox(r *request, id string) error {
	if r.srv.Pages.Mailbox == nil {
		return store.ErrNotFound
	}
	list, err := r.srv.Pages.Mailbox.List(r.ctx())
	if err != nil {
		return err
	}
	p := mailboxPage{Letters: list}
	if id != "" {
		l, err := r.srv.Pages.Mailbox.Read(r.ctx(), id)
		if err != nil {
			return err
		}
		p.Open, p.Body = &l, linked(l.Body)
	}
	return r.show(http.StatusOK, "mailbox", r.say("nav.mailbox"), p)
}

var address = regexp.MustCompile(`https?://[^\s<>"']+[^\s<>"'.,;:)]`)

// linked escapes a text and makes its addresses clickable.
func linked(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		b.WriteString(template.HTMLEscapeString(text[at:m[0]]))
		url := template.HTMLEscapeString(text[m[0]:m[1]])
		b.WriteString(`<a href="` + url + `" rel="noreferrer">` + url + `</a>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(b.String()) //nolint:gosec // every piece is escaped above
}

type clockPage struct {
	Now   time.Time
	Shift time.Duration
	Form  form
}

// Days is how far business time is ahead.
func (c clockPage) Days() int { return int(c.Shift / (24 * time.Hour)) }

func pageClock(r *request) error { return showClock(r, values("days", "1")) }

func showClock(r *request, f form) error {
	if r.srv.DevClock == nil {
		return store.ErrNotFound
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	shift, err := r.store.ClockShift(r.ctx())
	if err != nil {
		return err
	}
	return r.show(f.Status(), "clock", r.say("nav.clock"), clockPage{now, shift, f})
}

// formClock moves business time forward by whole days, so that a year of reminders can be watched in minutes.
func formClock(r *request) error {
	if r.srv.DevClock == nil {
		return store.ErrNotFound
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(f.Value("days"))
	if err != nil || days < 1 || days > 366 {
		f.blame("days", r.say("clock.range"))
		return showClock(r, f)
	}
	if _, err := r.srv.DevClock.Advance(r.ctx(), time.Duration(days)*24*time.Hour); err != nil {
		return err
	}
	return r.said("clock_moved", "/dev/clock")
}

// Jumps are the steps most wanted: a day, a week, a month.
func (clockPage) Jumps() []int { return []int{1, 7, 30} }
