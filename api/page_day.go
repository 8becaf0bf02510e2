package api

import (
	"net/http"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
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

// duty kinds with the page that settles them.
var dutyPages = map[string]string{
	"approve": "/orders/", "answer": "/orders/", "validate": "/orders/", "qualify": "/leads/", "assign": "/leads/", "feedback": "/leads/", "convert": "/leads/",
	"undo": "/contracts/", "amend": "/contracts/", "except": "/exceptions/", "declined": "/exceptions/", "handoff": "/handoffs/", "handoff_back": "/handoffs/", "excepted": "/opportunities/",
	"plan": "/opportunities/", "call": "/opportunities/", "bill": "/contracts/", "collect": "/invoices/",
	"mention": "/feed/", "reply": "/feed/", "task": "/feed/", "poor": "/cases/", "expiry": "/documents/", "risk": "/contracts/", "rate": "/settings/interest",
}

var dutyTones = map[string]string{"approve": "wait", "answer": "act", "validate": "wait", "collect": "bad", "bill": "act", "plan": "warn", "undo": "wait", "amend": "wait", "except": "wait", "excepted": "act", "declined": "bad", "handoff": "wait", "handoff_back": "warn", "mention": "act", "reply": "act", "task": "act", "poor": "bad", "expiry": "warn", "risk": "warn", "rate": "warn"}

func pageDay(r *request) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	today := crm.DateOf(now, r.srv.screens().zone())
	scope := func(p crm.Permission) store.Scope { return store.ScopeOf(r.user, p) }
	duties, err := r.store.Duties(r.ctx(), store.DutyScopes{
		User: r.user, Approve: scope(crm.MayApproveOrder), Validate: scope(crm.MayValidateOrder),
		Assign: scope(crm.MayAssignLead), Lead: scope(crm.MayWriteLead), Deal: scope(crm.MayWriteOpportunity), Issue: scope(crm.MayIssueInvoice),
		Collect: scope(crm.MayWritePayment), Except: scope(crm.MayDecideException), Ask: scope(crm.MayAskException), HandOff: scope(crm.MayWriteHandOff),
	}, now, today)
	if err != nil {
		return err
	}
	told, err := r.store.NoticeDuties(r.ctx(), r.viewer())
	if err != nil {
		return err
	}
	risks, err := r.store.RiskDuties(r.ctx(), scope(crm.MayReadPNL), r.user.ID, today)
	if err != nil {
		return err
	}
	duties = append(append(duties, told...), risks...)
	if duties, err = r.rateDuty(duties, today); err != nil {
		return err
	}
	p := dayPage{Name: r.user.Name}
	counts := map[string]int{}
	for _, d := range duties {
		counts[d.Kind]++
		row := dayRow{Duty: d, Days: max(0, int(now.Sub(d.Since)/(24*time.Hour))), URL: dutyPages[d.Kind] + string(d.ID), Tone: dutyTones[d.Kind]}
		if d.Kind == "plan" || d.Kind == "call" {
			row.URL += "?tab=activities"
		}
		if d.Kind == "undo" {
			row.URL += "/undo"
		}
		if d.Kind == "amend" {
			row.URL += "/amendments"
		}
		if d.Kind == "risk" {
			row.URL += "/risks"
		}
		row.What = r.say("day.what." + d.Kind)
		row.Action = r.say("day.do." + d.Kind)
		if d.Kind == "approve" {
			row.Action = r.say("day.do.approve_amount", "Amount", r.words().Money(d.Amount, crm.Currency(d.Currency)))
		}
		p.Rows = append(p.Rows, row)
	}
	slices.SortStableFunc(p.Rows, func(a, b dayRow) int { return b.weight().Cmp(a.weight()) })
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

// weight is money times lateness; what has no money yet counts as 1,000, and a rate that is to be looked up comes last.
func (d dayRow) weight() decimal.Decimal {
	if d.Kind == "rate" {
		return decimal.Zero
	}
	money := d.Amount
	if !money.IsPositive() {
		money = decimal.NewFromInt(1000)
	}
	return money.Mul(decimal.NewFromInt(int64(d.Days + 1)))
}

// First tells whether the row is the first of its kind, which the strip above leads to.
func (p dayPage) First(i int) bool {
	return !slices.ContainsFunc(p.Rows[:i], func(d dayRow) bool { return d.Kind == p.Rows[i].Kind })
}
