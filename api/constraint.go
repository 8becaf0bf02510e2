package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

// constraintText reads a constraint of a product that is written as a rule: what is kept, with its products by their ids, and the other products that it
// names. Problems have their place in the text, and the nearest number where there is no such product.
func (r *request) constraintText(of crm.ID, text string) (out crm.Constraint, found rules.Problems, err error) {
	out = crm.Constraint{Kind: crm.Rule}
	c, found := rules.ReadConstraint(text, nil)
	if len(found) > 0 {
		return out, found, nil
	}
	products, err := r.store.ProductsNamed(r.ctx(), nil, c.Codes)
	if err != nil {
		return out, nil, err
	}
	byCode := map[string]crm.ID{}
	for _, p := range products {
		byCode[p.SKU] = p.ID
		if p.ID != of {
			out.Others = append(out.Others, crm.ProductName{ID: p.ID, SKU: p.SKU})
		}
	}
	for _, code := range c.Codes {
		if byCode[code] == "" {
			found, err = r.unknownCodes(text, byCode)
			return out, found, err
		}
	}
	out.Text = c.Coded(func(code string) string { return string(byCode[code]) })
	return out, nil, nil
}

// unknownCodes tells which products of a text there are not, and which were likely meant.
func (r *request) unknownCodes(text string, byCode map[string]crm.ID) (rules.Problems, error) {
	all, err := r.store.AllProducts(r.ctx())
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(all))
	for i, p := range all {
		codes[i] = p.SKU
	}
	_, found := rules.ReadConstraint(text, func(code string) (bool, string) { return byCode[code] != "", rules.Nearest(code, codes) })
	return found, nil
}

// constraintRule reads a line of the page that is a rule: rule qty("PANEL") >= 2 * qty("PUMP") # why.
func (r *request) constraintRule(f *form, of crm.ID, line string) crm.Constraint {
	text, note := strings.TrimSpace(strings.TrimPrefix(line, string(crm.Rule))), ""
	if at := strings.LastIndex(text, " # "); at >= 0 {
		text, note = strings.TrimSpace(text[:at]), text[at+3:]
	}
	out, found, err := r.constraintText(of, text)
	if err != nil {
		f.blame("constraints", r.say("error.storage_unavailable"))
	}
	for _, p := range r.ruleProblems(found) {
		f.blame("constraints", r.say("catalogue.rule_problem", "Rule", text, "Column", p.Column, "Problem", p.Text))
	}
	out.Note = clean(strings.TrimSpace(note), maxLine)
	return out
}

// readable puts the numbers of products into the texts of constraints.
func readable(constraints []crm.Constraint) []crm.Constraint {
	out := make([]crm.Constraint, len(constraints))
	for i, c := range constraints {
		out[i], out[i].Text = c, c.Shown()
	}
	return out
}
