package i18n

import (
	"strings"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// clauseKeys name the sentence for each comparison of a rule.
var clauseKeys = map[string]string{
	"filled": "filled", "empty": "empty", "is": "is",
	"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
	"in": "in", "not in": "not_in", "contains": "contains", "not contains": "not_contains",
	"startsWith": "starts", "not startsWith": "not_starts", "endsWith": "ends", "not endsWith": "not_ends",
	"matches": "matches", "not matches": "not_matches",
}

// Clause says a rule's condition: by its author's label, else by a sentence for its comparison, else by its source (N1).
// Amounts are written in the currency; an empty one leaves them as numbers.
func (p *Printer) Clause(c crm.Clause, currency crm.Currency) string {
	if label := strings.TrimSpace(c.Label[p.language]); label != "" {
		return label
	}
	key, known := clauseKeys[c.Op]
	if !known || len(c.Values) == 0 {
		return c.Text(p.language)
	}
	field := c.Values[0].Field
	switch f, _ := crm.FieldAt(field); {
	case key == "is" && c.Needs == "false":
		key = "is_not"
	case f.Type == crm.TypeDate && strings.ContainsAny(c.Op, "<>"):
		key += "_date"
	}
	return p.T("gate.clause."+key, "Field", p.FieldName(field), "Needs", p.Value(field, c.Needs, currency))
}

// Now says what a field held when the rule was asked: "now €900.00", "now empty".
func (p *Printer) Now(v crm.Value, currency crm.Currency) string {
	if v.Now == "" {
		return p.T("gate.now_empty")
	}
	return p.T("gate.now", "Value", p.Value(v.Field, v.Now, currency))
}

// FieldName is the name of a field that rules may read ("customer.vat"); an unknown path is its own name.
func (p *Printer) FieldName(path string) string {
	if own, ok := crm.CustomAt(path); ok {
		return own.Label(p.language)
	}
	if !p.Has("field." + path) {
		return path
	}
	return p.T("field." + path)
}

// Value writes the plain value of a field ("1000", "2026-11-21", "true") by its type. What cannot be read stays as it is.
func (p *Printer) Value(path, plain string, currency crm.Currency) string {
	if own, ok := crm.CustomAt(path); ok && len(own.Options) > 0 {
		return p.options(own, plain)
	}
	f, _ := crm.FieldAt(path)
	switch f.Type {
	case crm.TypeDate:
		if d, err := crm.ParseDate(plain); err == nil {
			return p.Date(d)
		}
	case crm.TypeBool:
		if plain == "true" || plain == "false" {
			return p.YesNo(plain == "true")
		}
	case crm.TypeMoney, crm.TypeNumber, crm.TypePercent:
		if d, err := decimal.NewFromString(plain); err == nil && plainNumber(plain) {
			return p.quantity(f.Type, d, currency)
		}
	}
	return plain
}

func (p *Printer) quantity(t crm.FieldType, d decimal.Decimal, currency crm.Currency) string {
	switch {
	case t == crm.TypePercent:
		return p.Percent(d)
	case t == crm.TypeMoney && currency != "":
		return p.Money(d, currency)
	}
	return p.Number(d, AsGiven)
}

// options writes the keys of a choice by their names.
func (p *Printer) options(own crm.CustomField, plain string) string {
	keys := strings.Split(plain, ", ")
	for i, key := range keys {
		if o, ok := own.Option(key); ok {
			keys[i] = o.Label(p.language)
		}
	}
	return strings.Join(keys, ", ")
}
