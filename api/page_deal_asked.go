package api

import (
	"errors"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// askedFields are what the form of a new deal can ask beside the four fields of S014, in its order.
var askedFields = []string{"need", "target", "close_date", "contact_id", "budget", "decision_maker", "tags"}

// judgeNewDeal puts what refuses a new deal beside the fields that it reads; those that were not asked for appear with it.
func (r *request) judgeNewDeal(f *form, err error, currency string) error {
	if g, ok := errors.AsType[store.GateRefused](err); ok {
		err = store.RuleRefused{Refusals: []store.Refusal{{Verdict: g.Verdict}}}
	}
	refused, ok := errors.AsType[store.RuleRefused](err)
	if !ok {
		return r.judge(f, err)
	}
	for _, fault := range ruleFaults(refused) {
		if name := strings.TrimPrefix(fault.Pointer, "/"); slices.Contains(askedFields, name) {
			f.values[name] = f.Value(name)
		}
	}
	r.blameRules(f, refused, currency)
	return nil
}

// dealAsks are the fields of the form of a new deal beside the four of S014: those without which the required rules refuse any deal, and those
// that the form has, since a refusal named them.
func (r *request) dealAsks(f form) (map[string]bool, error) {
	out := map[string]bool{}
	for _, name := range askedFields {
		if _, there := f.values[name]; there {
			out[name] = true
		}
	}
	set, err := r.rules(crm.RuleRequired)
	if errors.Is(err, store.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	for _, fault := range ruleFaults(store.RuleRefused{Refusals: []store.Refusal{{Verdict: set.At(rules.MomentNewDeal, crm.Facts{})}}}) {
		if name := strings.TrimPrefix(fault.Pointer, "/"); slices.Contains(askedFields, name) {
			out[name] = true
		}
	}
	return out, nil
}

// askedOfNew reads what the form of a new deal asks beside the four fields. People are offered of a company that the reader may sell to, once
// it is chosen.
func (r *request) askedOfNew(n *newDeal, accounts []store.Choice) (err error) {
	if n.Asks, err = r.dealAsks(n.Form); err != nil || !n.Asks["contact_id"] {
		return err
	}
	account := optionalID(n.Form.Value("account_id"))
	if !slices.ContainsFunc(accounts, func(c store.Choice) bool { return c.ID == account }) {
		n.Contacts = []option{{"", r.say("form.none")}}
		return nil
	}
	people, err := r.store.ContactChoices(r.ctx(), account)
	n.Contacts = chosen(r.say("form.none"), people)
	return err
}

// tagsOf reads words with commas between them.
func tagsOf(text string) (out []string) {
	for _, tag := range strings.Split(text, ",") {
		if tag = clean(tag, 50); tag != "" && !slices.Contains(out, tag) && len(out) < maxTags {
			out = append(out, tag)
		}
	}
	return out
}
