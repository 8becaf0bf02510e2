package api

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// forecastHead is what every page of the forecast shows: whose deals it looks at.
type forecastHead struct {
	Tab       string
	Filter    store.DealFilter
	Sellers   []option
	Teams     []option
	Pipelines []option
	Query     string // of the filter, for the other pages
	Overall   bool
}

func (r *request) forecastHead(tab string) (h forecastHead, err error) {
	h.Tab = tab
	if h.Filter, err = r.forecastFilter(false); err != nil {
		return h, err
	}
	set, err := r.pipeline()
	if err != nil {
		return h, err
	}
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return h, err
	}
	h.Sellers, h.Pipelines = chosen(r.say("filter.all"), owners), r.pipelineChoices(set)
	if len(h.Pipelines) > 0 {
		h.Pipelines = append([]option{{"", r.say("filter.all")}}, h.Pipelines...)
	}
	q := url.Values{}
	for name, v := range map[string]string{"owner": string(h.Filter.Owner), "team": string(h.Filter.Team), "pipeline": h.Filter.Pipeline} {
		if v != "" {
			q.Set(name, v)
		}
	}
	h.Query, h.Overall = q.Encode(), len(q) == 0
	h.Teams, err = r.teamOptions()
	return h, err
}

// forecastPage is the forecast by month and owner (S005, S009).
type forecastPage struct {
	forecastHead
	forecastRecord
	Form        form
	Adjustments []store.ForecastAdjustment
	MayAdjust   bool
	Parts       []option
	People      []option
	Trend       []store.Trend
	Chart       []trendBar
	Grew        decimal.Decimal // since the first night of the trend
}

// trendBar is a night of the trend, with its place in the picture.
type trendBar struct {
	store.Trend
	X, Y, H int
}

// DealsOf is the list of the deals of a month, by its first day, or of those whose closing has passed.
func (p forecastPage) DealsOf(month string) string {
	q, _ := url.ParseQuery(p.Query)
	q.Set("state", string(crm.OpportunityOpen))
	until := p.Today.AddDays(-1)
	if first, err := crm.ParseDate(month); err == nil && !first.IsZero() {
		until = first.AddMonths(1).AddDays(-1)
		if first.Before(p.Today) { // what was expected earlier in the month has slipped
			first = p.Today
		}
		q.Set("from", first.String())
	}
	q.Set("until", until.String())
	return "/opportunities?" + q.Encode()
}

func pageForecast(r *request) error { return showForecast(r, form{}) }

func showForecast(r *request, f form) error {
	h, err := r.forecastHead("months")
	if err != nil {
		return err
	}
	p := forecastPage{forecastHead: h, Form: f, MayAdjust: r.Can(crm.MayConfirmPlan), Parts: enumOptions(r, "", "forecast", forecastParts), People: h.Sellers[1:]}
	if p.forecastRecord, err = r.forecastOf(h.Filter); err != nil {
		return err
	}
	if r.gin.Query("as") == "csv" {
		return r.sendCSV("forecast.csv", r.forecastFile(p.forecastRecord))
	}
	for i, l := range p.Months {
		p.Months[i].Name = r.monthOf(l.Name)
	}
	if p.Adjustments, err = r.store.ForecastAdjustments(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), p.Today.OnDay(1)); err != nil {
		return err
	}
	var nights []crm.Date
	for i := 12; i >= 0; i-- {
		nights = append(nights, p.Today.AddDays(-7*i))
	}
	past, err := r.dealPast(h.Filter, nights...)
	if err != nil {
		return err
	}
	if p.Trend, err = r.store.Trends(r.ctx(), past, nights); err != nil {
		return err
	}
	p.chart()
	return r.show(f.Status(), "forecast", r.say("nav.forecast"), p)
}

// chart places the nights in a picture of 520 by 120.
func (p *forecastPage) chart() {
	most := decimal.Zero
	for _, t := range p.Trend {
		most = decimal.Max(most, t.Weighted)
	}
	if !most.IsPositive() {
		return
	}
	for i, t := range p.Trend {
		h := int(t.Weighted.Mul(decimal.NewFromInt(100)).DivRound(most, 0).IntPart())
		p.Chart = append(p.Chart, trendBar{t, i * 40, 110 - h, h})
	}
	p.Grew = p.Trend[len(p.Trend)-1].Weighted.Sub(p.Trend[0].Weighted)
}

// forecastFile is the forecast as a table.
func (r *request) forecastFile(f forecastRecord) [][]string {
	head := []string{r.say("outlook.month"), r.say("outlook.deals")}
	for _, key := range []string{"commit", "best_case", "pipeline", "omitted"} {
		head = append(head, r.say("forecast."+key))
	}
	out := [][]string{append(head, r.say("outlook.sum"), r.say("revenue.weighted"), r.say("outlook.adjusted"))}
	named := func(l forecastLine, key string) forecastLine { l.Name = r.say(key); return l }
	lines := append(slices.Clone(f.Months), named(f.Slipped, "outlook.slipped"), named(f.Undated, "outlook.undated"), named(f.Whole, "outlook.whole"))
	for _, l := range lines {
		row := []string{l.Name, strconv.Itoa(l.Deals)}
		for _, v := range []decimal.Decimal{l.Commit, l.BestCase, l.Pipeline, l.Omitted, l.Sum, l.Weighted, l.Adjusted} {
			row = append(row, v.String())
		}
		out = append(out, row)
	}
	return out
}

// formAdjustForecast notes what a manager expects other than the categories say.
func formAdjustForecast(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("month", "owner_id", "category", "amount", "reason")
	r.needed(&f, "month", "owner_id", "amount", "reason")
	month, err := crm.ParseDate(strings.TrimSpace(f.Value("month")) + "-01")
	if err != nil {
		f.blame("month", r.errorText(crm.Problem("invalid_date", "example", "2026-11")))
	}
	a := store.ForecastAdjustment{ID: store.NewID(), Month: month, OwnerID: optionalID(f.Value("owner_id")), Category: f.Value("category"), Amount: r.decimal(&f, "amount"), Reason: clean(f.Value("reason"), maxLine)}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	if err := crm.CheckAmount(a.Amount, crm.Currency(entity.Currency)); err != nil {
		f.blame("amount", r.errorText(err))
	}
	if !slices.Contains(forecastParts, a.Category) {
		f.blame("category", r.say("form.required"))
	}
	if !f.Failed() {
		_, err = r.store.AdjustForecast(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID}, a)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showForecast(r, f)
	}
	return r.said("saved", "/forecast")
}

// bridgePage explains how one night's forecast became another's.
type bridgePage struct {
	forecastHead
	bridgeRecord
	First crm.Date
	Last  crm.Date
	Steps []bridgeLine
	More  int // deals that are not listed
	Delta decimal.Decimal
	Wrong string
}

type bridgeLine struct {
	crm.ForecastStep
	Name string
}

// bridgeLines is how many deals the page lists, those that add most first.
const bridgeLines = 50

func pageBridge(r *request) error {
	h, err := r.forecastHead("bridge")
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	day := func(name string, without crm.Date) crm.Date {
		d, err := r.dayParameter(name, without)
		if err != nil {
			return without
		}
		return d
	}
	p := bridgePage{forecastHead: h, First: day("first", crm.Date{}), Last: day("last", crm.Date{})}
	from, until := day("from", today.AddDays(-7)), day("until", today)
	if until.Before(from) || p.First.IsZero() != p.Last.IsZero() || p.Last.Before(p.First) {
		p.Wrong = r.say("error.before_start")
		from, until, p.First, p.Last = today.AddDays(-7), today, crm.Date{}, crm.Date{}
	}
	v := crm.BridgeView{Closing: crm.Period{First: p.First, Last: p.Last}, Weighted: r.gin.Query("weighted") == "true"}
	var b crm.ForecastBridge
	if p.bridgeRecord, b, err = r.bridge(h.Filter, v, from, until); err != nil {
		return err
	}
	p.Delta = p.After.Sub(p.Before)
	slices.SortStableFunc(b.Steps, func(x, y crm.ForecastStep) int {
		if c := y.Delta().Abs().Cmp(x.Delta().Abs()); c != 0 {
			return c
		}
		return cmp.Compare(x.DealID, y.DealID)
	})
	if len(b.Steps) > bridgeLines {
		p.More, b.Steps = len(b.Steps)-bridgeLines, b.Steps[:bridgeLines]
	}
	ids := make([]string, len(b.Steps))
	for i, s := range b.Steps {
		ids[i] = string(s.DealID)
	}
	names, err := r.store.DealNames(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), ids)
	for _, s := range b.Steps {
		p.Steps = append(p.Steps, bridgeLine{s, names[s.DealID]})
	}
	if err != nil {
		return err
	}
	return r.show(200, "bridge", r.say("outlook.bridge"), p)
}

// rangePage tells what may be won as a range, and how such ranges did (N12).
type rangePage struct {
	forecastHead
	rangeRecord
	Horizons []option
	Percent  int // of the tests held
}

func pageRange(r *request) error {
	h, err := r.forecastHead("range")
	if err != nil {
		return err
	}
	horizon, _ := strconv.Atoi(r.gin.Query("days"))
	if !slices.Contains(rangeHorizons, horizon) {
		horizon = 90
	}
	p := rangePage{forecastHead: h}
	for _, d := range rangeHorizons {
		p.Horizons = append(p.Horizons, option{strconv.Itoa(d), r.words().N("outlook.days", d)})
	}
	if p.rangeRecord, err = r.rangeForecast(h.Filter, horizon); err != nil {
		return err
	}
	if len(p.Tests) > 0 {
		p.Percent = (100*p.Held + len(p.Tests)/2) / len(p.Tests)
	}
	return r.show(200, "range", r.say("outlook.range"), p)
}
