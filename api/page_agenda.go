package api

import (
	"net/http"
	"net/url"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// agendaPage is a calendar by day, week or month (S093).
type agendaPage struct {
	View      string
	Views     []agendaLink
	Title     string
	Prev      string
	Now       string // address of today
	Next      string
	Who       string
	People    []option
	Date      crm.Date
	Zone      string
	Elsewhere bool // the person works in another zone than the company
	First     int  // the first hour that is shown
	Hours     []string
	Days      []*agendaDay
	Weekdays  []string
	Weeks     [][]*agendaDay
	May       bool
	New       bool // the form for a new one stands open
	Form      form
	Against   []string // what stands against the new one
	Kinds     []option
	Deals     []option
	Here      string
}

type agendaLink struct {
	URL, Label string
	Current    bool
}

// agendaViews are the ways to look at a calendar.
var agendaViews = []string{"day", "week", "month"}

func pageAgenda(r *request) error {
	zone, err := r.agendaZone()
	if err != nil {
		return err
	}
	f := form{}
	if at := r.gin.Query("new"); at != "" {
		f = values("start", at)
	}
	return showAgenda(r, zone, f, nil)
}

// showAgenda draws the calendar that the address asks for; what it cannot read of it is taken as today's week.
func showAgenda(r *request, zone *time.Location, f form, against []string) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	p := agendaPage{View: oneOfOr(r.gin.Query("view"), []string{"week", "day", "month"}), Who: r.gin.Query("who"), Zone: zone.String(), Form: f, Against: against, May: r.Can(crm.MayWriteOpportunity)}
	p.Elsewhere = zone.String() != r.srv.screens().zone().String()
	if p.Date, err = crm.ParseDate(r.gin.Query("date")); err != nil || p.Date.Year() < 1901 || p.Date.Year() > 2998 {
		p.Date = crm.DateOf(now, zone)
	}
	first, last := p.span()
	person := r.user.ID
	if p.Who == "team" {
		person = ""
	} else if id, err := parseID(p.Who); err == nil {
		person = id
	} else {
		p.Who = ""
	}
	a, err := r.agenda(person, zone, first, last)
	if err != nil {
		return err
	}
	if err := r.drawAgenda(&p, a, first, last); err != nil {
		return err
	}
	p.links(r, a.today)
	p.People = []option{{"", r.say("agenda.mine")}, {"team", r.say("agenda.everybody")}}
	if len(a.People) < 2 {
		p.People = nil
	}
	for _, one := range a.People {
		if one.ID != r.user.ID {
			p.People = append(p.People, option{string(one.ID), one.Name})
		}
	}
	if p.May {
		deals, err := r.store.OpenDealChoices(r.ctx(), store.ScopeOf(r.user, crm.MayWriteOpportunity))
		if err != nil {
			return err
		}
		p.Kinds, p.Deals = enumOptions(r, "", "engagement", crm.EngagementKinds()), chosen(r.say("form.choose"), deals)
		p.New = p.Form.Sent("start") || len(against) > 0
		if !p.New {
			p.Form = values("start", p.Date.String()+"T09:00")
		}
	}
	return r.show(max(f.Status(), http.StatusOK), "agenda", r.say("nav.agenda"), p)
}

// span is the first and the last day that the view shows.
func (p agendaPage) span() (first, last crm.Date) {
	monday := func(d crm.Date) crm.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }
	switch p.View {
	case "day":
		return p.Date, p.Date
	case "month":
		first = monday(p.Date.OnDay(1))
		last = p.Date.OnDay(1).AddMonths(1).AddDays(-1)
		return first, monday(last).AddDays(6)
	}
	return monday(p.Date), monday(p.Date).AddDays(6)
}

// links makes the addresses of the other views, of before and after, and of today.
func (p *agendaPage) links(r *request, today crm.Date) {
	to := func(view string, d crm.Date) string {
		q := url.Values{"view": {view}, "date": {d.String()}}
		if p.Who != "" {
			q.Set("who", p.Who)
		}
		return "/calendar?" + q.Encode()
	}
	p.Here = to(p.View, p.Date)
	for _, v := range agendaViews {
		p.Views = append(p.Views, agendaLink{to(v, p.Date), r.say("agenda.view." + v), v == p.View})
	}
	step := map[string]int{"day": 1, "week": 7}[p.View]
	p.Prev, p.Next = to(p.View, p.Date.AddDays(-step)), to(p.View, p.Date.AddDays(step))
	if p.View == "month" {
		p.Prev, p.Next = to(p.View, p.Date.OnDay(1).AddDays(-1).OnDay(1)), to(p.View, p.Date.OnDay(1).AddMonths(1))
	}
	p.Now = to(p.View, today)
}

// formAgenda plans an engagement. What stands against its time is told before it is saved (S093).
func formAgenda(r *request) error {
	zone, err := r.agendaZone()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	b := engagementBody{
		Kind: f.Value("kind"), OpportunityID: optionalID(f.Value("opportunity_id")), Subject: f.Value("subject"), Place: f.Value("place"), Note: f.Value("note"),
		Start: f.Value("start"), End: f.Value("end"), Zone: zone.String(),
	}
	g, err := b.engagement()
	if err = r.judgeItems(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showAgenda(r, zone, f, nil)
	}
	g.ID, g.OwnerID = store.NewID(), r.user.ID
	scope := store.ScopeOf(r.user, crm.MayWriteOpportunity)
	if f.Value("confirm") == "" {
		found, err := r.store.Conflicts(r.ctx(), scope, g)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			f.status = http.StatusConflict
			return showAgenda(r, zone, f, r.conflictTexts(found, zone))
		}
	}
	_, err = r.store.PlanEngagement(r.ctx(), store.Target{Scope: scope, Actor: r.user.ID}, g)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showAgenda(r, zone, f, nil)
	}
	return r.said("engagement_saved", "/calendar?view="+oneOfOr(r.gin.Query("view"), []string{"week", "day", "month"})+"&date="+crm.DateOf(g.DueAt, zone).String())
}

// judgeItems is judge for what the API says of a body: each item beside its field.
func (r *request) judgeItems(f *form, err error) error {
	p, ok := err.(Problem)
	if !ok {
		return r.judge(f, err)
	}
	f.status = p.Status
	for _, i := range p.Errors {
		text := r.say("error."+i.Code, i.Figures())
		if name := ""; i.Pointer != nil && len(*i.Pointer) > 1 {
			if name = (*i.Pointer)[1:]; name == "due_at" {
				name = "start"
			}
			if _, known := f.values[name]; known {
				f.blame(name, text)
				continue
			}
		}
		f.other = append(f.other, text)
	}
	return nil
}

// conflictTexts says what stands against an engagement, each in a sentence.
func (r *request) conflictTexts(found []crm.Conflict, zone *time.Location) (out []string) {
	w := r.words()
	for _, c := range found {
		figures := map[string]any{"subject": c.Subject, "from": w.Time(c.From, zone), "until": w.Time(c.Until, zone)}
		if c.Kind == crm.ConflictAbsent {
			figures["from"], figures["until"] = w.Date(crm.DateOf(c.From, zone)), w.Date(crm.DateOf(c.Until.Add(-1), zone))
		}
		out = append(out, r.say("agenda.against."+c.Kind, figures))
	}
	return out
}
