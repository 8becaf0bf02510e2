package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// How long a candidate runs in the shadow, in days, when nobody says and at most.
const (
	shadowDays     = 14
	shadowDaysMost = 90
)

// ruleShadowBody lets a draft run beside the rules.
type ruleShadowBody struct {
	Days int `json:"days" doc:"min=0;top=90;text=How long; 14 when left out."`
}

// ruleShadowLine is a candidate in a list.
type ruleShadowLine struct {
	ID      crm.ID
	Kind    crm.RuleKind
	State   string `doc:"enum=shadow_state"`
	Base    int    `doc:"text=The version that was active when it began."`
	Comment string
	Author  string
	BeganAt time.Time
	EndsAt  time.Time
	EndedAt *time.Time
	Steps   int `doc:"text=Real steps that it was asked about."`
	Refuses int `doc:"text=Of them, allowed ones that it would have refused."`
	Allows  int `doc:"text=Of them, refused ones that it would have allowed."`
}

// ruleShadowRecord is a candidate with what it says otherwise than the rules.
type ruleShadowRecord struct {
	ruleShadowLine
	Source      string
	ByClause    []store.ShadowClause
	Differences []store.ShadowStep `doc:"text=The newest first, at most 200."`
}

type ruleShadowList struct {
	Data []ruleShadowLine
}

func shadowLine(h store.Shadow) ruleShadowLine {
	return ruleShadowLine{h.ID, h.Kind, h.State, h.Base, h.Comment, h.AuthorName, h.BeganAt, h.EndsAt, h.EndedAt, h.Steps, h.Refuses, h.Allows}
}

func (r *request) shadowRecord(h store.Shadow) (out ruleShadowRecord, err error) {
	out = ruleShadowRecord{ruleShadowLine: shadowLine(h), Source: h.Source}
	if out.ByClause, err = r.store.ShadowClauses(r.ctx(), h.ID); err != nil {
		return out, err
	}
	out.Differences, err = r.store.ShadowDifferences(r.ctx(), h.ID, "", "")
	return out, err
}

func listRuleShadows(r *request) error {
	out := ruleShadowList{Data: []ruleShadowLine{}}
	for _, kind := range []crm.RuleKind{crm.RulePipeline, crm.RuleOrder} {
		all, err := r.store.Shadows(r.ctx(), kind)
		if err != nil {
			return err
		}
		for _, h := range all {
			out.Data = append(out.Data, shadowLine(h))
		}
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func getRuleShadow(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	h, err := r.store.Shadow(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.answerShadow(h)
}

func (r *request) answerShadow(h store.Shadow) error {
	out, err := r.shadowRecord(h)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// postRuleShadow lets a draft's text run beside the rules that decide (N10).
func postRuleShadow(r *request) error {
	d, err := r.ruleDraft()
	if err != nil {
		return err
	}
	var b ruleShadowBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.between("/days", b.Days, 0, shadowDaysMost)
	if err := c.err(); err != nil {
		return err
	}
	if b.Days == 0 {
		b.Days = shadowDays
	}
	find := func(id crm.ID) (store.Shadow, error) { return r.store.Shadow(r.ctx(), id) }
	return made(r, find, func(id crm.ID) (store.Shadow, error) { return r.beginShadow(d, id, b.Days) }, func(h store.Shadow) error {
		out, err := r.shadowRecord(h)
		if err != nil {
			return err
		}
		return r.Created("/api/v1/rules/shadows/"+string(h.ID), r.view(out))
	})
}

// beginShadow begins a candidate from a draft that can be used.
func (r *request) beginShadow(d store.RuleDraft, id crm.ID, days int) (store.Shadow, error) {
	if !slices.Contains(rules.Shadowed(), d.Kind) {
		return store.Shadow{}, refusal(codeConflict, invalid("", "no_shadow", params{"allowed": listOf(rules.Shadowed()...)}))
	}
	if f := inspect(d.Kind, d.Source); len(f.Problems) > 0 {
		return store.Shadow{}, refusal(codeRule, ruleItems("/source", f.Problems)...)
	}
	h, err := r.store.BeginShadow(r.ctx(), store.Shadow{ID: id, Kind: d.Kind, Source: d.Source, Comment: d.Comment, Author: string(r.user.ID)}, time.Duration(days)*24*time.Hour)
	if taken, ok := errors.AsType[store.Taken](err); ok && taken.Constraint == "rule_shadow_once" {
		err = refusal("shadow_running", invalid("", "shadow_running", nil))
	}
	return h, err
}

// postRuleShadowEnd ends a candidate; one that is over stays as it is.
func postRuleShadowEnd(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	var b emptyBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	h, err := r.store.EndShadow(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.answerShadow(h)
}
