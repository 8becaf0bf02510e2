package activities

import (
	"context"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// chaseBatch is how many debtors the chase takes in one transaction.
const chaseBatch = 100

// ChaseReport says what one tick of the chase did.
type ChaseReport struct {
	Tick    time.Time `json:"tick"`
	Debtors int       `json:"debtors"`           // whose collection began
	Letters int       `json:"letters,omitempty"` // that were written for them
	Woken   int       `json:"woken"`             // living collections that were behind
	Again   bool      `json:"again"`             // this tick had been chased before
}

// Chase is the safety net over all debtors, run once a tick by whichever worker is first (S091): batch by batch it begins the collections of debtors who have
// none and writes what is due to them, and wakes living ones that are behind. One that was cut off goes on with the next batch.
func (s *Steps) Chase(ctx context.Context, tick time.Time) (ChaseReport, error) {
	set, err := s.activeDunning(ctx)
	if err != nil {
		return ChaseReport{}, err
	}
	first, any := set.FirstLook()
	if !any {
		return ChaseReport{Tick: tick}, nil
	}
	run, err := s.Store.BeginChase(ctx, tick)
	if err != nil || run.Finished {
		return ChaseReport{tick, run.Debtors, run.Letters, run.Woken, err == nil}, err
	}
	for {
		n, err := s.Store.ChaseDebtors(ctx, tick, first, chaseBatch, func(ctx context.Context, tx *store.Tx, b store.ChaseBatch) (int, error) {
			return s.chase(ctx, tx, set, b)
		})
		if err != nil {
			return ChaseReport{}, err
		}
		if n == 0 {
			break
		}
	}
	run, err = s.Store.EndChase(ctx, tick)
	return ChaseReport{tick, run.Debtors, run.Letters, run.Woken, false}, err
}

func (s *Steps) activeDunning(ctx context.Context) (*rules.Set, error) {
	active, err := s.Store.ActiveRules(ctx)
	if err != nil {
		return nil, err
	}
	version := 0
	for _, r := range active {
		if r.Kind == crm.RuleDunning {
			version = r.Version
		}
	}
	return s.Rules.Get(crm.RuleDunning, version, func() ([]byte, error) {
		source, err := s.Store.RuleSource(ctx, crm.RuleDunning, version)
		return []byte(source), err
	})
}

// chase writes what is due to the debtors of a batch and has each of their collections wait for what comes next.
func (s *Steps) chase(ctx context.Context, tx *store.Tx, set *rules.Set, b store.ChaseBatch) (letters int, err error) {
	cal, err := tx.Calendar(ctx)
	if err != nil {
		return 0, err
	}
	facts, err := tx.DebtorFacts(ctx, b.Accounts...)
	if err != nil {
		return 0, err
	}
	var due []dueLevel
	var all []collection
	for _, account := range b.Accounts {
		c := collection{account: account, debts: b.Debts[account], set: set, policy: set.DunningFor(facts[account]), cal: cal, to: b.To[account]}
		if lettersLeave(tx, cal) {
			due = append(due, c.due(tx.Today)...)
		}
		all = append(all, c)
	}
	if letters, err = s.dun(ctx, tx, due); err != nil {
		return letters, err
	}
	for _, c := range all {
		tx.Process.ID = crm.ProcessID(crm.KindCollection, c.account)
		c.wait(tx)
		tx.Wake(tx.Process.ID)
	}
	return letters, nil
}
