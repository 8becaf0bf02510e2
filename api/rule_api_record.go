package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// ruleVersionLine is a version without its text.
type ruleVersionLine struct {
	Kind      crm.RuleKind
	Version   int
	Author    string
	Comment   string
	CreatedAt time.Time
	Active    bool `doc:"text=New processes get it."`
	Running   bool `doc:"text=Running processes were to follow too."`
	Restored  int  `doc:"text=The earlier version whose text it has again; 0: none."`
}

func versionLine(v store.RuleSet) ruleVersionLine {
	return ruleVersionLine{v.Kind, v.Version, v.Author, v.Comment, v.CreatedAt, v.Active, v.Running, v.Restored}
}

type ruleVersionList struct{ Data []ruleVersionLine }

// ruleVersionRecord is a version with its text and the trial that its author saw.
type ruleVersionRecord struct {
	ruleVersionLine
	Source string
	Report *ruleTrialRecord `doc:"text=The trial on deals; null: none, or the reader may not see every deal."`
}

// ruleActivationRecord is what came into force.
type ruleActivationRecord struct {
	ruleVersionRecord
	Migration crm.ID `doc:"text=Takes running processes along; null: they keep their version."`
}

// ruleDraftLine is a draft without its text.
type ruleDraftLine struct {
	ID        crm.ID
	Kind      crm.RuleKind
	Base      int `doc:"text=The version that it is made from."`
	Comment   string
	Author    string
	Version   int `doc:"text=Of the draft, for If-Match."`
	CreatedAt time.Time
	UpdatedAt time.Time
}

type ruleDraftList struct{ Data []ruleDraftLine }

// ruleDraftRecord is a text that is being worked on.
type ruleDraftRecord struct {
	ruleDraftLine
	Source string           `doc:"text=It may have mistakes."`
	Report *ruleTrialRecord `doc:"text=The latest trial of this very text; null: none, or the reader may not see every deal."`
}

func draftLine(d store.RuleDraft) ruleDraftLine {
	return ruleDraftLine{d.ID, d.Kind, d.Base, d.Comment, d.AuthorName, d.Version, d.CreatedAt, d.UpdatedAt}
}

// ruleChangeRecord is one difference between two versions.
type ruleChangeRecord struct {
	Path string `doc:"text=stages.send.enter.vat.when"`
	Was  string `doc:"text=Empty: it is new."`
	Is   string `doc:"text=Empty: it is gone."`
}

type ruleDiffRecord struct {
	Kind     crm.RuleKind
	From, To int
	Changes  []ruleChangeRecord
}

// ruleTrialRecord is what a candidate would do to open deals and would have done to closed ones.
type ruleTrialRecord struct {
	Open     rules.Tally `doc:"text=Open deals that were tried."`
	Blocked  rules.Tally `doc:"text=Open deals whose next gate the candidate keeps shut."`
	Newly    rules.Tally `doc:"text=Of them, those whom the present rules would let through."`
	Freed    rules.Tally `doc:"text=Open deals that only the present rules keep out."`
	Won      rules.Tally `doc:"text=Past wins that were tried."`
	Stopped  rules.Tally `doc:"text=Past wins of which the candidate would have refused a step."`
	Lost     rules.Tally `doc:"text=Past losses that were tried."`
	Spared   rules.Tally `doc:"text=Past losses that the candidate would have stopped earlier."`
	Excepted rules.Tally `doc:"text=Of the blocked ones, those that a granted exception lets pass today."`
	ByClause []ruleTrialLine
	ByOwner  []ruleTrialLine
	ByStage  []ruleTrialLine

	Rerouted     rules.Tally     `doc:"text=Open deals whose order the candidate would have others approve."`
	PastRerouted rules.Tally     `doc:"text=Past wins and losses whose order others would have had to approve."`
	ByRoute      []ruleTrialLine `doc:"text=Of both: who approves now and who would, as keys, with > between them."`

	Hits []rules.Hit `doc:"text=The deals behind the numbers."`
}

type ruleTrialLine struct {
	Key    string `doc:"text=A condition (send.vat), the id of an owner, a stage, or two routes (manager>manager, director)."`
	Deals  int
	Amount decimal.Decimal
}

func trialRecord(r rules.Report) ruleTrialRecord {
	lines := func(all []rules.Line) []ruleTrialLine {
		out := make([]ruleTrialLine, len(all))
		for i, l := range all {
			out[i] = ruleTrialLine{l.Key, l.Deals, l.Amount}
		}
		return out
	}
	return ruleTrialRecord{
		Open: r.Open, Blocked: r.Blocked, Newly: r.Newly, Freed: r.Freed, Won: r.Won, Stopped: r.Stopped, Lost: r.Lost, Spared: r.Spared, Excepted: r.Excepted,
		ByClause: lines(r.ByClause), ByOwner: lines(r.ByOwner), ByStage: lines(r.ByStage), Hits: r.Hits,
		Rerouted: r.Rerouted, PastRerouted: r.PastRerouted, ByRoute: lines(r.ByRoute),
	}
}

// ruleMigrationRecord tells how far running processes have come to another version.
type ruleMigrationRecord struct {
	ID         crm.ID
	Kind       crm.RuleKind
	Version    int    `doc:"text=To which processes are taken; of a rollback, from which."`
	Reverses   crm.ID `doc:"text=The migration that it takes back; null: none."`
	Reversed   bool   `doc:"text=Another takes it back."`
	State      string `doc:"enum=migration_state"`
	Total      int    `doc:"text=Processes that stood at another version when it began."`
	Done       int
	Author     string
	Comment    string
	CreatedAt  time.Time
	FinishedAt *time.Time
}

func migrationRecord(m store.RuleMigration) ruleMigrationRecord {
	return ruleMigrationRecord{m.ID, m.Kind, m.Version, m.Reverses, m.Reversed, m.State, m.Total, m.Done, m.AuthorName, m.Comment, m.CreatedAt, m.FinishedAt}
}
