package store

import (
	"context"
	"encoding/json"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// RuleSet is one version of the rules of one kind, as its author wrote it.
type RuleSet struct {
	Kind      crm.RuleKind
	Version   int
	Source    string // YAML
	Author    string
	Comment   string
	CreatedAt time.Time
	Active    bool
	Running   bool            // running processes were to follow too
	Restored  int             // the earlier version whose text it has again; 0: none
	Report    json.RawMessage // the trial on deals that its author saw; nil: none
}

const ruleColumns = `kind, version, source, author, comment, created_at, active, running, coalesce(restored, 0) as restored, report`

// RuleVersion is one version of a kind, for ever; ErrNotFound when there is none.
func (s *Store) RuleVersion(ctx context.Context, kind crm.RuleKind, version int) (RuleSet, error) {
	return one[RuleSet](ctx, s.pool, `select `+ruleColumns+` from rule_set where kind = $1 and version = $2`, string(kind), version)
}

// RuleSource is the text of one version, for ever (N3).
func (s *Store) RuleSource(ctx context.Context, kind crm.RuleKind, version int) (string, error) {
	return withFields(ctx, s.pool, kind, version)
}

// RuleSource is Store.RuleSource on the step's own connection: steps that waited for a second one would starve each other of the pool.
func (tx *Tx) RuleSource(ctx context.Context, kind crm.RuleKind, version int) (source string, err error) {
	return withFields(ctx, tx.q, kind, version)
}

// ActiveRule is the version of a kind that is active now, 0 when none ever was.
func (tx *Tx) ActiveRule(ctx context.Context, kind crm.RuleKind) (version int, err error) {
	err = askRow(ctx, tx.q, ActiveRuleOf(kind)).Scan(&version)
	return version, told(err)
}

// ActiveRuleOf is the question for ActiveRule.
func ActiveRuleOf(kind crm.RuleKind) Question {
	return asks(`select coalesce(max(version), 0) from rule_set where kind = $1 and active`, kind)
}

// ActiveRules lists the versions that new processes get, by kind.
func (s *Store) ActiveRules(ctx context.Context) ([]RuleSet, error) {
	return many[RuleSet](ctx, s.pool, `select `+ruleColumns+` from rule_set where active order by kind`)
}

// ActivateRules stores rule sets as new versions and has new processes use them; running ones keep theirs. A set whose text is the active
// one's is left alone. The texts must have been checked. It tells which kinds got a new version.
func (s *Store) ActivateRules(ctx context.Context, sources map[crm.RuleKind]string, author, comment string) (changed []RuleSet, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `lock table rule_set in share row exclusive mode`); err != nil {
			return err
		}
		for _, kind := range crm.RuleKinds() {
			source, ok := sources[kind]
			if !ok {
				continue
			}
			set, err := activate(ctx, tx, kind, source, author, comment, s.realNow())
			if err != nil {
				return err
			}
			if set != nil {
				changed = append(changed, *set)
			}
		}
		return nil
	})
	return changed, err
}

func activate(ctx context.Context, tx pgx.Tx, kind crm.RuleKind, source, author, comment string, now time.Time) (*RuleSet, error) {
	var same bool
	var last int
	if err := tx.QueryRow(ctx, `select coalesce(bool_or(active and source = $2), false), coalesce(max(version), 0) from rule_set where kind = $1`, kind, source).
		Scan(&same, &last); err != nil || same {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `update rule_set set active = false where kind = $1 and active`, kind); err != nil {
		return nil, err
	}
	set := RuleSet{Kind: kind, Version: last + 1, Source: source, Author: author, Comment: comment, CreatedAt: now, Active: true}
	_, err := tx.Exec(ctx, `insert into rule_set (kind, version, source, author, comment, created_at, since, active)
		values ($1, $2, $3, $4, $5, $6, $6::timestamptz + coalesce((select shift_seconds from business_clock), 0) * interval '1 second', true)`,
		set.Kind, set.Version, set.Source, set.Author, set.Comment, set.CreatedAt)
	return &set, err
}

// RuleDay is the version of a kind of rules that was in force at the end of a day, and until the next.
type RuleDay struct {
	Version int
	From    crm.Date // of the entity's zone
}

// RuleDays lists which version of a kind was in force at the end of days, the first first. Nights before it are told by it, too.
func (s *Store) RuleDays(ctx context.Context, kind crm.RuleKind) ([]RuleDay, error) {
	return many[RuleDay](ctx, s.pool, `select max(r.version) as version, (coalesce(r.since, r.created_at) at time zone coalesce((select time_zone from legal_entity order by id limit 1), 'UTC'))::date as "from"
		from rule_set r where r.kind = $1 group by 2 order by 2`, string(kind))
}
