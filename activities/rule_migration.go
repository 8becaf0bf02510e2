package activities

import (
	"context"

	"leadtocash/store"
)

// migrate takes the next processes to another version of their rules (N3): one short transaction, and the next one at once while some are left.
func (s *Steps) migrate(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	m, more, err := tx.TakeProcesses(ctx)
	if err != nil {
		return err
	}
	if more {
		tx.At(store.DeadlineMigration, "", tx.Now)
		return nil
	}
	tx.Process.Closed = true
	tx.Tell(store.Entry{Code: "rules.migration_done", RuleKind: m.Kind, RuleVersion: m.Version, Data: map[string]any{"processes": m.Done}})
	return nil
}
