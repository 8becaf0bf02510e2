package api

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// activatePage is all that is to be known before a draft comes into force, and the choice for whom.
type activatePage struct {
	Draft    store.RuleDraft
	Diff     ruleDiff
	Findings findingsView
	Report   *reportView
	CanTry   bool
	Running  []runningAt
	Open     int // running processes in all
	Active   int
	Form     form
}

// runningAt is how many running processes follow a version.
type runningAt struct{ Version, Processes int }

// Behind tells whether another version was activated since the draft was begun.
func (p activatePage) Behind() bool { return p.Active != p.Draft.Base }

func pageActivate(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	return r.showActivate(d, values("comment", d.Comment, "running", ""))
}

func (r *request) showActivate(d store.RuleDraft, f form) error {
	found := inspect(d.Kind, d.Source)
	at := "/rules/drafts/" + string(d.ID)
	p := activatePage{Draft: d, Findings: r.findings(found, at+"?view=text"), Form: f}
	var err error
	if p.Active, err = r.activeVersion(d.Kind); err != nil {
		return err
	}
	if err := r.markNew(&p.Findings, d.Kind, p.Active); err != nil {
		return err
	}
	if p.Diff, err = r.ruleDiff(d.Kind, p.Active, d.Source); err != nil {
		return err
	}
	p.CanTry = found.Set != nil && slices.Contains(rules.Triable(), d.Kind)
	if len(d.Report) > 0 {
		p.Report = r.reportView(d.Report, found.Set, at+"/report")
	}
	running, err := r.store.RunningAt(r.ctx(), d.Kind)
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(slices.Sorted(maps.Keys(running))) {
		p.Running = append(p.Running, runningAt{v, running[v]})
		p.Open += running[v]
	}
	return r.show(f.Status(), "rules_activate", r.say("bench.activate"), p)
}

// formActivate brings a draft into force. It is refused while its text has mistakes or a case of it fails (N9).
func formActivate(r *request) error {
	d, err := r.draft()
	if errors.Is(err, store.ErrNotFound) {
		return r.activatedAlready(err)
	}
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("comment", "running")
	r.needed(&f, "comment")
	if v := f.Value("running"); v != "new" && v != "all" {
		f.blame("running", r.say("bench.choose"))
	}
	if found := inspect(d.Kind, d.Source); len(found.Problems) > 0 || len(found.Failed()) > 0 {
		f.other, f.status = append(f.other, r.say("bench.not_ready")), http.StatusUnprocessableEntity
	}
	if found := inspect(d.Kind, d.Source); found.Set != nil && f.Value("running") == "all" {
		lost, err := r.homeless(found.Set)
		if err != nil {
			return err
		}
		for _, u := range lost {
			f.other, f.status = append(f.other, r.say("error.stage_in_use", "pipeline", u.Pipeline, "stage", r.placeName(u.Stage), "count", u.Deals)), http.StatusConflict
		}
	}
	if seenVersion(f) != d.Version { // what was looked at is not what would hold
		f.other, f.status = append(f.other, r.say("bench.changed_meanwhile", "By", d.EditorName)), http.StatusPreconditionFailed
	}
	if f.Failed() {
		return r.showActivate(d, f)
	}
	_, migration, err := r.store.Activate(r.ctx(), store.Activation{
		Kind: d.Kind, Source: d.Source, Author: string(r.user.ID), Comment: clean(f.Value("comment"), maxName), Base: d.Base, Running: f.Value("running") == "all", Draft: d.ID,
	})
	if errors.Is(err, store.ErrStale) {
		f.status = http.StatusPreconditionFailed
		return r.showActivate(d, f)
	}
	if err != nil {
		return err
	}
	_ = r.srv.warmRules(r.ctx()) // it is in force; at worst the first who asks compiles it
	return r.activated(d.Kind, migration)
}

func (r *request) activated(kind crm.RuleKind, migration crm.ID) error {
	if migration != "" {
		return r.said("rules_activated", "/rules/migrations/"+string(migration))
	}
	return r.said("rules_activated", "/rules?kind="+string(kind))
}

// activatedAlready leads whoever sends the form once more to where it led first.
func (r *request) activatedAlready(missing error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	a, err := r.store.ActivationOf(r.ctx(), id)
	if err != nil || a.Author != string(r.user.ID) {
		return missing
	}
	return r.activated(a.Kind, a.MigrationID)
}

// formDraftAgain begins a draft on the version that is active now with the text of one that is behind: the author compares and goes on.
func formDraftAgain(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	id, err := parseID(f.Value("once"))
	if err != nil {
		id = store.NewID()
	}
	again, err := r.store.BeginRuleDraft(r.ctx(), store.RuleDraft{ID: id, Kind: d.Kind, Source: d.Source, Comment: d.Comment, Author: string(r.user.ID)})
	if err != nil {
		return err
	}
	return r.said("draft_again", "/rules/drafts/"+string(again.ID)+"/activate")
}
