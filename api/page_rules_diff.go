package api

import (
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

// ruleDiff is what differs between a version or draft and another version.
type ruleDiff struct {
	Against int // 0: there is none before it
	Changes []ruleChange
	Broken  bool // one of the texts cannot be read
}

// ruleChange is one difference; Where is the place in words as far as there are any.
type ruleChange struct{ Where, What, Tone, Was, Is string }

// ruleDiff compares a text with a version, condition by condition and case by case; one that is not there compares with nothing.
func (r *request) ruleDiff(kind crm.RuleKind, against int, source string) (d ruleDiff, err error) {
	if against < 1 || against > 1<<30 {
		return d, nil
	}
	before, err := r.store.RuleVersion(r.ctx(), kind, against)
	if err != nil {
		return d, err
	}
	d.Against = against
	changes, found := rules.Diff(kind, []byte(before.Source), []byte(source))
	if d.Broken = len(found) > 0; d.Broken {
		return d, nil
	}
	was, _ := rules.Parse(kind, []byte(before.Source))
	is, _ := rules.Parse(kind, []byte(source))
	d.Changes = gathered(changes, append(r.places(is), r.places(was)...))
	return d, nil
}

// rulePlace is a condition or case: where it stands in the text, and in words.
type rulePlace struct{ prefix, name string }

// listPath is where the text of a kind has the conditions of a question.
func listPath(kind crm.RuleKind, question string) string {
	switch kind {
	case crm.RulePipeline:
		if pipeline, stage, other := strings.Cut(question, "/"); other {
			return pipeline + ".stages." + stage + ".enter."
		}
		return "stages." + question + ".enter."
	case crm.RuleProject:
		return question + "."
	case crm.RuleOrder:
		return "checks."
	case crm.RuleApproval:
		return "levels."
	case crm.RuleNurture:
		return "tracks."
	}
	if key, end := rules.SplitHandOff(question); end != "" {
		return "hand_offs." + key + "." + end + "."
	}
	if slices.Contains(rules.Moments(kind), question) {
		return question + "."
	}
	return "rules."
}

// places are the conditions and cases of a set.
func (r *request) places(set *rules.Set) (out []rulePlace) {
	for _, q := range set.Questions() {
		for _, c := range set.Asked(q) {
			out = append(out, rulePlace{listPath(set.Kind(), q) + c.ID + ".", r.askName(set, q) + " · " + r.conditionName(set, q, c.ID)})
		}
	}
	for _, c := range set.Cases() {
		out = append(out, rulePlace{"cases." + c.Name + ".", r.say("bench.case", "Name", c.Name)})
	}
	return out
}

// gathered puts what is new or gone of one condition or case into one change. An order that only follows from these is left out.
func gathered(changes []rules.Change, places []rulePlace) (out []ruleChange) {
	at := map[string]int{}
	for _, c := range changes {
		what, tone := "changed", "wait"
		switch {
		case c.Was == "":
			what, tone = "added", "ok"
		case c.Is == "":
			what, tone = "removed", "bad"
		}
		if strings.HasSuffix(c.Path, "(order)") && sameOrder(c.Was, c.Is) {
			continue
		}
		i := slices.IndexFunc(places, func(p rulePlace) bool { return strings.HasPrefix(c.Path, p.prefix) })
		if i < 0 {
			out = append(out, ruleChange{c.Path, what, tone, c.Was, c.Is})
			continue
		}
		leaf := strings.TrimPrefix(c.Path, places[i].prefix)
		if what == "changed" {
			out = append(out, ruleChange{places[i].name + " · " + leaf, what, tone, c.Was, c.Is})
			continue
		}
		key := what + places[i].prefix
		n, known := at[key]
		if !known {
			n, at[key] = len(out), len(out)
			out = append(out, ruleChange{Where: places[i].name, What: what, Tone: tone})
		}
		if leaf != "id" && leaf != "name" && leaf != "key" {
			out[n].Was, out[n].Is = withLine(out[n].Was, leaf, c.Was), withLine(out[n].Is, leaf, c.Is)
		}
	}
	return out
}

func withLine(text, name, value string) string {
	if value == "" {
		return text
	}
	if text != "" {
		text += "\n"
	}
	return text + name + ": " + value
}

// sameOrder tells whether what both lists name stands in the same order in both.
func sameOrder(was, is string) bool {
	a, b := strings.Split(was, ", "), strings.Split(is, ", ")
	both := func(list, other []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return !slices.Contains(other, x) })
	}
	return slices.Equal(both(a, b), both(b, a))
}
