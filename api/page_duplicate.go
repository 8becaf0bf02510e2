package api

import (
	"net/http"
	"slices"
	"strings"

	"leadtocash/store"
)

// doubles are the records that what was typed is like, above a form that was not saved for them.
type doubles struct {
	Rows    []double
	Blocked bool // a reason does not help
}

// double is one of them.
type double struct {
	duplicateView
	Detail string
	Why    string // what the rules ask for and is not so
}

// Confirms tells whether a reason is asked for, so that the form shows the field for it.
func (f form) Confirms() bool { return f.doubles != nil && !f.doubles.Blocked }

// Doubles are the records that what was typed is like; none is nil.
func (f form) Doubles() *doubles { return f.doubles }

// blameDoubles shows what a record is like, to be opened, and asks for a reason where one helps.
func (r *request) blameDoubles(f *form, d store.Duplicated) {
	f.doubles, f.status = r.doublesOf(d.Matches), http.StatusConflict
	if !f.doubles.Blocked && f.values["confirm"] == "" {
		f.values["confirm"] = ""
	}
}

func (r *request) doublesOf(found []store.Match) *doubles {
	out := &doubles{Blocked: store.Duplicated{Matches: found}.Blocked()}
	for _, m := range found {
		v := duplicateOf(m, r.language)
		out.Rows = append(out.Rows, double{v, m.Detail, strings.Join(v.Conditions, ". ")})
	}
	return out
}

// unlike asks what a lead that a person types in is like, unless he has said why he goes on. What stands there with the same e-mail address is
// the lead itself, which gets one more touch.
func (r *request) unlike(f *form, e store.Entered) error {
	found, err := r.store.Duplicates(r.ctx(), r.user.ID, r.doubt(""), e)
	if err != nil {
		return err
	}
	d := store.Duplicated{Matches: slices.DeleteFunc(found, func(m store.Match) bool { return m.Kind == "lead" && m.SameEmail && !m.Blocks })}
	if len(d.Matches) > 0 && (d.Blocked() || f.Value("confirm") == "") {
		r.blameDoubles(f, d)
	}
	return nil
}
