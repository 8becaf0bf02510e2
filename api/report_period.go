package api

import (
	"net/url"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// reportPeriod is the days that a report is about, both in it.
type reportPeriod struct{ From, Until crm.Date }

// reportPeriod reads the days of the address; without them the twelve months up to the last, which is today. Days the wrong way round are turned.
func (r *request) reportPeriod() (p reportPeriod, err error) {
	if p.Until, err = r.today(); err != nil {
		return p, err
	}
	day := func(name string, without crm.Date) crm.Date {
		if d, err := crm.ParseDate(r.gin.Query(name)); err == nil && !d.IsZero() {
			return d
		}
		return without
	}
	p.Until = day("until", p.Until)
	p.From = day("from", p.Until.AddDays(-365).AddDays(1))
	if p.Until.Before(p.From) {
		p.From, p.Until = p.Until, p.From
	}
	if p.Until.DaysSince(p.From) > 3660 { // more than ten years are no period
		p.From = p.Until.AddDays(-3660)
	}
	return p, nil
}

// days are the days at whose end something is counted: each of a month, each seventh of half a year, else the ends of months.
func (p reportPeriod) days() (out []crm.Date) {
	n := p.Until.DaysSince(p.From)
	switch {
	case n <= 31:
		for d := p.From; !d.After(p.Until); d = d.AddDays(1) {
			out = append(out, d)
		}
	case n <= 184:
		for d := p.Until; !d.Before(p.From); d = d.AddDays(-7) {
			out = append([]crm.Date{d}, out...)
		}
	default:
		for d := p.From.OnDay(1).AddDays(31).OnDay(1).AddDays(-1); d.Before(p.Until); d = d.AddDays(1).AddDays(31).OnDay(1).AddDays(-1) {
			out = append(out, d)
		}
		out = append(out, p.Until)
	}
	return out
}

// query is the address of the report with its days and the named parameters, so that it shows the same tomorrow.
func (p reportPeriod) query(q url.Values, names ...string) url.Values {
	out := url.Values{"from": {p.From.String()}, "until": {p.Until.String()}}
	for _, name := range names {
		if v := clean(q.Get(name), 100); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

// countFigure is a bar of a chart of numbers, which opens its rows.
type countFigure struct {
	label string
	value int
	url   string
}

// countChart draws numbers as bars from zero to the largest.
func (r *request) countChart(title string, figures []countFigure) (c chart) {
	most := countFigure{}
	for _, f := range figures {
		if most.label == "" || f.value > most.value {
			most = f
		}
	}
	for _, f := range figures {
		width := 0
		if most.value > 0 {
			width = (100*f.value + most.value/2) / most.value
		}
		c.Bars = append(c.Bars, chartBar{f.label, strconv.Itoa(f.value), f.url, width})
	}
	if len(figures) > 0 {
		c.Says = r.say("report.chart_says", "What", title, "Top", most.label, "Most", most.value)
	}
	return c
}

// shareOf is a part of a whole in per cent, to one decimal; a dash where there is no whole.
func shareOf(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return decimal.NewFromInt(int64(100*part)).DivRound(decimal.NewFromInt(int64(whole)), 1).String() + " %"
}
