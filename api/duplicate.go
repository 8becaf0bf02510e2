package api

import (
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// doubt is how much of a duplicate the person may see, and why he goes on in spite of it.
func (r *request) doubt(reason string) store.Doubt {
	account := store.ScopeOf(r.user, crm.MayReadAccount)
	return store.Doubt{
		Reason: clean(strings.TrimSpace(reason), maxLine),
		Scopes: map[string]store.Scope{"account": account, "contact": account, "lead": store.ScopeOf(r.user, crm.MayReadLead)},
	}
}

// doubting is the target of an edit that is held against others.
func (r *request) doubting(t store.Target, reason string) store.Target {
	d := r.doubt(reason)
	t.Doubt = &d
	return t
}

// duplicateBody is what is known of a record before it is saved.
type duplicateBody struct {
	Kind      string `json:"kind" doc:"required;enum=duplicate_kind;text=What is to be saved."`
	ID        crm.ID `json:"id" doc:"text=Of the record itself, if it is there already."`
	Name      string `json:"name" doc:"max=200;text=Of the company, or of a contact."`
	VAT       string `json:"vat" doc:"text=With the country before it: IT00743110157."`
	Email     string `json:"email" doc:"format=email"`
	Phone     string `json:"phone"`
	Country   string `json:"country" doc:"text=ISO 3166, two capital letters."`
	AccountID crm.ID `json:"account_id" doc:"text=Of a contact."`
}

// duplicateList is what a record is like.
type duplicateList struct {
	Blocked bool            `json:"blocked"` // a reason does not help
	Data    []duplicateView `json:"data"`
}

// duplicateView is a record that may be of the same company or person.
type duplicateView struct {
	Kind       string   `json:"kind" doc:"enum=duplicate_kind"`
	ID         crm.ID   `json:"id" doc:"text=Empty where it is another team's."`
	Name       string   `json:"name"`
	Owner      string   `json:"owner"`
	Hidden     bool     `json:"hidden" doc:"text=It is another team's: only that it exists is told."`
	Blocks     bool     `json:"blocks" doc:"text=The rules stop a record for it; else a reason is enough."`
	SameVAT    bool     `json:"same_vat"`
	SameEmail  bool     `json:"same_email"`
	SamePhone  bool     `json:"same_phone"`
	Similarity int      `json:"similarity" doc:"min=0;top=100;text=Of the names, in percent."`
	Conditions []string `json:"conditions" doc:"text=What the rules ask for and is not so, in the caller's language."`
	URL        string   `json:"url" doc:"text=Of its page; empty where it is another team's."`
}

// postDuplicates says what a record is like before it is saved.
func postDuplicates(r *request) error {
	var b duplicateBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Kind == "" {
		c.fail("/kind", "required", nil)
	}
	c.oneOf("/kind", b.Kind, crm.DuplicateKinds()...)
	c.id("/id", &b.ID)
	c.line("/name", &b.Name, maxName)
	c.vat("/vat", &b.VAT)
	c.email("/email", &b.Email)
	c.phone("/phone", &b.Phone)
	c.country("/country", &b.Country)
	c.id("/account_id", &b.AccountID)
	if err := c.err(); err != nil {
		return err
	}
	found, err := r.store.Duplicates(r.ctx(), r.user.ID, r.doubt(""), store.Entered{
		Kind: b.Kind, ID: b.ID, Name: b.Name, VAT: b.VAT, Email: b.Email, Phone: b.Phone, Country: b.Country, AccountID: b.AccountID,
	})
	if err != nil {
		return err
	}
	out := duplicateList{Data: []duplicateView{}, Blocked: store.Duplicated{Matches: found}.Blocked()}
	for _, m := range found {
		out.Data = append(out.Data, duplicateOf(m, r.language))
	}
	return r.JSON(http.StatusOK, out)
}

// duplicateOf is a match as the person may see it.
func duplicateOf(m store.Match, language string) duplicateView {
	v := duplicateView{
		Kind: m.Kind, ID: m.ID, Name: m.Title, Owner: m.Owner, Hidden: m.Hidden, Blocks: m.Blocks, SameVAT: m.SameVAT, SameEmail: m.SameEmail,
		SamePhone: m.SamePhone, Similarity: m.Similarity, Conditions: []string{},
	}
	if !m.Hidden {
		v.URL = "/" + m.Kind + "s/" + string(m.ID)
	}
	said := map[string]bool{}
	for _, c := range m.Clauses {
		if text := c.Text(language); !said[text] && (c.Outcome == crm.Unmet || !m.Blocks) {
			said[text] = true
			v.Conditions = append(v.Conditions, text)
		}
	}
	return v
}

// duplicated is the refusal of a record that is like others: each is told at the member by which it was found. With the same VAT number it
// has a code of its own where a reason does not help.
func duplicated(d store.Duplicated, language string) Problem {
	p := refusal(codeDuplicate)
	for _, m := range d.Matches {
		v := duplicateOf(m, language)
		pointer := "/name"
		switch {
		case m.SameVAT:
			pointer = "/vat"
		case m.SameEmail:
			pointer = "/email"
		case m.SamePhone:
			pointer = "/phone"
		}
		if m.Blocks && m.SameVAT {
			p.Code = "duplicate_vat"
		}
		if m.Hidden {
			p.Errors = append(p.Errors, invalid(pointer, "duplicate_hidden", params{"kind": v.Kind, "blocks": v.Blocks, "conditions": v.Conditions}))
			continue
		}
		p.Errors = append(p.Errors, invalid(pointer, "duplicate_found", params{
			"kind": v.Kind, "id": string(v.ID), "name": v.Name, "owner": v.Owner, "blocks": v.Blocks, "similarity": v.Similarity,
			"conditions": v.Conditions, "url": v.URL,
		}))
	}
	p.Params = params{"blocked": d.Blocked(), "found": len(d.Matches)}
	return p
}
