package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// form is what a page's form holds: the values to show, and what was wrong with them.
type form struct {
	values map[string]string
	wrong  map[string]string // text by field
	order  []string          // fields in the order in which they were found wrong
	other  []string          // texts that belong to no field
	status int
	gate   *gateView // the conditions that stand in the way

	doubles *doubles // what was typed is like these
}

// trouble is a line of the summary above a form.
type trouble struct {
	ID   string // of the field, empty when it is about the whole
	Text string
}

// option is an entry of a select.
type option struct{ Value, Label string }

// values starts a form from what is stored: names and values in turn.
func values(pairs ...string) form {
	f := form{values: map[string]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values[pairs[i]] = pairs[i+1]
	}
	return f
}

// Value is what the field shows.
func (f form) Value(name string) string { return f.values[name] }

// Wrong is what is wrong with a field, in words; empty: nothing.
func (f form) Wrong(name string) string { return f.wrong[name] }

// Problems are all things wrong with the form.
func (f form) Problems() []trouble {
	var out []trouble
	for _, name := range f.order {
		out = append(out, trouble{fieldID(name), f.wrong[name]})
	}
	for _, text := range f.other {
		out = append(out, trouble{Text: text})
	}
	return out
}

// Sent tells whether the form was sent with this field, so that the part of the page that holds it stays open.
func (f form) Sent(name string) bool {
	_, sent := f.values[name]
	return sent
}

// Failed tells whether the form was sent and refused.
func (f form) Failed() bool { return len(f.order)+len(f.other) > 0 || f.doubles != nil }

// Status is the HTTP status of the page that shows the form.
func (f form) Status() int {
	if f.status == 0 {
		return http.StatusOK
	}
	return f.status
}

func fieldID(name string) string {
	return "f-" + strings.NewReplacer(".", "-", "/", "-", "[", "-", "]", "").Replace(name)
}

// posted is the form as the browser sent it, its values kept to be shown again.
func (r *request) posted() (form, error) {
	if err := r.gin.Request.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return form{}, err
		}
		return form{}, refusal(codeMalformed)
	}
	f := form{values: map[string]string{}}
	for name, v := range r.gin.Request.PostForm {
		f.values[name] = clean(strings.TrimSpace(v[0]), 20_000)
	}
	return f, nil
}

// postedTo is the record of the path with the form that was sent to it. An id that is none cannot exist, whatever the form.
func (r *request) postedTo() (id crm.ID, f form, err error) {
	if id, err = r.id("id"); err != nil {
		return id, f, err
	}
	f, err = r.posted()
	return id, f, err
}

// blame notes what is wrong with a field.
func (f *form) blame(name, text string) {
	if f.wrong == nil {
		f.wrong = map[string]string{}
	}
	if _, known := f.wrong[name]; !known {
		f.order = append(f.order, name)
	}
	f.wrong[name], f.status = text, http.StatusUnprocessableEntity
}

// within moves fields below a name, with what was typed and what is wrong with it.
func (f *form) within(name string, fields ...string) {
	for _, field := range fields {
		below := name + "." + field
		if v, typed := f.values[field]; typed {
			f.values[below] = v
			delete(f.values, field)
		}
		if text, wrong := f.wrong[field]; wrong {
			f.wrong[below] = text
			delete(f.wrong, field)
			f.order[slices.Index(f.order, field)] = below
		}
	}
}

// judge puts a refusal into the form, beside the fields that it names. An error that says nothing about the form comes back.
func (r *request) judge(f *form, err error) error {
	if err == nil {
		return nil
	}
	var stale bool
	if fields, ok := errors.AsType[crm.FieldErrors](err); ok {
		r.blameFields(f, fields)
		return nil
	}
	if one, ok := errors.AsType[crm.FieldError](err); ok {
		r.blameFields(f, crm.FieldErrors{one})
		return nil
	}
	if e, ok := errors.AsType[store.RuleRefused](err); ok {
		r.blameRules(f, e, "")
		return nil
	}
	if e, ok := errors.AsType[store.Duplicated](err); ok {
		r.blameDoubles(f, e)
		return nil
	}
	if stale = errors.Is(err, store.ErrStale); stale || errors.Is(err, crm.ErrAmountDerived) {
		p := problemOf(err)
		f.other, f.status = append(f.other, r.say("error."+p.Code)), p.Status
		return nil
	}
	if e, ok := errors.AsType[store.Refused](err); ok {
		f.other, f.status = append(f.other, r.codeText(e.Code, e.Params)), code(e.Code).status()
		return nil
	}
	if p := problemOf(err); p.Status == http.StatusConflict || p.Status == http.StatusUnprocessableEntity {
		f.other, f.status = append(f.other, r.say("error."+p.Code, map[string]any(p.Params))), p.Status
		return nil
	}
	return err
}

func (r *request) blameFields(f *form, errs crm.FieldErrors) {
	f.status = http.StatusUnprocessableEntity
	for _, e := range errs {
		text := r.errorText(e)
		name := strings.ReplaceAll(strings.TrimPrefix(e.Pointer, "/"), "/", ".")
		if _, known := f.values[name]; known || strings.HasPrefix(name, "fill.") {
			f.blame(name, text)
		} else {
			f.other = append(f.other, text)
		}
	}
}

// input is a field as the partial "field" draws it.
type input struct {
	ID, Name, Label, Type, Value, Help, Error, Class, Mode, Auto string
	Optional, ReadOnly                                           bool
	Unmarked                                                     bool // optional, which its label does not say: rules may ask for it
	Options                                                      []option
}

// newInput reads the options of a template's call: "optional", "asked", "readonly", "type=date", "help=<key>", "class=w-m", "mode=decimal", "auto=email", "id=<id>", "value=<value>".
func newInput(print *i18n.Printer, f form, name, key string, options []option, opts []string) (input, error) {
	in := input{ID: fieldID(name), Name: name, Label: print.T(key), Type: "text", Value: f.values[name], Error: f.wrong[name], Options: options}
	for _, o := range opts {
		what, v, _ := strings.Cut(o, "=")
		switch what {
		case "optional":
			in.Optional = true
		case "asked":
			in.Optional, in.Unmarked = true, true
		case "readonly":
			in.ReadOnly = true
		case "type":
			in.Type = v
		case "help":
			in.Help = print.T(v)
		case "class":
			in.Class = v
		case "mode":
			in.Mode = v
		case "auto":
			in.Auto = v
		case "id":
			in.ID = fieldID(v)
		case "value":
			if _, typed := f.values[name]; !typed {
				in.Value = v
			}
		default:
			return in, fmt.Errorf("field %s: unknown option %q", name, o)
		}
	}
	return in, nil
}

// chosen makes the options of a select.
func chosen(none string, list []store.Choice) []option {
	out := make([]option, 0, len(list)+1)
	if none != "" {
		out = append(out, option{"", none})
	}
	for _, c := range list {
		out = append(out, option{string(c.ID), c.Name})
	}
	return out
}

// enumOptions are the words of a list of values.
func enumOptions[T ~string](r *request, none, kind string, list []T) []option {
	var out []option
	if none != "" {
		out = append(out, option{"", none})
	}
	for _, v := range list {
		out = append(out, option{string(v), named(r.words(), kind, string(v))})
	}
	return out
}

// errorText is the sentence for what is wrong with a value.
func (r *request) errorText(err error) string {
	e, ok := errors.AsType[crm.FieldError](err)
	if !ok {
		return r.say("answer.other", "Code", err.Error())
	}
	if key := "error.field." + e.Code; r.words().Has(key) {
		return r.say(key, e.Params)
	}
	return r.words().Error(e)
}

// decimal reads a number typed in the language of the page; a wrong one is blamed on its field.
func (r *request) decimal(f *form, name string) decimal.Decimal {
	text := f.Value(name)
	if text == "" {
		return decimal.Zero
	}
	plain, err := r.words().PlainNumber(text)
	if err == nil {
		d, wrong := decimal.NewFromString(plain)
		if wrong == nil && len(plain) < 24 {
			return d
		}
		err = crm.Problem("invalid_decimal", "example", "1234.50")
	}
	f.blame(name, r.errorText(err))
	return decimal.Zero
}

// date reads a date as browsers send it.
func (r *request) date(f *form, name string) crm.Date {
	d, err := crm.ParseDate(f.Value(name))
	if err != nil {
		f.blame(name, r.errorText(crm.Problem("invalid_date", "example", "2026-11-21")))
	}
	return d
}

// needed blames fields that are empty.
func (r *request) needed(f *form, names ...string) {
	for _, n := range names {
		if f.Value(n) == "" {
			f.blame(n, r.say("form.required"))
		}
	}
}

// quantity reads a quantity over zero with up to four decimals.
func (r *request) quantity(f *form, name string) decimal.Decimal {
	return r.parsed(f, name, crm.ParseQuantity)
}

// percent reads a percentage from 0 to 100; nothing is 0.
func (r *request) percent(f *form, name string) decimal.Decimal {
	return r.parsed(f, name, crm.ParsePercent)
}

func (r *request) parsed(f *form, name string, parse func(string) (decimal.Decimal, error)) decimal.Decimal {
	if f.Value(name) == "" {
		return decimal.Zero
	}
	plain, err := r.words().PlainNumber(f.Value(name))
	if err == nil {
		var d decimal.Decimal
		if d, err = parse(plain); err == nil {
			return d
		}
	}
	f.blame(name, r.errorText(err))
	return decimal.Zero
}
