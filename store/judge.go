package store

import (
	"context"
	"errors"
	"fmt"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Judge asks one version of a kind of rules about a moment; load gives the version's text. It comes from above: the store knows no rules.
type Judge func(kind crm.RuleKind, version int, load func() ([]byte, error), moment string, f crm.Facts) (crm.Verdict, error)

// RuleRefused is a plain edit that rules do not let pass, with everything that they said against it.
type RuleRefused struct{ Refusals []Refusal }

// Refusal is a verdict that does not allow, and what of the edit it is about.
type Refusal struct {
	Verdict crm.Verdict
	At      string // JSON pointer of the part, "/lines/0"; empty: the whole
}

func (e RuleRefused) Error() string { return "rule_refused" }

// ErrNoJudge is an edit for which rules are active that nobody asks: the program forgot to set Store.Judge. It changes nothing.
var ErrNoJudge = errors.New("rules are active and the store has nobody who asks them")

// ruled is what rules of one kind are asked in an edit: the version that holds for the record, and what they refused so far.
type ruled struct {
	e        *edit
	kind     crm.RuleKind
	process  string
	version  int
	user     crm.UserFacts
	refused  []Refusal
	last     crm.Verdict
	facts    crm.Facts
	answered bool
}

// rules finds the version of a kind that holds for a process, else the active one, and who is asking (N3).
func (e *edit) rules(ctx context.Context, kind crm.RuleKind, process string) (*ruled, error) {
	b := &pgx.Batch{}
	r := e.queueRules(b, kind, process)
	return r, told(e.q.SendBatch(ctx, b).Close())
}

// queueRules does so with other questions; what it gives may be asked when they are answered.
func (e *edit) queueRules(b *pgx.Batch, kind crm.RuleKind, process string) *ruled {
	r := &ruled{e: e, kind: kind, process: process}
	b.Queue(`select coalesce((select (rules ->> $1::text)::int from process where id = $2), (select version from rule_set where kind = $1::text and active), 0),
		coalesce((select roles from app_user where id = $3), '{}')`, string(kind), process, e.actor).QueryRow(func(row pgx.Row) error {
		return row.Scan(&r.version, &r.user.Roles)
	})
	return r
}

// ask judges the facts of a moment; what is refused is gathered until end. Without rules of the kind everything passes.
func (r *ruled) ask(ctx context.Context, moment, at string, f crm.Facts) error {
	if r.version == 0 {
		return nil
	}
	if r.e.asks == nil {
		return ErrNoJudge
	}
	f.User, f.Process.Today = r.user, r.e.today
	v, err := r.e.asks(r.kind, r.version, func() ([]byte, error) {
		source, err := withFields(ctx, r.e.q, r.kind, r.version)
		return []byte(source), err
	}, moment, f)
	if err != nil {
		return fmt.Errorf("rules %s version %d: %v", r.kind, r.version, err) // not wrapped: a missing rule set is no missing record
	}
	r.last, r.facts, r.answered = v, f, true
	if !v.Allowed() {
		r.refused = append(r.refused, Refusal{v, at})
	}
	return nil
}

// end refuses the edit with everything that the rules refused, else keeps the last verdict beside what the edit tells.
func (r *ruled) end(ctx context.Context) error {
	switch {
	case len(r.refused) > 0:
		return RuleRefused{r.refused}
	case !r.answered || len(r.last.Clauses) == 0: // nothing was asked
		return nil
	}
	r.e.rule, r.e.ruleVersion = r.kind, r.version
	return late(ctx, r.e.q, insertVerdict, r.e.cause, r.kind, r.process, r.e.now, r.version, r.last.Key, r.last.Result, r.last.Clauses, r.facts)
}
