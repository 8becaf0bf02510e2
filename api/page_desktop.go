package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// deskPanel is a panel of My day with what it shows; which of its parts is filled depends on its kind.
type deskPanel struct {
	crm.DeskPanel
	Title  string
	At     int    // its place in the arrangement
	First  bool   // nothing stands above it
	Last   bool   // nothing stands below it
	URL    string // of the page behind it
	Gone   string // why the saved list that it showed is not shown any more: gone, unshared, unread
	Day    *dayPage
	Pins   []option
	Agenda []deskEvent
	Listed []store.ListedRow // of the saved list
	More   int               // rows of the list that are not shown
	Chart  chart
	Others []store.StageSum // what stands in other currencies
	Head   string           // of the chart's table
}

type deskEvent struct {
	store.AgendaItem
	When string
}

// deskArrange is the forms that arrange My day.
type deskArrange struct {
	Version int
	Usual   bool
	Kinds   []option // panels that may be added
	Places  []deskPin
}

type deskPin struct {
	option
	Pinned bool
}

// pinnablePlaces are the actions and places that the person may go to.
func (r *request) pinnablePlaces() []crm.Place { return crm.Pinnable(r.user, r.srv.modulesOff()) }

// pinnable are the addresses that the person may pin.
func (r *request) pinnable() (out []string) {
	for _, e := range r.pinnablePlaces() {
		out = append(out, e.URL)
	}
	return out
}

// deskAgendaDays is how many days the calendar of My day shows, deskRows how many rows a list does, and deskMonths how many months a chart.
const (
	deskAgendaDays = 2
	deskRows       = 6
	deskMonths     = 12
)

// deskPanels fills the panels of My day in the order in which the person arranged them. What is empty is left out, unless he arranges them or chose
// to see it.
func (r *request) deskPanels(day *dayPage, d crm.Desktop, now time.Time) (out []deskPanel, err error) {
	for i, p := range d.Panels {
		panel := deskPanel{DeskPanel: p, At: i, Title: r.say("desktop.panel." + string(p.Kind)), First: i == 0, Last: i == len(d.Panels)-1, Day: day}
		shown, err := r.fillPanel(&panel, d, now)
		if err != nil {
			return nil, err
		}
		if shown || day.Arrange != nil {
			out = append(out, panel)
		}
	}
	return out, nil
}

func (r *request) fillPanel(p *deskPanel, d crm.Desktop, now time.Time) (shown bool, err error) {
	switch p.Kind {
	case crm.PanelAsk:
		return len(p.Day.Ask) > 0, nil
	case crm.PanelLeads:
		return len(p.Day.Leads) > 0, nil
	case crm.PanelPins:
		p.Pins = r.pinOptions(d.Pins)
		return len(p.Pins) > 0, nil
	case crm.PanelAgenda:
		return r.Can(crm.MayReadOpportunity), r.agendaPanel(p, now)
	case crm.PanelList:
		return true, r.listPanel(p)
	case crm.PanelPipeline:
		return r.Can(crm.MayReadOpportunity), r.pipelinePanel(p)
	case crm.PanelWon:
		return r.Can(crm.MayReadOpportunity), r.wonPanel(p, now)
	case crm.PanelOwed:
		return r.Can(crm.MayReadInvoice), r.owedPanel(p)
	}
	return true, nil
}

func (r *request) pinOptions(pins []string) (out []option) {
	may := r.pinnablePlaces()
	for _, url := range pins {
		if i := slices.IndexFunc(may, func(e crm.Place) bool { return e.URL == url }); i >= 0 {
			out = append(out, option{url, r.say(may[i].Text)})
		}
	}
	return out
}

// agendaPanel is the person's own calendar of today and tomorrow, where he is.
func (r *request) agendaPanel(p *deskPanel, now time.Time) error {
	p.URL = "/calendar"
	zone, err := r.agendaZone()
	if err != nil || !r.Can(crm.MayReadOpportunity) {
		return err
	}
	today := crm.DateOf(now, zone)
	from, until := today.StartIn(zone), today.AddDays(deskAgendaDays).StartIn(zone)
	items, err := r.store.Agenda(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), store.ScopeOf(r.user, crm.MayReadLead), store.AgendaFilter{From: from, Until: until, Person: r.user.ID})
	for _, i := range items {
		if i.DoneAt != nil || i.CancelledAt != nil {
			continue
		}
		when := i.DueAt.In(zone).Format("15:04")
		if crm.DateOf(i.DueAt, zone) != today {
			when = r.say("desktop.tomorrow", "Time", when)
		}
		p.Agenda = append(p.Agenda, deskEvent{i, when})
	}
	return err
}

// listPanel is the top of a saved list, by what the person may see now; one that he does not see any more says why.
func (r *request) listPanel(p *deskPanel) error {
	v, why, err := r.store.PanelList(r.ctx(), r.user, p.View)
	if p.Gone = why; err != nil || why != "" {
		return err
	}
	p.Title, p.URL = v.Name, savedLists[v.List].path+"?"+v.Query
	today, err := r.today()
	if err != nil {
		return err
	}
	rows, err := r.store.Listed(r.ctx(), r.user, v.ListView, today, r.srv.screens().zone().String(), deskRows+1)
	if errors.Is(err, store.ErrNotFound) {
		p.Gone = "gone"
		return nil
	}
	if err != nil {
		return err
	}
	p.More = len(rows) - deskRows
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	for _, row := range rows[:min(len(rows), deskRows)] {
		switch v.List {
		case crm.ListDeals:
			stage, _ := set.Of(row.Pipeline).Stage(row.State)
			row.State = worded(stage.Name, r.language, row.State)
		default:
			if key := crm.ListStates(v.List); key != "" {
				row.State = named(r.words(), key, row.State)
			}
		}
		p.Listed = append(p.Listed, row)
	}
	return nil
}

// pipelinePanel is a chart of what stands in each stage, in the company's currency; what stands in others is told beside it.
func (r *request) pipelinePanel(p *deskPanel) error {
	p.URL, p.Head = "/board", r.say("col.stage")
	sums, err := r.store.StageSums(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), store.DealFilter{State: crm.OpportunityOpen})
	if err != nil || !r.Can(crm.MayReadOpportunity) {
		return err
	}
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	currency := r.currency()
	var bars []chartFigure
	for _, pipeline := range set.Pipelines() {
		for _, s := range pipeline.Stages() {
			for _, sum := range sums {
				if sum.Pipeline == pipeline.Key() && sum.Stage == s.Key && sum.Currency == currency {
					bars = append(bars, chartFigure{worded(s.Name, r.language, s.Key), sum.Sum, "/opportunities?" + url.Values{"pipeline": {sum.Pipeline}, "stage": {s.Key}, "state": {"open"}}.Encode()})
				}
			}
		}
	}
	others := map[string]decimal.Decimal{}
	for _, sum := range sums {
		if sum.Currency != currency {
			others[sum.Currency] = others[sum.Currency].Add(sum.Sum)
		}
	}
	for c, sum := range others {
		p.Others = append(p.Others, store.StageSum{Currency: c, Sum: sum})
	}
	slices.SortFunc(p.Others, func(a, b store.StageSum) int { return strings.Compare(a.Currency, b.Currency) })
	p.Chart = r.chart(r.say("account.chart_pipeline"), bars, currency)
	return nil
}

// wonPanel is a chart of what was won in each of the last twelve months, in the company's currency and by its zone.
func (r *request) wonPanel(p *deskPanel, now time.Time) error {
	p.URL, p.Head = "/opportunities?state=won", r.say("desktop.month")
	if !r.Can(crm.MayReadOpportunity) {
		return nil
	}
	zone, currency := r.srv.screens().zone(), r.currency()
	today := crm.DateOf(now, zone)
	first := today.OnDay(1).AddMonths(1 - deskMonths)
	months, err := r.store.WonMonths(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), first, zone.String())
	if err != nil || len(months) == 0 {
		return err
	}
	var bars []chartFigure
	for n := range deskMonths {
		month, sum := first.AddMonths(n), decimal.Zero
		for _, m := range months {
			if m.Month == month && m.Currency == currency {
				sum = m.Sum
			}
		}
		bars = append(bars, chartFigure{r.words().ShortMonth(month), sum, "/opportunities?state=won"})
	}
	p.Chart = r.chart(r.say("desktop.panel.won"), bars, currency)
	return nil
}

// owedPanel is a chart of what customers owe, by how late it is.
func (r *request) owedPanel(p *deskPanel) error {
	p.URL, p.Head = "/overdue", r.say("overdue.ageing")
	if !r.Can(crm.MayReadInvoice) {
		return nil
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	head, parts, err := r.collectionHead(store.ScopeOf(r.user, crm.MayReadInvoice), today, collectionPage{})
	if err != nil {
		return err
	}
	var bars []chartFigure
	for _, part := range parts {
		if part.Open.IsPositive() {
			bars = append(bars, chartFigure{part.Label, part.Open, part.URL})
		}
	}
	p.Chart = r.chart(r.say("overdue.ageing"), bars, head.Currency)
	return nil
}
