package activities

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// deadlineDunning comes in the morning of the working day on or after the day on which an invoice reaches its next level.
const deadlineDunning = "dunning"

// collect looks at all that a debtor owes (S091): every invoice whose next level has come gets its letter, once; the process waits for the
// next level, and ends when nothing is owed any more.
func (s *Steps) collect(ctx context.Context, tx *store.Tx, account crm.ID) error {
	debts, err := tx.Debts(ctx, account)
	if err != nil {
		return err
	}
	if len(debts) == 0 {
		tx.Process.Closed = true
		tx.Tell(store.Entry{Code: "collection.settled", AccountID: account})
		return nil
	}
	set, err := s.set(ctx, tx, crm.RuleDunning)
	if err != nil {
		return err
	}
	cal, err := tx.Calendar(ctx)
	if err != nil {
		return err
	}
	to, err := tx.Recipient(ctx, account, "")
	if err != nil {
		return err
	}
	var next crm.Date
	for _, d := range debts {
		had := d.Level
		if lettersLeave(tx, cal) {
			if had, err = s.dun(ctx, tx, set, d, account, to); err != nil {
				return err
			}
		}
		if at, ok := nextLevel(set.Dunning(), d, had); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.Before(tx.Today) && !next.IsZero() { // it is before this morning: what is due comes then
		next = tx.Today
	}
	if next.IsZero() {
		tx.Unset(deadlineDunning, "")
	} else {
		tx.At(deadlineDunning, "", store.Morning(cal.NextWorkingDay(next), tx.Zone))
	}
	return nil
}

// dun writes the letter of the highest level that has come for an invoice; levels that were missed are skipped, so that a debtor never gets
// two letters about one invoice on one day. It gives the level reached.
func (s *Steps) dun(ctx context.Context, tx *store.Tx, set *rules.Set, d store.Debt, account crm.ID, to store.Recipient) (int, error) {
	policy, had := set.Dunning(), d.Level
	late := tx.Today.DaysSince(d.DueDate)
	for {
		level, due := policy.Due(late, had, d.Open)
		if !due {
			return had, nil
		}
		had++
		_, more := policy.Due(late, had, d.Open)
		step := crm.DunningStep{InvoiceID: d.InvoiceID, Level: had, Key: level.Key, OnDate: tx.Today, State: "skipped"}
		if !more {
			step.State, step.Fee, step.EffectKey = "written", level.Fee, fmt.Sprintf("mail/dunning/%s/%d", d.InvoiceID, had)
		}
		wrote, err := tx.Dun(ctx, step)
		if err != nil {
			return had, err
		}
		if wrote && !more {
			fees := d.Fees.Add(level.Fee)
			money := map[string]crm.Amount{"open": {Value: d.Open, Currency: d.Currency}, "total": {Value: d.Open.Add(fees), Currency: d.Currency}}
			if fees.IsPositive() { // a letter without one does not speak of it
				money["fee"] = crm.Amount{Value: fees, Currency: d.Currency}
			}
			leaveMail(tx, step.EffectKey, d.InvoiceID, crm.Letter{
				Template: tone(had, len(policy.Levels)), To: to.Email, Name: to.Name, Language: to.Language,
				Texts: map[string]string{"invoice": d.Number, "due_date": d.DueDate.String(), "days": fmt.Sprint(late), "level": inLanguage(level.Name, to.Language)},
				Money: money,
			})
			tx.Tell(store.Entry{
				Code: "dunning.written", AccountID: account, RuleKind: crm.RuleDunning, RuleVersion: set.Version(),
				Data: map[string]any{"invoice": d.Number, "invoice_id": d.InvoiceID, "level": level.Key, "open": d.Open, "fee": level.Fee, "days": late},
			})
		}
	}
}

// tone is the letter of a level: friendly the first time, the last one says what follows, those between are firm.
func tone(level, of int) string {
	switch {
	case level == 1:
		return "dunning_friendly"
	case level >= of:
		return "dunning_last"
	default:
		return "dunning_firm"
	}
}

// nextLevel is the date of the level after those an invoice has had.
func nextLevel(p rules.Dunning, d store.Debt, had int) (crm.Date, bool) {
	if had >= len(p.Levels) || d.Open.LessThan(p.MinAmount) {
		return crm.Date{}, false
	}
	return d.DueDate.AddDays(max(p.Levels[had].Days, p.GraceDays+1)), true
}

// lettersLeave tells whether it is the morning of a working day, or later that day: levels come then.
func lettersLeave(tx *store.Tx, cal crm.Calendar) bool {
	return cal.IsWorkingDay(tx.Today) && !tx.Now.Before(store.Morning(tx.Today, tx.Zone))
}

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
	debtors, woken, again, err := s.Store.Chase(ctx, tick, max(policy.Levels[0].Days, policy.GraceDays+1))
	return ChaseReport{Tick: tick, Debtors: debtors, Woken: woken, Again: again}, err
}

// ChaseReport says what one tick of the chase did.
type ChaseReport struct {
	Tick    time.Time `json:"tick"`
	Debtors int       `json:"debtors"` // whose collection began
	Woken   int       `json:"woken"`   // living collections that were behind
	Again   bool      `json:"again"`   // this tick had been chased before
}
