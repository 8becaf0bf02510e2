package api

import (
	"bytes"
	"encoding/json"
	"time"

	"leadtocash/crm"
)

// customBody are values of fields that the company defined itself, by name; null clears one, what is left out stays (S054).
type customBody = map[string]json.RawMessage

// ownFields are the definitions of a record's own fields, as the person may fill them.
type ownFields struct {
	all      []crm.CustomField
	user     crm.User
	currency crm.Currency
}

// own reads the definitions of a record's own fields.
func (r *request) own(record string) (ownFields, error) {
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return ownFields{}, err
	}
	all, err := r.store.CustomFields(r.ctx(), record)
	return ownFields{all, r.user, crm.Currency(company.Currency)}, err
}

// ownIf reads them only where a body fills some.
func (r *request) ownIf(record string, b opt[customBody]) (ownFields, error) {
	if !b.Set {
		return ownFields{}, nil
	}
	return r.own(record)
}

// at finds a definition; one that the person may not see is none.
func (o ownFields) at(name string) (crm.CustomField, bool) {
	for _, f := range o.all {
		if f.Name == name && f.SeenBy(o.user) {
			return f, true
		}
	}
	return crm.CustomField{}, false
}

// shown are the definitions that the person may see, without retired ones.
func (o ownFields) shown() (out []crm.CustomField) {
	for _, f := range o.all {
		if !f.Retired && f.SeenBy(o.user) {
			out = append(out, f)
		}
	}
	return out
}

// apply takes the values of a body over into a record's, and notes everything that is wrong with them.
func (o ownFields) apply(c *check, b opt[customBody], into *crm.Custom) {
	for name, raw := range b.Value {
		at := "/custom/" + escapePointer(name)
		f, known := o.at(name)
		if !known {
			c.fail(at, "unknown_field", o.near(name))
			continue
		}
		v, err := f.Read(plainJSON(raw), o.currency)
		switch {
		case err != nil:
			c.add(at, err)
		case f.Retired && v != nil:
			c.fail(at, "retired_field", nil)
		case !f.Retired && !f.WrittenBy(o.user):
			c.fail(at, "missing_permission", params{"need": f.Path()})
		default:
			*into = into.With(name, v)
		}
	}
}

func (o ownFields) near(name string) params {
	var names []string
	for _, f := range o.shown() {
		names = append(names, f.Name)
	}
	if near := nearest(name, names); near != "" {
		return params{"did_you_mean": near}
	}
	return nil
}

// plainJSON is a value with its numbers as they were written.
func plainJSON(raw json.RawMessage) (v any) {
	if len(raw) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return map[string]any{} // the body has been parsed: only what no field takes comes here
	}
	return v
}

// definitionsAge is how old the definitions may be by which answers hide and rules are read. Another program may have changed them.
const definitionsAge = 2 * time.Second

// freshFields has the definitions of custom fields read again when those at hand are old. Without the database those at hand hold: what is not
// known yet is hidden, and no rule can name it.
func (r *request) freshFields() {
	last := r.srv.fieldsRead.Load()
	now := time.Now().UnixNano()
	if now-last < int64(definitionsAge) || !r.srv.fieldsRead.CompareAndSwap(last, now) {
		return
	}
	if _, err := r.store.CustomFields(r.ctx(), ""); err != nil {
		r.srv.fieldsRead.Store(last)
	}
}
