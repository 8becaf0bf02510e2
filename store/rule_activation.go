package store

import (
	"context"

	"leadtocash/crm"
)

// RuleActivation tells what became of a draft.
type RuleActivation struct {
	Kind        crm.RuleKind
	Version     int
	MigrationID crm.ID // of running processes; empty: none followed
	Author      string
}

// ActivationOf is what a draft became; ErrNotFound when it never came into force.
func (s *Store) ActivationOf(ctx context.Context, draft crm.ID) (RuleActivation, error) {
	return one[RuleActivation](ctx, s.pool, `select kind, version, migration_id, author from rule_activation where draft_id = $1`, draft)
}
