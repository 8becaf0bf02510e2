package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// ResponseNotice is what somebody is told about a lead that waits for its owner's first touch.
type ResponseNotice struct {
	LeadID     crm.ID
	Company    string
	AssignedAt time.Time
	DueAt      time.Time
	Late       bool // the target is over; else it soon will be
	Owner      string
	To         crm.User
	Zone       *time.Location // of whom it is for
}

// Key makes the notice leave once.
func (n ResponseNotice) Key() string {
	what := "lead_response_due"
	if n.Late {
		what = "lead_response_late"
	}
	return "mail/" + what + "/" + responseCause(n.LeadID, n.AssignedAt) + "/" + string(n.To.ID)
}

func responseCause(lead crm.ID, assigned time.Time) string {
	return fmt.Sprintf("%s/%d", lead, assigned.UnixMicro())
}

// ResponseLetter puts a notice into a letter.
type ResponseLetter func(ResponseNotice) crm.Letter

// openResponse is a response that is waited for, with what is needed to tell of it.
type openResponse struct {
	crm.LeadResponse
	Company string
	Zone    string
	Moved   bool // the lead is somebody else's, or his once more
}

func (r openResponse) process() string { return crm.ProcessID(crm.KindLead, r.LeadID) }

// responses are one pass over the response clocks.
type responses struct {
	tx     pgx.Tx
	now    time.Time
	entity crm.LegalEntity
	work   crm.CalendarSetting // of the company
	policy crm.ResponsePolicy
	letter ResponseLetter
	cals   map[string]crm.Calendar
	did    int
}

// responseBatch bounds how many leads one pass takes of each sort.
const responseBatch = 200

// ResponsePass is what a pass over the response clocks came to.
type ResponsePass struct {
	Done int       // how much there was to do
	At   time.Time // business time; zero: somebody else was at it
}

// FollowResponses begins the clock of leads given after the instant, notes who got in touch, reminds, and has leads that nobody touched in time
// passed on or escalated (S066). All is one transaction, and one at a time: of two workers the second finds nothing to do, and what a killed one
// had begun the next does.
func (s *Store) FollowResponses(ctx context.Context, since time.Time, letter ResponseLetter) (pass ResponsePass, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		var free bool
		if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock(7203010)`).Scan(&free); err != nil || !free {
			return err
		}
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		p := &responses{tx: tx, now: s.realNow().Add(shift), letter: letter, cals: map[string]crm.Calendar{}}
		pass.At = p.now
		for _, step := range []func(context.Context) error{
			func(ctx context.Context) error { return p.begin(ctx, since) }, p.settle, p.remind, p.miss,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		pass.Done = p.did
		return nil
	})
	return pass, err
}

// begin starts the clocks of leads that were given since.
func (p *responses) begin(ctx context.Context, since time.Time) error {
	fresh, err := many[openResponse](ctx, p.tx, `select l.id as lead_id, l.assigned_at, l.owner_id, l.source, l.score, u.zone,
			coalesce((select b.round + 1 from lead_response b where b.lead_id = l.id and b.state = 'passed' and b.ended_at = l.assigned_at), 0) as round
		from app_user u cross join lateral (select * from lead g where g.owner_id = u.id and g.assigned_at is not null and g.assigned_at >= $1) l
		where not exists (select from lead_response r where r.lead_id = l.id and r.assigned_at = l.assigned_at) order by l.assigned_at, l.id limit $2`, since, responseBatch)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if p.policy, err = responsePolicy(ctx, p.tx); err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, r := range fresh {
		r.State = crm.ResponseUntimed
		if t, ok := p.policy.Target(r.Source, r.Score); ok {
			cal, err := p.calendar(ctx, r.Zone)
			if err != nil {
				return err
			}
			remind, due := p.policy.Times(cal, t, r.AssignedAt)
			r.State, r.Minutes, r.DueAt = crm.ResponseRunning, t.Minutes, &due
			if !remind.IsZero() {
				r.RemindAt = &remind
			}
		}
		b.Queue(`insert into lead_response (lead_id, assigned_at, owner_id, source, score, minutes, version, round, remind_at, due_at, state)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
			r.LeadID, r.AssignedAt, r.OwnerID, r.Source, r.Score, r.Minutes, p.policy.Version, r.Round, r.RemindAt, r.DueAt, r.State)
	}
	p.did += len(fresh)
	return p.tx.SendBatch(ctx, b).Close()
}

// calendar is the working time of somebody in the zone, with the company's hours and holidays.
func (p *responses) calendar(ctx context.Context, zone string) (c crm.Calendar, err error) {
	if len(p.cals) == 0 {
		if p.entity, err = legalEntity(ctx, p.tx); err != nil {
			return c, err
		}
		if p.work, err = calendarSetting(ctx, p.tx, p.entity); err != nil {
			return c, err
		}
	}
	c, known := p.cals[zone]
	if !known {
		own := p.work
		if zone != "" {
			own.Zone = zone
		}
		if c, err = own.In(p.entity.Country); err != nil {
			return c, err
		}
		p.cals[zone] = c
	}
	return c, nil
}

const responseColumns = `r.lead_id, r.assigned_at, r.owner_id, r.source, r.score, r.minutes, r.round, r.remind_at, r.due_at, r.state, r.act, r.acted_at, r.used_seconds,
	r.reminded_at, r.missed_at, r.escalated_at, r.passed_to, r.ended_at`

const openResponses = `select ` + responseColumns + `, l.company, u.zone from lead_response r join lead l on l.id = r.lead_id join app_user u on u.id = r.owner_id where `

// settle closes the responses whose owner got in touch, or has the lead no more.
func (p *responses) settle(ctx context.Context) error {
	over, err := many[openResponse](ctx, p.tx, `select r.lead_id, r.assigned_at, r.minutes, r.owner_id, u.zone, coalesce(a.act, '') as act, a.at as acted_at, m.moved,
			case when m.moved then coalesce(l.assigned_at, $1) end as ended_at
		from lead_response r join lead l on l.id = r.lead_id join app_user u on u.id = r.owner_id
			cross join lateral (select (l.owner_id, l.assigned_at) is distinct from (r.owner_id, r.assigned_at) as moved) m
			left join lateral (select * from lead_act(r.lead_id, r.owner_id, r.assigned_at) f where not m.moved or f.at <= l.assigned_at) a on true
		where r.state in ('running', 'passing', 'escalated') and (a.at is not null or m.moved) order by r.due_at limit $2 for update of r skip locked`, p.now, responseBatch)
	if err != nil || len(over) == 0 {
		return err
	}
	b := &pgx.Batch{}
	for _, r := range over {
		state := crm.ResponseHanded
		if r.ActedAt != nil {
			state = crm.ResponseAnswered
			cal, err := p.calendar(ctx, r.Zone)
			if err != nil {
				return err
			}
			used := int(cal.WorkingTime(r.AssignedAt, *r.ActedAt).Seconds())
			r.UsedSeconds = &used
		}
		b.Queue(`update lead_response set state = $3, act = $4, acted_at = $5, used_seconds = $6, ended_at = coalesce($7::timestamptz, $5),
				missed_at = case when due_at < coalesce($5::timestamptz, $7) then due_at end
			where lead_id = $1 and assigned_at = $2`, r.LeadID, r.AssignedAt, state, r.Act, r.ActedAt, r.UsedSeconds, r.EndedAt)
	}
	p.did += len(over)
	return p.tx.SendBatch(ctx, b).Close()
}

// remind tells owners whose time is nearly over, each once.
func (p *responses) remind(ctx context.Context) error {
	soon, err := many[openResponse](ctx, p.tx, openResponses+`r.state = 'running' and r.reminded_at is null and r.remind_at <= $1 and r.due_at > $1
		order by r.due_at limit $2 for update of r skip locked`, p.now, responseBatch)
	for _, r := range soon {
		if _, err := p.tx.Exec(ctx, `update lead_response set reminded_at = $3 where lead_id = $1 and assigned_at = $2`, r.LeadID, r.AssignedAt, p.now); err != nil {
			return err
		}
		owner, err := one[person](ctx, p.tx, personOf, r.OwnerID)
		if err != nil {
			return err
		}
		if err := p.tell(ctx, r, "lead.response_reminded", map[string]any{"to": r.OwnerID, "due": r.DueAt}); err != nil {
			return err
		}
		if err := p.write(ctx, r, owner.user(), owner.Name, false); err != nil {
			return err
		}
	}
	p.did += len(soon)
	return err
}

// miss has leads whose owner's time is over passed on by their processes; those that were passed on often enough are for the manager.
func (p *responses) miss(ctx context.Context) error {
	late, err := many[openResponse](ctx, p.tx, openResponses+`r.state = 'running' and r.due_at <= $1 order by r.due_at limit $2 for update of r skip locked`, p.now, responseBatch)
	if err != nil || len(late) == 0 {
		return err
	}
	if p.policy, err = responsePolicy(ctx, p.tx); err != nil {
		return err
	}
	for _, r := range late {
		if err := p.tell(ctx, r, "lead.response_missed", map[string]any{"to": r.OwnerID, "due": r.DueAt, "minutes": r.Minutes}); err != nil {
			return err
		}
		if r.Round < p.policy.Passes {
			err = p.pass(ctx, r)
		} else {
			err = p.escalate(ctx, r)
		}
		if err != nil {
			return err
		}
	}
	p.did += len(late)
	return nil
}

// pass leaves the command with the courier, as one of a person that came while the engine was away.
func (p *responses) pass(ctx context.Context, r openResponse) error {
	fields, err := json.Marshal(crm.ReassignFields{AssignedAt: r.AssignedAt})
	if err != nil {
		return err
	}
	id := "response/" + responseCause(r.LeadID, r.AssignedAt)
	b := &pgx.Batch{}
	b.Queue(`update lead_response set state = 'passing', missed_at = due_at where lead_id = $1 and assigned_at = $2`, r.LeadID, r.AssignedAt)
	b.Queue(`insert into command (id, kind, process, actor, fields) values ($1, $2, $3, 'system', $4) on conflict do nothing`, id, crm.LeadReassign, r.process(), fields)
	b.Queue(`insert into outbox (id, process, due_at, command) values ('command/' || $1, $2, now(), $1) on conflict (id) do nothing`, id, r.process())
	return p.tx.SendBatch(ctx, b).Close()
}

func (p *responses) escalate(ctx context.Context, r openResponse) error {
	if _, err := p.tx.Exec(ctx, `update lead_response set state = 'escalated', missed_at = due_at, escalated_at = $3 where lead_id = $1 and assigned_at = $2`, r.LeadID, r.AssignedAt, p.now); err != nil {
		return err
	}
	if err := p.tell(ctx, r, "lead.response_escalated", map[string]any{"because": "passes", "passes": r.Round}); err != nil {
		return err
	}
	owner, err := one[person](ctx, p.tx, personOf, r.OwnerID)
	if err != nil {
		return err
	}
	bosses, err := managersOf(ctx, p.tx, r.OwnerID)
	for _, m := range bosses {
		if err := p.write(ctx, r, m, owner.Name, true); err != nil {
			return err
		}
	}
	return err
}

// tell adds a line to the lead's timeline; each sort of line once for each time that it was given to somebody.
func (p *responses) tell(ctx context.Context, r openResponse, code string, data map[string]any) error {
	return record(ctx, p.tx, code+"/"+responseCause(r.LeadID, r.AssignedAt), 0, Entry{Process: r.process(), Actor: "system", Code: code, At: p.now, Data: data})
}

func (p *responses) write(ctx context.Context, r openResponse, to crm.User, owner string, late bool) error {
	cal, err := p.calendar(ctx, "")
	if err != nil {
		return err
	}
	n := ResponseNotice{LeadID: r.LeadID, Company: r.Company, AssignedAt: r.AssignedAt, DueAt: *r.DueAt, Late: late, Owner: owner, To: to, Zone: cal.Zone()}
	if to.ID == r.OwnerID && r.Zone != "" {
		if cal, err = p.calendar(ctx, r.Zone); err != nil {
			return err
		}
		n.Zone = cal.Zone()
	}
	payload, err := json.Marshal(p.letter(n))
	if err != nil {
		return err
	}
	_, err = p.tx.Exec(ctx, insertEffect, effectArgs(Effect{Key: n.Key(), Channel: ChannelMail, Process: r.process(), Payload: payload}, p.now)...)
	return err
}

const personOf = `select id, name, email, language, roles, approval_limit, active from app_user where id = $1`

func (p person) user() crm.User {
	return crm.User{ID: p.ID, Name: p.Name, Email: p.Email, Language: p.Language, Roles: p.Roles, Active: p.Active}
}

// managersOf are the active sales managers of somebody's team and those above it; all of them where it has none.
func managersOf(ctx context.Context, q querier, owner crm.ID) ([]crm.User, error) {
	rows, err := many[person](ctx, q, `with recursive t as (
			select team_id as id from app_user where id = $1 union select m.parent_id from team m join t on m.id = t.id
		), m as (select u.* from app_user u where u.active and 'sales_manager' = any(u.roles) and u.id <> $1)
		select id, name, email, language, roles, approval_limit, active from m
		where team_id in (select id from t) or not exists (select from m n where n.team_id in (select id from t)) order by id`, owner)
	out := make([]crm.User, len(rows))
	for i, p := range rows {
		out[i] = p.user()
	}
	return out, err
}
