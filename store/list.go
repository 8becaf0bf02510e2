package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Query asks for one page of a list. All names are checked against the list's own; nothing of it becomes SQL text.
type Query struct {
	Limit   int
	Sort    []Order
	Filters []Filter
	After   []string // the sort values and id of the last row of the page before
}

// Order is one key of a sort.
type Order struct {
	Field string
	Down  bool
}

// Filter keeps rows whose field compares so with the value. Op is eq, gte, lte or has (part of a text).
type Filter struct {
	Field string
	Op    string
	Value string
}

// name is the filter as it is asked for.
func (f Filter) name() string {
	if f.Op == "eq" {
		return "filter[" + f.Field + "]"
	}
	return "filter[" + f.Field + "][" + f.Op + "]"
}

// ErrCursor refuses a cursor that does not fit the list.
var ErrCursor = errors.New("the cursor does not fit the list")

// Rejected is a part of a query that a list does not take.
type Rejected struct {
	Parameter string // "sort", "filter[stage]"
	Code      string // unknown_field, invalid_value, unknown_operator
	Allowed   []string
}

func (e Rejected) Error() string { return e.Parameter + ": " + e.Code }

// column is a field by which a list may be sorted or filtered.
type column[T any] struct {
	name   string
	sql    string // never null when it sorts
	kind   string // the SQL type that values are cast to
	value  func(T) any
	filter bool // filters only: it may be null
}

// List is a kind of record that is read page by page.
type List[T any] struct {
	from    string // select … from …, without a condition
	id      string // the column of the id
	owner   string // the column of the owner; empty: everybody with the permission sees all
	lead    bool   // it is the list of leads, in which there are some that nobody has
	columns []column[T]
	rowID   func(T) crm.ID
	sort    []Order // when nothing is asked for

	own      string // the kind of record, where it has fields of the company's own: "account"
	customOf func(T) crm.Custom
}

// covers is the condition under which a row is in the scope.
func (l List[T]) covers(sc Scope, args *[]any) string {
	if l.lead {
		return sc.coversLead("lead", args)
	}
	return sc.covers(l.owner, args)
}

// Names lists the fields that the list sorts by, and those that it filters by.
func (l List[T]) Names() (sorts, filters []string) {
	for _, c := range l.columns {
		filters = append(filters, c.name)
		if !c.filter {
			sorts = append(sorts, c.name)
		}
	}
	return sorts, filters
}

// Page reads one page within the scope; next is what After must hold for the page after it, nil when there is none.
func (l List[T]) Page(ctx context.Context, s *Store, sc Scope, q Query) (rows []T, next []string, err error) {
	if len(q.Sort) == 0 {
		q.Sort = l.sort
	}
	order, keys, err := l.order(q.Sort)
	if err != nil {
		return nil, nil, err
	}
	var args []any
	where := []string{"true"}
	if l.owner != "" {
		where = append(where, l.covers(sc, &args))
	}
	for _, f := range q.Filters {
		sql, err := l.condition(f, &args)
		if err != nil {
			return nil, nil, err
		}
		where = append(where, sql)
	}
	if q.After != nil {
		sql, err := l.after(q, keys, &args)
		if err != nil {
			return nil, nil, err
		}
		where = append(where, sql)
	}
	rows, err = many[T](ctx, s.pool, l.from+" where "+strings.Join(where, " and ")+" order by "+order+" limit "+arg(&args, q.Limit+1), args...)
	if err != nil || len(rows) <= q.Limit {
		return rows, nil, err
	}
	rows = rows[:q.Limit]
	last := rows[q.Limit-1]
	for _, k := range keys {
		next = append(next, keyText(k.value(last)))
	}
	return rows, append(next, string(l.rowID(last))), nil
}

func (l List[T]) find(name string) (column[T], bool) {
	i := slices.IndexFunc(l.columns, func(c column[T]) bool { return c.name == name })
	if i < 0 {
		return column[T]{}, false
	}
	return l.columns[i], true
}

// MaxSort is how many keys an order may have: the condition for the next page grows with each.
const MaxSort = 8

// order gives the order by clause and its columns; the id makes it total, in the direction of the last key.
func (l List[T]) order(sort []Order) (string, []column[T], error) {
	var parts []string
	var keys []column[T]
	down := false
	if len(sort) > MaxSort {
		return "", nil, Rejected{"sort", "too_many", nil}
	}
	for _, o := range sort {
		c, ok := l.find(o.Field)
		if !ok || c.filter {
			sorts, _ := l.Names()
			return "", nil, Rejected{"sort", "unknown_field", sorts}
		}
		parts, keys, down = append(parts, c.sql+direction(o.Down)), append(keys, c), o.Down
	}
	return strings.Join(append(parts, l.id+direction(down)), ", "), keys, nil
}

func direction(down bool) string {
	if down {
		return " desc"
	}
	return ""
}

// after is the condition "comes later in the order than these values", key by key.
func (l List[T]) after(q Query, keys []column[T], args *[]any) (string, error) {
	if len(q.After) != len(keys)+1 || !fits("uuid", q.After[len(keys)]) {
		return "", ErrCursor
	}
	equal, later := "", []string{}
	for i, k := range keys {
		if !fits(k.kind, q.After[i]) {
			return "", ErrCursor
		}
		value := arg(args, q.After[i]) + "::text::" + k.kind
		later = append(later, fmt.Sprintf("(%s%s %s %s)", equal, k.sql, beyond(q.Sort[i].Down), value))
		equal += fmt.Sprintf("%s = %s and ", k.sql, value)
	}
	later = append(later, fmt.Sprintf("(%s%s %s %s::text::uuid)", equal, l.id, beyond(q.Sort[len(keys)-1].Down), arg(args, q.After[len(keys)])))
	return "(" + strings.Join(later, " or ") + ")", nil
}

func beyond(down bool) string {
	if down {
		return "<"
	}
	return ">"
}

func (l List[T]) condition(f Filter, args *[]any) (string, error) {
	c, ok := l.find(f.Field)
	if !ok {
		_, filters := l.Names()
		return "", Rejected{f.name(), "unknown_field", filters}
	}
	operators := operatorsOf(c.kind)
	op, ok := operators[f.Op]
	if !ok {
		return "", Rejected{f.name(), "unknown_operator", slices.Sorted(maps.Keys(operators))}
	}
	if !fits(c.kind, f.Value) {
		return "", Rejected{f.name(), "invalid_value", nil}
	}
	value, kind := f.Value, c.kind
	switch {
	case kind == kindWithin:
		return fmt.Sprintf("%s in (%s)", l.id, strings.ReplaceAll(c.sql, "@id", arg(args, value)+"::text::uuid")), nil
	case kind == "list":
		kind = "text"
	case f.Op == "has":
		value = "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(value) + "%"
	}
	return fmt.Sprintf("%s %s %s::text::%s", c.where(), op, arg(args, value), kind), nil
}

// fits tells whether a text can be read as the SQL type, so that the database never refuses it.
func fits(kind, text string) bool {
	var err error
	switch kind {
	case "uuid", kindWithin:
		_, err = uuid.Parse(text)
		if len(text) != 36 {
			return false
		}
	case "numeric":
		if text == "Infinity" {
			return true
		}
		if len(text) > 40 || strings.ContainsAny(text, "eE") {
			return false
		}
		_, err = decimal.NewFromString(text)
	case "date":
		if text == "infinity" {
			return true
		}
		_, err = time.Parse(time.DateOnly, text)
	case "timestamptz":
		_, err = time.Parse(time.RFC3339Nano, text)
	case "boolean":
		if text != "true" && text != "false" {
			return false
		}
	default:
		return !strings.ContainsRune(text, 0) && len(text) <= 1000
	}
	return err == nil
}

// keyText writes a sort value so that the database reads the same value again.
func keyText(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case crm.Date:
		if v.IsZero() {
			return "infinity"
		}
		return v.String()
	}
	return fmt.Sprint(v)
}
