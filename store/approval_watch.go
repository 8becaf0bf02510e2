package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// ApprovalNotice is what somebody is told about an order that waits for him.
type ApprovalNotice struct {
	Order     crm.Order
	Round     int
	Position  int
	Deal      string
	Account   string
	DueAt     *time.Time
	Escalated bool
	For       string // name of the one in whose place; empty: his own
	To        crm.User
	Zone      *time.Location
}

// Key makes the notice leave once.
func (n ApprovalNotice) Key() string {
	what := "approval_waits"
	if n.Escalated {
		what = "approval_escalated"
	}
	return fmt.Sprintf("mail/%s/%s/%d/%d/%s", what, n.Order.ID, n.Round, n.Position, n.To.ID)
}

// ApprovalLetter puts a notice into a letter.
type ApprovalLetter func(ApprovalNotice) crm.Letter

// approvalPatience is how long an order waits before anybody is looked for and written to: who decides at once is not.
const approvalPatience = 10 * time.Second

// approvalBatch bounds how many stations one pass takes of each sort.
const approvalBatch = 200

// FollowApprovals looks after orders that wait for approval (S079): it finds who may decide at the stations whose turn it is, anew when people, absences or
// delegations changed, writes to them, sets the deadline in working hours, and has a station escalated whose time is over. It is one transaction, and one at a
// time. It gives how much there was to do.
func (s *Store) FollowApprovals(ctx context.Context, letter ApprovalLetter) (done int, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		var free, waiting bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock(7203015), exists (select from sales_order where state = 'approve') or exists (select from approval_person)`).Scan(&free, &waiting); err != nil || !free || !waiting {
			return err
		}
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		entity, err := legalEntity(ctx, tx)
		if err != nil {
			return err
		}
		p := &approvalPass{tx: tx, now: s.realNow().Add(shift).UTC().Truncate(time.Microsecond), letter: letter}
		if p.work, err = calendar(ctx, tx, entity); err != nil {
			return err
		}
		if p.house, err = organisation(ctx, tx, p.work.Today(p.now)); err != nil {
			return err
		}
		if p.mark, err = mark(p.house); err != nil {
			return err
		}
		for _, step := range []func(context.Context) error{p.clear, p.seat, p.late} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		done = p.did
		return nil
	})
	return done, err
}

// approvalPass is one pass over the orders that wait.
type approvalPass struct {
	tx     pgx.Tx
	now    time.Time
	work   crm.Calendar
	house  crm.Organisation
	mark   string
	letter ApprovalLetter
	did    int
}

// clear forgets who sat at stations that wait no more.
func (p *approvalPass) clear(ctx context.Context) error {
	_, err := p.tx.Exec(ctx, `delete from approval_person w using approval a join sales_order r on r.id = a.order_id
		where (a.order_id, a.round, a.position) = (w.order_id, w.round, w.position) and (a.state <> 'waiting' or r.state <> 'approve' or r.round <> a.round)`)
	return told(err)
}

// turn is a station whose turn it is.
type turn struct {
	crm.Approval
	RequestedBy string
	Number      string
	Net         decimal.Decimal
	Currency    string
	Opportunity crm.ID
	Deal        string
	Account     string
	AccountID   crm.ID
	Last        bool
	Since       time.Time
	Seen        bool // it was looked at before
}

// seat finds who may decide at the stations whose turn has come, or whose people may have changed.
func (p *approvalPass) seat(ctx context.Context) error {
	turns, err := many[turn](ctx, p.tx, `select a.*, t.turn_at, t.due_at, t.order_id is not null as seen, r.requested_by, r.number, r.net, r.currency, r.opportunity_id as opportunity,
			o.name as deal, c.name as account, c.id as account_id, a.position = w.last as last, coalesce(w.decided, r.validated_at) as since
		from sales_order r join approval a on a.order_id = r.id and a.round = r.round join opportunity o on o.id = r.opportunity_id join account c on c.id = o.account_id
			cross join lateral (select min(b.stage) filter (where b.state = 'waiting') as stage, max(b.position) as last, max(b.decided_at) filter (where b.stage < a.stage) as decided
				from approval b where b.order_id = a.order_id and b.round = a.round) w
			left join approval_turn t on (t.order_id, t.round, t.position) = (a.order_id, a.round, a.position)
		where r.state = 'approve' and r.decided_at is null and a.state = 'waiting' and a.stage = w.stage and coalesce(w.decided, r.validated_at) <= $1 and t.house is distinct from $2
		order by since, a.order_id, a.position limit $3`, p.now.Add(-approvalPatience), p.mark, approvalBatch)
	if err != nil {
		return err
	}
	for _, t := range turns {
		if err := p.sit(ctx, t); err != nil {
			return err
		}
	}
	p.did += len(turns)
	return nil
}

// sit writes down who may decide at a station, and writes to those who are asked.
func (p *approvalPass) sit(ctx context.Context, t turn) error {
	if !t.Seen {
		t.DueAt = t.Due(p.work, t.Since)
	}
	panel := p.house.Panel(t.Approval, t.Last, crm.ApprovalAsk{Requester: crm.ID(t.RequestedBy), Net: t.Net})
	b := &pgx.Batch{}
	b.Queue(`insert into approval_turn (order_id, round, position, turn_at, due_at, house) values ($1, $2, $3, $4, $5, $6)
		on conflict (order_id, round, position) do update set house = excluded.house`, t.OrderID, t.Round, t.Position, t.Since, t.DueAt, p.mark)
	b.Queue(`delete from approval_person where order_id = $1 and round = $2 and position = $3`, t.OrderID, t.Round, t.Position)
	for _, s := range panel.Seats {
		var of crm.ID
		if len(s.For) > 0 {
			of = s.For[0]
		}
		b.Queue(`insert into approval_person (order_id, round, position, user_id, on_behalf_of, away) values ($1, $2, $3, $4, $5, $6)
			on conflict (order_id, round, position, user_id) do nothing`, t.OrderID, t.Round, t.Position, s.Person, of, s.Away)
	}
	if err := p.tx.SendBatch(ctx, b).Close(); err != nil {
		return told(err)
	}
	if panel.Escalated && t.EscalatedAt == nil {
		if err := p.tellNobody(ctx, t); err != nil {
			return err
		}
	}
	for _, id := range panel.Asked() {
		if err := p.write(ctx, t, panel, id); err != nil {
			return err
		}
	}
	return nil
}

// tellNobody tells once that too few are left at a station, and who decides instead.
func (p *approvalPass) tellNobody(ctx context.Context, t turn) error {
	cause := fmt.Sprintf("approval.nobody/%s/%d/%d", t.OrderID, t.Round, t.Position)
	var known bool
	if err := p.tx.QueryRow(ctx, `select exists (select from timeline where cause = $1)`, cause).Scan(&known); err != nil || known {
		return told(err)
	}
	return record(ctx, p.tx, cause, 0, Entry{
		Process: crm.ProcessID(crm.KindOpportunity, t.Opportunity), Actor: "system", Code: "order.nobody_left", At: p.now, OpportunityID: t.Opportunity, AccountID: t.AccountID,
		Data: map[string]any{"order": t.Number, "order_id": t.OrderID, "station": t.Key, "role": t.Escalate},
	})
}

func (p *approvalPass) write(ctx context.Context, t turn, panel crm.Panel, id crm.ID) error {
	m, _ := p.house.Member(id)
	seat, _ := panel.Seat(id)
	u, err := one[person](ctx, p.tx, personOf, id)
	if err != nil {
		return err
	}
	n := ApprovalNotice{
		Order: crm.Order{ID: t.OrderID, Number: t.Number, Net: t.Net, Currency: t.Currency}, Round: t.Round, Position: t.Position, Deal: t.Deal, Account: t.Account,
		DueAt: t.DueAt, Escalated: seat.Escalated, To: u.user(), Zone: p.work.Zone(),
	}
	if seat.Principal() != m.ID {
		from, _ := p.house.Member(seat.Principal())
		n.For = from.Name
	}
	payload, err := json.Marshal(p.letter(n))
	if err != nil {
		return err
	}
	_, err = p.tx.Exec(ctx, insertEffect, effectArgs(Effect{Key: n.Key(), Channel: ChannelMail, Process: crm.ProcessID(crm.KindOpportunity, t.Opportunity), Payload: payload}, p.now)...)
	return told(err)
}

// late leaves the command that escalates a station with the courier, as one of a person that came while the engine was away.
func (p *approvalPass) late(ctx context.Context) error {
	rows, err := many[struct {
		crm.OrderStation
		Opportunity crm.ID
	}](ctx, p.tx, `select a.order_id, a.round, a.position, r.opportunity_id as opportunity from approval_turn t join approval a using (order_id, round, position) join sales_order r on r.id = a.order_id
		where t.due_at <= $1 and a.state = 'waiting' and a.escalated_at is null and r.state = 'approve' and r.round = a.round and r.decided_at is null and r.asked_at is null
			and not exists (select from command c where c.id = 'approval/' || a.order_id || '/' || a.round || '/' || a.position)
		order by t.due_at limit $2`, p.now, approvalBatch)
	if err != nil {
		return err
	}
	for _, r := range rows {
		fields, err := json.Marshal(r.OrderStation)
		if err != nil {
			return err
		}
		id, process := fmt.Sprintf("approval/%s/%d/%d", r.OrderID, r.Round, r.Position), crm.ProcessID(crm.KindOpportunity, r.Opportunity)
		b := &pgx.Batch{}
		b.Queue(`insert into command (id, kind, process, actor, fields) values ($1, $2, $3, 'system', $4) on conflict do nothing`, id, crm.OrderEscalate, process, fields)
		b.Queue(`insert into outbox (id, process, due_at, command) values ('command/' || $1, $2, now(), $1) on conflict (id) do nothing`, id, process)
		if err := p.tx.SendBatch(ctx, b).Close(); err != nil {
			return told(err)
		}
	}
	p.did += len(rows)
	return nil
}
