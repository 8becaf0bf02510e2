package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// ProcessRow is a durable process as its page and its chain show it.
type ProcessRow struct {
	ID        string
	Kind      crm.Kind
	RecordID  crm.ID
	Parent    string
	Step      crm.Step
	Version   int
	Closed    bool
	Rules     map[string]int
	StartedAt time.Time
	UpdatedAt time.Time
	Title     string // of the record
	OwnerID   crm.ID
}

// ProcessPage is a process in business words: done, now, waiting for.
type ProcessPage struct {
	ProcessRow
	Chain     []ProcessRow // from the lead to the last collection
	Deadlines []PlannedStep
	Effects   []EffectRow
	Timeline  []Event
}

const processRows = `select p.id, p.kind, p.record_id, coalesce(p.parent, '') as parent, p.step, p.version, p.closed, p.rules, p.started_at, p.updated_at,
	coalesce(l.company, o.name, c.number, k.number || ' ' || k.subject, i.name, a.name, '') as title,
	coalesce(l.owner_id, o.owner_id, c.owner_id, a.owner_id) as owner_id
	from process p left join lead l on p.kind = 'lead' and l.id = p.record_id left join opportunity o on p.kind = 'opportunity' and o.id = p.record_id
	left join contract c on p.kind = 'contract' and c.id = p.record_id left join care_case k on p.kind = 'case' and k.id = p.record_id
	left join import i on p.kind = 'import' and i.id = p.record_id left join account a on a.id = case p.kind when 'collection' then p.record_id when 'case' then k.account_id end`

// ProcessPage reads one process with the chain it belongs to; ErrNotFound when the reader may not see its record.
func (s *Store) ProcessPage(ctx context.Context, sc Scope, id string) (ProcessPage, error) {
	p, err := one[ProcessPage](ctx, s.pool, `select * from (`+processRows+` where p.id = @id) x where (`+sc.sees("x.owner_id")+` or x.kind = 'lead' and exists (select from lead where lead.id = x.record_id and `+sc.seesLead("lead")+`))`, sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return p, err
	}
	if p.Chain, err = many[ProcessRow](ctx, s.pool, `with recursive up as (select id, parent, 0 as n from process where id = $1
			union all select p.id, p.parent, n + 1 from process p join up on p.id = up.parent where n < 20),
		down as (select id, 0 as n from (select id from up order by n desc limit 1) root
			union all select p.id, n + 1 from process p join down on p.parent = down.id where n < 20)
		`+processRows+` join down on down.id = p.id order by p.started_at, p.id limit 50`, id); err != nil {
		return p, err
	}
	if p.Deadlines, err = many[PlannedStep](ctx, s.pool, `select kind, key, due_at from deadline where process = $1 order by due_at`, id); err != nil {
		return p, err
	}
	if p.Effects, err = many[EffectRow](ctx, s.pool, effects+` where process = $1 order by created_at desc limit 50`, id); err != nil {
		return p, err
	}
	p.Timeline, err = s.processTimeline(ctx, id)
	return p, err
}
