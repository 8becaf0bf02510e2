package api

import (
	"errors"
	"net/http"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// codeRuleConflict is a text that would stop deals that are under way.
const codeRuleConflict code = "rule_conflict"

// ruleActivateBody puts a draft into force.
type ruleActivateBody struct {
	Running bool   `json:"running" doc:"text=Running processes follow too, not only new ones."`
	Confirm bool   `json:"confirm" doc:"text=Running deals may be stopped by it."`
	Comment string `json:"comment" doc:"max=500;text=Why; left out: that of the draft."`
}

// ruleRestoreBody puts the text of an earlier version into force again, as a new version.
type ruleRestoreBody struct {
	Version *int   `json:"version" doc:"required;min=1"`
	Running bool   `json:"running" doc:"text=Running processes follow too, not only new ones."`
	Confirm bool   `json:"confirm" doc:"text=Running deals may be stopped by it."`
	Comment string `json:"comment" doc:"max=500;text=Why."`
}

// postRuleActivate puts a draft into force (N3, N9).
func postRuleActivate(r *request) error {
	var b ruleActivateBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	d, err := r.seenDraft()
	if errors.Is(err, store.ErrNotFound) {
		return r.activatedBefore(err)
	}
	if err != nil {
		return err
	}
	var c check
	c.lines("/comment", &b.Comment, maxComment)
	if b.Comment == "" {
		b.Comment = d.Comment
	}
	if b.Comment == "" {
		c.fail("/comment", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	return r.activate(store.Activation{Kind: d.Kind, Source: d.Source, Comment: b.Comment, Base: d.Base, Running: b.Running, Draft: d.ID}, b.Confirm)
}

// activatedBefore gives the answer of the first send when it was lost after it had put the draft into force; missing is what is answered
// else: the draft is not there.
func (r *request) activatedBefore(missing error) error {
	before, err := r.store.WasDone(r.ctx())
	if err != nil || !before {
		return errors.Join(missing, err)
	}
	id, err := r.id("id")
	if err != nil {
		return err
	}
	a, err := r.store.ActivationOf(r.ctx(), id)
	if err != nil {
		return err
	}
	set, err := r.store.RuleVersion(r.ctx(), a.Kind, a.Version)
	if err != nil {
		return err
	}
	r.gin.Header("Idempotency-Replayed", "true")
	return r.answerActivation(set, a.MigrationID)
}

// postRuleRestore goes back to the text of an earlier version.
func postRuleRestore(r *request) error {
	kind, err := r.kindOf()
	if err != nil {
		return err
	}
	var b ruleRestoreBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.lines("/comment", &b.Comment, maxComment)
	if b.Version == nil {
		c.fail("/version", "required", nil)
	} else {
		c.version(r, "/version", kind, *b.Version)
	}
	if err := c.err(); err != nil {
		return err
	}
	v, err := r.store.RuleVersion(r.ctx(), kind, *b.Version)
	if err != nil {
		return err
	}
	return r.activate(store.Activation{Kind: kind, Source: v.Source, Comment: b.Comment, Base: -1, Running: b.Running, Restored: v.Version}, b.Confirm)
}

// activate puts a text into force when it can be used and its cases pass. Where running deals follow, those that only the new text stops must
// be meant.
func (r *request) activate(a store.Activation, confirmed bool) error {
	f := inspect(a.Kind, a.Source)
	if len(f.Problems) > 0 {
		return refusal(codeRule, ruleItems("/source", f.Problems)...)
	}
	if failed := f.Failed(); len(failed) > 0 {
		return failedCases(failed)
	}
	if a.Running {
		lost, err := r.homeless(f.Set)
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			return stagesInUse(lost)
		}
	}
	if a.Running && !confirmed {
		report, err := r.try(a.Kind, f.Set)
		if err != nil && !errors.Is(err, errNoTrial) {
			return err
		}
		if report.Newly.Deals > 0 && a.Kind != crm.RuleProject { // an alarm stops nobody
			return refusal(codeRuleConflict, invalid("", "would_block", params{"count": report.Newly.Deals}))
		}
	}
	a.Author = string(r.user.ID)
	set, migration, err := r.store.Activate(r.ctx(), a)
	if errors.Is(err, store.ErrStale) {
		return r.baseChanged(a)
	}
	if err != nil {
		return err
	}
	_ = r.srv.warmRules(r.ctx()) // it is in force; at worst the first who asks compiles it
	return r.answerActivation(set, migration)
}

func (r *request) answerActivation(set store.RuleSet, migration crm.ID) error {
	out, err := r.versionRecord(set)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(ruleActivationRecord{out, migration}))
}

// homeless lists the stages that open deals stand in and that a set of pipelines does not have. Such a set cannot hold for running deals: a stage
// in use is retired with a target, not taken out.
func (r *request) homeless(set *rules.Set) (out []store.StageUse, err error) {
	if set.Kind() != crm.RulePipeline {
		return nil, nil
	}
	used, err := r.store.StagesInUse(r.ctx())
	for _, u := range used {
		if set.Of(u.Pipeline).Settled(u.Stage) == "" {
			out = append(out, u)
		}
	}
	return out, err
}

// stagesInUse refuses a set that would leave deals without a stage.
func stagesInUse(lost []store.StageUse) error {
	items := make([]item, len(lost))
	for i, u := range lost {
		items[i] = invalid("", "stage_in_use", params{"pipeline": u.Pipeline, "stage": u.Stage, "count": u.Deals})
	}
	return refusal(codeRuleConflict, items...)
}

// baseChanged says that another version became active since a draft was begun.
func (r *request) baseChanged(a store.Activation) error {
	active, err := r.activeRule(a.Kind)
	if err != nil {
		return err
	}
	return refusal(codeConflict, invalid("/base", "base_changed", params{"base": a.Base, "active": active.Version}))
}

func getRuleMigration(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	m, err := r.store.RuleMigration(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(migrationRecord(m)))
}

// ruleRollbackBody says why a migration is taken back.
type ruleRollbackBody struct {
	Comment string `json:"comment" doc:"max=500"`
}

// postRuleRollback gives each process the version that it had before a migration; asked again it shows the same rollback (N3).
func postRuleRollback(r *request) error {
	var b ruleRollbackBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.lines("/comment", &b.Comment, maxComment)
	if err := c.err(); err != nil {
		return err
	}
	id, err := r.id("id")
	if err != nil {
		return err
	}
	m, err := r.store.RuleMigration(r.ctx(), id)
	switch {
	case err != nil:
		return err
	case m.Reverses != "":
		return refusal(codeConflict, invalid("", "is_rollback", nil))
	case m.State != "done":
		return refusal(codeConflict, invalid("", "migration_running", params{"done": m.Done, "total": m.Total}))
	}
	back, err := r.store.TakeBack(r.ctx(), id, string(r.user.ID), b.Comment)
	if err != nil {
		return err
	}
	if m, err = r.store.RuleMigration(r.ctx(), back); err != nil {
		return err
	}
	r.gin.Header("Location", "/api/v1/rules/migrations/"+string(back))
	return r.JSON(http.StatusAccepted, r.view(migrationRecord(m)))
}
