package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// ruleVersionPage is one version for ever: its conditions, its text, what it changed, and what its trial found.
type ruleVersionPage struct {
	store.RuleSet
	By       string
	Sections []ruleSection
	Diff     ruleDiff
	Others   []option
	Report   *reportView
	May      bool
}

// ruleDiff is what differs between a version or draft and another version.
type ruleDiff struct {
	Against int // 0: there is none before it
	Changes []ruleChange
	Broken  bool // one of the texts cannot be read
}

// ruleChange is one difference; Where is the place in words as far as there are any.
type ruleChange struct {
	rules.Change
	Where, Tone, What string
}

func pageRuleVersion(r *request) error {
	kind, v, err := r.ruleVersion()
	if err != nil {
		return err
	}
	p := ruleVersionPage{RuleSet: v, By: r.personName(v.Author), May: r.Can(crm.MayWriteRules)}
	set, found := rules.Parse(kind, []byte(v.Source))
	if len(found) == 0 {
		p.Sections = r.ruleSections(set.WithVersion(v.Version))
	}
	history, err := r.store.RulesHistory(r.ctx(), kind)
	if err != nil {
		return err
	}
	for _, h := range history {
		if h.Version != v.Version {
			p.Others = append(p.Others, option{strconv.Itoa(h.Version), r.say("gate.rule", "Version", h.Version)})
		}
	}
	against := v.Version - 1
	if n, err := strconv.Atoi(r.gin.Query("against")); err == nil {
		against = n
	}
	if p.Diff, err = r.ruleDiff(kind, against, v.Source); err != nil {
		return err
	}
	if p.May && len(v.Report) > 0 {
		p.Report = r.reportView(v.Report, set, "/rules/"+string(kind)+"/versions/"+strconv.Itoa(v.Version)+"/report")
	}
	return r.show(http.StatusOK, "rules_version", named(r.words(), "rule_kind", string(kind))+" · "+r.say("gate.rule", "Version", v.Version), p)
}

// ruleVersion is the version that the address names.
func (r *request) ruleVersion() (kind crm.RuleKind, v store.RuleSet, err error) {
	kind = crm.RuleKind(r.gin.Param("kind"))
	n, err := strconv.Atoi(r.gin.Param("version"))
	if err != nil || n < 1 || n > 1<<30 {
		return kind, v, store.ErrNotFound
	}
	v, err = r.store.RuleVersion(r.ctx(), kind, n)
	return kind, v, err
}

// ruleDiff compares a text with a version; one that is not there compares with nothing.
func (r *request) ruleDiff(kind crm.RuleKind, against int, source string) (d ruleDiff, err error) {
	if against < 1 || against > 1<<30 {
		return d, nil
	}
	before, err := r.store.RuleVersion(r.ctx(), kind, against)
	if err != nil {
		return d, err
	}
	d.Against = against
	changes, found := rules.Diff(kind, []byte(before.Source), []byte(source))
	d.Broken = len(found) > 0
	for _, c := range changes {
		x := ruleChange{Change: c, Where: c.Path, Tone: "wait", What: "changed"}
		switch {
		case c.Was == "":
			x.Tone, x.What = "ok", "added"
		case c.Is == "":
			x.Tone, x.What = "bad", "removed"
		}
		d.Changes = append(d.Changes, x)
	}
	return d, nil
}
