package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// AccountRow is a company as a list shows it.
type AccountRow struct {
	crm.Account
	Owner string
	Deals int             // open ones
	Sum   decimal.Decimal // of the open deals
	Open  decimal.Decimal // what it owes
}

const accountRows = `select a.*, coalesce(u.name, '') as owner, coalesce(o.deals, 0) as deals, coalesce(o.sum, 0) as sum, coalesce(r.open, 0) as open
	from account a left join app_user u on u.id = a.owner_id
	left join lateral (select count(*) as deals, sum(amount) as sum from opportunity where account_id = a.id and state = 'open') o on true
	left join lateral (select sum(open) as open from receivable where account_id = a.id and open > 0) r on true`

// AccountFilter narrows the list of companies; empty fields do not.
type AccountFilter struct {
	Text     string // in name, VAT number or mail address
	Kind     string
	Country  string
	Archived bool // the archived ones instead of those in use
	Sort     string
	After    crm.ID // the last company of the page before
}

// accountSorts are the orders of the list, with the condition that comes after a company.
var accountSorts = map[string]struct{ order, after string }{
	"":        {`lower(a.name), a.id`, `(lower(a.name), a.id) > (select lower(x.name), x.id from account x where x.id = @after)`},
	"created": {`a.created_at desc, a.id desc`, `(a.created_at, a.id) < (select x.created_at, x.id from account x where x.id = @after)`},
	"country": {`a.country, lower(a.name), a.id`, `(a.country, lower(a.name), a.id) > (select x.country, lower(x.name), x.id from account x where x.id = @after)`},
}

// AccountRows lists companies, page by page.
func (s *Store) AccountRows(ctx context.Context, sc Scope, f AccountFilter, limit int) ([]AccountRow, error) {
	sort, known := accountSorts[f.Sort]
	if !known {
		sort = accountSorts[""]
	}
	where := conditions{sc.sees("a.owner_id"), `(a.archived_at is not null) = @archived`}
	where.when(f.Text != "", `(a.name ilike @text or a.vat ilike @text or a.email ilike @text or a.tax_code ilike @text)`)
	where.when(f.Kind != "", `a.kind = @kind`)
	where.when(f.Country != "", `a.country = @country`)
	where.when(f.After != "", sort.after)
	args := sc.args(pgx.NamedArgs{"text": like(f.Text), "kind": f.Kind, "country": f.Country, "archived": f.Archived, "after": f.After, "limit": limit})
	return many[AccountRow](ctx, s.pool, accountRows+where.sql()+` order by `+sort.order+` limit @limit`, args)
}

// AccountsNamed finds the companies in use that are called so, or have this VAT number; at most two, which is one too many to be sure.
func (s *Store) AccountsNamed(ctx context.Context, sc Scope, text string) ([]Choice, error) {
	vat, err := crm.CheckVAT(text)
	if err != nil {
		vat = ""
	}
	return many[Choice](ctx, s.pool, `select a.id, a.name from account a where a.archived_at is null and (lower(a.name) = lower(@name) or @vat <> '' and a.vat = @vat) and `+sc.sees("a.owner_id")+
		` order by a.id limit 2`, sc.args(pgx.NamedArgs{"name": text, "vat": vat}))
}

// ContactRow is a person as a list shows him.
type ContactRow struct {
	crm.Contact
	Account string
	Owner   string
	Deals   int // open ones in which he is the contact
}

// ContactFilter narrows the list of people; empty fields do not.
type ContactFilter struct {
	Text     string // in name, mail address or company
	Status   string
	Role     string
	Archived bool
	Sort     string
	After    crm.ID
}

var contactSorts = map[string]struct{ order, after string }{
	"":        {`lower(c.name), c.id`, `(lower(c.name), c.id) > (select lower(x.name), x.id from contact x where x.id = @after)`},
	"created": {`c.created_at desc, c.id desc`, `(c.created_at, c.id) < (select x.created_at, x.id from contact x where x.id = @after)`},
	"company": {`lower(a.name), lower(c.name), c.id`, `(lower(a.name), lower(c.name), c.id) > (select lower(y.name), lower(x.name), x.id from contact x join account y on y.id = x.account_id where x.id = @after)`},
}

// ContactRows lists the people whom the reader may see, page by page (S049).
func (s *Store) ContactRows(ctx context.Context, sc Scope, f ContactFilter, limit int) ([]ContactRow, error) {
	sort, known := contactSorts[f.Sort]
	if !known {
		sort = contactSorts[""]
	}
	where := conditions{sc.sees("coalesce(c.owner_id, a.owner_id)"), `(c.archived_at is not null) = @archived`}
	where.when(f.Text != "", `(c.name ilike @text or c.email ilike @text or a.name ilike @text)`)
	where.when(f.Status != "", `c.status = @status`)
	where.when(f.Role != "", `c.role = @role`)
	where.when(f.After != "", sort.after)
	return many[ContactRow](ctx, s.pool, `select c.*, a.name as account, coalesce(u.name, '') as owner, (select count(*) from opportunity o where o.account_id = c.account_id and o.contact_id = c.id and o.state = 'open') as deals
		from contact c join account a on a.id = c.account_id left join app_user u on u.id = c.owner_id`+where.sql()+` order by `+sort.order+` limit @limit`,
		sc.args(pgx.NamedArgs{"text": like(f.Text), "status": f.Status, "role": f.Role, "archived": f.Archived, "after": f.After, "limit": limit}))
}
