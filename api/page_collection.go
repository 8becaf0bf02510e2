package api

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// collectionPage is the collector's morning: a queue, and the customer who is next with all that can be done about him (S091).
type collectionPage struct {
	Groups    []queueGroup
	Picked    *debtorPane
	Ageing    []ageingBar
	Head      collectionHead
	Returned  []store.DishonouredTranche // whose payment came back (S062)
	Sum       decimal.Decimal            // of these
	WriteOffs []store.WriteOffRow        // that wait, for who may decide on them
	Reader    crm.ID                     // who does not decide on what he asked for
	Work      bool                       // after each action the next customer opens
	WorkURL   string                     // that switches it
	Age       string                     // only those of a part of the ageing
	AllURL    string
	Now       time.Time // since when money that comes in is news to the reader
}

type collectionHead struct {
	Total    decimal.Decimal // overdue
	Change   decimal.Decimal // since a week ago
	Days     decimal.NullDecimal
	Currency string
	Weeks    []store.ExpectedWeek
}

// queueGroup are customers of one kind, in the order of their money and days.
type queueGroup struct {
	Name string
	Rows []queueRow
}

type queueRow struct {
	store.QueuedDebtor
	URL     string
	Last    string
	Next    string
	Current bool
	Over    bool // the credit limit
	Trouble crm.Trouble
}

// ageingBar is one of the five parts of the ageing, drawn to scale.
type ageingBar struct {
	Label   string
	Open    decimal.Decimal
	Class   string
	Width   int
	URL     string
	Current bool
}

const (
	ageingWidth   = 520
	queueLength   = 200
	expectedWeeks = 6
)

// queueGroups are the groups in their order, with the least days late of each; -1: those in that trouble, whatever the days.
var queueGroups = []struct {
	key  string
	days int
}{{string(crm.TroubleBroken), -1}, {string(crm.TroubleReturned), -1}, {"over_60", 61}, {"to_60", 31}, {"to_30", 8}, {"to_7", 1}, {"week", 0}}

func pageCollection(r *request) error {
	return showCollection(r, optionalID(r.gin.Query("account")), form{})
}

// address is the page with what the reader chose; account may be empty.
func (p collectionPage) address(account crm.ID) string {
	q := url.Values{}
	if account != "" {
		q.Set("account", string(account))
	}
	if p.Age != "" {
		q.Set("age", p.Age)
	}
	if p.Work {
		q.Set("work", "on")
	}
	if len(q) == 0 {
		return "/overdue"
	}
	return "/overdue?" + q.Encode()
}

func showCollection(r *request, pick crm.ID, f form) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	today := crm.DateOf(now, r.srv.screens().zone())
	p := collectionPage{Now: now, Age: r.choice("age"), Work: r.choice("work") == "on"}
	sc := store.ScopeOf(r.user, crm.MayReadInvoice)
	if p.Head, p.Ageing, err = r.collectionHead(sc, today, p); err != nil {
		return err
	}
	queue, err := r.store.CollectionQueue(r.ctx(), sc, today, queueLength)
	if err != nil {
		return err
	}
	if p.Age != "" {
		queue = slices.DeleteFunc(queue, func(d store.QueuedDebtor) bool { return agePart(d.DaysLate) != p.Age })
	}
	ordered := r.grouped(&p, queue, today)
	if pick == "" && len(ordered) > 0 {
		pick = ordered[0]
	}
	for _, g := range p.Groups {
		for i := range g.Rows {
			g.Rows[i].Current = g.Rows[i].AccountID == pick
		}
	}
	if pick != "" {
		if p.Picked, err = r.debtorPane(pick, now, f); err != nil {
			return err
		}
		p.Picked.Next = following(ordered, pick)
	}
	if p.Returned, err = r.store.Dishonoured(r.ctx(), sc); err != nil {
		return err
	}
	p.Reader = r.user.ID
	if r.Can(crm.MayApproveWriteOff) {
		if p.WriteOffs, err = r.store.WaitingWriteOffs(r.ctx()); err != nil {
			return err
		}
	}
	for _, t := range p.Returned {
		p.Sum = p.Sum.Add(t.Total)
	}
	other, all := p, p
	other.Work, all.Age = !p.Work, ""
	p.WorkURL, p.AllURL = other.address(pick), all.address("")
	return r.show(f.Status(), "overdue", r.say("nav.overdue"), p)
}

// choice is what the reader chose on the page, kept in the address and in its forms.
func (r *request) choice(name string) string {
	if r.gin.Request.Method == http.MethodPost {
		return clean(r.gin.Request.PostForm.Get(name), 20)
	}
	return clean(r.gin.Query(name), 20)
}

// following is the customer after one in the queue, from its end again the first.
func following(ordered []crm.ID, pick crm.ID) crm.ID {
	if i := slices.Index(ordered, pick); i >= 0 && len(ordered) > 1 {
		return ordered[(i+1)%len(ordered)]
	}
	return ""
}

// agePart is the part of the ageing of a delay.
func agePart(days int) string {
	switch {
	case days <= 0:
		return "0"
	case days <= 30:
		return "1"
	case days <= 60:
		return "2"
	case days <= 90:
		return "3"
	}
	return "4"
}

// grouped puts the queue into its groups and gives the customers in their order.
func (r *request) grouped(p *collectionPage, queue []store.QueuedDebtor, today crm.Date) (ordered []crm.ID) {
	levels := r.dunningNames()
	for _, g := range queueGroups {
		var rows []queueRow
		for _, d := range queue {
			if trouble := d.Trouble(r.srv.screens().zone()); groupOf(trouble, d.DaysLate) == g.key {
				rows = append(rows, r.queueRow(*p, d, trouble, levels))
				ordered = append(ordered, d.AccountID)
			}
		}
		if len(rows) > 0 {
			p.Groups = append(p.Groups, queueGroup{r.say("collection.group." + g.key), rows})
		}
	}
	return ordered
}

func (r *request) queueRow(p collectionPage, d store.QueuedDebtor, trouble crm.Trouble, levels map[string]string) queueRow {
	row := queueRow{QueuedDebtor: d, Trouble: trouble, URL: p.address(d.AccountID), Last: r.say("overdue.no_step"), Next: r.say("overdue.no_next"), Over: overLimit(d)}
	if d.ContactAt != nil {
		what := map[string]string{"letter": nameOr(levels, d.ContactWhat), "call": named(r.words(), "outcome", d.ContactWhat), "promise": named(r.words(), "promise", d.ContactWhat), "plan": named(r.words(), "payment_plan", d.ContactWhat)}[d.ContactKind]
		row.Last = r.say("collection.contact."+d.ContactKind, "What", what, "On", dayOf(r.words(), *d.ContactAt, r.srv.screens().zone()), "By", d.ContactBy)
	}
	if d.NextAt != nil {
		row.Next = r.nextStep(d.NextKind, *d.NextAt)
	}
	return row
}

// collectionHead adds up what is overdue in the company's currency, now and a week ago, and draws the ageing.
func (r *request) collectionHead(sc store.Scope, today crm.Date, p collectionPage) (h collectionHead, bars []ageingBar, err error) {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return h, nil, err
	}
	h.Currency = e.Currency
	now, err := r.store.AgeingAt(r.ctx(), sc, today)
	if err != nil {
		return h, nil, err
	}
	before, err := r.store.AgeingAt(r.ctx(), sc, today.AddDays(-7))
	if err != nil {
		return h, nil, err
	}
	h.Total = overdueOf(now, e.Currency)
	h.Change = h.Total.Sub(overdueOf(before, e.Currency))
	if h.Days, err = r.store.SalesOutstanding(r.ctx(), sc, e.Currency, today); err != nil {
		return h, nil, err
	}
	h.Weeks, err = r.store.ExpectedCash(r.ctx(), sc, e.Currency, today, expectedWeeks)
	return h, r.ageing(now, p, e.Currency), err
}

func overdueOf(list []store.AgedSum, currency string) (sum decimal.Decimal) {
	for _, b := range list {
		if b.Position > 0 && b.Currency == currency {
			sum = sum.Add(b.Open)
		}
	}
	return sum
}

// ageing draws all five parts; empty ones stay as empty bars, so that the picture never jumps. Each leads to its customers.
func (r *request) ageing(list []store.AgedSum, p collectionPage, currency string) []ageingBar {
	most := decimal.NewFromInt(1)
	list = slices.DeleteFunc(list, func(b store.AgedSum) bool { return b.Currency != currency })
	for _, b := range list {
		most = decimal.Max(most, b.Open)
	}
	var bars []ageingBar
	for i, key := range []string{"overdue.not_due", "overdue.to_30", "overdue.to_60", "overdue.to_90", "overdue.over_90"} {
		part := string(rune('0' + i))
		bar := ageingBar{Label: r.say(key), Class: "f" + part, Current: p.Age == part}
		if to := p; !bar.Current {
			to.Age = part
			bar.URL = to.address("")
		} else {
			to.Age = ""
			bar.URL = to.address("")
		}
		for _, b := range list {
			if b.Position == i {
				bar.Open = b.Open
				bar.Width = max(2, int(b.Open.Mul(decimal.NewFromInt(ageingWidth)).DivRound(most, 0).IntPart()))
			}
		}
		bars = append(bars, bar)
	}
	return bars
}
