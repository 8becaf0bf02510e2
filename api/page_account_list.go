package api

import (
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// rows360Page is the rows behind a number of a company's or person's page.
type rows360Page struct {
	store.Rows360
	What, Title string
	Back, Name  string
	Currency    string
	Empty       bool
	First, Next string
}

// titles360 are the words for kinds of rows.
var titles360 = map[string]string{
	"deals": "account.deals_all", "contracts": "account.contracts", "invoices": "account.invoices", "activities": "account.activities_all", "leads": "account.leads_all",
	"cases": "account.cases", "documents": "account.documents",
}

// pageRows360 shows the rows behind a number.
func pageRows360(of string) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		name, err := r.name360(of, id)
		if err != nil {
			return err
		}
		part, err := r.part360(of, id)
		if err != nil {
			return err
		}
		today, err := r.today()
		if err != nil {
			return err
		}
		rows, err := r.store.List360(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), part, today, rowsPerPage+1)
		if err != nil {
			return err
		}
		p := rows360Page{Rows360: rows, What: part.What, Title: r.say(titles360[part.What]), Back: "/" + of + "s/" + string(id), Name: name, Currency: r.currency()}
		p.page(r)
		return r.show(200, "rows", r.say("account.rows_of", "What", r.say(titles360[part.What]), "Name", name), p)
	}
}

// name360 is the name of the company or person, if the reader may see it.
func (r *request) name360(of string, id crm.ID) (string, error) {
	sc := store.ScopeOf(r.user, crm.MayReadAccount)
	if of == "contact" {
		c, err := store.Contacts.Record(r.ctx(), r.store, sc, id)
		return c.Name, err
	}
	a, err := store.Accounts.Record(r.ctx(), r.store, sc, id)
	return a.Name, err
}

// part360 reads which rows are asked for; kinds that there are not are not found.
func (r *request) part360(of string, id crm.ID) (store.Part360, error) {
	q := r.gin.Request.URL.Query()
	p := store.Part360{
		Of: of, ID: id, What: known(r.gin.Param("what"), store.What360(of)), State: known(q.Get("state"), []string{"open", "won", "lost", "active", "overdue"}),
		Stage: clean(q.Get("stage"), 60), After: optionalID(q.Get("after")),
	}
	if p.What == "" {
		return p, store.ErrNotFound
	}
	if year, quarter, ok := strings.Cut(q.Get("quarter"), "-"); ok {
		p.Year, _ = strconv.Atoi(year)
		p.Quarter, _ = strconv.Atoi(quarter)
	}
	return p, nil
}

// page cuts the list that is filled to a page.
func (p *rows360Page) page(r *request) {
	p.Deals, p.First, p.Next = pagedIf(p, r, p.Deals, func(c store.Card) crm.ID { return c.ID })
	p.Contracts, p.First, p.Next = pagedIf(p, r, p.Contracts, func(c store.ContractRow) crm.ID { return c.ID })
	p.Invoices, p.First, p.Next = pagedIf(p, r, p.Invoices, func(i store.InvoiceRow) crm.ID { return i.ID })
	p.Engagements, p.First, p.Next = pagedIf(p, r, p.Engagements, func(e store.EngagementRow) crm.ID { return e.ID })
	p.Rows360.Leads, p.First, p.Next = pagedIf(p, r, p.Rows360.Leads, func(l store.LeadRow) crm.ID { return l.ID })
	p.Cases, p.First, p.Next = pagedIf(p, r, p.Cases, func(c store.CaseRow) crm.ID { return c.ID })
	p.Documents, p.First, p.Next = pagedIf(p, r, p.Documents, func(d crm.Document) crm.ID { return d.ID })
	p.Empty = len(p.Deals)+len(p.Contracts)+len(p.Invoices)+len(p.Engagements)+len(p.Rows360.Leads)+len(p.Cases)+len(p.Documents) == 0
}

func pagedIf[T any](p *rows360Page, r *request, rows []T, id func(T) crm.ID) ([]T, string, string) {
	if len(rows) == 0 {
		return rows, p.First, p.Next
	}
	return paged(r, rows, id)
}
