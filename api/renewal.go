package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// renewalRecord is how a contract ends or goes on.
type renewalRecord struct {
	EndDate     crm.Date
	LastNotice  crm.Date
	Renewal     crm.RenewalKind
	Notice      *crm.ContractNotice
	Adjustments []crm.ContractAdjustment
	Renewals    []crm.ContractRenewal
}

func getRenewal(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	h, err := r.store.RenewalsOf(r.ctx(), c)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(renewalRecord{c.EndDate, c.LastNotice(), c.Renewal, h.Notice, h.Adjustments, h.Renewals}))
}

// readNotice reads that a customer gives notice, or takes it back.
func readNotice(r *request, f *crm.NoticeFields) error {
	if err := r.decodeOptional(f); err != nil {
		return err
	}
	var c check
	c.line("/reason", &f.Reason, maxLine)
	return c.err()
}

func readAdjust(r *request, f *crm.AdjustFields) error {
	if err := r.decode(f); err != nil {
		return err
	}
	var c check
	if f.Percent == "" {
		c.fail("/percent", "required", nil)
	}
	c.required("/source", &f.Source, maxName)
	return c.err()
}

// listRenewals lists contracts by the day until which something has to be decided, of the year to come where no days are named.
func listRenewals(r *request) error {
	rows, _, err := r.renewals()
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.RenewalRow]{Data: rows}))
}

// renewalSpan is what the address of a list of renewals asks for.
type renewalSpan struct {
	from, to, today crm.Date
	kind            string
}

// renewals reads the rows that the address asks for.
func (r *request) renewals() (rows []store.RenewalRow, s renewalSpan, err error) {
	if s, err = r.renewalSpan(); err != nil {
		return nil, s, err
	}
	rows, err = r.store.Renewals(r.ctx(), r.Scope(), s.from, s.to, s.today, s.kind)
	return rows, s, err
}

func (r *request) renewalSpan() (s renewalSpan, err error) {
	if s.today, err = r.today(); err != nil {
		return s, err
	}
	q := r.gin.Request.URL.Query()
	for name := range q {
		if name != "from" && name != "to" && name != "kind" {
			return s, wrongParameter(name, "unknown_parameter", params{"allowed": []string{"from", "to", "kind"}})
		}
	}
	s.from, s.to, s.kind = s.today.AddDays(-30), s.today.AddMonths(12), known(q.Get("kind"), listOf(crm.RenewalKinds()...))
	for name, d := range map[string]*crm.Date{"from": &s.from, "to": &s.to} {
		if text := q.Get(name); text != "" {
			if *d, err = crm.ParseDate(text); err != nil {
				return s, wrongParameter(name, "invalid_date", params{"example": "2026-11-21"})
			}
		}
	}
	if s.kind == "" && q.Get("kind") != "" {
		return s, wrongParameter("kind", "invalid_value", params{"allowed": listOf(crm.RenewalKinds()...)})
	}
	if s.to.Before(s.from) {
		return s, wrongParameter("to", "ends_before_it_begins", nil)
	}
	return s, nil
}

// renewalRoutes is the table of how contracts end or go on (S088).
func renewalRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/contracts/:id/renewal", need: crm.MayReadContract, do: getRenewal},
		{method: post, path: "/api/v1/contracts/:id/notice", need: crm.MayWriteContract, do: onContract(crm.RenewalNotice, readNotice)},
		{method: post, path: "/api/v1/contracts/:id/adjustment", need: crm.MayWriteContract, do: onContract(crm.RenewalAdjust, readAdjust)},
	}
}

// renewalPageRoutes are the list, which takes a query, and the pages.
func renewalPageRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/renewals", need: crm.MayReadContract, do: listRenewals},
		{method: get, path: "/renewals", need: crm.MayReadContract, do: pageRenewals, page: true},
		{method: get, path: "/renewals.csv", need: crm.MayReadContract, do: pageRenewalsCSV, page: true},
		{method: get, path: "/contracts/:id/renewal", need: crm.MayReadContract, do: pageRenewal, page: true},
		{method: post, path: "/contracts/:id/notice", need: crm.MayWriteContract, do: formNotice, page: true},
		{method: post, path: "/contracts/:id/adjustment", need: crm.MayWriteContract, do: formAdjust, page: true},
	}
}

var renewalCalls = map[string]call{
	"GET /api/v1/renewals": call{
		tag: "Contracts", summary: "List contracts that end or go on", answers: map[int]any{200: page[store.RenewalRow]{}},
		query: []parameter{{"from", "First day by which something has to be decided; without it, 30 days ago.", schema{"type": "string", "format": "date"}}, {"to", "Last day; without it, a year from now.", schema{"type": "string", "format": "date"}}, {"kind", "What happens at the end.", schema{"type": "string", "enum": listOf(crm.RenewalKinds()...)}}},
	}.says("S088", "By the last day for notice, or the day on which the next deal opens."),
	"GET /api/v1/contracts/:id/renewal": reading("Contracts", "Read how a contract ends or goes on", renewalRecord{}).plain().says("S088", ""),
	"POST /api/v1/contracts/:id/notice": commanding("Contracts", "Record that a customer gives notice, or takes it back", crm.NoticeFields{}, "contract_closed", "notice_late").bodiless().
		says("S088", "A contract under notice does not go on by itself."),
	"POST /api/v1/contracts/:id/adjustment": commanding("Contracts", "Propose what the next period costs more", crm.AdjustFields{}, "contract_closed", "not_automatic").
		says("S088", "The customer is mailed; the last proposal counts when the contract goes on.").like(`{"percent":"2.5","source":"FOI, October"}`),
}
