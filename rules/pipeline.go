package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// StageKind tells whether a deal in the stage is still open.
type StageKind string

// The kinds of stages.
const (
	StageOpen StageKind = "open"
	StageWon  StageKind = "won"
	StageLost StageKind = "lost"
)

// Stage is one column of a pipeline. Its maps belong to the set and must not be changed.
type Stage struct {
	Key         string
	Name        map[string]string // by language
	Guidance    map[string]string // what the seller should do here, by language
	Kind        StageKind
	Probability decimal.Decimal // percent, 0 to 100
	Forecast    string          // pipeline, best_case, commit, closed, omitted
	StaleDays   int             // days without a change after which a deal counts as stale; 0: never
	RetiredTo   string          // the stage in whose favour it is given up: no deal enters it any more; empty: it is in use
	Owner       string          // who decides on exceptions from its gate; empty: the rule set's owner
	enter       []*condition
}

// Retired tells whether the stage takes no deals any more; those that are in it move to another when they get this version.
func (s Stage) Retired() bool { return s.RetiredTo != "" }

// Takes tells whether a deal can be at work in the stage: it is open and not retired.
func (s Stage) Takes() bool { return s.Kind == StageOpen && !s.Retired() }

// LostReason is a reason for losing a deal.
type LostReason struct {
	Key  string
	Name map[string]string // by language
}

type pipeline struct {
	key         string
	name        map[string]string
	stages      []Stage
	noSkip      bool
	noBackward  bool
	entry       string
	lostReasons []LostReason
	standard    bool // new deals begin in it when nobody chooses
	owner       string
}

var forecasts = []string{"pipeline", "best_case", "commit", "closed", "omitted"}

func (r *reader) pipeline(e entry, seen map[string]spot) (p pipeline) {
	keys := r.mapping(e.value, e.path, "key", "name", "default", "no_skip", "no_backward", "entry_stage", "stages", "lost_reasons", "owner", "cases")
	if keys == nil {
		return p
	}
	p.key = r.key(keys["key"], e.at, e.path, seen)
	p.name = r.names(keys["name"], e.at, e.path, "name", true)
	p.standard, p.noSkip, p.noBackward = r.truth(keys["default"]), r.truth(keys["no_skip"]), r.truth(keys["no_backward"])
	stages, retired := map[string]spot{}, map[int]entry{}
	for i, n := range r.list(keys["stages"], maxEntries) {
		st, to := r.stage(n, join(e.path, "stages"), i, stages)
		if p.stages = append(p.stages, st); !to.absent() {
			retired[i] = to
		}
	}
	if keys["stages"].absent() {
		r.missing(e.at, e.path, "stages")
	}
	r.retirements(&p, retired)
	r.stageKinds(p.stages, keys["stages"])
	r.entryStage(&p, keys["entry_stage"])
	p.lostReasons = r.lostReasons(keys["lost_reasons"])
	p.owner = r.owner(keys["owner"])
	return p
}

// keyed is a path by the entry's own key when it can be read: stages.send instead of stages[3].
func (r *reader) keyed(n ast.Node, list, byIndex string, known ...string) (map[string]entry, string) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		return r.mapping(n, byIndex, known...), byIndex
	}
	path := byIndex
	for _, v := range m.Values {
		if k, ok := v.Key.(*ast.StringNode); ok && k.Value == "key" {
			if s, ok := r.scalarOf(v.Value); ok && keyForm.MatchString(s.text) {
				path = list + "." + s.text
			}
		}
	}
	return r.mapping(n, path, known...), path
}

// stage reads a stage, and gives the place where it says that it is retired.
func (r *reader) stage(n ast.Node, list string, i int, seen map[string]spot) (s Stage, retired entry) {
	keys, path := r.keyed(n, list, indexed(list, i), "key", "name", "kind", "probability", "forecast", "guidance", "stale_days", "retired_to", "owner", "enter")
	if keys == nil {
		return s, retired
	}
	s.Key = r.key(keys["key"], at(n), path, seen)
	s.Name = r.names(keys["name"], at(n), path, "name", true)
	s.Guidance = r.names(keys["guidance"], at(n), path, "guidance", false)
	s.Kind = oneOf(r, keys["kind"], StageOpen, StageWon, StageLost)
	s.Probability = r.number(keys["probability"], 0, 100, 2)
	s.Forecast = oneOf(r, keys["forecast"], forecasts...)
	s.StaleDays = r.days(keys["stale_days"])
	s.Owner = r.owner(keys["owner"])
	s.enter = r.conditions(keys["enter"])
	if s.Kind == "" {
		s.Kind = StageOpen
	}
	if s.Forecast == "" {
		s.Forecast = map[StageKind]string{StageOpen: "pipeline", StageWon: "closed", StageLost: "omitted"}[s.Kind]
	}
	if s.Kind == StageWon && keys["probability"].absent() {
		s.Probability = decimal.NewFromInt(100)
	}
	return s, keys["retired_to"]
}

// retirements reads where the deals of retired stages go: to an open stage of the same pipeline that is not retired itself.
func (r *reader) retirements(p *pipeline, retired map[int]entry) {
	var targets []string
	for i, s := range p.stages {
		if _, gone := retired[i]; !gone && s.Kind == StageOpen && s.Key != "" {
			targets = append(targets, s.Key)
		}
	}
	for _, i := range slices.Sorted(maps.Keys(retired)) {
		if e := retired[i]; p.stages[i].Kind != StageOpen {
			r.add(e.at, e.path, CodeInvalidValue, map[string]string{"value": string(p.stages[i].Kind), "allowed": string(StageOpen)}, "only an open stage can be retired")
			continue
		}
		p.stages[i].RetiredTo = oneOf(r, retired[i], targets...)
	}
}

// stageKinds demands an open stage to begin in, and exactly one stage each for won and lost.
func (r *reader) stageKinds(stages []Stage, e entry) {
	count := map[StageKind]int{}
	for _, s := range stages {
		if !s.Retired() {
			count[s.Kind]++
		}
	}
	if len(stages) == 0 {
		return
	}
	for _, k := range []StageKind{StageOpen, StageWon, StageLost} {
		switch {
		case count[k] == 0:
			r.missing(e.at, e.path, "a stage of kind "+string(k))
		case count[k] > 1 && k != StageOpen:
			r.add(e.at, e.path, CodeDuplicate, map[string]string{"name": string(k)}, fmt.Sprintf("there are %d stages of kind %s; there must be one", count[k], k))
		}
	}
}

func (r *reader) entryStage(p *pipeline, e entry) {
	var open []string
	for _, s := range p.stages {
		if s.Takes() && s.Key != "" {
			open = append(open, s.Key)
		}
	}
	if len(open) == 0 {
		return
	}
	if p.entry = oneOf(r, e, open...); e.absent() {
		p.entry = open[0]
	}
}

func (r *reader) lostReasons(e entry) (out []LostReason) {
	seen := map[string]spot{}
	for i, n := range r.list(e, maxEntries) {
		keys, path := r.keyed(n, e.path, indexed(e.path, i), "key", "name")
		if keys != nil {
			out = append(out, LostReason{r.key(keys["key"], at(n), path, seen), r.names(keys["name"], at(n), path, "name", true)})
		}
	}
	return out
}

// Key names the pipeline.
func (s *Set) Key() string { return s.pipeline.key }

// Name is the pipeline's name by language.
func (s *Set) Name() map[string]string { return maps.Clone(s.pipeline.name) }

// Stages lists the stages in their order; none when the set is no pipeline.
func (s *Set) Stages() []Stage { return slices.Clone(s.pipeline.stages) }

// Stage finds a stage by its key; one of another pipeline by "pipeline/stage".
func (s *Set) Stage(key string) (Stage, bool) {
	s, key = s.resolve(key)
	i := s.position(key)
	if i < 0 {
		return Stage{}, false
	}
	return s.pipeline.stages[i], true
}

func (s *Set) position(key string) int {
	return slices.IndexFunc(s.pipeline.stages, func(st Stage) bool { return st.Key == key })
}

// EntryStage is the stage in which a deal begins.
func (s *Set) EntryStage() string { return s.pipeline.entry }

// NoSkip tells whether a deal must go through every stage.
func (s *Set) NoSkip() bool { return s.pipeline.noSkip }

// NoBackward tells whether a deal may not return to an earlier stage.
func (s *Set) NoBackward() bool { return s.pipeline.noBackward }

// LostReasons lists why a deal may be lost, in their order.
func (s *Set) LostReasons() []LostReason { return slices.Clone(s.pipeline.lostReasons) }

// LostReason finds a reason by its key.
func (s *Set) LostReason(key string) (LostReason, bool) {
	i := slices.IndexFunc(s.pipeline.lostReasons, func(l LostReason) bool { return l.Key == key })
	if i < 0 {
		return LostReason{}, false
	}
	return s.pipeline.lostReasons[i], true
}

// Gate judges whether a deal may enter a stage (S075, S097, S098): every condition, with the values it read. A stage that
// does not exist is not evaluated, and so refuses. Whether the move itself is allowed is Reachable's answer.
// The labels in it belong to the set and must not be changed.
func (s *Set) Gate(stage string, f crm.Facts) crm.Verdict {
	s, stage = s.resolve(stage)
	i := s.position(stage)
	if i < 0 {
		return s.unanswerable(stage, ProblemUnknownStage)
	}
	return s.verdict(stage, stage, s.pipeline.stages[i].enter, &f)
}

// Allows is Gate's answer alone, without the explanation, for many deals at once. It agrees with Gate.
func (s *Set) Allows(stage string, f *crm.Facts) bool {
	s, stage = s.resolve(stage)
	i := s.position(stage)
	return i >= 0 && !slices.ContainsFunc(s.pipeline.stages[i].enter, func(c *condition) bool { return !c.holds(f) })
}

// Reachable lists the stages into which a deal may move from a stage, in the pipeline's order; from "" it is a new deal,
// which begins in the entry stage. Lost can be reached from every open stage, won from the last open one, or from any when
// stages may be skipped. A deal that is won or lost stays so. No deal enters a retired stage.
func (s *Set) Reachable(from string) []string {
	if from == "" {
		if s.pipeline.entry == "" {
			return nil
		}
		return []string{s.pipeline.entry}
	}
	i := s.position(from)
	if i < 0 || s.pipeline.stages[i].Kind != StageOpen {
		return nil
	}
	var out []string
	next := s.next(i)
	for j, st := range s.pipeline.stages {
		switch {
		case j == i, st.Retired():
		case st.Kind == StageLost,
			st.Kind == StageOpen && j < i && !s.pipeline.noBackward,
			(st.Kind == StageWon || j > i) && (j == next || !s.pipeline.noSkip):
			out = append(out, st.Key)
		}
	}
	return out
}

// next is the position of the open stage behind i, or of won when there is none.
func (s *Set) next(i int) int {
	won := -1
	for j, st := range s.pipeline.stages {
		switch {
		case st.Takes() && j > i:
			return j
		case st.Kind == StageWon:
			won = j
		}
	}
	return won
}
