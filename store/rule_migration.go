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
	case crm.RuleContact: // a contact has no process: the active version holds
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

// TakeProcesses takes the next processes of this process's migration and tells how it stands; more tells that some are left. Each is told on
// its timeline; those whose deadlines come from the rules look at their rows again. A process that is locked longer than a step may wait
// fails the step, which is tried again.
func (tx *Tx) TakeProcesses(ctx context.Context) (m RuleMigration, more bool, err error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	if m, err = one[RuleMigration](ctx, tx.q, `select id, kind, version, reverses, state, total, done, author, comment, created_at, finished_at
		from rule_migration where id = $1 for update`, id); err != nil {
		return m, false, err
	}
	taken, err := many[struct{ Process string }](ctx, tx.q, takeProcesses(m), m.ID, string(m.Kind), m.Version, m.Reverses, follow(m.Kind), tx.Now, migrationBatch, tx.Actor, "rules.migrated")
	if err != nil {
		return m, false, err
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
	next := `select p.id, (p.rules ->> $2)::int as was, $3::int as new_version from process p where not p.closed and p.kind = any($5) and coalesce((p.rules ->> $2)::int, 0) <> $3
			and $4::uuid is null order by p.id limit $7 for no key update of p`
	if m.Reverses != "" { // what another migration took further stays there
		next = `select p.id, (p.rules ->> $2)::int as was, s.was as new_version from rule_migration_step s join process p on p.id = s.process
			where s.migration_id = $4 and not p.closed and p.kind = any($5) and (p.rules ->> $2)::int = $3 and s.was is distinct from $3 order by p.id limit $7 for no key update of p`
	}
	return `with next as (` + next + `), moved as (
			update process p set rules = case when n.new_version is null then p.rules - $2::text else jsonb_set(p.rules, array[$2::text], to_jsonb(n.new_version)) end
			from next n where p.id = n.id returning p.id
		), logged as (
			insert into rule_migration_step (migration_id, process, was, at) select $1, n.id, n.was, $6 from next n
		), told as (
			insert into timeline (process, cause, seq, at, actor, code, data, rule_kind, rule_version)
			select n.id, 'migration/' || $1 || '/' || n.id, 0, $6, $8, $9, jsonb_build_object('kind', $2::text, 'from', n.was, 'to', n.new_version), $2, coalesce(n.new_version, 0) from next n
		)
		select id as process from next order by id`
}
