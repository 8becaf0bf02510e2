package api

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// verdictPage answers why something was allowed or refused then: each verdict with the values that it was given on (N7).
type verdictPage struct {
	Title, Process, Record string
	Event                  event
	Verdicts               []verdictView
}

// verdictView is one verdict clause by clause.
type verdictView struct {
	store.PastVerdict
	Ask     string
	Answer  string
	Clauses []clauseView
}

// pageVerdict shows the verdicts behind a line of a timeline; a line that only names a version leads to that version.
func pageVerdict(r *request) error {
	id, err := strconv.ParseInt(r.gin.Param("entry"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	e, err := r.store.TimelineEntry(r.ctx(), id)
	if err != nil {
		return err
	}
	process, err := r.store.ProcessPage(r.ctx(), r.Scope(), e.Process)
	if err != nil {
		return err
	}
	verdicts, err := r.store.VerdictsOf(r.ctx(), id)
	if err != nil {
		return err
	}
	if len(verdicts) == 0 && e.RuleVersion > 0 && r.Can(crm.MayReadRules) {
		return r.SeeOther(fmt.Sprintf("/rules/%s/versions/%d", e.RuleKind, e.RuleVersion))
	}
	told := r.events([]store.Event{e}, r.currency())
	if len(verdicts) == 0 || len(told) == 0 {
		return store.ErrNotFound
	}
	kind, record := crm.SplitProcessID(e.Process)
	p := verdictPage{Title: process.Title, Event: told[0]}
	if records[kind] != "" {
		p.Process, p.Record = "/process/"+e.Process, records[kind]+string(record)
	}
	for _, v := range verdicts {
		p.Verdicts = append(p.Verdicts, r.pastVerdict(v))
	}
	return r.show(http.StatusOK, "verdict", r.say("bench.verdict"), p)
}

func (r *request) pastVerdict(v store.PastVerdict) verdictView {
	out := verdictView{PastVerdict: v, Ask: r.placeName(v.Key), Answer: string(v.Result)}
	if key := "bench.where." + v.Key; r.words().Has(key) {
		out.Ask = r.say(key)
	} else if out.Ask == v.Key {
		out.Ask = named(r.words(), "rule_kind", string(v.Kind))
	}
	if key := "bench.answer." + string(v.Result); r.words().Has(key) {
		out.Answer = r.say(key)
	}
	currency := r.currency()
	for _, c := range v.Verdict().Clauses {
		out.Clauses = append(out.Clauses, clauseView{
			Outcome: c.Outcome, Mark: marks[c.Outcome], State: named(r.words(), "outcome", string(c.Outcome)),
			Text: r.words().Clause(c, crm.Currency(currency)), Now: r.wasOf(c, currency), Alternative: c.Source,
		})
		if c.Excepted != nil {
			last := &out.Clauses[len(out.Clauses)-1]
			last.Outcome, last.Mark, last.Fixers = "excepted", "◇", r.say("exception.by", "By", r.personName(string(c.Excepted.By)))
			last.Link = "/exceptions/" + string(c.Excepted.Exception)
		}
	}
	return out
}

// wasOf says what the fields held then.
func (r *request) wasOf(c crm.Clause, currency string) string {
	text := r.fieldsHeld(c, currency)
	if text == "" {
		return ""
	}
	return r.say("bench.verdict_was", "Values", text)
}

// fieldsHeld lists the fields that a clause read with what they held.
func (r *request) fieldsHeld(c crm.Clause, currency string) string {
	var parts []string
	for _, v := range c.Values {
		held := r.words().Value(v.Field, v.Now, crm.Currency(currency))
		if v.Now == "" {
			held = "–"
		}
		parts = append(parts, r.words().FieldName(v.Field)+": "+held)
	}
	return strings.Join(parts, ", ")
}
