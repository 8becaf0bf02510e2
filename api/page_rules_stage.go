package api

import (
	"net/http"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// stageEditor is the form of one stage of a draft: a new one behind another, or one that is there.
type stageEditor struct {
	Draft     crm.ID
	Version   int
	New       bool
	Where     string // the stage as the draft calls it; of a new one the stage before it
	Pipeline  string // of a new one; "" is the default
	Name      string // of the stage, or of the pipeline for a new one
	Form      form
	Forecasts []option
	Targets   []option // stages that may take its place
	After     []option
	Languages []languageChoice
}

// stageBar is what the heading of a stage offers.
type stageBar struct {
	ID          crm.ID
	Version     int
	Where, Name string
}

// stageParts are what the form view of a draft of pipelines has beside the conditions.
func (r *request) stageParts(p *draftPage) {
	if p.Kind != crm.RulePipeline || p.Set == nil {
		return
	}
	for _, one := range p.Set.Pipelines() {
		p.Pipelines = append(p.Pipelines, r.pipelineView(one))
	}
	if q := r.gin.Request.URL.Query(); p.Stage == nil && r.gin.Request.Method == http.MethodGet {
		switch {
		case q.Get("stage") == "edit":
			p.Stage = r.stageEditor(p.Set, q.Get("where"))
		case q.Get("stage") == "new" && p.Set.Has(q.Get("pipeline")):
			p.Stage = r.newStage(p.Set.Of(q.Get("pipeline")))
		case q.Has("settings") && p.Settings == nil:
			p.Settings = r.pipelineEditor(p.Set, q.Get("settings"))
		}
	}
	if p.Settings != nil {
		p.Settings.Draft, p.Settings.Version = p.ID, p.Version
	}
	if p.Stage != nil {
		p.Stage.Draft, p.Stage.Version = p.ID, p.Version
	}
}

// stageEditor opens a stage; nil when there is none of that name.
func (r *request) stageEditor(set *rules.Set, where string) *stageEditor {
	st, there := set.Stage(where)
	if !there {
		return nil
	}
	e := r.blankStage(pipelineAt(set, where), st.Key)
	e.Where, e.Name = where, r.askName(set, where)
	e.Form = values("probability", st.Probability.String(), "forecast", st.Forecast, "stale_days", "", "retired_to", st.RetiredTo)
	if st.StaleDays > 0 {
		e.Form.values["stale_days"] = strconv.Itoa(st.StaleDays)
	}
	for l, text := range st.Name {
		e.Form.values["name."+l] = text
	}
	for l, text := range st.Guidance {
		e.Form.values["guidance."+l] = text
	}
	if st.Kind != rules.StageOpen {
		e.Targets = nil
	}
	return e
}

func pipelineAt(set *rules.Set, where string) *rules.Set {
	if key, _, other := strings.Cut(where, "/"); other {
		return set.Of(key)
	}
	return set.Of(set.Key())
}

// newStage is the empty form; a stage stands behind the last open one when nobody says otherwise.
func (r *request) newStage(pipeline *rules.Set) *stageEditor {
	e := r.blankStage(pipeline, "")
	e.New, e.Pipeline, e.Targets = true, pipeline.Key(), nil
	e.Name = worded(pipeline.Name(), r.language, pipeline.Key())
	for _, s := range pipeline.Stages() {
		if s.Takes() {
			e.After = append(e.After, option{s.Key, worded(s.Name, r.language, s.Key)})
		}
	}
	e.Form = values("forecast", "pipeline", "after", e.After[len(e.After)-1].Value)
	return e
}

func (r *request) blankStage(pipeline *rules.Set, self string) *stageEditor {
	e := &stageEditor{Forecasts: enumOptions(r, "", "forecast", rules.Forecasts()), Targets: []option{{"", r.say("bench.stage_in_use")}}}
	for _, s := range pipeline.Stages() {
		if s.Takes() && s.Key != self {
			e.Targets = append(e.Targets, option{s.Key, worded(s.Name, r.language, s.Key)})
		}
	}
	e.Languages = languageChoices // English first: it is needed
	return e
}

// formStage adds a stage to a draft, changes or retires one, or moves it before or behind its neighbour (S010).
func formStage(r *request) error {
	d, set, f, err := r.draftEdit()
	if err != nil {
		return err
	}
	if set == nil || d.Kind != crm.RulePipeline {
		return r.showDraft(d, draftPage{View: "text"})
	}
	where := f.Value("where")
	var (
		source []byte
		found  rules.Problems
	)
	switch do := f.Value("do"); {
	case do == "up" || do == "down":
		source, found = rules.MoveStage([]byte(d.Source), where, do == "up")
	default:
		change := r.readStage(&f)
		if f.Failed() {
			return r.stageAgain(d, set, f)
		}
		if f.Value("new") == "" {
			source, found = rules.PutStage([]byte(d.Source), where, change)
			break
		}
		pipeline := set.Of(f.Value("pipeline"))
		key := freeID(stagesAs(pipeline), rules.Condition{Label: change.Name}, nil)
		source, found = rules.AddStage([]byte(d.Source), pipeline.Key(), f.Value("after"), key, change)
		where = set.Question(pipeline.Key(), key)
	}
	if len(found) > 0 {
		f.other, f.status = append(f.other, problemTexts(r.ruleProblems(found))...), http.StatusUnprocessableEntity
		return r.stageAgain(d, set, f)
	}
	d.Source, d.Version = string(source), seenVersion(f)
	return r.saveDraft(d, f, "form", "#s-"+where)
}

// stagesAs are the keys of a pipeline's stages as what a new key must differ from.
func stagesAs(pipeline *rules.Set) (out []rules.Condition) {
	for _, s := range pipeline.Stages() {
		out = append(out, rules.Condition{ID: s.Key})
	}
	return out
}

// readStage reads what was typed; numbers may have a decimal comma.
func (r *request) readStage(f *form) rules.StageEdit {
	s := rules.StageEdit{
		Name: map[string]string{}, Guidance: map[string]string{}, Forecast: clean(f.Value("forecast"), 20), RetiredTo: clean(f.Value("retired_to"), 60),
		Probability: strings.ReplaceAll(clean(f.Value("probability"), 20), ",", "."), StaleDays: clean(f.Value("stale_days"), 20),
	}
	for _, l := range languageChoices {
		s.Name[l.Code], s.Guidance[l.Code] = clean(f.Value("name."+l.Code), maxName), clean(f.Value("guidance."+l.Code), 500)
	}
	r.needed(f, "name.en")
	return s
}

// stageAgain shows the form once more, with what was typed.
func (r *request) stageAgain(d store.RuleDraft, set *rules.Set, f form) error {
	p := draftPage{Form: f}
	switch {
	case f.Value("do") == "up" || f.Value("do") == "down":
	case f.Value("new") != "" && set.Has(f.Value("pipeline")):
		p.Stage = r.newStage(set.Of(f.Value("pipeline")))
	default:
		p.Stage = r.stageEditor(set, f.Value("where"))
	}
	if p.Stage != nil {
		p.Stage.Form = f
	}
	return r.showDraft(d, p)
}
