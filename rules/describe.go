package rules

import "maps"

// Condition is a condition as its author wrote it, for the pages that show the rules themselves.
type Condition struct {
	ID     string
	Source string
	Label  map[string]string // by language; empty when the author gave none
	Fields []string          // paths of the fields it reads, in the order in which they are written
}

// Enter lists what a deal needs to enter the stage, in the order of the file (S097).
func (s Stage) Enter() []Condition { return described(s.enter) }

// Checks lists what order validation looks at, in the order of the file (S078).
func (s *Set) Checks() []Condition { return described(s.checks) }

// Level is one level of the approval rules, whether an order needs it or not.
type Level struct {
	Approval
	When Condition // its source is empty when the level is always needed
}

// Levels lists the approval levels in their order (S079).
func (s *Set) Levels() []Level {
	out := make([]Level, 0, len(s.approval))
	for _, l := range s.approval {
		level := Level{Approval: l.Approval}
		level.Name = maps.Clone(l.Name)
		if l.when != nil {
			level.When = l.when.described()
		}
		out = append(out, level)
	}
	return out
}

func described(conditions []*condition) []Condition {
	out := make([]Condition, 0, len(conditions))
	for _, c := range conditions {
		out = append(out, c.described())
	}
	return out
}

func (c *condition) described() Condition {
	fields := make([]string, len(c.fields))
	for i, f := range c.fields {
		fields[i] = f.Path
	}
	return Condition{ID: c.id, Source: c.source, Label: maps.Clone(c.label), Fields: fields}
}

// Asked lists the conditions that a question reads, in the order of the file: a stage of a pipeline, alarm or close of a project, a moment, else the
// kind itself. The id of a condition of a rule, level or track is the key of that.
func (s *Set) Asked(question string) []Condition { return described(s.asked(question)) }

// Questions lists what a set can be asked.
func (s *Set) Questions() []string { return s.questions() }
