package rules

import (
	"maps"
	"slices"
	"strconv"

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

// putReasons writes the list of lost reasons; the lines of one that stays, with the comment above it, go where it goes.
func (e *editor) putReasons(was, is []LostReason) bool {
	list := e.list(e.section, "lost_reasons")
	switch {
	case len(is) == 0:
		return list == nil || e.dropKey(e.section, "lost_reasons")
	case list == nil:
		return e.putKey(e.section, "lost_reasons", append([]string{"lost_reasons:"}, reasonLines("  ", is...)...))
	case flows(list):
		return false
	}
	from, end := e.lines(list, 0).from, e.lines(list, len(list.Values)-1).to
	var lines []string
	for _, reason := range is {
		i := e.entryOf(list, "key", reason.Key)
		old := slices.IndexFunc(was, func(w LostReason) bool { return sameReason(w, reason) })
		switch {
		case i < 0:
			lines = append(lines, reasonLines(dash(list), reason)...)
		case old < 0:
			kept := e.withRemarks(list, i)
			lines = append(append(lines, remarks(e.text[kept.from:kept.to])...), reasonLines(dash(list), reason)...)
		default:
			kept := e.withRemarks(list, i)
			lines = append(lines, e.text[kept.from:kept.to]...)
		}
	}
	e.replace(span{from, end}, lines)
	return true
}

// withRemarks are the lines of an entry with those between it and the entry before, which are comments.
func (e *editor) withRemarks(list *ast.SequenceNode, i int) span {
	s := e.lines(list, i)
	if i > 0 {
		s.from = e.lines(list, i-1).to
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
