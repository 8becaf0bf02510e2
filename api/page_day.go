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
	Sells bool          // he may work on deals

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

// dutyKinds are the kinds of what waits, in the order of the strip above them, each with its tone.
var dutyKinds = []struct{ kind, tone string }{
	{"approve", "wait"},
	{"answer", "act"},
	{"amend", "wait"},
	{"undo", "wait"},
	{"except", "wait"},
	{"validate", "wait"},
	{"excepted", "act"},
	{"declined", "bad"},
	{"purchase", "wait"},
	{"week", "wait"},
	{"expense", "wait"},
	{"write_off", "wait"},
	{"refund", "wait"},
	{"refund_pay", "act"},
	{"qualify", ""},
	{"assign", ""},
	{"feedback", ""},
	{"convert", ""},
	{"handoff_back", "warn"},
	{"handoff", "wait"},
	{"case", "warn"},
	{"case_free", "act"},
	{"request", "act"},
	{"mention", "act"},
	{"reply", "act"},
	{"task", "act"},
	{"poor", "bad"},
	{"expiry", "warn"},
	{"risk", "warn"},
	{"milestone", "warn"},
	{"rate", "warn"},
	{"call", ""},
	{"plan", "warn"},
	{"bill", "act"},
	{"collect", "bad"},
}

// dutyTone is how a kind of what waits is coloured.
func dutyTone(kind string) string {
	for _, k := range dutyKinds {
		if k.kind == kind {
			return k.tone
		}
	}
	return ""
}

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
	p := dayPage{Name: r.user.Name, Sells: r.Can(crm.MayWriteOpportunity)}
	counts := map[string]int{}
	for _, d := range duties {
		counts[d.Kind] += max(1, d.Count)
		row := dayRow{Duty: d, Days: d.Days(now), URL: d.Page(), Tone: dutyTone(d.Kind)}
		row.What = r.say("day.what." + d.Kind)
		row.Action = r.say("day.do." + d.Kind)
		row.Title = r.words().Duty(d.Kind, d.Title, d.Day, d.Count)
		if d.Kind == "approve" {
			row.Action = r.say("day.do.approve_amount", "Amount", r.words().Money(d.Amount, crm.Currency(d.Currency)))
		}
		p.Rows = append(p.Rows, row)
	}
	for _, k := range dutyKinds {
		if counts[k.kind] > 0 {
			p.Strip = append(p.Strip, dayCount{r.say("day.count." + k.kind), "#" + k.kind, counts[k.kind]})
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
