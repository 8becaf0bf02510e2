package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// migrate takes the next processes to another version of their rules (N3): one short transaction, and the next one at once while some are left.
func (s *Steps) migrate(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	m, err := tx.Migration(ctx)
	if err != nil {
		return err
	}
	stages, err := s.stageMoves(ctx, tx, m)
	if err != nil {
		return err
	}
	m, more, err := tx.TakeProcesses(ctx, m, stages)
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

// stageMoves tells where deals go that get a version of the pipelines: that of the migration, or of a rollback those from which it took them.
func (s *Steps) stageMoves(ctx context.Context, tx *store.Tx, m store.RuleMigration) (out []store.StageMove, err error) {
	if m.Kind != crm.RulePipeline {
		return nil, nil
	}
	versions := []int{m.Version}
	if m.Reverses != "" {
		if versions, err = tx.FormerVersions(ctx, m.Reverses); err != nil {
			return nil, err
		}
	}
	for _, v := range versions {
		by := v
		if by == 0 { // they had none of their own and follow what is active
			if by, err = tx.ActiveRule(ctx, m.Kind); err != nil {
				return nil, err
			}
		}
		set, err := s.version(ctx, tx, m.Kind, by)
		if err != nil {
			return nil, err
		}
		out = append(out, movesOf(set, v)...)
	}
	return out, nil
}

// movesOf lists the open stages of a version, with the stage that a deal in each belongs in.
func movesOf(set *rules.Set, version int) (out []store.StageMove) {
	for _, p := range set.Pipelines() {
		for _, st := range p.Stages() {
			if st.Kind == rules.StageOpen {
				out = append(out, store.StageMove{Version: version, Pipeline: p.Key(), Stage: st.Key, To: p.Settled(st.Key)})
			}
		}
	}
	return out
}
