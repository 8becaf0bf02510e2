package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"leadtocash/rules"
	"leadtocash/store"
)

type rulesCommand struct {
	Check    rulesCheck    `cmd:"" help:"Check a rule file and list every problem with its line and column."`
	Lint     rulesLint     `cmd:"" help:"Find what a rule file says and can hardly mean: contradictions, dead ends, conditions that nobody can meet."`
	Test     rulesTest     `cmd:"" help:"Ask a rule file its own cases, and tell what no case would notice."`
	Diff     rulesDiff     `cmd:"" help:"Compare a rule file, condition by condition, with what is active or with another file."`
	Simulate rulesSimulate `cmd:"" help:"Try a rule file on the deals of a server: whom it would stop, and whom it would have stopped."`
	Push     rulesPush     `cmd:"" help:"Make a rule file drafts on a server, and put them into force if asked to."`
	Rebase   rulesRebase   `cmd:"" help:"Bring what became active on a server since a file was pulled into the file."`
	Pull     rulesPull     `cmd:"" help:"Fetch the rules that are active on a server."`
	Show     rulesShow     `cmd:"" help:"Show the shipped rules, or those that are active."`
	Activate rulesActivate `cmd:"" help:"Make a rule file's sets the active versions for new processes."`

	Reference rulesReference `cmd:"" help:"Print how rules are written, with every function and field."`
}

// Help is the long text of `leadtocash rules --help`.
func (rulesCommand) Help() string {
	return `Rules decide what may happen next: the gates between stages, the checklist of an order, who approves it, when an overdue invoice is chased.
The command rules reference tells how they are written. A process keeps the version it began with.

On a file:   check, lint, test, reference. Where a file names fields of your company's own, the first three ask --server for them, if it is given.
On a server: pull, rebase, diff, simulate, push; they ask the API at --server (LEADTOCASH_SERVER) with the key --token (LEADTOCASH_TOKEN).
On the database: show, activate.
Exit codes: 0 done, 1 refused, a case failed or nothing to do it with, 2 wrong usage, 3 server or database cannot be reached.`
}

type rulesCheck struct {
	File string `arg:"" help:"Rule file; - reads standard input."`
	JSON bool   `help:"Print the problems as JSON."`
	ruleServer
}

// Run prints every problem; it ends with 1 when there is one.
func (c rulesCheck) Run(ctx context.Context) error {
	src, err := c.read(ctx, c.File)
	if err != nil {
		return err
	}
	doc, problems := rules.ParseDocument(src)
	if len(problems) > 0 {
		return c.report(problems)
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(rules.Problems{})
	}
	fmt.Printf("%s: %d rule sets, no problem\n", c.File, len(doc))
	return nil
}

type rulesShow struct {
	DatabaseURL string `name:"database-url" help:"PostgreSQL whose active rules are shown; without it the shipped ones." env:"DATABASE_URL" placeholder:"URL"`
}

// Run prints one document that check and activate read.
func (c rulesShow) Run(ctx context.Context) error {
	if c.DatabaseURL == "" {
		_, err := os.Stdout.Write(rules.Default())
		return err
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer s.Close()
	active, err := s.ActiveRules(ctx)
	for _, r := range active {
		fmt.Printf("# %s, version %d, by %s: %s\n%s\n", r.Kind, r.Version, r.Author, r.Comment, r.Source)
	}
	return err
}

type rulesReference struct{}

// Run prints Markdown.
func (rulesReference) Run() error {
	_, err := os.Stdout.WriteString(rules.Reference())
	return err
}

type rulesActivate struct {
	File        string `arg:"" help:"Rule file; - reads standard input."`
	Comment     string `help:"Why." required:""`
	Author      string `help:"Who." env:"USER" default:"command line"`
	DatabaseURL string `name:"database-url" help:"PostgreSQL to activate them in." env:"DATABASE_URL" required:"" placeholder:"URL"`
}

// Run activates what differs from the active versions; nothing when the file has a problem.
func (c rulesActivate) Run(ctx context.Context) error {
	src, err := readRules(c.File)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := s.CustomFields(ctx, ""); err != nil {
		return err
	}
	texts, err := ruleTexts(src)
	if err != nil {
		return err
	}
	changed, err := s.ActivateRules(ctx, texts, c.Author, c.Comment)
	if err != nil {
		return err
	}
	for _, r := range changed {
		fmt.Printf("%s: version %d is active for new processes\n", r.Kind, r.Version)
	}
	if len(changed) == 0 {
		fmt.Println("Nothing differs from the active rules.")
	}
	return nil
}

// readRules reads a file that may be much too long only as far as it has to.
func readRules(file string) ([]byte, error) {
	in := os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, rules.MaxFileBytes+1))
}
