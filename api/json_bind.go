package api

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
)

// decimalText is an amount, quantity or percentage as it was sent, "10.50"; a JSON number is taken by its digits.
type decimalText string

// opt is a member of a merge patch: absent, or set; null sets the zero value, which clears it.
type opt[T any] struct {
	Set   bool
	Value T
}

type optional interface{ target() any }

func (o *opt[T]) target() any { o.Set = true; return &o.Value }

// binder moves a parsed body into a struct and notes all that does not fit.
type binder struct{ wrong []item }

func (b *binder) bind(n node, into reflect.Value, pointer string) {
	if into.CanAddr() {
		if o, ok := into.Addr().Interface().(optional); ok {
			if target := reflect.ValueOf(o.target()).Elem(); n.kind != "null" {
				b.bind(n, target, pointer)
			}
			return
		}
	}
	if n.kind == "null" {
		return
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		b.bind(n, into.Elem(), pointer)
		return
	}
	switch into.Interface().(type) {
	case decimalText:
		if n.kind != "text" && n.kind != "number" {
			b.mismatch(pointer, "decimal", n)
			return
		}
		into.SetString(n.text)
	case crm.Date:
		b.date(n, into, pointer)
	case time.Time:
		b.instant(n, into, pointer)
	case json.RawMessage:
		into.SetBytes(n.raw())
	default:
		b.kind(n, into, pointer)
	}
}

func (b *binder) kind(n node, into reflect.Value, pointer string) {
	want := map[reflect.Kind]string{
		reflect.Struct: "object", reflect.Map: "object", reflect.Slice: "array", reflect.String: "text",
		reflect.Bool: "boolean", reflect.Int: "number",
	}[into.Kind()]
	if n.kind != want {
		b.mismatch(pointer, want, n)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		b.object(n, into, pointer)
	case reflect.Map: // names to texts
		into.Set(reflect.MakeMap(into.Type()))
		for _, m := range n.members {
			v := reflect.New(into.Type().Elem()).Elem()
			b.bind(m.value, v, pointer+"/"+escapePointer(m.name))
			into.SetMapIndex(reflect.ValueOf(m.name), v)
		}
	case reflect.Slice:
		into.Set(reflect.MakeSlice(into.Type(), len(n.list), len(n.list)))
		for i, v := range n.list {
			b.bind(v, into.Index(i), pointer+"/"+strconv.Itoa(i))
		}
	case reflect.String:
		into.SetString(n.text)
	case reflect.Bool:
		into.SetBool(n.yes)
	case reflect.Int:
		v, err := strconv.ParseInt(n.text, 10, 32)
		if err != nil {
			b.add(pointer, "not_an_integer", nil)
		}
		into.SetInt(v)
	}
}

func (b *binder) object(n node, into reflect.Value, pointer string) {
	fields := map[string]int{}
	var names []string
	for i := range into.NumField() {
		name, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = i
			names = append(names, name)
		}
	}
	for _, m := range n.members {
		at := pointer + "/" + escapePointer(m.name)
		i, ok := fields[m.name]
		if !ok {
			var ps params
			if near := nearest(m.name, names); near != "" {
				ps = params{"did_you_mean": near}
			}
			b.add(at, "unknown_field", ps)
			continue
		}
		b.bind(m.value, into.Field(i), at)
	}
}

func (b *binder) date(n node, into reflect.Value, pointer string) {
	if n.kind != "text" {
		b.mismatch(pointer, "date", n)
		return
	}
	d, err := crm.ParseDate(n.text)
	if err != nil {
		b.add(pointer, "invalid_date", params{"example": "2026-11-21"})
		return
	}
	into.Set(reflect.ValueOf(d))
}

func (b *binder) instant(n node, into reflect.Value, pointer string) {
	if n.kind != "text" {
		b.mismatch(pointer, "time", n)
		return
	}
	t, err := time.Parse(time.RFC3339, n.text)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		b.add(pointer, "invalid_time", params{"example": "2026-11-21T10:00:00Z"})
		return
	}
	into.Set(reflect.ValueOf(t.UTC()))
}

func (b *binder) mismatch(pointer, want string, n node) {
	b.add(pointer, "wrong_type", params{"want": want, "got": n.kind})
}

func (b *binder) add(pointer, code string, ps params) {
	b.wrong = append(b.wrong, invalid(pointer, code, ps))
}

// raw writes the value as JSON again.
func (n node) raw() []byte {
	b, _ := json.Marshal(n.plain()) // of maps, slices and texts: cannot fail
	return b
}

func (n node) plain() any {
	switch n.kind {
	case "object":
		m := make(map[string]any, len(n.members))
		for _, v := range n.members {
			m[v.name] = v.value.plain()
		}
		return m
	case "array":
		list := make([]any, len(n.list))
		for i, v := range n.list {
			list[i] = v.plain()
		}
		return list
	case "text":
		return n.text
	case "number":
		return json.Number(n.text)
	case "boolean":
		return n.yes
	}
	return nil
}
