package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// maxComment is how long a comment on a version may be, in characters.
const maxComment = 500

// ruleDraftBody begins a draft.
type ruleDraftBody struct {
	Kind    string `json:"kind" doc:"required;enum=rule_kind"`
	Source  string `json:"source" doc:"required;text=YAML, at most 512 KiB. It may have mistakes."`
	Comment string `json:"comment" doc:"max=500;text=What it is for."`
}

// ruleDraftPatch changes one.
type ruleDraftPatch struct {
	Source  opt[string] `json:"source" doc:"text=YAML. Another text loses its report."`
	Comment opt[string] `json:"comment" doc:"max=500"`
	Base    opt[int]    `json:"base" doc:"min=1;text=The version whose changes it holds by now; needed when another became active since it was begun."`
}

func listRuleDrafts(r *request) error {
	query, err := r.parameters("kind")
	if err != nil {
		return err
	}
	kinds := crm.RuleKinds()
	if asked, given := query["kind"]; given {
		if !slices.Contains(kinds, crm.RuleKind(asked)) {
			return wrongParameter("kind", "unknown_value", params{"allowed": listOf(kinds...)})
		}
		kinds = []crm.RuleKind{crm.RuleKind(asked)}
	}
	out := ruleDraftList{Data: []ruleDraftLine{}}
	for _, kind := range kinds {
		drafts, err := r.store.RuleDrafts(r.ctx(), kind)
		if err != nil {
			return err
		}
		for _, d := range drafts {
			out.Data = append(out.Data, draftLine(d))
		}
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// source asks for a text that can be kept: what it says is told by findings.
func (c *check) source(text string) {
	switch {
	case text == "":
		c.fail("/source", "required", nil)
	case len(text) > maxSource:
		c.fail("/source", "too_long", params{"max": maxSource})
	case strings.ContainsRune(text, 0):
		c.fail("/source", "control_character", nil)
	}
}

func postRuleDraft(r *request) error {
	var b ruleDraftBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Kind == "" {
		c.fail("/kind", "required", nil)
	}
	c.oneOf("/kind", b.Kind, enumerations["rule_kind"]()...)
	c.source(b.Source)
	c.lines("/comment", &b.Comment, maxComment)
	if err := c.err(); err != nil {
		return err
	}
	find := func(id crm.ID) (store.RuleDraft, error) { return r.store.RuleDraft(r.ctx(), id) }
	return made(r, find, func(id crm.ID) (store.RuleDraft, error) {
		return r.store.BeginRuleDraft(r.ctx(), store.RuleDraft{ID: id, Kind: crm.RuleKind(b.Kind), Source: b.Source, Comment: b.Comment, Author: string(r.user.ID)})
	}, func(d store.RuleDraft) error {
		out, err := r.draftRecord(d)
		if err != nil {
			return err
		}
		r.etag(d.Version)
		return r.Created("/api/v1/rules/drafts/"+string(d.ID), r.view(out))
	})
}

// ruleDraft is the draft of the path.
func (r *request) ruleDraft() (store.RuleDraft, error) {
	id, err := r.id("id")
	if err != nil {
		return store.RuleDraft{}, err
	}
	return r.store.RuleDraft(r.ctx(), id)
}

func (r *request) draftRecord(d store.RuleDraft) (out ruleDraftRecord, err error) {
	out = ruleDraftRecord{ruleDraftLine: draftLine(d), Source: d.Source}
	out.Report, err = r.seenReport(d.Report)
	return out, err
}

func getRuleDraft(r *request) error {
	d, err := r.ruleDraft()
	if err != nil {
		return err
	}
	return r.answerDraft(d)
}

func (r *request) answerDraft(d store.RuleDraft) error {
	out, err := r.draftRecord(d)
	if err != nil {
		return err
	}
	return r.record(out, d.Version)
}

// seenDraft is the draft of the path as the caller saw it: on another version than If-Match names it is refused.
func (r *request) seenDraft() (store.RuleDraft, error) {
	d, err := r.ruleDraft()
	if err != nil {
		return d, err
	}
	version, err := r.version()
	if err == nil && version != 0 && version != d.Version {
		err = store.Stale{Version: d.Version}
	}
	return d, err
}

func patchRuleDraft(r *request) error {
	d, err := r.seenDraft()
	if err != nil {
		return err
	}
	var b ruleDraftPatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var c check
	if b.Source.Set {
		d.Source = b.Source.Value
		c.source(d.Source)
	}
	if b.Comment.Set {
		d.Comment = b.Comment.Value
		c.lines("/comment", &d.Comment, maxComment)
	}
	if b.Base.Set {
		d.Base = b.Base.Value
		c.version(r, "/base", d.Kind, d.Base)
	}
	if err := c.err(); err != nil {
		return err
	}
	d.Editor = string(r.user.ID)
	if d, err = r.store.SaveRuleDraft(r.ctx(), d); err != nil {
		return err
	}
	return r.answerDraft(d)
}

// version asks for a version that a kind has.
func (c *check) version(r *request, pointer string, kind crm.RuleKind, n int) {
	if n < 1 || n > 1<<31-1 {
		c.fail(pointer, "unknown_record", nil)
		return
	}
	if _, err := r.store.RuleVersion(r.ctx(), kind, n); errors.Is(err, store.ErrNotFound) {
		c.fail(pointer, "unknown_record", nil)
	}
}

func deleteRuleDraft(r *request) error {
	d, err := r.seenDraft()
	if err != nil {
		return err
	}
	if err := r.store.DropRuleDraft(r.ctx(), d.ID); err != nil {
		return err
	}
	r.gin.Status(http.StatusNoContent)
	r.gin.Writer.WriteHeaderNow()
	return nil
}

// postRuleTry runs a draft over open deals and past wins and losses, and keeps the report beside it (N2).
func postRuleTry(r *request) error {
	d, err := r.ruleDraft()
	if err != nil {
		return err
	}
	f := inspect(d.Kind, d.Source)
	if len(f.Problems) > 0 {
		return refusal(codeRule, ruleItems("/source", f.Problems)...)
	}
	report, err := r.try(d.Kind, f.Set)
	if errors.Is(err, errNoTrial) {
		return refusal(codeConflict, invalid("", "no_trials", params{"allowed": listOf(rules.Triable()...)}))
	}
	if err != nil {
		return err
	}
	if err := r.keepReport(d, report); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(trialRecord(report)))
}
