package api

import (
	"context"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// contactsPage lists people at companies.
type contactsPage struct {
	MayImport   bool
	Rows        []contactLine
	Filter      store.ContactFilter
	Filtered    bool
	Own         []option
	Columns     []input
	Query       string
	First, Next string
	Form        form
	Statuses    []option
	Roles       []option
	Sorts       []option
	States      []option
}

// contactLine is a person of the list, with the fields of the company's own that were chosen as columns.
type contactLine struct {
	store.ContactRow
	Own []string
}

func (r *request) contactFilter() store.ContactFilter {
	q := r.gin.Request.URL.Query()
	return store.ContactFilter{
		Text: clean(q.Get("q"), 100), Status: known(q.Get("status"), append(crm.ContactStatuses(), "new")), Role: known(q.Get("role"), crm.ContactRoles()),
		Archived: q.Get("state") == "archived", Sort: known(q.Get("sort"), []string{"created", "company"}), After: optionalID(q.Get("after")),
	}
}

func pageContacts(r *request) error {
	filter := r.contactFilter()
	rows, err := r.store.ContactRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), filter, rowsPerPage+1)
	if err != nil {
		return err
	}
	own, err := r.own("contact")
	if err != nil {
		return err
	}
	all := r.say("filter.all")
	p := contactsPage{
		MayImport: r.Can(crm.MayImportLead),
		Filter:    filter, Filtered: filter.Text != "" || filter.Status != "" || filter.Role != "" || filter.Archived, Query: exportQuery(r), States: r.archiveStates(),
		Statuses: enumOptions(r, all, "contact_status", append([]string{"new"}, crm.ContactStatuses()...)), Roles: enumOptions(r, all, "contact_role", crm.ContactRoles()),
		Sorts: []option{{"", r.say("account.sort_name")}, {"company", r.say("contact.company")}, {"created", r.say("account.sort_created")}},
	}
	rows, p.First, p.Next = paged(r, rows, func(c store.ContactRow) crm.ID { return c.ID })
	var chosen []crm.CustomField
	chosen, p.Own, p.Columns = r.ownColumns(own)
	for _, c := range rows {
		line := contactLine{ContactRow: c}
		for _, d := range chosen {
			line.Own = append(line.Own, own.text(r, d, c.Custom))
		}
		p.Rows = append(p.Rows, line)
	}
	return r.show(200, "contacts", r.say("nav.contacts"), p)
}

// pageContactsCSV sends the people of the list as a file, at most 10,000.
func pageContactsCSV(r *request) error {
	own, err := r.own("contact")
	if err != nil {
		return err
	}
	filter := r.contactFilter()
	filter.After = ""
	rows, err := r.store.ContactRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), filter, exportRows)
	if err != nil {
		return err
	}
	out := [][]string{append([]string{"id", "name", "company", "account_id", "email", "phone", "other_emails", "other_phones", "job", "role", "status", "language", "consent", "consent_source"}, own.heads()...)}
	for _, c := range rows {
		line := []string{
			string(c.ID), c.Name, c.Account, string(c.AccountID), c.Email, c.Phone, strings.Join(c.OtherEmails, ", "), strings.Join(c.OtherPhones, ", "), c.Job, c.Role, c.Status,
			c.Language, yes(c.Consent), c.ConsentSource,
		}
		out = append(out, append(line, own.cells(c.Custom)...))
	}
	return r.sendCSV("contacts.csv", out)
}

// archiveForm takes a record out of use from its page, or puts it back; what stands in the way is told there.
func archiveForm[T any](path string, archived bool, do func(*store.Store, context.Context, store.Target, bool) (T, error), show func(*request, crm.ID, form) error) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		f, err := r.posted()
		if err != nil {
			return err
		}
		_, err = do(r.store, r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: seenVersion(f)}, archived)
		if err = r.judge(&f, err); err != nil {
			return err
		}
		if f.Failed() {
			return show(r, id, f)
		}
		return r.said(map[bool]string{true: "archived", false: "restored"}[archived], path+string(id))
	}
}
