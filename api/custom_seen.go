package api

import (
	"maps"
	"slices"

	"leadtocash/crm"
)

// seesFact tells whether the person may see a field that rules read. Those of the company's own have readers of their own (S054).
func (r *request) seesFact(path string) bool {
	f, own := crm.CustomAt(path)
	return !own || f.SeenBy(r.user)
}

// hideOwn takes out of a refusal what fields of the company's own held that the person may not see; which condition failed he is told.
func (r *request) hideOwn(p *Problem) {
	if p.Gate != nil {
		g := *p.Gate
		g.Clauses, g.Failed = slices.Clone(g.Clauses), slices.Clone(g.Failed)
		for i, c := range g.Clauses {
			g.Clauses[i].Values = slices.Clone(c.Values)
			for j, v := range c.Values {
				if !r.seesFact(v.Field) {
					g.Clauses[i].Values[j].Now = ""
				}
			}
		}
		for i, f := range g.Failed {
			g.Failed[i].Actual = maps.Clone(f.Actual)
			for _, field := range f.Fields {
				if !r.seesFact(field) {
					g.Failed[i].Actual[field] = ""
				}
			}
		}
		p.Gate = &g
	}
	for _, e := range p.Errors {
		if field, ok := e.Params["field"].(string); ok && e.Params["actual"] != nil && !r.seesFact(field) {
			e.Params["actual"] = ""
		}
	}
}
