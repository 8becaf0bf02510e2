package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
)

// How many letters the form of a dunning policy may have, and how late one may be due, in days.
const (
	mostLevels = 21
	mostDays   = 3650
	mostBefore = 60 // days before the due date
)

// dunningEditor is the form of a dunning policy (S091).
type dunningEditor struct {
	Draft     crm.ID
	Version   int
	Form      form
	Levels    []reasonRow
	Policies  []policyRow // of debtors who meet conditions, in their order
	Languages []languageChoice
}

// dunningEditor opens the policy of a draft; a form that was refused is shown as it was typed.
func (r *request) dunningEditor(p *draftPage) *dunningEditor {
	if p.Kind != crm.RuleDunning || p.Set == nil {
		return nil
	}
	d := p.Set.Dunning()
	e := &dunningEditor{Draft: p.ID, Version: p.Version, Languages: languageChoices, Form: p.Form}
	if p.Form.Sent("grace_days") {
		for i := 0; i < mostLevels && p.Form.Sent(fmt.Sprintf("key-%d", i)); i++ {
			e.Levels = append(e.Levels, reasonRow{i, p.Form.Value(fmt.Sprintf("key-%d", i)), r.levelName(d, p.Form.Value(fmt.Sprintf("key-%d", i)))})
		}
		r.policyRows(p.Set, e, true)
		return e
	}
	for i, l := range d.Levels {
		e.Levels = append(e.Levels, reasonRow{i, l.Key, r.levelName(d, l.Key)})
	}
	e.Levels = append(e.Levels, reasonRow{At: len(e.Levels)}) // an empty one for a new letter
	w := r.words()
	e.Form = values("grace_days", strconv.Itoa(d.GraceDays), "min_amount", plainNumber(w, d.MinAmount), "return_fee", plainNumber(w, d.ReturnFee))
	if d.WriteOffLimit.IsPositive() { // empty: no limit
		e.Form.values["write_off_limit"] = plainNumber(w, d.WriteOffLimit)
	}
	for i, l := range d.Levels {
		e.Form.values[fmt.Sprintf("days-%d", i)] = strconv.Itoa(l.Days)
		e.Form.values[fmt.Sprintf("call-%d", i)] = strconv.FormatBool(l.Channel == crm.DunningCall)
		e.Form.values[fmt.Sprintf("fee-%d", i)] = plainNumber(w, l.Fee)
		e.Form.values[fmt.Sprintf("interest-%d", i)] = strconv.FormatBool(l.Interest)
		for language, text := range l.Name {
			e.Form.values[fmt.Sprintf("level-%d.%s", i, language)] = text
		}
	}
	r.policyRows(p.Set, e, false)
	return e
}

// levelName is what a letter of the policy is called; empty for a new one.
func (r *request) levelName(d rules.Dunning, key string) string {
	for _, l := range d.Levels {
		if l.Key == key {
			return worded(l.Name, r.language, key)
		}
	}
	return ""
}

// formDunning changes a dunning policy of a draft.
func formDunning(r *request) error {
	d, set, f, err := r.draftEdit()
	if err != nil {
		return err
	}
	if set == nil || d.Kind != crm.RuleDunning {
		return r.showDraft(d, draftPage{View: "text"})
	}
	policy := r.readDunning(&f, set.Dunning())
	others := r.readPolicies(&f, set, policy)
	if f.Failed() {
		return r.showDraft(d, draftPage{Form: f})
	}
	source, found := rules.PutDunning([]byte(d.Source), policy)
	if len(found) == 0 {
		source, found = rules.PutPolicies(source, others)
	}
	if len(found) > 0 {
		f.other, f.status = append(f.other, problemTexts(r.ruleProblems(found))...), http.StatusUnprocessableEntity
		return r.showDraft(d, draftPage{Form: f})
	}
	d.Source, d.Version = string(source), seenVersion(f)
	return r.saveDraft(d, f, "form", "#dunning")
}

// readDunning reads what was typed. A letter that is ticked away goes, an empty new row is none; the letters stand in the order of their days.
func (r *request) readDunning(f *form, was rules.Dunning) rules.Dunning {
	d := rules.Dunning{GraceDays: r.daysOf(f, "grace_days", 0), MinAmount: r.decimal(f, "min_amount"), ReturnFee: r.decimal(f, "return_fee"), WriteOffLimit: r.decimal(f, "write_off_limit")}
	for _, name := range []string{"min_amount", "return_fee", "write_off_limit"} {
		r.notNegative(f, name)
	}
	var taken []rules.Condition
	for _, l := range was.Levels {
		taken = append(taken, rules.Condition{ID: l.Key})
	}
	at := map[int]int{} // the row in which a number of days stands
	for i := 0; i < mostLevels && f.Sent(fmt.Sprintf("key-%d", i)); i++ {
		names, days, fee := r.typedNames(f, fmt.Sprintf("level-%d.", i)), fmt.Sprintf("days-%d", i), fmt.Sprintf("fee-%d", i)
		if f.Value(fmt.Sprintf("gone-%d", i)) == "true" || f.Value(fmt.Sprintf("key-%d", i)) == "" && len(names) == 0 && f.Value(days) == "" {
			continue
		}
		r.needed(f, fmt.Sprintf("level-%d.en", i), days)
		l := rules.DunningLevel{Name: names, Channel: crm.DunningMail, Days: r.daysOf(f, days, -mostBefore), Fee: r.decimal(f, fee), Interest: f.Value(fmt.Sprintf("interest-%d", i)) == "true"}
		if f.Value(fmt.Sprintf("call-%d", i)) == "true" {
			l.Channel = crm.DunningCall
		}
		r.notNegative(f, fee)
		if first, twice := at[l.Days]; twice && !f.wrongAt(days) {
			f.blame(days, r.say("bench.dunning.twice", "N", first+1))
		}
		at[l.Days] = i
		if old := slices.IndexFunc(was.Levels, func(w rules.DunningLevel) bool { return w.Key == f.Value(fmt.Sprintf("key-%d", i)) }); old >= 0 {
			l.Key = was.Levels[old].Key
		} else {
			l.Key = freeID(taken, rules.Condition{Label: names}, nil)
			taken = append(taken, rules.Condition{ID: l.Key})
		}
		d.Levels = append(d.Levels, l)
	}
	slices.SortStableFunc(d.Levels, func(a, b rules.DunningLevel) int { return cmp.Compare(a.Days, b.Days) })
	return d
}

// daysOf reads a number of days, at least so many; empty is none.
func (r *request) daysOf(f *form, name string, least int) int {
	if f.Value(name) == "" {
		return 0
	}
	n, err := strconv.Atoi(f.Value(name))
	if err != nil || n < least || n > mostDays {
		f.blame(name, r.errorText(crm.Problem("out_of_range", "min", strconv.Itoa(least), "max", strconv.Itoa(mostDays))))
	}
	return n
}

// notNegative refuses an amount below nothing.
func (r *request) notNegative(f *form, name string) {
	if f.wrongAt(name) {
		return
	}
	if r.decimal(f, name).IsNegative() {
		f.blame(name, r.errorText(crm.Problem("out_of_range", "min", "0")))
	}
}

// wrongAt tells whether something is wrong with a field already.
func (f form) wrongAt(name string) bool {
	_, wrong := f.wrong[name]
	return wrong
}
