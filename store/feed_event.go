package store

import (
	"context"
	"strings"
	"time"

	"leadtocash/crm"
)

// FeedEvent is something that happened to a deal, a lead or a customer, as its timeline tells it (S018, S106).
type FeedEvent struct {
	ID        int64
	Process   string
	At        time.Time
	Actor     string // as in a timeline
	ActorName string
	Code      string
	Data      map[string]any
	Kind      crm.SubjectKind `db:"record_kind"`
	RecordID  crm.ID
	Place     string
	Currency  string // of the amounts
}

// happening says of a kind of record which of its events are told in the feed, and how a line of a timeline names the record x.
type happening struct {
	kind     crm.SubjectKind
	read     crm.Permission
	from     string // the record x
	key, of  string // of the line, and the record's part of it
	id       string // the record's id, as the line tells it
	title    string
	currency string
	codes    []string
}

// ownCurrency is the company's.
const ownCurrency = "(select l.currency from legal_entity l limit 1)"

// happenings are what the feed tells beside posts: what changes how things stand, and not each edit.
var happenings = []happening{
	{
		crm.SubjectOpportunity, crm.MayReadOpportunity, "opportunity x", "t.opportunity_id", "x.id", "t.opportunity_id", "x.name", "x.currency",
		[]string{
			"opportunity.created", "opportunity.moved", "opportunity.won", "opportunity.lost", "opportunity.reopened", "quote.sent", "quote.accepted", "quote.refused", "quote.expired",
			"order.created", "order.approved", "order.rejected", "order.in_erp", "contract.signed", "contract.closed", "handoff.sent", "handoff.bounced", "handoff.completed",
			"project.closed", "invoice.issued", "invoice.grouped", "invoice.credited", "payment.recorded",
		},
	},
	{
		crm.SubjectLead, crm.MayReadLead, "lead x", "t.process", "'lead-' || x.id", "case when t.process like 'lead-%' then substr(t.process, 6)::uuid end", "x.company", ownCurrency,
		[]string{"lead.qualified", "lead.assigned", "lead.assigned_by_rule", "lead.converted", "lead.converted_below", "lead.disqualified"},
	},
	{
		crm.SubjectAccount, crm.MayReadCase, "account x", "t.account_id", "x.id", "t.account_id", "x.name", ownCurrency,
		[]string{"case.opened", "case.solved", "case.reopened", "collection.settled"},
	},
}

// tells reports whether a part of the feed tells what happened.
func (f FeedFilter) tells() bool {
	switch f.Show {
	case "", "mine", "all", "followed", FeedEventsOnly:
		return true
	}
	return false
}

// FeedEventsOnly is the part of the feed that tells what happened to all records that the viewer may see, and nothing else.
const FeedEventsOnly = "events"

// FeedEvents lists what happened to the records that the viewer may see, the newest first: to his and his teams' and those that he follows, to those that he follows
// only, or to all. Nothing is written for it: it is read from the timelines.
func (s *Store) FeedEvents(ctx context.Context, v Viewer, f FeedFilter) ([]FeedEvent, error) {
	var parts []string
	args := v.args(nil)
	args["limit"] = f.Limit
	after := ""
	if f.After != nil {
		args["after_at"], args["after_event"] = f.After.At, f.After.Event
		after = ` and t.at <= @after_at::timestamptz`
		if f.After.Event != 0 {
			after = ` and (t.at, t.id) < (@after_at::timestamptz, @after_event::bigint)`
		}
	}
	near := Scope{User: v.ID, Teams: v.Teams, Reach: crm.ReachTeam}
	for _, h := range happenings {
		sc := ScopeOf(v.User, h.read)
		if sc.none() || !f.tells() {
			continue
		}
		name := "codes_" + string(h.kind)
		args[name] = h.codes
		where := conditions{"t.code = any(@" + name + "::text[])"}
		seen := sc.sees("x.owner_id")
		if h.kind == crm.SubjectLead {
			seen = sc.seesLead("x")
		}
		followed := `x.id in (select w.` + string(h.kind) + `_id from follow w where w.user_id = @viewer)`
		switch f.Show {
		case "followed":
			seen += ` and ` + followed
		case "", "mine":
			seen += ` and (` + near.sees("x.owner_id") + ` or ` + followed + `)`
		}
		if seen != "true" {
			where.when(true, h.key+` = any(array(select `+h.of+` from `+h.from+` where `+seen+`))`)
		}
		parts = append(parts, `(select t.id, t.process, t.at, t.actor, t.code, t.data, '`+string(h.kind)+`' as record_kind, x.id as record_id, `+h.title+` as place, `+h.currency+` as currency
			from timeline t join `+h.from+` on x.id = `+h.id+where.sql()+after+` order by t.id desc limit @limit)`)
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return many[FeedEvent](ctx, s.pool, `select t.*, coalesce(u.name, '') as actor_name from (`+strings.Join(parts, " union all ")+`) t left join app_user u on u.id::text = t.actor
		order by t.at desc, t.id desc limit @limit`, args)
}
