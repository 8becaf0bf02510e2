package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

type rulesRebase struct {
	File   string `arg:"" help:"Rule file that rules pull wrote; - reads standard input."`
	Take   string `help:"Whose text is kept where both changed the same clause: active or mine. Without it such clauses are listed and nothing is written." placeholder:"SIDE" enum:",active,mine" default:""`
	Output string `short:"o" help:"File to write; without it, the same file, or standard output for -." placeholder:"FILE"`
	ruleServer
}

// Help is the long text of `leadtocash rules rebase --help`.
func (rulesRebase) Help() string {
	return `The first lines of a pulled file name the versions that it was pulled at. What became active since is brought into it, condition by condition: what
only one side changed is kept by itself. The file then names the versions that are active.`
}

// Run brings what became active since the pull into the file.
func (c rulesRebase) Run(ctx context.Context) error {
	doc, pulled, active, err := c.beside(ctx, c.File)
	if err != nil {
		return err
	}
	side := map[string]string{"active": rules.SideActive, "mine": rules.SideDraft}[c.Take]
	var out []activeRule
	moved, open := 0, 0
	for _, r := range active {
		part, here := doc[r.Kind]
		if !here {
			continue
		}
		merged, conflicts, err := c.onto(ctx, r, pulled[r.Kind], part, side)
		if err != nil {
			return err
		}
		if open += conflicts; string(merged) != string(part.Source) {
			moved++
		}
		r.Source = string(merged)
		out = append(out, r)
	}
	if open > 0 {
		return failure{1, fmt.Sprintf("%d clauses were changed on both sides; --take=active or --take=mine decides, or change the file. Nothing was written.", open)}
	}
	return c.write(out, moved)
}

func (c rulesRebase) write(out []activeRule, moved int) error {
	if c.Output == "" && c.File == "-" {
		return writeRules(os.Stdout, out)
	}
	if c.Output == "" {
		c.Output = c.File
	}
	f, err := os.Create(c.Output)
	if err != nil {
		return err
	}
	if err := writeRules(f, out); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: %d of %d rule sets changed\n", c.Output, moved, len(out))
	return nil
}

// beside reads a file, the versions that it was pulled at, and what is active by now.
func (s ruleServer) beside(ctx context.Context, file string) (rules.Document, map[crm.RuleKind]int, []activeRule, error) {
	doc, src, err := s.document(ctx, file, false)
	if err != nil {
		return nil, nil, nil, err
	}
	active, err := s.active(ctx)
	return doc, pulledAt(src), active, err
}

// onto brings the changes of an active set into a part of a file that was pulled at a version, and prints what both changed. Without a version
// the part stays as it is.
func (s ruleServer) onto(ctx context.Context, active activeRule, pulled int, part rules.Part, side string) ([]byte, int, error) {
	if pulled == 0 || pulled == active.Version {
		return part.Source, 0, nil
	}
	var base activeRule
	if err := s.ask(ctx, http.MethodGet, fmt.Sprintf("/api/v1/rules/%s/versions/%d", active.Kind, pulled), nil, &base); err != nil {
		return nil, 0, err
	}
	first, problems := rules.Rebase(active.Kind, []byte(base.Source), []byte(active.Source), part.Source, nil)
	if err := problems.Err(); err != nil {
		return nil, 0, err
	}
	choices := map[string]string{}
	for _, conflict := range first.Conflicts {
		if choices[conflict.Path] = side; side == "" {
			fmt.Printf("%s %s was changed on both sides\n%s%s%s", active.Kind, conflict.Path,
				quotedLines(fmt.Sprintf("version %d", pulled), conflict.Base), quotedLines(fmt.Sprintf("version %d, active", active.Version), conflict.Active), quotedLines("the file", conflict.Draft))
		}
	}
	merged, problems := rules.Rebase(active.Kind, []byte(base.Source), []byte(active.Source), part.Source, choices)
	return merged.Source, merged.Open(), problems.Err()
}

func quotedLines(name, text string) string {
	if text == "" {
		return "  " + name + ": it is not there\n"
	}
	return "  " + name + ":\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n"
}

// pulled are the lines with which rules pull begins a file.
var pulled = regexp.MustCompile(`(?m)^# ([a-z_]+): version (\d+), by `)

// pulledAt is the version of each kind that a file was pulled at; a file that was written by hand has none.
func pulledAt(src []byte) map[crm.RuleKind]int {
	out := map[crm.RuleKind]int{}
	for _, m := range pulled.FindAllSubmatch(src, -1) {
		if n, err := strconv.Atoi(string(m[2])); err == nil {
			out[crm.RuleKind(m[1])] = n
		}
	}
	return out
}
