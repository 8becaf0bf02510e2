package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ContractRow is a contract as a list shows it.
type ContractRow struct {
	crm.Contract
	Account  string
	Owner    string
	Invoiced decimal.Decimal // total of its issued invoices
	Credited decimal.Decimal // of these
	Paid     decimal.Decimal // what came in on them, deposits with it
	Late     bool            // something is open past its due date
	Progress decimal.Decimal // of the project, in per cent
	Billing  crm.EarningWay  // of the project
}

const contractRows = `select c.*, a.name as account, coalesce(u.name, '') as owner, coalesce(i.invoiced, 0) as invoiced, coalesce(i.credited, 0) as credited, coalesce(i.paid, 0) as paid,
	coalesce(i.late, false) as late, coalesce(p.progress_percent, 0) as progress, coalesce(p.billing, 'plan') as billing
	from contract c join account a on a.id = c.account_id left join app_user u on u.id = c.owner_id left join project p on p.contract_id = c.id
	left join lateral (select sum(b.total) as invoiced, sum(b.credited) as credited, sum(b.owed - b.open - b.given - b.written_off) as paid, bool_or(b.open > 0 and b.due_date < @today) as late from contract_bill b where b.contract_id = c.id) i on true`

// ContractRows lists contracts, the newest first; a text is looked for in number and customer.
func (s *Store) ContractRows(ctx context.Context, sc Scope, state, text string, after crm.ID, today crm.Date, limit int) ([]ContractRow, error) {
	where := conditions{sc.sees("c.owner_id")}
	where.when(state != "", `c.state = @state`)
	where.when(text != "", `(c.number ilike @text or a.name ilike @text)`)
	where.when(after != "", `(c.signed_at, c.id) < (select x.signed_at, x.id from contract x where x.id = @after)`)
	return many[ContractRow](ctx, s.pool, contractRows+where.sql()+` order by c.signed_at desc, c.id desc limit @limit`,
		sc.args(pgx.NamedArgs{"state": state, "text": like(text), "after": after, "today": today, "limit": limit}))
}

// TrancheRow is a part of the bill with its invoice (S060-S062).
type TrancheRow struct {
	crm.Tranche
	InvoiceNumber string
	IssueDate     crm.Date
	DueDate       crm.Date
	Open          decimal.Decimal
	SettledAt     *time.Time
	WrittenOff    decimal.Decimal // of its invoice
}

// EffectRow is something that leaves the house, and how that goes.
type EffectRow struct {
	Key       string
	Channel   string
	State     string
	Attempts  int
	NextAt    time.Time
	OutcomeAt *time.Time
	Outcome   string
	CreatedAt time.Time
}

const effects = `select key, channel, state, attempts, next_at, outcome_at, outcome, created_at from effect`

// ContractPage is a contract with its project, bill and what the ERP said.
type ContractPage struct {
	ContractRow
	OrderNumber     string
	Deal            string
	NextOpportunity string
	Project         crm.Project
	ManagerName     string
	Tranches        []TrancheRow
	ERP             []EffectRow
	Timeline        []Event
}

// ContractPage reads one contract; ErrNotFound when the reader may not see it.
func (s *Store) ContractPage(ctx context.Context, sc Scope, id crm.ID, today crm.Date) (ContractPage, error) {
	p, err := one[ContractPage](ctx, s.pool, `select c.*, r.number as order_number, o.name as deal, coalesce(n.number, '') as next_opportunity
		from (`+contractRows+` where c.id = @id and `+sc.sees("c.owner_id")+`) c join sales_order r on r.id = c.order_id join opportunity o on o.id = c.opportunity_id
		left join opportunity n on n.id = c.next_opportunity_id`, sc.args(pgx.NamedArgs{"id": id, "today": today}))
	if err != nil {
		return p, err
	}
	projects, err := many[struct {
		crm.Project
		ManagerName string
	}](ctx, s.pool, `select p.*, coalesce(u.name, '') as manager_name from project p left join app_user u on u.id = p.manager_id where p.contract_id = $1`, id)
	if err != nil {
		return p, err
	}
	if len(projects) > 0 {
		p.Project, p.ManagerName = projects[0].Project, projects[0].ManagerName
	}
	if p.Tranches, err = many[TrancheRow](ctx, s.pool, `select t.*, coalesce(i.number, '') as invoice_number, i.issue_date, coalesce(r.due_date, i.due_date) as due_date, coalesce(h.open, r.open, 0) as open, r.settled_at, written_off(t.invoice_id) as written_off
		from tranche t left join invoice i on i.id = t.invoice_id left join receivable r on r.invoice_id = t.invoice_id
		left join lateral (select x.open from invoice_shares(i.id) x where i.grouped and x.tranche_id = t.id) h on true where t.contract_id = $1 order by t.position`, id); err != nil {
		return p, err
	}
	process := crm.ProcessID(crm.KindContract, id)
	if p.ERP, err = many[EffectRow](ctx, s.pool, effects+` where channel = 'erp' and process in ($1, $2) order by created_at desc`, process, crm.ProcessID(crm.KindOpportunity, p.OpportunityID)); err != nil {
		return p, err
	}
	p.Timeline, err = s.contractTimeline(ctx, p.Contract)
	return p, err
}

// ContractHead reads a contract as a list shows it; ErrNotFound when the reader may not see it.
func (s *Store) ContractHead(ctx context.Context, sc Scope, id crm.ID) (ContractRow, error) {
	return one[ContractRow](ctx, s.pool, contractRows+` where c.id = @id and `+sc.sees("c.owner_id"), sc.args(pgx.NamedArgs{"id": id, "today": crm.Date{}}))
}
