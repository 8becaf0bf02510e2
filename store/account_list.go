package store

import (
	"context"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Rows360 are the rows behind a number of a company's or a person's page; one of the lists is filled.
type Rows360 struct {
	Deals       []Card
	Contracts   []ContractRow
	Invoices    []InvoiceRow
	Engagements []EngagementRow
	Leads       []LeadRow
	Cases       []CaseRow
	Documents   []crm.Document
}

// Part360 says which rows of a company or person are asked for.
type Part360 struct {
	Of      string // account, contact
	ID      crm.ID
	What    string // deals, contracts, invoices, activities, leads, cases, documents
	State   string // of deals open, won, lost; of contracts active; of invoices open, overdue; of cases open
	Stage   string // of deals
	Year    int    // of invoices, with Quarter
	Quarter int
	After   crm.ID
}

// What360 lists the kinds of rows that a company's or person's page leads to.
func What360(of string) []string {
	if of == "contact" {
		return []string{"deals", "activities", "leads"}
	}
	return []string{"deals", "contracts", "invoices", "activities", "leads", "cases", "documents"}
}

// List360 reads one page of rows behind a number, the latest first. The caller has seen to it that the reader may see the record.
func (s *Store) List360(ctx context.Context, sc Scope, part Part360, today crm.Date, limit int) (r Rows360, err error) {
	args := sc.args(pgx.NamedArgs{"id": part.ID, "today": today, "limit": limit, "after": part.After, "state": part.State, "stage": part.Stage, "year": part.Year, "quarter": part.Quarter})
	after := func(table, column string) string {
		return `(x.` + column + `, x.id) < (select y.` + column + `, y.id from ` + table + ` y where y.id = @after)`
	}
	own := map[string]string{"account": `x.account_id = @id`, "contact": `x.contact_id = @id`}[part.Of]
	where := conditions{own}
	switch part.What {
	case "deals":
		where = conditions{sc.sees("x.owner_id"), strings.NewReplacer("o.", "x.").Replace(map[string]string{"account": own, "contact": dealsOfContact}[part.Of])}
		where.when(part.State != "", `x.state = @state`)
		where.when(part.Stage != "", `x.stage = @stage`)
		where.when(part.After != "", after("opportunity", "updated_at"))
		r.Deals, err = many[Card](ctx, s.pool, cardsOf(`(select * from opportunity x`+where.sql()+` order by x.updated_at desc, x.id desc limit @limit)`)+` order by o.updated_at desc, o.id desc`, args)
	case "contracts":
		where = append(where, sc.sees("x.owner_id"))
		where.when(part.State != "", `x.state = @state`)
		where.when(part.After != "", after("contract", "signed_at"))
		r.Contracts, err = many[ContractRow](ctx, s.pool, contractRows+` where c.id in (select x.id from contract x`+where.sql()+` order by x.signed_at desc, x.id desc limit @limit)
			order by c.signed_at desc, c.id desc`, args)
	case "invoices":
		where.when(part.State == "open", `exists (select from receivable y where y.invoice_id = x.id and y.open > 0)`)
		where.when(part.State == "overdue", `exists (select from receivable y where y.invoice_id = x.id and y.open > 0 and y.due_date < @today)`)
		where.when(part.Year > 0, `extract(year from x.issue_date) = @year and extract(quarter from x.issue_date) = @quarter`)
		where.when(part.After != "", after("invoice", "issue_date"))
		r.Invoices, err = many[InvoiceRow](ctx, s.pool, invoiceRows+` where i.id in (select x.id from invoice x`+where.sql()+` order by x.issue_date desc, x.id desc limit @limit)
			order by i.issue_date desc, i.id desc`, args)
	case "activities":
		if part.Of == "account" {
			where = conditions{`x.opportunity_id in (select id from opportunity where account_id = @id)`}
		}
		where.when(part.After != "", after("engagement", "due_at"))
		r.Engagements, err = many[EngagementRow](ctx, s.pool, engagementsOf+` where e.id in (select x.id from engagement x`+where.sql()+` order by x.due_at desc, x.id desc limit @limit)
			order by e.due_at desc, e.id desc`, args)
	case "leads":
		where = append(where, sc.sees("x.owner_id"))
		where.when(part.After != "", after("lead", "created_at"))
		r.Leads, err = many[LeadRow](ctx, s.pool, leadRows+` where l.id in (select x.id from lead x`+where.sql()+` order by x.created_at desc, x.id desc limit @limit)
			order by l.created_at desc, l.id desc`, args)
	case "cases":
		where.when(part.State == "open", `x.state not in ('solved', 'closed')`)
		where.when(part.After != "", after("care_case", "opened_at"))
		r.Cases, err = many[CaseRow](ctx, s.pool, caseRows+` where k.id in (select x.id from care_case x`+where.sql()+` order by x.opened_at desc, x.id desc limit @limit)
			order by k.opened_at desc, k.id desc`, args)
	case "documents":
		where = conditions{sc.seesFiles()}
		where.when(part.After != "", `(d.at, d.id) < (select y.at, y.id from document y where y.id = @after)`)
		r.Documents, err = many[crm.Document](ctx, s.pool, documentsOf+` and `+strings.Join(where, " and ")+` order by d.at desc, d.id desc limit @limit`, args)
	}
	return r, err
}
