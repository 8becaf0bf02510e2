package api

import (
	"context"
	"time"

	"leadtocash/crm"
)

// warmPause is how long after its activation a version of rules may stay uncompiled here.
const warmPause = 5 * time.Second

// KeepRulesWarm has the latest versions of the rules compiled until the context ends, so that no edit does it while it holds locks. A failure is
// tried again: who asks such a version is told what is wrong with it.
func (s *Server) KeepRulesWarm(ctx context.Context) {
	tick := time.NewTicker(warmPause)
	defer tick.Stop()
	for {
		_ = s.warmRules(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (s *Server) warmRules(ctx context.Context) error {
	return s.Store.WarmRules(ctx, func(kind crm.RuleKind, version int, load func() ([]byte, error)) error {
		_, err := s.library.Get(kind, version, load)
		return err
	})
}
