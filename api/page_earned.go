package api

import (
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// earnedPage is what the work of a project has earned: from what it follows, what of it may be billed, and what was (S060, S084).
type earnedPage struct {
	projectHead
	store.EarnedView
	Form     form
	Today    crm.Date
	Open     bool // something may still be billed
	MayWork  bool
	MayIssue bool
	Why      string // why nothing may be billed now
	Ways     []option
	People   []option
	Phases   []option
	Hours    decimal.Decimal // that are not billed
	Once     string
	Rebill   rebillPart
}

func pageEarned(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showEarned(r, id, form{})
}

func showEarned(r *request, id crm.ID, f form) error {
	c, err := store.Contracts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadPNL), id)
	if err != nil {
		return err
	}
	p := earnedPage{Form: f, Once: uuid.NewString()}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	upTo, err := r.earnedUpTo()
	if err != nil || upTo.After(p.Today) {
		upTo = p.Today
	}
	if day, err := crm.ParseDate(f.Value("up_to")); err == nil && !day.IsZero() && !day.After(p.Today) {
		upTo = day
	}
	if p.EarnedView, err = r.store.Earned(r.ctx(), c, upTo); err != nil {
		return err
	}
	p.projectHead = r.projectHead(c, p.Project, "earned")
	p.Open = c.State == crm.ContractActive && p.Project.State == "open"
	p.MayWork, p.MayIssue = p.Open && r.Can(crm.MayWriteProject), r.Can(crm.MayIssueInvoice) && c.State == crm.ContractActive
	if !p.Open {
		p.Why = r.say("earned.over")
	} else if p.EarnedView.Why != "" && p.Way.ByWork() {
		p.Why = r.codeText(p.EarnedView.Why, p.figures())
	}
	for _, t := range p.Times {
		p.Hours = p.Hours.Add(t.Hours)
	}
	people, err := r.store.CostRates(r.ctx())
	if err != nil {
		return err
	}
	p.People = []option{{"", r.say("earned.anybody")}}
	for _, u := range people {
		p.People = append(p.People, option{string(u.ID), u.Name})
	}
	if p.Phases, err = r.phaseOptions(c); err != nil {
		return err
	}
	if p.Rebill, err = r.rebillPart(c); err != nil {
		return err
	}
	p.Phases[0].Label, p.Ways = r.say("earned.any_phase"), enumOptions(r, "", "earning_way", crm.EarningWays())
	return r.show(f.Status(), "earned", r.say("earned.of", "Name", p.Project.Name), p)
}

// figures are those of which the reason why nothing is billed speaks.
func (p earnedPage) figures() map[string]string {
	return map[string]string{
		"earned": p.EarnedView.Earned.Earned.StringFixed(2), "billed": p.Billed.StringFixed(2), "signed": p.Project.SignedPercent.String(), "reported": p.Project.ProgressPercent.String(),
	}
}

// Sum is all that is earned.
func (p earnedPage) Sum() decimal.Decimal { return p.EarnedView.Earned.Earned }

// Unsigned is what the customer has not signed of it.
func (p earnedPage) Unsigned() decimal.Decimal { return p.Sum().Sub(p.Signed) }

// earnedCommand carries out a command of a form of the page.
func (r *request) earnedCommand(kind, done string, fields func(*form) any) error {
	return r.shownCommand(kind, showEarned, fields, func(contract crm.ID, _ form) error {
		return r.said(done, "/contracts/"+string(contract)+"/earned")
	})
}

// formBillEarned bills what is earned, as it was shown.
func formBillEarned(r *request) error {
	return r.earnedCommand(crm.ProjectBill, "earned_billed", func(f *form) any {
		return crm.BillEarnedFields{UpTo: r.date(f, "up_to"), Net: r.decimal(f, "net").StringFixed(2)}
	})
}

// formUnbill takes a billing back.
func formUnbill(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return r.earnedCommand(crm.ProjectUnbill, "earned_unbilled", func(*form) any { return crm.UnbillFields{EarningID: item} })
}

// formBillingWay sets by what the work is billed, and what an hour costs the customer.
func formBillingWay(r *request) error {
	return r.projectEdit("saved", "/earned", showEarned, func(f *form, t store.Target) error {
		price := r.rate(f, "hour_price")
		if f.Failed() {
			return nil
		}
		t.Version = f.seen()
		way := crm.EarningWay(known(f.Value("billing"), listOf(crm.EarningWays()...)))
		_, err := r.store.EditProject(r.ctx(), t, func(p *crm.Project) error {
			if p.HourPrice = price; way != "" {
				p.Billing = way
			}
			return nil
		})
		return err
	})
}

// formHourPrice sets the price of a person, of a phase or of both; without a price it is the usual one again.
func formHourPrice(r *request) error {
	return r.projectEdit("saved", "/earned", showEarned, func(f *form, t store.Target) error {
		price := r.rate(f, "price")
		if f.Failed() {
			return nil
		}
		c, err := store.Contracts.Record(r.ctx(), r.store, t.Scope, t.ID)
		if err != nil {
			return err
		}
		v, err := r.store.Earned(r.ctx(), c, crm.Date{})
		if err != nil {
			return err
		}
		one := crm.HourPrice{UserID: optionalID(f.Value("price_user")), PhaseID: optionalID(f.Value("price_phase")), Price: price}
		var prices []crm.HourPrice
		for _, p := range v.Prices {
			prices = append(prices, p.HourPrice)
		}
		prices = slices.DeleteFunc(prices, func(p crm.HourPrice) bool { return p.UserID == one.UserID && p.PhaseID == one.PhaseID })
		n := len(prices)
		if f.Value("price") != "" {
			prices = append(prices, one)
		}
		at := "/prices/" + decimal.NewFromInt(int64(n)).String()
		return atField(r.store.SetHourPrices(r.ctx(), t, prices), at+"/user_id", "/price_user", at+"/phase_id", "/price_phase")
	})
}
