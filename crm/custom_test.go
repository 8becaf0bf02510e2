package crm

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// Values of every type survive what is stored and read again, and are read from their own text (S054).
func TestCustomRoundTrip(t *testing.T) {
	t.Parallel()
	options := []CustomOption{{Key: "a", Labels: map[string]string{"en": "Alpha", "it": "Alfa"}}, {Key: "b"}, {Key: "c", Retired: true}}
	rapid.Check(t, func(t *rapid.T) {
		f := CustomField{Record: "account", Name: "x", Type: rapid.SampledFrom(CustomTypes()).Draw(t, "type"), Options: options}
		var v any
		switch f.Type {
		case CustomText:
			v = strings.TrimSpace(rapid.StringMatching(`[a-zà-ÿ<>'"& ]{1,40}`).Draw(t, "text"))
		case CustomNumber:
			v = decimal.New(rapid.Int64Range(-1e15, 1e15).Draw(t, "n"), -int32(rapid.IntRange(1, 6).Draw(t, "places")))
		case CustomMoney:
			v = decimal.New(rapid.Int64Range(0, 1e12).Draw(t, "cents"), -2)
		case CustomDate:
			v = NewDate(2000, 1, 1).AddDays(rapid.IntRange(0, 20000).Draw(t, "day")).String()
		case CustomBool:
			v = rapid.Bool().Draw(t, "yes")
		case CustomChoice:
			v = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "option")
		case CustomChoices:
			v = rapid.Permutation([]string{"a", "b"}).Draw(t, "options")
		}
		c := Custom(nil).With("x", v)
		stored, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var again Custom
		if err := json.Unmarshal(stored, &again); err != nil || again.Text("x") != c.Text("x") {
			t.Fatalf("%s: %v %v", stored, again, err)
		}
		read, err := f.Parse(c.Text("x"), "EUR")
		if err != nil || Custom(nil).With("x", read).Text("x") != c.Text("x") {
			t.Fatalf("%s %v: %v %v", f.Type, v, read, err)
		}
	})
}

func TestCustomValuesAreChecked(t *testing.T) {
	t.Parallel()
	options := []CustomOption{{Key: "a", Labels: map[string]string{"en": "Alpha", "it": "Alfa"}}, {Key: "c", Retired: true}}
	for _, c := range []struct {
		typ  CustomType
		in   any
		want any // a value, or the code of what is wrong
	}{
		{CustomText, "  two\nlines ", "two\nlines"},
		{CustomText, "\u202eevil", "control_character"},
		{CustomText, strings.Repeat("x", 2001), "too_long"},
		{CustomText, json.Number("1"), "wrong_type"},
		{CustomNumber, json.Number("1e400"), "invalid_decimal"},
		{CustomNumber, "NaN", "invalid_decimal"},
		{CustomNumber, json.Number("0.1234567"), "too_many_decimals"},
		{CustomNumber, "-12.5", decimal.RequireFromString("-12.5")},
		{CustomMoney, "10.005", "too_many_decimals"},
		{CustomDate, "2026-02-30", "invalid_date"},
		{CustomDate, "2026-02-28", "2026-02-28"},
		{CustomBool, true, true},
		{CustomBool, "yes", "wrong_type"},
		{CustomChoice, "Alfa", "a"},
		{CustomChoice, "c", "unknown_value"},
		{CustomChoices, []any{"a", "Alpha"}, []string{"a"}},
		{CustomChoices, []any{"a", json.Number("1")}, "wrong_type"},
		{CustomChoices, []any{}, nil},
		{CustomChoices, "a", "wrong_type"},
		{CustomText, nil, nil},
		{CustomText, map[string]any{}, "wrong_type"},
	} {
		f := CustomField{Record: "account", Name: "x", Type: c.typ, Options: options}
		got, err := f.Read(c.in, "EUR")
		if err != nil {
			if code, _ := c.want.(string); codeOf(t, err).Code != code {
				t.Errorf("%s %v: %v", c.typ, c.in, err)
			}
			continue
		}
		if d, ok := got.(decimal.Decimal); ok {
			if w, ok := c.want.(decimal.Decimal); !ok || !d.Equal(w) {
				t.Errorf("%s %v: %v", c.typ, c.in, got)
			}
			continue
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %v: %#v", c.typ, c.in, got)
		}
	}
}
