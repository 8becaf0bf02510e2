package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

type rulesPush struct {
	File     string `arg:"" help:"Rule file; - reads standard input."`
	Kind     string `help:"Only this kind of the file." placeholder:"KIND"`
	Comment  string `help:"Why; it stays with the version."`
	Activate bool   `help:"Put them into force for new processes. Refused while a case fails."`
	Running  bool   `help:"With --activate: running processes follow too."`
	Confirm  bool   `help:"With --running: also when running deals would be stopped."`
	Rebase   bool   `help:"Bring in what became active since the file was pulled. The file stays as it is."`
	Over     bool   `help:"Undo what became active since the file was pulled."`
	ruleServer
}

// Help is the long text of `leadtocash rules push --help`.
func (rulesPush) Help() string {
	return `Each kind of the file that differs from what is active becomes a draft. Its address is printed, and what its cases, the search for gaps and the
linter find. Nothing follows a draft before it is activated, here or on the page Rules. A file that was pulled before another version became active is
refused, unless --rebase brings that in or --over undoes it; rules rebase changes the file itself.`
}

// draftAnswer, findingsAnswer and activationAnswer are what the API tells of a draft.
type draftAnswer struct {
	ID string `json:"id"`
}

type findingsAnswer struct {
	Cases []struct {
		Name, Expect, Got string
		By                []string
		GotBy             []string `json:"got_by"`
		Passed            bool
	}
	Gaps []struct{ Condition, Source string }
	Lint []struct {
		Where, Code, Severity, Text string
		Line                        int
	}
}

type activationAnswer struct {
	Version   int
	Migration string
}

// Run makes the drafts.
func (c rulesPush) Run(ctx context.Context) error {
	if (c.Running || c.Confirm) && !c.Activate {
		return failure{2, "--running and --confirm go with --activate"}
	}
	if c.Activate && strings.TrimSpace(c.Comment) == "" {
		return failure{2, "--activate needs a --comment that says why"}
	}
	if c.Rebase && c.Over {
		return failure{2, "--rebase and --over exclude each other"}
	}
	doc, pulled, active, err := c.beside(ctx, c.File)
	if err != nil {
		return err
	}
	if err := c.catchUp(ctx, active, pulled, doc); err != nil {
		return err
	}
	pushed := 0
	for _, kind := range crm.RuleKinds() {
		part, here := doc[kind]
		if !here || c.Kind != "" && c.Kind != string(kind) || sameAsActive(active, kind, part) {
			continue
		}
		pushed++
		if err := c.push(ctx, kind, part); err != nil {
			return err
		}
	}
	if pushed == 0 {
		fmt.Println("Nothing differs from the active rules.")
	}
	return nil
}

// catchUp sees to the parts of a file that were pulled before another version became active.
func (c rulesPush) catchUp(ctx context.Context, active []activeRule, pulled map[crm.RuleKind]int, doc rules.Document) error {
	for _, r := range active {
		part, here := doc[r.Kind]
		at := pulled[r.Kind]
		if !here || at == 0 || at == r.Version || c.Over || c.Kind != "" && c.Kind != string(r.Kind) {
			continue
		}
		if !c.Rebase {
			return failure{1, fmt.Sprintf("%s was pulled at version %d and version %d is active by now, so the file would undo what came after: run leadtocash rules rebase %s, or push with --rebase, or with --over",
				r.Kind, at, r.Version, c.File)}
		}
		merged, open, err := c.onto(ctx, r, at, part, "")
		if err != nil {
			return err
		}
		if open > 0 {
			return failure{1, fmt.Sprintf("%d clauses of %s were changed on both sides: leadtocash rules rebase --take=active or --take=mine decides, or change the file", open, r.Kind)}
		}
		part.Source = merged
		doc[r.Kind] = part
	}
	return nil
}

func sameAsActive(active []activeRule, kind crm.RuleKind, part rules.Part) bool {
	for _, r := range active {
		if r.Kind == kind && strings.TrimSpace(r.Source) == strings.TrimSpace(string(part.Source)) {
			return true
		}
	}
	return false
}

func (c rulesPush) push(ctx context.Context, kind crm.RuleKind, part rules.Part) error {
	at, err := c.draft(ctx, kind, part, c.Comment)
	if err != nil {
		return err
	}
	var f findingsAnswer
	if err := c.ask(ctx, http.MethodPost, at+"/findings", nil, &f); err != nil {
		return err
	}
	failed := 0
	for _, k := range f.Cases {
		if !k.Passed {
			failed++
			fmt.Printf("%s: %s\n", kind, caseText(rules.CaseResult{Case: rules.Case{Name: k.Name, Expect: k.Expect, By: k.By}, Got: k.Got, GotBy: k.GotBy}))
		}
	}
	for _, l := range f.Lint {
		fmt.Printf("%s: %s %s: %s: %s\n", kind, l.Severity, l.Code, l.Where, l.Text)
	}
	fmt.Printf("%s: draft %s%s, %d cases, %d failed, %d gaps, %d findings\n", kind, strings.TrimSuffix(c.Server, "/"), at, len(f.Cases), failed, len(f.Gaps), len(f.Lint))
	if !c.Activate {
		return nil
	}
	var v activationAnswer
	body := map[string]any{"comment": c.Comment, "running": c.Running, "confirm": c.Confirm}
	if err := c.ask(ctx, http.MethodPost, at+"/activate", body, &v); err != nil {
		return err
	}
	whom := "new processes"
	if v.Migration != "" {
		whom += ", and running ones follow by migration " + v.Migration
	}
	fmt.Printf("%s: version %d is active for %s\n", kind, v.Version, whom)
	return nil
}

// draft makes a draft and gives its path in the API.
func (s ruleServer) draft(ctx context.Context, kind crm.RuleKind, part rules.Part, comment string) (string, error) {
	var d draftAnswer
	err := s.ask(ctx, http.MethodPost, "/api/v1/rules/drafts", map[string]any{"kind": kind, "source": string(part.Source), "comment": comment}, &d)
	return "/api/v1/rules/drafts/" + d.ID, err
}

type rulesSimulate struct {
	File string `arg:"" help:"Rule file; - reads standard input."`
	Keep bool   `help:"Keep the draft with its report on the server."`
	ruleServer
}

// Help is the long text of `leadtocash rules simulate --help`.
func (rulesSimulate) Help() string {
	return `What is tried of the file: pipeline and order, each open deal on the gate that it has before it, each won or lost one on the steps that it took, with
the facts of then; pricing, on the lines, quotes and orders of both; approval, on the routes of orders; project, on the alarms of projects under way
and on how others were closed. Nothing is changed.`
}

// trialAnswer is the API's report of a trial.
type trialAnswer struct {
	Open, Blocked, Newly, Freed, Won, Stopped, Lost, Spared, Excepted, Rerouted tallyAnswer

	PastRerouted tallyAnswer `json:"past_rerouted"`
	ByClause     []struct {
		Key string
		tallyAnswer
	} `json:"by_clause"`
}

type tallyAnswer struct {
	Deals  int
	Amount string
}

// Run tries each set that can be tried.
func (c rulesSimulate) Run(ctx context.Context) error {
	doc, _, err := c.document(ctx, c.File, false)
	if err != nil {
		return err
	}
	tried := false
	for _, kind := range rules.Triable() {
		if part, here := doc[kind]; here {
			tried = true
			if err := c.simulate(ctx, kind, part); err != nil {
				return err
			}
		}
	}
	if !tried {
		return failure{1, c.File + " holds no rules that are tried on deals; those of pipeline, pricing, order, approval and project are"}
	}
	return nil
}

func (c rulesSimulate) simulate(ctx context.Context, kind crm.RuleKind, part rules.Part) error {
	at, err := c.draft(ctx, kind, part, "simulate")
	if err != nil {
		return err
	}
	var r trialAnswer
	err = c.ask(ctx, http.MethodPost, at+"/try", nil, &r)
	if !c.Keep {
		if failed := c.ask(context.WithoutCancel(ctx), http.MethodDelete, at, nil, nil); err == nil {
			err = failed
		}
	}
	if err != nil {
		return err
	}
	for _, l := range []struct {
		what string
		n    tallyAnswer
	}{
		{"open deals tried", r.Open},
		{"blocked at their next step", r.Blocked},
		{"of them let through by the active rules", r.Newly},
		{"of them let pass by a granted exception", r.Excepted},
		{"let through that the active rules block", r.Freed},
		{"past wins tried", r.Won},
		{"that would have been refused a step", r.Stopped},
		{"past losses tried", r.Lost},
		{"that would have been stopped earlier", r.Spared},
		{"whose order others would approve", r.Rerouted},
		{"past ones whose order others would have had to approve", r.PastRerouted},
	} {
		fmt.Printf("%s: %6d %14s %s\n", kind, l.n.Deals, l.n.Amount, l.what)
	}
	for _, l := range r.ByClause {
		fmt.Printf("%s: %6d %14s blocked by %s\n", kind, l.Deals, l.Amount, l.Key)
	}
	if c.Keep {
		fmt.Printf("%s: draft %s%s\n", kind, strings.TrimSuffix(c.Server, "/"), at)
	}
	return nil
}
