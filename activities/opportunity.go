package activities

import (
	"context"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// move takes a deal to another stage, through its gate (S097, S098). Fields filled in a refusal are saved with the move or not at all.
func (s *Steps) move(ctx context.Context, tx *store.Tx, f crm.MoveFields) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	set, err := s.pipeline(ctx, tx, o)
	if err != nil {
		return crm.Answer{}, err
	}
	to, ok := set.Stage(f.To)
	if !ok {
		return invalid("/to", "unknown_stage"), nil
	}
	if a := reachable(set, o, f.To); !a.OK() {
		return a, nil
	}
	if to.Kind == rules.StageLost {
		return s.lose(ctx, tx, set, o, f)
	}
	if a, err := fill(ctx, tx, &o, nil, f.Fill); err != nil || !a.OK() {
		return a, err
	}
	v, err := s.gate(ctx, tx, set, o, f.To)
	if err != nil || !v.Allowed() {
		return gated(v), err
	}
	if to.Kind == rules.StageWon {
		return s.win(ctx, tx, o, f.To, v)
	}
	return done("stage", f.To), s.enter(ctx, tx, &o, f.To, v)
}

// win closes a deal as won that no quote was accepted for, where the pipeline's gate lets it: its amount stays (S036), there is no order, and
// quotes that are still out lapse.
func (s *Steps) win(ctx context.Context, tx *store.Tx, o crm.Opportunity, stage string, v crm.Verdict) (crm.Answer, error) {
	from := o.Stage
	o.WinByHand(stage, tx.Now)
	tx.Process.Step, tx.Process.Closed = crm.Step(stage), true
	tx.Tell(store.Entry{
		Code: "opportunity.won", AccountID: o.AccountID, OpportunityID: o.ID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"from": from, "amount": o.Amount},
	})
	if err := tx.CloseQuotes(ctx, o.ID, ""); err != nil {
		return crm.Answer{}, err
	}
	return done("stage", stage), tx.SaveOpportunity(ctx, o)
}

// pipeline is the pipeline of a deal in the rules that hold for this process.
func (s *Steps) pipeline(ctx context.Context, tx *store.Tx, o crm.Opportunity) (*rules.Set, error) {
	set, err := s.set(ctx, tx, crm.RulePipeline)
	if err != nil {
		return nil, err
	}
	return set.Of(o.Pipeline), nil
}

// reachable refuses a stage that the pipeline's switches do not let the deal go to, and tells which ones they do.
func reachable(set *rules.Set, o crm.Opportunity, to string) crm.Answer {
	allowed := set.Reachable(o.Stage)
	if o.State != crm.OpportunityOpen || !known(allowed, to) {
		return refuse("transition_not_allowed", "from", o.Stage, "to", to, "allowed", strings.Join(allowed, ","))
	}
	return done()
}

// gate asks the stage's rules about the deal as the step leaves it, and keeps what they said.
func (s *Steps) gate(ctx context.Context, tx *store.Tx, set *rules.Set, o crm.Opportunity, stage string) (crm.Verdict, error) {
	facts, err := tx.Facts(ctx, o.ID)
	if err != nil {
		return crm.Verdict{}, err
	}
	return judged(ctx, tx, set, o, stage, facts)
}

func judged(ctx context.Context, tx *store.Tx, set *rules.Set, o crm.Opportunity, stage string, facts crm.Facts) (crm.Verdict, error) {
	v, err := except(ctx, tx, o, set.Gate(stage, facts))
	if err != nil {
		return crm.Verdict{}, err
	}
	tx.Rule(v, facts)
	return v, nil
}

// enter writes the deal's new stage.
func (s *Steps) enter(ctx context.Context, tx *store.Tx, o *crm.Opportunity, stage string, v crm.Verdict) error {
	tx.Tell(store.Entry{
		Code: "opportunity.moved", AccountID: o.AccountID, OpportunityID: o.ID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"from": o.Stage, "to": stage},
	})
	o.Stage, tx.Process.Step = stage, crm.Step(stage)
	return tx.SaveOpportunity(ctx, *o)
}

// lose closes a deal as lost, with a reason of the pipeline's list; its open quotes lapse.
func (s *Steps) lose(ctx context.Context, tx *store.Tx, set *rules.Set, o crm.Opportunity, f crm.MoveFields) (crm.Answer, error) {
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	if _, ok := set.LostReason(f.Reason); !ok {
		return invalid("/reason", "unknown_value"), nil
	}
	v, err := s.gate(ctx, tx, set, o, f.To)
	if err != nil || !v.Allowed() {
		return gated(v), err
	}
	from := o.Stage
	o.Lose(f.Reason, f.Note, tx.Now)
	o.Stage, tx.Process.Closed = f.To, true // the pipeline's own word for lost
	tx.Tell(store.Entry{
		Code: "opportunity.lost", AccountID: o.AccountID, OpportunityID: o.ID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"from": from, "reason": f.Reason, "note": f.Note},
	})
	if err := tx.CloseQuotes(ctx, o.ID, ""); err != nil {
		return crm.Answer{}, err
	}
	if err := returnDeposit(ctx, tx, o); err != nil {
		return crm.Answer{}, err
	}
	return done("stage", f.To), tx.SaveOpportunity(ctx, o)
}

// reopen takes a deal back to the stage in which it was lost, or won without a quote. One with an order comes back when that is rejected.
func (s *Steps) reopen(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if o.State == crm.OpportunityOpen || o.State == crm.OpportunityWon && o.AmountSource == crm.AmountFromQuote {
		return refuse("transition_not_allowed", "from", o.Stage), nil
	}
	stage, err := tx.StageBefore(ctx, o.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	set, err := s.pipeline(ctx, tx, o)
	if err != nil {
		return crm.Answer{}, err
	}
	if stage = open(set, stage); stage == "" {
		return refuse("transition_not_allowed", "from", o.Stage), nil
	}
	return done("stage", stage), s.comeBack(ctx, tx, o, stage, "opportunity.reopened", f.Reason)
}

// open is the open stage in which a deal that comes back goes on: the first of those given that the rules still have, or what took the place
// of a retired one; else the one where deals begin.
func open(set *rules.Set, stages ...string) string {
	for _, s := range stages {
		if st, there := set.Stage(set.Settled(s)); there && st.Takes() {
			return st.Key
		}
	}
	return set.EntryStage()
}

// comeBack opens a closed deal again (decision 7): the forecast has it back, its amount stays until something changes it.
func (s *Steps) comeBack(ctx context.Context, tx *store.Tx, o crm.Opportunity, stage, code, reason string) error {
	lines, err := tx.ProductLines(ctx, o.ID)
	if err != nil {
		return err
	}
	from := o.Stage
	o.Reopen(stage, len(lines))
	tx.Process.Step, tx.Process.Closed = crm.Step(stage), false
	tx.Tell(store.Entry{Code: code, AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"from": from, "to": stage, "reason": reason}})
	return tx.SaveOpportunity(ctx, o)
}
