package api

import "maps"

// calls describes every route of the API, by method and path. Whoever adds a route adds its description; a test asks for it.
var calls = merged(ownAccountCalls, platformCalls, leadCalls, leadDeskCalls, accountCalls, opportunityCalls, quoteCalls, quoteFlowCalls, orderCalls, contractCalls, invoiceCalls, sdiCalls, groupCalls, numberCalls, mappingCalls, refundCalls, bankCalls, deliveryCalls, projectCalls, earnedCalls, expenseBillCalls, signOffCalls, riskCalls, expenseCalls, timesheetCalls, planCalls, reportCalls, erpCalls, undoCalls, amendmentCalls, creditCalls, careCalls, careTalkCalls, caseMergeCalls, renewalCalls, settingCalls, catalogueCalls, captureCalls, ruleCalls, exceptionCalls, handOffCalls, duplicateCalls, dealCalls, collectionCalls, paymentPlanCalls, debtorLetterCalls, approvalCalls, termsCalls, contractTermsCalls, agendaCalls, messageCalls, documentCalls, desktopCalls, deskMailCalls, savedListCalls)

func merged(tables ...map[string]call) map[string]call {
	all := map[string]call{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

// described gives each route its description.
func described(table []route) []route {
	for i, rt := range table {
		table[i].call = calls[rt.method+" "+rt.path]
		if moduleOf(rt) != "" {
			table[i].call = table[i].call.may(codeModuleOff)
		}
	}
	return table
}

// tags group the calls of the document.
var tags = []struct{ name, text string }{
	{"Leads", "Who may become a customer: capture, qualify, assign, convert."},
	{"Capture", "The ways by which leads come in: forms, webhooks, and what is held as spam."},
	{"Customers", "Companies and the people there."},
	{"Opportunities", "Deals, their stages, products, relations, notes and files."},
	{"Hand-offs", "What departments ask of each other on a deal."},
	{"Documents", "The archive: folders, versions, search, approval."},
	{"Messages", "Messages about records, posts, the feed, and what is made of them."},
	{"Engagements", "Calls, meetings, visits, mails and letters."},
	{"Plan", "Revenue plans, what became of them, and forecasts."},
	{"Reports", "What became of deals, why, and what was done."},
	{"Quotes", "Offers and their versions."},
	{"Orders", "Validation and approval."},
	{"Contracts", "Contracts, projects and what is billed."},
	{"Care", "Customers' cases and their promises."},
	{"Invoices", "Issued invoices, payments, what is overdue."},
	{"Collections", "What is done about customers who owe: reminders, calls, promises, disputes, pauses."},
	{"Payments", "Statements of the bank, payments over several invoices, money on account, registers."},
	{"Catalogue", "Products with what they consist of and require, price books, exchange rates."},
	{"Rules", "The rules in force, their versions, drafts and trials."},
	{"Settings", "The working calendar, what cases are promised, taxes."},
	{"Processes", "Where each durable process stands."},
	{"People", "Who may do what."},
	{"Search", "Anything, by whatever is known of it."},
	{"Service", "Health and this document."},
}

var (
	noQuery          = "A parameter that a call does not know is refused, never left out."
	bodyRule         = "A member that a body does not know is refused with the nearest known name. All mistakes are told at once."
	onceByKey        = "The same Idempotency-Key of the same person at the same address is the same request: it happens once, and sent again with the same content it gets the same answer. With other content it is a clash, `idempotency_clash`. A request that was refused leaves its key free."
	commandAnswer    = "The answer may be 202 `accepted` when the outcome is not known yet: sending it again with the same Idempotency-Key is safe."
	describedAnswers = "A list is given page by page: `next_cursor` is what `cursor` must hold for the next page."
)

var platformCalls = map[string]call{
	"GET /healthz": {tag: "Service", summary: "Tell that the process lives", answers: map[int]any{200: statusView{}}},
	"GET /readyz":  {tag: "Service", summary: "Tell whether requests can be served", answers: map[int]any{200: statusView{}}},
	"GET /openapi.json": call{tag: "Service", summary: "This document", answers: map[int]any{200: schema{}, 304: nil}}.
		header("ETag", "200", "304"),
	"GET /api/v1/search": call{
		tag: "Search", summary: "Look for records of all kinds", answers: map[int]any{200: foundList{}},
		query: []parameter{{"q", "A name, a number, a VAT number, an e-mail address or an amount; accents, case and typing slips do not matter.", schema{"type": "string", "maxLength": 100}}},
	}.says("S092", "Only what the caller may see, at most six of each kind; `url` is the record's page."),
	"GET /api/v1/me":    reading("People", "Who you are and what you may do", meView{}).plain(),
	"GET /api/v1/users": reading("People", "List all people", userList{}).plain(),
	"POST /api/v1/users/:id/disable": removing("People", "Shut a person out", "own_account").
		unversioned().says("S7", "His keys and sessions end at once. Nobody shuts himself out."),
	"POST /api/v1/users/:id/enable": removing("People", "Let a person in again", "own_account").unversioned(),
	"GET /api/v1/process/:id": reading("Processes", "Where a process stands and what happened in it", processRecord{}).plain().
		says("N1, N3", "The id is `<kind>-<id of the record>`; kinds are lead, opportunity, contract and collection (of the account)."),
	"POST /api/v1/test/clock": call{tag: "Service", summary: "Move business time forward (development and tests only)", body: clockBody{}, answers: map[int]any{200: clockView{}}}.
		like(`{"advance":"P30D"}`),
}

// unversioned says that If-Match is not read.
func (c call) unversioned() call {
	c.match = false
	return c
}
