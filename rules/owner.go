package rules

import (
	"slices"
	"strings"

	"leadtocash/crm"
)

// owner reads who decides on exceptions: a role that may decide, or the mail address of a person.
func (r *reader) owner(e entry) string {
	if e.absent() {
		return ""
	}
	if s, ok := r.scalarOf(e.value); ok && strings.Contains(s.text, "@") {
		address, err := crm.CheckEmail(s.text)
		if err != nil {
			r.add(s.at, e.path, CodeInvalidValue, map[string]string{"value": s.text}, quoted(s.text)+" is no mail address")
		}
		return address
	}
	return string(oneOf(r, e, owners()...))
}

// owners are the roles that may decide on exceptions.
func owners() []crm.Role {
	return slices.DeleteFunc(crm.Roles(), func(role crm.Role) bool {
		return crm.User{Active: true, Roles: []crm.Role{role}}.Can(crm.MayDecideException) == crm.ReachNone
	})
}

// Owner is who decides on exceptions from a gate, a role or the mail address of a person: the gate's own, else the rule set's, else crm.RuleOwner.
func (s *Set) Owner(key string) string {
	if i := s.position(key); i >= 0 && s.pipeline.stages[i].Owner != "" {
		return s.pipeline.stages[i].Owner
	}
	if s.owner != "" {
		return s.owner
	}
	return string(crm.RuleOwner)
}

// Asks answers the question that a gate of the set is asked: a stage of the deal's pipeline, or the checklist of an order. Any other is not evaluated.
func (s *Set) Asks(key string, f crm.Facts) crm.Verdict {
	switch {
	case s.kind == crm.RulePipeline:
		return s.Of(f.Deal.Pipeline).Gate(key, f)
	case s.kind == crm.RuleOrder && key == checklist:
		return s.Checklist(f)
	}
	return s.unanswerable(key, ProblemNoRules)
}
