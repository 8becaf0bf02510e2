package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// seen reads one record within the scope: one outside it is ErrNotFound, exactly as one that does not exist (S1).
func seen[T any](ctx context.Context, q querier, sc Scope, sql, id string, owner string, record crm.ID) (T, error) {
	args := []any{record}
	return one[T](ctx, q, sql+` where `+id+` = $1 and `+sc.covers(owner, &args), args...)
}

// Record reads the list's record within the scope.
func (l List[T]) Record(ctx context.Context, s *Store, sc Scope, id crm.ID) (T, error) {
	if l.owner == "" {
		return one[T](ctx, s.pool, l.from+` where `+l.id+` = $1`, id)
	}
	args := []any{id}
	return one[T](ctx, s.pool, l.from+` where `+l.id+` = $1 and `+l.covers(sc, &args), args...)
}

// QuoteParts is what a quote consists of beside its head.
type QuoteParts struct {
	Lines  []crm.QuoteLine
	Shares []crm.Share
}

// QuoteParts reads a quote's lines and billing plan; the caller has checked that the quote may be seen.
func (s *Store) QuoteParts(ctx context.Context, quote crm.ID) (p QuoteParts, err error) {
	if p.Lines, err = quoteLines(ctx, s.pool, quote); err == nil {
		p.Shares, err = quoteShares(ctx, s.pool, quote)
	}
	return p, err
}

// OrderApprovals reads the route of an order that may be seen.
func (s *Store) OrderApprovals(ctx context.Context, order crm.ID) ([]crm.Approval, error) {
	rows, err := askAll[Station](ctx, s.pool, ApprovalsOf(order))
	out := make([]crm.Approval, len(rows))
	for i, st := range rows {
		out[i] = st.Approval
	}
	return out, err
}

// ContractParts is a contract's billing plan and project.
type ContractParts struct {
	Tranches []crm.Tranche
	Project  crm.Project
}

// ContractParts reads the billing plan and project of a contract that may be seen.
func (s *Store) ContractParts(ctx context.Context, contract crm.ID) (p ContractParts, err error) {
	if p.Tranches, err = tranches(ctx, s.pool, contract); err != nil {
		return p, err
	}
	p.Project, err = orNone(one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, contract))
	return p, err
}

// InvoicePayment is what came in for one invoice.
type InvoicePayment struct {
	ID         crm.ID
	Reference  string
	Amount     decimal.Decimal // of this invoice
	ReceivedOn crm.Date
	At         time.Time
}

// InvoiceParts is what an invoice consists of, and what happened to it.
type InvoiceParts struct {
	Lines    []crm.InvoiceLine
	Payments []InvoicePayment
	Dunning  []crm.DunningStep
	Parts    []InvoicePart
	Credited decimal.Decimal // what credit notes gave the customer
}

// InvoiceParts reads lines, payments and dunning steps of an invoice that may be seen.
func (s *Store) InvoiceParts(ctx context.Context, invoice crm.ID) (p InvoiceParts, err error) {
	if p.Lines, err = many[crm.InvoiceLine](ctx, s.pool, invoiceLine+` where invoice_id = $1 order by position`, invoice); err != nil {
		return p, err
	}
	if p.Parts, err = invoiceParts(ctx, s.pool, invoice); err != nil {
		return p, err
	}
	if p.Credited, err = credited(ctx, s.pool, invoice); err != nil {
		return p, err
	}
	if p.Payments, err = many[InvoicePayment](ctx, s.pool, `select p.id, p.reference, -l.amount as amount, p.received_on, p.at from ledger l
		join payment p on p.id = l.payment_id where l.invoice_id = $1 and l.kind in ('payment', 'allocation', 'return') order by l.id`, invoice); err != nil {
		return p, err
	}
	p.Dunning, err = many[crm.DunningStep](ctx, s.pool, `select invoice_id, part, level, key, on_date, state, coalesce(effect_key, '') as effect_key, at, fee, interest, channel
		from dunning_step where invoice_id = $1 order by part, level`, invoice)
	return p, err
}

// OpportunityLines lists the Products tab of a deal that may be seen.
func (s *Store) OpportunityLines(ctx context.Context, opportunity crm.ID) ([]crm.ProductLine, error) {
	return productLines(ctx, s.pool, opportunity)
}

// OpportunityRelations lists the Relations tab of a deal that may be seen (S025).
func (s *Store) OpportunityRelations(ctx context.Context, opportunity crm.ID) ([]crm.Relation, error) {
	return many[crm.Relation](ctx, s.pool, `select * from relation where opportunity_id = $1 order by kind, name, id`, opportunity)
}

// ProcessTimeline lists what happened in a process that may be seen, the newest first, at most 500 lines (S018).
func (s *Store) ProcessTimeline(ctx context.Context, process string) ([]Entry, error) {
	return many[Entry](ctx, s.pool, `select process, cause, actor, code, at, data, rule_kind, rule_version, account_id, opportunity_id
		from timeline where process = $1 order by id desc limit 500`, process)
}

// ProcessState is where a process stands.
type ProcessState struct {
	crm.Process
	Parent    string
	StartedAt time.Time
	UpdatedAt time.Time
	Rules     map[crm.RuleKind]int // the versions that hold for it (N3)
}

// ProcessSeen reads a process whose record the scope covers.
func (s *Store) ProcessSeen(ctx context.Context, sc Scope, process string) (ProcessState, error) {
	p, err := processSeen(ctx, s.pool, sc, process)
	if kind, lead := crm.SplitProcessID(process); kind == crm.KindLead && errors.Is(err, ErrNotFound) && sc.Pool {
		if _, err = Leads.Record(ctx, s, sc, lead); err == nil { // nobody has it yet
			return processSeen(ctx, s.pool, Everything(), process)
		}
	}
	return p, err
}

func processSeen(ctx context.Context, q querier, sc Scope, process string) (ProcessState, error) {
	return seen[ProcessState](ctx, q, sc, `select id, step, version, closed, parent, started_at, updated_at, rules, deadline from (
		select p.id, p.step, p.version, p.closed, coalesce(p.parent, '') as parent, p.started_at,
			p.updated_at, p.rules, (select min(due_at) from deadline where process = p.id) as deadline,
			case p.kind when 'lead' then (select owner_id from lead where id = p.record_id)
				when 'opportunity' then (select owner_id from opportunity where id = p.record_id)
				when 'contract' then (select owner_id from contract where id = p.record_id)
				when 'case' then (select a.owner_id from care_case k join account a on a.id = k.account_id where k.id = p.record_id)
				else (select owner_id from account where id = p.record_id) end as owner_id
		from process p) p`, "id", "owner_id", crm.ID(process))
}
