package activities

import (
	"context"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// deadlineScore comes when a lead has not been heard of for so long that its score halves (S064).
const deadlineScore = "score"

// rescore is the step after something about a lead changed, or after nothing did for long.
func (s *Steps) rescore(ctx context.Context, tx *store.Tx) error {
	l, err := tx.Lead(ctx)
	if err != nil || !l.Live() {
		return err
	}
	before := l
	if _, err := s.score(ctx, tx, &l); err != nil {
		return err
	}
	if l.Score == before.Score && l.Halved == before.Halved {
		return nil
	}
	return tx.SaveLead(ctx, l)
}

// score has the rules say what the lead is worth (S064): the sum of their points, or a person's correction of it, halved once when nothing
// was heard of the lead for the rules' number of days. It keeps what they said and gives the facts with the new score.
func (s *Steps) score(ctx context.Context, tx *store.Tx, l *crm.Lead) (crm.Facts, error) {
	set, err := s.set(ctx, tx, crm.RuleScoring)
	if err != nil {
		return crm.Facts{}, err
	}
	facts, heard, err := tx.LeadFacts(ctx, *l)
	if err != nil {
		return facts, err
	}
	sum, v := set.Score(facts)
	tx.Rule(v, facts)
	tx.Reviewed()
	if l.ScoreByHand > 0 {
		sum = l.ScoreByHand
	}
	before, was := l.Score, l.Halved
	l.Halved = false
	if days := set.Scoring().HalveAfter; days > 0 {
		silent := heard.Add(time.Duration(days) * 24 * time.Hour)
		if tx.Now.Before(silent) {
			tx.At(deadlineScore, "", silent)
		} else {
			l.Halved = sum > 0 // of nothing there is no half
			sum /= 2
			tx.Unset(deadlineScore, "")
		}
	}
	l.Score = sum
	if l.Score != before || l.Halved != was {
		code := "lead.scored"
		if l.Halved {
			code = "lead.score_halved"
		}
		tx.Tell(store.Entry{Code: code, RuleKind: crm.RuleScoring, RuleVersion: set.Version(), Data: map[string]any{"from": before, "to": l.Score}})
	}
	if facts, _, err = tx.LeadFacts(ctx, *l); err != nil || l.OwnerID != "" {
		return facts, err
	}
	return facts, s.offer(ctx, tx, l.ID, facts)
}
