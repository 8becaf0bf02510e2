package store

import (
	"context"
	"encoding/json"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// lossGroups are the ways to group deals that closed: a lateral table with a key and a name for each group that a deal belongs to.
var lossGroups = map[string]string{
	"reason":     `select case when o.state = 'lost' then o.lost_reason else '' end as key, '' as name`,
	"competitor": `select distinct lower(r.name) as key, max(r.name) as name from relation r where r.opportunity_id = o.id and r.kind = 'competitor' group by lower(r.name)`,
	"source":     `select coalesce((select l.source from lead l where l.id = o.lead_id), (select d.kind from deal_origin d where d.opportunity_id = o.id), '') as key, '' as name`,
	"campaign":   `select coalesce((select l.campaign from lead l where l.id = o.lead_id), '') as key, coalesce((select l.campaign from lead l where l.id = o.lead_id), '') as name`,
	"clause":     `select distinct r.clause as key, '' as name from refusal r where r.opportunity_id = o.id`,
	"owner":      `select coalesce(o.owner_id::text, '') as key, coalesce((select u.name from app_user u where u.id = o.owner_id), '') as name`,
}

// LossGroups lists the ways to group deals that closed.
func LossGroups() []string {
	return []string{"reason", "competitor", "source", "campaign", "clause", "owner"}
}

// LossCount is how many deals of a group closed in one way within the days.
type LossCount struct {
	Key, Name string
	State     crm.OpportunityState // won, lost
	Reason    string
	Currency  string
	Deals     int
	Sum       decimal.Decimal // of the amounts
}

func lossGroup(by string) string {
	if group, known := lossGroups[by]; known {
		return group
	}
	return lossGroups["reason"]
}

// LossReport counts the deals that closed within the days by group, by how they closed and why. A deal with several competitors or clauses is in
// each of their groups, one with none of them in none; what closed by hand has the reason that was given.
func (s *Store) LossReport(ctx context.Context, sc Scope, f ReportFilter, by string) ([]LossCount, error) {
	return roomy[LossCount](ctx, s, `select d.key, max(d.name) as name, o.state, o.lost_reason as reason, o.currency, count(*)::int as deals, sum(o.amount) as sum
		from opportunity o cross join lateral (`+lossGroup(by)+`) d`+append(f.deals(sc), `o.state <> 'open'`, during("o.closed_at")).sql()+` group by d.key, o.state, o.lost_reason, o.currency order by 1, 3, 4, 5`, f.args(sc, nil))
}

func (c ReportChoice) lossCondition() string {
	where := conditions{`o.state <> 'open'`, during("o.closed_at")}
	where.when(c.State != "", `o.state = @won_lost`)
	where.when(c.Reason != "-", `o.lost_reason = @reason`)
	where.when(!c.All, `exists (select from (`+lossGroup(c.By)+`) d where d.key = @key)`)
	return where.joined()
}

// ClauseLabels are the labels of clauses by their ids, as they were worded last: by language.
func (s *Store) ClauseLabels(ctx context.Context, ids []string) (map[string]crm.Clause, error) {
	rows, err := many[struct {
		Clause string
		Label  json.RawMessage
		Source string
	}](ctx, s.pool, `select k.clause, coalesce(c -> 'label', '{}') as label, coalesce(c ->> 'source', '') as source from unnest($1::text[]) k(clause)
		cross join lateral (select r.cause, r.kind from refusal r where r.clause = k.clause order by r.at desc limit 1) r
		join verdict v on (v.cause, v.kind) = (r.cause, r.kind) cross join lateral jsonb_array_elements(v.clauses) c where c ->> 'id' = k.clause`, ids)
	out := map[string]crm.Clause{}
	for _, r := range rows {
		c := crm.Clause{ID: r.Clause, Source: r.Source}
		_ = json.Unmarshal(r.Label, &c.Label) // one without a label is told by its source
		out[r.Clause] = c
	}
	return out, err
}

// Wait is for whom or for what deals waited within the days.
type Wait struct {
	Key   string // of a clause: its id; of a person: his id, or "role/<role>" where nobody has taken it
	Name  string
	Kind  string // of a person: approval, hand_off, exception
	Deals int
	Times int
	Half  float64 // median, in days by the clock
	Days  float64 // in all
}

// waits are the waits that began within the days, with who or what was waited for: by clause from the first refusal in a visit of a stage until the deal
// left it, by person from when his word was needed until he gave it.
func waits(by string) string {
	if by == "clause" {
		return `select x.opportunity_id as deal, x.clause as key, '' as name, '' as kind, min(x.at) as since, coalesce(i.left_at, @now) as until
			from refusal x join stage_interval i on i.opportunity_id = x.opportunity_id and x.at >= i.entered_at and (i.left_at is null or x.at < i.left_at) where ` + during("x.at") + ` group by x.opportunity_id, x.clause, i.id, i.left_at`
	}
	return `select y.deal, coalesce(y.who::text, 'role/' || y.role) as key, coalesce(u.name, '') as name, y.kind, y.since, greatest(coalesce(y.until, @now), y.since) as until from (
			select r.opportunity_id as deal, a.decided_by as who, a.role, 'approval' as kind, coalesce(t.turn_at, r.validated_at, r.created_at) as since, a.decided_at as until
				from approval a join sales_order r on r.id = a.order_id left join approval_turn t on (t.order_id, t.round, t.position) = (a.order_id, a.round, a.position) where a.decided_at is not null or t.turn_at is not null and r.state = 'approve'
			union all select h.opportunity_id, coalesce(h.completed_by, h.taken_by), h.to_department, 'hand_off', h.sent_at, coalesce(h.completed_at, h.cancelled_at) from hand_off h where h.sent_at is not null
			union all select e.opportunity_id, e.decided_by, e.owner, 'exception', e.requested_at, e.decided_at from rule_exception e
		) y left join app_user u on u.id = y.who where ` + during("y.since")
}

// WaitReport lists for which people, or behind which clauses, deals waited, what took most time first.
func (s *Store) WaitReport(ctx context.Context, sc Scope, f ReportFilter, by string) ([]Wait, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	return roomy[Wait](ctx, s, `select w.key, max(w.name) as name, w.kind, count(distinct w.deal)::int as deals, count(*)::int as times,
			percentile_cont(0.5) within group (order by extract(epoch from w.until - w.since)::float8) / 86400 as half, sum(extract(epoch from w.until - w.since))::float8 / 86400 as days
		from (`+waits(by)+`) w join opportunity o on o.id = w.deal`+f.deals(sc).sql()+` group by w.key, w.kind order by 7 desc, 1, 3 limit 200`, f.args(sc, pgx.NamedArgs{"now": now}))
}
