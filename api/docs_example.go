package api

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// exampleIDs are ids of records that the reader may see, by the name that stands for them in an example. What he has none of is left out.
func (r *request) exampleIDs() map[string]string {
	out := map[string]string{"kind": string(crm.RuleOrder), "n": "1"}
	firstOf(r, out, "leads", store.Leads, crm.MayReadLead, func(v crm.Lead) crm.ID { return v.ID })
	firstOf(r, out, "accounts", store.Accounts, crm.MayReadAccount, func(v crm.Account) crm.ID { return v.ID })
	firstOf(r, out, "contacts", store.Contacts, crm.MayReadAccount, func(v crm.Contact) crm.ID { return v.ID })
	r.exampleDeal(out)
	firstOf(r, out, "engagements", store.Engagements, crm.MayReadOpportunity, func(v crm.Engagement) crm.ID { return v.ID })
	firstOf(r, out, "hand-offs", store.HandOffs, crm.MayReadOpportunity, func(v crm.HandOff) crm.ID { return v.ID })
	firstOf(r, out, "quotes", store.Quotes, crm.MayReadOpportunity, func(v crm.Quote) crm.ID { return v.ID }, store.Filter{Field: "state", Op: "eq", Value: "draft"})
	firstOf(r, out, "orders", store.Orders, crm.MayReadOrder, func(v crm.Order) crm.ID { return v.ID })
	firstOf(r, out, "contracts", store.Contracts, crm.MayReadContract, func(v crm.Contract) crm.ID { return v.ID })
	firstOf(r, out, "invoices", store.Invoices, crm.MayReadInvoice, func(v store.OpenInvoice) crm.ID { return v.ID })
	firstOf(r, out, "credit-notes", store.CreditNotes, crm.MayReadInvoice, func(v crm.CreditNote) crm.ID { return v.ID })
	firstOf(r, out, "products", store.Products, crm.MayReadProduct, func(v crm.Product) crm.ID { return v.ID })
	if contract := crm.ID(out["contracts"]); contract != "" {
		if parts, err := r.store.ContractParts(r.ctx(), contract); err == nil && len(parts.Tranches) > 0 {
			out["tranche"] = string(parts.Tranches[0].ID)
		}
	}
	if today, err := r.today(); err == nil {
		if places, _ := r.store.TimesheetTargets(r.ctx(), r.timesheetScope(), r.user.ID, today.Monday()); len(places) > 0 {
			out["projects"] = string(places[0].ProjectID)
		}
	}
	for _, kind := range crm.RuleKinds() {
		if drafts, _ := r.store.RuleDrafts(r.ctx(), kind); len(drafts) > 0 {
			out["drafts"] = string(drafts[0].ID)
		}
		if moves, _ := r.store.RuleMigrations(r.ctx(), kind); len(moves) > 0 {
			out["migrations"] = string(moves[0].ID)
		}
	}
	users, _ := r.store.Users(r.ctx())
	for _, u := range users {
		if u.Active && u.Has(crm.RoleSalesperson) && u.ID != r.user.ID {
			out["users"] = string(u.ID)
		}
	}
	return out
}

// exampleDeal picks, of the newest open deals, the one of which most can be shown.
func (r *request) exampleDeal(out map[string]string) {
	if !r.Can(crm.MayReadOpportunity) {
		return
	}
	open := store.Query{Limit: 20, Filters: []store.Filter{{Field: "state", Op: "eq", Value: "open"}}}
	deals, _, _ := store.Opportunities.Page(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadOpportunity), open)
	best := map[string]string{}
	for _, d := range deals {
		parts := map[string]string{"opportunities": string(d.ID), "process": crm.ProcessID(crm.KindOpportunity, d.ID)}
		if r.exampleParts(parts, d.ID); len(parts) > len(best) {
			best = parts
		}
	}
	maps.Copy(out, best)
}

func (r *request) exampleParts(out map[string]string, deal crm.ID) {
	if lines, err := r.store.OpportunityLines(r.ctx(), deal); err == nil && len(lines) > 0 {
		out["line"] = string(lines[0].ID)
	}
	if relations, err := r.store.OpportunityRelations(r.ctx(), deal); err == nil && len(relations) > 0 {
		out["relation"] = string(relations[0].ID)
	}
	if files, err := dealDocuments(r, deal); err == nil && len(files) > 0 {
		out["documents"] = string(files[0].ID)
	}
}

// firstOf notes the first record of a list that the reader may see; one that fits the filters, if there is one.
func firstOf[T any](r *request, out map[string]string, name string, list store.List[T], need crm.Permission, id func(T) crm.ID, fit ...store.Filter) {
	if !r.Can(need) {
		return
	}
	for _, filters := range [][]store.Filter{fit, nil} {
		rows, _, err := list.Page(r.ctx(), r.store, store.ScopeOf(r.user, need), store.Query{Limit: 1, Filters: filters})
		if err == nil && len(rows) > 0 {
			out[name] = string(id(rows[0]))
			return
		}
	}
}

// filled puts ids into an address: :id is of the kind that stands before it. What the reader has none of stays as {id}.
func filled(path string, ids map[string]string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		name, ok := strings.CutPrefix(p, ":")
		if !ok {
			continue
		}
		key := name
		if name == "id" {
			key = parts[i-1]
		}
		if parts[i] = ids[key]; parts[i] == "" {
			parts[i] = "{" + name + "}"
		}
		if name == "form" {
			parts[i] = "website"
		}
	}
	return strings.Join(parts, "/")
}

// curl writes the command line of a call.
func curl(rt route, base string, ids map[string]string) string {
	words := []string{"curl"}
	if rt.method != get {
		words = append(words, "-X "+rt.method)
	}
	if rt.need != public {
		words = append(words, `-H "Authorization: Bearer $LEADTOCASH_TOKEN"`)
	}
	if rt.call.key == keyNeeded {
		words = append(words, `-H "Idempotency-Key: `+strings.ToLower(operationID(rt))+`-1"`)
	}
	switch {
	case slices.Contains(rt.call.media, "multipart/form-data"):
		words = append(words, "-F file=@offer.pdf")
	case slices.Contains(rt.call.media, "text/csv"):
		words = append(words, `-H "Content-Type: text/csv"`, `-d '`+exampleFile(rt)+`'`)
	case slices.Contains(rt.call.media, "application/xml"):
		words = append(words, `-H "Content-Type: application/xml"`, `-d '`+exampleFile(rt)+`'`)
	case rt.call.body != nil && !(rt.call.optional && rt.call.example == ""):
		body := exampleBody(rt.call, ids)
		words = append(words, `-H "Content-Type: application/json"`, "-d '"+strings.ReplaceAll(body, "'", `'\''`)+"'")
	}
	address := base + filled(rt.path, ids)
	switch {
	case len(rt.call.asked) > 0:
		q := url.Values{}
		for name, v := range rt.call.asked {
			q.Set(name, v)
		}
		address += "?" + q.Encode()
	case rt.method == get && slices.ContainsFunc(rt.call.query, func(p parameter) bool { return p.name == "Limit" }):
		address += "?limit=5"
	}
	words = append(words, "'"+address+"'")
	if rt.path == "/api/v1/documents/:id" {
		words = append(words, "-OJ")
	}
	return strings.Join(words, " \\\n  ")
}

// exampleFile is a file of one entry, notice or lead. The shell's word holds its line break.
func exampleFile(rt route) string {
	if strings.HasPrefix(rt.path, "/api/v1/bank/") {
		return "date,amount,name,text\n2026-01-22,122.00,Rossi Srl,Invoice 2026/0001"
	}
	if strings.HasPrefix(rt.path, "/api/v1/external-numbers") {
		return "contract,tranche,number,date,amount,paid\nC-2026-0001,1,77/A,2026-01-22,122.00,no"
	}
	if strings.HasPrefix(rt.path, "/api/v1/sdi/") {
		return "<RicevutaConsegna><IdentificativoSdI>4711</IdentificativoSdI><NomeFile>IT00743110157_00001.xml</NomeFile></RicevutaConsegna>"
	}
	return "company,email\nRossi Srl,info@rossi.example"
}

// exampleBody is the call's example with the reader's own ids in it.
func exampleBody(c call, ids map[string]string) string {
	body := c.example
	if body == "" {
		body = "{}"
	}
	for name, id := range ids {
		body = strings.ReplaceAll(body, "{"+name+"}", id)
	}
	if !json.Valid([]byte(body)) {
		return "{}"
	}
	return body
}
