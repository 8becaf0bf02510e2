package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// getProcess shows where a durable process stands and what happened in it.
func getProcess(r *request) error {
	kind, record := crm.SplitProcessID(r.gin.Param("id"))
	if _, err := parseID(string(record)); err != nil {
		return err
	}
	p, err := r.store.ProcessSeen(r.ctx(), r.Scope(), crm.ProcessID(kind, record))
	if err != nil {
		return err
	}
	timeline, err := r.store.ProcessTimeline(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	seen := make([]store.Entry, 0, len(timeline))
	for _, e := range timeline {
		var told bool
		if e.Data, told = r.seenEvent(e.Code, e.Data); told {
			seen = append(seen, e)
		}
	}
	return r.JSON(http.StatusOK, r.view(processRecord{p, seen}))
}

// ruleView is an active rule set.
type ruleView struct {
	Kind      crm.RuleKind `json:"kind"`
	Version   int          `json:"version"`
	Source    string       `json:"source"`
	Author    string       `json:"author"`
	Comment   string       `json:"comment"`
	CreatedAt string       `json:"created_at"`
}

// listRules lists the rule sets that new processes get, as they were written.
func listRules(r *request) error {
	active, err := r.store.ActiveRules(r.ctx())
	if err != nil {
		return err
	}
	out := make([]ruleView, len(active))
	for i, set := range active {
		out[i] = ruleView{set.Kind, set.Version, set.Source, set.Author, set.Comment, set.CreatedAt.UTC().Format("2006-01-02T15:04:05Z")}
	}
	return r.JSON(http.StatusOK, ruleList{out})
}
