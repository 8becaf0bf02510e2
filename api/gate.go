package api

import "leadtocash/crm"

// gate is the part of a refusal that says which conditions of a rule were met and which were not (ux: saying no well).
type gate struct {
	To      string       `json:"to"`
	Rule    crm.RuleKind `json:"rule"`
	Version int          `json:"version"`
	Result  crm.Ruling   `json:"result"`
	Clauses []crm.Clause `json:"clauses"`
	Failed  []failure    `json:"failed"`
}

// failure is a condition that stands in the way.
type failure struct {
	ID     string            `json:"id"`
	Source string            `json:"source"`
	Label  string            `json:"label"`
	Fields []string          `json:"fields"`
	Actual map[string]string `json:"actual"`
	Needs  string            `json:"needs"`
	FixBy  []crm.Role        `json:"fix_by"`
}

// gateOf shows a verdict in a language.
func gateOf(v crm.Verdict, language string) *gate {
	g := &gate{To: v.Key, Rule: v.Kind, Version: v.Version, Result: v.Result, Clauses: []crm.Clause{}, Failed: []failure{}}
	for _, c := range v.Clauses {
		if c.Label == nil { // its author gave none
			c.Label = map[string]string{}
		}
		g.Clauses = append(g.Clauses, c)
	}
	for _, c := range v.Failing() {
		f := failure{ID: c.ID, Source: c.Source, Label: c.Text(language), Fields: []string{}, Actual: map[string]string{}, Needs: c.Needs, FixBy: append([]crm.Role{}, c.FixBy...)}
		for _, value := range c.Values {
			f.Fields = append(f.Fields, value.Field)
			f.Actual[value.Field] = value.Now
		}
		g.Failed = append(g.Failed, f)
	}
	return g
}

// gateRefused is the refusal of a gate: every field that a failing condition read gets an item of its own.
func gateRefused(v crm.Verdict, language string) Problem {
	p := refusal(codeGate)
	p.Gate = gateOf(v, language)
	seen := map[string]bool{}
	for _, f := range p.Gate.Failed {
		for _, field := range f.Fields {
			if !seen[field] {
				seen[field] = true
				p.Errors = append(p.Errors, invalid("/fill/"+field, "required_by_gate",
					params{"rule": f.ID, "version": v.Version, "stage": v.Key, "field": field, "actual": f.Actual[field]}))
			}
		}
	}
	p.Params = params{"failed": len(p.Gate.Failed), "of": len(v.Clauses)}
	return p
}
