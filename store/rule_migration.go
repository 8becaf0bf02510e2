package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// RuleMigration takes running processes to another version of a kind of rules, batch by batch (N3).
type RuleMigration struct {
	ID         crm.ID
	Kind       crm.RuleKind
	Version    int    // to which processes are taken; of a rollback, from which
	Reverses   crm.ID // the migration that this one takes back; empty: none
	Reversed   bool   // another takes it back
	State      string // running, done
	Total      int    // processes that stood at another version when it began
	Done       int
	Author     string
	AuthorName string `db:"author_name"`
	Comment    string
	CreatedAt  time.Time
	FinishedAt *time.Time
}

// DeadlineMigration has a migration take its next processes.
const DeadlineMigration = "migration"

// migrationBatch is how many processes a step takes: few enough to hold nobody up.
const migrationBatch = 500

const migrationColumns = `m.id, m.kind, m.version, m.reverses, exists (select from rule_migration where reverses = m.id) as reversed, m.state, m.total, m.done,
	m.author, coalesce(u.name, m.author) as author_name, m.comment, m.created_at, m.finished_at
	from rule_migration m left join app_user u on u.id::text = m.author`

// RuleMigrations lists the migrations of a kind, the newest first.
func (s *Store) RuleMigrations(ctx context.Context, kind crm.RuleKind) ([]RuleMigration, error) {
	return many[RuleMigration](ctx, s.pool, `select `+migrationColumns+` where m.kind = $1 order by m.created_at desc, m.id limit 50`, string(kind))
}

// RuleMigration reads one; ErrNotFound when there is none.
func (s *Store) RuleMigration(ctx context.Context, id crm.ID) (RuleMigration, error) {
	return one[RuleMigration](ctx, s.pool, `select `+migrationColumns+` where m.id = $1`, id)
}

// follow are the kinds of processes that decide by a kind of rules.
func follow(kind crm.RuleKind) []string {
	of := crm.KindOpportunity
	switch kind {
	case crm.RuleRequired:
		return []string{string(crm.KindLead), string(crm.KindOpportunity)}
	case crm.RuleContact, crm.RuleDuplicate: // a contact has no process, nor has what is entered: the active version holds
		return []string{}
	case crm.RuleScoring, crm.RuleAssignment, crm.RuleNurture:
		of = crm.KindLead
	case crm.RuleDunning:
		of = crm.KindCollection
	case crm.RuleProject:
		of = crm.KindContract
	}
	return []string{string(of)}
}

// RunningAt counts the open processes that decide by a kind of rules, by the version that holds for them; 0: none of their own.
func (s *Store) RunningAt(ctx context.Context, kind crm.RuleKind) (map[int]int, error) {
	rows, err := s.pool.Query(ctx, `select coalesce((rules ->> $1)::int, 0), count(*)::int from process where not closed and kind = any($2) group by 1`, string(kind), follow(kind))
	if err != nil {
		return nil, told(err)
	}
	out, version, n := map[int]int{}, 0, 0
	_, err = pgx.ForEachRow(rows, []any{&version, &n}, func() error {
		out[version] = n
		return nil
	})
	return out, told(err)
}

// beginMigration writes a migration and its process; the relay starts it.
func (s *Store) beginMigration(ctx context.Context, tx pgx.Tx, m RuleMigration) (crm.ID, error) {
	shift, err := clockShift(ctx, tx)
	if err != nil {
		return "", err
	}
	now := s.realNow().Add(shift)
	m.ID = NewID()
	if _, err := tx.Exec(ctx, `insert into rule_migration (id, kind, version, reverses, total, author, comment, created_at)
		select $1, $2, $3, $4, case when $4::uuid is null
			then (select count(*) from process where not closed and kind = any($8) and coalesce((rules ->> $2)::int, 0) <> $3)
			else (select count(*) from rule_migration_step where migration_id = $4) end, $5, $6, $7`,
		m.ID, string(m.Kind), m.Version, m.Reverses, m.Author, m.Comment, now, follow(m.Kind)); err != nil {
		return "", err
	}
	process := crm.ProcessID(crm.KindRuleMigration, m.ID)
	if err := openProcess(ctx, tx, crm.KindRuleMigration, m.ID, crm.StepCapture, "", now); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, upsertDeadline, process, DeadlineMigration, "", now); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, insertWake, "migration/"+string(m.ID), process, time.Duration(0)); err != nil {
		return "", err
	}
	return m.ID, record(ctx, tx, "migration/"+string(m.ID), 0, Entry{
		Process: process, Actor: m.Author, Code: "rules.migration_began", At: now, RuleKind: m.Kind, RuleVersion: m.Version,
		Data: map[string]any{"reverses": m.Reverses, "comment": m.Comment, "rule_version": m.Version},
	})
}

// TakeBack begins the rollback of a migration: each process that it took gets the version that it had before, unless another migration took
// it further. A migration is taken back once: a second call gives the first one's rollback. One that is still running is ErrBusy.
func (s *Store) TakeBack(ctx context.Context, id crm.ID, author, comment string) (rollback crm.ID, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		m, err := one[RuleMigration](ctx, tx, `select m.id, m.kind, m.version, m.reverses, m.state, m.comment from rule_migration m where id = $1 for update`, id)
		if err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `select id from rule_migration where reverses = $1`, id).Scan(&rollback); err == nil {
			return nil
		} else if told(err) != ErrNotFound {
			return err
		}
		if m.State != "done" || m.Reverses != "" {
			return ErrBusy
		}
		rollback, err = s.beginMigration(ctx, tx, RuleMigration{Kind: m.Kind, Version: m.Version, Reverses: id, Author: author, Comment: comment})
		return err
	})
	return rollback, err
}

// Migration reads and locks the migration of this process.
func (tx *Tx) Migration(ctx context.Context) (RuleMigration, error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	return one[RuleMigration](ctx, tx.q, `select id, kind, version, reverses, state, total, done, author, comment, created_at, finished_at
		from rule_migration where id = $1 for update`, id)
}

// FormerVersions lists the versions from which a migration took processes; 0: from none of their own.
func (tx *Tx) FormerVersions(ctx context.Context, migration crm.ID) ([]int, error) {
	rows, err := many[struct{ Was int }](ctx, tx.q, `select distinct coalesce(was, 0) as was from rule_migration_step where migration_id = $1 order by 1`, migration)
	out := make([]int, len(rows))
	for i, r := range rows {
		out[i] = r.Was
	}
	return out, err
}

// StageMove says where a deal goes that stands in a stage when it gets a version: where it is, or to the target of a retired stage. A deal
// in a stage without a StageMove keeps the version that it has.
type StageMove struct {
	Version  int    `json:"version"`
	Pipeline string `json:"pipeline"`
	Stage    string `json:"stage"`
	To       string `json:"to"`
}

// TakeProcesses takes the next processes of a migration that Migration gave and tells how it stands; more tells that some are left. Each is
// told on its timeline; those whose deadlines come from the rules look at them again, deals that change their stage at their rows. Of pipelines,
// stages says which deals can follow; those that went to another stage by this are taken back there, unless they have gone on since. A process
// that is locked longer than a step may wait fails the step, which is tried again.
func (tx *Tx) TakeProcesses(ctx context.Context, m RuleMigration, stages []StageMove) (_ RuleMigration, more bool, err error) {
	args := []any{m.ID, string(m.Kind), m.Version, m.Reverses, follow(m.Kind), tx.Now, migrationBatch, tx.Actor, "rules.migrated"}
	if m.Kind == crm.RulePipeline {
		args = append(args, stages)
	}
	taken, err := many[struct {
		Process string
		Moved   bool
	}](ctx, tx.q, takeProcesses(m), args...)
	if err != nil {
		return m, false, err
	}
	for _, t := range taken {
		if t.Moved {
			tx.Wake(t.Process)
		}
	}
	m.Done += len(taken)
	if more = len(taken) == migrationBatch; !more {
		m.State, m.FinishedAt = "done", &tx.Now
	}
	if m.Kind == crm.RuleDunning || m.Kind == crm.RuleScoring || m.Kind == crm.RuleProject {
		for _, t := range taken {
			tx.Review(t.Process)
		}
	}
	tx.q.later(`update rule_migration set state = $2, done = $3, finished_at = $4 where id = $1`, m.ID, m.State, m.Done, m.FinishedAt)
	return m, more, nil
}

// takeProcesses locks the next processes in the order of their ids, gives them their version, and writes log and timeline, in one statement.
func takeProcesses(m RuleMigration) string {
	if m.Kind == crm.RulePipeline {
		return takeDeals(m)
	}
	next := `select p.id, (p.rules ->> $2)::int as was, $3::int as new_version, null::text as stage_was, null::text as stage_new from process p
		where not p.closed and p.kind = any($5) and coalesce((p.rules ->> $2)::int, 0) <> $3
			and $4::uuid is null order by p.id limit $7 for no key update of p`
	if m.Reverses != "" { // what another migration took further stays there
		next = `select p.id, (p.rules ->> $2)::int as was, s.was as new_version, null::text as stage_was, null::text as stage_new from rule_migration_step s join process p on p.id = s.process
			where s.migration_id = $4 and not p.closed and p.kind = any($5) and (p.rules ->> $2)::int = $3 and s.was is distinct from $3 order by p.id limit $7 for no key update of p`
	}
	return `with next as (` + next + `)` + takeNext + ` select id as process, false as moved from next order by id`
}

// takeNext gives the processes of next their version and writes it down.
const takeNext = `, versioned as (
		update process p set rules = case when n.new_version is null then p.rules - $2::text else jsonb_set(p.rules, array[$2::text], to_jsonb(n.new_version)) end,
			step = coalesce(n.stage_new, p.step) from next n where p.id = n.id returning p.id
	), logged as (
		insert into rule_migration_step (migration_id, process, was, at, stage_was, stage_new) select $1, n.id, n.was, $6, n.stage_was, n.stage_new from next n
	), told as (
		insert into timeline (process, cause, seq, at, actor, code, data, rule_kind, rule_version)
		select n.id, 'migration/' || $1 || '/' || n.id, 0, $6, $8, $9, jsonb_build_object('kind', $2::text, 'from', n.was, 'to', n.new_version), $2, coalesce(n.new_version, 0) from next n
	)`

// takeDeals is takeProcesses for pipelines: a deal in a retired stage moves to the stage that took its place, and one that the version has no
// place for stays behind. The rollback of a migration takes deals back to the stage from which it took them.
func takeDeals(m RuleMigration) string {
	next := `select p.id, p.record_id, (p.rules ->> $2)::int as was, $3::int as new_version, o.stage, case when o.state = 'open' then t."to" else o.stage end as target
		from process p join opportunity o on o.id = p.record_id
		left join jsonb_to_recordset($10::jsonb) t (version int, pipeline text, stage text, "to" text) on t.version = $3 and t.pipeline = o.pipeline and t.stage = o.stage
		where not p.closed and p.kind = any($5) and coalesce((p.rules ->> $2)::int, 0) <> $3 and $4::uuid is null and (o.state <> 'open' or t."to" is not null)
		order by p.id limit $7 for no key update of p, o`
	if m.Reverses != "" {
		next = `select p.id, p.record_id, (p.rules ->> $2)::int as was, s.was as new_version, o.stage, case when o.state <> 'open' then o.stage when s.stage_new = o.stage then s.stage_was else t."to" end as target
			from rule_migration_step s join process p on p.id = s.process join opportunity o on o.id = p.record_id
			left join jsonb_to_recordset($10::jsonb) t (version int, pipeline text, stage text, "to" text) on t.version = coalesce(s.was, 0) and t.pipeline = o.pipeline and t.stage = o.stage
			where s.migration_id = $4 and not p.closed and p.kind = any($5) and (p.rules ->> $2)::int = $3 and s.was is distinct from $3
				and (o.state <> 'open' or s.stage_new = o.stage or t."to" is not null)
			order by p.id limit $7 for no key update of p, o`
	}
	return `with found as (` + next + `), next as (
			select id, record_id, was, new_version, case when target <> stage then stage end as stage_was, case when target <> stage then target end as stage_new from found
		)` + takeNext + `, moved as (
			update opportunity o set stage = n.stage_new, stage_since = $6, version = version + 1, updated_at = $6 from next n where o.id = n.record_id and n.stage_new is not null returning o.id
		), past as (
			update stage_interval i set left_at = $6, next_stage = n.stage_new from moved join next n on n.record_id = moved.id where i.opportunity_id = moved.id and i.left_at is null
		), present as (
			insert into stage_interval (opportunity_id, pipeline, stage, entered_at, actor, cause, visit)
			select n.record_id, (select o.pipeline from opportunity o where o.id = n.record_id), n.stage_new, $6, $8, 'migration/' || $1 || '/' || n.id, 1 + (select count(*) from stage_interval x where x.opportunity_id = n.record_id and x.stage = n.stage_new) from next n where n.stage_new is not null
		), told_move as (
			insert into timeline (process, cause, seq, at, actor, code, data, rule_kind, rule_version, account_id, opportunity_id)
			select n.id, 'migration/' || $1 || '/' || n.id, 1, $6, $8, 'opportunity.moved', jsonb_build_object('from', n.stage_was, 'to', n.stage_new), $2, coalesce(n.new_version, 0), o.account_id, o.id
			from next n join opportunity o on o.id = n.record_id where n.stage_new is not null
		)
		select id as process, stage_new is not null as moved from next order by id`
}

// StageUse is how many open deals stand in a stage.
type StageUse struct {
	Pipeline string
	Stage    string
	Deals    int
}

// StagesInUse lists the stages in which open deals stand.
func (s *Store) StagesInUse(ctx context.Context) ([]StageUse, error) {
	return many[StageUse](ctx, s.pool, `select o.pipeline, o.stage, count(*)::int as deals from opportunity o where o.state = 'open' group by 1, 2 order by 1, 2`)
}
