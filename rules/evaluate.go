package rules

import (
	"fmt"
	"slices"

	"leadtocash/crm"
)

// judge evaluates conditions one after the other, and all of them, so that a refusal names everything at once (S098, N1).
//
// A clause that cannot be evaluated makes the whole not evaluated, with one exception: when it stands behind an unmet
// clause that guards it (in the same condition, or reading the same field), it was not reached.
func judge(conditions []*condition, prefix string, facts *crm.Facts) ([]crm.Clause, crm.Ruling) {
	out := make([]crm.Clause, 0, clauseCount(conditions))
	ruling := crm.Allowed
	for _, c := range conditions {
		out = c.judge(prefix, facts, out)
	}
	for i, c := range out {
		switch {
		case c.Outcome == crm.Unknown:
			return out, crm.NotEvaluated
		case blocks(out, i):
			ruling = crm.Refused
		}
	}
	return out, ruling
}

// blocks tells whether a clause is unmet for certain: no alternative of it is met or unknown.
func blocks(clauses []crm.Clause, i int) bool {
	return clauses[i].Outcome == crm.Unmet && (clauses[i].Group == "" || !slices.ContainsFunc(clauses, func(c crm.Clause) bool {
		return c.Group == clauses[i].Group && (c.Outcome == crm.Met || c.Outcome == crm.Unknown)
	}))
}

func clauseCount(conditions []*condition) (n int) {
	for _, c := range conditions {
		for _, alternatives := range c.operands {
			n += len(alternatives)
		}
	}
	return n
}

// judge adds the condition's clauses to those of the conditions before it.
func (c *condition) judge(prefix string, facts *crm.Facts, out []crm.Clause) []crm.Clause {
	simple := len(c.operands) > 1 && !c.grouped() && c.holds(facts)
	before, number := out, 0
	for _, alternatives := range c.operands {
		group := ""
		if len(alternatives) > 1 {
			group = clauseID(prefix, c.id, number)
		}
		reached, start := true, len(out)
		for _, a := range alternatives {
			v := c.shell(a, clauseID(prefix, c.id, number), group, facts)
			number++
			switch {
			case simple:
				v.Outcome = crm.Met
			case reached:
				a.judge(&v, facts)
				reached = v.Outcome == crm.Unmet
			}
			out = append(out, v)
		}
		c.excuse(before, out[len(before):], start-len(before))
	}
	return out
}

// excuse turns clauses from start on that could not be evaluated into not reached ones, when an unmet clause guards them.
func (c *condition) excuse(before, own []crm.Clause, start int) {
	for i := start; i < len(own); i++ {
		if own[i].Outcome != crm.Unknown {
			continue
		}
		guarded := guards(own[:start], func(crm.Clause) bool { return true }) ||
			guards(before, func(b crm.Clause) bool { return sharesField(b, own[i]) })
		if guarded {
			own[i].Outcome, own[i].Problem = crm.NotReached, ""
		}
	}
}

func guards(clauses []crm.Clause, applies func(crm.Clause) bool) bool {
	for i, c := range clauses {
		if blocks(clauses, i) && applies(c) {
			return true
		}
	}
	return false
}

func sharesField(a, b crm.Clause) bool {
	return slices.ContainsFunc(a.Values, func(v crm.Value) bool {
		return v.Field != "process.today" && slices.ContainsFunc(b.Values, func(w crm.Value) bool { return v.Field == w.Field })
	})
}

func clauseID(prefix, id string, number int) string {
	if number == 0 {
		return prefix + "." + id
	}
	return fmt.Sprintf("%s.%s#%d", prefix, id, number+1)
}

// shell is the clause as it is shown, still without its outcome.
func (c *condition) shell(a clause, id, group string, facts *crm.Facts) crm.Clause {
	v := crm.Clause{
		ID: id, Source: a.source, Label: c.label, Outcome: crm.NotReached, Op: a.op, Needs: a.needs, Group: group, FixBy: a.fixBy,
		Values: make([]crm.Value, len(a.fields)),
	}
	for i, f := range a.fields {
		v.Values[i] = crm.Value{Field: f.Path, Now: shown(f.in(facts))}
		if f.Path == a.needsField {
			v.Needs = v.Values[i].Now
		}
	}
	return v
}

func (a clause) judge(v *crm.Clause, facts *crm.Facts) {
	yes, err := run(a.program, facts)
	switch {
	case err != nil:
		v.Outcome, v.Problem = crm.Unknown, err.Error()
	case yes:
		v.Outcome = crm.Met
	default:
		v.Outcome = crm.Unmet
	}
}

// Try evaluates one condition on facts, for the editor. The verdict's key is "try".
func Try(src string, facts crm.Facts) (crm.Verdict, Problems) {
	c, problems := compileCondition("condition", src)
	if len(problems) > 0 {
		return crm.Verdict{Key: "try", Result: crm.NotEvaluated}, problems
	}
	clauses, ruling := judge([]*condition{c}, "try", &facts)
	return crm.Verdict{Key: "try", Result: ruling, Clauses: clauses}, nil
}
