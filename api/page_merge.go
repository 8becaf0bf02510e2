package api

import (
	"errors"
	"net/http"
	"net/url"

	"leadtocash/crm"
	"leadtocash/store"
)

// duplicatesPage lists what a record is like, and the merges of before.
type duplicatesPage struct {
	Kind   string
	ID     crm.ID
	Name   string // of the record that was asked about; empty: none
	URL    string
	Found  *doubles
	Merges []store.MergeLine
	May    bool
	Form   form
}

func pageDuplicates(r *request) error { return showDuplicates(r, form{}) }

func showDuplicates(r *request, f form) error {
	p := duplicatesPage{Form: f, Kind: known(r.gin.Query("kind"), crm.DuplicateKinds()), ID: optionalID(r.gin.Query("id"))}
	if p.Kind != "" && p.ID != "" {
		e, err := r.entered(p.Kind, p.ID)
		if err != nil {
			return err
		}
		found, err := r.store.Duplicates(r.ctx(), r.user.ID, r.doubt(""), e)
		if err != nil {
			return err
		}
		p.Name, p.URL, p.Found = e.Name, "/"+p.Kind+"s/"+string(p.ID), r.doublesOf(found)
		_, err = r.mergeScope(p.Kind)
		p.May = err == nil
	}
	var err error
	if p.Merges, err = r.mergeLines("", rowsPerPage); err != nil {
		return err
	}
	return r.show(f.Status(), "duplicates", r.say("merge.title"), p)
}

// entered is a record that is there, as it is held against others.
func (r *request) entered(kind string, id crm.ID) (store.Entered, error) {
	account := store.ScopeOf(r.user, crm.MayReadAccount)
	switch kind {
	case "lead":
		l, err := store.Leads.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadLead), id)
		return store.EnteredLead(l), err
	case "contact":
		c, err := store.Contacts.Record(r.ctx(), r.store, account, id)
		return store.EnteredContact(c), err
	}
	a, err := store.Accounts.Record(r.ctx(), r.store, account, id)
	return store.EnteredAccount(a), err
}

// mergePage holds two records side by side.
type mergePage struct {
	Kind       string
	Kept, Gone store.MergeSide
	Same       []mergeChoice // fields in which they do not differ
	Fields     []mergeChoice
	Moves      []store.Moved
	Swap       string
	Back       string
	Form       form
}

// mergeChoice is a field of both as people read it; Taken tells whether the value of the one that goes is chosen.
type mergeChoice struct {
	Field, Kept, Gone string
	Taken             bool
}

func pageMerge(r *request) error {
	q := r.gin.Request.URL.Query()
	return showMerge(r, mergePair{known(q.Get("kind"), crm.DuplicateKinds()), optionalID(q.Get("kept")), optionalID(q.Get("gone"))}, form{})
}

func showMerge(r *request, b mergePair, f form) error {
	if b.Kind == "" || b.Kept == "" || b.Gone == "" || b.Kept == b.Gone {
		return store.ErrNotFound
	}
	m, err := r.mergePreview(b)
	if err != nil {
		return err
	}
	p := mergePage{Kind: b.Kind, Kept: m.Kept, Gone: m.Gone, Moves: m.Moves, Swap: mergeAddress(b.Kind, b.Gone, b.Kept), Back: "/" + b.Kind + "s/" + string(b.Kept), Form: f}
	for _, name := range store.MergeFields(b.Kind) {
		c := mergeChoice{Field: name, Kept: r.mergeValue(name, m.Kept.Values[name]), Gone: r.mergeValue(name, m.Gone.Values[name])}
		switch {
		case name == "credit_limit" && !r.writes("customer.credit_limit"):
		case m.Kept.Values[name] == m.Gone.Values[name]:
			if c.Kept != "" {
				p.Same = append(p.Same, c)
			}
		default:
			c.Taken = f.Value("f."+name) == "gone" || !f.Sent("f."+name) && c.Kept == ""
			p.Fields = append(p.Fields, c)
		}
	}
	return r.show(f.Status(), "merge", r.say("merge.of", "A", m.Kept.Name, "B", m.Gone.Name), p)
}

func mergeAddress(kind string, kept, gone crm.ID) string {
	return "/merge?" + url.Values{"kind": {kind}, "kept": {string(kept)}, "gone": {string(gone)}}.Encode()
}

// mergeValue is a value of a field as people read it.
func (r *request) mergeValue(field, v string) string {
	switch field {
	case "owner_id":
		return r.personName(v)
	case "account_id":
		if a, err := store.Accounts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadAccount), crm.ID(v)); err == nil {
			return a.Name
		}
	case "role":
		if v != "" {
			return named(r.words(), "contact_role", v)
		}
	case "status":
		return named(r.words(), "contact_status", v)
	}
	return v
}

func formMerge(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	b := mergePair{known(f.Value("kind"), crm.DuplicateKinds()), optionalID(f.Value("kept")), optionalID(f.Value("gone"))}
	var take []string
	for _, name := range store.MergeFields(b.Kind) {
		if f.Value("f."+name) == "gone" {
			take = append(take, name)
		}
	}
	if b.Kind == "" || b.Kept == "" || b.Gone == "" {
		return store.ErrNotFound
	}
	if err := r.judge(&f, r.merge(store.Merge{ID: store.NewID(), Kind: b.Kind, Kept: b.Kept, Gone: b.Gone, Chosen: take})); err != nil {
		return err
	}
	if f.Failed() {
		return showMerge(r, b, f)
	}
	return r.said("merged", "/"+b.Kind+"s/"+string(b.Kept))
}

func formMergeUndo(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	m, err := r.undoMerge()
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showDuplicates(r, f)
	}
	return r.said("unmerged", "/"+m.Kind+"s/"+string(m.Kept))
}

// merged leads on to the record into which the one that was asked for has gone.
func (r *request) merged(kind string, id crm.ID, err error) error {
	if !errors.Is(err, store.ErrNotFound) || r.gin.Request.Method != http.MethodGet {
		return err
	}
	into, other := r.store.MergedInto(r.ctx(), kind, id)
	if other != nil {
		return err
	}
	if _, other := r.entered(kind, into); other != nil {
		return err
	}
	return r.SeeOther("/" + kind + "s/" + string(into))
}
