package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// OrderRow is an order as the queue shows it.
type OrderRow struct {
	crm.Order
	Account   string
	AccountID crm.ID
	Deal      string
	Owner     string
	OwnerID   crm.ID
	Requester string   // name of who sent the quote
	Waiting   crm.Role // whose approval is next; empty when none is, or when it is a person's
	Asks      bool     // it waits for the approval of who looks
	Cost      decimal.Decimal
	ListTotal decimal.Decimal
	QuoteNo   string
}

// Margin is net minus cost in per cent of net.
func (o OrderRow) Margin() decimal.Decimal { return share(o.Net.Sub(o.Cost), o.Net) }

// Discount is how far the net lies below the list total, in per cent of it.
func (o OrderRow) Discount() decimal.Decimal { return share(o.ListTotal.Sub(o.Net), o.ListTotal) }

func share(part, whole decimal.Decimal) decimal.Decimal {
	if whole.IsZero() {
		return decimal.Zero
	}
	return part.Mul(decimal.NewFromInt(100)).DivRound(whole, 1)
}

const orderRows = `select r.*, a.name as account, a.id as account_id, o.name as deal, coalesce(u.name, '') as owner, o.owner_id, coalesce(v.name, '') as requester,
	coalesce((select p.role from approval p where p.order_id = r.id and p.round = r.round and p.state = 'waiting' order by p.position limit 1), '') as waiting,
	q.cost, q.list_total, q.number || ' v' || q.revision as quote_no
	from sales_order r join opportunity o on o.id = r.opportunity_id join account a on a.id = o.account_id join quote q on q.id = r.quote_id
	left join app_user u on u.id = o.owner_id left join app_user v on v.id::text = r.requested_by`

// OrderQueue lists the orders that wait for validation or approval within the scope, and those that the person was found for; those that wait for his
// approval first, then the oldest.
func (s *Store) OrderQueue(ctx context.Context, sc Scope, u crm.User) ([]OrderRow, error) {
	args := pgx.NamedArgs{"me": u.ID, "roles": roleTexts(u)}
	return many[OrderRow](ctx, s.pool, `select r.*, `+approvalAsks+` as asks from (`+orderRows+` where r.state in ('validate', 'approve') and (`+sc.sees("o.owner_id")+`
		or exists (select from approval_person w where w.order_id = r.id and w.user_id = @me::uuid))) r order by asks desc, created_at, id limit 200`, sc.args(args))
}

func roleTexts(u crm.User) []string {
	out := make([]string, len(u.Roles))
	for i, r := range u.Roles {
		out[i] = string(r)
	}
	return out
}

// LastDecided is the order decided last; ErrNotFound when there is none.
func (s *Store) LastDecided(ctx context.Context, sc Scope) (OrderRow, error) {
	return one[OrderRow](ctx, s.pool, orderRows+` where r.decided_at is not null and `+sc.sees("o.owner_id")+
		` order by r.decided_at desc, r.id limit 1`, sc.args(nil))
}

// OrderLine is a position of the order against the catalogue.
type OrderLine struct {
	crm.QuoteLine
	ListPrice *decimal.Decimal // of the catalogue; nil for free text
}

// ApprovalRow is a station of the route with who decided.
type ApprovalRow struct {
	crm.Approval
	Decider   string
	Principal string // in whose place
	Carried   string // number of the order whose approval still counts
}

// OrderPage is what an approver needs to decide (S078, S079).
type OrderPage struct {
	OrderRow
	Validator  string
	Decider    string
	Lines      []OrderLine
	Before     []crm.Quote // earlier versions of the quote
	Quote      crm.Quote
	Plan       []crm.Share
	Route      []ApprovalRow
	Verdicts   []crm.Verdict // why it was asked for and what validation found, newest first
	Timeline   []Event
	ContractID crm.ID
}

// OrderPage reads one order; ErrNotFound when the reader may not see it.
func (s *Store) OrderPage(ctx context.Context, sc Scope, id crm.ID, u crm.User) (OrderPage, error) {
	p, err := one[OrderPage](ctx, s.pool, `select r.*, `+approvalAsks+` as asks, coalesce(v.name, '') as validator, coalesce(d.name, '') as decider,
		(select c.id from contract c where c.order_id = r.id) as contract_id
		from (`+orderRows+` where r.id = @id and `+sc.sees("o.owner_id")+`) r
		left join app_user v on v.id::text = r.validated_by left join app_user d on d.id::text = r.decided_by`, sc.args(pgx.NamedArgs{"id": id, "me": u.ID, "roles": roleTexts(u)}))
	if err != nil {
		return p, err
	}
	if p.Quote, err = one[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where id = $1`, p.QuoteID); err != nil {
		return p, err
	}
	if p.Before, err = many[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where number = $1 and revision < $2 order by revision desc`, p.Quote.Number, p.Quote.Revision); err != nil {
		return p, err
	}
	if p.Lines, err = many[OrderLine](ctx, s.pool, `select l.*, p.price as list_price from quote_line l left join product p on p.id = l.product_id where l.quote_id = $1 order by l.position, l.id`, p.QuoteID); err != nil {
		return p, err
	}
	if p.Plan, err = many[crm.Share](ctx, s.pool, `select kind, percent from quote_share where quote_id = $1 order by position`, p.QuoteID); err != nil {
		return p, err
	}
	if p.Route, err = many[ApprovalRow](ctx, s.pool, `select a.*, t.turn_at, t.due_at, coalesce(u.name, '') as decider, coalesce(b.name, '') as principal, coalesce(c.number, '') as carried
		from approval a left join approval_turn t using (order_id, round, position) left join app_user u on u.id = a.decided_by left join app_user b on b.id = a.on_behalf_of left join sales_order c on c.id = a.carried_from
		where a.order_id = $1 and a.round = $2 order by a.position`, id, p.Round); err != nil {
		return p, err
	}
	process := crm.ProcessID(crm.KindOpportunity, p.OpportunityID)
	if p.Verdicts, err = many[crm.Verdict](ctx, s.pool, `select kind, version, key, result, clauses from verdict where process = $1 and kind in ('order', 'approval') and at >= $2 order by at desc limit 10`, process, p.CreatedAt); err != nil {
		return p, err
	}
	p.Timeline, err = s.processTimeline(ctx, process)
	return p, err
}
