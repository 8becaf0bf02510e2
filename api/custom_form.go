package api

import (
	"strings"

	"leadtocash/crm"
)

// ownInput is a field of the company's own in a form: one input, or boxes of which several may be ticked.
type ownInput struct {
	input
	Boxes []input
	Path  string // in rules
}

// ownText is a value of a field of the company's own where it is only shown.
type ownText struct {
	Label, Value string
	Retired      bool
}

const ownPrefix = "custom."

// inputs are the fields that the person may fill, with what is typed or stored.
func (o ownFields) inputs(r *request, f form, values crm.Custom) (out []ownInput) {
	for _, d := range o.shown() {
		if !d.WrittenBy(o.user) {
			continue
		}
		name := ownPrefix + d.Name
		in := ownInput{input: input{ID: fieldID(name), Name: name, Label: d.Label(r.language), Type: "text", Optional: true, Error: f.wrong[name]}, Path: d.Path()}
		typed, sent := f.values[name]
		switch d.Type {
		case crm.CustomText:
			in.Type, in.Value = "textarea", values.Text(d.Name)
		case crm.CustomNumber, crm.CustomMoney:
			in.Mode, in.Class, in.Value = "decimal", "n", strings.Replace(values.Text(d.Name), ".", decimalMark(r.words()), 1)
		case crm.CustomDate:
			in.Type, in.Value = "date", values.Text(d.Name)
		case crm.CustomBool:
			in.Type, in.Value = "select", values.Text(d.Name)
			in.Options = []option{{"", "–"}, {"true", r.words().YesNo(true)}, {"false", r.words().YesNo(false)}}
		case crm.CustomChoice:
			in.Type, in.Value = "select", values.Text(d.Name)
			in.Options = append([]option{{"", "–"}}, o.options(r, d, in.Value)...)
		case crm.CustomChoices:
			in.Boxes = o.boxes(r, f, d, values)
		}
		if sent {
			in.Value = typed
		}
		out = append(out, in)
	}
	return out
}

// options are the entries of a choice that may be chosen, and the present one.
func (o ownFields) options(r *request, d crm.CustomField, now string) (out []option) {
	for _, e := range d.Options {
		if !e.Retired || e.Key == now {
			out = append(out, option{e.Key, e.Label(r.language)})
		}
	}
	return out
}

func (o ownFields) boxes(r *request, f form, d crm.CustomField, values crm.Custom) (out []input) {
	held, _ := values[d.Name].([]string)
	_, sent := f.values[ownPrefix+d.Name]
	for _, e := range d.Options {
		name, value := ownPrefix+d.Name+"."+e.Key, ""
		for _, h := range held {
			if h == e.Key {
				value = "true"
			}
		}
		if e.Retired && value == "" {
			continue
		}
		if sent {
			value = f.values[name]
		}
		out = append(out, input{ID: fieldID(name), Name: name, Label: e.Label(r.language), Type: "checkbox", Value: value, Optional: true})
	}
	return out
}

// texts are the values that the person may see and not change, retired ones too.
func (o ownFields) texts(r *request, values crm.Custom, all bool) (out []ownText) {
	for _, d := range o.all {
		if d.SeenBy(o.user) && values[d.Name] != nil && (all || !d.WrittenBy(o.user)) {
			out = append(out, ownText{d.Label(r.language), o.text(r, d, values), d.Retired})
		}
	}
	return out
}

// text is a value in words.
func (o ownFields) text(r *request, d crm.CustomField, values crm.Custom) string {
	plain := values.Text(d.Name)
	switch d.Type {
	case crm.CustomChoice, crm.CustomChoices:
		var names []string
		for key := range strings.SplitSeq(plain, ", ") {
			e, _ := d.Option(key)
			names = append(names, worded(e.Labels, r.language, key))
		}
		return strings.Join(names, ", ")
	case crm.CustomText:
		return plain
	}
	return r.words().Value(d.Path(), plain, o.currency)
}

// readOwn is read for a form that tells beside its fields when they could not be known.
func (r *request) readOwn(f *form, record string) func(*crm.Custom) {
	own, err := r.own(record)
	if err != nil {
		f.other = append(f.other, r.say("error."+problemOf(err).Code))
	}
	return own.read(r, f)
}

// read checks the fields of the company's own in a form and gives the change that they ask for. A form without them changes none.
func (o ownFields) read(r *request, f *form) func(*crm.Custom) {
	changes := map[string]any{}
	for _, d := range o.shown() {
		name := ownPrefix + d.Name
		text, sent := f.values[name]
		if !sent || !d.WrittenBy(o.user) {
			continue
		}
		if d.Type == crm.CustomChoices {
			var keys []string
			for _, e := range d.Options {
				if f.values[name+"."+e.Key] == "true" {
					keys = append(keys, e.Key)
				}
			}
			changes[d.Name] = keys
			continue
		}
		if d.Type == crm.CustomNumber || d.Type == crm.CustomMoney {
			if text != "" {
				plain, err := r.words().PlainNumber(text)
				if err != nil {
					f.blame(name, r.errorText(err))
					continue
				}
				text = plain
			}
		}
		v, err := d.Parse(text, o.currency)
		if err != nil && !keptChoice(d, text) {
			f.blame(name, r.errorText(err))
			continue
		}
		if err != nil {
			v = text
		}
		changes[d.Name] = v
	}
	return func(c *crm.Custom) {
		for name, v := range changes {
			*c = c.With(name, v)
		}
	}
}

// keptChoice tells whether a text is an option that was retired: who had it keeps it.
func keptChoice(d crm.CustomField, text string) bool {
	e, ok := d.Option(text)
	return ok && e.Retired && d.Type == crm.CustomChoice
}
