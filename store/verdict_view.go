package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

// PastVerdict is what a rule set said about a decision, as it was said then (N7).
type PastVerdict struct {
	Kind    crm.RuleKind
	Process string
	At      time.Time
	Version int
	Key     string
	Result  crm.Ruling
	Clauses []crm.Clause
}

// Verdict is the verdict as the pages show verdicts.
func (p PastVerdict) Verdict() crm.Verdict {
	return crm.Verdict{Kind: p.Kind, Version: p.Version, Key: p.Key, Result: p.Result, Clauses: p.Clauses}
}

// TimelineEntry reads one line of a timeline; ErrNotFound when there is none.
func (s *Store) TimelineEntry(ctx context.Context, id int64) (Event, error) {
	return one[Event](ctx, s.pool, entries+` where t.id = $1`, id)
}

// VerdictsOf reads what the rules said about the decision that a line of a timeline tells of, that of the line's own kind first.
func (s *Store) VerdictsOf(ctx context.Context, entry int64) ([]PastVerdict, error) {
	return many[PastVerdict](ctx, s.pool, `select v.kind, v.process, v.at, v.version, v.key, v.result, v.clauses from timeline t
		join verdict v on v.cause = t.cause and v.process = t.process where t.id = $1 order by v.kind <> t.rule_kind, v.kind`, entry)
}
