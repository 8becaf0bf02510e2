package activities

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// deskLines is how many rows a panel of the mail shows, deskWonMonths over how many months won deals are added up.
const (
	deskLines     = 6
	deskWonMonths = 3
)

// desk reads what a person sees of My day, by his rights now and in his language.
type desk struct {
	deskMoment
	store *store.Store
	user  crm.User
	words *i18n.Printer
	set   *rules.Set // the pipelines; nil: none are in force
	own   string     // the company's currency
	home  string     // its zone
}

// deskParts reads the panels that a person arranged (S092), in their order, without those that are empty; deals that stand still come last when he is
// mailed of them.
func (s *Steps) deskParts(ctx context.Context, u crm.User, m crm.DeskMail) (out []deskPart, err error) {
	d := desk{store: s.Store, user: u, words: texts().For(u.Language)}
	if d.deskMoment, err = s.deskMoment(ctx, u.ID); err != nil {
		return nil, err
	}
	if d.set, err = s.pipelines(ctx); err != nil {
		return nil, err
	}
	entity, err := s.Store.LegalEntity(ctx)
	if err != nil {
		return nil, err
	}
	d.own, d.home = entity.Currency, entity.TimeZone
	off, _, err := s.Store.ModulesOff(ctx)
	if err != nil {
		return nil, err
	}
	places := crm.Pinnable(u, off)
	arranged, err := s.Store.Desktop(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	if len(arranged.Panels) == 0 {
		var urls []string
		for _, p := range places {
			urls = append(urls, p.URL)
		}
		arranged = crm.UsualDesktop(u.Roles, urls)
	}
	for _, p := range arranged.Panels {
		part, err := d.panel(ctx, p, arranged.Pins, places)
		if err != nil {
			return nil, err
		}
		if part.Title = orTitle(part.Title, d.words.T("desktop.panel."+string(p.Kind))); len(part.Lines) > 0 {
			out = append(out, part)
		}
	}
	stale, err := d.stale(ctx, m)
	if err == nil && len(stale.Lines) > 0 {
		out = append(out, stale)
	}
	return out, err
}

func orTitle(title, usual string) string {
	if title == "" {
		return usual
	}
	return title
}

// panel reads one panel; one that the person may not see, or whose list is gone, is empty.
func (d desk) panel(ctx context.Context, p crm.DeskPanel, pins []string, places []crm.Place) (deskPart, error) {
	deals := d.user.Can(crm.MayReadOpportunity) > crm.ReachNone
	switch {
	case p.Kind == crm.PanelWaits:
		return d.waits(ctx)
	case p.Kind == crm.PanelAsk && d.user.Can(crm.MayWriteOpportunity) > crm.ReachNone:
		return d.ask(ctx)
	case p.Kind == crm.PanelLeads && d.user.Can(crm.MayTakeLead) > crm.ReachNone && (d.user.Has(crm.RoleSalesperson) || d.user.Has(crm.RoleSalesManager)):
		return d.leads(ctx)
	case p.Kind == crm.PanelPins:
		return d.pins(pins, places), nil
	case p.Kind == crm.PanelAgenda && deals:
		return d.agenda(ctx)
	case p.Kind == crm.PanelList:
		return d.list(ctx, p.View)
	case p.Kind == crm.PanelPipeline && deals:
		return d.pipeline(ctx)
	case p.Kind == crm.PanelWon && deals:
		return d.won(ctx)
	case p.Kind == crm.PanelOwed && d.user.Can(crm.MayReadInvoice) > crm.ReachNone:
		return d.owed(ctx)
	}
	return deskPart{}, nil
}

func (d desk) scope(p crm.Permission) store.Scope { return store.ScopeOf(d.user, p) }

func (d desk) money(sum decimal.Decimal, currency string) string {
	return d.words.Money(sum, crm.Currency(currency))
}

// noted joins what is said of a row beside its name.
func noted(parts ...string) (out string) {
	for _, p := range parts {
		if p != "" && out != "" {
			out += " · "
		}
		out += p
	}
	return out
}

func (d desk) waits(ctx context.Context) (deskPart, error) {
	duties, err := d.store.DutiesOf(ctx, d.user, d.now, d.today)
	part := deskPart{URL: "/", Rows: true, Count: len(duties)}
	for _, x := range duties[:min(len(duties), deskLines)] {
		line := deskLine{Text: d.words.Duty(x.Kind, x.Title, x.Day, x.Count), Note: noted(d.words.T("day.what."+x.Kind), x.Who), URL: x.Page()}
		if x.Currency != "" {
			line.Figure = d.money(x.Amount, x.Currency)
		}
		part.Lines = append(part.Lines, line)
	}
	return part, err
}

func (d desk) ask(ctx context.Context) (deskPart, error) {
	items, n, err := d.store.Unanswered(ctx, d.scope(crm.MayWriteOpportunity), d.scope(crm.MayWriteLead), d.now)
	part := deskPart{URL: "/", Rows: true, Count: n}
	for _, i := range items[:min(len(items), deskLines)] {
		part.Lines = append(part.Lines, d.appointment(i, d.words.Relative(i.Until(), d.now)))
	}
	return part, err
}

// appointment is an activity as a row.
func (d desk) appointment(i store.AgendaItem, when string) deskLine {
	return deskLine{Text: i.Subject, Note: noted(d.words.T("enum.engagement."+string(i.Kind)), i.Deal, i.Company), Figure: when, URL: "/engagements/" + string(i.ID)}
}

func (d desk) leads(ctx context.Context) (deskPart, error) {
	rows, err := d.store.LeadsToDo(ctx, d.scope(crm.MayReadLead), store.LeadOrder{At: d.now, Owner: d.user.ID}, deskLines)
	part := deskPart{URL: "/leads/next", Rows: true}
	for _, l := range rows {
		part.Lines = append(part.Lines, deskLine{Text: l.Company, Note: l.ContactName, URL: "/leads/" + string(l.ID)})
	}
	return part, err
}

func (d desk) pins(pins []string, places []crm.Place) deskPart {
	part := deskPart{URL: "/"}
	for _, pin := range pins {
		if i := slices.IndexFunc(places, func(p crm.Place) bool { return p.URL == pin }); i >= 0 {
			part.Lines = append(part.Lines, deskLine{Text: d.words.T(places[i].Text), URL: pin})
		}
	}
	return part
}

// agenda is the person's own calendar of today and tomorrow, where he is.
func (d desk) agenda(ctx context.Context) (deskPart, error) {
	today := crm.DateOf(d.now, d.zone)
	f := store.AgendaFilter{From: today.StartIn(d.zone), Until: today.AddDays(2).StartIn(d.zone), Person: d.user.ID}
	items, err := d.store.Agenda(ctx, d.scope(crm.MayReadOpportunity), d.scope(crm.MayReadLead), f)
	part := deskPart{URL: "/calendar", Rows: true}
	for _, i := range items {
		if i.DoneAt != nil || i.CancelledAt != nil {
			continue
		}
		when := d.words.Clock(i.DueAt, d.zone)
		if crm.DateOf(i.DueAt, d.zone) != today {
			when = d.words.T("desktop.tomorrow", "Time", when)
		}
		if part.Count++; part.Count <= deskLines {
			part.Lines = append(part.Lines, d.appointment(i, when))
		}
	}
	return part, err
}

// list is the top of a saved list, and how many deals it holds; one that the person does not see any more says why, which is no reason for a mail.
func (d desk) list(ctx context.Context, view crm.ID) (deskPart, error) {
	v, why, err := d.store.PanelList(ctx, d.user, view)
	if err != nil || why != "" {
		return deskPart{URL: "/", Lines: []deskLine{{Text: d.words.T("desktop.list_" + why), URL: "/?arrange=on"}}}, err
	}
	rows, err := d.store.Listed(ctx, d.user, v.ListView, d.today, d.home, deskLines)
	if errors.Is(err, store.ErrNotFound) {
		return deskPart{}, nil
	}
	part := deskPart{Title: v.Name, URL: "/" + v.List + "?" + v.Query, Rows: true}
	if filter, sound := store.ListedDeals(v.Query); sound && v.List == crm.ListDeals && err == nil {
		sums, err := d.store.StageSums(ctx, d.scope(crm.MayReadOpportunity), filter)
		if err != nil {
			return part, err
		}
		for _, s := range sums {
			part.Count += s.Deals
		}
	}
	for _, row := range rows {
		line := deskLine{Text: row.Name, URL: row.URL}
		switch key := crm.ListStates(v.List); {
		case v.List == crm.ListDeals:
			row.State, line.Figure = d.stage(row.Pipeline, row.State), d.money(row.Amount, row.Currency)
		case key != "":
			row.State = d.words.T("enum." + key + "." + row.State)
		}
		line.Note = noted(row.About, row.State, row.Owner)
		part.Lines = append(part.Lines, line)
	}
	return part, err
}

// stage is what a stage is called; one that is there no more keeps its key.
func (d desk) stage(pipeline, key string) string {
	if d.set != nil {
		if s, known := d.set.Of(pipeline).Stage(key); known {
			return inLanguage(s.Name, d.user.Language)
		}
	}
	return key
}

// pipeline is what stands in each stage, in each currency.
func (d desk) pipeline(ctx context.Context) (deskPart, error) {
	sums, err := d.store.StageSums(ctx, d.scope(crm.MayReadOpportunity), store.DealFilter{State: crm.OpportunityOpen})
	part := deskPart{URL: "/board"}
	if d.set == nil {
		return part, err
	}
	for _, p := range d.set.Pipelines() {
		for _, st := range p.Stages() {
			for _, sum := range sums {
				if sum.Pipeline == p.Key() && sum.Stage == st.Key {
					at := "/opportunities?" + url.Values{"pipeline": {sum.Pipeline}, "stage": {st.Key}, "state": {"open"}}.Encode()
					part.Lines = append(part.Lines, deskLine{Text: d.stage(sum.Pipeline, st.Key), Note: d.words.N("desk_mail.deals", sum.Deals), Figure: d.money(sum.Sum, sum.Currency), URL: at})
				}
			}
		}
	}
	return part, err
}

// won is what was won in this month and the ones before, the latest first.
func (d desk) won(ctx context.Context) (deskPart, error) {
	months, err := d.store.WonMonths(ctx, d.scope(crm.MayReadOpportunity), d.today.OnDay(1).AddMonths(1-deskWonMonths), d.house.String())
	part := deskPart{URL: "/opportunities?state=won"}
	for _, m := range slices.Backward(months) {
		part.Lines = append(part.Lines, deskLine{Text: m.Month.Time().Format("01/2006"), Note: d.words.N("desk_mail.deals", m.Deals), Figure: d.money(m.Sum, m.Currency), URL: part.URL})
	}
	return part, err
}

// owed is what customers owe in the company's currency, by how late it is.
func (d desk) owed(ctx context.Context) (deskPart, error) {
	parts, err := d.store.AgeingAt(ctx, d.scope(crm.MayReadInvoice), d.today)
	part := deskPart{URL: "/overdue"}
	names := []string{"overdue.not_due", "overdue.to_30", "overdue.to_60", "overdue.to_90", "overdue.over_90"}
	for _, p := range parts {
		if p.Currency == d.own && p.Open.IsPositive() {
			part.Lines = append(part.Lines, deskLine{Text: d.words.T(names[p.Position]), Figure: d.money(p.Open, p.Currency), URL: "/overdue?age=" + strconv.Itoa(p.Position)})
		}
	}
	return part, err
}

// stale is the deals that stand still (S070), of who is mailed of them and has My day on working days: they come with it, not in a mail of their own.
func (d desk) stale(ctx context.Context, m crm.DeskMail) (part deskPart, err error) {
	wants, err := d.store.DigestMail(ctx, d.user.ID)
	if err != nil || !wants || m.Sends != crm.DeskMailWorkingDays {
		return part, err
	}
	deals, err := d.store.StaleDeals(ctx, d.user, staleStages(d.set), crm.DateOf(d.now, d.zone), d.now)
	part = deskPart{Title: d.words.T("desk_mail.stale"), URL: "/board", Rows: true}
	for i, x := range deals {
		if i == 0 || x.Own != deals[i-1].Own {
			part.Count += x.Total
		}
		if i < deskLines {
			days := d.words.T("days", "N", int(d.now.Sub(x.Since)/(24*time.Hour)))
			part.Lines = append(part.Lines, deskLine{Text: x.Name, Note: noted(x.Account, d.stage(x.Pipeline, x.Stage), x.Owner, days), Figure: d.money(x.Amount, x.Currency), URL: "/opportunities/" + string(x.ID)})
		}
	}
	return part, err
}
