package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
)

// maxSource is how long a rule set may be, in bytes; the body's limit is above it. A single condition has the limit of package rules.
const maxSource = 512 << 10

// rulesCheckView says that a rule can be used, and what it reads.
type rulesCheckView struct {
	Status string   `json:"status"`
	Fields []string `json:"fields" doc:"text=The fields of the facts that a whole rule set reads, sorted."`
}

// postRulesCheck checks a rule set, or one condition, and changes nothing (S097, B094-B106).
func postRulesCheck(r *request) error {
	var b rulesCheckBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.oneOf("/kind", b.Kind, enumerations["rule_kind"]()...)
	if err := c.err(); err != nil {
		return err
	}
	if b.Kind != "" && len(b.Source) > maxSource {
		return refusal(codeRule, invalid("/source", rules.CodeTooLong, params{"max": maxSource}))
	}
	out := rulesCheckView{Status: "ok", Fields: []string{}}
	var found rules.Problems
	if b.Kind == "" {
		found = rules.CheckExpression(b.Source)
	} else {
		var set *rules.Set
		if set, found = rules.Parse(crm.RuleKind(b.Kind), []byte(b.Source)); len(found) == 0 {
			out.Fields = append(out.Fields, set.Fields()...)
		}
	}
	if len(found) > 0 {
		return refusal(codeRule, ruleItems("/source", found)...)
	}
	return r.JSON(200, out)
}

// ruleItems turns mistakes in a rule into items with their place and figures.
func ruleItems(pointer string, found rules.Problems) []item {
	out := make([]item, len(found))
	for i, p := range found {
		ps := params{"line": p.Line, "column": p.Column}
		for name, v := range p.Params {
			ps[name] = v
			if n, err := strconv.Atoi(v); err == nil && name == "max" {
				ps[name] = n
			}
		}
		if p.Path != "" {
			ps["path"] = p.Path
		}
		out[i] = invalid(pointer, p.Code, ps)
	}
	return out
}
