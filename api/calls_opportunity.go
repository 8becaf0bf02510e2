package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

var opportunityCalls = map[string]call{
	"GET /api/v1/opportunities": listing("Opportunities", "List deals", store.Opportunities).says("S003, S010", ""),
	"POST /api/v1/opportunities": creating("Opportunities", "Open a deal", opportunityBody{}, crm.Opportunity{}).needing("name", "account_id").located("201").
		may(codeGate, codeDerived).says("S014, S098", "It begins in the pipeline's first stage, or in a later one if it passes every gate on the way.").
		like(`{"name":"Pumps for the new plant","account_id":"{accounts}","amount":"12000.00"}`),
	"GET /api/v1/opportunities/:id": reading("Opportunities", "Read a deal", opportunityRecord{}).
		says("S001, S046, B089", "`cost` and `margin_percent` are null for whoever may not see them."),
	"PATCH /api/v1/opportunities/:id": patching("Opportunities", "Change a deal", opportunityBody{}, crm.Opportunity{}).may(codeGate, codeDerived, "opportunity_closed").
		says("S014, S033, B041", "The stage is moved by a transition only.").like(`{"need":"A pump that never stops"}`),
	"POST /api/v1/opportunities/:id/transitions": commanding("Opportunities", "Move a deal to another stage", crm.MoveFields{}, codeGate, "transition_not_allowed").
		says("S097, S098, B056-B061", "A gate that refuses answers with every condition, the values it read and who may fix them.").like(`{"to":"timing"}`),
	"GET /api/v1/opportunities/:id/gates": reading("Opportunities", "See what the next stages need", gatesView{}).plain().says("S097, N1", ""),
	"POST /api/v1/opportunities/:id/reopen": commanding("Opportunities", "Reopen a lost deal", reopenBody{}, "transition_not_allowed").bodiless().
		says("S006", ""),

	"GET /api/v1/opportunities/:id/products": partList[crm.ProductLine]("List the products of a deal").says("S020, S038", ""),
	"POST /api/v1/opportunities/:id/products": creating("Opportunities", "Add a product to a deal", lineBody{}, crm.ProductLine{}).needing("product_id", "quantity").matching().may(codeGate, "opportunity_closed").
		says("S020, S034", "The deal's amount becomes the total of its products.").like(`{"product_id":"{products}","quantity":"2"}`),
	"PATCH /api/v1/opportunities/:id/products/:line": patching("Opportunities", "Change a product of a deal", lineBody{}, crm.ProductLine{}).may(codeGate, "opportunity_closed").
		unversionedAnswer().says("S034, S040", "If-Match is the version of the deal.").like(`{"quantity":"3"}`),
	"DELETE /api/v1/opportunities/:id/products/:line": removing("Opportunities", "Take a product off a deal", "opportunity_closed").says("S034", ""),

	"GET /api/v1/opportunities/:id/samples": partList[crm.Sample]("List the samples of a deal").says("S071", ""),
	"POST /api/v1/opportunities/:id/samples": commanding("Opportunities", "Ask for a sample", sampleBody{}, "transition_not_allowed").
		says("S071", "Of a catalogue product; `quantity` is 1 when left out.").like(`{"product_id":"{products}","quantity":"2"}`),
	"POST /api/v1/opportunities/:id/samples/:sample/ship": commanding("Opportunities", "Ship a sample", shipmentBody{}, "already_done").bodiless().
		says("S071", "`days` later, 14 when left out, the deal's owner is reminded to ask the customer.").like(`{"reference":"DHL 4711","days":10}`),
	"POST /api/v1/opportunities/:id/samples/:sample/feedback": commanding("Opportunities", "Keep the customer's word on a sample", sampleFeedbackBody{}, "already_done").
		says("S071", "").like(`{"outcome":"positive","note":"Reads every pack."}`),

	"GET /api/v1/opportunities/:id/relations": partList[crm.Relation]("List the relations of a deal").says("S021-S025", ""),
	"POST /api/v1/opportunities/:id/relations": creating("Opportunities", "Add a contact, partner or competitor", relationBody{}, crm.Relation{}).matching().
		says("S021-S025", "").like(`{"kind":"competitor","name":"Other Pumps"}`),
	"DELETE /api/v1/opportunities/:id/relations/:relation": removing("Opportunities", "Take a relation off a deal").says("S025", ""),

	"GET /api/v1/opportunities/:id/notes": partList[crm.Note]("List the notes on a deal").says("S029", ""),
	"POST /api/v1/opportunities/:id/notes": creating("Opportunities", "Leave a note for colleagues", noteBody{}, crm.Note{}).matching().
		says("S029", "").like(`{"text":"They decide in March."}`),

	"GET /api/v1/opportunities/:id/documents": partList[crm.Document]("List the files of a deal").says("S028", ""),
	"POST /api/v1/opportunities/:id/documents": call{
		tag: "Opportunities", summary: "Keep a file with a deal", media: []string{"multipart/form-data"}, key: keyTaken, once: true, match: true,
		answers: map[int]any{201: crm.Document{}}, refuses: []code{codeFileType, codeConflict, store.NoWriting},
	}.located("201").says("S028, B109-B112", "One part named file, at most 25 MiB. Its type is what its bytes are, whatever its name says."),
}

// file stands for the bytes of a download.
type file struct{}

// partList describes the list of what belongs to a deal: one page holds all of it.
func partList[T any](summary string) call {
	return call{tag: "Opportunities", summary: summary, answers: map[int]any{200: page[T]{}}}
}

// needing names members that this call asks for, beyond those that its body always needs.
func (c call) needing(names ...string) call {
	c.needs = names
	return c
}

// unversionedAnswer says that the answer has no ETag.
func (c call) unversionedAnswer() call {
	c.headers = nil
	return c
}

var quoteCalls = map[string]call{
	"GET /api/v1/quotes": listing("Quotes", "List offers", store.Quotes).says("S026", ""),
	"POST /api/v1/quotes": creating("Quotes", "Make an offer", quoteBody{}, quoteRecord{}).needing("opportunity_id").located("201").tagged("201").
		may(codeGate, "draft_exists", "opportunity_closed", codeTranches).
		says("S041, S043, S060, B031-B052", "Without lines it takes those of the deal. `shares` is the billing plan: 1 to 60 parts that sum to 100 per cent.").
		like(`{"opportunity_id":"{opportunities}","shares":[{"kind":"deposit","percent":"40"},{"kind":"balance","percent":"60"}]}`),
	"GET /api/v1/quotes/:id": reading("Quotes", "Read an offer", quoteRecord{}).says("S026", ""),
	"PATCH /api/v1/quotes/:id": patching("Quotes", "Change a draft", quoteBody{}, quoteRecord{}).may(codeGate, "quote_not_draft", codeTranches).
		says("S026, S043, S060", "Lines and shares replace those that are there. What was sent never changes.").like(`{"discount_percent":"5"}`),
	"POST /api/v1/quotes/:id/send": commanding("Quotes", "Send a draft to the customer", sendBody{}, codeGate, "quote_not_draft", "transition_not_allowed").bodiless().
		says("S073, S075", "Through the gate of the stage that it enters."),
	"POST /api/v1/quotes/:id/revisions": creating("Quotes", "Make the next version of an offer", nil, quoteRecord{}).located("201").tagged("201").matching().
		may("draft_exists", "opportunity_closed").says("S026", ""),
}

// tagged says that answers of the statuses carry the record's version.
func (c call) tagged(statuses ...string) call { return c.header("ETag", statuses...) }
