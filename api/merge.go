package api

import (
	"errors"
	"net/http"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// mergePair names two records of one kind.
type mergePair struct {
	Kind string `json:"kind" doc:"required;enum=duplicate_kind"`
	Kept crm.ID `json:"kept" doc:"required;text=The record that stays."`
	Gone crm.ID `json:"gone" doc:"required;text=The record that goes into it."`
}

// mergeBody is a merge as it is asked for.
type mergeBody struct {
	Kind string   `json:"kind" doc:"required;enum=duplicate_kind"`
	Kept crm.ID   `json:"kept" doc:"required;text=The record that stays."`
	Gone crm.ID   `json:"gone" doc:"required;text=The record that goes into it."`
	Take []string `json:"take" doc:"text=Fields whose value is taken from the record that goes; the others stay."`
}

// mergePreviewView is what a merge would do.
type mergePreviewView struct {
	Fields []mergeField  `json:"fields"`
	Moves  []store.Moved `json:"moves" doc:"text=Rows that move, by table."`
}

// mergeField is a field of both records.
type mergeField struct {
	Field string `json:"field"`
	Kept  string `json:"kept"`
	Gone  string `json:"gone"`
}

// mergeList is the newest merges.
type mergeList struct {
	Data []store.MergeLine `json:"data"`
}

// mergeScope is whose records of a kind the person may merge; ErrNotFound where he may change none.
func (r *request) mergeScope(kind string) (store.Scope, error) {
	p := crm.MayWriteAccount
	if kind == "lead" {
		p = crm.MayWriteLead
	}
	if !r.Can(p) {
		return store.Scope{}, store.ErrNotFound
	}
	return store.ScopeOf(r.user, p), nil
}

// check reads the ids of a pair.
func (b *mergePair) check() error {
	var c check
	for pointer, id := range map[string]*crm.ID{"/kept": &b.Kept, "/gone": &b.Gone} {
		if *id == "" {
			c.fail(pointer, "required", nil)
		}
		c.id(pointer, id)
	}
	if b.Kind == "" {
		c.fail("/kind", "required", nil)
	}
	c.oneOf("/kind", b.Kind, crm.DuplicateKinds()...)
	if b.Kept == b.Gone && b.Kept != "" {
		c.fail("/gone", "same_record", nil)
	}
	return c.err()
}

// postMergePreview compares two records and counts what would move.
func postMergePreview(r *request) error {
	var b mergePair
	if err := r.decode(&b); err != nil {
		return err
	}
	if err := b.check(); err != nil {
		return err
	}
	p, err := r.mergePreview(b)
	if err != nil {
		return unknownPair(err)
	}
	out := mergePreviewView{Fields: []mergeField{}, Moves: p.Moves}
	if out.Moves == nil {
		out.Moves = []store.Moved{}
	}
	for _, f := range store.MergeFields(b.Kind) {
		out.Fields = append(out.Fields, mergeField{f, p.Kept.Values[f], p.Gone.Values[f]})
	}
	return r.JSON(http.StatusOK, out)
}

func (r *request) mergePreview(b mergePair) (store.MergePreview, error) {
	sc, err := r.mergeScope(b.Kind)
	if err != nil {
		return store.MergePreview{}, err
	}
	return r.store.MergePreview(r.ctx(), sc, b.Kind, b.Kept, b.Gone)
}

// postMerge makes one record of two.
func postMerge(r *request) error {
	var b mergeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	pair := mergePair{b.Kind, b.Kept, b.Gone}
	if err := pair.check(); err != nil {
		return err
	}
	return made(r, r.mergeLine, func(id crm.ID) (store.MergeLine, error) {
		if err := r.merge(store.Merge{ID: id, Kind: b.Kind, Kept: pair.Kept, Gone: pair.Gone, Chosen: b.Take}); err != nil {
			return store.MergeLine{}, unknownPair(err)
		}
		return r.mergeLine(id)
	}, func(m store.MergeLine) error { return r.JSON(http.StatusCreated, r.view(m)) })
}

// unknownPair says that one of two records is not there, or not the person's to change.
func unknownPair(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return refusal("merge_not_there", invalid("/gone", "unknown_record", nil))
	}
	return err
}

// merge checks which fields are taken and carries the merge out.
func (r *request) merge(m store.Merge) error {
	sc, err := r.mergeScope(m.Kind)
	if err != nil {
		return err
	}
	var c check
	for _, f := range m.Chosen {
		c.oneOf("/take", f, store.MergeFields(m.Kind)...)
	}
	if err := c.err(); err != nil {
		return err
	}
	if slices.Contains(m.Chosen, "credit_limit") && !r.writes("customer.credit_limit") {
		return r.missing("/take", "customer.credit_limit")
	}
	slices.Sort(m.Chosen)
	m.Chosen = slices.Compact(m.Chosen)
	return r.store.MergeRecords(r.ctx(), sc, r.user.ID, m)
}

// mergeLine finds a merge of records that the person may change.
func (r *request) mergeLine(id crm.ID) (store.MergeLine, error) {
	lines, err := r.mergeLines(id, 1)
	return among(lines, err, func(m store.MergeLine) bool { return m.ID == id })
}

func (r *request) mergeLines(id crm.ID, limit int) ([]store.MergeLine, error) {
	return r.store.Merges(r.ctx(), store.ScopeOf(r.user, crm.MayWriteAccount), store.ScopeOf(r.user, crm.MayWriteLead), id, limit)
}

// getMerges lists the newest merges.
func getMerges(r *request) error {
	rows, err := r.mergeLines("", pageMax)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.MergeLine{}
	}
	return r.JSON(http.StatusOK, r.view(mergeList{rows}))
}

// postUndoMerge takes two records apart again; once more changes nothing.
func postUndoMerge(r *request) error {
	m, err := r.undoMerge()
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(m))
}

func (r *request) undoMerge() (store.MergeLine, error) {
	id, err := r.id("id")
	if err != nil {
		return store.MergeLine{}, err
	}
	m, err := r.mergeLine(id)
	if err != nil {
		return m, err
	}
	sc, err := r.mergeScope(m.Kind)
	if err != nil {
		return m, err
	}
	if err := r.store.UndoMerge(r.ctx(), sc, r.user.ID, id); err != nil {
		return m, err
	}
	return r.mergeLine(id)
}
