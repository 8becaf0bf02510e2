package rules

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// A constraint's text is checked when it is written: what is wrong has its place, and the nearest name; it reads quantities and nothing else (S072).
func TestConstraintTexts(t *testing.T) {
	t.Parallel()
	near := func(code string) (bool, string) {
		known := []string{"PUMP", "PANEL", `6" PIPE`}
		for _, k := range known {
			if k == code {
				return true, ""
			}
		}
		return false, Nearest(code, known)
	}
	for text, want := range map[string]string{
		`qty("PANEL") >= 2 * qty("PUMP")`:                  "",
		`qty("6\" PIPE") <= max(qty("PUMP"), 3) + 0.5`:     "",
		`ratio(qty("PANEL"), qty("PUMP"), 0) == 2 or true`: "",
		"qty(\"PUMP\") > 1 and\n  qty(\"PUPM\") > 0":       "2:7 unknown_name PUMP",
		`quantity("PUMP") > 1`:                             "1:1 unknown_name ",
		`customer.vat == "IT"`:                             "1:1 unknown_name ",
		`qyt("PUMP") > 1`:                                  "1:1 unknown_name qty",
		`days_since(date("2026-01-01")) > qty("PUMP")`:     "1:1 unknown_name ",
		`qty(PUMP) > 1`:                                    "1:5 invalid_value ",
		`qty("PUMP", 2) > 1`:                               "1:1 type_mismatch ",
		`qty("PUMP")`:                                      "1:1 type_mismatch ",
		`qty("PUMP") > "2"`:                                "1:13 type_mismatch ",
		`qty("PUMP") / 2 > 1`:                              "1:13 operator_not_allowed ",
		`1 < 2`:                                            "1:1 missing ",
		``:                                                 "1:1 empty ",
		strings.Repeat(`qty("PUMP") + `, 400) + "1 > 0":    "1:1 too_long ",
	} {
		_, found := ReadConstraint(text, near)
		got := ""
		if len(found) > 0 {
			got = fmt.Sprintf("%d:%d %s %s", found[0].Line, found[0].Column, found[0].Code, found[0].Params["did_you_mean"])
		}
		if got != want {
			t.Errorf("%.60s: %q, want %q", text, got, want)
		}
	}
	if problems := CheckExpression(`qty("PUMP") > 1`); len(problems) == 0 {
		t.Error("other rules know no quantities of products")
	}
}

// amountOf draws a number over the quantities of four products, and its value by rationals.
func amountOf(t *rapid.T, units map[string]*big.Rat, depth int) (string, *big.Rat) {
	switch n := rapid.IntRange(0, 5).Draw(t, "part"); {
	case depth == 0 || n < 3:
		code := rapid.SampledFrom([]string{"a", "b", `c"`, "d"}).Draw(t, "code")
		return "qty(" + crm.QuotedCode(code) + ")", units[code]
	case n == 3:
		v := rapid.Int64Range(0, 30).Draw(t, "tenths")
		return decimal.New(v, -1).String(), big.NewRat(v, 10)
	}
	l, x := amountOf(t, units, depth-1)
	r, y := amountOf(t, units, depth-1)
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		return "(" + l + " + " + r + ")", new(big.Rat).Add(x, y)
	case 1:
		return "(" + l + " - " + r + ")", new(big.Rat).Sub(x, y)
	case 2:
		return l + " * " + r, new(big.Rat).Mul(x, y)
	}
	if x.Cmp(y) > 0 {
		x, y = y, x
	}
	return "min(" + l + ", " + r + ")", x
}

// whole draws a condition and whether it holds.
func whole(t *rapid.T, units map[string]*big.Rat) (string, bool) {
	l, x := amountOf(t, units, 2)
	r, y := amountOf(t, units, 2)
	c := x.Cmp(y)
	op := rapid.SampledFrom([]string{"<", "<=", "==", "!=", ">=", ">"}).Draw(t, "op")
	holds := map[string]bool{"<": c < 0, "<=": c <= 0, "==": c == 0, "!=": c != 0, ">=": c >= 0, ">": c > 0}[op]
	text := l + " " + op + " " + r
	switch rapid.IntRange(0, 5).Draw(t, "join") {
	case 0:
		more, too := whole(t, units)
		return "(" + text + ") and (" + more + ")", holds && too
	case 1:
		more, too := whole(t, units)
		return "(" + text + ") or (" + more + ")", holds || too
	case 2:
		return "not (" + text + ")", !holds
	}
	return text, holds
}

// The configurator never accepts what its texts forbid, and refuses nothing else; also when the products of a text stand in it by other codes (S072).
func TestConfiguratorKeepsToTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units, lines := map[string]*big.Rat{}, []crm.Configured(nil)
		ids := map[string]string{"a": "id-1", "b": "id-2", `c"`: "id-3", "d": "id-4"}
		for code, id := range ids {
			units[code] = new(big.Rat)
			for range rapid.IntRange(0, 2).Draw(t, "lines of "+code) {
				q := rapid.Int64Range(1, 40).Draw(t, "tenths of "+code)
				units[code].Add(units[code], big.NewRat(q, 10))
				lines = append(lines, crm.Configured{At: "/lines/0", ProductID: crm.ID(id), Quantity: decimal.New(q, -1)})
			}
		}
		permitted := true
		var constraints []crm.Constraint
		for range rapid.IntRange(1, 3).Draw(t, "texts") {
			text, holds := whole(t, units)
			c, found := ReadConstraint(text, nil)
			if len(found) == 1 && (found[0].Code == CodeMissing || found[0].Code == CodeTooLong || found[0].Code == CodeTooComplex) {
				continue
			}
			if len(found) > 0 {
				t.Fatalf("%s: %v", text, found)
			}
			of := rapid.SampledFrom(c.Codes).Draw(t, "of")
			k := crm.Constraint{ProductID: crm.ID(ids[of]), SKU: of, Kind: crm.Rule, Text: c.Coded(func(code string) string { return ids[code] })}
			for code, id := range ids {
				k.Others = append(k.Others, crm.ProductName{ID: crm.ID(id), SKU: code})
			}
			if k.Shown() != text {
				t.Fatalf("%s is shown as %s", text, k.Shown())
			}
			constraints = append(constraints, k)
			permitted = permitted && (holds || units[of].Sign() == 0)
		}
		if got := len(crm.Configure(lines, constraints)) == 0; got != permitted {
			t.Fatalf("accepted %v: %v under %+v", got, lines, constraints)
		}
	})
}
