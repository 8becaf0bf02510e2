package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// Event is one line of a timeline (S018).
type Event struct {
	ID          int64
	Process     string
	At          time.Time
	Actor       string // user id, or "customer", "system"
	ActorName   string // the user's name; empty when it was no user
	Code        string
	Data        map[string]any
	RuleKind    crm.RuleKind
	RuleVersion int
}

const entries = `select t.id, t.process, t.at, t.actor, t.code, t.data, t.rule_kind, t.rule_version, coalesce(u.name, '') as actor_name from timeline t left join app_user u on u.id::text = t.actor`

// timelineLimit is how many entries a page shows; older ones are left to the API.
const timelineLimit = 200

func (s *Store) processTimeline(ctx context.Context, process string) ([]Event, error) {
	if kind, id := crm.SplitProcessID(process); kind == crm.KindLead { // with those that were merged into it
		return many[Event](ctx, s.pool, entries+` where t.process = any(array(select 'lead-' || m from unnest(with_merged('lead', $1)) m)) order by t.id desc limit $2`, id, timelineLimit)
	}
	return many[Event](ctx, s.pool, entries+` where t.process = $1 order by t.id desc limit $2`, process, timelineLimit)
}

// signing are the entries of a deal's process that a contract begins with, and what the ERP said of its order.
var signing = []string{"quote.accepted", "order.created", "order.validated", "order.approved", "contract.signed", "order.in_erp"}

// contractTimeline is what happened to a contract since the customer accepted its quote; the beginning stays, however much follows.
func (s *Store) contractTimeline(ctx context.Context, c crm.Contract) ([]Event, error) {
	return many[Event](ctx, s.pool, `(`+entries+` where t.process = $1 order by t.id desc limit $2)
		union all (`+entries+` where t.process = $3 and t.code = any($4)) order by id desc`,
		crm.ProcessID(crm.KindContract, c.ID), timelineLimit, crm.ProcessID(crm.KindOpportunity, c.OpportunityID), signing)
}

// opportunityTimeline is everything that happened to a deal, whichever process it happened in (S018).
func (s *Store) opportunityTimeline(ctx context.Context, id crm.ID) ([]Event, error) {
	return many[Event](ctx, s.pool, entries+` where t.opportunity_id = $1 order by t.id desc limit $2`, id, timelineLimit)
}

// EngagementRow is an activity as a list shows it.
type EngagementRow struct {
	crm.Engagement
	Owner   string
	Deal    string
	Contact string
}

func (s *Store) engagements(ctx context.Context, where string, args ...any) ([]EngagementRow, error) {
	return many[EngagementRow](ctx, s.pool, `select e.*, u.name as owner, coalesce(o.name, '') as deal, coalesce(c.name, '') as contact
		from engagement e join app_user u on u.id = e.owner_id left join opportunity o on o.id = e.opportunity_id left join contact c on c.id = e.contact_id
		where `+where+` order by e.done_at is not null, e.due_at, e.id limit 200`, args...)
}
