package rules

import (
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// maxPipelines is how many pipelines one text may hold.
const maxPipelines = 20

// pipelines reads the one pipeline of a text, or its list of them. The set of a list answers for the default one, and for each of the others
// through Of; what is asked of those is called "pipeline/stage".
func (r *reader) pipelines(section entry) *Set {
	if _, several := section.value.(*ast.SequenceNode); !several {
		s := &Set{kind: crm.RulePipeline, pipeline: r.pipeline(section, map[string]spot{})}
		s.owner = s.pipeline.owner
		r.cases(s, section)
		return s
	}
	nodes := r.list(section, maxPipelines)
	if len(nodes) == 0 {
		r.missing(section.at, "", "key")
	}
	var all []*Set
	seen := map[string]spot{}
	for i, n := range nodes {
		e := entry{at(n), r.pipelinePath(n, i), n}
		s := &Set{kind: crm.RulePipeline, pipeline: r.pipeline(e, seen)}
		s.owner = s.pipeline.owner
		r.cases(s, e)
		all = append(all, s)
	}
	r.oneDefault(nodes, all)
	return together(all)
}

func (r *reader) pipelinePath(n ast.Node, i int) string {
	if key := r.wordOf(childOf(n, "key")); keyForm.MatchString(key) {
		return key
	}
	return indexed("pipelines", i)
}

// oneDefault refuses a second default pipeline.
func (r *reader) oneDefault(nodes []ast.Node, all []*Set) {
	first := -1
	for i, s := range all {
		switch {
		case !s.pipeline.standard:
		case first >= 0:
			r.duplicate(at(nodes[i]), join(r.pipelinePath(nodes[i], i), "default"), "default", at(nodes[first]))
		default:
			first = i
		}
	}
}

// together makes the set of several pipelines: it is the default one that knows the others, with the cases of all.
func together(all []*Set) *Set {
	if len(all) == 0 {
		return &Set{kind: crm.RulePipeline}
	}
	s := *all[0]
	for _, p := range all {
		if p.pipeline.standard {
			s = *p
		}
	}
	s.pipelines, s.cases = all, nil
	for _, p := range all {
		for _, c := range p.cases {
			c.Ask = s.Question(p.Key(), c.Ask)
			s.cases = append(s.cases, c)
		}
	}
	return &s
}

// Pipelines lists the pipelines of the set in the order of the file, each as a set of its own; one alone is the set itself.
func (s *Set) Pipelines() []*Set {
	if s.pipelines == nil {
		return []*Set{s}
	}
	return s.pipelines
}

// Of is the pipeline by which deals of that key go; "" is the default one. One that the set does not have knows no stage, and so refuses
// whatever it is asked. Rules of another kind are the same for all.
func (s *Set) Of(pipeline string) *Set {
	if pipeline == "" || s.kind != crm.RulePipeline {
		return s
	}
	for _, p := range s.pipelines {
		if p.pipeline.key == pipeline {
			return p
		}
	}
	if s.pipelines == nil && s.pipeline.key == pipeline {
		return s
	}
	return &Set{kind: s.kind, version: s.version}
}

// Has tells whether the set has a pipeline of that key.
func (s *Set) Has(pipeline string) bool { return len(s.Of(pipeline).pipeline.stages) > 0 }

// Question is how a stage of a pipeline is called in the whole set: by its key alone in the default pipeline, else "pipeline/stage".
func (s *Set) Question(pipeline, stage string) string {
	if pipeline == "" || pipeline == s.pipeline.key {
		return stage
	}
	return pipeline + "/" + stage
}

// resolve finds the pipeline that a question is about, and the stage in it.
func (s *Set) resolve(question string) (*Set, string) {
	if pipeline, stage, other := strings.Cut(question, "/"); other {
		return s.Of(pipeline), stage
	}
	return s, question
}

// Settled is where a deal that stands in a stage belongs under this set: the target of a retired stage, else the stage itself; "" when the
// set does not have the stage.
func (s *Set) Settled(stage string) string {
	st, there := s.Stage(stage)
	switch {
	case !there:
		return ""
	case st.Retired():
		return st.RetiredTo
	}
	return st.Key
}

// Closed is the stage of the deals that are won or lost.
func (s *Set) Closed(kind StageKind) string {
	for _, st := range s.pipeline.stages {
		if st.Kind == kind {
			return st.Key
		}
	}
	return ""
}

// retired tells whether a question is about a stage that no deal enters.
func (s *Set) retired(question string) bool {
	if s.kind != crm.RulePipeline {
		return false
	}
	st, there := s.Stage(question)
	return there && st.Retired()
}

// inUse is the set without its retired stages.
func (s *Set) inUse() *Set {
	c := *s
	c.pipeline.stages = nil
	for _, st := range s.pipeline.stages {
		if !st.Retired() {
			c.pipeline.stages = append(c.pipeline.stages, st)
		}
	}
	return &c
}

// writtenPipeline is a pipeline in a text: its key and where it stands.
type writtenPipeline struct {
	key      string // by which its questions are called; "" for the default one
	own      string // the key that it has
	standard bool
	node     ast.Node
}

// writtenPipelines finds the pipelines of a text that compiles, the default one under the name "".
func (r *reader) writtenPipelines(section ast.Node) (out []writtenPipeline) {
	list, several := section.(*ast.SequenceNode)
	if !several {
		return []writtenPipeline{{"", r.wordOf(childOf(section, "key")), true, section}}
	}
	standard := 0
	for i, n := range list.Values {
		key := r.wordOf(childOf(n, "key"))
		out = append(out, writtenPipeline{key, key, false, n})
		if r.wordOf(childOf(n, "default")) == "true" {
			standard = i
		}
	}
	if len(out) > 0 {
		out[standard].key, out[standard].standard = "", true
	}
	return out
}

// defaultPipeline is the key of the default pipeline of a text that compiles.
func (r *reader) defaultPipeline(section ast.Node) string {
	for _, p := range r.writtenPipelines(section) {
		if p.standard {
			return p.own
		}
	}
	return ""
}
