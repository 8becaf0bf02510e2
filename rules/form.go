package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// FormRow is one line of a condition as a form shows it: field, operator, value. The value is a literal without quotes, a list of texts with
// commas, or the path of another field of the same type; it is empty where the operator says it all.
type FormRow struct{ Field, Op, Value string }

// Form is a condition in the simple shape that forms can show: every group must hold, and of a group one row is enough.
type Form [][]FormRow

// The operators of forms that are no operators of expressions.
const (
	OpIs     = "is"
	OpFilled = "filled"
	OpEmpty  = "empty"
	OpHas    = "has"
	OpHasNot = "has not"
)

// Operators lists what a form offers for fields of a type, in its order.
func Operators(t crm.FieldType) []string {
	switch typ(t).base() {
	case tText:
		return []string{OpFilled, OpEmpty, "==", "!=", "in", "not in", "contains", "startsWith", "endsWith"}
	case tNumber:
		return []string{">", ">=", "<", "<=", "==", "!=", OpFilled}
	case tDate:
		return []string{OpFilled, OpEmpty, ">", ">=", "<", "<=", "==", "!="}
	case tList:
		return []string{OpFilled, OpEmpty, OpHas, OpHasNot}
	}
	return []string{OpIs}
}

var listHas = regexp.MustCompile(`^"([^"\\]*)" (not )?in ([a-z_]+\.[a-z_]+)$`)

// FormOf takes a condition apart. It is false for one that has more in it than a form can show; such a one is edited as text.
func FormOf(source string) (Form, bool) {
	c, problems := compileCondition("form", source)
	if len(problems) > 0 {
		return nil, false
	}
	var out Form
	for _, alternatives := range c.operands {
		var group []FormRow
		for _, a := range alternatives {
			row, ok := a.row()
			if !ok {
				return nil, false
			}
			group = append(group, row)
		}
		out = append(out, group)
	}
	again, problems := out.Source()
	if len(problems) > 0 {
		return nil, false
	}
	_, problems = compileCondition("form", again)
	return out, len(problems) == 0
}

func (a clause) row() (FormRow, bool) {
	if m := listHas.FindStringSubmatch(a.source); m != nil {
		op := OpHas
		if m[2] != "" {
			op = OpHasNot
		}
		return FormRow{m[3], op, m[1]}, true
	}
	if a.op == "" || len(a.fields) == 0 || len(a.fields) > 2 || len(a.fields) == 2 && a.needsField == "" {
		return FormRow{}, false
	}
	row := FormRow{a.fields[0].Path, a.op, a.needs}
	if a.needsField != "" {
		if row.Value = a.needsField; row.Field == row.Value {
			return row, false
		}
	}
	return row, slices.Contains(Operators(a.fields[0].Type), a.op)
}

// Source writes the condition as an expression, or tells by row what is wrong; paths are groups[0][1].value.
func (f Form) Source() (string, Problems) {
	var problems Problems
	var all []string
	for i, group := range f {
		var parts []string
		for j, row := range group {
			text, p := row.source()
			if p != nil {
				p.Path = fmt.Sprintf("groups[%d][%d].%s", i, j, p.Path)
				problems = append(problems, *p)
			}
			parts = append(parts, text)
		}
		switch text := strings.Join(parts, " or "); {
		case len(parts) == 0:
		case len(parts) > 1 && len(f) > 1:
			all = append(all, "("+text+")")
		default:
			all = append(all, text)
		}
	}
	if len(problems) == 0 && len(all) == 0 {
		problems = append(problems, Problem{Path: "groups", Line: 1, Column: 1, Code: CodeEmpty, Params: map[string]string{}, Text: "a condition needs at least one row"})
	}
	return strings.Join(all, " and "), problems
}

func wrongRow(part, code string, params map[string]string, text string) *Problem {
	return &Problem{Path: part, Line: 1, Column: 1, Code: code, Params: params, Text: text}
}

func (r FormRow) source() (string, *Problem) {
	f, ok := crm.FieldAt(r.Field)
	if !ok {
		p := wrongRow("field", CodeUnknownName, map[string]string{"name": r.Field}, "there is no field "+quoted(r.Field))
		if near := nearest(r.Field, allPaths()); near != "" {
			p.Params["did_you_mean"] = near
		}
		return "", p
	}
	if ops := Operators(f.Type); !slices.Contains(ops, r.Op) {
		return "", wrongRow("op", CodeInvalidValue, map[string]string{"value": r.Op, "allowed": strings.Join(ops, ", ")}, quoted(r.Op)+" does not go with "+r.Field)
	}
	switch r.Op {
	case OpFilled:
		return "filled(" + r.Field + ")", nil
	case OpEmpty:
		return "not filled(" + r.Field + ")", nil
	case OpIs:
		yes, err := strconv.ParseBool(r.Value)
		if err != nil {
			return "", wrongRow("value", CodeInvalidValue, map[string]string{"value": r.Value, "allowed": "true, false"}, "this should be true or false")
		}
		if yes {
			return r.Field, nil
		}
		return "not " + r.Field, nil
	}
	value, p := r.literal(f)
	switch r.Op {
	case OpHas:
		return value + " in " + r.Field, p
	case OpHasNot:
		return value + " not in " + r.Field, p
	}
	return r.Field + " " + r.Op + " " + value, p
}

// literal is the value as an expression has it.
func (r FormRow) literal(f crm.Field) (string, *Problem) {
	value := strings.TrimSpace(r.Value)
	if other, ok := crm.FieldAt(value); ok && typ(other.Type).base() == typ(f.Type).base() && r.Op != "in" && r.Op != "not in" {
		return value, nil
	}
	switch typ(f.Type).base() {
	case tNumber:
		digits, negative := strings.CutPrefix(value, "-")
		if _, err := literal(digits); err != nil {
			return "", wrongRow("value", CodeInvalidValue, map[string]string{"value": value, "allowed": "1000.50"}, quoted(value)+" is no number")
		}
		if negative {
			return "-" + digits, nil
		}
		return digits, nil
	case tDate:
		if d, err := crm.ParseDate(value); err != nil || d.IsZero() {
			return "", wrongRow("value", CodeInvalidValue, map[string]string{"value": value, "allowed": "2026-11-21"}, quoted(value)+" is no date like 2026-11-21")
		}
		return `date("` + value + `")`, nil
	}
	if value == "" {
		return "", wrongRow("value", CodeEmpty, map[string]string{}, "a value is needed")
	}
	if r.Op != "in" && r.Op != "not in" {
		return strconv.Quote(value), nil
	}
	var all []string
	for _, part := range strings.Split(value, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, strconv.Quote(part))
		}
	}
	return "[" + strings.Join(all, ", ") + "]", nil
}
