package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// orderBody is what may change on an order before it is validated.
type orderBody struct {
	Ticks map[string]bool `json:"ticks" doc:"text=Items of the checklist that a person vouches for, by their keys; false takes one back. Rules ask for them as \"papers\" in order.ticked."`
	Terms opt[*termsBody] `json:"terms" doc:"text=Of the contract; null: those of the quote, for a year."`
}

// termsBody are the terms of a contract to be. What is left out is as it would be without any.
type termsBody struct {
	TemplateID    crm.ID          `json:"template_id" doc:"text=The billing plan to take; it is copied."`
	Plan          []planPartBody  `json:"plan" doc:"most=60;text=A billing plan of its own instead; without either the quote's."`
	StartDate     crm.Date        `json:"start_date" doc:"text=Empty: the day on which the contract is made."`
	Months        *int            `json:"months" doc:"min=1;top=240"`
	Renewal       crm.RenewalKind `json:"renewal"`
	RenewalMonths *int            `json:"renewal_months" doc:"min=1;top=240;text=For how long it goes on by itself."`
	NoticeDays    *int            `json:"notice_days" doc:"min=0;top=3650"`
	PaymentTerms  string          `json:"payment_terms" doc:"max=100;text=Until when its invoices are paid, in parts: 30/60/90, 30% 0, 70% 60 eom+10. Empty: as the customer has it, else so many days."`
	Text          string          `json:"text" doc:"max=20000;text=Clauses beside what the quote says."`

	Billing   crm.EarningWay  `json:"billing" doc:"enum=earning_way;text=By what the work of its project is billed; empty: as the plan says."`
	HourPrice decimalText     `json:"hour_price" doc:"text=What the customer pays for an hour, without tax, where no other price is agreed."`
	SignOff   crm.SignOffTerm `json:"sign_off" doc:"enum=sign_off_term;text=What of the delivery the customer accepts before it is billed."`
}

// planPartBody is a part of a billing plan; the percentages add up to 100.
type planPartBody struct {
	Kind      crm.TrancheKind `json:"kind" doc:"required"`
	Percent   decimalText     `json:"percent" doc:"required"`
	OpensAt   decimalText     `json:"opens_at_percent" doc:"text=Progress of the project from which it may be billed; empty: as its kind has it."`
	Milestone string          `json:"milestone" doc:"max=200;text=Of the project, which has to be reached instead."`
	Every     crm.Interval    `json:"every"`
	Periods   int             `json:"periods" doc:"min=0;top=60"`
}

func (b planPartBody) part(c *check, at string) crm.PlanPart {
	p := crm.PlanPart{Kind: b.Kind, Every: b.Every, Periods: b.Periods, Milestone: b.Milestone}
	c.line(at+"/milestone", &p.Milestone, maxName)
	if b.Percent == "" {
		c.fail(at+"/percent", "required", nil)
	} else {
		p.Percent = c.share(at+"/percent", b.Percent)
	}
	if b.OpensAt != "" {
		p.OpensAt = c.percent(at+"/opens_at_percent", b.OpensAt)
	}
	return p
}

// share reads a percentage with up to four decimals.
func (c *check) share(pointer string, text decimalText) decimal.Decimal {
	d, err := crm.ParsePercent(string(text))
	c.add(pointer, err)
	return d
}

func planOf(c *check, at string, body []planPartBody) (plan []crm.PlanPart) {
	for i, p := range body {
		plan = append(plan, p.part(c, at+"/"+strconv.Itoa(i)))
	}
	return plan
}

func (b termsBody) terms(c *check) crm.Terms {
	t := crm.DefaultTerms()
	t.StartDate, t.Text, t.PaymentTerms, t.Plan = b.StartDate, b.Text, b.PaymentTerms, planOf(c, "/terms/plan", b.Plan)
	t.Billing, t.SignOff = b.Billing, b.SignOff
	c.oneOf("/terms/billing", string(b.Billing), listOf(crm.EarningWays()...)...)
	c.oneOf("/terms/sign_off", string(b.SignOff), listOf(crm.SignOffTerms()...)...)
	if b.HourPrice != "" {
		t.HourPrice = c.amount("/terms/hour_price", b.HourPrice, string(crm.EUR))
	}
	c.id("/terms/template_id", &b.TemplateID)
	c.lines("/terms/text", &t.Text, crm.MaxTermsText)
	for _, n := range []struct {
		from *int
		to   *int
	}{{b.Months, &t.Months}, {b.RenewalMonths, &t.RenewalMonths}, {b.NoticeDays, &t.NoticeDays}} {
		if n.from != nil {
			*n.to = *n.from
		}
	}
	if b.Renewal != "" {
		t.Renewal = b.Renewal
	}
	return t
}

// patchOrder changes what was ticked off on an order's checklist and the terms of its contract, before it is validated (S060, S078).
func patchOrder(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b orderBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var c check
	ch := store.OrderChange{Ticks: b.Ticks}
	if len(b.Ticks) > 0 && !r.Can(crm.MayValidateOrder) {
		return refusal(codeForbidden)
	}
	switch {
	case b.Terms.Set && b.Terms.Value == nil:
		ch.Drop = true
	case b.Terms.Set:
		terms := b.Terms.Value.terms(&c)
		ch.Terms, ch.Template = &terms, b.Terms.Value.TemplateID
	}
	if err := c.err(); err != nil {
		return err
	}
	o, err := r.store.EditOrder(r.ctx(), t, ch)
	if err != nil {
		return err
	}
	return r.record(o, o.Version)
}

// templatesBody are the billing plans that orders may take, as a whole.
type templatesBody struct {
	Templates []templateBody `json:"templates" doc:"required;most=100"`
}

type templateBody struct {
	ID   crm.ID         `json:"id" doc:"text=Of one that is there already."`
	Name string         `json:"name" doc:"required;max=200"`
	Plan []planPartBody `json:"plan" doc:"required;most=60"`
}

// templatesRecord are the billing plans that orders may take.
type templatesRecord struct {
	Templates []crm.TrancheTemplate
	Version   int
}

func getTemplates(r *request) error {
	t, err := r.store.TrancheTemplates(r.ctx())
	if err != nil {
		return err
	}
	return r.record(templatesRecord(t), t.Version)
}

// putTemplates changes them for orders from now on.
func putTemplates(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b templatesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Templates == nil {
		c.fail("/templates", "required", nil)
	}
	next := []crm.TrancheTemplate{}
	for i, tb := range b.Templates {
		at := "/templates/" + strconv.Itoa(i)
		c.id(at+"/id", &tb.ID)
		c.required(at+"/name", &tb.Name, maxName)
		if tb.ID == "" {
			tb.ID = store.NewID()
		}
		next = append(next, crm.TrancheTemplate{ID: tb.ID, Name: tb.Name, Plan: planOf(&c, at+"/plan", tb.Plan)})
	}
	if err := c.err(); err != nil {
		return err
	}
	out, err := r.store.EditTrancheTemplates(r.ctx(), t, func(now *[]crm.TrancheTemplate) error {
		*now = next
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(templatesRecord(out), out.Version)
}

// termsRoutes is the table of what is chosen for a contract before there is one.
func termsRoutes() []route {
	return []route{
		{method: patch, path: "/api/v1/orders/:id", need: crm.MayWriteOrder, do: patchOrder},
		{method: get, path: "/api/v1/tranche-templates", need: crm.MayReadOrder, do: getTemplates},
		{method: put, path: "/api/v1/tranche-templates", need: crm.MayWriteSettings, do: putTemplates},
		{method: post, path: "/orders/:id/terms", need: crm.MayWriteOrder, do: formOrderTerms, page: true},
		{method: post, path: "/orders/:id/ticks", need: crm.MayValidateOrder, do: formOrderTicks, page: true},
		{method: get, path: "/settings/tranches", need: crm.MayReadSettings, do: pagePlanTemplates, page: true},
		{method: post, path: "/settings/tranches", need: crm.MayWriteSettings, do: formPlanTemplates, page: true},
	}
}

var termsCalls = map[string]call{
	"PATCH /api/v1/orders/:id": patching("Orders", "Tick items of the checklist off, and choose the terms of the contract", orderBody{}, crm.Order{}).may("order_not_validating").
		says("S060, S078", "Until the order is validated. Who ticked what and when is kept."),
	"GET /api/v1/tranche-templates": reading("Settings", "List the billing plans that orders may take", templatesRecord{}).says("S060", ""),
	"PUT /api/v1/tranche-templates": replacing("Settings", "Change the billing plans that orders may take", templatesBody{}, templatesRecord{}).
		says("S060", "An order keeps the plan that was chosen for it.").like(`{"templates":[{"name":"Monthly","plan":[{"kind":"period","percent":"100","every":"month","periods":12}]}]}`),
}
