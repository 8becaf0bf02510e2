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
