package rules

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// StageEdit is what a form changes in a stage; numbers are texts as people type them, and what is empty leaves the text.
type StageEdit struct {
	Name, Guidance map[string]string // by language
	Probability    string
	Forecast       string
	StaleDays      string
	RetiredTo      string // the stage that takes its place; empty: it is in use
}

// Forecasts are the forecast categories, in their order.
func Forecasts() []string { return slices.Clone(forecasts) }

// PutStage writes name, guidance and figures of a stage into a text of pipelines and leaves the rest as its author wrote it. where is the
// stage's key, "pipeline/stage" outside the default pipeline.
func PutStage(src []byte, where string, s StageEdit) ([]byte, Problems) {
	stage, pipeline := splitQuestion(where)
	for _, key := range s.keys() {
		var problems Problems
		src, problems = edit(crm.RulePipeline, src, pipeline, func(e *editor) bool {
			stages := e.list(e.section, "stages")
			i := e.entryOf(stages, "key", stage)
			return i >= 0 && e.putKey(stages.Values[i], key.name, key.lines)
		})
		if len(problems) > 0 {
			return nil, problems
		}
	}
	return src, nil
}

// AddStage writes a new open stage behind another one of a pipeline; "" is the default pipeline.
func AddStage(src []byte, pipeline, after, key string, s StageEdit) ([]byte, Problems) {
	return edit(crm.RulePipeline, src, pipeline, func(e *editor) bool {
		stages := e.list(e.section, "stages")
		i := e.entryOf(stages, "key", after)
		if i < 0 || flows(stages) {
			return false
		}
		lines := []string{dash(stages) + "- key: " + key}
		for _, k := range s.keys() {
			for _, l := range k.lines {
				lines = append(lines, dash(stages)+"  "+l)
			}
		}
		e.insert(e.lines(stages, i).to, lines)
		return true
	})
}

// MoveStage exchanges a stage with the one before or behind it, with all that is written in both.
func MoveStage(src []byte, where string, up bool) ([]byte, Problems) {
	stage, pipeline := splitQuestion(where)
	return edit(crm.RulePipeline, src, pipeline, func(e *editor) bool {
		stages := e.list(e.section, "stages")
		i := e.entryOf(stages, "key", stage)
		if up {
			i--
		}
		if i < 0 || flows(stages) || i+1 >= len(stages.Values) {
			return false
		}
		a, b := e.lines(stages, i), e.lines(stages, i+1)
		e.replace(span{a.from, b.to}, slices.Concat(e.text[b.from:b.to], e.text[a.to:b.from], e.text[a.from:a.to]))
		return true
	})
}

// stageKey is a key of a stage with the lines that are written for it; none: it is taken out.
type stageKey struct {
	name  string
	lines []string
}

func (s StageEdit) keys() []stageKey {
	return []stageKey{
		{"name", inLanguages("name", s.Name)},
		{"probability", plainKey("probability", s.Probability)},
		{"forecast", plainKey("forecast", s.Forecast)},
		{"stale_days", plainKey("stale_days", s.StaleDays)},
		{"guidance", inLanguages("guidance", s.Guidance)},
		{"retired_to", plainKey("retired_to", s.RetiredTo)},
	}
}

func plainKey(name, value string) []string {
	if value == "" {
		return nil
	}
	return []string{name + ": " + scalarText(value)}
}

func inLanguages(name string, texts map[string]string) []string {
	out := []string{name + ":"}
	for _, l := range Languages {
		if text := strings.TrimSpace(texts[l]); text != "" {
			out = append(out, "  "+l+": "+scalarText(text))
		}
	}
	if len(out) == 1 {
		return nil
	}
	return out
}

// putKey writes a key of a mapping, in its old place or behind the first one, or takes it out.
func (e *editor) putKey(owner ast.Node, name string, lines []string) bool {
	pair := pairOf(owner, name)
	switch {
	case flows(owner):
		return false
	case len(lines) == 0:
		return pair == nil || e.dropKey(owner, name)
	}
	indent := strings.Repeat(" ", at(owner).column-1)
	written := make([]string, len(lines))
	for i, l := range lines {
		written[i] = indent + l
	}
	if pair != nil {
		from := at(pair).line - 1
		if from == at(owner).line-1 { // it may stand behind the dash
			written[0] = e.text[from][:at(pair).column-1] + lines[0]
		}
		e.replace(span{from, e.behind(from, at(owner).column)}, written)
		return true
	}
	e.insert(e.behind(at(owner).line-1, at(owner).column), written)
	return true
}
