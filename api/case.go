package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// postCase opens a case for a customer (S086), on a contract or on none.
func postCase(r *request) error {
	var b caseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	if b.AccountID == "" && b.ContractID == "" {
		k.fail("/account_id", "required", nil)
	}
	k.id("/account_id", &b.AccountID)
	k.id("/contract_id", &b.ContractID)
	k.id("/contact_id", &b.ContactID)
	k.required("/subject", &b.Subject, maxName)
	k.lines("/text", &b.Text, maxText)
	k.oneOf("/priority", b.Priority, crm.Priorities()...)
	if err := k.err(); err != nil {
		return err
	}
	if b.Priority == "" {
		b.Priority = string(crm.PriorityNormal)
	}
	return made(r, func(id crm.ID) (crm.Case, error) {
		return store.Cases.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadCase), id)
	}, func(id crm.ID) (crm.Case, error) {
		return r.store.OpenCase(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID}, crm.Case{
			ID: id, AccountID: b.AccountID, ContractID: b.ContractID,
			ContactID: b.ContactID, Subject: b.Subject, Text: b.Text, Priority: crm.Priority(b.Priority),
		})
	}, r.caseMade)
}

func (r *request) caseMade(c crm.Case) error {
	r.etag(c.Version)
	r.gin.Header("Location", "/api/v1/cases/"+string(c.ID))
	return r.JSON(http.StatusCreated, r.view(c))
}

func (r *request) careCase() (crm.Case, error) {
	id, err := r.id("id")
	if err != nil {
		return crm.Case{}, err
	}
	return store.Cases.Record(r.ctx(), r.store, r.Scope(), id)
}

// onCase makes the handler of a command on a case within the person's reach.
func onCase[T any](kind string, read func(*request, *T) error) func(*request) error {
	return func(r *request) error {
		c, err := r.careCase()
		if err != nil {
			return err
		}
		var fields T
		if err := read(r, &fields); err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindCase, c.ID), fields)
	}
}

func readCaseTake(r *request, f *crm.CaseTakeFields) error {
	if err := r.decodeOptional(f); err != nil {
		return err
	}
	var k check
	k.id("/owner_id", &f.OwnerID)
	return k.err()
}

// caseText reads a text that must be there.
func caseText(r *request, f *crm.CaseTextFields) error {
	var b caseTextBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var k check
	k.lines("/text", &b.Text, maxText)
	if b.Text == "" && len(k.wrong) == 0 {
		k.fail("/text", "required", nil)
	}
	f.Text = b.Text
	return k.err()
}

// caseNote reads a text that may be left out.
func caseNote(r *request, f *crm.CaseTextFields) error {
	var b caseNoteBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var k check
	k.lines("/text", &b.Text, maxText)
	f.Text = b.Text
	return k.err()
}

func readCaseLead(r *request, f *crm.CaseLeadFields) error {
	if err := r.decodeOptional(f); err != nil {
		return err
	}
	var k check
	k.lines("/need", &f.Need, maxText)
	return k.err()
}
