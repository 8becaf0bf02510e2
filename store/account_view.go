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

// AccountRows lists companies by name.
func (s *Store) AccountRows(ctx context.Context, sc Scope, text string, after crm.ID, limit int) ([]AccountRow, error) {
	where := conditions{sc.sees("a.owner_id")}
	where.when(text != "", `(a.name ilike @text or a.vat ilike @text or a.email ilike @text)`)
	where.when(after != "", `(lower(a.name), a.id) > (select lower(x.name), x.id from account x where x.id = @after)`)
	return many[AccountRow](ctx, s.pool, accountRows+where.sql()+` order by lower(a.name), a.id limit @limit`,
		sc.args(pgx.NamedArgs{"text": like(text), "after": after, "limit": limit}))
}

// AccountPage is all that is known of a company (S055, S057).
type AccountPage struct {
	AccountRow
	Won         decimal.Decimal // of all won deals (S056)
	Contacts    []crm.Contact
	Deals360    []Card
	Contracts   []ContractRow
	Invoices    []InvoiceRow
	Engagements []EngagementRow
	Leads       []LeadRow
	Timeline    []Event
}

// AccountPage reads one company; ErrNotFound when the reader may not see it. Its deals and contracts are those that the reader may see.
func (s *Store) AccountPage(ctx context.Context, sc Scope, id crm.ID, today crm.Date) (AccountPage, error) {
	args := sc.args(pgx.NamedArgs{"id": id, "today": today})
	p, err := one[AccountPage](ctx, s.pool, `select x.*, (select coalesce(sum(amount), 0) from opportunity where account_id = x.id and state = 'won') as won
		from (`+accountRows+` where a.id = @id and `+sc.sees("a.owner_id")+`) x`, args)
	if err != nil {
		return p, err
	}
	if p.Contacts, err = many[crm.Contact](ctx, s.pool, `select * from contact where account_id = $1 order by name, id`, id); err != nil {
		return p, err
	}
	if p.Deals360, err = many[Card](ctx, s.pool, cards+` where o.account_id = @id and `+sc.sees("o.owner_id")+` order by o.updated_at desc, o.id limit 50`, args); err != nil {
		return p, err
	}
	if p.Contracts, err = many[ContractRow](ctx, s.pool, contractRows+` where c.account_id = @id and `+sc.sees("c.owner_id")+` order by c.signed_at desc, c.id limit 50`, args); err != nil {
		return p, err
	}
	if p.Invoices, err = many[InvoiceRow](ctx, s.pool, invoiceRows+` where i.account_id = $1 order by i.issue_date desc, i.id limit 50`, id); err != nil {
		return p, err
	}
	if p.Engagements, err = s.engagements(ctx, `o.account_id = $1`, id); err != nil {
		return p, err
	}
	if p.Leads, err = many[LeadRow](ctx, s.pool, leadRows+` where l.account_id = @id and `+sc.sees("l.owner_id")+` order by l.created_at desc limit 20`, args); err != nil {
		return p, err
	}
	p.Timeline, err = s.accountTimeline(ctx, id)
	return p, err
}

// ContactPage is a person with the deals matured on him (S051, S052).
type ContactPage struct {
	crm.Contact
	Account     string
	Owner       string
	Deals       []Card
	Engagements []EngagementRow
	Posts       []PostRow // where he worked before
}

// ContactPage reads one contact; ErrNotFound when the reader may see neither him nor his company (S049).
func (s *Store) ContactPage(ctx context.Context, sc Scope, id crm.ID) (ContactPage, error) {
	args := sc.args(pgx.NamedArgs{"id": id})
	p, err := one[ContactPage](ctx, s.pool, `select c.*, a.name as account, coalesce(u.name, '') as owner from contact c join account a on a.id = c.account_id
		left join app_user u on u.id = c.owner_id where c.id = @id and (`+sc.sees("c.owner_id")+` or `+sc.sees("a.owner_id")+`)`, args)
	if err != nil {
		return p, err
	}
	if p.Deals, err = many[Card](ctx, s.pool, cards+` where (o.contact_id = @id or exists (select 1 from relation r where r.opportunity_id = o.id and r.contact_id = @id)) and `+
		sc.sees("o.owner_id")+` order by o.updated_at desc, o.id limit 50`, args); err != nil {
		return p, err
	}
	if p.Posts, err = s.posts(ctx, id); err != nil {
		return p, err
	}
	p.Engagements, err = s.engagements(ctx, `e.contact_id = $1`, id)
	return p, err
}
