package store

import (
	"context"
	"encoding/json"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// RuleDraft is a rule set that is being worked on: nothing follows it yet.
type RuleDraft struct {
	ID         crm.ID
	Kind       crm.RuleKind
	Source     string // YAML; it may have mistakes
	Base       int    // the version that was active when it was begun
	Comment    string
	Author     string          // user id
	AuthorName string          `db:"author_name"`
	Editor     string          // user id of who changed it last; empty: its author
	EditorName string          `db:"editor_name"`
	Report     json.RawMessage // of the latest trial of this very text; nil: none
	Version    int
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

const draftColumns = `d.id, d.kind, d.source, d.base, d.comment, d.author, coalesce(u.name, d.author) as author_name,
	coalesce(d.editor, '') as editor, coalesce(e.name, d.editor, u.name, d.author) as editor_name, d.report, d.version, d.created_at, d.updated_at
	from rule_draft d left join app_user u on u.id::text = d.author left join app_user e on e.id::text = d.editor`

// RuleDrafts lists the drafts of a kind, the latest first.
func (s *Store) RuleDrafts(ctx context.Context, kind crm.RuleKind) ([]RuleDraft, error) {
	return many[RuleDraft](ctx, s.pool, `select `+draftColumns+` where d.kind = $1 order by d.updated_at desc, d.id limit 50`, string(kind))
}

// RuleDraft reads one; ErrNotFound when there is none.
func (s *Store) RuleDraft(ctx context.Context, id crm.ID) (RuleDraft, error) {
	return one[RuleDraft](ctx, s.pool, `select `+draftColumns+` where d.id = $1`, id)
}

// BeginRuleDraft keeps a new draft. The same id again is the same draft, as it stands by now.
func (s *Store) BeginRuleDraft(ctx context.Context, d RuleDraft) (RuleDraft, error) {
	_, err := s.pool.Exec(ctx, `insert into rule_draft (id, kind, source, base, comment, author, created_at, updated_at)
		select $1, $2, $3, coalesce((select version from rule_set where kind = $2 and active), 0), $4, $5, $6, $6 on conflict do nothing`,
		d.ID, string(d.Kind), d.Source, d.Comment, d.Author, s.realNow())
	if err != nil {
		return d, told(err)
	}
	return s.RuleDraft(ctx, d.ID)
}

// SaveRuleDraft writes text, comment and, if it is not 0, base of a draft that is still at the version given, else ErrStale. Another text
// loses its report.
func (s *Store) SaveRuleDraft(ctx context.Context, d RuleDraft) (RuleDraft, error) {
	var saved int64
	err := s.short(ctx, func(tx pgx.Tx) error {
		if err := claim(ctx, tx); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `update rule_draft set report = case when source = $3 then report end, source = $3, comment = $4, version = version + 1, updated_at = $5,
			base = coalesce(nullif($6, 0), base), editor = nullif($7, '') where id = $1 and version = $2`, d.ID, d.Version, d.Source, d.Comment, s.realNow(), d.Base, d.Editor)
		saved = tag.RowsAffected()
		return err
	})
	if err != nil {
		return d, err
	}
	now, err := s.RuleDraft(ctx, d.ID)
	if err == nil && saved == 0 {
		err = ErrStale
	}
	return now, err
}

// SaveRuleReport keeps what a trial of the draft's text found, unless the text was changed meanwhile.
func (s *Store) SaveRuleReport(ctx context.Context, id crm.ID, source string, report json.RawMessage) error {
	_, err := s.pool.Exec(ctx, `update rule_draft set report = $3 where id = $1 and source = $2`, id, source, report)
	return told(err)
}

// DropRuleDraft forgets a draft.
func (s *Store) DropRuleDraft(ctx context.Context, id crm.ID) error {
	_, err := s.pool.Exec(ctx, `delete from rule_draft where id = $1`, id)
	return told(err)
}

// Activation says how a text comes into force.
type Activation struct {
	Kind     crm.RuleKind
	Source   string // checked by the caller: it compiles and its cases pass
	Author   string
	Comment  string
	Base     int    // the version that the author worked from: when another is active by now, ErrStale; -1: whichever
	Running  bool   // running processes follow too, not only new ones
	Restored int    // the earlier version whose text it is; 0: none
	Draft    crm.ID // the draft that it was, which goes and leaves its report; empty: none
}

// Activate stores a text as the next version of its kind, has new processes use it, and begins the migration of running ones if they are to
// follow (N3), in one transaction. A text that is the active one's already makes no version; its migration is begun all the same.
func (s *Store) Activate(ctx context.Context, a Activation) (set RuleSet, migration crm.ID, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		if err := claim(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `lock table rule_set in share row exclusive mode`); err != nil {
			return err
		}
		var active int
		if err := tx.QueryRow(ctx, `select coalesce(max(version), 0) from rule_set where kind = $1 and active`, string(a.Kind)).Scan(&active); err != nil {
			return err
		}
		if a.Base >= 0 && a.Base != active {
			return ErrStale
		}
		if _, err := activate(ctx, tx, a.Kind, a.Source, a.Author, a.Comment, s.realNow()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update rule_set set running = running or $2, restored = coalesce(restored, nullif($3, 0)),
			report = coalesce((select report from rule_draft where id = $4), report) where kind = $1 and active`, string(a.Kind), a.Running, a.Restored, a.Draft); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from rule_draft where id = $1`, a.Draft); err != nil {
			return err
		}
		if set, err = one[RuleSet](ctx, tx, `select `+ruleColumns+` from rule_set where kind = $1 and active`, string(a.Kind)); err != nil {
			return err
		}
		if a.Running {
			if migration, err = s.beginMigration(ctx, tx, RuleMigration{Kind: a.Kind, Version: set.Version, Author: a.Author, Comment: a.Comment}); err != nil {
				return err
			}
		}
		if a.Draft == "" {
			return nil
		}
		_, err = tx.Exec(ctx, `insert into rule_activation (draft_id, kind, version, migration_id, author, at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
			a.Draft, string(a.Kind), set.Version, migration, a.Author, s.realNow())
		return err
	})
	return set, migration, err
}
