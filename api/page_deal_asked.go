package api

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// askedFields are what the form of a new deal can ask beside the four fields of S014, in its order.
var askedFields = []string{"need", "target", "close_date", "contact_id", "budget", "decision_maker", "tags"}

// judgeNewDeal puts what refuses a new deal beside the fields that it reads; those that were not asked for appear with it.
func (r *request) judgeNewDeal(f *form, own ownFields, err error, currency string) error {
	if g, ok := errors.AsType[store.GateRefused](err); ok {
		err = store.RuleRefused{Refusals: []store.Refusal{{Verdict: g.Verdict}}}
	}
	refused, ok := errors.AsType[store.RuleRefused](err)
	if !ok {
		return r.judge(f, err)
	}
	for _, fault := range ruleFaults(refused) {
		if name := own.asked(fault); name != "" {
			f.values[name] = f.Value(name)
		}
	}
	r.blameRules(f, refused, currency)
	return nil
}

// asked is the input of the form of a new deal at which a fault is told; empty where the form cannot have it, or the person may not fill it.
func (o ownFields) asked(fault ruleFault) string {
	name := strings.TrimPrefix(fault.Pointer, "/")
	if field, own := strings.CutPrefix(name, "custom/"); own {
		if d, there := o.at(field); there && d.WrittenBy(o.user) {
			return ownPrefix + field
		}
		return ""
	}
	return known(name, askedFields)
}

// dealAsks are the fields of the form of a new deal beside the four of S014: those without which the required rules refuse any deal, and those
// that the form has, since a refusal named them. Definitions are read only where one of them is the company's own.
func (r *request) dealAsks(f form) (asks map[string]bool, own ownFields, err error) {
	asks = map[string]bool{}
	for name := range f.values {
		if slices.Contains(askedFields, name) || strings.HasPrefix(name, ownPrefix) {
			asks[name] = true
		}
	}
	set, err := r.rules(crm.RuleRequired)
	if errors.Is(err, store.ErrNotFound) {
		set, err = nil, nil
	}
	if err != nil {
		return nil, own, err
	}
	if namesOwn(maps.Keys(asks), ownPrefix) || set != nil && namesOwn(slices.Values(set.Fields()), "deal."+ownPrefix) {
		if own, err = r.own("opportunity"); err != nil {
			return nil, own, err
		}
	}
	if set == nil {
		return asks, own, nil
	}
	for _, fault := range ruleFaults(store.RuleRefused{Refusals: []store.Refusal{{Verdict: set.At(rules.MomentNewDeal, crm.Facts{})}}}) {
		if name := own.asked(fault); name != "" {
			asks[name] = true
		}
	}
	return asks, own, nil
}

func namesOwn(names iter.Seq[string], prefix string) bool {
	for name := range names {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// askedOfNew reads what the form of a new deal asks beside the four fields. People are offered of a company that the reader may sell to, once
// it is chosen.
func (r *request) askedOfNew(n *newDeal, accounts []store.Choice) error {
	asks, own, err := r.dealAsks(n.Form)
	if err != nil {
		return err
	}
	n.Asks = asks
	for _, in := range own.inputs(r, n.Form, nil) {
		if asks[in.Name] {
			in.Unmarked = true
			n.Inputs = append(n.Inputs, in)
		}
	}
	if !asks["contact_id"] {
		return nil
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
