package rules

import (
	"fmt"
	"slices"
	"strings"

	"leadtocash/crm"
)

// The codes of problems. They are stable: the API and the editor show their own text for them.
const (
	CodeUnknownName         = "unknown_name"          // params: name, did_you_mean
	CodeTypeMismatch        = "type_mismatch"         // params: left, right, or expected and found
	CodeConstructNotAllowed = "construct_not_allowed" // params: name, hint
	CodeOperatorNotAllowed  = "operator_not_allowed"  // params: name, hint
	CodeNestedLoop          = "nested_loop"           // any, all, none, one, count inside one another
	CodePatternMustBeFixed  = "pattern_must_be_fixed" // the right side of matches is no literal
	CodeTooLong             = "too_long"              // params: max
	CodeTooComplex          = "too_complex"           // params: max
	CodeEmpty               = "empty"                 // nothing is written
	CodeSyntax              = "syntax"                // cannot be read
	CodeInvalidText         = "invalid_text"          // bytes that are not text, or invisible characters
	CodeInvalidValue        = "invalid_value"         // params: value, allowed
	CodeUnknownKey          = "unknown_key"           // params: name, did_you_mean
	CodeDuplicate           = "duplicate"             // params: name, line of the first
	CodeMissing             = "missing"               // params: name
)

// Problem is one mistake in a rule set, with its place.
type Problem struct {
	Kind   crm.RuleKind      `json:"kind,omitempty"`
	Path   string            `json:"path,omitempty"` // "stages.send.enter[2].when"; list entries without a key count from 0
	Line   int               `json:"line"`           // of the text that was given, from 1
	Column int               `json:"column"`         // in characters, from 1
	Code   string            `json:"code"`
	Params map[string]string `json:"params,omitempty"`
	Text   string            `json:"text"` // in English, for logs and terminals
}

// Error gives "12:9 stages.send.enter[2].when: there is no amont; did you mean amount?".
func (p Problem) Error() string {
	place := fmt.Sprintf("%d:%d", p.Line, p.Column)
	if p.Path != "" {
		place += " " + p.Path
	}
	return place + ": " + p.Text
}

// Problems is everything that is wrong with a text, in the order of the text. It is an error when it is not empty.
type Problems []Problem

// Error lists the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil when there is no problem.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return ps
}

// didYouMean adds the nearest known name to the parameters, and to the text.
func (p Problem) didYouMean(near string) Problem {
	if near != "" {
		p.Params["did_you_mean"] = near
		p.Text += "; did you mean " + near + "?"
	}
	return p
}

// nearest is the known name with the smallest edit distance, if it is near enough to be meant.
func nearest(name string, known []string) string {
	best, least := "", len(name)/3+2
	if len(name) > 64 {
		return ""
	}
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete, change or swap with the neighbour.
func distance(a, b string) int {
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
