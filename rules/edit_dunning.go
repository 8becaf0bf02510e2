package rules

import (
	"maps"
	"slices"
	"strconv"

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
	return edit(crm.RuleDunning, src, "", func(e *editor) bool { return e.putLevels(was.Levels, d.Levels) })
}

func sameLevel(a, b DunningLevel) bool {
	return a.Key == b.Key && a.Days == b.Days && a.Fee.Equal(b.Fee) && maps.Equal(a.Name, b.Name)
}

// putLevels writes the list of levels; the lines of one that stays, with the comment above it, go where it goes.
func (e *editor) putLevels(was, is []DunningLevel) bool {
	list := e.list(e.section, "levels")
	switch {
	case len(is) == 0:
		return e.putKey(e.section, "levels", []string{"levels: []"})
	case list == nil:
		lines := []string{"levels:"}
		for _, l := range is {
			lines = append(lines, l.lines("  ")...)
		}
		return e.putKey(e.section, "levels", lines)
	case flows(list):
		return false
	}
	from, end := e.lines(list, 0).from, e.lines(list, len(list.Values)-1).to
	var lines []string
	for _, l := range is {
		i := e.entryOf(list, "key", l.Key)
		if i < 0 {
			lines = append(lines, l.lines(dash(list))...)
			continue
		}
		kept := e.withRemarks(list, i)
		if slices.ContainsFunc(was, func(w DunningLevel) bool { return sameLevel(w, l) }) {
			lines = append(lines, e.text[kept.from:kept.to]...)
			continue
		}
		lines = append(append(lines, remarks(e.text[kept.from:kept.to])...), l.lines(dash(list))...)
	}
	e.replace(span{from, end}, lines)
	return true
}

// lines are a level as it is written into a list.
func (l DunningLevel) lines(indent string) []string {
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
	return out
}
