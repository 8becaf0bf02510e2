package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

var leadCalls = map[string]call{
	"POST /public/v1/forms/:form/leads": call{
		tag: "Leads", summary: "Send a contact form from any web site", body: formBody{}, media: []string{"application/x-www-form-urlencoded"},
		answers: map[int]any{202: statusView{}, 303: nil}, refuses: []code{codeGate, codeRateLimited, codeDuplicateLead, "origin_not_allowed"},
	}.located("303").says("S063, B026", "It tells nobody whether the person is known. `website` must stay empty: people do not see it. A browser that posts an HTML form is sent on with 303. What looks like spam is held for a person.").
		like(`{"company":"Rossi Srl","email":"info@rossi.example","need":"Two pumps"}`),
	"OPTIONS /public/v1/forms/:form/leads": {tag: "Leads", summary: "Ask whether another site may send the form", answers: map[int]any{204: nil}},

	"POST /api/v1/imports": call{
		tag: "Leads", summary: "Bring in a file of leads, companies or people", media: []string{"text/csv"}, answers: map[int]any{202: importView{}, 200: importView{}},
		refuses: []code{codeImport}, key: keyTaken, once: true,
		query: []parameter{{"what", "What its rows become: lead, unless another is named.", schema{"type": "string", "enum": texts(crm.ImportKinds())}}, {"known", "What becomes of a row whose company or person is there already: skip, unless another is named.", schema{"type": "string", "enum": texts(crm.ImportKnown())}}, {"dry_run", "true: tell what would be refused and keep nothing.", schema{"type": "boolean"}}, {"name", "Of the file.", schema{"type": "string", "maxLength": 200}}},
	}.located("202").says("S063, B113, B115", "CSV with a header, in UTF-8, at most 10 MiB. Of leads the column company is needed, of companies name, of people name and company or vat; what columns there are a wrong one is told. "+
		"Fields of the company's own have columns too: custom.turnover. A company is known by its VAT number, tax code or name, a person by his address or name at his company; "+
		"such a row is skipped, fills what it holds, or makes a new record where the rules of duplicates let it. The same file of leads again changes nothing."),
	"GET /api/v1/imports/:id": reading("Leads", "See how far a file has come", importView{}).plain().says("S063", ""),
	"GET /api/v1/leads":       listing("Leads", "List leads", store.Leads).says("S063, S065", ""),
	"POST /api/v1/leads": call{
		tag: "Leads", summary: "Capture a lead", body: leadBody{}, answers: map[int]any{201: crm.Lead{}, 200: leadOrKnown{}},
		refuses: []code{codeGate, codeDuplicateLead}, key: keyTaken, once: true,
	}.located("200", "201").
		says("S063, S064, B025", "201: a new lead. 200: the person is known and this is one more touch; of a lead that belongs to somebody else only the id is told.").
		like(`{"company":"Rossi Srl","email":"info@rossi.example","country":"IT","need":"Two pumps"}`),
	"GET /api/v1/leads/:id":   reading("Leads", "Read a lead", leadRecord{}).says("S063", ""),
	"PATCH /api/v1/leads/:id": patching("Leads", "Change a lead", leadPatch{}, crm.Lead{}).may(codeGate, "lead_closed").says("S063", "").like(`{"need":"Three pumps"}`),
	"POST /api/v1/leads/:id/qualify": commanding("Leads", "Qualify a lead", qualifyBody{}, codeGate, "transition_not_allowed", "lead_closed").bodiless().
		says("S064, S066", "With the score of the scoring rules, or a correction. Without an owner the assignment rules find one; the answer says who and by which rule.").like(`{"score":70}`),
	"POST /api/v1/leads/:id/assign": commanding("Leads", "Assign a lead to a salesperson", crm.AssignFields{}, "transition_not_allowed", "lead_closed").
		says("S066, B029", "").like(`{"owner_id":"{users}"}`),
	"POST /api/v1/leads/:id/take": commanding("Leads", "Take a lead that nobody has", emptyBody{}, "already_taken", "transition_not_allowed").bodiless().
		says("S066", "It is the caller's own then; a new one is qualified with it. Of two who ask, the first gets it."),
	"POST /api/v1/leads/:id/feedback": commanding("Leads", "Give the salesperson's word on a lead", crm.FeedbackFields{}, "transition_not_allowed", "lead_closed").
		says("S065, S067", "A negative word gives the lead back: to a nurture track if it may be written to, and to be assigned anew.").like(`{"feedback":"positive","note":"They have a budget."}`),
	"POST /api/v1/leads/:id/nurture": commanding("Leads", "Begin a track of timed mails", crm.NurtureFields{}, "transition_not_allowed", "nothing_to_send", codeGate).bodiless().
		says("S065", "Only with the person's consent and an address that takes mail. Without `track` the first that fits.").like(`{"track":"warm"}`),
	"POST /api/v1/leads/:id/answers": commanding("Leads", "Say what came back from a lead", crm.AnsweredFields{}).
		says("S065", "A reply, a bounce or an unsubscription; each ends the mails.").like(`{"kind":"reply","note":"Call me in May."}`),
	"POST /api/v1/leads/:id/convert": commanding("Leads", "Make a customer and a deal of a lead", convertBody{}, "transition_not_allowed", "already_converted", codeGate).bodiless().
		says("S067, S068, B028", "Only after positive feedback. Below the score of the scoring rules it becomes company and contact, and no deal.").like(`{"amount":"12000.00"}`),
	"POST /api/v1/leads/:id/disqualify": commanding("Leads", "Give a lead up", disqualifyBody{}, "transition_not_allowed", "lead_closed").
		says("S064", "").like(`{"reason":"no_need"}`),
}

var accountCalls = map[string]call{
	"GET /api/v1/accounts": listing("Customers", "List companies", store.Accounts).says("S053", ""),
	"POST /api/v1/accounts": creating("Customers", "Add a company", accountBody{}, crm.Account{}).needing("name").located("201").may(codeGate, "duplicate_vat", codeDuplicate).
		says("S053", "`credit_limit` is for finance only.").like(`{"name":"Rossi Srl","country":"IT","phone":"+39 02 7654321"}`),
	"GET /api/v1/accounts/:id":   reading("Customers", "Read a company", crm.Account{}).says("S053", ""),
	"PATCH /api/v1/accounts/:id": patching("Customers", "Change a company", accountBody{}, crm.Account{}).may(codeGate, "duplicate_vat", codeDuplicate).says("S053", "").like(`{"phone":"+39 02 1234567"}`),

	"GET /api/v1/contacts": listing("Customers", "List people", store.Contacts).says("S047, S049", ""),
	"POST /api/v1/contacts": creating("Customers", "Add a person at a company", contactBody{}, crm.Contact{}).needing("account_id", "name").located("201").may(codeGate, codeDuplicate).
		says("S047, S048", "").like(`{"account_id":"{accounts}","name":"Carla Neri","email":"carla@neri.example"}`),
	"GET /api/v1/contacts/:id":   reading("Customers", "Read a person", crm.Contact{}).says("S047", ""),
	"PATCH /api/v1/contacts/:id": patching("Customers", "Change a person", contactBody{}, crm.Contact{}).may(codeGate, codeDuplicate).says("S047", "").like(`{"job":"Buyer"}`),

	"GET /api/v1/engagements": listing("Engagements", "List engagements", store.Engagements).says("S019, S093", ""),
	"POST /api/v1/engagements": creating("Engagements", "Plan or log an engagement", engagementBody{}, crm.Engagement{}).located("201").may(codeGate).
		says("S019, S093, B053, B055", "When: `due_at` as an instant, or `start` as the clocks of `zone` show it. With `outcome` it is logged as done.").
		like(`{"opportunity_id":"{opportunities}","kind":"meeting","subject":"Look at the plant","start":"2027-01-11T09:00","end":"2027-01-11T10:30","zone":"Europe/Rome"}`),
	"GET /api/v1/engagements/:id": reading("Engagements", "Read an engagement", crm.Engagement{}).says("S093", ""),
	"POST /api/v1/engagements/:id/outcome": call{
		tag: "Engagements", summary: "Say how an engagement went", body: outcomeBody{}, match: true, answers: map[int]any{200: crm.Engagement{}}, key: keyTaken, once: true,
		refuses: []code{"already_done", "already_cancelled", codeGate},
	}.says("S094, S096, S097", "Rules may require a report or a next engagement.").like(`{"outcome":"interested","note":"Call again after the fair."}`),

	"GET /api/v1/products": listing("Catalogue", "List products", store.Products).says("S038", ""),
	"POST /api/v1/products": creating("Catalogue", "Add a product", productBody{}, crm.Product{}).needing("sku", "name", "price").located("201").may("duplicate_sku").
		says("S038, S104", "").like(`{"sku":"PUMP-9","name":"Pump","price":"100.00","tax_percent":"22"}`),
	"GET /api/v1/products/:id":   reading("Catalogue", "Read a product", crm.Product{}).says("S038", ""),
	"PATCH /api/v1/products/:id": patching("Catalogue", "Change a product", productBody{}, crm.Product{}).says("S038", "").like(`{"name":"Pump, new model"}`),
}
