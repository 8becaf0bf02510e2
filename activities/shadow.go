package activities

import (
	"context"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// FollowShadows asks candidates of rules about the steps that were taken since they were asked last (N10), and tells how many.
func (s *Steps) FollowShadows(ctx context.Context) (int, error) {
	return s.Store.FollowShadows(ctx, shadow)
}

// WarmRules has the latest versions of the rules compiled before a step asks them in its transaction.
func (s *Steps) WarmRules(ctx context.Context) error {
	return s.Store.WarmRules(ctx, func(kind crm.RuleKind, version int, load func() ([]byte, error)) error {
		_, err := s.Rules.Get(kind, version, load)
		return err
	})
}

// shadow is what a candidate says of real decisions. One that fails refuses: it would have refused the step too.
func shadow(h store.Shadow, taken []store.Shadowed) []store.ShadowStep {
	candidate, problems := rules.Parse(h.Kind, []byte(h.Source))
	out := make([]store.ShadowStep, len(taken))
	for i, t := range taken {
		was := crm.Verdict{Result: t.Result, Clauses: slices.Clone(t.Clauses)}
		for j, c := range was.Clauses {
			if c.Excepted != nil { // the candidate knows of no exceptions
				was.Result, was.Clauses[j].Excepted = crm.Refused, nil
			}
		}
		would := crm.Verdict{Result: crm.NotEvaluated}
		if len(problems) == 0 {
			would = asked(candidate, t.Key, t.Facts)
		}
		out[i] = store.ShadowStep{Cause: t.Cause, Process: t.Process, At: t.At, Version: t.Version, Key: t.Key, Was: was.Result, Would: would.Result}
		switch {
		case was.Allowed() && !would.Allowed():
			out[i].Clauses = conditionsOf(would)
		case !was.Allowed() && would.Allowed():
			out[i].Clauses = conditionsOf(was)
		}
	}
	return out
}

// asked asks a candidate; whatever goes wrong in it stays with it.
func asked(candidate *rules.Set, key string, f crm.Facts) (v crm.Verdict) {
	defer func() {
		if recover() != nil {
			v = crm.Verdict{Result: crm.NotEvaluated}
		}
	}()
	return candidate.Again(key, f)
}

// conditionsOf are the conditions whose clauses stand in the way, each once.
func conditionsOf(v crm.Verdict) (out []string) {
	for _, c := range v.Failing() {
		if id, _, _ := strings.Cut(c.ID, "#"); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
