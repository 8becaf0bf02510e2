package api

import (
	"net/url"
	"testing"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
)

// S011: every moment of every kind that has moments is read on the rules' page, and gets a condition by the form, with its cases, and by text.
func TestWorkbenchOfMoments(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	texts, err := i18n.New()
	must(t, err)
	en := texts.For("en")
	for _, kind := range []crm.RuleKind{crm.RuleRequired, crm.RulePricing, crm.RuleContact, crm.RuleHandOff} {
		page := b.open("/rules?kind="+string(kind), 200)
		for _, m := range rules.Moments(kind) {
			page.want("h2", en.T("bench.at."+string(kind)+"."+m))
		}
		for _, view := range []string{"", "?view=text", "?view=cases"} {
			b.open(b.draft(kind)+view, 200)
		}
	}
	fields := map[crm.RuleKind][3]string{
		crm.RuleRequired: {"account", "customer.address", "Address of the customer"}, crm.RulePricing: {"line", "line.sku", "Article number"},
		crm.RuleContact: {"promising", "contact.phone", "Phone of the contact"}, crm.RuleHandOff: {"production/outputs", "deal.need", "Need"},
	}
	for kind, f := range fields {
		at := b.draft(kind)
		b.open(at+"?edit=&where="+f[0], 200).want("option", "")
		d := b.post(at+"/conditions", url.Values{"version": {"1"}, "where": {f[0]}, "f-0-0": {f[1]}, "o-0-0": {"filled"}, "cases": {"true"}})
		d.want("code", "filled("+f[1]+")")
		d = b.post(at+"/activate", url.Values{"version": {"2"}, "running": {"new"}, "comment": {"more"}})
		set, err := s.store.RuleVersion(t.Context(), kind, 2)
		must(t, err)
		if parsed, problems := rules.Parse(kind, []byte(set.Source)); len(problems) > 0 || len(parsed.Asked(f[0])) < 2 || !set.Active {
			t.Errorf("%s: %v %v\n%s", kind, problems, set.Active, text(d.root))
		}
	}
}
