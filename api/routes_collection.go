package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// collectionRoutes is the table of what is done about a debtor.
func collectionRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/accounts/:id/collection", need: crm.MayReadInvoice, do: getCollection},
		{method: post, path: "/api/v1/accounts/:id/reminders", need: crm.MayWritePayment, do: onDebtor(crm.CollectionRemind, readRemind)},
		{method: post, path: "/api/v1/accounts/:id/collection-calls", need: crm.MayWritePayment, do: onDebtor(crm.CollectionCall, readDebtorCall)},
		{method: post, path: "/api/v1/accounts/:id/promises", need: crm.MayWritePayment, do: onDebtor(crm.CollectionPromise, readPromise)},
		{method: post, path: "/api/v1/accounts/:id/promises/:other/release", need: crm.MayWritePayment, do: onDebtor(crm.CollectionRelease, readEnd)},
		{method: post, path: "/api/v1/accounts/:id/disputes", need: crm.MayWritePayment, do: onDebtor(crm.CollectionDispute, readDispute)},
		{method: post, path: "/api/v1/accounts/:id/disputes/:other/resolve", need: crm.MayWritePayment, do: onDebtor(crm.CollectionResolve, readResolve)},
		{method: post, path: "/api/v1/accounts/:id/pauses", need: crm.MayWritePayment, do: onDebtor(crm.CollectionPause, readPause)},
		{method: post, path: "/api/v1/accounts/:id/pauses/:other/end", need: crm.MayWritePayment, do: onDebtor(crm.CollectionContinue, readEnd)},
		{method: post, path: "/api/v1/accounts/:id/legal", need: crm.MayWritePayment, do: onDebtor(crm.CollectionLegal, readLegal)},
		{method: post, path: "/api/v1/accounts/:id/legal/end", need: crm.MayWritePayment, do: onDebtor(crm.CollectionReturn, readReturn)},
		{method: post, path: "/api/v1/accounts/:id/write-offs", need: crm.MayWritePayment, do: postWriteOff},
		{method: post, path: "/api/v1/write-offs/:id/decision", need: crm.MayApproveWriteOff, do: postWriteOffDecision},
		{method: post, path: "/api/v1/accounts/:id/waivers", need: crm.MayWritePayment, do: postWaiver},
		{method: get, path: "/api/v1/interest-rates", need: crm.MayReadSettings, do: getInterestRates},
		{method: post, path: "/api/v1/interest-rates", need: crm.MayWriteSettings, do: postInterestRate},
		{method: remove, path: "/api/v1/interest-rates/:day", need: crm.MayWriteSettings, do: deleteInterestRate},
	}
}

// collectionLists is what of it is read with parameters.
func collectionLists() []route {
	return []route{{method: get, path: "/api/v1/collections", need: crm.MayReadInvoice, do: getCollectionQueue}}
}

var collectionCalls = map[string]call{
	"GET /api/v1/collections": call{tag: "Collections", summary: "List whom to chase, in a collector's order", answers: map[int]any{200: page[queuedRecord]{}}, refuses: []code{codeParameter}, query: []parameter{
		{"group", "Only this group.", schema{"type": "string", "enum": texts(queueKeys())}},
		{"limit", "At most so many.", schema{"type": "integer", "minimum": 1, "maximum": queueLength, "default": queueLength}},
	}}.says("S091", "Who owes something that is overdue or falls due within a week. What went wrong last comes first, then by days late; in each group by money and days."),
	"GET /api/v1/accounts/:id/collection": reading("Collections", "Read what a customer owes and what happens next", collectionRecord{}).plain().
		says("S091", "Every open invoice, and all that its collection will do by itself, with the day and why then; an event without a day waits for a decision."),
	"POST /api/v1/accounts/:id/reminders": commanding("Collections", "Send the next reminder of an invoice now", remindBody{}, "nothing_open", "collection_held", "no_next_letter", "reminded_today").
		says("S091", "One a day at most.").like(`{"invoice_id":"{invoices}"}`),
	"POST /api/v1/accounts/:id/collection-calls": commanding("Collections", "Note what a customer said on the phone", debtorCallBody{}, "nothing_open").
		says("S091, S094", "Calls that were planned with him are done with it.").like(`{"outcome":"reached"}`),
	"POST /api/v1/accounts/:id/promises": commanding("Collections", "Note a promise to pay", promiseBody{}, "nothing_open").
		says("S091", "No reminder leaves until its day; a promise that was not kept goes on with the next level the morning after.").like(`{"on":"2027-03-01"}`),
	"POST /api/v1/accounts/:id/promises/:other/release": commanding("Collections", "End a promise before its day", endBody{}, "nothing_open", "hold_over").bodiless().says("S091", ""),
	"POST /api/v1/accounts/:id/disputes": commanding("Collections", "Note that a customer disputes an invoice or a part of it", disputeBody{}, "nothing_open").
		says("S091", "What is disputed is held back until it is decided; the rest is chased on.").like(`{"invoice_id":"{invoices}","reason":"One line was never delivered"}`),
	"POST /api/v1/accounts/:id/disputes/:other/resolve": commanding("Collections", "Decide on a dispute", resolveBody{}, "nothing_open", "already_decided").says("S091", ""),
	"POST /api/v1/accounts/:id/pauses":                  commanding("Collections", "Leave a customer alone until a day", pauseBody{}, "nothing_open").says("S091", "All that he owes, or one invoice.").like(`{"until":"2027-03-01","reason":"They move their offices"}`),
	"POST /api/v1/accounts/:id/legal": commanding("Collections", "Hand over to a lawyer or an agency what a customer owes", legalBody{}, "nothing_open", "with_legal").
		says("S091", "Nothing of it is chased until it comes back.").like(`{"handler":"Studio Rossi","reason":"No answer to the last letter"}`),
	"POST /api/v1/accounts/:id/legal/end": commanding("Collections", "Take back what was handed over", legalEndBody{}, "nothing_open", "hold_over").says("S091", "The chase goes on where it stood.").like(`{"outcome":"They pay in parts"}`),
	"POST /api/v1/accounts/:id/write-offs": creating("Collections", "Ask for an invoice to be written off", writeOffBody{}, store.WriteOffRow{}).located("201").money().
		may(codeBusy, codeNotFound, codeValidation, "nothing_open", "write_off_waiting").says("S091", "Another person decides.").like(`{"invoice_id":"{invoices}","amount":"1.00","reason":"Insolvent"}`),
	"POST /api/v1/write-offs/:id/decision": call{tag: "Collections", summary: "Decide on a write-off", body: writeOffDecision{}, answers: map[int]any{200: store.WriteOffRow{}}}.
		may(codeBusy, codeNotFound, codeValidation, "already_decided", "self_approval", "above_limit", "more_than_open").says("S091", "Never by who asked; what comes in later for the invoice recovers it."),
	"POST /api/v1/accounts/:id/waivers": creating("Payments", "Waive fees or interest of an invoice", waiverBody{}, crm.ClaimWaiver{}).located("201").money().
		may(codeBusy, codeNotFound, codeValidation, "nothing_to_waive").says("S091", "They are asked for no longer and cannot be paid.").like(`{"invoice_id":"{invoices}","claim":"interest","reason":"Agreed"}`),
	"GET /api/v1/interest-rates": reading("Settings", "List the rates of late interest", interestRecord{}).plain().header("ETag", "200").says("S091", "A rate goes from its day until the next one's."),
	"POST /api/v1/interest-rates": call{tag: "Settings", summary: "Add a rate of late interest", body: interestRateBody{}, answers: map[int]any{200: interestRecord{}}}.
		may(codeValidation).header("ETag", "200").says("S091", "The law sets one for each half-year; a rate of the company's own that is fixed stays until it is changed. What is shown of every invoice follows at once. A rate that is there already changes nothing but whether it is fixed.").like(`{"from_day":"2027-07-01","percent":"10.15"}`),
	"DELETE /api/v1/interest-rates/:day": removing("Settings", "Take a rate of late interest out", "rate_used").
		says("S091", "The rate that begins on the day; one that is not there is out already. A rate by which a letter asked for interest, or by which interest was paid, stays. If-Match is the version of the setting."),
	"POST /api/v1/accounts/:id/pauses/:other/end": commanding("Collections", "End a pause before its day", endBody{}, "nothing_open", "hold_over").bodiless().says("S091", ""),
}
