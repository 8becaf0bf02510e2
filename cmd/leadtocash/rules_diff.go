package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

type rulesDiff struct {
	File    string `arg:"" help:"Rule file; - reads standard input."`
	Against string `help:"Another rule file that is the older one, instead of what is active on the server." placeholder:"FILE"`
	JSON    bool   `help:"Print the changes as JSON."`
	ruleServer
}

// Help is the long text of `leadtocash rules diff --help`.
func (rulesDiff) Help() string {
	return `Each line is one change: kind, place, what was, what is. Conditions, stages and levels are known by their id or key, so that one that only
moved shows as such; comments and spelling do not count. Kinds that the file does not hold are left out.`
}

// ruleChange is a change of a kind, as --json prints it.
type ruleChange struct {
	Kind crm.RuleKind `json:"kind"`
	Path string       `json:"path"`
	Was  string       `json:"was"`
	Is   string       `json:"is"`
}

// Run prints what the file changes.
func (c rulesDiff) Run(ctx context.Context) error {
	doc, _, err := c.document(ctx, c.File, false)
	if err != nil {
		return err
	}
	older, err := c.older(ctx)
	if err != nil {
		return err
	}
	changes := []ruleChange{}
	for _, kind := range crm.RuleKinds() {
		part, here := doc[kind]
		if !here {
			continue
		}
		was, known := older[kind]
		if !known {
			changes = append(changes, ruleChange{kind, "", "", "(new)"})
			continue
		}
		found, problems := rules.Diff(kind, []byte(was), part.Source)
		if err := problems.Err(); err != nil {
			return err
		}
		for _, f := range found {
			changes = append(changes, ruleChange{kind, f.Path, f.Was, f.Is})
		}
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(changes)
	}
	for _, d := range changes {
		fmt.Printf("%s %s: %q -> %q\n", d.Kind, d.Path, d.Was, d.Is)
	}
	if len(changes) == 0 {
		fmt.Println("Nothing differs.")
	}
	return nil
}

func (c rulesDiff) older(ctx context.Context) (map[crm.RuleKind]string, error) {
	out := map[crm.RuleKind]string{}
	if c.Against != "" {
		doc, _, err := c.document(ctx, c.Against, false)
		for kind, part := range doc {
			out[kind] = string(part.Source)
		}
		return out, err
	}
	active, err := c.active(ctx)
	for _, r := range active {
		out[r.Kind] = r.Source
	}
	return out, err
}

type rulesPull struct {
	Kind   string `arg:"" optional:"" help:"Only this kind: scoring, assignment, nurture, pipeline, order, approval, dunning or project."`
	Output string `short:"o" help:"File to write; without it, standard output." placeholder:"FILE"`
	ruleServer
}

// Help is the long text of `leadtocash rules pull --help`.
func (rulesPull) Help() string {
	return `What it writes is one file that check, test, diff and push read. It begins with a line for each kind that tells version, author and comment.`
}

// Run writes the active text of one kind or of all.
func (c rulesPull) Run(ctx context.Context) error {
	if c.Kind != "" && !slices.Contains(crm.RuleKinds(), crm.RuleKind(c.Kind)) {
		return failure{2, fmt.Sprintf("there is no kind %s; there are %v", c.Kind, crm.RuleKinds())}
	}
	active, err := c.active(ctx)
	if err != nil {
		return err
	}
	active = slices.DeleteFunc(active, func(r activeRule) bool { return c.Kind != "" && string(r.Kind) != c.Kind })
	if len(active) == 0 {
		return failure{1, "no such rules are active on the server"}
	}
	if c.Output == "" {
		return writeRules(os.Stdout, active)
	}
	f, err := os.Create(c.Output)
	if err != nil {
		return err
	}
	if err := writeRules(f, active); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func writeRules(w io.Writer, active []activeRule) error {
	var b strings.Builder
	for _, r := range active {
		fmt.Fprintf(&b, "# %s: version %d, by %s: %q\n", r.Kind, r.Version, r.Author, r.Comment)
	}
	for _, r := range active { // the blank line keeps what is above it out of the parts when the file is read again
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(r.Source))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
