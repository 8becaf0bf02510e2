package api

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// bankPage is what came in and waits to be matched, and the files that brought it.
type bankPage struct {
	Rows    []bankRow
	Total   int // open entries, shown or not
	Certain int // of those that are shown
	Files   []bankFileRow
	Form    form
}

// bankRow is an open entry with the best of what it may be.
type bankRow struct {
	store.BankEntryRow
	Best *proposalRow
	More int
}

// proposalRow is a proposal in words.
type proposalRow struct {
	crm.Proposal
	Why  string
	Tone string
}

// bankFileRow is a file with its warnings in words.
type bankFileRow struct {
	store.BankImport
	Says []string
}

// shownEntries is how many open entries the page shows.
const shownEntries = 100

func pageBank(r *request) error { return showBank(r, values("file", "")) }

func showBank(r *request, f form) error {
	rows, total, err := r.store.OpenEntries(r.ctx(), shownEntries)
	if err != nil {
		return err
	}
	found, err := r.store.Proposals(r.ctx(), rows)
	if err != nil {
		return err
	}
	p := bankPage{Total: total, Form: f}
	for _, x := range rows {
		row := bankRow{BankEntryRow: x}
		if all := r.proposals(found[x.ID]); len(all) > 0 {
			row.Best, row.More = &all[0], len(all)-1
			if all[0].Confidence == crm.Certain {
				p.Certain++
			}
		}
		p.Rows = append(p.Rows, row)
	}
	files, err := r.store.BankImports(r.ctx(), 20)
	if err != nil {
		return err
	}
	for _, b := range files {
		row := bankFileRow{BankImport: b}
		for _, w := range b.Warnings {
			row.Says = append(row.Says, r.errorText(w))
		}
		p.Files = append(p.Files, row)
	}
	return r.show(f.Status(), "bank", r.say("bank.title"), p)
}

func (r *request) proposals(all []crm.Proposal) (out []proposalRow) {
	for _, p := range all {
		var why []string
		for _, reason := range p.Reasons {
			why = append(why, named(r.words(), "match_reason", reason))
		}
		tone := map[crm.Confidence]string{crm.Certain: "ok", crm.Likely: "act", crm.Possible: "warn"}[p.Confidence]
		out = append(out, proposalRow{p, strings.Join(why, ", "), tone})
	}
	return out
}

// formBankFile brings in a file of statements.
func formBankFile(r *request) error {
	name, body, f, err := r.leadFile()
	if err != nil {
		return err
	}
	if len(body) > 0 && len(body) <= ImportLimit { // XML is no plain text, and may be of the last century's encoding
		f = values("file", "")
	}
	if f.Failed() {
		return showBank(r, f)
	}
	if t, asks, err := r.unmapped(body); err != nil {
		return r.refuseBank(f, err)
	} else if asks { // a person says first what its columns are
		return r.showBankColumns(t, name, values())
	}
	return r.takeBank(name, body, f)
}

// takeBank keeps a file with the entries that it brings.
func (r *request) takeBank(name string, body []byte, f form) error {
	out, again, err := r.importBank(name, body)
	if err != nil {
		return r.refuseBank(f, err)
	}
	said := "bank_imported"
	if again || out.Entries == 0 {
		said = "bank_known"
	}
	return r.said(said, "/bank")
}

// refuseBank tells what a file of statements is refused for.
func (r *request) refuseBank(f form, err error) error {
	if wrong, is := errors.AsType[Problem](err); is {
		f.status = wrong.Status
		for _, e := range wrong.Errors {
			f.other = append(f.other, r.say("error."+e.Code, e.Figures()))
		}
	} else if wrong, is := errors.AsType[crm.FieldErrors](err); is {
		f.status = http.StatusUnprocessableEntity
		for _, e := range wrong[:min(len(wrong), 20)] {
			f.other = append(f.other, strings.TrimPrefix(strings.TrimPrefix(e.Pointer+": ", "/file: "), ": ")+r.errorText(e))
		}
	} else {
		return err
	}
	f.blame("file", r.say("import.not_taken"))
	return showBank(r, f)
}

// formBookCertain takes all that is certain in one press.
func formBookCertain(r *request) error {
	if _, err := r.store.BookCertain(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID}, certainAtOnce); err != nil {
		return err
	}
	return r.said("certain_booked", "/bank")
}

// bankEntryPage is one entry with what it may be, and the form by which a person says where it goes.
type bankEntryPage struct {
	store.BankEntryRow
	Proposals []proposalRow
	Customer  *store.Choice // that was chosen
	Open      []store.InvoiceRow
	Found     []store.Choice
	Asked     string // by which a customer was looked for
	Form      form
}

func pageBankEntry(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showBankEntry(r, id, values())
}

func showBankEntry(r *request, id crm.ID, f form) error {
	x, err := r.bankEntry(id)
	if err != nil {
		return err
	}
	p := bankEntryPage{BankEntryRow: x.BankEntryRow, Proposals: r.proposals(x.Proposals), Form: f, Asked: clean(r.gin.Query("q"), maxName)}
	chosen := optionalID(cmp.Or(f.Value("account_id"), r.gin.Query("account")))
	if chosen == "" && len(x.Proposals) > 0 {
		chosen = x.Proposals[0].AccountID
	}
	if x.State == crm.EntryOpen && x.Amount.IsPositive() {
		if p.Asked != "" {
			if p.Found, err = r.store.CustomersNamed(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), p.Asked, 10); err != nil {
				return err
			}
		} else if chosen != "" {
			if err := r.chooseCustomer(&p, chosen); err != nil {
				return err
			}
		}
	}
	return r.show(f.Status(), "bank_entry", r.say("bank.entry"), p)
}

// chooseCustomer fills the form with the open invoices of a customer, and with what the best proposal for him gives to each.
func (r *request) chooseCustomer(p *bankEntryPage, id crm.ID) error {
	a, err := store.Accounts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadAccount), id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	v, err := r.store.Statement(r.ctx(), store.ScopeOf(r.user, crm.MayReadInvoice), id)
	if err != nil {
		return err
	}
	p.Customer = &store.Choice{ID: a.ID, Name: a.Name}
	for _, i := range v.Open {
		if i.Currency == p.Currency {
			p.Open = append(p.Open, i)
		}
	}
	if p.Form.Failed() {
		return nil
	}
	for _, best := range p.Proposals {
		if best.AccountID != id {
			continue
		}
		for _, a := range best.Allocations {
			p.Form.values[allocated+string(a.InvoiceID)] = plainAmount(r.words(), a.Amount, p.Currency)
		}
		break
	}
	return nil
}

// allocated begins the names of fields that say how much goes to an invoice.
const allocated = "a."

// allocations reads how much goes to each invoice.
func (r *request) allocations(f *form, open []store.InvoiceRow) (out []crm.Allocation) {
	for _, i := range open {
		name := allocated + string(i.ID)
		if f.Value(name) == "" {
			continue
		}
		if amount := r.decimal(f, name); f.wrong[name] == "" && !amount.IsZero() {
			out = append(out, crm.Allocation{InvoiceID: i.ID, Amount: amount})
		}
	}
	return out
}

// judgeAllocations puts what is wrong with parts beside their fields.
func (r *request) judgeAllocations(f *form, parts []crm.Allocation, err error) error {
	wrong, is := errors.AsType[crm.FieldErrors](err)
	if !is {
		return r.judge(f, err)
	}
	for _, e := range wrong {
		var n int
		for i, a := range parts {
			if strings.HasPrefix(e.Pointer, "/allocations/"+decimal.NewFromInt(int64(i)).String()+"/") {
				n, e.Pointer = i+1, ""
				f.blame(allocated+string(a.InvoiceID), r.errorText(e))
			}
		}
		if n == 0 {
			r.blameFields(f, crm.FieldErrors{e})
		}
	}
	return nil
}

// formBankEntry takes a person's decision about an entry.
func formBankEntry(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}
	said := "entry_booked"
	switch f.Value("action") {
	case "aside", "back":
		said = "saved"
		_, err = r.store.SetEntryAside(r.ctx(), t, f.Value("action") == "aside", clean(f.Value("note"), maxLine))
		err = r.judge(&f, err)
	case "return":
		said = "payment_returned"
		fee := r.decimal(&f, "fee")
		if !f.Failed() {
			payment, back := optionalID(f.Value("payment_id")), crm.PaymentReturn{Reason: clean(f.Value("reason"), maxLine), Fee: fee}
			if f.Value("fee") == "" {
				back, err = r.feeByRule(payment, back)
			}
			if err == nil {
				_, err = r.store.ReturnByEntry(r.ctx(), t, store.BankEntryEdit{PaymentID: payment}, back)
			}
			err = r.judge(&f, err)
		}
	default:
		err = r.bookEntry(&f, t)
	}
	if err != nil {
		return err
	}
	if f.Failed() {
		return showBankEntry(r, id, f)
	}
	return r.said(said, "/bank")
}

func (r *request) bookEntry(f *form, t store.Target) error {
	d := store.BankEntryEdit{AccountID: optionalID(f.Value("account_id")), Note: clean(f.Value("note"), maxLine)}
	d.Allocations = r.allocations(f, formInvoices(*f)) // those that the form names, so that a second press says the same though nothing is open any more
	if f.Failed() {
		return nil
	}
	_, err := r.store.BookEntry(r.ctx(), t, d)
	return r.judgeAllocations(f, d.Allocations, err)
}
