package activities

import (
	"context"

	"leadtocash/store"
)

// importRows takes the next rows of a file (S063): one short transaction, and the next one at once while rows are left.
func (s *Steps) importRows(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	m, more, err := tx.TakeRows(ctx, s.Rules.Judge)
	if err != nil {
		return err
	}
	if more {
		tx.At(store.DeadlineImport, "", tx.Now)
		return nil
	}
	tx.Process.Closed = true
	tx.Tell(store.Entry{Code: "import.done", Data: map[string]any{"file": m.Name, "made": m.Made, "touched": m.Touched, "unchanged": m.Unchanged, "refused": m.Refused}})
	return nil
}
