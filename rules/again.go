package rules

import "leadtocash/crm"

// Shadowed lists the kinds of rules that can run in the shadow: those that allow and refuse steps of a process, whose verdicts are stored either
// way. A plain edit that is refused leaves nothing behind, and a route, a score or a track is no yes or no that two versions could differ in.
func Shadowed() []crm.RuleKind {
	return []crm.RuleKind{crm.RulePipeline, crm.RuleHandOff, crm.RulePricing, crm.RuleOrder, crm.RuleProject}
}

// Again judges a decision anew, by the key of the verdict that is stored of it. A question that the set does not know is not evaluated.
func (s *Set) Again(key string, f crm.Facts) crm.Verdict {
	switch {
	case s.kind == crm.RuleProject && key == alarm:
		return s.Alarm(f)
	case s.kind == crm.RuleProject:
		return s.Closing(f)
	case momentsOf[s.kind] != nil:
		return s.At(key, f)
	}
	return s.Asks(key, f)
}

// Excepted lists the kinds of rules from which exceptions can be asked: gates of a deal's own process.
func Excepted() []crm.RuleKind { return []crm.RuleKind{crm.RulePipeline, crm.RuleOrder} }
