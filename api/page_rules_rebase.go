package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"leadtocash/rules"
	"leadtocash/store"
)

// rebasePage is what comes into a draft from the version that became active since it was begun, and what both changed.
type rebasePage struct {
	Draft     store.RuleDraft
	Active    int
	Taken     ruleDiff
	Conflicts []conflictRow
	Form      form
}

// conflictRow is a clause as the three texts have it, with the choice between two of them.
type conflictRow struct {
	rules.Conflict
	Name  string // of the choice in the form
	Where string // in words as far as there are any
	Wrong string
}

func pageRebase(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	return r.showRebase(d, values())
}

func (r *request) showRebase(d store.RuleDraft, f form) error {
	m, active, err := r.rebase(d, nil)
	if err != nil {
		return r.rebaseFailed(d, err)
	}
	if active.Version == d.Base {
		return r.SeeOther("/rules/drafts/" + string(d.ID))
	}
	p := rebasePage{Draft: d, Active: active.Version, Form: f}
	is, _ := rules.Parse(d.Kind, m.Source)
	was, _ := rules.Parse(d.Kind, []byte(d.Source))
	places := append(r.places(is), r.places(was)...)
	if set, found := rules.Parse(d.Kind, []byte(active.Source)); len(found) == 0 {
		places = append(places, r.places(set)...)
	}
	changes, _ := rules.Diff(d.Kind, []byte(d.Source), m.Source)
	p.Taken = ruleDiff{Against: d.Base, Changes: gathered(changes, places)}
	for i, c := range m.Conflicts {
		name := fmt.Sprintf("take-%d", i)
		c.Choice = f.Value(name)
		row := conflictRow{Conflict: c, Name: name, Where: c.Path, Wrong: f.wrong[name]}
		if n := slices.IndexFunc(places, func(p rulePlace) bool { return strings.HasPrefix(c.Path+".", p.prefix) }); n >= 0 {
			row.Where = places[n].name
		}
		p.Conflicts = append(p.Conflicts, row)
	}
	return r.show(f.Status(), "rules_rebase", r.say("rebase.title", "Version", p.Active), p)
}

// rebaseFailed leads to the text where it cannot be merged, with what is wrong.
func (r *request) rebaseFailed(d store.RuleDraft, err error) error {
	refused := Problem{}
	if !errors.As(err, &refused) {
		return err
	}
	f := values("source", d.Source, "comment", d.Comment)
	f.status = http.StatusUnprocessableEntity
	f.other = append(f.other, r.say("rebase.broken"))
	return r.showDraft(d, draftPage{View: "text", Form: f})
}

// formRebase brings the changes of the active version into a draft as they were seen: another version meanwhile shows the page anew.
func formRebase(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	m, active, err := r.rebase(d, nil)
	if err != nil {
		return r.rebaseFailed(d, err)
	}
	choices := map[string]string{}
	for i, c := range m.Conflicts {
		name := fmt.Sprintf("take-%d", i)
		if choices[c.Path] = f.Value(name); !slices.Contains(ruleSides(), choices[c.Path]) {
			f.blame(name, r.say("rebase.choose"))
		}
	}
	if f.Value("active") != fmt.Sprint(active.Version) {
		f = values()
		f.other, f.status = append(f.other, r.say("bench.behind", "Version", active.Version)), http.StatusPreconditionFailed
	}
	if f.Failed() {
		return r.showRebase(d, f)
	}
	if m, active, err = r.rebase(d, choices); err != nil {
		return r.rebaseFailed(d, err)
	}
	d.Source, d.Base, d.Version = string(m.Source), active.Version, seenVersion(f)
	return r.saveDraft(d, values(), "form", "")
}
