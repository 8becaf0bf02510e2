package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

var deliveryCalls = map[string]call{
	"PATCH /api/v1/contracts/:id": patching("Contracts", "Change a contract's end and notice", contractBody{}, crm.Contract{}).may("contract_closed", "contract_amended").
		says("S088", "Its renewal begins so many days before the end; one that has begun stays."),
	"PATCH /api/v1/contracts/:id/tranches/:entry": patching("Contracts", "Note what another system says about a tranche", trancheBody{}, crm.Tranche{}).
		may("contract_closed", "already_invoiced", "tranche_not_billable").says("S061, S062", "If-Match is the version of the tranche."),
	"GET /api/v1/dishonoured": call{tag: "Invoices", summary: "List tranches whose payment was dishonoured", answers: map[int]any{200: page[store.DishonouredTranche]{}}}.
		says("S062", ""),
	"POST /api/v1/users/:id/cost-rate": call{tag: "People", summary: "Set what an hour of a person costs", body: costRateBody{}, answers: map[int]any{204: nil}}.
		says("S082", "It holds for time that is entered from now on.").like(`{"rate":"45.00"}`),

	"GET /api/v1/contracts/:id/project": reading("Contracts", "Read a project's profit and loss", projectRecord{}).plain().header("ETag", "200").
		says("S082, S083", "Whose hours cost what is told to those who manage projects or money only."),
	"PATCH /api/v1/contracts/:id/project": patching("Contracts", "Change a project", projectBody{}, crm.Project{}).may("project_closed").says("S082", ""),
	"POST /api/v1/contracts/:id/project/times": creating("Contracts", "Enter time on a project", timeBody{}, crm.TimeEntry{}).may("project_closed").matching().
		says("S082", "Entries never change; a correction takes one back.").like(`{"hours":"1.50","rate":"45.00","note":"On site"}`),
	"POST /api/v1/contracts/:id/project/times/:entry/correction": creating("Contracts", "Take time back", correctionBody{}, crm.TimeEntry{}).bodiless().matching().
		may("project_closed", "already_corrected", "counter_entry").says("S082", "By a counter-entry, once."),
	"POST /api/v1/contracts/:id/project/costs": creating("Contracts", "Enter a cost or a purchase", costBody{}, crm.CostEntry{}).may("project_closed", codeModuleOff).matching().
		says("S082, S083", "").like(`{"kind":"material","amount":"120.00","text":"Pipes"}`),
	"POST /api/v1/contracts/:id/project/costs/:entry/correction": creating("Contracts", "Take a cost back", correctionBody{}, crm.CostEntry{}).bodiless().matching().
		may("project_closed", "already_corrected", "counter_entry", "cost_not_actual").says("S083", "By a counter-entry, once."),
	"POST /api/v1/contracts/:id/project/costs/:entry/approve": purchase("Approve a purchase").may("self_approval"),
	"POST /api/v1/contracts/:id/project/costs/:entry/refuse":  purchase("Refuse a purchase"),
	"POST /api/v1/contracts/:id/project/costs/:entry/receive": purchase("Take the supplier's invoice of a purchase"),
	"POST /api/v1/contracts/:id/project/costs/:entry/cancel":  purchase("Cancel a purchase"),
	"POST /api/v1/contracts/:id/project/milestones": creating("Contracts", "Plan a milestone", milestoneBody{}, crm.Milestone{}).may("project_closed").matching().
		says("S084", "The contract's process reminds of it on the morning after its date.").like(`{"name":"Pump delivered","due_date":"2027-03-31"}`),
	"PATCH /api/v1/contracts/:id/project/milestones/:entry": patching("Contracts", "Move or reach a milestone", milestonePatch{}, crm.Milestone{}).may("project_closed", "milestone_signed").
		says("S084", "If-Match is the version of the milestone."),
	"POST /api/v1/contracts/:id/project/actions": creating("Contracts", "Note a corrective action", actionBody{}, crm.Action{}).may("project_closed").matching().says("S084", "").like(`{"text":"Ask for a second fitter"}`),

	"GET /api/v1/opportunities/:id/negotiation": partList[store.BidRow]("List the offers and counter-offers of a deal").
		says("S076", "Sent quotes and the customer's refusals are in it."),
	"POST /api/v1/opportunities/:id/negotiation": creating("Opportunities", "Note an offer or a counter-offer", bidBody{}, crm.Bid{}).may("opportunity_closed").matching().
		says("S076", "").like(`{"side":"counter","amount":"18000.00","terms":"60 days"}`),
	"GET /api/v1/quotes/:id/diff/:other": reading("Quotes", "Compare two quotes of a deal", quoteDiffRecord{}).plain().
		says("S076", "The older one comes first; the steps of the bridge lead from its net to the other's."),
}

// purchase describes what happens to a purchase of a project.
func purchase(summary string) call {
	return call{
		tag: "Contracts", summary: summary, body: costMoveBody{}, match: true, optional: true, answers: map[int]any{200: crm.CostEntry{}},
		refuses: []code{codeConflict, "project_closed", "transition_not_allowed", "cost_of_order"},
	}.header("ETag", "200").says("S082", "If-Match is the version of the entry.")
}

var careCalls = map[string]call{
	"GET /api/v1/cases": listing("Care", "List cases", store.Cases).says("S086", ""),
	"POST /api/v1/cases": creating("Care", "Open a case", caseBody{}, crm.Case{}).located("201").header("ETag", "201").
		says("S086", "Its promises run in the company's working time.").like(`{"account_id":"{accounts}","subject":"The pump is loud"}`),
	"GET /api/v1/cases/:id": reading("Care", "Read a case", crm.Case{}).says("S086", ""),
	"POST /api/v1/cases/:id/take": commanding("Care", "Take a case, or give it to somebody", crm.CaseTakeFields{}, "case_closed", "transition_not_allowed").bodiless().
		says("S086", ""),
	"POST /api/v1/cases/:id/answer": commanding("Care", "Answer the customer", caseTextBody{}, "case_closed").says("S086", "The first answer keeps the first promise."),
	"POST /api/v1/cases/:id/wait":   commanding("Care", "Wait for the customer", caseTextBody{}, "case_closed", "transition_not_allowed").says("S086", "The solution's clock stands still; the text says why."),
	"POST /api/v1/cases/:id/resume": commanding("Care", "Go on after waiting", caseNoteBody{}, "transition_not_allowed").bodiless().says("S086", ""),
	"POST /api/v1/cases/:id/solve":  commanding("Care", "Solve a case", caseTextBody{}, "case_closed", "transition_not_allowed").says("S086", "It closes by itself after five working days."),
	"POST /api/v1/cases/:id/reopen": commanding("Care", "Reopen a solved case", caseTextBody{}, "case_closed", "transition_not_allowed").says("S086", ""),
	"POST /api/v1/cases/:id/close":  commanding("Care", "Close a solved case", caseNoteBody{}, "case_closed", "transition_not_allowed").bodiless().says("S086", ""),
	"POST /api/v1/cases/:id/lead":   commanding("Care", "Begin a new sale from a case", crm.CaseLeadFields{}, "case_closed").bodiless().says("S086, S088", "A case has one lead."),
}
