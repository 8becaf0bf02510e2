package rules

import (
	"maps"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// PutDunning writes a dunning policy into a text of one and leaves the rest as its author wrote it: what is the same stays as it is, with the
// comments of its levels.
func PutDunning(src []byte, d Dunning) ([]byte, Problems) {
	set, problems := Parse(crm.RuleDunning, src)
	if len(problems) > 0 {
		return nil, problems
	}
	was := set.Dunning()
	var keys []stageKey
	if !d.MinAmount.Equal(was.MinAmount) {
		keys = append(keys, stageKey{"min_amount", plainKey("min_amount", d.MinAmount.String())})
	}
	if !d.ReturnFee.Equal(was.ReturnFee) {
		keys = append(keys, stageKey{"return_fee", plainKey("return_fee", d.ReturnFee.String())})
	}
	if !d.WriteOffLimit.Equal(was.WriteOffLimit) {
		keys = append(keys, stageKey{"write_off_limit", plainKey("write_off_limit", d.WriteOffLimit.String())})
	}
	if d.GraceDays != was.GraceDays {
		keys = append(keys, stageKey{"grace_days", plainKey("grace_days", strconv.Itoa(d.GraceDays))})
	}
	for _, key := range keys {
		if src, problems = edit(crm.RuleDunning, src, "", func(e *editor) bool { return e.putKey(e.section, key.name, key.lines) }); len(problems) > 0 {
			return nil, problems
		}
	}
	if slices.EqualFunc(d.Levels, was.Levels, sameLevel) {
		return src, nil
	}
	return edit(crm.RuleDunning, src, "", func(e *editor) bool {
		return putEntries(e, "levels", was.Levels, d.Levels, entryForm[DunningLevel]{
			key: func(l DunningLevel) string { return l.Key }, same: sameLevel, lines: func(indent string, l DunningLevel, _ ast.Node) []string { return levelLines(l, indent) },
		})
	})
}

func sameLevel(a, b DunningLevel) bool {
	return a.Key == b.Key && a.Days == b.Days && a.Channel == b.Channel && a.Fee.Equal(b.Fee) && a.Interest == b.Interest && maps.Equal(a.Name, b.Name)
}

// levelLines are a level as it is written into a list.
func levelLines(l DunningLevel, indent string) []string {
	out := []string{indent + "- key: " + l.Key}
	for _, n := range inLanguages("name", l.Name) {
		out = append(out, indent+"  "+n)
	}
	out = append(out, indent+"  days: "+strconv.Itoa(l.Days))
	if l.Channel != "" {
		out = append(out, indent+"  channel: "+l.Channel)
	}
	if l.Fee.Sign() > 0 {
		out = append(out, indent+"  fee: "+l.Fee.String())
	}
	if l.Interest {
		out = append(out, indent+"  interest: true")
	}
	return out
}
