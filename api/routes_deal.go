package api

import (
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// dealRoutes is the table of what is worked out about deals: potential, timing, readiness, competitors.
func dealRoutes() []route {
	return []route{
		{method: patch, path: "/api/v1/opportunities/:id/relations/:relation", need: crm.MayWriteOpportunity, do: patchRelation},
		{method: get, path: "/api/v1/opportunities/:id/timing", need: crm.MayReadOpportunity, do: getTiming},
		{method: put, path: "/api/v1/opportunities/:id/snooze", need: crm.MaySnoozeDeal, do: putSnooze},
		{method: remove, path: "/api/v1/opportunities/:id/snooze", need: crm.MaySnoozeDeal, do: deleteSnooze},
		{method: get, path: "/api/v1/opportunities/:id/readiness", need: crm.MayReadOpportunity, do: getReadiness},
		{method: get, path: "/api/v1/potential", need: crm.MayReadOpportunity, do: getPotential},
		{method: get, path: "/api/v1/deal-views", need: crm.MayReadOpportunity, do: getViews},
		{method: post, path: "/api/v1/deal-views", need: crm.MayReadOpportunity, do: postView},
		{method: patch, path: "/api/v1/deal-views/:id", need: crm.MayReadOpportunity, do: patchView},
		{method: remove, path: "/api/v1/deal-views/:id", need: crm.MayReadOpportunity, do: deleteView},
		{method: get, path: "/api/v1/competitors", need: crm.MayReadOpportunity, do: getRivals},
	}
}

var dealCalls = map[string]call{
	"PATCH /api/v1/opportunities/:id/relations/:relation": patching("Opportunities", "Change a contact, partner or competitor", relationPatch{}, crm.Relation{}).
		unversionedAnswer().says("S022-S024", "").like(`{"note":"They offer in March."}`),
	"GET /api/v1/opportunities/:id/timing": reading("Opportunities", "See how a deal stands in time", timingRecord{}).plain().
		says("S070", "Each stay in a stage stands for itself; `slips` are the changes of the expected closing date."),
	"PUT /api/v1/opportunities/:id/snooze": replacing("Opportunities", "Let a deal rest", snoozeBody{}, crm.Snooze{}).unversionedAnswer().needing("until", "reason").may("opportunity_closed").
		says("S070", "It does not count as stale before that day, and nobody is mailed of it. The rest ends by itself, on that day or when the deal moves to another stage. If-Match is the version of the deal.").
		like(`{"until":"2027-03-01","reason":"They are closed until then."}`),
	"DELETE /api/v1/opportunities/:id/snooze": removing("Opportunities", "End the rest of a deal", "opportunity_closed").says("S070", "If-Match is the version of the deal."),
	"GET /api/v1/opportunities/:id/readiness": reading("Opportunities", "See whether a deal is ready for a quote", readinessRecord{}).plain().
		says("S075", "What is missing before a quote is any good; the gate of the stage is asked beside it."),
	"GET /api/v1/deal-views": reading("Opportunities", "List the saved lists of deals", page[store.SavedView]{}).plain().says("S092", "Your own and those that others share."),
	"POST /api/v1/deal-views": creating("Opportunities", "Save a list of deals", viewBody{}, crm.ListView{}).needing("name").may(codeConflict).
		says("S092", "Its link is /opportunities with the query.").like(`{"name":"Closing this year","query":"sort=-amount&state=open&until=2026-12-31"}`),
	"PATCH /api/v1/deal-views/:id":  patching("Opportunities", "Change a saved list of deals", viewBody{}, crm.ListView{}).may(codeConflict).says("S092", "Only your own.").like(`{"shared":true}`),
	"DELETE /api/v1/deal-views/:id": removing("Opportunities", "Forget a saved list of deals").says("S092", "Only your own."),
	"GET /api/v1/potential": reading("Opportunities", "List the deals that promise most", page[potentialRecord]{}).plain().
		says("S069", "At most 50 open deals, by `value` x `probability` x `timing`; the value is the amount, or the target where there is none."),
	"GET /api/v1/competitors": reading("Opportunities", "List wins and losses by competitor", page[rivalRecord]{}).plain().says("S024", ""),
}

// timingRecord is a deal in time (S070).
type timingRecord struct {
	CloseDate   crm.Date
	TimesPutOff int
	DaysPutOff  int
	Slips       []slipRecord
	Stays       []stayRecord
}

type slipRecord struct {
	At   time.Time
	By   string
	From crm.Date
	To   crm.Date
	Days int
}

type stayRecord struct {
	Stage     string
	EnteredAt time.Time
	LeftAt    *time.Time
	Seconds   int
}

func getTiming(r *request) error {
	id, o, err := r.deal()
	if err != nil {
		return err
	}
	slips, err := r.store.DealSlips(r.ctx(), id)
	if err != nil {
		return err
	}
	stays, err := r.store.Stays(r.ctx(), id)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	t := timingRecord{CloseDate: o.CloseDate, Slips: []slipRecord{}, Stays: []stayRecord{}}
	t.TimesPutOff, t.DaysPutOff = crm.Slipped(slips)
	for _, s := range slips {
		t.Slips = append(t.Slips, slipRecord{s.At, s.By, s.From, s.To, s.Days()})
	}
	for _, s := range stays {
		t.Stays = append(t.Stays, stayRecord{s.Stage, s.EnteredAt, s.LeftAt, int(s.Lasted(now).Seconds())})
	}
	return r.JSON(http.StatusOK, r.view(t))
}

// readinessRecord is what a deal needs before it can receive a quote (S075).
type readinessRecord struct {
	Ready bool
	Items []crm.ReadyItem
}

func getReadiness(r *request) error {
	id, _, err := r.deal()
	if err != nil {
		return err
	}
	facts, err := r.store.Facts(r.ctx(), id)
	if err != nil {
		return err
	}
	decider, err := r.store.Decider(r.ctx(), id)
	if err != nil {
		return err
	}
	items := crm.Readiness(facts, decider)
	return r.JSON(http.StatusOK, r.view(readinessRecord{crm.Ready(items), items}))
}

// potentialRecord is an open deal with the parts of its potential (S069).
type potentialRecord struct {
	ID          crm.ID
	Number      string
	Name        string
	AccountID   crm.ID
	Stage       string
	OwnerID     crm.ID
	Currency    string
	CloseDate   crm.Date
	Value       decimal.Decimal
	Probability decimal.Decimal
	Timing      decimal.Decimal
	Potential   decimal.Decimal
}

func getPotential(r *request) error {
	rows, _, today, err := r.ranked(store.DealFilter{})
	if err != nil {
		return err
	}
	out := page[potentialRecord]{Data: []potentialRecord{}}
	for _, d := range rows {
		p := crm.PotentialOf(d.Opportunity, d.Probability, today)
		out.Data = append(out.Data, potentialRecord{d.ID, d.Number, d.Name, d.AccountID, d.Stage, d.OwnerID, d.Currency, d.CloseDate, p.Value, p.Probability, p.Timing, p.Score})
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// rivalRecord is how we do against a competitor.
type rivalRecord struct {
	Name       string
	Currency   string
	Won        int
	Lost       int
	LostToThem int
	Open       int
	WonAmount  decimal.Decimal
	LostAmount decimal.Decimal
	WonPercent decimal.Decimal
}

func getRivals(r *request) error {
	rows, err := r.store.Rivals(r.ctx(), r.Scope())
	if err != nil {
		return err
	}
	out := page[rivalRecord]{Data: []rivalRecord{}}
	for _, v := range rows {
		out.Data = append(out.Data, rivalRecord{v.Name, v.Currency, v.Won, v.Lost, v.LostHim, v.Open, v.WonSum, v.LostSum, v.WonPercent()})
	}
	return r.JSON(http.StatusOK, r.view(out))
}
