package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// ruleRebaseBody decides what a draft and the active version both changed.
type ruleRebaseBody struct {
	Choices []ruleChoiceBody `json:"choices" doc:"most=200;text=One for each conflict."`
}

// ruleChoiceBody is whose text of a clause is kept.
type ruleChoiceBody struct {
	Path string `json:"path" doc:"required;text=As the conflict names it."`
	Take string `json:"take" doc:"required;enum=rule_side"`
}

// ruleSides are whose text of a clause can be taken.
func ruleSides() []string { return []string{rules.SideActive, rules.SideDraft} }

// ruleRebaseRecord is what would become of a draft with the changes of the active version.
type ruleRebaseRecord struct {
	Kind      crm.RuleKind
	Base      int `doc:"text=The version that the draft was begun on."`
	Active    int
	Source    string               `doc:"text=The draft with what the active version changed; where nobody chose, as in the draft."`
	Taken     []ruleChangeRecord   `doc:"text=What comes into the draft."`
	Conflicts []ruleConflictRecord `doc:"text=What both changed, and not to the same."`
}

// ruleConflictRecord is a clause as the three texts have it.
type ruleConflictRecord struct {
	Path                string `doc:"text=stages.send.enter.vat"`
	Base, Active, Draft string `doc:"text=YAML; empty: it is not there."`
}

// rebase merges the active version into a draft. A text that cannot be read is a refusal.
func (r *request) rebase(d store.RuleDraft, choices map[string]string) (m rules.Rebased, active store.RuleSet, err error) {
	if active, err = r.activeRule(d.Kind); err != nil {
		return m, active, err
	}
	base := ""
	if d.Base > 0 {
		v, err := r.store.RuleVersion(r.ctx(), d.Kind, d.Base)
		if err != nil {
			return m, active, err
		}
		base = v.Source
	}
	m, problems := rules.Rebase(d.Kind, []byte(base), []byte(active.Source), []byte(d.Source), choices)
	if len(problems) > 0 {
		return m, active, refusal(codeRule, ruleItems("/source", problems)...)
	}
	return m, active, nil
}

// getRuleRebase tells what would come into a draft, and what both changed (N3).
func getRuleRebase(r *request) error {
	d, err := r.ruleDraft()
	if err != nil {
		return err
	}
	m, active, err := r.rebase(d, nil)
	if err != nil {
		return err
	}
	out := ruleRebaseRecord{Kind: d.Kind, Base: d.Base, Active: active.Version, Source: string(m.Source), Taken: []ruleChangeRecord{}, Conflicts: []ruleConflictRecord{}}
	changes, _ := rules.Diff(d.Kind, []byte(d.Source), m.Source)
	for _, c := range changes {
		out.Taken = append(out.Taken, ruleChangeRecord(c))
	}
	for _, c := range m.Conflicts {
		out.Conflicts = append(out.Conflicts, ruleConflictRecord{c.Path, c.Base, c.Active, c.Draft})
	}
	r.etag(d.Version)
	return r.JSON(http.StatusOK, r.view(out))
}

// postRuleRebase brings the changes of the active version into a draft, which then stands on it; every conflict must be decided. Where nothing
// became active since, it answers the draft as it is.
func postRuleRebase(r *request) error {
	d, err := r.seenDraft()
	if err != nil {
		return err
	}
	var b ruleRebaseBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	choices, err := b.chosen()
	if err != nil {
		return err
	}
	m, active, err := r.rebase(d, choices)
	if err != nil {
		return err
	}
	if active.Version == d.Base {
		return r.answerDraft(d)
	}
	if m.Open() > 0 {
		return refusal(codeConflict, undecided(m)...)
	}
	d.Source, d.Base, d.Editor = string(m.Source), active.Version, string(r.user.ID)
	if d, err = r.store.SaveRuleDraft(r.ctx(), d); err != nil {
		return err
	}
	return r.answerDraft(d)
}

func (b ruleRebaseBody) chosen() (map[string]string, error) {
	var c check
	out := map[string]string{}
	for i, choice := range b.Choices {
		at := "/choices/" + strconv.Itoa(i)
		if choice.Path == "" {
			c.fail(at+"/path", "required", nil)
		}
		if choice.Take == "" {
			c.fail(at+"/take", "required", nil)
		}
		c.oneOf(at+"/take", choice.Take, ruleSides()...)
		if _, twice := out[choice.Path]; twice {
			c.fail(at+"/path", "given_twice", nil)
		}
		out[choice.Path] = choice.Take
	}
	return out, c.err()
}

// undecided names the conflicts that nobody has decided.
func undecided(m rules.Rebased) (out []item) {
	for _, c := range m.Conflicts {
		if c.Choice == "" {
			out = append(out, invalid("/choices", "undecided", params{"path": c.Path}))
		}
	}
	return out
}
