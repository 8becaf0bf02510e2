package api

import (
	"net/http"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// dayPage is My day: what waits for the person, the costliest and latest first.
type dayPage struct {
	Name  string
	Strip []dayCount
	Rows  []dayRow
	Leads []leadNextRow // the person's own that are most urgent
	Ask   []askRow      // the person's own activities that have ended: how did they go (S094)?
	Asked int           // how many there are

	Panels  []deskPanel
	Arrange *deskArrange // while the person arranges them
}

type dayCount struct {
	Label, URL string
	Count      int
}

type dayRow struct {
	store.Duty
	Days   int
	URL    string
	Action string
	What   string
	Tone   string
}

var dutyTones = map[string]string{"approve": "wait", "answer": "act", "validate": "wait", "collect": "bad", "bill": "act", "plan": "warn", "undo": "wait", "amend": "wait", "except": "wait", "excepted": "act", "declined": "bad", "handoff": "wait", "handoff_back": "warn", "mention": "act", "reply": "act", "task": "act", "poor": "bad", "expiry": "warn", "risk": "warn", "rate": "warn"}

func pageDay(r *request) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	today := crm.DateOf(now, r.srv.screens().zone())
	duties, err := r.store.DutiesOf(r.ctx(), r.user, now, today)
	if err != nil {
		return err
	}
	p := dayPage{Name: r.user.Name}
	counts := map[string]int{}
	for _, d := range duties {
		counts[d.Kind]++
		row := dayRow{Duty: d, Days: d.Days(now), URL: d.Page(), Tone: dutyTones[d.Kind]}
		row.What = r.say("day.what." + d.Kind)
		row.Action = r.say("day.do." + d.Kind)
		switch d.Kind {
		case "rate":
			row.Title = r.say("interest.from_half", "Day", r.words().Date(d.Day))
		case "approve":
			row.Action = r.say("day.do.approve_amount", "Amount", r.words().Money(d.Amount, crm.Currency(d.Currency)))
		}
		p.Rows = append(p.Rows, row)
	}
	for _, k := range []string{"approve", "answer", "amend", "undo", "except", "validate", "excepted", "declined", "qualify", "assign", "feedback", "convert", "handoff_back", "handoff", "mention", "reply", "task", "poor", "expiry", "risk", "rate", "call", "plan", "bill", "collect"} {
		if counts[k] > 0 {
			p.Strip = append(p.Strip, dayCount{r.say("day.count." + k), "#" + k, counts[k]})
		}
	}
	if err := r.dayAsks(&p, now); err != nil {
		return err
	}
	if p.Leads, err = r.leadsFirst(); err != nil {
		return err
	}
	if err := r.dayPanels(&p, now); err != nil {
		return err
	}
	return r.show(http.StatusOK, "day", r.say("nav.day"), p)
}

// dayPanels puts what the day holds into panels, as the person arranged them (S092).
func (r *request) dayPanels(p *dayPage, now time.Time) (err error) {
	own, err := r.store.Desktop(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	d := r.arranged(own)
	if r.gin.Query("arrange") == "on" {
		if p.Arrange, err = r.deskArrange(d, len(own.Panels) == 0); err != nil {
			return err
		}
	}
	p.Panels, err = r.deskPanels(p, d, now)
	return err
}

// First tells whether the row is the first of its kind, which the strip above leads to.
func (p dayPage) First(i int) bool {
	return !slices.ContainsFunc(p.Rows[:i], func(d dayRow) bool { return d.Kind == p.Rows[i].Kind })
}
