package api

import (
	"fmt"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// accountPage is all that is known of a company on one page (S055-S057).
type accountPage struct {
	store.AccountPage
	Currency  string
	Tiles     []tile
	Revenue   chart
	Pipeline  chart
	GroupSum  store.GroupRow
	Events    []event
	Form      form
	Inputs    []ownInput
	Texts     []ownText
	May       bool
	MayLimit  bool
	SeesMoney bool // his statement of account
	Held      []heldOrder
	Languages []option
	Purposes  []option
	Roles     []option
	ByLegal   bool // the main legal address writes address and country
	Names     []store.Choice
	NewPlace  crm.Address // none yet
	List      func(what string) string
}

// tile is a number with the rows behind it; without rows it leads nowhere.
type tile struct{ Label, Value, URL string }

func pageAccount(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showAccount(r, id, form{})
}

func showAccount(r *request, id crm.ID, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	sc := store.ScopeOf(r.user, crm.MayReadAccount)
	a, err := r.store.AccountPage(r.ctx(), sc, id, today)
	if err != nil {
		return r.merged("account", id, err)
	}
	own, err := r.own("account")
	if err != nil {
		return err
	}
	p := accountPage{
		SeesMoney:   r.Can(crm.MayReadInvoice),
		AccountPage: a, Currency: string(own.currency), Events: r.events(a.Timeline, string(own.currency)), Form: f, May: r.Can(crm.MayWriteAccount),
		MayLimit: r.writes("customer.credit_limit"), Languages: languageOptions(), Purposes: enumOptions(r, "", "address_purpose", crm.AddressPurposes()),
		Roles: enumOptions(r, r.say("contact.no_role"), "contact_role", crm.ContactRoles()), Texts: own.texts(r, a.Custom, !r.Can(crm.MayWriteAccount)),
		List: func(what string) string { return address360("account", id, what) },
	}
	if p.SeesMoney && a.Open.IsPositive() {
		if p.Held, err = r.ordersHeld(id, today, p.Currency); err != nil {
			return err
		}
	}
	for _, x := range a.Addresses {
		p.ByLegal = p.ByLegal || x.Purpose == "legal" && x.Main
	}
	for _, g := range a.Group {
		p.GroupSum.Deals, p.GroupSum.Contracts = p.GroupSum.Deals+g.Deals, p.GroupSum.Contracts+g.Contracts
		p.GroupSum.Sum, p.GroupSum.Overdue = p.GroupSum.Sum.Add(g.Sum), p.GroupSum.Overdue.Add(g.Overdue)
	}
	p.Tiles, p.Revenue = r.accountTiles(a, p.Currency), r.revenueChart(a, p.Currency)
	if p.Pipeline, err = r.pipelineChart("account", id, a.Stages, p.Currency); err != nil {
		return err
	}
	p.Form = r.accountValues(f, a)
	if p.May {
		p.Inputs = own.inputs(r, f, a.Custom)
		if p.Names, err = r.store.AccountChoices(r.ctx(), sc); err != nil {
			return err
		}
		p.Names = p.Names[:min(len(p.Names), 100)]
	}
	return r.show(f.Status(), "account", a.Name, p)
}

// accountValues are what the form of a company's data shows: what was typed into it, else what is stored.
func (r *request) accountValues(f form, a store.AccountPage) form {
	if f.Failed() && f.Sent("payment_days") {
		return f
	}
	v := values("name", a.Name, "parent", a.Parent, "vat", a.VAT, "tax_code", a.TaxCode, "sdi", a.SDI, "pec", a.PEC, "iban", crm.ShowIBAN(a.IBAN), "country", a.Country,
		"address", a.Address, "email", a.Email, "phone", a.Phone, "class", a.Class, "language", a.Language, "credit_limit", plainNumber(r.words(), a.CreditLimit),
		"payment_days", strconv.Itoa(a.PaymentDays))
	for name, typed := range f.values { // of another form of the page
		if _, own := v.values[name]; !own {
			v.values[name] = typed
		}
	}
	v.wrong, v.order, v.other, v.status, v.gate, v.doubles = f.wrong, f.order, f.other, f.status, f.gate, f.doubles
	return v
}

func (r *request) accountTiles(a store.AccountPage, currency string) []tile {
	n, f := func(v int) string { return strconv.Itoa(v) }, a.Figures
	money := func(v decimal.Decimal) string { return r.words().Money(v, crm.Currency(currency)) }
	to := func(what string, pairs ...string) string { return address360("account", a.ID, what, pairs...) }
	return []tile{
		{r.say("account.deals"), n(a.Deals) + " · " + money(a.Sum), to("deals", "state", "open")},
		{r.say("account.won"), n(f.WonDeals) + " · " + money(f.Won), to("deals", "state", "won")},
		{r.say("account.running"), n(f.Running) + " / " + n(f.AllContracts), to("contracts", "state", "active")},
		{r.say("account.owes"), n(f.OpenInvoices) + " · " + money(a.Open), to("invoices", "state", "open")},
		{r.say("account.overdue"), n(f.Late) + " · " + money(f.Overdue), to("invoices", "state", "overdue")},
		{r.say("account.activities_all"), n(f.Activities), to("activities")},
		{r.say("account.leads_all"), n(f.AllLeads), to("leads")},
		{r.say("account.cases"), n(f.OpenCases), to("cases", "state", "open")},
	}
}

// chart is a few bars with their figures, each with its rows; Says states what they come to.
type chart struct {
	Bars []chartBar
	Says string
}

type chartBar struct {
	Label, Value, URL string
	Width             int // of 100
}

// revenueChart is what was invoiced in each of the last eight quarters, without tax.
func (r *request) revenueChart(a store.AccountPage, currency string) chart {
	var bars []chartFigure
	for _, q := range a.Quarters {
		bars = append(bars, chartFigure{fmt.Sprintf("Q%d %d", q.Quarter, q.Year), q.Sum, address360("account", a.ID, "invoices", "quarter", fmt.Sprintf("%d-%d", q.Year, q.Quarter))})
	}
	return r.chart(r.say("account.chart_revenue"), bars[max(0, len(bars)-8):], currency)
}

// pipelineChart is what stands in each stage, in the order of the pipelines.
func (r *request) pipelineChart(of string, id crm.ID, sums []store.StageSum, currency string) (chart, error) {
	if len(sums) == 0 {
		return chart{}, nil
	}
	set, err := r.pipeline()
	if err != nil {
		return chart{}, err
	}
	var bars []chartFigure
	for _, pipeline := range set.Pipelines() {
		for _, s := range pipeline.Stages() {
			for _, sum := range sums {
				if sum.Pipeline == pipeline.Key() && sum.Stage == s.Key {
					bars = append(bars, chartFigure{worded(s.Name, r.language, s.Key), sum.Sum, address360(of, id, "deals", "state", "open", "stage", s.Key)})
				}
			}
		}
	}
	return r.chart(r.say("account.chart_pipeline"), bars, currency), nil
}

type chartFigure struct {
	label string
	value decimal.Decimal
	url   string
}

// chart draws bars from zero to the largest figure.
func (r *request) chart(title string, figures []chartFigure, currency string) (c chart) {
	sum, most := decimal.Zero, chartFigure{}
	for _, f := range figures {
		sum = sum.Add(f.value)
		if most.label == "" || f.value.GreaterThan(most.value) {
			most = f
		}
	}
	money := func(v decimal.Decimal) string { return r.words().Money(v, crm.Currency(currency)) }
	for _, f := range figures {
		width := 0
		if most.value.IsPositive() && f.value.IsPositive() {
			width = int(f.value.Mul(decimal.NewFromInt(100)).Div(most.value).Round(0).IntPart())
		}
		c.Bars = append(c.Bars, chartBar{f.label, money(f.value), f.url, width})
	}
	if len(figures) > 0 {
		c.Says = r.say("account.chart_says", "What", title, "Sum", money(sum), "Top", most.label, "Most", money(most.value))
	}
	return c
}
