package crm

import (
	"errors"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// permitted answers from the words of the constraints alone, in whole units and rationals, with no use of Configure.
func permitted(units map[ID]int, constraints []Constraint) bool {
	for _, c := range constraints {
		if units[c.ProductID] == 0 {
			continue
		}
		together, kinds := 0, 0
		for _, id := range []ID{"a", "b", "c", "d"} {
			named := false
			for _, o := range c.Others {
				named = named || o.ID == id
			}
			if named && units[id] > 0 {
				together, kinds = together+units[id], kinds+1
			}
		}
		mine := units[c.ProductID]
		within := func(n, times int) bool {
			least, most := new(big.Rat).Mul(c.Least.Rat(), big.NewRat(int64(times), 1)), new(big.Rat).Mul(c.Most.Rat(), big.NewRat(int64(times), 1))
			x := big.NewRat(int64(n), 1)
			return x.Cmp(least) >= 0 && (c.Most.IsZero() || x.Cmp(most) <= 0)
		}
		ok := map[ConstraintKind]bool{
			Requires: kinds >= 1, Excludes: kinds == 0, Ratio: within(together, mine), Choose: within(kinds, 1), Limits: within(mine, 1),
		}[c.Kind]
		if !ok {
			return false
		}
	}
	return true
}

func drawConstraint(t *rapid.T) Constraint {
	c := Constraint{ProductID: rapid.SampledFrom([]ID{"a", "b", "c", "d"}).Draw(t, "of"), Kind: rapid.SampledFrom(ConstraintKinds()).Draw(t, "kind")}
	if c.Kind != Limits {
		for _, id := range []ID{"a", "b", "c", "d"} {
			if id != c.ProductID && rapid.Bool().Draw(t, "names "+string(id)) {
				c.Others = append(c.Others, ProductName{ID: id, SKU: string(id)})
			}
		}
	}
	c.Least = decimal.New(rapid.Int64Range(0, 3).Draw(t, "least"), 0)
	c.Most = decimal.New(rapid.Int64Range(0, 3).Draw(t, "most"), 0)
	if c.Kind == Ratio {
		c.Least, c.Most = c.Least.Div(dec("2")), c.Most.Div(dec("2"))
	}
	return c
}

// The configurator accepts exactly what its constraints permit, on all documents of up to three units of four products (brute force).
func TestConfiguratorAgainstBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		constraints := rapid.SliceOfN(rapid.Custom(drawConstraint), 0, 5).Draw(t, "constraints")
		for n := range 256 {
			units, lines := map[ID]int{}, []Configured(nil)
			for i, id := range []ID{"a", "b", "c", "d"} {
				for range n >> (2 * i) & 3 { // a line each: quantities are summed
					units[id]++
					lines = append(lines, Configured{At: "/lines/0", ProductID: id, Quantity: dec("1")})
				}
			}
			if got := len(Configure(lines, constraints)) == 0; got != permitted(units, constraints) {
				t.Fatalf("%v: accepted %v under %+v", units, got, constraints)
			}
		}
	})
}

// What is proposed never makes a document break what it did not break before, and meets what adding alone can meet.
func TestProposed(t *testing.T) {
	t.Parallel()
	a, b, c := ProductName{ID: "a", SKU: "A"}, ProductName{ID: "b", SKU: "B"}, ProductName{ID: "c", SKU: "C"}
	pump := []Configured{{At: "/lines/0", ProductID: "a", Quantity: dec("2")}}
	for name, x := range map[string]struct {
		constraints []Constraint
		want        string
	}{
		"requires":             {[]Constraint{{ProductID: "a", Kind: Requires, Others: []ProductName{b}}}, "b1 "},
		"not what is excluded": {[]Constraint{{ProductID: "a", Kind: Excludes, Others: []ProductName{b}}, {ProductID: "a", Kind: Requires, Others: []ProductName{b, c}}}, "c1 "},
		"ratio":                {[]Constraint{{ProductID: "a", Kind: Ratio, Others: []ProductName{b}, Least: dec("4")}}, "b8 "},
		"choose two":           {[]Constraint{{ProductID: "a", Kind: Choose, Others: []ProductName{b, c}, Least: dec("2")}}, "b1 c1 "},
		"a chain":              {[]Constraint{{ProductID: "a", Kind: Requires, Others: []ProductName{b}}, {ProductID: "b", Kind: Ratio, Others: []ProductName{c}, Least: dec("3")}}, "b1 c3 "},
		"nothing to add":       {[]Constraint{{ProductID: "b", Kind: Requires, Others: []ProductName{a, c}}}, ""},
	} {
		got, all := "", pump
		for _, p := range Proposed(pump, x.constraints) {
			got += string(p.ProductID) + p.Quantity.String() + " "
			all = append(all, p)
		}
		if got != x.want || len(Configure(all, x.constraints)) > 0 {
			t.Errorf("%s: %q, want %q; %v", name, got, x.want, Configure(all, x.constraints))
		}
	}
	e := Configure(pump, []Constraint{{ProductID: "a", SKU: "A", Kind: Requires, Others: []ProductName{b, c}, Note: "no motor"}})
	if len(e) != 1 || e[0].Code != "configuration_requires" || e[0].Pointer != "/lines/0" || e[0].Params["others"] != "B, C" || e[0].Params["note"] != "no motor" {
		t.Errorf("the way out: %+v", e)
	}
}

// A constraint is checked when it is written.
func TestConstraintCheck(t *testing.T) {
	t.Parallel()
	good := Constraint{ProductID: "a", Kind: Choose, Others: []ProductName{{ID: "b"}, {ID: "c"}}, Least: dec("1"), Most: dec("2")}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*Constraint){
		"/kind unknown_value":   func(c *Constraint) { c.Kind = "likes" },
		"/others required":      func(c *Constraint) { c.Kind, c.Others = Requires, nil },
		"/others same_record":   func(c *Constraint) { c.Others[0].ID = "a" },
		"/least out_of_range":   func(c *Constraint) { c.Least, c.Most = dec("3"), dec("0") },
		"/most out_of_range":    func(c *Constraint) { c.Least, c.Most = dec("2"), dec("1") },
		"/least required":       func(c *Constraint) { c.Least, c.Most = dec("0"), dec("0") },
		"/others must_be_empty": func(c *Constraint) { c.Kind = Limits },
		"/text required":        func(c *Constraint) { c.Kind = Rule },
		"/text must_be_empty":   func(c *Constraint) { c.Text = `qty("b") > 1` },
	} {
		c := good
		c.Others = []ProductName{{ID: "b"}, {ID: "c"}}
		spoil(&c)
		errs, ok := errors.AsType[FieldErrors](c.Check())
		if !ok || len(errs) != 1 || errs[0].Pointer+" "+errs[0].Code != want {
			t.Errorf("%v, want %s", errs, want)
		}
	}
}
