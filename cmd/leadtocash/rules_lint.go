package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"leadtocash/rules"
)

type rulesLint struct {
	File string `arg:"" help:"Rule file; - reads standard input."`
	JSON bool   `help:"Print the findings, or the problems, as JSON."`
	ruleServer
}

// Help is the long text of `leadtocash rules lint --help`.
func (rulesLint) Help() string {
	return `Finds what check cannot call wrong: conditions that contradict each other, that are always or never met, gates that nobody can open,
stages from which no deal can be won, values that a field never has. It ends with 1 when it finds an error, with 0 when it finds warnings only.`
}

// Run prints every finding; a file that cannot be read as rules is told as check tells it.
func (c rulesLint) Run(ctx context.Context) error {
	src, err := c.read(ctx, c.File)
	if err != nil {
		return err
	}
	findings, problems := rules.LintDocument(src)
	if len(problems) > 0 {
		return rulesCheck(c).report(problems)
	}
	if c.JSON {
		if findings == nil {
			findings = rules.Findings{}
		}
		if err := json.NewEncoder(os.Stdout).Encode(findings); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			fmt.Printf("%s:%d:%d: %s %s: %s: %s\n", c.File, f.Line, f.Column, f.Severity, f.Code, f.Where, f.Text)
		}
	}
	if findings.Errors() {
		return exitCode(1)
	}
	return nil
}

func (c rulesCheck) report(problems rules.Problems) error {
	c.hint(problems)
	if c.JSON {
		if err := json.NewEncoder(os.Stdout).Encode(problems); err != nil {
			return err
		}
		return exitCode(1)
	}
	for _, p := range problems {
		fmt.Printf("%s:%d:%d: %s: %s\n", c.File, p.Line, p.Column, p.Code, p.Text)
	}
	return exitCode(1)
}
