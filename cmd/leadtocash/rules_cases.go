package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

type rulesTest struct {
	File string `arg:"" help:"Rule file; - reads standard input."`
	Gaps bool   `help:"Tell also which conditions, operators and constants no case would notice."`
	JSON bool   `help:"Print one object: cases, and gaps with --gaps."`
	ruleServer
}

// Help is the long text of `leadtocash rules test --help`.
func (rulesTest) Help() string {
	return `Cases stand beside the rules: what is given, and what the answer must be. The same cases decide whether a text may be activated.
A gap is a condition that no case sees met, or not met, or of which an operator or constant can be changed without any case failing.
It ends with 1 when a case fails, or when the file has a problem; gaps alone do not fail.`
}

// testedCase and testedGap are what --json prints.
type testedCase struct {
	Kind   crm.RuleKind `json:"kind"`
	Name   string       `json:"name"`
	Line   int          `json:"line"`
	Passed bool         `json:"passed"`
	Expect string       `json:"expect"`
	By     []string     `json:"by,omitempty"`
	Got    string       `json:"got"`
	GotBy  []string     `json:"got_by,omitempty"`
}

type testedGap struct {
	Kind      crm.RuleKind  `json:"kind"`
	Ask       string        `json:"ask"`
	Condition string        `json:"condition"`
	Source    string        `json:"source"`
	Gap       rules.GapKind `json:"gap"`
	Mutant    string        `json:"mutant,omitempty"`
}

// Run asks every case; it ends with 1 when one fails.
func (c rulesTest) Run(ctx context.Context) error {
	doc, _, err := c.document(ctx, c.File, c.JSON)
	if err != nil {
		return err
	}
	cases, gaps, failed := []testedCase{}, []testedGap{}, 0
	for _, kind := range crm.RuleKinds() {
		part, here := doc[kind]
		if !here {
			continue
		}
		for _, r := range part.Set.Test() {
			cases = append(cases, testedCase{kind, r.Name, r.Line, r.Passed, r.Expect, r.By, r.Got, r.GotBy})
			if !r.Passed {
				failed++
				c.say("%s:%d: %s: %s\n", c.File, r.Line, kind, caseText(r))
			}
		}
		if c.Gaps {
			found, _ := rules.Coverage(kind, part.Source) // it parses: it just did
			for _, g := range found {
				gaps = append(gaps, testedGap{kind, g.Ask, g.Condition, g.Source, g.Kind, g.Mutant})
				c.say("%s: %s\n", c.File, gapText(kind, g))
			}
		}
	}
	if c.JSON {
		out := map[string]any{"cases": cases}
		if c.Gaps {
			out["gaps"] = gaps
		}
		if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
			return err
		}
	}
	c.say("%s: %d cases, %d failed\n", c.File, len(cases), failed)
	if c.Gaps {
		c.say("%s: %d gaps\n", c.File, len(gaps))
	}
	if failed > 0 {
		return exitCode(1)
	}
	return nil
}

func (c rulesTest) say(format string, args ...any) {
	if !c.JSON {
		fmt.Printf(format, args...)
	}
}

// caseText says in a sentence how a case fails.
func caseText(r rules.CaseResult) string {
	by := func(answer string, ids []string) string {
		if len(ids) == 0 {
			return answer
		}
		return answer + " by " + strings.Join(ids, ", ")
	}
	return fmt.Sprintf("the case %q expects %s and gets %s", r.Name, by(r.Expect, r.By), by(r.Got, r.GotBy))
}

func gapText(kind crm.RuleKind, g rules.Gap) string {
	where := fmt.Sprintf("%s: %s.%s", kind, g.Ask, g.Condition)
	switch g.Kind {
	case rules.NeverMet:
		return where + ": no case meets " + g.Source
	case rules.NeverUnmet:
		return where + ": no case fails " + g.Source
	}
	return fmt.Sprintf("%s: no case notices %s instead of %s", where, g.Mutant, g.Source)
}
