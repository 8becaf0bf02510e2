package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// caseMergeBody names the case that goes into this one.
type caseMergeBody struct {
	GoneID crm.ID `json:"gone_id" doc:"required;text=A case of the same customer."`
}

// postCaseMerge lets this case go on in the place of another of its customer (S086).
func postCaseMerge(r *request) error {
	if _, err := r.careCase(); err != nil {
		return err
	}
	t, err := r.target()
	if err != nil {
		return err
	}
	var b caseMergeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.idRequired("/gone_id", &b.GoneID)
	if err := c.err(); err != nil {
		return err
	}
	k, err := r.store.MergeCases(r.ctx(), t, b.GoneID)
	if err != nil {
		return err
	}
	return r.record(k, k.Version)
}

// postCaseUnmerge takes this case out of the one that went on in its place.
func postCaseUnmerge(r *request) error {
	if _, err := r.careCase(); err != nil {
		return err
	}
	t, err := r.target()
	if err != nil {
		return err
	}
	k, err := r.store.UnmergeCase(r.ctx(), t)
	if err != nil {
		return err
	}
	return r.record(k, k.Version)
}

// formCaseMerge does the same from the page.
func formCaseMerge(r *request) error {
	return r.caseForm(func(f *form, t store.Target) error {
		f.known("gone_id")
		r.needed(f, "gone_id")
		if f.Failed() {
			return nil
		}
		_, err := r.store.MergeCases(r.ctx(), t, optionalID(f.Value("gone_id")))
		return err
	})
}

func formCaseUnmerge(r *request) error {
	return r.caseForm(func(f *form, t store.Target) error {
		_, err := r.store.UnmergeCase(r.ctx(), t)
		return err
	})
}

// formCaseTask notes that what a poor rating gave somebody to do is done.
func formCaseTask(r *request) error {
	return r.caseForm(func(f *form, t store.Target) error {
		return r.store.EndTask(r.ctx(), r.user.ID, optionalID(f.Value("task")))
	})
}

// caseForm runs a form of the case's page; what is wrong is shown on it again.
func (r *request) caseForm(do func(*form, store.Target) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := store.Cases.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := r.judge(&f, do(&f, store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id})); err != nil {
		return err
	}
	if f.Failed() {
		return showCase(r, id, f)
	}
	return r.said("saved", "/cases/"+string(id))
}

// caseMergeCalls are the API's words for it.
var caseMergeCalls = map[string]call{
	"POST /api/v1/cases/:id/merge": call{tag: "Care", summary: "Let a case go on in the place of another", body: caseMergeBody{}, match: true, answers: map[int]any{http.StatusOK: crm.Case{}}, refuses: []code{"case_closed", "case_merged", codeConflict}}.
		header("ETag", "200").says("S086", "The other's messages and files are read on this one, its customer's links lead here, and its clocks stop; this one's promises hold. Twice is once.").like(`{"gone_id":"{cases}"}`),
	"POST /api/v1/cases/:id/unmerge": call{tag: "Care", summary: "Take a case out of the one that went on in its place", match: true, answers: map[int]any{http.StatusOK: crm.Case{}}, refuses: []code{"merge_final", codeConflict}}.
		header("ETag", "200").says("S086", "Within 30 days; what was said since stays with the other. A case that is not merged stays as it is."),
	"GET /api/v1/care/plans": reading("Settings", "Read what cases of single customers and contracts are promised", servicePlansRecord{}).plain().header("ETag", "200").says("S086", ""),
	"PUT /api/v1/care/plans": replacing("Settings", "Set what cases of single customers and contracts are promised", servicePlansBody{}, servicePlansRecord{}).
		says("S086", "Of new cases; open ones keep their promises. The plan of the contract counts before that of the customer, and both before the general levels.").
		like(`{"plans":[{"key":"gold","name":"Gold","levels":[{"priority":"urgent","answer_minutes":30,"solve_minutes":240}],"accounts":["{accounts}"]}]}`),
}
