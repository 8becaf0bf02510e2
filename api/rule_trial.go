package api

import (
	"iter"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// trialsOf are the decisions on which rules of a kind are tried: those that open records have before them, then those of closed ones.
func (r *request) trialsOf(kind crm.RuleKind) iter.Seq2[*store.RuleTrial, error] {
	switch kind {
	case crm.RulePricing:
		return behind(r.store.PriceTrials(r.ctx(), true), r.store.PriceTrials(r.ctx(), false))
	case crm.RuleProject:
		return behind(r.store.ProjectTrials(r.ctx()), r.store.PastTrials(r.ctx(), kind))
	}
	return behind(r.store.OpenTrials(r.ctx()), r.store.PastTrials(r.ctx(), kind))
}

// behind reads one list, then another.
func behind(lists ...iter.Seq2[*store.RuleTrial, error]) iter.Seq2[*store.RuleTrial, error] {
	return func(yield func(*store.RuleTrial, error) bool) {
		for _, list := range lists {
			for t, err := range list {
				if !yield(t, err) || err != nil {
					return
				}
			}
		}
	}
}

// TrialOf is what a candidate is asked about a record; nil when it has nothing to do with it.
func TrialOf(kind crm.RuleKind, candidate *rules.Set, t *store.RuleTrial) *rules.Trial {
	x := &rules.Trial{Deal: t.Deal, State: t.State, Owner: t.Owner, Pipeline: t.Pipeline, Stage: t.Stage, Ask: t.Ask, Amount: t.Amount, Facts: t.Facts}
	switch {
	case kind == crm.RulePricing:
		return priceTrial(x, t.Lines)
	case t.State != crm.OpportunityOpen || kind == crm.RuleProject: // a step that was taken
	case kind == crm.RulePipeline:
		own := candidate.Of(t.Pipeline)
		if x.Ask = own.Next(own.Settled(t.Stage)); x.Ask == "" { // a stage that the candidate does not have has no way on
			x.Ask = t.Stage
		}
	case kind == crm.RuleApproval:
		x.Ask = string(kind)
		if state := crm.OrderState(t.Facts.Order.State); state != crm.OrderValidating && state != crm.OrderApproving {
			return nil
		}
	default:
		x.Ask = "checklist"
		if t.Facts.Order.State == "" {
			return nil
		}
	}
	return x
}

// priceTrial asks the limits of prices about each line, the quote, and the order if there is one, each with what the rules are given there.
func priceTrial(x *rules.Trial, lines []crm.LineFacts) *rules.Trial {
	f := x.Facts
	asks := make([]rules.Question, 0, len(lines)+2)
	for _, l := range lines {
		at := f
		at.Line, at.Quote, at.Order = l, crm.QuoteFacts{}, crm.OrderFacts{}
		asks = append(asks, rules.Question{Ask: rules.MomentLine, Facts: at})
	}
	if f.Quote.State != "" {
		at := f
		at.Order = crm.OrderFacts{}
		asks = append(asks, rules.Question{Ask: rules.MomentQuote, Facts: at})
	}
	if f.Order.State != "" {
		asks = append(asks, rules.Question{Ask: rules.MomentApproval, Facts: f})
	}
	x.Ask, x.Facts, x.Also = asks[0].Ask, asks[0].Facts, asks[1:]
	return x
}
