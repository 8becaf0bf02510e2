package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// ApprovalTalk is what was asked back about an order, and who said yes so far where several must.
type ApprovalTalk struct {
	Questions []QuestionRow
	Votes     []VoteRow
}

// QuestionRow is a question of an approver with the people's names.
type QuestionRow struct {
	crm.ApprovalQuestion
	Asker    string
	Answerer string
}

// VoteRow is a yes with its giver's name.
type VoteRow struct {
	crm.ApprovalVote
	Name string
}

// ApprovalTalk reads it of an order that may be seen.
func (s *Store) ApprovalTalk(ctx context.Context, order crm.ID) (t ApprovalTalk, err error) {
	t.Questions, err = many[QuestionRow](ctx, s.pool, `select q.*, u.name as asker, coalesce(v.name, '') as answerer from approval_question q join app_user u on u.id = q.asked_by left join app_user v on v.id = q.answered_by
		where q.order_id = $1 order by q.asked_at, q.id`, order)
	if err != nil {
		return t, err
	}
	t.Votes, err = many[VoteRow](ctx, s.pool, `select v.*, u.name from approval_vote v join app_user u on u.id = v.user_id where v.order_id = $1 order by v.voted_at, v.user_id`, order)
	return t, err
}

// AskedOf tells whether somebody was found for a station of the order, decided at one or asked back: he sees the order whoever's deal it is.
func (s *Store) AskedOf(ctx context.Context, order, user crm.ID) (bool, error) {
	var asked bool
	err := s.pool.QueryRow(ctx, `select exists (select from approval_person where order_id = $1 and user_id = $2) or exists (select from approval where order_id = $1 and decided_by = $2)
		or exists (select from approval_vote where order_id = $1 and user_id = $2) or exists (select from approval_question where order_id = $1 and asked_by = $2)`, order, user).Scan(&asked)
	return asked, told(err)
}

// EarlierRound is a station of the order's earlier rounds.
type EarlierRound struct {
	crm.Approval
	Decider string
}

// EarlierRounds are the stations of an order before it was recalled, the first round first.
func (s *Store) EarlierRounds(ctx context.Context, o crm.Order) ([]EarlierRound, error) {
	if o.Round < 2 {
		return nil, nil
	}
	return many[EarlierRound](ctx, s.pool, `select a.*, coalesce(u.name, '') as decider from approval a left join app_user u on u.id = a.decided_by where a.order_id = $1 and a.round < $2 order by a.round, a.position`, o.ID, o.Round)
}

// SettingApprovals is how long a decision on an order can be taken back.
const SettingApprovals = "approvals"

// ApprovalPolicy is that setting.
type ApprovalPolicy struct {
	UndoSeconds int
	Version     int
}

// Undo is how long a decision can be taken back.
func (p ApprovalPolicy) Undo() time.Duration { return time.Duration(p.UndoSeconds) * time.Second }

func approvalPolicy(ctx context.Context, q querier) (ApprovalPolicy, error) {
	return one[ApprovalPolicy](ctx, q, `select undo_seconds, (select version from setting where name = $1) as version from approval_policy`, SettingApprovals)
}

// ApprovalPolicy reads it.
func (s *Store) ApprovalPolicy(ctx context.Context) (ApprovalPolicy, error) {
	return approvalPolicy(ctx, s.pool)
}

// MaxUndo is the longest time for which a decision can be held.
const MaxUndo = 24 * time.Hour

// EditApprovalPolicy changes it for decisions made from now on. Errors: out_of_range at /undo_seconds, Stale.
func (s *Store) EditApprovalPolicy(ctx context.Context, t Target, next ApprovalPolicy) (p ApprovalPolicy, err error) {
	version, err := s.editSetting(ctx, SettingApprovals, t, func(e *edit) (map[string]change, error) {
		if p, err = approvalPolicy(ctx, e.q); err != nil {
			return nil, err
		}
		if next.UndoSeconds < 0 || next.Undo() > MaxUndo {
			return nil, crm.FieldErrors{crm.Problem("out_of_range", "min", "0", "max", "86400").At("/undo_seconds")}
		}
		changes := compare(map[string]string{"undo_seconds": p.Undo().String()}, map[string]string{"undo_seconds": next.Undo().String()})
		if len(changes) == 0 {
			return nil, nil
		}
		p.UndoSeconds = next.UndoSeconds
		_, err := e.q.Exec(ctx, `update approval_policy set undo_seconds = $1`, p.UndoSeconds)
		return changes, err
	})
	p.Version = version
	return p, err
}

// approvalAsks is the condition under which an order r waits for the approval of the reader now: by his role where any one with it may, else as one of those who
// were found for the station.
const approvalAsks = `(r.state = 'approve' and r.decided_at is null and r.requested_by <> @me::text and exists (select from approval a where a.order_id = r.id and a.round = r.round and a.state = 'waiting'
	and (a.need = 1 and a.user_id is null and not a.team_lead and a.role = any(@roles::text[])
		or exists (select from approval_person w where (w.order_id, w.round, w.position) = (a.order_id, a.round, a.position) and w.user_id = @me::uuid and not w.away))
	and not exists (select from approval b where b.order_id = a.order_id and b.round = a.round and b.state = 'waiting' and b.stage < a.stage)
	and not exists (select from approval_vote v where (v.order_id, v.round, v.position) = (a.order_id, a.round, a.position) and v.user_id = @me::uuid)))`
