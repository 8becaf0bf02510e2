package api

import (
	"net/http"
	"slices"
	"time"

	"leadtocash/crm"
)

// verdictRecord is what a rule set said about a decision, with the values of then.
type verdictRecord struct {
	Cause   string `doc:"text=What asked: the id of a command, or the deadline that came."`
	At      time.Time
	Kind    crm.RuleKind
	Version int `doc:"text=Of the rules; their text is kept for ever."`
	Key     string
	Result  crm.Ruling
	Clauses []crm.Clause
	Hidden  []string `doc:"text=Fields that were read and whose values the reader may not see."`
}

type verdictList struct{ Data []verdictRecord }

// listVerdicts tells what the rules said in a process, the newest first: why was this allowed then? (N1, N7)
func listVerdicts(r *request) error {
	kind, record := crm.SplitProcessID(r.gin.Param("id"))
	if _, err := parseID(string(record)); err != nil {
		return err
	}
	p, err := r.store.ProcessSeen(r.ctx(), r.Scope(), crm.ProcessID(kind, record))
	if err != nil {
		return err
	}
	all, err := r.store.Verdicts(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	out := verdictList{Data: []verdictRecord{}}
	for _, v := range all {
		shown := verdictRecord{Cause: v.Cause, At: v.At, Kind: v.Kind, Version: v.Version, Key: v.Key, Result: v.Result, Hidden: []string{}}
		shown.Clauses = r.seenClauses(v.Clauses, &shown.Hidden)
		out.Data = append(out.Data, shown)
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// seenClauses leaves out the values of fields that the reader may not see (B089).
func (r *request) seenClauses(clauses []crm.Clause, hidden *[]string) []crm.Clause {
	for i := range clauses {
		c := &clauses[i]
		c.Label = orEmpty(c.Label)
		c.Values = slices.DeleteFunc(c.Values, func(v crm.Value) bool {
			f, known := crm.FieldAt(v.Field)
			readers := f.Readers()
			unseen := known && len(readers) > 0 && !slices.ContainsFunc(readers, r.user.Has)
			if unseen && !slices.Contains(*hidden, v.Field) {
				*hidden = append(*hidden, v.Field)
			}
			return unseen
		})
	}
	return clauses
}
