package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// earnedRecord is what the work of a project has earned and nobody was billed.
type earnedRecord struct {
	crm.Earned
	Tasks    []store.EarnedTask
	Times    []earnedTimeView
	Earnings []store.EarningRow
}

// earnedTimeView is an entry with what the customer pays for it; what it costs the house is no matter of that.
type earnedTimeView struct {
	ID      crm.ID
	UserID  crm.ID
	Person  string
	PhaseID crm.ID
	Phase   string
	OnDate  crm.Date
	Hours   decimal.Decimal
	Note    string
	Price   decimal.Decimal
	Earned  decimal.Decimal
}

// billEarnedBody says up to which day, and what was shown.
type billEarnedBody struct {
	UpTo crm.Date    `json:"up_to" doc:"text=Up to which hours are billed; without it, today."`
	Net  decimalText `json:"net" doc:"text=As it was shown, without tax: refused where something else is earned by now."`
}

// unbillBody names a billing.
type unbillBody struct {
	EarningID crm.ID `json:"earning_id" doc:"required"`
}

// hourPricesBody are the prices of hours that are not the project's, all of them.
type hourPricesBody struct {
	Prices []hourPriceBody `json:"prices" doc:"required;most=500"`
}

// hourPriceBody is the price of an hour of a person, in a phase, or of a person in a phase.
type hourPriceBody struct {
	UserID  crm.ID      `json:"user_id" doc:"text=This, phase_id, or both."`
	PhaseID crm.ID      `json:"phase_id"`
	Price   decimalText `json:"price" doc:"required;text=Without tax, in the contract's currency."`
}

// earnedRoutes is the table of billing what a project has earned (S060, S084).
func earnedRoutes() []route {
	const project = "/api/v1/contracts/:id/project"
	return []route{
		{method: post, path: project + "/bill", need: crm.MayWriteProject, do: onContract(crm.ProjectBill, readBillEarned)},
		{method: post, path: project + "/unbill", need: crm.MayWriteProject, do: onContract(crm.ProjectUnbill, readUnbill)},
		{method: put, path: project + "/hour-prices", need: crm.MayWriteProject, do: onProject(putHourPrices)},
	}
}

// earnedLists are those that take a query, and the pages.
func earnedLists() []route {
	const at = "/contracts/:id"
	return []route{
		{method: get, path: "/api/v1/contracts/:id/project/earned", need: crm.MayReadPNL, do: getEarned},
		{method: get, path: at + "/earned", need: crm.MayReadPNL, do: pageEarned, page: true},
		{method: post, path: at + "/bill", need: crm.MayWriteProject, do: formBillEarned, page: true},
		{method: post, path: at + "/earnings/:item/back", need: crm.MayWriteProject, do: formUnbill, page: true},
		{method: post, path: at + "/billing-way", need: crm.MayWriteProject, do: formBillingWay, page: true},
		{method: post, path: at + "/hour-prices", need: crm.MayWriteProject, do: formHourPrice, page: true},
	}
}

var earnedCalls = map[string]call{
	"GET /api/v1/contracts/:id/project/earned": call{
		tag: "Contracts", summary: "Read what the work of a project has earned", answers: map[int]any{200: earnedRecord{}}, refuses: []code{codeParameter},
		query: []parameter{{"up_to", "Day up to which hours count; without it, today.", schema{"type": "string", "format": "date"}}},
	}.says("S060, S084", "`net` is what may be billed now: what is earned, as far as the customer signed it where he has to, less what was billed, advances with it, and never more than is left of the contract. `why` says why nothing may."),
	"POST /api/v1/contracts/:id/project/bill": commanding("Contracts", "Bill what the work of a project has earned", billEarnedBody{}, "project_closed", "contract_closed", "billed_by_plan", "nothing_earned", "progress_not_signed", "earned_billed", "contract_billed", "earned_changed").
		bodiless().money().says("S060, S084", "As much of the tranches as it comes to may be billed, the rest stays as planned; the hours are billed once and cannot be taken back before the billing is."),
	"POST /api/v1/contracts/:id/project/unbill": commanding("Contracts", "Take a billing of what was earned back", unbillBody{}, "project_closed", "contract_closed", "already_invoiced").
		says("S060, S084", "Before it is invoiced; of an invoice, a credit note that lets bill again does so.").like(`{"earning_id":"018f0000-0000-7000-8000-000000000009"}`),
	"PUT /api/v1/contracts/:id/project/hour-prices": call{tag: "Contracts", summary: "Set what the customer pays for hours of single people and phases", body: hourPricesBody{}, answers: map[int]any{200: page[store.HourPriceRow]{}}}.
		may("project_closed", codeConflict).matching().says("S060", "That of a person in a phase holds before the person's, that before the phase's, that before the project's `hour_price`.").like(`{"prices":[]}`),
}

func readBillEarned(r *request, f *crm.BillEarnedFields) error {
	if err := r.keyRequired(); err != nil {
		return err
	}
	var b billEarnedBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	f.UpTo, f.Net = b.UpTo, string(b.Net)
	if b.Net != "" {
		c.amount("/net", b.Net, string(crm.EUR))
	}
	return c.err()
}

func readUnbill(r *request, f *crm.UnbillFields) error {
	var b unbillBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.EarningID == "" {
		c.fail("/earning_id", "required", nil)
	}
	c.id("/earning_id", &b.EarningID)
	f.EarningID = b.EarningID
	return c.err()
}

// earnedUpTo is the day of the query, else today.
func (r *request) earnedUpTo() (crm.Date, error) {
	if text := r.gin.Query("up_to"); text != "" {
		return crm.ParseDate(text)
	}
	return r.today()
}

func getEarned(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	upTo, err := r.earnedUpTo()
	if err != nil {
		return refusal(codeParameter, invalid("up_to", "invalid_date", nil))
	}
	v, err := r.store.Earned(r.ctx(), c, upTo)
	if err != nil {
		return err
	}
	times := make([]earnedTimeView, len(v.Times))
	for i, t := range v.Times {
		times[i] = earnedTimeView{t.ID, t.UserID, t.Person, t.PhaseID, t.Phase, t.OnDate, t.Hours, t.Note, t.Price, t.Earned}
	}
	return r.JSON(http.StatusOK, r.view(earnedRecord{v.Earned, v.Tasks, times, v.Earnings}))
}

func putHourPrices(r *request, c crm.Contract, t store.Target) error {
	var b hourPricesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	if b.Prices == nil {
		k.fail("/prices", "required", nil)
	}
	prices := make([]crm.HourPrice, len(b.Prices))
	for i, p := range b.Prices {
		at := "/prices/" + strconv.Itoa(i)
		k.id(at+"/user_id", &p.UserID)
		k.id(at+"/phase_id", &p.PhaseID)
		prices[i] = crm.HourPrice{UserID: p.UserID, PhaseID: p.PhaseID, Price: k.amountRequired(at+"/price", p.Price, c.Currency)}
	}
	if err := k.err(); err != nil {
		return err
	}
	if err := r.store.SetHourPrices(r.ctx(), t, prices); err != nil {
		return err
	}
	v, err := r.store.Earned(r.ctx(), c, crm.Date{})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.HourPriceRow]{Data: v.Prices}))
}
