package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// shown360 is how many rows of each kind stand on the page of a company or person; the others are behind its number.
const shown360 = 10

// AccountPage is all that is known of a company (S055, S057).
type AccountPage struct {
	AccountRow
	Parent      string // name of the company above it; empty where the reader may not see it
	Figures     AccountFigures
	Contacts    []crm.Contact
	Deals360    []Card // the largest open ones, then the latest
	Contracts   []ContractRow
	Invoices    []InvoiceRow
	Engagements []EngagementRow
	Leads       []LeadRow
	Cases       []CaseRow
	Documents   []crm.Document
	Addresses   []crm.Address
	Group       []GroupRow   // empty where it stands alone
	Stages      []StageSum   // of its open deals
	Quarters    []QuarterSum // of what was invoiced
	Timeline    []Event
}

// AccountFigures are the numbers of a company, each of which has its rows in AccountList.
type AccountFigures struct {
	WonDeals     int
	Won          decimal.Decimal // of all won deals (S056)
	AllDeals     int
	AllContracts int
	Running      int // contracts
	AllInvoices  int
	OpenInvoices int
	Late         int // invoices
	Overdue      decimal.Decimal
	AllLeads     int
	Activities   int
	OpenCases    int
	Files        int
	People       int
}

// QuarterSum is what was invoiced in a quarter, without tax.
type QuarterSum struct {
	Year, Quarter int
	Sum           decimal.Decimal
}

// collect adds a question to a batch; its rows go into a list.
func collect[T any](b *pgx.Batch, into *[]T, sql string, args pgx.NamedArgs) {
	b.Queue(sql, args).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[T])
		return err
	})
}

// AccountPage reads one company in one round trip; ErrNotFound when the reader may not see it. Its deals, contracts, leads and group are those
// that the reader may see.
func (s *Store) AccountPage(ctx context.Context, sc Scope, id crm.ID, today crm.Date) (p AccountPage, err error) {
	args := sc.args(pgx.NamedArgs{"id": id, "today": today, "n": shown360})
	var heads []struct {
		AccountRow
		Parent string
	}
	var figures []AccountFigures
	b := &pgx.Batch{}
	collect(b, &heads, `select x.*, coalesce((select g.name from account g where g.id = x.parent_id and `+sc.sees("g.owner_id")+`), '') as parent
		from (`+accountRows+` where a.id = @id and `+sc.sees("a.owner_id")+`) x`, args)
	collect(b, &figures, accountFigures(sc), args)
	collect(b, &p.Contacts, `select * from contact where account_id = @id and archived_at is null order by name, id limit 50`, args)
	collect(b, &p.Deals360, cardsOf(`(select * from opportunity o where account_id = @id and `+sc.sees("o.owner_id")+
		` order by state <> 'open', case when state = 'open' then amount end desc, updated_at desc, id limit @n)`)+` order by o.state <> 'open', case when o.state = 'open' then o.amount end desc, o.updated_at desc, o.id`, args)
	collect(b, &p.Contracts, contractRows+` where c.account_id = @id and `+sc.sees("c.owner_id")+` order by c.signed_at desc, c.id limit @n`, args)
	collect(b, &p.Invoices, invoiceRows+` where i.account_id = @id order by i.issue_date desc, i.id limit @n`, args)
	collect(b, &p.Engagements, engagementsOf+` where e.id in (select id from engagement where opportunity_id in (select id from opportunity where account_id = @id))
		order by e.done_at is not null, case when e.done_at is null then e.due_at end, e.done_at desc, e.id limit @n`, args)
	collect(b, &p.Leads, leadRows+` where l.account_id = @id and `+sc.sees("l.owner_id")+` order by l.created_at desc, l.id limit @n`, args)
	collect(b, &p.Cases, caseRows+` where k.account_id = @id order by k.state in ('solved', 'closed'), k.opened_at desc, k.id limit @n`, args)
	collect(b, &p.Documents, documentsOf+` and `+sc.seesFiles()+` order by d.at desc, d.id limit @n`, args)
	collect(b, &p.Addresses, addresses+` where x.account_id = @id order by array_position('{legal,invoice,delivery,site}', x.purpose), main desc, x.created_at, x.id`, args)
	collect(b, &p.Group, accountGroup(sc), args)
	collect(b, &p.Stages, `select o.pipeline, o.stage, o.state, count(*) as deals, sum(o.amount) as sum from opportunity o where o.account_id = @id and o.state = 'open' and `+
		sc.sees("o.owner_id")+` group by 1, 2, 3 order by 1, 2`, args)
	collect(b, &p.Quarters, `select extract(year from issue_date)::int as year, extract(quarter from issue_date)::int as quarter, sum(net) as sum from invoice
		where account_id = @id and issue_date > @today::date - 730 group by 1, 2 order by 1, 2`, args)
	collect(b, &p.Timeline, entries+` where t.account_id = any(with_merged('account', @id)) order by t.id desc limit 30`, args)
	if err = s.pool.SendBatch(ctx, b).Close(); err != nil {
		return p, told(err)
	}
	if len(heads) == 0 {
		return AccountPage{}, ErrNotFound
	}
	p.AccountRow, p.Parent, p.Figures = heads[0].AccountRow, heads[0].Parent, figures[0]
	if len(p.Group) == 1 {
		p.Group = nil
	}
	return p, nil
}

func accountFigures(sc Scope) string {
	return `select d.*, c.*, i.*, (select count(*) from lead l where l.account_id = @id and ` + sc.sees("l.owner_id") + `) as all_leads,
		(select count(*) from engagement e where e.opportunity_id in (select id from opportunity where account_id = @id)) as activities,
		(select count(*) from care_case where account_id = @id and state not in ('solved', 'closed')) as open_cases,
		(select count(*) from document d where d.account_id = @id and ` + sc.seesFiles() + `) as files, (select count(*) from contact where account_id = @id and archived_at is null) as people
	from (select count(*) as all_deals, count(*) filter (where o.state = 'won') as won_deals, coalesce(sum(o.amount) filter (where o.state = 'won'), 0) as won
			from opportunity o where o.account_id = @id and ` + sc.sees("o.owner_id") + `) d,
		(select count(*) as all_contracts, count(*) filter (where c.state = 'active') as running from contract c where c.account_id = @id and ` + sc.sees("c.owner_id") + `) c,
		(select count(*) as all_invoices, count(*) filter (where r.open > 0) as open_invoices, count(*) filter (where r.open > 0 and r.due_date < @today) as late,
			coalesce(sum(r.open) filter (where r.open > 0 and r.due_date < @today), 0) as overdue
			from invoice i left join receivable r on r.invoice_id = i.id where i.account_id = @id) i`
}

// cardsOf are cards of the deals that a table gives.
func cardsOf(table string) string {
	return `select o.*, a.name as account, coalesce(u.name, '') as owner, coalesce(e.subject, '') as next_step, e.due_at as next_due,
		coalesce((select r.state from sales_order r where r.opportunity_id = o.id and r.state in ('validate', 'approve') limit 1), '') as "order"
	from ` + table + ` o join account a on a.id = o.account_id left join app_user u on u.id = o.owner_id
	left join lateral (select subject, due_at from engagement where opportunity_id = o.id and done_at is null order by due_at limit 1) e on true`
}

const (
	engagementsOf = `select e.*, u.name as owner, coalesce(o.name, '') as deal, coalesce(c.name, '') as contact
		from engagement e join app_user u on u.id = e.owner_id left join opportunity o on o.id = e.opportunity_id left join contact c on c.id = e.contact_id`
	documentsOf = `select d.id, d.opportunity_id, d.title, d.name, d.media_type, d.size, d.author_id, d.at from document d where d.account_id = @id`
)

// ContactPage is a person with the deals matured on him (S051, S052).
type ContactPage struct {
	crm.Contact
	Account     string
	Owner       string
	Figures     ContactFigures
	Deals       []Card
	Engagements []EngagementRow
	Leads       []LeadRow
	Stages      []StageSum // of his open deals
	Posts       []PostRow  // where he worked before
}

// ContactFigures are the numbers of a person, each of which has its rows in ContactList.
type ContactFigures struct {
	OpenDeals  int
	Sum        decimal.Decimal
	WonDeals   int
	Won        decimal.Decimal
	Activities int
}

const dealsOfContact = `(o.contact_id = @id or exists (select 1 from relation r where r.opportunity_id = o.id and r.contact_id = @id))`

// ContactPage reads one contact in one round trip; ErrNotFound when the reader may see neither him nor his company (S049).
func (s *Store) ContactPage(ctx context.Context, sc Scope, id crm.ID) (p ContactPage, err error) {
	args := sc.args(pgx.NamedArgs{"id": id, "n": shown360})
	var heads []struct {
		crm.Contact
		Account, Owner string
	}
	var figures []ContactFigures
	sees := dealsOfContact + ` and ` + sc.sees("o.owner_id")
	b := &pgx.Batch{}
	collect(b, &heads, `select c.*, a.name as account, coalesce(u.name, '') as owner from contact c join account a on a.id = c.account_id
		left join app_user u on u.id = c.owner_id where c.id = @id and (`+sc.sees("c.owner_id")+` or `+sc.sees("a.owner_id")+`)`, args)
	collect(b, &figures, `select count(*) filter (where o.state = 'open') as open_deals, coalesce(sum(o.amount) filter (where o.state = 'open'), 0) as sum,
			count(*) filter (where o.state = 'won') as won_deals, coalesce(sum(o.amount) filter (where o.state = 'won'), 0) as won,
			(select count(*) from engagement where contact_id = @id) as activities from opportunity o where `+sees, args)
	collect(b, &p.Deals, cardsOf(`(select * from opportunity o where `+sees+` order by state <> 'open', updated_at desc, id limit @n)`)+` order by o.state <> 'open', o.updated_at desc, o.id`, args)
	collect(b, &p.Engagements, engagementsOf+` where e.contact_id = @id order by e.done_at is not null, case when e.done_at is null then e.due_at end, e.done_at desc, e.id limit @n`, args)
	collect(b, &p.Leads, leadRows+` where l.contact_id = @id and `+sc.sees("l.owner_id")+` order by l.created_at desc, l.id limit @n`, args)
	collect(b, &p.Stages, `select o.pipeline, o.stage, o.state, count(*) as deals, sum(o.amount) as sum from opportunity o where o.state = 'open' and `+sees+` group by 1, 2, 3 order by 1, 2`, args)
	collect(b, &p.Posts, `select p.id, p.contact_id, p.account_id, p.job, p.from_at, p.until_at, a.name as account from contact_post p join account a on a.id = p.account_id
		where p.contact_id = @id order by p.until_at desc, p.id`, args)
	if err = s.pool.SendBatch(ctx, b).Close(); err != nil {
		return p, told(err)
	}
	if len(heads) == 0 {
		return ContactPage{}, ErrNotFound
	}
	p.Contact, p.Account, p.Owner, p.Figures = heads[0].Contact, heads[0].Account, heads[0].Owner, figures[0]
	return p, nil
}
