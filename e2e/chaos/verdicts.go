package chaos

import (
	"context"

	"leadtocash/crm"
	"leadtocash/rules"

	"github.com/jackc/pgx/v5"
)

// verdicts evaluates every stored decision again: the stored inputs, by the stored version of the rules, come to the stored result (invariant 9).
func (a *audit) verdicts(ctx context.Context) error {
	rows, err := a.conn.Query(ctx, `select cause, process, kind, version, key, result, clauses, facts from verdict`)
	if err != nil {
		return err
	}
	type stored struct {
		Cause, Process string
		Kind           crm.RuleKind
		Version        int
		Key            string
		Result         crm.Ruling
		Clauses        []crm.Clause
		Facts          crm.Facts
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[stored])
	if err != nil {
		return err
	}
	library := &rules.Library{}
	for _, v := range all {
		if v.Key == string(crm.StepConvert) || v.Kind == crm.RuleNurture { // part of the vocabulary, not of the rules
			continue
		}
		set, err := library.Get(v.Kind, v.Version, func() ([]byte, error) {
			source, err := a.store.RuleSource(ctx, v.Kind, v.Version)
			return []byte(source), err
		})
		if err != nil {
			return err
		}
		if got := decide(set, v.Kind, v.Key, v.Facts).Except(excepted(v.Clauses)).Result; got != v.Result {
			a.wrong(v.Process, "invariant 9: %s %s by %s was %s and is %s when it is asked again", v.Kind, v.Key, v.Cause, v.Result, got)
		}
	}
	return nil
}

// excepted are the exceptions that counted when a verdict was given.
func excepted(clauses []crm.Clause) (out []crm.Exception) {
	for _, c := range clauses {
		if c.Excepted != nil {
			out = append(out, crm.Exception{ID: c.Excepted.Exception, Clauses: []string{c.ID}})
		}
	}
	return out
}

func decide(set *rules.Set, kind crm.RuleKind, key string, facts crm.Facts) crm.Verdict {
	switch kind {
	case crm.RuleOrder:
		return set.Checklist(facts)
	case crm.RuleApproval:
		_, v := set.Route(facts)
		return v
	case crm.RuleScoring:
		_, v := set.Score(facts)
		return v
	case crm.RuleAssignment:
		_, v := set.Assign(facts)
		return v
	case crm.RuleProject:
		if key == "alarm" {
			return set.Alarm(facts)
		}
		return set.Closing(facts)
	case crm.RulePricing, crm.RuleRequired, crm.RuleContact, crm.RuleHandOff, crm.RuleDuplicate:
		return set.At(key, facts)
	}
	return set.Of(facts.Deal.Pipeline).Gate(key, facts)
}
