package api

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// draftPage is a draft in three ways - form, text, cases - beside what is known about it.
type draftPage struct {
	store.RuleDraft
	Set       *rules.Set
	View      string
	Tabs      []option
	Form      form
	Stale     *staleView
	Sections  []draftSection
	Stage     *stageEditor    // the form of a stage, when one is open
	Settings  *pipelineEditor // the form of a pipeline, when one is open
	Pipelines []pipelineView  // of a draft of pipelines
	Dunning   *dunningEditor  // of a draft of a dunning policy
	Route     *routeEditor    // of a draft of approval levels
	Cases     *casePart
	Findings  findingsView
	Fields    []ruleField
	Words     []rules.Function
	Active    int // the version that is active by now
	Changes   int
	CanTry    bool
	CanShadow bool
	Lacks     []string // what the kind has not, and why
	Report    *reportView
	Shadows   []store.Shadow // of the kind, that run or ran beside the rules
}

// staleView says who saved meanwhile; what the person wrote is still in the form.
type staleView struct {
	By string
	At time.Time
}

// draftSection is a stage or list with its conditions, and the form that is open in it.
type draftSection struct {
	ruleSection
	Editor *conditionEditor
	Opens  bool // its conditions can be edited one by one
	Adds   bool // new ones can be put beside them
	Always bool // what a condition is taken from then applies to all
}

// ruleLimit is how many bytes a form with a text of rules may have: escaped letters take three.
const ruleLimit = 3*maxSource + 64<<10

var draftViews = []string{"form", "text", "cases"}

// draft is the draft that the address names.
func (r *request) draft() (store.RuleDraft, error) {
	id, err := r.id("id")
	if err != nil {
		return store.RuleDraft{}, err
	}
	return r.store.RuleDraft(r.ctx(), id)
}

// draftEdit reads a draft, its rules and the form that changes them. The rules are nil when the text cannot be read as it stands.
func (r *request) draftEdit() (d store.RuleDraft, set *rules.Set, f form, err error) {
	if d, err = r.draft(); err != nil {
		return d, nil, f, err
	}
	if f, err = r.posted(); err != nil {
		return d, nil, f, err
	}
	set, found := rules.Parse(d.Kind, []byte(d.Source))
	if len(found) > 0 {
		set = nil
	}
	return d, set, f, nil
}

// formDraft begins a draft from the active version or, to restore it, from an earlier one. The same form again is the same draft.
func formDraft(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	kind := crm.RuleKind(f.Value("kind"))
	version, err := strconv.Atoi(f.Value("version"))
	if err != nil || version < 0 || version > 1<<30 {
		return store.ErrNotFound
	}
	source, err := r.store.RuleSource(r.ctx(), kind, version)
	if err != nil {
		return err
	}
	id, err := parseID(f.Value("once"))
	if err != nil {
		id = store.NewID()
	}
	comment := ""
	if f.Value("restore") != "" {
		comment = r.say("bench.restores", "Version", version)
	}
	d, err := r.store.BeginRuleDraft(r.ctx(), store.RuleDraft{ID: id, Kind: kind, Source: source, Comment: comment, Author: string(r.user.ID)})
	if err != nil {
		return err
	}
	return r.SeeOther("/rules/drafts/" + string(d.ID))
}

func pageDraft(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	return r.showDraft(d, draftPage{View: r.gin.Query("view")})
}

// showDraft shows a draft; what a form left on the page stays there.
func (r *request) showDraft(d store.RuleDraft, p draftPage) error {
	found := inspect(d.Kind, d.Source)
	at := "/rules/drafts/" + string(d.ID)
	p.RuleDraft, p.Set, p.Findings = d, found.Set, r.findings(found, at+"?view=text")
	if p.View == "" || !slices.Contains(draftViews, p.View) {
		p.View = "form"
	}
	if found.Set == nil && p.View != "text" {
		p.View = "text"
	}
	for _, v := range draftViews {
		p.Tabs = append(p.Tabs, option{v, r.say("bench.view." + v)})
	}
	if p.Form.values == nil {
		p.Form = values("source", d.Source, "comment", d.Comment)
	}
	if err := r.draftParts(&p); err != nil {
		return err
	}
	return r.show(p.Form.Status(), "rules_draft", r.say("bench.draft_of", "Kind", named(r.words(), "rule_kind", string(d.Kind))), p)
}

// draftParts reads what the chosen view and the panels beside it show.
func (r *request) draftParts(p *draftPage) error {
	active, err := r.activeVersion(p.Kind)
	if err != nil {
		return err
	}
	p.Active = active
	if err := r.markNew(&p.Findings, p.Kind, active); err != nil {
		return err
	}
	diff, err := r.ruleDiff(p.Kind, p.Base, p.Source)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	p.Changes = len(diff.Changes)
	if p.Shadows, err = r.store.Shadows(r.ctx(), p.Kind); err != nil {
		return err
	}
	if len(p.Shadows) > 5 {
		p.Shadows = p.Shadows[:5]
	}
	if !p.Form.Sent("days") {
		p.Form.values["days"] = strconv.Itoa(shadowDays)
	}
	p.CanTry = p.Set != nil && slices.Contains(rules.Triable(), p.Kind)
	p.CanShadow = p.Set != nil && slices.Contains(rules.Shadowed(), p.Kind)
	p.Lacks = r.lacks(p.Kind)
	if len(p.RuleDraft.Report) > 0 {
		p.Report = r.reportView(p.RuleDraft.Report, p.Set, "/rules/drafts/"+string(p.ID)+"/report")
	}
	switch p.View {
	case "text":
		p.Fields, p.Words = r.fieldsOf(p.Kind), rules.Functions()
	case "cases":
		p.Cases, err = r.casePart(p)
	default:
		p.Route = r.routeEditor(p)
		if p.Dunning = r.dunningEditor(p); p.Dunning == nil {
			r.draftSections(p)
			r.stageParts(p)
		}
	}
	return err
}

// activeVersion is the version that new processes get; 0 when there is none.
func (r *request) activeVersion(kind crm.RuleKind) (int, error) {
	active, err := r.store.ActiveRules(r.ctx())
	for _, a := range active {
		if a.Kind == kind {
			return a.Version, err
		}
	}
	return 0, err
}

// fieldsOf are the fields that rules of a kind can read something in.
func (r *request) fieldsOf(kind crm.RuleKind) (out []ruleField) {
	for _, f := range r.ruleFields() {
		group, _, _ := strings.Cut(f.Path, ".")
		if slices.Contains(rules.Groups(kind), group) {
			out = append(out, f)
		}
	}
	return out
}

// formDraftText saves a draft's text and comment. A copy that is older than the draft does not undo what somebody else saved.
func formDraftText(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	f, source, err := r.postedSource()
	if err != nil {
		return err
	}
	if len(source) > maxSource {
		f.blame("source", r.say("bench.too_long"))
		return r.showDraft(d, draftPage{View: "text", Form: f})
	}
	change := d
	change.Source, change.Comment, change.Version = source, clean(f.Value("comment"), maxName), seenVersion(f)
	return r.saveDraft(change, f, "text", "?view=text")
}

// postedSource is a form with a text of rules in it, whose white space counts.
func (r *request) postedSource() (form, string, error) {
	f, err := r.posted()
	if err != nil {
		return f, "", err
	}
	source := strings.ReplaceAll(r.gin.Request.PostForm.Get("source"), "\r\n", "\n")
	f.values["source"] = source
	return f, source, nil
}

// saveDraft writes a changed draft; a stale one is shown again with who was faster, and with what was typed.
func (r *request) saveDraft(d store.RuleDraft, f form, view, next string) error {
	d.Editor = string(r.user.ID)
	now, err := r.store.SaveRuleDraft(r.ctx(), d)
	if errors.Is(err, store.ErrStale) {
		f.status = http.StatusPreconditionFailed
		return r.showDraft(now, draftPage{View: view, Form: f, Stale: &staleView{now.EditorName, now.UpdatedAt}})
	}
	if err != nil {
		return err
	}
	return r.said("draft_saved", "/rules/drafts/"+string(d.ID)+next)
}

// formDraftCheck answers with the findings on a text that is being typed; nothing is saved.
func formDraftCheck(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	_, source, err := r.postedSource()
	if err != nil {
		return err
	}
	v := r.findings(inspect(d.Kind, source), "")
	active, err := r.activeVersion(d.Kind)
	if err != nil {
		return err
	}
	if err := r.markNew(&v, d.Kind, active); err != nil {
		return err
	}
	return r.Page(http.StatusOK, "rules_findings", screen{Body: v})
}

// formDraftDrop forgets a draft.
func formDraftDrop(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	if err := r.store.DropRuleDraft(r.ctx(), d.ID); err != nil {
		return err
	}
	return r.said("draft_dropped", "/rules?kind="+string(d.Kind))
}

// formDraftTry tries the draft on all open and past deals and leads to what it found (N2).
func formDraftTry(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	set, found := rules.Parse(d.Kind, []byte(d.Source))
	if len(found) > 0 {
		return r.showDraft(d, draftPage{View: "text"})
	}
	report, err := r.try(d.Kind, set)
	if errors.Is(err, errNoTrial) {
		return r.showDraft(d, draftPage{})
	}
	if err != nil {
		return err
	}
	if err := r.keepReport(d, report); err != nil {
		return err
	}
	return r.SeeOther("/rules/drafts/" + string(d.ID) + "/report")
}
