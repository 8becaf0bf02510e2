package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// careRoutes is the table of what customers and care say to each other, and of how care is reached (S086).
func careRoutes() []route {
	return []route{
		{method: patch, path: "/api/v1/cases/:id", need: crm.MayWriteCase, do: patchCase},
		{method: get, path: "/api/v1/cases/:id/messages", need: crm.MayReadCase, do: getCaseMessages},
		{method: post, path: "/api/v1/cases/:id/messages", need: crm.MayOpenCase, do: sayOnCase(heardOnCase)},
		{method: post, path: "/api/v1/cases/:id/notes", need: crm.MayOpenCase, do: sayOnCase(notedOnCase)},
		{method: get, path: "/api/v1/cases/:id/files/:entry", need: crm.MayReadCase, do: getCaseFile},
		{method: post, path: "/api/v1/cases/:id/deal", need: crm.MayWriteCase, do: onCase(crm.CareDeal, readCaseLead)},
		{method: post, path: "/api/v1/cases/:id/merge", need: crm.MayWriteCase, do: postCaseMerge},
		{method: post, path: "/api/v1/cases/:id/unmerge", need: crm.MayWriteCase, do: postCaseUnmerge},
		{method: get, path: "/api/v1/care/plans", need: crm.MayReadSettings, do: getServicePlans},
		{method: put, path: "/api/v1/care/plans", need: crm.MayWriteSettings, do: putServicePlans},
		{method: get, path: "/api/v1/contracts/:id/closing", need: crm.MayReadContract, do: getClosing},
		{method: post, path: "/api/v1/contracts/:id/closing", need: crm.MayWriteContract, do: postClosing},
		{method: get, path: "/api/v1/closing-items", need: crm.MayReadSettings, do: getClosingItems},
		{method: put, path: "/api/v1/closing-items", need: crm.MayWriteSettings, do: putClosingItems},
		{method: get, path: "/api/v1/care/requests", need: crm.MayWriteCase, do: getCareRequests},
		{method: post, path: "/api/v1/care/requests", need: crm.MayOpenCase, do: postCareRequest},
		{method: post, path: "/api/v1/care/requests/:id/place", need: crm.MayWriteCase, do: postPlaceRequest},
		{method: post, path: "/api/v1/care/requests/:id/drop", need: crm.MayWriteCase, do: postDropRequest},
		{method: get, path: "/api/v1/care/setting", need: crm.MayReadSettings, do: getCareSetting},
		{method: put, path: "/api/v1/care/setting", need: crm.MayWriteSettings, do: putCareSetting},
	}
}

// carePageRoutes are the pages of it; those under /c and /help are the customer's.
func carePageRoutes() []route {
	return []route{
		{method: post, path: "/cases/take", need: crm.MayWriteCase, do: formCasesTake, page: true},
		{method: post, path: "/cases/:id/edit", need: crm.MayWriteCase, do: formCaseEdit, page: true},
		{method: post, path: "/cases/:id/merge", need: crm.MayWriteCase, do: formCaseMerge, page: true},
		{method: post, path: "/cases/:id/unmerge", need: crm.MayWriteCase, do: formCaseUnmerge, page: true},
		{method: post, path: "/cases/:id/task", need: crm.MayReadCase, do: formCaseTask, page: true},
		{method: get, path: "/settings/plans", need: crm.MayReadSettings, do: pageServicePlans, page: true},
		{method: post, path: "/settings/plans", need: crm.MayWriteSettings, do: formPlans, page: true},
		{method: get, path: "/reports/care", need: crm.MayReadCase, do: pageCareFigures, page: true},
		{method: get, path: "/care/report", need: crm.MayReadCase, do: pageCareReport, page: true},
		{method: get, path: "/care/report.csv", need: crm.MayReadCase, do: pageCareReportCSV, page: true},
		{method: post, path: "/cases/:id/notes", need: crm.MayOpenCase, do: formCaseNote, page: true, limit: uploadLimit},
		{method: post, path: "/cases/:id/heard", need: crm.MayOpenCase, do: formCaseHeard, page: true, limit: uploadLimit},
		{method: get, path: "/cases/:id/files/:entry", need: crm.MayReadCase, do: getCaseFile, page: true},
		{method: get, path: "/care/requests", need: crm.MayWriteCase, do: pageCareRequests, page: true},
		{method: post, path: "/care/requests/:id", need: crm.MayWriteCase, do: formCareRequest, page: true},
		{method: get, path: "/settings/care", need: crm.MayReadSettings, do: pageCareSetting, page: true},
		{method: post, path: "/settings/care", need: crm.MayWriteSettings, do: formCareSetting, page: true},
		{method: get, path: "/contracts/:id/closing", need: crm.MayReadContract, do: pageClosing, page: true},
		{method: post, path: "/contracts/:id/closing", need: crm.MayWriteContract, do: formClosing, page: true},
		{method: get, path: "/settings/closing", need: crm.MayReadSettings, do: pageClosingItems, page: true},
		{method: post, path: "/settings/closing", need: crm.MayWriteSettings, do: formClosingItems, page: true},
		{method: get, path: "/help", need: public, do: pageHelp, page: true},
		{method: post, path: "/help", need: public, do: formHelp, page: true, limit: helpLimit},
		{method: get, path: "/c/:secret", need: public, do: pageCustomerCase, page: true},
		{method: post, path: "/c/:secret", need: public, do: formCustomerCase, page: true, limit: helpLimit},
		{method: post, path: "/c/:secret/rating", need: public, do: formCustomerRating, page: true},
		{method: get, path: "/c/:secret/files/:entry", need: public, do: pageCustomerCaseFile, page: true},
	}
}

var careTalkCalls = map[string]call{
	"PATCH /api/v1/cases/:id": patching("Care", "Change a case beside its conversation", casePatch{}, crm.Case{}).may("case_closed").says("S086", "Priority, what it is about, what it came of, and whose contract it is on."),
	"GET /api/v1/cases/:id/messages": call{tag: "Care", summary: "Read what was said on a case", answers: map[int]any{200: page[store.CaseLine]{}}}.
		says("S086", "The oldest first; notes never leave the house."),
	"POST /api/v1/cases/:id/messages": creating("Care", "Note what the customer said", caseMessageBody{}, store.CaseLine{}).may("too_many_comments").
		says("S086", "The clock of a case that waited runs on, a solved one is taken up again, a closed one is followed by a new one, whose message it then is.").like(`{"text":"It happens again","name":"Luca"}`),
	"POST /api/v1/cases/:id/notes": creating("Care", "Note something for the house", caseMessageBody{}, store.CaseLine{}).says("S086", "Nobody outside reads it.").like(`{"text":"Ask the fitter"}`),
	"GET /api/v1/cases/:id/files/:entry": call{tag: "Care", summary: "Save a file of a case", answers: map[int]any{200: file{}}}.
		says("S086", ""),
	"POST /api/v1/cases/:id/deal": commanding("Care", "Begin a deal from a case", crm.CaseLeadFields{}, "case_closed").bodiless().
		says("S086, S088", "With products, people and documents of the deal of its contract. A case has one."),
	"GET /api/v1/contracts/:id/closing": reading("Contracts", "Read what a contract has to have behind it before it closes", closingRecord{}).plain().says("S085, S088", ""),
	"POST /api/v1/contracts/:id/closing": call{tag: "Contracts", summary: "Vouch for items of a contract's closing", body: closingBody{}, match: true, answers: map[int]any{200: closingRecord{}}, refuses: []code{"contract_closed", codeConflict}}.
		says("S088", "Who vouched for what and when is kept; false takes one back.").like(`{"ticks":{"papers":true}}`),
	"GET /api/v1/closing-items": reading("Settings", "Read what is vouched for before contracts close", closingItemsRecord{}).plain().header("ETag", "200").says("S088", ""),
	"PUT /api/v1/closing-items": replacing("Settings", "Set what is vouched for before contracts close", closingItemsBody{}, closingItemsRecord{}).says("S088", "").like(`{"items":[{"key":"papers","name":"Papers handed over"}]}`),
	"GET /api/v1/care/requests": call{tag: "Care", summary: "List requests that wait to be placed", answers: map[int]any{200: page[crm.CareRequest]{}}}.
		says("S086", "Their senders' company is not known, or they look like spam."),
	"POST /api/v1/care/requests": creating("Care", "Pass on a customer's request for help", careRequestBody{}, crm.CareRequest{}).
		says("S086", "It is a case where the sender's company is known, and the sender is mailed; else it waits for a person.").like(`{"email":"buyer@customer.example","subject":"The pump is loud","text":"Since Monday"}`),
	"POST /api/v1/care/requests/:id/place": call{tag: "Care", summary: "Make a case of a request", body: placeBody{}, match: true, answers: map[int]any{200: crm.Case{}}, refuses: []code{"already_done", codeConflict}}.
		header("ETag", "200").says("S086", "Twice is once."),
	"POST /api/v1/care/requests/:id/drop": call{tag: "Care", summary: "Put a request aside", match: true, answers: map[int]any{204: nil}, refuses: []code{"already_done", codeConflict}}.says("S086", ""),
	"GET /api/v1/care/setting":            reading("Settings", "Read how care is reached", careSettingRecord{}).plain().header("ETag", "200").says("S086", ""),
	"PUT /api/v1/care/setting":            replacing("Settings", "Set how care is reached", careSettingBody{}, careSettingRecord{}).says("S086", "What is left out stays."),
}
