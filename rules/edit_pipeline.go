package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// PipelineEdit is what a form changes in a pipeline beside its stages.
type PipelineEdit struct {
	Name       map[string]string // by language
	EntryStage string
	NoSkip     bool
	NoBackward bool
	Reasons    []LostReason // why a deal may be lost, in their order; one that is left out can no longer be chosen
}

// PutPipeline writes name, switches, entry stage and lost reasons of a pipeline into a text of pipelines and leaves the rest as its author
// wrote it, entries of lost reasons that stay as they are included. "" is the default pipeline.
func PutPipeline(src []byte, pipeline string, p PipelineEdit) ([]byte, Problems) {
	set, problems := Parse(crm.RulePipeline, src)
	if len(problems) > 0 {
		return nil, problems
	}
	set = set.Of(pipeline)
	for _, key := range p.keys(set) {
		if src, problems = edit(crm.RulePipeline, src, pipeline, func(e *editor) bool { return e.putKey(e.section, key.name, key.lines) }); len(problems) > 0 {
			return nil, problems
		}
	}
	if slices.EqualFunc(p.Reasons, set.LostReasons(), sameReason) {
		return src, nil
	}
	return edit(crm.RulePipeline, src, pipeline, func(e *editor) bool { return e.putReasons(set.LostReasons(), p.Reasons) })
}

// keys are those that differ from what the pipeline says, so that what is the same stays as it is written.
func (p PipelineEdit) keys(set *Set) (out []stageKey) {
	if !maps.Equal(p.Name, set.Name()) {
		out = append(out, stageKey{"name", inLanguages("name", p.Name)})
	}
	for _, s := range []struct {
		name    string
		is, was bool
	}{{"no_backward", p.NoBackward, set.NoBackward()}, {"no_skip", p.NoSkip, set.NoSkip()}} {
		if s.is != s.was {
			out = append(out, stageKey{s.name, []string{s.name + ": " + strconv.FormatBool(s.is)}})
		}
	}
	if p.EntryStage != set.EntryStage() {
		out = append(out, stageKey{"entry_stage", plainKey("entry_stage", p.EntryStage)})
	}
	return out
}

func sameReason(a, b LostReason) bool { return a.Key == b.Key && maps.Equal(a.Name, b.Name) }

// putReasons writes the list of lost reasons.
func (e *editor) putReasons(was, is []LostReason) bool {
	if len(is) == 0 {
		return e.list(e.section, "lost_reasons") == nil || e.dropKey(e.section, "lost_reasons")
	}
	return putEntries(e, "lost_reasons", was, is, entryForm[LostReason]{
		key: func(l LostReason) string { return l.Key }, same: sameReason, lines: func(indent string, l LostReason, _ ast.Node) []string { return reasonLines(indent, l) },
	})
}

// withRemarks are the lines of an entry with those between it and the entry before, which are comments; of the first one, the comments above it.
func (e *editor) withRemarks(list *ast.SequenceNode, i int) span {
	s := e.lines(list, i)
	if i > 0 {
		s.from = e.lines(list, i-1).to
		return s
	}
	for s.from > 0 && strings.HasPrefix(strings.TrimSpace(e.text[s.from-1]), "#") {
		s.from--
	}
	return s
}

func reasonLines(indent string, reasons ...LostReason) (out []string) {
	for _, r := range reasons {
		out = append(out, indent+"- key: "+r.Key)
		for _, l := range inLanguages("name", r.Name) {
			out = append(out, indent+"  "+l)
		}
	}
	return out
}
