package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// schema is a JSON Schema of the 2020-12 draft, or another object of the OpenAPI document.
type schema = map[string]any

// shapes makes schemas of the structs that the decoder binds and the handlers send; structs become components. The libraries that make
// schemas of structs read what encoding/json would do. Here a merge patch is an opt, an amount a text, and a record is written with
// names and nulls of our own, so that each type would need a rule of its own there too.
type shapes struct{ components schema }

// A body is read strictly: other members are refused, and null clears. An answer may get more members later.
type direction bool

const (
	incoming direction = true
	outgoing direction = false
)

func (s *shapes) of(t reflect.Type, d direction, n note) schema {
	if t.Kind() == reflect.Pointer {
		if d == incoming {
			return s.of(t.Elem(), d, n)
		}
		return orNull(s.of(t.Elem(), d, n))
	}
	if o, ok := reflect.New(t).Interface().(optional); ok {
		return s.of(reflect.TypeOf(o.target()).Elem(), d, n)
	}
	switch reflect.New(t).Elem().Interface().(type) {
	case decimalText:
		return ref(figure(n.name) + "Input")
	case decimal.Decimal:
		return ref(figure(n.name))
	case crm.ID:
		return schema{"type": "string", "format": "uuid"}
	case crm.Date:
		return schema{"type": "string", "format": "date"}
	case time.Time:
		return schema{"type": "string", "format": "date-time"}
	case []byte:
		return schema{"type": "string", "pattern": "^[0-9a-f]*$"}
	case json.RawMessage:
		return schema{}
	case crm.Custom:
		return schema{"type": "object", "additionalProperties": true}
	case params:
		return schema{"type": "object", "additionalProperties": true}
	}
	return s.kind(t, d, n)
}

func (s *shapes) kind(t reflect.Type, d direction, n note) schema {
	switch t.Kind() {
	case reflect.Struct:
		return s.component(t, d)
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": s.of(t.Elem(), d, note{})}
	case reflect.Slice:
		item := t.Elem()
		if item.Kind() == reflect.Pointer {
			item = item.Elem()
		}
		return schema{"type": "array", "items": s.of(item, d, note{})}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return schema{"type": "integer"}
	case reflect.Interface:
		return schema{}
	}
	if known, ok := typeEnums[t]; ok {
		return schema{"type": "string", "enum": texts(known)}
	}
	return schema{"type": "string"}
}

// component puts a struct among the components and refers to it.
func (s *shapes) component(t reflect.Type, d direction) schema {
	name := componentName(t)
	if _, known := s.components[name]; !known {
		s.components[name] = schema{} // for types that hold themselves
		s.components[name] = s.object(t, d)
	}
	return ref(name)
}

func (s *shapes) object(t reflect.Type, d direction) schema {
	members, required := schema{}, []string{}
	s.members(t, d, members, &required)
	out := schema{"type": "object", "properties": members}
	if len(required) > 0 {
		slices.Sort(required)
		out["required"] = required
	}
	if d == incoming {
		out["additionalProperties"] = false
	}
	return out
}

func (s *shapes) members(t reflect.Type, d direction, into schema, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			s.members(f.Type, d, into, required)
			continue
		}
		n := noteOf(t, f)
		if n.name == "-" {
			continue
		}
		left := strings.Contains(f.Tag.Get("json"), ",omitempty")
		m := s.of(f.Type, d, n)
		if d == incoming && !n.required || d == outgoing && (emptyIsNull(f) || restricted(t, n.name)) {
			m = orNull(m)
		}
		into[n.name] = n.describe(m)
		if d == outgoing && !left || d == incoming && n.required {
			*required = append(*required, n.name)
		}
	}
}

// emptyIsNull tells whether an answer shows the empty value of a field as null.
func emptyIsNull(f reflect.StructField) bool {
	switch reflect.New(f.Type).Elem().Interface().(type) {
	case crm.ID:
		return f.Name != "ID"
	case crm.Date:
		return true
	}
	return false
}

// restricted tells whether some people see null in a field (B089).
func restricted(t reflect.Type, name string) bool {
	return slices.Contains(crm.HiddenFields(), recordName(t)+"."+name)
}

func ref(component string) schema { return schema{"$ref": "#/components/schemas/" + component} }

// orNull lets null stand for the value too.
func orNull(m schema) schema {
	kind, plain := m["type"].(string)
	if !plain {
		if len(m) == 0 || m["anyOf"] != nil {
			return m
		}
		return schema{"anyOf": []any{m, schema{"type": "null"}}}
	}
	out := schema{}
	for k, v := range m {
		out[k] = v
	}
	out["type"] = []string{kind, "null"}
	if known, ok := m["enum"].([]any); ok {
		out["enum"] = append(slices.Clone(known), nil)
	}
	return out
}

// componentName is the name of a struct in the document: leadBody is LeadBody, page[crm.Lead] LeadPage.
func componentName(t reflect.Type) string {
	name, of, generic := strings.Cut(t.Name(), "[")
	if generic {
		of = strings.TrimSuffix(of, "]")
		return exported(of[strings.LastIndexAny(of, "./")+1:]) + exported(name)
	}
	return exported(name)
}

func exported(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// note is what is known of a member beside its type.
type note struct {
	name     string
	required bool
	values   map[string]string // by the names of the tag
}

// noteOf reads the tag of a field, or what the table says about it.
func noteOf(t reflect.Type, f reflect.StructField) note {
	n := note{name: fieldName(f), values: map[string]string{}}
	tag := f.Tag.Get("doc")
	if tag == "" {
		tag = about[t.Name()+"."+f.Name]
	}
	for part := range strings.SplitSeq(tag, ";") {
		key, value, _ := strings.Cut(part, "=")
		n.values[key] = value
	}
	_, n.required = n.values["required"]
	return n
}

// describe adds the note to a schema.
func (n note) describe(m schema) schema {
	number := func(key, name string) {
		if v, err := strconv.Atoi(n.values[name]); err == nil {
			m[key] = v
		}
	}
	number("maxLength", "max")
	number("maxItems", "most")
	number("minimum", "min")
	number("maximum", "top")
	if n.required && m["type"] == "string" && m["format"] == nil && m["enum"] == nil {
		m["minLength"] = 1
	}
	if v := n.values["format"]; v != "" {
		m["format"] = v
	}
	if known, ok := m["enum"].([]any); ok && n.required { // a value must be there
		m["enum"] = slices.DeleteFunc(known, func(v any) bool { return v == "" })
	}
	if known, ok := enumerations[n.values["enum"]]; ok {
		m["enum"] = texts(known())
		if !n.required {
			m["enum"] = append(m["enum"].([]any), "")
		}
		if kinds, ok := m["type"].([]string); ok && slices.Contains(kinds, "null") {
			m["enum"] = append(m["enum"].([]any), nil)
		}
	}
	if v := n.values["text"]; v != "" {
		m["description"] = v
	}
	return m
}

func texts(values []string) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// figure is the component of a decimal: percentages and quantities have no currency.
func figure(name string) string {
	switch {
	case strings.HasSuffix(name, "percent"):
		return "Percent"
	case name == "quantity":
		return "Quantity"
	}
	return "Money"
}
