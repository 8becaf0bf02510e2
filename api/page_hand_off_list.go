package api

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// handOffsPage is what departments ask of each other: first what waits for the reader, the most urgent first.
type handOffsPage struct {
	Views []tab
	Rows  []handOffRow
	Only  string // what the rows are chosen by, in words; empty in the usual views
	More  bool   // there are more than are shown
}

// handOffRow is a hand-off in a list.
type handOffRow struct {
	store.HandOffRow
	Name    string // of the hand-off in the rules
	Overdue bool
	Sales   string // working time on either side up to now
	Team    string
}

const handOffsShown = 200

// handOffViews are the usual lists.
func (r *request) handOffViews() map[string]store.HandOffFilter {
	return map[string]store.HandOffFilter{
		"mine": {Turn: r.user.In(), Person: r.user.ID},
		"team": {Turn: r.user.In()},
		"open": {Open: true},
		"all":  {},
	}
}

// pageHandOffs lists hand-offs: a usual view, or what a number of the report counts.
func pageHandOffs(r *request) error {
	q := r.gin.Request.URL.Query()
	view := known(q.Get("view"), []string{"mine", "team", "open", "all"})
	f := r.handOffViews()[view]
	f.Key, f.Missing = clean(q.Get("key"), 40), clean(q.Get("missing"), maxName)
	f.State = crm.HandOffState(known(q.Get("state"), listOf(crm.HandOffStates()...)))
	f.Bounced, f.Late = q.Has("bounced"), q.Has("late")
	p := handOffsPage{Only: r.chosenHandOffs(f)}
	if view == "" && p.Only == "" {
		view = "mine"
		f = r.handOffViews()[view]
	}
	for _, v := range []string{"mine", "team", "open", "all"} {
		p.Views = append(p.Views, tab{v, r.say("handoff.view." + v), v == view && p.Only == ""})
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	rows, err := r.store.HandOffRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), f, now, handOffsShown+1)
	if err != nil {
		return err
	}
	if p.More = len(rows) > handOffsShown; p.More {
		rows = rows[:handOffsShown]
	}
	p.Rows, err = r.handOffRows(rows, now)
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, "handoffs", r.say("nav.handoffs"), p)
}

// handOffRows reads the clocks of hand-offs at an instant.
func (r *request) handOffRows(rows []store.HandOffRow, now time.Time) (out []handOffRow, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	cal, err := r.store.Calendar(r.ctx())
	if err != nil {
		return nil, err
	}
	for _, h := range rows {
		sales, team := h.Clocks(now, cal)
		out = append(out, handOffRow{h, r.handOffName(h.Key), h.DueAt != nil && h.DueAt.Before(now), store.HoursText(sales), store.HoursText(team)})
	}
	return out, nil
}

// handOffName is the name that the active rules give a hand-off, else its key.
func (r *request) handOffName(key string) string {
	if set, err := r.rules(crm.RuleHandOff); err == nil {
		if h, ok := set.HandOff(key); ok {
			return worded(h.Name, r.language, key)
		}
	}
	return key
}

// inputName is what an input asks for, else its id.
func (r *request) inputName(key, item string) string {
	if item == store.MissingOther {
		return r.say("handoff.other_reason")
	}
	if set, err := r.rules(crm.RuleHandOff); err == nil {
		return r.conditionName(set, rules.HandOffMoment(key, rules.EndInputs), item)
	}
	return item
}

// chosenHandOffs says what a number of the report counts.
func (r *request) chosenHandOffs(f store.HandOffFilter) string {
	name := ""
	if f.Key != "" {
		name = r.handOffName(f.Key)
	}
	switch {
	case f.Missing != "":
		return r.say("handoff.only.missing", "Name", name, "Item", r.inputName(f.Key, f.Missing))
	case f.Bounced:
		return r.say("handoff.only.bounced", "Name", name)
	case f.Late:
		return r.say("handoff.only.late", "Name", name)
	case f.State != "":
		return r.say("handoff.only.state", "Name", name, "State", named(r.words(), "handoff_state", string(f.State)))
	}
	return name
}

// handOffReport is for what hand-offs come back, and how long they lie on either side (N13).
type handOffReport struct {
	Sums  []handOffSum
	Items []missingItem
}

type handOffSum struct {
	store.HandOffSum
	Name        string
	Sales, Team string
}

// URL is the list of the rows behind a number.
func (s handOffSum) URL(choice string) string {
	q := url.Values{"key": {s.Key}}
	switch choice {
	case "bounced", "late":
		q.Set(choice, "true")
	case "open":
		q.Set("view", choice)
	case "":
	default:
		q.Set("state", choice)
	}
	return "/handoffs?" + q.Encode()
}

type missingItem struct {
	store.MissingItem
	Name, Text, URL string
}

func (r *request) handOffReport() (p handOffReport, err error) {
	scope := store.ScopeOf(r.user, crm.MayReadOpportunity)
	now, err := r.now()
	if err != nil {
		return p, err
	}
	sums, err := r.store.HandOffSums(r.ctx(), scope, now)
	if err != nil {
		return p, err
	}
	for _, s := range sums {
		row := handOffSum{HandOffSum: s, Name: r.handOffName(s.Key), Sales: "–", Team: "–"}
		if s.Completed > 0 {
			row.Sales, row.Team = store.HoursText(s.SalesTime), store.HoursText(s.TeamTime)
		}
		p.Sums = append(p.Sums, row)
	}
	items, err := r.store.MissingItems(r.ctx(), scope)
	for _, m := range items {
		q := url.Values{"key": {m.Key}, "missing": {m.Item}}
		p.Items = append(p.Items, missingItem{m, r.handOffName(m.Key), r.inputName(m.Key, m.Item), "/handoffs?" + q.Encode()})
	}
	return p, err
}

func pageHandOffReport(r *request) error {
	p, err := r.handOffReport()
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, "handoff_report", r.say("handoff.report"), p)
}

// pageHandOffCSV is the report as a file: how each hand-off went, then for what it came back.
func pageHandOffCSV(r *request) error {
	p, err := r.handOffReport()
	if err != nil {
		return err
	}
	rows := [][]string{{
		r.say("handoff.name"), r.say("handoff.missing_item"), r.say("handoff.count"), r.say("handoff.times"), r.say("handoff.open"), r.say("handoff.completed"), r.say("handoff.bounced"),
		r.say("handoff.late"), r.say("handoff.sales_time"), r.say("handoff.team_time"),
	}}
	for _, s := range p.Sums {
		rows = append(rows, []string{s.Name, "", strconv.Itoa(s.Asked), "", strconv.Itoa(s.Open), strconv.Itoa(s.Completed), strconv.Itoa(s.Bounced), strconv.Itoa(s.Late), s.Sales, s.Team})
	}
	for _, m := range p.Items {
		rows = append(rows, []string{m.Name, m.Text, strconv.Itoa(m.HandOffs), strconv.Itoa(m.Times), "", "", "", "", "", ""})
	}
	return r.sendCSV("hand-offs.csv", rows)
}
