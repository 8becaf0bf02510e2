package activities

import (
	"context"
	"time"

	"leadtocash/crm"
)

// Chase is the safety net over all debtors, run once a tick by whichever worker is first (S091).
func (s *Steps) Chase(ctx context.Context, tick time.Time) (ChaseReport, error) {
	version := 0
	active, err := s.Store.ActiveRules(ctx)
	if err != nil {
		return ChaseReport{}, err
	}
	for _, r := range active {
		if r.Kind == crm.RuleDunning {
			version = r.Version
		}
	}
	set, err := s.Rules.Get(crm.RuleDunning, version, func() ([]byte, error) {
		source, err := s.Store.RuleSource(ctx, crm.RuleDunning, version)
		return []byte(source), err
	})
	if err != nil {
		return ChaseReport{}, err
	}
	policy := set.Dunning()
	if len(policy.Levels) == 0 {
		return ChaseReport{Tick: tick}, nil
	}
	debtors, woken, again, err := s.Store.Chase(ctx, tick, policy.First())
	return ChaseReport{Tick: tick, Debtors: debtors, Woken: woken, Again: again}, err
}

// ChaseReport says what one tick of the chase did.
type ChaseReport struct {
	Tick    time.Time `json:"tick"`
	Debtors int       `json:"debtors"` // whose collection began
	Woken   int       `json:"woken"`   // living collections that were behind
	Again   bool      `json:"again"`   // this tick had been chased before
}
