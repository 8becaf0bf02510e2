package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// LeadRow is a lead as a list shows it.
type LeadRow struct {
	crm.Lead
	Owner   string // name of the salesperson, empty when nobody has it
	Touches int    // ways by which it came to us (S063)
}

// LeadFilter narrows the list of leads; empty fields do not.
type LeadFilter struct {
	State crm.LeadState
	Owner crm.ID
	// Unowned keeps leads that nobody has and that can still be taken.
	Unowned bool
	Text    string // in company, person or mail address
	After   crm.ID // the last lead of the page before
	Ended   Ended  // of a report
}

const leadRows = `select l.*, coalesce(u.name, '') as owner, (select count(*) from touch t where t.lead_id = l.id) as touches
	from (select ` + leadColumns + ` from lead) l left join app_user u on u.id = l.owner_id`

// LeadRows lists the leads that the reader may see, newest first.
func (s *Store) LeadRows(ctx context.Context, sc Scope, f LeadFilter, limit int) ([]LeadRow, error) {
	where := conditions{sc.seesLead("l")}
	where.when(f.State != "", `l.state = @state`)
	where.when(f.Owner != "", `l.owner_id = @owner`)
	where.when(f.Unowned, `l.owner_id is null and l.state in ('new', 'qualified')`)
	where.when(f.Text != "", `(l.company ilike @text or l.contact_name ilike @text or l.email ilike @text)`)
	where.when(f.After != "", `(l.created_at, l.id) < (select a.created_at, a.id from lead a where a.id = @after)`)
	args := pgx.NamedArgs{"state": f.State, "owner": f.Owner, "text": like(f.Text), "after": f.After, "limit": limit}
	f.Ended.narrow(&where, sc, args)
	return many[LeadRow](ctx, s.pool, leadRows+where.sql()+` order by l.created_at desc, l.id desc limit @limit`, sc.args(args))
}

// LeadPage is a lead with how it came to us and what happened since.
type LeadPage struct {
	LeadRow
	Account     string // name of the company it became
	Opportunity string // number of the deal it became
	Raw         []crm.Touch
	Engagements []EngagementRow
	Timeline    []Event
	Mails       []crm.NurtureTouch
	Scoring     crm.Verdict // what the scoring rules said when they were last asked
}

// LeadPage reads one lead; ErrNotFound when the reader may not see it.
func (s *Store) LeadPage(ctx context.Context, sc Scope, id crm.ID) (LeadPage, error) {
	p, err := one[LeadPage](ctx, s.pool, `select l.*, coalesce(u.name, '') as owner, coalesce(a.name, '') as account, coalesce(o.number, '') as opportunity,
		(select count(*) from touch t where t.lead_id = l.id) as touches
		from (select `+leadColumns+` from lead) l left join app_user u on u.id = l.owner_id left join account a on a.id = l.account_id left join opportunity o on o.id = l.opportunity_id
		where l.id = @id and `+sc.seesLead("l"), sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return p, err
	}
	if p.Raw, err = many[crm.Touch](ctx, s.pool, `select `+touchColumns+` from touch where lead_id = $1 order by at, id`, id); err != nil {
		return p, err
	}
	if p.Engagements, err = s.engagements(ctx, `e.lead_id = $1`, id); err != nil {
		return p, err
	}
	if p.Mails, err = s.NurtureTouches(ctx, id); err != nil {
		return p, err
	}
	if p.Scoring, _, err = s.LeadScore(ctx, id); err != nil {
		return p, err
	}
	p.Timeline, err = s.processTimeline(ctx, crm.ProcessID(crm.KindLead, id))
	return p, err
}
