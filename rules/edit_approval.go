package rules

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// ApprovalRules are the levels of an approval route as a form changes them, in their order and without their conditions (S079). Escalate of a
// level is empty where the route says who decides too.
type ApprovalRules struct {
	Levels   []Approval
	Escalate crm.Role // who decides where nobody is left, or not enough are
}

// ApprovalRules are the levels of a set as they are written.
func (s *Set) ApprovalRules() ApprovalRules {
	out := ApprovalRules{Escalate: s.escalate}
	for _, l := range s.approval {
		level := l.Approval
		level.Name, level.Escalate = maps.Clone(l.Name), l.then
		out.Levels = append(out.Levels, level)
	}
	return out
}

// PutApproval writes the levels of a route into a text of one and leaves the rest as its author wrote it: what is the same stays as it is, and a
// level that changes keeps its condition and its comments.
func PutApproval(src []byte, is ApprovalRules) ([]byte, Problems) {
	set, problems := Parse(crm.RuleApproval, src)
	if len(problems) > 0 {
		return nil, problems
	}
	was := set.ApprovalRules()
	if is.Escalate != was.Escalate {
		lines := plainKey("escalate", string(is.Escalate))
		if src, problems = edit(crm.RuleApproval, src, "", func(e *editor) bool { return e.putKey(e.section, "escalate", lines) }); len(problems) > 0 {
			return nil, problems
		}
	}
	if slices.EqualFunc(is.Levels, was.Levels, sameApproval) {
		return src, nil
	}
	return edit(crm.RuleApproval, src, "", func(e *editor) bool {
		return putEntries(e, "levels", was.Levels, is.Levels, entryForm[Approval]{
			key: func(a Approval) string { return a.Key }, same: sameApproval,
			lines: func(indent string, a Approval, old ast.Node) []string {
				return append(a.lines(indent), e.whenLines(old, indent+"  ")...)
			},
		})
	})
}

func sameApproval(a, b Approval) bool {
	return a.ApprovalLevel == b.ApprovalLevel && maps.Equal(a.Name, b.Name) && a.Limit.Valid == b.Limit.Valid && a.Limit.Decimal.Equal(b.Limit.Decimal)
}

// whenLines are the condition of an entry as it is written, at another indentation.
func (e *editor) whenLines(entry ast.Node, indent string) []string {
	pair := pairOf(entry, "when")
	if pair == nil {
		return nil
	}
	if s, ok := e.scalarOf(pair.Value); flows(entry) && ok {
		return []string{indent + "when: " + scalarText(s.text)}
	}
	from := at(pair).line - 1
	lines := slices.Clone(e.text[from:e.behind(from, at(entry).column)])
	lines[0] = indent + strings.TrimLeft(lines[0], "- ")
	return lines
}

// lines are a level as it is written into a list, without its condition.
func (a Approval) lines(indent string) []string {
	out := []string{indent + "- key: " + a.Key}
	need := ""
	switch {
	case a.Need == crm.NeedAll:
		need = "all"
	case a.Need > 1:
		need = strconv.Itoa(a.Need)
	}
	limit, within := "", ""
	if a.Limit.Valid {
		limit = a.Limit.Decimal.String()
	}
	if a.Within > 0 {
		within = decimal.NewFromInt(int64(a.Within)).DivRound(decimal.NewFromInt(int64(time.Hour)), 2).String()
	}
	for _, lines := range [][]string{
		inLanguages("name", a.Name), plainKey("role", string(a.Role)), plainKey("person", a.Person), trueKey("team_lead", a.TeamLead), plainKey("limit", limit), plainKey("need", need),
		trueKey("parallel", a.Parallel), plainKey("within", within), plainKey("escalate", string(a.Escalate)),
	} {
		for _, l := range lines {
			out = append(out, indent+"  "+l)
		}
	}
	return out
}

// trueKey is a key that is written only where it holds.
func trueKey(name string, holds bool) []string {
	if !holds {
		return nil
	}
	return []string{name + ": true"}
}
