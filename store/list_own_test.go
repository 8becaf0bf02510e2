package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S054, B: a list is filtered and sorted by fields of the company's own, page by page without losing or doubling a row, whatever the values; a name that
// is no name never becomes SQL.
func TestListByOwnFields(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	ctx := t.Context()
	fields := []crm.CustomField{}
	for name, kind := range map[string]crm.CustomType{
		"l_text": crm.CustomText, "l_number": crm.CustomNumber, "l_money": crm.CustomMoney, "l_date": crm.CustomDate, "l_bool": crm.CustomBool,
		"l_choice": crm.CustomChoice, "l_list": crm.CustomChoices,
	} {
		f := crm.CustomField{ID: store.NewID(), Record: "account", Name: name, Type: kind, Labels: map[string]string{"en": name}}
		if kind == crm.CustomChoice || kind == crm.CustomChoices {
			f.Options = []crm.CustomOption{{Key: "a"}, {Key: "b"}}
		}
		f, err := e.store.CreateCustomField(ctx, e.target.Actor, f)
		must(t, err)
		fields = append(fields, f)
	}
	mine := store.Filter{Field: "name", Op: "has", Value: "Own A"}
	long := strings.Repeat("ż", 900)
	values := []crm.Custom{
		{"l_text": "Zebra", "l_number": decimal.RequireFromString("10"), "l_date": "2026-01-02", "l_bool": true, "l_list": []string{"a", "b"}, "l_choice": "a"},
		{"l_text": long + "1", "l_number": decimal.RequireFromString("9.5"), "l_money": decimal.RequireFromString("100.10"), "l_bool": false, "l_list": []string{"b"}},
		{"l_text": long + "2", "l_number": decimal.RequireFromString("-3"), "l_date": "2025-12-31", "l_choice": "b"},
		{"l_text": `100% "quoted" '; drop table account; --`, "l_money": decimal.RequireFromString("100.1")},
		{},
		{},
	}
	for i, v := range values {
		_, err := e.store.CreateAccount(ctx, e.target.Actor, crm.Account{ID: store.NewID(), Name: fmt.Sprint("Own A", i), Kind: "prospect", Language: "en", Custom: v})
		must(t, err)
	}
	list := store.Accounts.With(append(fields, crm.CustomField{Record: "account", Name: `x') = '' or ('`, Type: crm.CustomText}, crm.CustomField{Record: "contact", Name: "other", Type: crm.CustomText}))
	_, before := store.Accounts.Names()
	if sorts, filters := list.Names(); len(filters) != len(before)+7 || slices.Contains(sorts, "custom.l_list") || slices.Contains(sorts, "custom.l_bool") {
		t.Fatalf("%v %v", sorts, filters)
	}
	for _, tt := range []struct{ field, op, value, want string }{
		{"l_text", "eq", "Zebra", "A0"},
		{"l_text", "has", `'; DROP`, "A3"},
		{"l_text", "has", "%", "A3"},
		{"l_text", "eq", "", ""},
		{"l_number", "gte", "9.5", "A0 A1"},
		{"l_number", "lte", "0", "A2"},
		{"l_number", "lte", "Infinity", "A0 A1 A2"},
		{"l_money", "eq", "100.100", "A1 A3"},
		{"l_date", "gte", "2026-01-01", "A0"},
		{"l_date", "lte", "2026-01-01", "A2"},
		{"l_bool", "eq", "false", "A1"},
		{"l_choice", "eq", "b", "A2"},
		{"l_list", "has", "b", "A0 A1"},
	} {
		rows, _, err := list.Page(ctx, e.store, store.Everything(), store.Query{Limit: 50, Filters: []store.Filter{mine, {"custom." + tt.field, tt.op, tt.value}}})
		if got := accountNames(rows); err != nil || got != tt.want {
			t.Errorf("%s %s %q: %q %v, want %q", tt.field, tt.op, tt.value, got, err, tt.want)
		}
	}
	for _, bad := range []store.Filter{{"custom.l_number", "eq", "NaN"}, {"custom.l_date", "gte", "soon"}, {"custom.l_list", "eq", "a"}, {"custom.nothing", "eq", "1"}, {"custom.l_bool", "eq", "maybe"}} {
		if _, _, err := list.Page(ctx, e.store, store.Everything(), store.Query{Limit: 5, Filters: []store.Filter{bad}}); !isRejected(err) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for _, tt := range []struct {
		sort []store.Order
		want string // the first ones
	}{
		{[]store.Order{{"custom.l_number", false}, {"name", false}}, "A2 A1 A0 A3 A4 A5"},
		{[]store.Order{{"custom.l_number", true}, {"name", true}}, "A5 A4 A3 A0 A1 A2"},
		{[]store.Order{{"custom.l_money", false}, {"name", false}}, "A1 A3 A0 A2 A4 A5"},
		{[]store.Order{{"custom.l_date", false}, {"name", false}}, "A2 A0 A1 A3 A4 A5"},
		{[]store.Order{{"custom.l_text", false}, {"custom.l_choice", true}, {"name", false}}, ""},
	} {
		var got []crm.Account
		q := store.Query{Limit: 2, Sort: tt.sort, Filters: []store.Filter{mine}}
		for range len(values) {
			rows, next, err := list.Page(ctx, e.store, store.Everything(), q)
			must(t, err)
			got, q.After = append(got, rows...), next
			if next == nil {
				break
			}
		}
		all := map[crm.ID]bool{}
		for _, a := range got {
			all[a.ID] = true
		}
		if names := accountNames(got); len(got) != len(values) || len(all) != len(values) || tt.want != "" && names != tt.want {
			t.Errorf("%v: %s, want %s", tt.sort, names, tt.want)
		}
	}
	if _, _, err := list.Page(ctx, e.store, store.Everything(), store.Query{Limit: 2, Sort: slices.Repeat([]store.Order{{"name", false}}, store.MaxSort+1)}); !isRejected(err) {
		t.Errorf("an order of %d keys: %v", store.MaxSort+1, err)
	}
}

func isRejected(err error) bool {
	_, ok := errors.AsType[store.Rejected](err)
	return ok
}

func accountNames(rows []crm.Account) string {
	names := make([]string, len(rows))
	for i, a := range rows {
		names[i] = strings.TrimPrefix(a.Name, "Own ")
	}
	return strings.Join(names, " ")
}
