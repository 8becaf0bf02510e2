package store

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// ownText is how many characters of a text the order of a list looks at: a cursor holds them.
const ownText = 200

// ownName is the form of a field's name; nothing else becomes SQL text.
var ownName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// ownKinds are the SQL types of custom fields. A list of options is filtered by one of them.
var ownKinds = map[crm.CustomType]string{
	crm.CustomText: "text", crm.CustomChoice: "text", crm.CustomNumber: "numeric", crm.CustomMoney: "numeric", crm.CustomDate: "date",
	crm.CustomBool: "boolean", crm.CustomChoices: "list",
}

// Own is the kind of record by whose own fields the list can be asked: "account"; empty: none.
func (l List[T]) Own() string { return l.own }

// With is the list that can also be filtered by these of its record's own fields, and sorted by them unless they are truth values or lists (S054).
// What is not filled comes last, of texts first, and meets no filter.
func (l List[T]) With(fields []crm.CustomField) List[T] {
	columns := l.columns
	l.columns = columns[:len(columns):len(columns)]
	for _, f := range fields {
		kind, known := ownKinds[f.Type]
		if f.Record != l.own || !known || !ownName.MatchString(f.Name) {
			continue
		}
		c := column[T]{name: "custom." + f.Name, kind: kind, filter: kind == "boolean" || kind == "list"}
		if !c.filter {
			c.sql, c.value = ownOrder(f.Name, kind), func(row T) any { return ownKey(l.customOf(row), f.Name, kind) }
		}
		l.columns = append(l.columns, c)
	}
	return l
}

// where is what a filter compares: null where the field is not filled.
func (c column[T]) where() string {
	name, own := strings.CutPrefix(c.name, "custom.")
	if !own {
		return c.sql
	}
	switch c.kind {
	case "list":
		return `custom->'` + name + `'`
	case "numeric":
		return `(custom->>'` + name + `')::numeric`
	case "date":
		return `(custom->>'` + name + `')::date`
	case "boolean":
		return `(custom->>'` + name + `')::boolean`
	}
	return `custom->>'` + name + `'`
}

// ownOrder is what an order compares; never null.
func ownOrder(name, kind string) string {
	switch kind {
	case "numeric":
		return `coalesce((custom->>'` + name + `')::numeric, 'Infinity'::numeric)`
	case "date":
		return `coalesce((custom->>'` + name + `')::date, 'infinity'::date)`
	}
	return `left(coalesce(custom->>'` + name + `', ''), 200)`
}

// ownKey is the value of ownOrder of a row.
func ownKey(values crm.Custom, name, kind string) any {
	switch v := values[name].(type) {
	case decimal.Decimal:
		return v
	case string:
		if kind == "text" && utf8.RuneCountInString(v) > ownText {
			return string([]rune(v)[:ownText])
		}
		return v
	}
	return map[string]string{"numeric": "Infinity", "date": "infinity"}[kind]
}
