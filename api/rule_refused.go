package api

import (
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// members are those of a body under which a field of the facts is written, where they are not called as the field is. What follows from
// several members stands beside the one that people change first.
var members = map[string]string{
	"lead.contact": "contact_name",
	"line.sku":     "product_id", "line.name": "product_id", "line.list_price": "product_id", "line.made_to_order": "product_id",
	"line.net_price": "discount_percent", "line.below_list_percent": "discount_percent", "line.margin_percent": "discount_percent",
	"quote.margin_percent": "discount_percent", "quote.net": "discount_percent", "quote.total": "discount_percent", "quote.lines": "lines",
}

// ruleFault is a condition that did not let an edit pass, with the member of the body at which it is told.
type ruleFault struct {
	Pointer string
	Clause  crm.Clause // the first of its clauses that fails, or the first field to be filled
	Verdict crm.Verdict
}

// ruleFaults are the conditions that refused an edit, each once.
func ruleFaults(refused store.RuleRefused) (out []ruleFault) {
	for _, r := range refused.Refusals {
		at := map[string]int{}
		for _, c := range r.Verdict.Failing() {
			id, _, _ := strings.Cut(c.ID, "#")
			i, told := at[id]
			switch {
			case !told:
				at[id] = len(out)
				out = append(out, ruleFault{pointerOf(r, c), c, r.Verdict})
			case r.Verdict.Key == rules.MomentEngagement && !reportable(out[i].Pointer) && reportable(pointerOf(r, c)):
				out[i] = ruleFault{pointerOf(r, c), c, r.Verdict}
			case out[i].Clause.Op != rules.OpFilled && c.Op == rules.OpFilled: // what is to be filled in is said rather than why
				out[i] = ruleFault{pointerOf(r, c), c, r.Verdict}
			}
		}
	}
	return out
}

// pointerOf is where a clause is told: at the first of its fields that the record itself has.
func pointerOf(r store.Refusal, c crm.Clause) string {
	at := r.At
	if r.Verdict.Key == rules.MomentEngagement { // what a person can still say about it, and not what it was
		for _, v := range c.Values {
			if name, own := strings.CutPrefix(v.Field, "engagement."); own && (name == "note" || name == "next") {
				return at + "/" + name
			}
		}
	}
	for _, v := range c.Values {
		if aboutDeal(r.Verdict) {
			if name := dealMember(v.Field); name != "" {
				return at + "/" + name
			}
			if !strings.HasPrefix(v.Field, "deal.custom.") {
				continue
			}
		}
		if p, ok := members[v.Field]; ok {
			return at + "/" + p
		}
		if f, ok := crm.FieldAt(v.Field); ok && len(f.Writers) > 0 {
			_, name, _ := strings.Cut(v.Field, ".")
			return at + "/" + strings.ReplaceAll(name, ".", "/")
		}
	}
	return at
}

// reportable tells whether a pointer is at what can still be said of an engagement that has ended.
func reportable(pointer string) bool {
	return strings.HasSuffix(pointer, "/note") || strings.HasSuffix(pointer, "/next")
}

// aboutDeal tells whether a verdict is about a deal that is made or edited.
func aboutDeal(v crm.Verdict) bool {
	return v.Kind == crm.RulePipeline || v.Kind == crm.RuleRequired && strings.HasPrefix(v.Key, rules.MomentOpportunity)
}

// dealMember is the member of a deal at which a field is told that is missing; what its customer or contact lacks is told at these.
func dealMember(path string) string {
	switch group, name, _ := strings.Cut(path, "."); {
	case group == "customer" || group == "account":
		return "account_id"
	case group == "contact":
		return "contact_id"
	case group == "deal" && slices.Contains([]string{"name", "amount", "target", "close_date", "need", "budget", "decision_maker", "tags"}, name):
		return name
	}
	return ""
}

// ruleRefused is the refusal of an edit by rules: everything at once, each condition at the member that it reads.
func ruleRefused(refused store.RuleRefused, language string) Problem {
	p := refusal(codeGate)
	p.Gate = gateOf(refused.Refusals[0].Verdict, language)
	for _, f := range ruleFaults(refused) {
		figures := params{"rule": string(f.Verdict.Kind), "version": f.Verdict.Version, "condition": f.Clause.ID, "text": f.Clause.Text(language), "needs": f.Clause.Needs, "actual": ""}
		if len(f.Clause.Values) > 0 {
			figures["field"], figures["actual"] = f.Clause.Values[0].Field, f.Clause.Values[0].Now
		}
		p.Errors = append(p.Errors, invalid(f.Pointer, "rule_refused", figures))
	}
	p.Params = params{"failed": len(p.Errors), "of": len(p.Gate.Clauses)}
	return p
}

// blameRules puts what rules refused beside the fields of a form.
func (r *request) blameRules(f *form, refused store.RuleRefused, currency string) {
	f.status = http.StatusUnprocessableEntity
	for _, fault := range ruleFaults(refused) {
		text := r.say("form.rule_refused", "Text", r.words().Clause(fault.Clause, crm.Currency(currency)), "Now", r.nowText(fault.Clause, currency),
			"Kind", named(r.words(), "rule_kind", string(fault.Verdict.Kind)), "Version", fault.Verdict.Version)
		name := strings.ReplaceAll(strings.TrimPrefix(fault.Pointer, "/"), "/", ".")
		if _, known := f.values[name]; known {
			if before := f.wrong[name]; before != "" { // two rules about one field are both said
				text = before + " " + text
			}
			f.blame(name, text)
		} else {
			f.other = append(f.other, text)
		}
	}
}
