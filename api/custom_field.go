package api

import (
	"fmt"
	"regexp"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// customFieldBody is a field that the company gives one kind of record.
type customFieldBody struct {
	Record   opt[string]            `json:"record" doc:"enum=custom_record;text=For good."`
	Name     opt[string]            `json:"name" doc:"max=40;text=For machines and rules, for good: small letters, digits and _, a letter first."`
	Type     opt[string]            `json:"type" doc:"enum=custom_type;text=For good."`
	Labels   opt[map[string]string] `json:"labels" doc:"text=By language; en is needed."`
	Options  opt[[]optionBody]      `json:"options" doc:"most=200;text=Of a choice. One that is left out is retired."`
	Readers  opt[[]string]          `json:"readers" doc:"most=10;text=Roles; none: whoever may see the record."`
	Writers  opt[[]string]          `json:"writers" doc:"most=10;text=Roles; none: whoever may write the record."`
	Position opt[int]               `json:"position" doc:"min=0;top=10000"`
	Retired  opt[bool]              `json:"retired" doc:"text=Nobody fills it any more; what it holds stays."`
}

// optionBody is an entry of the list of a choice.
type optionBody struct {
	Key     string            `json:"key" doc:"required;max=40"`
	Labels  map[string]string `json:"labels"`
	Retired bool              `json:"retired"`
}

var (
	fieldName40 = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	optionKey40 = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
)

func (b customFieldBody) apply(f *crm.CustomField) error {
	var c check
	if f.Version == 0 {
		f.Record, f.Name, f.Type = b.Record.Value, b.Name.Value, crm.CustomType(b.Type.Value)
		c.needed("/record", f.Record, crm.CustomRecords())
		c.needed("/type", string(f.Type), listOf(crm.CustomTypes()...))
		if c.required("/name", &f.Name, 40); f.Name != "" && !fieldName40.MatchString(f.Name) {
			c.fail("/name", "invalid_key", nil)
		}
	} else {
		c.fixed("/record", b.Record, f.Record)
		c.fixed("/name", b.Name, f.Name)
		c.fixed("/type", b.Type, string(f.Type))
	}
	set(b.Labels, &f.Labels)
	set(b.Position, &f.Position)
	set(b.Retired, &f.Retired)
	if len(f.Labels) == 0 {
		c.fail("/labels", "required", nil)
	} else {
		c.labels("/labels", f.Labels, true)
	}
	c.between("/position", f.Position, 0, 10_000)
	c.options(b.Options, f)
	if b.Readers.Set {
		f.Readers = c.roles("/readers", b.Readers.Value)
	}
	if b.Writers.Set {
		f.Writers = c.roles("/writers", b.Writers.Value)
	}
	return c.err()
}

// needed asks for one of the known values.
func (c *check) needed(pointer, value string, known []string) {
	if value == "" {
		c.fail(pointer, "required", nil)
	}
	c.oneOf(pointer, value, known...)
}

// fixed refuses another value of what is for good.
func (c *check) fixed(pointer string, o opt[string], now string) {
	if o.Set && o.Value != now {
		c.fail(pointer, "read_only", nil)
	}
}

func (c *check) labels(pointer string, labels map[string]string, needed bool) {
	for l, text := range labels {
		if !slices.Contains([]string{"en", "it", "es", "pl"}, l) {
			c.fail(pointer+"/"+escapePointer(l), "unknown_value", params{"allowed": []string{"en", "it", "es", "pl"}})
			continue
		}
		c.line(pointer+"/"+l, &text, maxName)
		labels[l] = text
	}
	if needed && labels["en"] == "" {
		c.fail(pointer+"/en", "required", nil)
	}
}

func (c *check) options(b opt[[]optionBody], f *crm.CustomField) {
	choice := f.Type == crm.CustomChoice || f.Type == crm.CustomChoices
	if b.Set {
		f.Options = nil
		if len(b.Value) > crm.MaxCustomOptions {
			c.fail("/options", "too_many", params{"max": crm.MaxCustomOptions})
			return
		}
		for i, o := range b.Value {
			at := fmt.Sprintf("/options/%d", i)
			switch _, twice := f.Option(o.Key); {
			case o.Key == "":
				c.fail(at+"/key", "required", nil)
			case !optionKey40.MatchString(o.Key):
				c.fail(at+"/key", "invalid_key", nil)
			case twice:
				c.fail(at+"/key", "given_twice", nil)
			}
			if o.Labels == nil {
				o.Labels = map[string]string{}
			}
			c.labels(at+"/labels", o.Labels, false)
			f.Options = append(f.Options, crm.CustomOption(o))
		}
	}
	switch {
	case choice && len(f.Options) == 0:
		c.fail("/options", "required", nil)
	case !choice && len(f.Options) > 0:
		c.fail("/options", "not_for_this_kind", nil)
	}
}

func (c *check) roles(pointer string, names []string) []crm.Role {
	out := []crm.Role{}
	for i, n := range names {
		c.needed(fmt.Sprintf("%s/%d", pointer, i), n, listOf(crm.Roles()...))
		if !slices.Contains(out, crm.Role(n)) {
			out = append(out, crm.Role(n))
		}
	}
	return out
}

func postCustomField(r *request) error {
	var b customFieldBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var f crm.CustomField
	if err := b.apply(&f); err != nil {
		return err
	}
	return create(r, "/api/v1/custom-fields/", store.OwnFields, func(id crm.ID) (crm.CustomField, error) {
		f.ID = id
		return r.store.CreateCustomField(r.ctx(), r.user.ID, f)
	})
}

func patchCustomField(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b customFieldBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	f, err := r.store.EditCustomField(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(f, f.Version)
}
