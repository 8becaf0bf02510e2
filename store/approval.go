package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// Station is a station of an order's route with how long its decision can be taken back.
type Station struct {
	crm.Approval
	UndoSeconds int
}

// Approvals is the order's route of this round, station by station.
func (tx *Tx) Approvals(ctx context.Context, order crm.ID) ([]Station, error) {
	return askAll[Station](ctx, tx.q, ApprovalsOf(order))
}

// ApprovalsOf is the question for Approvals.
func ApprovalsOf(order crm.ID) Question {
	return asks(`select a.*, t.turn_at, t.due_at, (select undo_seconds from approval_policy) as undo_seconds from approval a left join approval_turn t using (order_id, round, position)
		where a.order_id = $1 and a.round = (select max(round) from approval where order_id = $1) order by a.position`, order)
}

// SetRoute freezes the order's route of this round.
func (tx *Tx) SetRoute(ctx context.Context, order crm.Order, route []crm.Approval) error {
	for _, a := range route {
		if a.Worse == nil {
			a.Worse = []crm.TermChange{}
		}
		tx.q.later(`insert into approval (order_id, round, position, stage, key, role, team_lead, user_id, need, within_minutes, escalate, state, decided_by, decided_at, on_behalf_of, note, carried_from, worse)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`, order.ID, order.Round, a.Position, a.Stage, a.Key, a.Role, a.TeamLead, a.UserID,
			a.Need, a.WithinMinutes, a.Escalate, a.State, a.DecidedBy, a.DecidedAt, a.OnBehalfOf, a.Note, a.CarriedFrom, a.Worse)
	}
	return nil
}

// Decide writes a person's decision at one station.
func (tx *Tx) Decide(ctx context.Context, a crm.Approval) error {
	return late(ctx, tx.q, `update approval set state = $4, decided_by = $5, decided_at = $6, note = $7, on_behalf_of = $8 where order_id = $1 and round = $2 and position = $3 and state = 'waiting'`,
		a.OrderID, a.Round, a.Position, a.State, a.DecidedBy, tx.Now, a.Note, a.OnBehalfOf)
}

// Undecide takes a person's decision at a station back, with his vote.
func (tx *Tx) Undecide(ctx context.Context, a crm.Approval) error {
	if err := late(ctx, tx.q, `delete from approval_vote where order_id = $1 and round = $2 and position = $3 and user_id = $4`, a.OrderID, a.Round, a.Position, a.DecidedBy); err != nil {
		return err
	}
	return late(ctx, tx.q, `update approval set state = 'waiting', decided_by = null, decided_at = null, note = '', on_behalf_of = null where order_id = $1 and round = $2 and position = $3`,
		a.OrderID, a.Round, a.Position)
}

// RecallRoute ends the stations of this round that wait.
func (tx *Tx) RecallRoute(ctx context.Context, order crm.Order) error {
	return late(ctx, tx.q, `update approval set state = 'recalled' where order_id = $1 and round = $2 and state = 'waiting'`, order.ID, order.Round)
}

// Escalate has those of the escalation decide at a station too.
func (tx *Tx) Escalate(ctx context.Context, a crm.Approval) error {
	if err := late(ctx, tx.q, `update approval_turn set house = '' where order_id = $1 and round = $2 and position = $3`, a.OrderID, a.Round, a.Position); err != nil {
		return err
	}
	return late(ctx, tx.q, `update approval set escalated_at = $4 where order_id = $1 and round = $2 and position = $3`, a.OrderID, a.Round, a.Position, tx.Now)
}

// Votes are those given at a station so far, the first first.
func (tx *Tx) Votes(ctx context.Context, a crm.Approval) ([]crm.ApprovalVote, error) {
	return many[crm.ApprovalVote](ctx, tx.q, `select * from approval_vote where order_id = $1 and round = $2 and position = $3 order by voted_at, user_id`, a.OrderID, a.Round, a.Position)
}

// Vote writes one person's yes at a station that needs several.
func (tx *Tx) Vote(ctx context.Context, v crm.ApprovalVote) error {
	return late(ctx, tx.q, `insert into approval_vote (order_id, round, position, user_id, on_behalf_of, note, voted_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		v.OrderID, v.Round, v.Position, v.UserID, v.OnBehalfOf, v.Note, tx.Now)
}

// AskBack writes an approver's question and stops the order's clock.
func (tx *Tx) AskBack(ctx context.Context, q crm.ApprovalQuestion) error {
	if err := late(ctx, tx.q, `insert into approval_question (id, order_id, round, position, question, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		q.ID, q.OrderID, q.Round, q.Position, q.Question, q.AskedBy, tx.Now); err != nil {
		return err
	}
	return late(ctx, tx.q, `update sales_order set asked_at = coalesce(asked_at, $2) where id = $1`, q.OrderID, tx.Now)
}

// Question is one that waits for its answer; ErrNotFound when the order has none.
func (tx *Tx) Question(ctx context.Context, order, id crm.ID) (crm.ApprovalQuestion, error) {
	return one[crm.ApprovalQuestion](ctx, tx.q, `select * from approval_question where id = $1 and order_id = $2`, id, order)
}

// Answer writes the answer to a question. When it was the last one, the order's clock goes on from since: the deadlines of the stations whose turn it is
// keep the working time that was left.
func (tx *Tx) Answer(ctx context.Context, q crm.ApprovalQuestion, since crm.Order) error {
	if err := late(ctx, tx.q, `update approval_question set answer = $2, answered_by = $3, answered_at = $4 where id = $1`, q.ID, q.Answer, q.AnsweredBy, tx.Now); err != nil {
		return err
	}
	var open int
	err := tx.q.QueryRow(ctx, `select count(*) from approval_question q join sales_order r on r.id = q.order_id and r.round = q.round where q.order_id = $1 and q.answered_at is null`, q.OrderID).Scan(&open)
	if err != nil || open > 0 || since.AskedAt == nil {
		return told(err)
	}
	work, err := tx.Calendar(ctx)
	if err != nil {
		return err
	}
	turns, err := tx.Approvals(ctx, q.OrderID)
	if err != nil {
		return err
	}
	for _, a := range turns {
		if a.State == crm.ApprovalWaiting && a.DueAt != nil {
			due := crm.Paused(work, *a.DueAt, *since.AskedAt, tx.Now)
			if err := late(ctx, tx.q, `update approval_turn set due_at = $4 where order_id = $1 and round = $2 and position = $3`, a.OrderID, a.Round, a.Position, due); err != nil {
				return err
			}
		}
	}
	return late(ctx, tx.q, `update sales_order set asked_at = null where id = $1`, q.OrderID)
}

// ApprovedBefore is a station of an earlier round or order of the deal that was approved, with what the rules said then.
type ApprovedBefore struct {
	crm.Approval
	Limit       decimal.Decimal // of whose right it was
	Active      bool            // who decided
	Currency    string
	RuleVersion int
	Clauses     []crm.Clause
	Facts       crm.Facts
}

// ApprovedBefore lists what was approved of the deal before this round, of each station the last time.
func (tx *Tx) ApprovedBefore(ctx context.Context, o crm.Order) ([]ApprovedBefore, error) {
	return many[ApprovedBefore](ctx, tx.q, `select distinct on (a.key) a.*, u.active, p.approval_limit as limit, r.currency, v.version as rule_version, v.clauses, v.facts
		from sales_order r join approval a on a.order_id = r.id join app_user u on u.id = a.decided_by join app_user p on p.id = coalesce(a.on_behalf_of, a.decided_by)
		cross join lateral (select * from verdict v where v.process = 'opportunity-' || r.opportunity_id and v.kind = 'approval' and v.result = 'allowed' and v.at <= a.decided_at order by v.at desc limit 1) v
		where r.opportunity_id = $1 and (r.id <> $2 or a.round < $3) and a.state = 'approved' order by a.key, a.decided_at desc`, o.OpportunityID, o.ID, o.Round)
}
