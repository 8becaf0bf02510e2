package api

import (
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// planRow is a tranche to be, as the order's page shows it.
type planRow struct {
	crm.Tranche
	When string // it may be billed
}

// termsForm is where the terms of a contract to be are chosen.
type termsForm struct {
	Templates []option
	Renewals  []option
	Ways      []option
	SignOffs  []option
}

// orderPlan adds to an order's page how it will be billed, by the chosen terms or the quote's plan, and the form in which terms are chosen.
func (r *request) orderPlan(p *orderPage) error {
	p.Chosen = crm.DefaultTerms()
	plan := crm.PlanOf(p.Plan)
	if len(plan) == 0 {
		plan = crm.PlanOf(crm.DefaultShares())
	}
	if p.Terms != nil {
		if p.Chosen = *p.Terms; len(p.Terms.Plan) > 0 {
			plan = p.Terms.Plan
		}
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	p.From, p.Until = p.Chosen.From(today), p.Chosen.Until(today)
	lines := make([]crm.QuoteLine, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = l.QuoteLine
	}
	totals, err := p.Quote.Pricing().Add(crm.PriceLines(lines), p.Quote.DiscountPercent)
	if err != nil {
		return err
	}
	tranches, _, err := crm.BillPlan(totals, plan, p.From, crm.Currency(p.Currency))
	for i := range tranches {
		p.PlanRows = append(p.PlanRows, planRow{tranches[i], trancheOpens(r.words(), tranches[i], p.Chosen.Billing)})
	}
	if err != nil { // a plan from before that makes a tranche of nothing
		for _, part := range plan {
			p.PlanRows = append(p.PlanRows, planRow{Tranche: crm.Tranche{Kind: part.Kind, Percent: part.Percent}})
		}
	}
	if p.MayTerms = p.State == crm.OrderValidating && r.Can(crm.MayWriteOrder); !p.MayTerms {
		return nil
	}
	templates, err := r.store.TrancheTemplates(r.ctx())
	p.TermsForm = termsForm{Templates: []option{{"", r.say("terms.of_quote")}}, Renewals: enumOptions(r, "", "renewal", crm.RenewalKinds()), Ways: enumOptions(r, "", "earning_way", crm.EarningWays()), SignOffs: enumOptions(r, "", "sign_off_term", crm.SignOffTerms())}
	if p.Terms != nil && p.Terms.Template != "" {
		p.TermsForm.Templates = append(p.TermsForm.Templates, option{keepPlan, r.say("terms.kept", "Name", p.Terms.Template)})
	}
	for _, t := range templates.Templates {
		p.TermsForm.Templates = append(p.TermsForm.Templates, option{string(t.ID), t.Name})
	}
	return err
}

// keepPlan is the choice that leaves an order's plan as it was copied.
const keepPlan = "keep"

// Keeps is the template that the form begins with.
func (p orderPage) Keeps() string {
	if p.Terms != nil && p.Terms.Template != "" {
		return keepPlan
	}
	return ""
}

// formOrderTerms chooses the terms of the contract, before the order is validated (S060).
func formOrderTerms(r *request) error {
	return orderEdit(r, func(f *form, o crm.Order) store.OrderChange {
		if f.Value("drop") == "true" {
			return store.OrderChange{Drop: true}
		}
		t := crm.DefaultTerms()
		t.StartDate, t.Renewal = r.date(f, "start_date"), crm.RenewalKind(f.Value("renewal"))
		t.Months, t.NoticeDays = r.whole(f, "months", 1, crm.MaxMonths), r.whole(f, "notice_days", 0, crm.MaxNotice)
		if t.Renewal == crm.RenewalAutomatic {
			t.RenewalMonths = r.whole(f, "renewal_months", 1, crm.MaxMonths)
		}
		t.Text, t.PaymentTerms = f.Value("terms_text"), f.Value("payment_terms")
		t.Billing, t.SignOff, t.HourPrice = crm.EarningWay(f.Value("billing")), crm.SignOffTerm(f.Value("sign_off")), r.rate(f, "hour_price")
		ch := store.OrderChange{Terms: &t}
		if choice := f.Value("template"); choice != keepPlan {
			ch.Template = optionalID(choice)
		} else if o.Terms != nil {
			t.Template, t.Plan = o.Terms.Template, o.Terms.Plan
		}
		return ch
	})
}

// formOrderTicks notes what a person vouches for on an order's checklist, without validating it yet (S078).
func formOrderTicks(r *request) error {
	return orderEdit(r, func(f *form, o crm.Order) store.OrderChange {
		return store.OrderChange{Ticks: ticksOf(*f)}
	})
}

// ticksOf reads the boxes of a checklist: a box without its tick is not sent, so the form names all that it shows.
func ticksOf(f form) map[string]bool {
	out := map[string]bool{}
	for _, key := range strings.Fields(f.Value("ticks")) {
		out[key] = f.Value("fill."+crm.TickedField+"."+key) == "true"
	}
	return out
}

// orderEdit carries a plain edit of an order out and shows its page again.
func orderEdit(r *request, read func(*form, crm.Order) store.OrderChange) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	o, err := r.readOrder(id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	ch := read(&f, o.Order)
	if !f.Failed() {
		t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: f.seen()}
		_, err := r.store.EditOrder(r.ctx(), t, ch)
		if err = r.judge(&f, belowTerms(err)); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showOrder(r, id, f, nil)
	}
	return r.said("saved", "/orders/"+string(id))
}

// belowTerms puts what is wrong with terms at the fields of their form.
func belowTerms(err error) error {
	for from, to := range map[string]string{"months": "months", "renewal": "renewal", "renewal_months": "renewal_months", "notice_days": "notice_days", "plan": "template", "template": "template", "billing": "billing", "hour_price": "hour_price", "sign_off": "sign_off", "payment_terms": "payment_terms"} {
		err = renamed(err, "terms/"+from, to)
	}
	return err
}

// ticked marks what a person ticked off on a checklist with who did and when, and gives who validates the boxes.
func (r *request) ticked(g *gateView, o orderPage) {
	if g == nil {
		return
	}
	var keys []string
	for i := range g.Clauses {
		c := &g.Clauses[i]
		if c.Tick == "" {
			continue
		}
		c.Now, c.Link, c.LinkText = "", "", ""
		at := slices.IndexFunc(o.Ticks, func(t crm.Tick) bool { return t.Key == c.Tick })
		if at >= 0 {
			c.Now = r.say("order.ticked_by", "By", r.personName(string(o.Ticks[at].By)), "At", r.words().Time(o.Ticks[at].At, r.srv.screens().zone()))
		}
		if !o.MayValidate {
			continue
		}
		name := "fill." + crm.TickedField + "." + c.Tick
		c.Fixers, c.Input = "", &fillInput{ID: fieldID(name), Name: name, Type: "tick"}
		if v, typed := o.Form.values[name]; typed && v == "true" || !o.Form.Sent("ticks") && at >= 0 {
			c.Input.Value = "true"
		}
		keys = append(keys, c.Tick)
	}
	if len(keys) > 0 {
		g.Ticks, g.CanFill = strings.Join(keys, " "), true
		g.Hidden = append(g.Hidden, hidden{"ticks", g.Ticks})
	}
}
