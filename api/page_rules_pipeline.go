package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"
)

// spareReasons is how many empty rows for lost reasons the form of a pipeline offers.
const spareReasons = 2

// pipelineEditor is the form of a pipeline beside its stages: name, switches, entry stage, lost reasons.
type pipelineEditor struct {
	Draft     crm.ID
	Version   int
	Pipeline  string
	Name      string
	Form      form
	Entries   []option // stages in which deals may begin
	Reasons   []reasonRow
	Languages []languageChoice
}

// reasonRow is a lost reason in the form; a new one has no key yet.
type reasonRow struct {
	At        int // in the names of the inputs
	Key, Name string
}

// pipelineView is a pipeline as the draft shows it beside its stages.
type pipelineView struct {
	Key, Name, Entry   string
	NoSkip, NoBackward bool
	Reasons            []string
}

func (r *request) pipelineView(p *rules.Set) pipelineView {
	v := pipelineView{Key: p.Key(), Name: worded(p.Name(), r.language, p.Key()), NoSkip: p.NoSkip(), NoBackward: p.NoBackward()}
	if s, there := p.Stage(p.EntryStage()); there {
		v.Entry = worded(s.Name, r.language, s.Key)
	}
	for _, l := range p.LostReasons() {
		v.Reasons = append(v.Reasons, worded(l.Name, r.language, l.Key))
	}
	return v
}

// pipelineEditor opens the settings of a pipeline; nil when there is none of that key.
func (r *request) pipelineEditor(set *rules.Set, key string) *pipelineEditor {
	if !set.Has(key) {
		return nil
	}
	pipeline := set.Of(key)
	e := &pipelineEditor{Pipeline: key, Name: worded(pipeline.Name(), r.language, key), Languages: languageChoices, Form: values("entry_stage", pipeline.EntryStage())}
	for _, s := range pipeline.Stages() {
		if s.Takes() {
			e.Entries = append(e.Entries, option{s.Key, worded(s.Name, r.language, s.Key)})
		}
	}
	for name, on := range map[string]bool{"no_skip": pipeline.NoSkip(), "no_backward": pipeline.NoBackward()} {
		e.Form.values[name] = strconv.FormatBool(on)
	}
	for l, text := range pipeline.Name() {
		e.Form.values["name."+l] = text
	}
	for i, reason := range pipeline.LostReasons() {
		e.Reasons = append(e.Reasons, reasonRow{i, reason.Key, worded(reason.Name, r.language, reason.Key)})
		e.Form.values[fmt.Sprintf("order-%d", i)] = strconv.Itoa(i + 1)
		for l, text := range reason.Name {
			e.Form.values[fmt.Sprintf("reason-%d.%s", i, l)] = text
		}
	}
	for n := len(e.Reasons); len(e.Reasons) < n+spareReasons; {
		i := len(e.Reasons)
		e.Reasons = append(e.Reasons, reasonRow{At: i})
		e.Form.values[fmt.Sprintf("order-%d", i)] = strconv.Itoa(i + 1)
	}
	return e
}

// formPipeline changes a pipeline of a draft beside its stages (S010).
func formPipeline(r *request) error {
	d, set, f, err := r.draftEdit()
	if err != nil {
		return err
	}
	if set == nil || d.Kind != crm.RulePipeline {
		return r.showDraft(d, draftPage{View: "text"})
	}
	key := f.Value("pipeline")
	if !set.Has(key) {
		return store.ErrNotFound
	}
	change := r.readPipeline(&f, set.Of(key))
	if f.Failed() {
		return r.pipelineAgain(d, set, f)
	}
	source, found := rules.PutPipeline([]byte(d.Source), key, change)
	if len(found) > 0 {
		f.other, f.status = append(f.other, problemTexts(r.ruleProblems(found))...), http.StatusUnprocessableEntity
		return r.pipelineAgain(d, set, f)
	}
	d.Source, d.Version = string(source), seenVersion(f)
	return r.saveDraft(d, f, "form", "#stages")
}

// readPipeline reads what was typed. A reason that is ticked away goes, an empty new row is none; the others need
// their English name.
func (r *request) readPipeline(f *form, pipeline *rules.Set) rules.PipelineEdit {
	p := rules.PipelineEdit{
		Name: r.typedNames(f, "name."), EntryStage: clean(f.Value("entry_stage"), 60), NoSkip: f.Value("no_skip") == "true", NoBackward: f.Value("no_backward") == "true",
	}
	r.needed(f, "name.en")
	type placed struct {
		rules.LostReason
		at int
	}
	var rows []placed
	taken := reasonsAs(pipeline)
	for i := range len(taken) + spareReasons {
		names := r.typedNames(f, fmt.Sprintf("reason-%d.", i))
		if f.Value(fmt.Sprintf("gone-%d", i)) == "true" || len(names) == 0 && i >= len(pipeline.LostReasons()) {
			continue
		}
		r.needed(f, fmt.Sprintf("reason-%d.en", i))
		at, err := strconv.Atoi(f.Value(fmt.Sprintf("order-%d", i)))
		if err != nil {
			at = i + 1
		}
		reason := rules.LostReason{Name: names}
		if i < len(pipeline.LostReasons()) {
			reason.Key = pipeline.LostReasons()[i].Key
		} else {
			reason.Key = freeID(taken, rules.Condition{Label: names}, nil)
			taken = append(taken, rules.Condition{ID: reason.Key})
		}
		rows = append(rows, placed{reason, at})
	}
	slices.SortStableFunc(rows, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	for _, row := range rows {
		p.Reasons = append(p.Reasons, row.LostReason)
	}
	return p
}

// typedNames are the texts by language that were typed under a prefix.
func (r *request) typedNames(f *form, prefix string) map[string]string {
	out := map[string]string{}
	for _, l := range languageChoices {
		if text := clean(f.Value(prefix+l.Code), maxName); text != "" {
			out[l.Code] = text
		}
	}
	return out
}

// reasonsAs are the keys of the lost reasons as what a new key must differ from.
func reasonsAs(pipeline *rules.Set) (out []rules.Condition) {
	for _, l := range pipeline.LostReasons() {
		out = append(out, rules.Condition{ID: l.Key})
	}
	return out
}

// pipelineAgain shows the form once more, with what was typed.
func (r *request) pipelineAgain(d store.RuleDraft, set *rules.Set, f form) error {
	p := draftPage{Form: f, Settings: r.pipelineEditor(set, f.Value("pipeline"))}
	p.Settings.Form = f
	return r.showDraft(d, p)
}

// nameInput is the input of a name in one language.
type nameInput struct{ ID, Name, Label, Lang, Value, Error string }

func newNameInput(print *i18n.Printer, f form, name string, l languageChoice) nameInput {
	name += "." + l.Code
	return nameInput{fieldID(name), name, print.T("bench.stage_name", "Language", l.Name), l.Code, f.values[name], f.wrong[name]}
}
