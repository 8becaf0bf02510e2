package store

import (
	"context"
	"time"

	"leadtocash/crm"
)

const insertVerdict = `insert into verdict (cause, kind, process, at, version, key, result, clauses, facts)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// VerdictOf is what a rule set said about a command, as it was said then (N1, N7).
func (s *Store) VerdictOf(ctx context.Context, cause string, kind crm.RuleKind) (crm.Verdict, error) {
	v := crm.Verdict{Kind: kind}
	err := s.pool.QueryRow(ctx, `select version, key, result, clauses from verdict where cause = $1 and kind = $2`, cause, kind).
		Scan(&v.Version, &v.Key, &v.Result, &v.Clauses)
	return v, told(err)
}

// StoredVerdict is what a rule set said, when, and what asked it.
type StoredVerdict struct {
	Cause   string
	At      time.Time
	Kind    crm.RuleKind
	Version int
	Key     string
	Result  crm.Ruling
	Clauses []crm.Clause
}

// Verdicts lists what the rules said in a process, the newest first, at most 200 (N1).
func (s *Store) Verdicts(ctx context.Context, process string) ([]StoredVerdict, error) {
	return many[StoredVerdict](ctx, s.pool, `select cause, at, kind, version, key, result, clauses from verdict where process = $1 order by at desc, cause, kind limit 200`, process)
}
