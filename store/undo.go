package store

import (
	"context"
	"encoding/json"
	"errors"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// DeadlineUndo comes when the next step of an undo is due (N15).
const DeadlineUndo = "undo"

const undoColumns = `id, contract_id, outcome, lost_reason, tells, reason, state, requested_by, requested_at, decided_by, decided_at, note, ended_at, version`

const latestUndo = `select ` + undoColumns + ` from undo where contract_id = $1 order by requested_at desc, id desc limit 1`

const undoSteps = `select position, kind, subject_id, label, amount, state, intent, result, problem, tries, started_at, ended_at from undo_step where undo_id = $1 order by position`

// AddUndo writes a request.
func (tx *Tx) AddUndo(ctx context.Context, u crm.Undo) error {
	_, err := tx.q.Exec(ctx, `insert into undo (id, contract_id, outcome, lost_reason, tells, reason, requested_by, requested_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		u.ID, u.ContractID, u.Outcome, u.LostReason, u.Tells, u.Reason, u.RequestedBy, tx.Now)
	return told(err)
}

// Undo locks the contract's latest undo; ErrNotFound when there is none.
func (tx *Tx) Undo(ctx context.Context, contract crm.ID) (crm.Undo, error) {
	return one[crm.Undo](ctx, tx.q, latestUndo+` for update`, contract)
}

// SaveUndo writes what a step changed on an undo.
func (tx *Tx) SaveUndo(ctx context.Context, u crm.Undo) error {
	return late(ctx, tx.q, `update undo set state = $2, decided_by = $3, decided_at = $4, note = $5, ended_at = $6, version = version + 1 where id = $1`,
		u.ID, u.State, u.DecidedBy, u.DecidedAt, u.Note, u.EndedAt)
}

// AddUndoSteps writes the approved plan.
func (tx *Tx) AddUndoSteps(ctx context.Context, undo crm.ID, steps []crm.UndoStep) error {
	for _, s := range steps {
		if err := late(ctx, tx.q, `insert into undo_step (undo_id, position, kind, subject_id, label, amount) values ($1, $2, $3, $4, $5, $6)`,
			undo, s.Position, s.Kind, s.SubjectID, s.Label, s.Amount); err != nil {
			return err
		}
	}
	return nil
}

// UndoSteps lists the steps of an undo in their order.
func (tx *Tx) UndoSteps(ctx context.Context, undo crm.ID) ([]crm.UndoStep, error) {
	return many[crm.UndoStep](ctx, tx.q, undoSteps, undo)
}

// SaveUndoStep writes what became of a step.
func (tx *Tx) SaveUndoStep(ctx context.Context, undo crm.ID, s crm.UndoStep) error {
	return late(ctx, tx.q, `update undo_step set state = $3, intent = coalesce($4, '{}'::jsonb), result = coalesce($5, '{}'::jsonb), problem = $6, tries = $7, started_at = $8, ended_at = $9 where undo_id = $1 and position = $2`,
		undo, s.Position, s.State, s.Intent, s.Result, s.Problem, s.Tries, s.StartedAt, s.EndedAt)
}

// UndoFacts reads what the plan of an undo is made of.
func (tx *Tx) UndoFacts(ctx context.Context, contract crm.ID) (crm.UndoFacts, error) {
	return undoFacts(ctx, tx.q, contract)
}

func undoFacts(ctx context.Context, q querier, contract crm.ID) (f crm.UndoFacts, err error) {
	if f.Contract, err = one[crm.Contract](ctx, q, `select `+contractColumns+` from contract where id = $1`, contract); err != nil {
		return f, err
	}
	if f.Tranches, err = tranches(ctx, q, contract); err != nil {
		return f, err
	}
	if f.Invoices, err = many[crm.UndoInvoice](ctx, q, `select i.id, i.number, sum(b.total - b.credited) as total, sum(b.open) as open, sum(b.total) = sum(b.credited) as credited, sum(b.owed - b.given - b.open - b.written_off) as paid, sum(b.paid_before) as before
		from contract_bill b join invoice i on i.id = b.invoice_id where b.contract_id = $1 group by i.id order by i.issued_at, i.id`, contract); err != nil {
		return f, err
	}
	if f.Project, err = one[crm.Project](ctx, q, `select `+projectColumns+` from project where contract_id = $1`, contract); err != nil && !errors.Is(err, ErrNotFound) {
		return f, err
	}
	err = q.QueryRow(ctx, `select coalesce((select e.state from effect e where e.key = 'erp/order/' || c.order_id), ''),
		(select count(*) from cost_entry k join project p on p.id = k.project_id where p.contract_id = c.id and k.state = 'requested'),
		coalesce((select sum(k.amount) from cost_entry k join project p on p.id = k.project_id where p.contract_id = c.id and k.state = 'committed'), 0),
		(select count(*) from dunning_step d join invoice i on i.id = d.invoice_id where i.contract_id = c.id and d.state = 'written'),
		coalesce((select o.number from opportunity o where o.id = c.next_opportunity_id), '') from contract c where c.id = $1`, contract).
		Scan(&f.ERPState, &f.Requested, &f.Committed, &f.Letters, &f.Next)
	return f, told(err)
}

// Way is something on its way out of the house, as a step finds it.
type Way struct {
	State    string
	Attempts int
	Outcome  string
	Sending  bool // at this moment
}

// WayOf reads an effect; ErrNotFound when there is none of the key. It is not locked: who writes an outcome holds it and wants the process, which this
// step holds.
func (tx *Tx) WayOf(ctx context.Context, key string) (Way, error) {
	return one[Way](ctx, tx.q, `select state, attempts, outcome, coalesce(state = 'claimed' and intent_at > now() - `+sendTime+`, false) as sending from effect where key = $1`, key)
}

// Withhold has an effect not leave any more, unless somebody is at it now: then it is false. One that has left stays so.
func (tx *Tx) Withhold(ctx context.Context, key string) (free bool, err error) {
	tag, err := tx.q.Exec(ctx, `with mine as (select key, state from effect where key = $1 for update skip locked)
		update effect e set state = case when mine.state = 'done' then e.state else 'cancelled' end, outcome = case when mine.state = 'done' then e.outcome else 'undone' end,
		outcome_at = coalesce(e.outcome_at, now()) from mine where e.key = mine.key and not coalesce(mine.state = 'claimed' and e.intent_at > now() - `+sendTime+`, false)`, key)
	return tag.RowsAffected() == 1, told(err)
}

// SendOnceMore has a parked effect tried again.
func (tx *Tx) SendOnceMore(ctx context.Context, key string) error {
	return late(ctx, tx.q, `update effect set state = 'claimed', next_at = `+dueBy+`, outcome_at = null where key = $1 and state = 'parked'`, key)
}

// StopLetters has the letters about a contract's invoices that nobody has taken yet not leave; it tells how many.
func (tx *Tx) StopLetters(ctx context.Context, contract crm.ID) (int, error) {
	tag, err := tx.q.Exec(ctx, `update effect set state = 'cancelled', outcome = 'undone', outcome_at = now() where state = 'due' and invoice_id in (select invoice_id from contract_bill where contract_id = $1)`, contract)
	if err != nil {
		return 0, told(err)
	}
	bills, err := many[struct{ ID crm.ID }](ctx, tx.q, `select invoice_id as id from contract_bill where contract_id = $1`, contract)
	if err != nil {
		return 0, err
	}
	ids := make([]string, len(bills))
	for i, b := range bills {
		ids[i] = string(b.ID)
	}
	return int(tag.RowsAffected()), late(ctx, tx.q, dropPaper, ids, tx.Now)
}

// CancelTranches ends the tranches that are not invoiced; it tells how many.
func (tx *Tx) CancelTranches(ctx context.Context, contract crm.ID) (int, error) {
	tag, err := tx.q.Exec(ctx, `update tranche set state = 'cancelled', version = version + 1 where contract_id = $1 and state in ('planned', 'billable')`, contract)
	return int(tag.RowsAffected()), told(err)
}

// RefusePurchases ends the purchases of a project that nobody has approved; it tells how many.
func (tx *Tx) RefusePurchases(ctx context.Context, project crm.ID) (int, error) {
	tag, err := tx.q.Exec(ctx, `update cost_entry set state = 'refused', version = version + 1 where project_id = $1 and state = 'requested'`, project)
	return int(tag.RowsAffected()), told(err)
}

// Command leaves a command for another process; the courier brings it there. The same id is one command.
func (tx *Tx) Command(ctx context.Context, c crm.Command) error {
	raw := json.RawMessage(c.Fields)
	if err := late(ctx, tx.q, `insert into command (id, kind, process, actor, fields) values ($1, $2, $3, $4, $5) on conflict do nothing`, c.ID, c.Kind, c.Process, c.Actor, raw); err != nil {
		return err
	}
	return late(ctx, tx.q, `insert into outbox (id, process, due_at, command) values ('command/' || $1, $2, now(), $1) on conflict (id) do nothing`, c.ID, c.Process)
}

// DealState reads how a deal stands. It is not locked: its own process holds it, and this step may be what that waits for.
func (tx *Tx) DealState(ctx context.Context, id crm.ID) (state crm.OpportunityState, stage string, err error) {
	err = tx.q.QueryRow(ctx, `select state, stage from opportunity where id = $1`, id).Scan(&state, &stage)
	return state, stage, told(err)
}

// UndoBy reads an undo of a deal for the deal's own step. It is the contract's process that locks it.
func (tx *Tx) UndoBy(ctx context.Context, opportunity, id crm.ID) (u crm.Undo, order crm.ID, err error) {
	if u, err = one[crm.Undo](ctx, tx.q, `select `+undoColumns+` from undo where id = $1 and contract_id in (select id from contract where opportunity_id = $2)`, id, opportunity); err != nil {
		return u, "", err
	}
	err = tx.q.QueryRow(ctx, `select order_id from contract where id = $1`, u.ContractID).Scan(&order)
	return u, order, told(err)
}

// QuoteOfOrder is the quote that an order was made of.
func (tx *Tx) QuoteOfOrder(ctx context.Context, opportunity, order crm.ID) (crm.Quote, error) {
	return one[crm.Quote](ctx, tx.q, `select `+quoteColumns+` from quote where opportunity_id = $1 and id = (select quote_id from sales_order where id = $2) for update`, opportunity, order)
}

// UndoView is the undo of a contract as it stands: its plan as the facts are now, or the steps of the one that was approved.
type UndoView struct {
	crm.Undo    // the latest; without id where nobody asked
	Number      string
	Account     string
	AccountID   crm.ID
	Deal        string
	Opportunity crm.ID
	Currency    string
	Contract    string // its state
	OwnerID     crm.ID
	Requester   string
	Decider     string
	Steps       []crm.UndoStep
	Remains     []crm.UndoRemains
	Credits     []crm.CreditNote
}

const undoHeads = `select c.number, a.name as account, c.account_id, o.name as deal, c.opportunity_id as opportunity, c.currency, c.state as contract, c.owner_id,
	coalesce(q.name, '') as requester, coalesce(d.name, '') as decider
	from contract c join account a on a.id = c.account_id join opportunity o on o.id = c.opportunity_id
	left join lateral (select * from undo u where u.contract_id = c.id order by u.requested_at desc, u.id desc limit 1) u on true
	left join app_user q on q.id = u.requested_by left join app_user d on d.id = u.decided_by where `

// UndoOf reads it; ErrNotFound when the reader may not see the contract.
func (s *Store) UndoOf(ctx context.Context, sc Scope, contract crm.ID) (v UndoView, err error) {
	if v, err = one[UndoView](ctx, s.pool, undoHeads+`c.id = @id and `+sc.sees("c.owner_id"), sc.args(pgx.NamedArgs{"id": contract})); err != nil {
		return v, err
	}
	if v.Undo, err = one[crm.Undo](ctx, s.pool, latestUndo, contract); err != nil && !errors.Is(err, ErrNotFound) {
		return v, err
	}
	f, err := undoFacts(ctx, s.pool, contract)
	if err != nil {
		return v, err
	}
	v.ContractID, v.Remains = contract, f.Remains()
	switch v.State {
	case crm.UndoRunning, crm.UndoStopped, crm.UndoDone:
		if v.Steps, err = many[crm.UndoStep](ctx, s.pool, undoSteps, v.ID); err != nil {
			return v, err
		}
	default:
		v.Steps = crm.PlanUndo(f, v.State != crm.UndoAsked || v.Tells)
	}
	v.Credits, err = many[crm.CreditNote](ctx, s.pool, `select `+creditColumns+` from credit_note where contract_id = $1 order by sequence`, contract)
	return v, err
}

// UndoRow is a request for an undo as the queue shows it.
type UndoRow struct {
	crm.Undo
	Number    string
	Account   string
	Requester string
}

// UndoQueue lists the requests that wait for a decision on contracts within the scope, the eldest first.
func (s *Store) UndoQueue(ctx context.Context, sc Scope) ([]UndoRow, error) {
	return many[UndoRow](ctx, s.pool, `select u.*, c.number, a.name as account, q.name as requester from undo u join contract c on c.id = u.contract_id join account a on a.id = c.account_id
		join app_user q on q.id = u.requested_by where u.state = 'asked' and `+sc.sees("c.owner_id")+` order by u.requested_at, u.id limit 200`, sc.args(nil))
}
