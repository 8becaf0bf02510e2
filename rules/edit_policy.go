package rules

import (
	"maps"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// PutPolicies writes the policies of debtors who meet conditions into a text of dunning rules, in their order (S091). One that changes keeps the comment above it; what is the
// same stays as its author wrote it.
func PutPolicies(src []byte, is []DebtorPolicy) ([]byte, Problems) {
	set, problems := Parse(crm.RuleDunning, src)
	if len(problems) > 0 {
		return nil, problems
	}
	was := set.Policies()
	was = was[:len(was)-1] // the last is that of all others
	if slices.EqualFunc(is, was, samePolicy) {
		return src, nil
	}
	return edit(crm.RuleDunning, src, "", func(e *editor) bool {
		return putEntries(e, "policies", was, is, entryForm[DebtorPolicy]{
			key: func(p DebtorPolicy) string { return p.Key }, same: samePolicy, lines: func(indent string, p DebtorPolicy, _ ast.Node) []string { return policyLines(p, indent) },
		})
	})
}

func samePolicy(a, b DebtorPolicy) bool {
	return a.Key == b.Key && maps.Equal(a.Name, b.Name) && a.When.Source == b.When.Source && a.GraceDays == b.GraceDays && a.MinAmount.Equal(b.MinAmount) && slices.EqualFunc(a.Levels, b.Levels, sameLevel)
}

// policyLines are a policy as it is written into a list.
func policyLines(p DebtorPolicy, indent string) []string {
	out := []string{indent + "- key: " + p.Key}
	for _, n := range inLanguages("name", p.Name) {
		out = append(out, indent+"  "+n)
	}
	out = append(out, indent+"  when: "+scalarText(p.When.Source))
	if p.GraceDays != 0 {
		out = append(out, indent+"  grace_days: "+strconv.Itoa(p.GraceDays))
	}
	if p.MinAmount.IsPositive() {
		out = append(out, indent+"  min_amount: "+p.MinAmount.String())
	}
	if len(p.Levels) == 0 {
		return append(out, indent+"  levels: []")
	}
	out = append(out, indent+"  levels:")
	for _, l := range p.Levels {
		out = append(out, levelLines(l, indent+"    ")...)
	}
	return out
}
