package api

import (
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// marginPage is what was earned by product and customer.
type marginPage struct {
	*report
	Rows []marginRow
}

// marginRow is a group of lines of won deals; its number opens the deals.
type marginRow struct {
	store.MarginRow
	Label string
	URL   string
	Width int // of the margin among the largest, of 100
	Loss  bool
}

// marginReport reads what was earned, for those who see costs; begin reads what is asked for.
func (r *request) marginReport(begin func(name string, groups []string) (*report, error)) (*report, []store.MarginRow, error) {
	if !r.user.Sees("opportunity.cost") {
		return nil, nil, refusal(codeForbidden)
	}
	p, err := begin("margin", store.MarginGroups())
	if err != nil {
		return nil, nil, err
	}
	rows, err := r.store.MarginReport(r.ctx(), p.scope, p.filter, p.By)
	return p, rows, err
}

func pageMargin(r *request) error {
	p, rows, err := r.marginReport(func(name string, groups []string) (*report, error) { return r.beginReport(name, groups, false) })
	if err != nil {
		return err
	}
	page := marginPage{report: p}
	for _, m := range rows {
		x := marginRow{MarginRow: m, Label: p.groupName(m.Key, m.Name), URL: p.rows("margin", "key", m.Key), Loss: m.Margin().IsNegative()}
		if most := rows[0].Margin(); most.IsPositive() && !x.Loss {
			x.Width = int(min(m.Margin().Mul(decimal.NewFromInt(100)).DivRound(most, 0).IntPart(), 100))
		}
		page.Rows = append(page.Rows, x)
	}
	if p.wantsFile() {
		return r.sendCSV("margin.csv", page.file())
	}
	return r.show(http.StatusOK, "report_margin", r.say("report.margin"), page)
}

func (p marginPage) file() [][]string {
	out := [][]string{{p.say("report.group." + p.By), p.say("report.deals"), p.say("report.quantity"), p.say("report.revenue"), p.say("report.cost"), p.say("report.margin_sum"), p.say("report.margin_percent"), p.say("deals.currency")}}
	for _, m := range p.Rows {
		out = append(out, []string{m.Label, strconv.Itoa(m.Deals), m.Quantity.String(), m.Revenue.StringFixed(2), m.Cost.StringFixed(2), m.Margin().StringFixed(2), m.Percent().String(), m.Currency})
	}
	return out
}

// activityPage is what people did and what came of it.
type activityPage struct {
	*report
	Outcomes []option
	Rows     []activityRow
	Chart    chart
}

// activityRow is a group of activities; its numbers open them.
type activityRow struct {
	Label            string
	Cells            []leadCount // by outcome
	All              leadCount
	Late             int
	Deals, Won, Lost int
}

// Share is how many of the deals that closed were won, in per cent.
func (a activityRow) Share() string { return shareOf(a.Won, a.Won+a.Lost) }

func pageActivity(r *request) error {
	p, err := r.beginReport("activity", store.ActivityGroups(), false)
	if err != nil {
		return err
	}
	rows, err := r.store.ActivityReport(r.ctx(), p.scope, store.ScopeOf(r.user, crm.MayReadLead), p.filter, p.By)
	if err != nil {
		return err
	}
	page := activityPage{report: p}
	page.fill(rows)
	if p.wantsFile() {
		return r.sendCSV("activity.csv", page.file())
	}
	var bars []countFigure
	for _, a := range page.Rows {
		bars = append(bars, countFigure{a.Label, a.All.N, a.All.URL})
	}
	page.Chart = r.countChart(r.say("report.activities"), bars)
	return r.show(http.StatusOK, "report_activity", r.say("report.activity"), page)
}

func (p *activityPage) fill(rows []store.ActivityCount) {
	var outcomes []string
	for _, x := range rows {
		if !x.All && !slices.Contains(outcomes, x.Outcome) {
			outcomes = append(outcomes, x.Outcome)
		}
	}
	slices.Sort(outcomes) // what was planned first
	for _, o := range outcomes {
		p.Outcomes = append(p.Outcomes, option{o, p.outcomeName(o)})
	}
	for _, x := range rows {
		if x.All { // it begins its group
			row := activityRow{Label: p.activityName(x), Cells: make([]leadCount, len(outcomes)), All: leadCount{x.Times, p.rows("activity", "key", x.Key)}, Late: x.Late, Deals: x.Deals, Won: x.Won, Lost: x.Lost}
			p.Rows = append(p.Rows, row)
			continue
		}
		p.Rows[len(p.Rows)-1].Cells[slices.Index(outcomes, x.Outcome)] = leadCount{x.Times, p.rows("activity", "key", x.Key, "outcome", orDashKey(x.Outcome))}
	}
}

func (p *activityPage) activityName(x store.ActivityCount) string {
	switch p.By {
	case "kind":
		return named(p.words(), "engagement", x.Key)
	case "month":
		return p.monthOf(x.Key)
	}
	return p.groupName(x.Key, x.Name)
}

func (p activityPage) file() [][]string {
	head := []string{p.say("report.group." + p.By)}
	for _, o := range p.Outcomes {
		head = append(head, o.Label)
	}
	out := [][]string{append(head, p.say("col.total"), p.say("report.overdue"), p.say("report.deals"), p.say("report.won"), p.say("report.lost"))}
	n := strconv.Itoa
	for _, a := range p.Rows {
		row := []string{a.Label}
		for _, c := range a.Cells {
			row = append(row, n(c.N))
		}
		out = append(out, append(row, n(a.All.N), n(a.Late), n(a.Deals), n(a.Won), n(a.Lost)))
	}
	return out
}
