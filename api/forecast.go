package api

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// forecastParts are the categories that a manager adjusts.
var forecastParts = []string{crm.ForecastCommit, crm.ForecastBestCase, crm.ForecastPipeline}

// forecastRecord is what open deals may bring, by month and by owner, in the company's currency.
type forecastRecord struct {
	Currency string
	Today    crm.Date
	Months   []forecastLine
	Slipped  forecastLine // the closing has passed: never hidden in a month
	Undated  forecastLine
	Whole    forecastLine
	Owners   []forecastLine
	Missing  []string // currencies without a rate, whose deals are left out
}

// forecastLine is a month, a person or the whole.
type forecastLine struct {
	Key      string // first day of the month, or id of the person
	Name     string
	Deals    int
	Sum      decimal.Decimal
	Weighted decimal.Decimal
	Commit   decimal.Decimal
	BestCase decimal.Decimal
	Pipeline decimal.Decimal
	Omitted  decimal.Decimal
	Adjusted decimal.Decimal // by managers, added to the categories by adjustment
}

// Expected is what is committed, as its manager adjusted the month.
func (l forecastLine) Expected() decimal.Decimal { return l.Commit.Add(l.Adjusted) }

func (l *forecastLine) add(category string, deals int, sum, weighted decimal.Decimal) {
	l.Deals += deals
	l.Sum, l.Weighted = l.Sum.Add(sum), l.Weighted.Add(weighted)
	switch category {
	case crm.ForecastCommit:
		l.Commit = l.Commit.Add(sum)
	case crm.ForecastBestCase:
		l.BestCase = l.BestCase.Add(sum)
	case crm.ForecastOmitted:
		l.Omitted = l.Omitted.Add(sum)
	default:
		l.Pipeline = l.Pipeline.Add(sum)
	}
}

// forecastOf is the forecast of the deals that the filter lets through.
func (r *request) forecastOf(f store.DealFilter) (out forecastRecord, err error) {
	set, err := r.pipeline()
	if err != nil {
		return out, err
	}
	if out.Today, err = r.today(); err != nil {
		return out, err
	}
	sc := store.ScopeOf(r.user, crm.MayReadOpportunity)
	cells, err := r.store.ForecastCells(r.ctx(), sc, f, out.Today)
	if err != nil {
		return out, err
	}
	book, err := r.converting()
	if err != nil {
		return out, err
	}
	out.Currency = string(book.Home())
	months, owners := map[string]*forecastLine{}, map[string]*forecastLine{}
	line := func(of map[string]*forecastLine, key string) *forecastLine {
		if of[key] == nil {
			of[key] = &forecastLine{Key: key}
		}
		return of[key]
	}
	for i := range 3 { // the months that are near stand there even when nothing is expected
		line(months, out.Today.OnDay(1).AddMonths(i).String())
	}
	for _, c := range cells {
		sum, known := book.At(c.Sum, c.Currency, out.Today)
		if !known {
			continue
		}
		stage, _ := set.Of(c.Pipeline).Stage(c.Stage)
		weighted := sum.Mul(stage.Probability).Div(decimal.NewFromInt(100)).Round(book.Home().Digits())
		to := []*forecastLine{&out.Whole, line(owners, string(c.OwnerID)), &out.Undated}
		switch {
		case c.Slipped:
			to[2] = &out.Slipped
		case !c.Month.IsZero():
			to[2] = line(months, c.Month.String())
		}
		for _, l := range to {
			l.add(stage.Forecast, c.Deals, sum, weighted)
		}
	}
	if err := r.adjust(sc, f, out.Today, months, owners, line); err != nil {
		return out, err
	}
	out.Missing = book.Without()
	out.Months, out.Owners = sortedLines(months), sortedLines(owners)
	for i, l := range out.Months {
		day, _ := crm.ParseDate(l.Key)
		out.Months[i].Name = month(day)
		out.Whole.Adjusted = out.Whole.Adjusted.Add(l.Adjusted)
	}
	return out, r.ownersNamed(out.Owners)
}

// adjust adds what managers expect other than the categories say.
func (r *request) adjust(sc store.Scope, f store.DealFilter, today crm.Date, months, owners map[string]*forecastLine, line func(map[string]*forecastLine, string) *forecastLine) error {
	if f.Pipeline != "" || f.Team != "" {
		return nil // adjustments are of persons and months as a whole
	}
	all, err := r.store.ForecastAdjustments(r.ctx(), sc, today.OnDay(1))
	for _, a := range all {
		if f.Owner != "" && f.Owner != a.OwnerID {
			continue
		}
		for _, l := range []*forecastLine{line(months, a.Month.String()), line(owners, string(a.OwnerID))} {
			l.Adjusted = l.Adjusted.Add(a.Amount)
		}
	}
	return err
}

func (r *request) ownersNamed(lines []forecastLine) error {
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.Key
	}
	names, err := r.store.NamesOf(r.ctx(), true, ids)
	for i, l := range lines {
		lines[i].Name = r.say("revenue.nobody")
		for _, n := range names {
			if string(n.ID) == l.Key {
				lines[i].Name = n.Name
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b forecastLine) int { return strings.Compare(a.Name, b.Name) })
	return err
}

// converting turns amounts into the company's currency.
func (r *request) converting() (crm.Conversion, error) {
	book, err := r.store.RateBook(r.ctx())
	return book.Converting(), err
}

func sortedLines(of map[string]*forecastLine) []forecastLine {
	out := []forecastLine{}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		out = append(out, *of[key])
	}
	return out
}

// forecastFilter reads whose deals are looked at; bad ones are refused where strict.
func (r *request) forecastFilter(strict bool) (f store.DealFilter, err error) {
	f.Pipeline = clean(r.gin.Query("pipeline"), 60)
	for name, into := range map[string]*crm.ID{"owner": &f.Owner, "team": &f.Team} {
		if text := r.gin.Query(name); text != "" {
			if *into, err = parseID(text); err != nil && strict {
				return f, wrongParameter(name, "invalid_id", nil)
			}
		}
	}
	return f, nil
}

func getForecast(r *request) error {
	if err := r.onlyKnows("owner", "team", "pipeline"); err != nil {
		return err
	}
	f, err := r.forecastFilter(true)
	if err != nil {
		return err
	}
	out, err := r.forecastOf(f)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// bridgeRecord is the way from the forecast of one night to that of another.
type bridgeRecord struct {
	From     crm.Date
	Until    crm.Date
	Weighted bool
	Currency string
	Before   decimal.Decimal
	After    decimal.Decimal
	Causes   []bridgeCause
}

type bridgeCause struct {
	Cause crm.BridgeCause
	Deals int
	Sum   decimal.Decimal
}

// bridge reads the way between two nights, and the deals behind it.
func (r *request) bridge(f store.DealFilter, v crm.BridgeView, from, until crm.Date) (out bridgeRecord, b crm.ForecastBridge, err error) {
	p, err := r.dealPast(f, from, until)
	if err != nil {
		return out, b, err
	}
	if b, err = r.store.Bridge(r.ctx(), p, v, from, until); err != nil {
		return out, b, err
	}
	out = bridgeRecord{From: from, Until: until, Weighted: v.Weighted, Currency: string(p.Book.Home()), Before: b.From, After: b.To}
	for _, c := range crm.BridgeCauses() {
		out.Causes = append(out.Causes, bridgeCause{c, b.Deals[c], b.Sums[c]})
	}
	return out, b, nil
}

// dealPast are the pictures of nights that the person may look at, weighed by the pipelines that were in force then.
func (r *request) dealPast(f store.DealFilter, nights ...crm.Date) (store.DealPast, error) {
	rules, err := r.weighings(nights)
	if err != nil {
		return store.DealPast{}, err
	}
	p, err := r.store.DealPast(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), rules)
	p.Owner, p.Team, p.Pipe = f.Owner, f.Team, f.Pipeline
	return p, err
}

// weighings are the odds of the pipelines that were in force on the nights; the first ones hold for what was before them.
func (r *request) weighings(nights []crm.Date) (out []store.Weighing, err error) {
	days, err := r.store.RuleDays(r.ctx(), crm.RulePipeline)
	if err != nil {
		return nil, err
	}
	for i, d := range days {
		asked := func(night crm.Date) bool {
			return (i == 0 || !night.Before(d.From)) && (i+1 == len(days) || night.Before(days[i+1].From))
		}
		if !slices.ContainsFunc(nights, asked) {
			continue
		}
		set, err := r.pipelineVersion(d.Version)
		if err != nil {
			return nil, err
		}
		out = append(out, store.Weighing{From: d.From, Odds: oddsIn(set)})
	}
	return out, nil
}

func getForecastBridge(r *request) error {
	if err := r.onlyKnows("from", "until", "owner", "team", "pipeline", "weighted", "first", "last"); err != nil {
		return err
	}
	f, err := r.forecastFilter(true)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	v := crm.BridgeView{Weighted: r.gin.Query("weighted") == "true"}
	days := [4]crm.Date{today.AddDays(-7), today}
	for i, name := range []string{"from", "until", "first", "last"} {
		if days[i], err = r.dayParameter(name, days[i]); err != nil {
			return err
		}
	}
	if days[1].Before(days[0]) {
		return wrongParameter("until", "ends_before_it_begins", nil)
	}
	if v.Closing = (crm.Period{First: days[2], Last: days[3]}); v.Closing.First.IsZero() != v.Closing.Last.IsZero() || v.Closing.Last.Before(v.Closing.First) {
		return wrongParameter("last", "ends_before_it_begins", nil)
	}
	out, _, err := r.bridge(f, v, days[0], days[1])
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// rangeRecord is what may be won within a horizon, and how such ranges did before.
type rangeRecord struct {
	Horizon  int
	Currency string
	Deals    int
	Open     decimal.Decimal
	P10      decimal.Decimal
	P50      decimal.Decimal
	P90      decimal.Decimal
	Learnt   int
	Enough   bool // there is enough history to trust it
	Tests    []backTestRecord
	Held     int // tests in which no more was won than P90
}

type backTestRecord struct {
	On     crm.Date
	Deals  int
	Learnt int
	P10    decimal.Decimal
	P50    decimal.Decimal
	P90    decimal.Decimal
	Won    decimal.Decimal
	Held   bool
}

// rangeHorizons are for how many days ahead a range is told.
var rangeHorizons = []int{30, 90, 180}

func (r *request) rangeForecast(f store.DealFilter, horizon int) (out rangeRecord, err error) {
	p, err := r.dealPast(f)
	if err != nil {
		return out, err
	}
	today, err := r.today()
	if err != nil {
		return out, err
	}
	x, err := r.store.RangeForecast(r.ctx(), p, today, horizon)
	if err != nil {
		return out, err
	}
	about := func(v float64) decimal.Decimal { return decimal.NewFromFloat(v).Round(0) }
	out = rangeRecord{Horizon: horizon, Currency: string(p.Book.Home()), Deals: x.Deals, Open: x.Open, P10: about(x.P10), P50: about(x.P50), P90: about(x.P90), Learnt: x.Learnt, Enough: x.Enough, Tests: []backTestRecord{}, Held: x.Calibration.Under[2]}
	for _, b := range x.Tests {
		out.Tests = append(out.Tests, backTestRecord{b.On, b.Deals, b.Learnt, about(b.P10), about(b.P50), about(b.P90), about(b.Won), b.Held()})
	}
	return out, nil
}

func getForecastRange(r *request) error {
	if err := r.onlyKnows("owner", "team", "pipeline", "days"); err != nil {
		return err
	}
	f, err := r.forecastFilter(true)
	if err != nil {
		return err
	}
	horizon := 90
	if text := r.gin.Query("days"); text != "" {
		if horizon, err = strconv.Atoi(text); err != nil || !slices.Contains(rangeHorizons, horizon) {
			return wrongParameter("days", "unknown_value", params{"allowed": []string{"30", "90", "180"}})
		}
	}
	out, err := r.rangeForecast(f, horizon)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// adjustmentBody is what a manager expects other than the categories say.
type adjustmentBody struct {
	Month    crm.Date    `json:"month" doc:"required;text=Any day of it."`
	OwnerID  crm.ID      `json:"owner_id" doc:"required"`
	Category string      `json:"category" doc:"required;enum=forecast_part"`
	Amount   decimalText `json:"amount" doc:"required;text=Added; may be negative; 0 takes the adjustment back."`
	Reason   string      `json:"reason" doc:"required;max=500"`
}

func getAdjustments(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	list, err := r.store.ForecastAdjustments(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), today.OnDay(1))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.ForecastAdjustment]{Data: orNone(list)}))
}

func postAdjustment(r *request) error {
	var b adjustmentBody
	if err := r.decode(&b); err != nil {
		return err
	}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	var c check
	if b.Month.IsZero() {
		c.fail("/month", "required", nil)
	}
	c.idRequired("/owner_id", &b.OwnerID)
	c.required("/category", &b.Category, maxName)
	c.oneOf("/category", b.Category, forecastParts...)
	c.required("/reason", &b.Reason, maxLine)
	digits, minus := strings.CutPrefix(string(b.Amount), "-")
	amount := c.amountRequired("/amount", decimalText(digits), entity.Currency)
	if minus {
		amount = amount.Neg()
	}
	if err := c.err(); err != nil {
		return err
	}
	a, err := r.store.AdjustForecast(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID},
		store.ForecastAdjustment{ID: store.NewID(), Month: b.Month.OnDay(1), OwnerID: b.OwnerID, Category: b.Category, Amount: amount, Reason: b.Reason})
	if err != nil {
		return err
	}
	a.By = r.user.Name
	return r.JSON(http.StatusCreated, r.view(a))
}
