package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// kindOf reads the kind of rules from the path; one that is not there does not exist.
func (r *request) kindOf() (crm.RuleKind, error) {
	kind := crm.RuleKind(r.gin.Param("kind"))
	if !slices.Contains(crm.RuleKinds(), kind) {
		return "", store.ErrNotFound
	}
	return kind, nil
}

// parameters reads the query parameters of the names; others are refused.
func (r *request) parameters(names ...string) (map[string]string, error) {
	out := map[string]string{}
	for name, v := range r.gin.Request.URL.Query() {
		if !slices.Contains(names, name) {
			return nil, wrongParameter(name, "unknown_parameter", params{"allowed": names})
		}
		if len(v) > 1 {
			return nil, wrongParameter(name, "given_twice", nil)
		}
		out[name] = v[0]
	}
	return out, nil
}

// listRuleVersions lists the versions of a kind, the newest first, without their text.
func listRuleVersions(r *request) error {
	kind, err := r.kindOf()
	if err != nil {
		return err
	}
	all, err := r.store.RulesHistory(r.ctx(), kind)
	if err != nil {
		return err
	}
	out := ruleVersionList{Data: []ruleVersionLine{}}
	for _, v := range all {
		out.Data = append(out.Data, versionLine(v))
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func getRuleVersion(r *request) error {
	kind, err := r.kindOf()
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(r.gin.Param("n"), 10, 32)
	if err != nil {
		return store.ErrNotFound
	}
	v, err := r.store.RuleVersion(r.ctx(), kind, int(n))
	if err != nil {
		return err
	}
	out, err := r.versionRecord(v)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// versionRecord shows a version with the name of its author.
func (r *request) versionRecord(v store.RuleSet) (out ruleVersionRecord, err error) {
	users, err := r.store.Users(r.ctx())
	if err != nil {
		return out, err
	}
	if i := slices.IndexFunc(users, func(u crm.User) bool { return string(u.ID) == v.Author }); i >= 0 {
		v.Author = users[i].Name
	}
	out = ruleVersionRecord{ruleVersionLine: versionLine(v), Source: v.Source}
	out.Report, err = r.seenReport(v.Report)
	return out, err
}

// seenReport shows a stored trial to those who may see every deal: it names deals of all owners (S1).
func (r *request) seenReport(stored json.RawMessage) (*ruleTrialRecord, error) {
	if stored == nil || r.user.Can(crm.MayReadOpportunity) != crm.ReachAll {
		return nil, nil
	}
	var report rules.Report
	if err := json.Unmarshal(stored, &report); err != nil {
		return nil, err
	}
	out := trialRecord(report)
	return &out, nil
}

// getRuleDiff compares two versions clause by clause; without to, the active one is the newer.
func getRuleDiff(r *request) error {
	kind, err := r.kindOf()
	if err != nil {
		return err
	}
	query, err := r.parameters("from", "to")
	if err != nil {
		return err
	}
	was, err := r.versionAt(kind, "from", query)
	if err != nil {
		return err
	}
	is, err := r.versionAt(kind, "to", query)
	if err != nil {
		return err
	}
	changes, problems := rules.Diff(kind, []byte(was.Source), []byte(is.Source))
	if len(problems) > 0 {
		return refusal(codeRule, ruleItems("/source", problems)...)
	}
	out := ruleDiffRecord{Kind: kind, From: was.Version, To: is.Version, Changes: []ruleChangeRecord{}}
	for _, c := range changes {
		out.Changes = append(out.Changes, ruleChangeRecord(c))
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// versionAt is the version that a parameter names; without it, the active one.
func (r *request) versionAt(kind crm.RuleKind, name string, query map[string]string) (v store.RuleSet, err error) {
	text, given := query[name]
	if !given && name == "from" {
		return v, wrongParameter(name, "required", nil)
	}
	if !given {
		return r.activeRule(kind)
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return v, wrongParameter(name, "not_an_integer", nil)
	}
	if v, err = r.store.RuleVersion(r.ctx(), kind, int(n)); err == store.ErrNotFound {
		return v, wrongParameter(name, "unknown_record", nil)
	}
	return v, err
}

func (r *request) activeRule(kind crm.RuleKind) (store.RuleSet, error) {
	active, err := r.store.ActiveRules(r.ctx())
	if err != nil {
		return store.RuleSet{}, err
	}
	if i := slices.IndexFunc(active, func(v store.RuleSet) bool { return v.Kind == kind }); i >= 0 {
		return active[i], nil
	}
	return store.RuleSet{}, store.ErrNotFound
}
