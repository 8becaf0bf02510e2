package store

import (
	"context"

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
