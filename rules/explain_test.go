package rules

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leadtocash/crm"
)

// The independent evaluator: rules are made as a tree of closures that know how to write and how to judge themselves.
// It shares nothing with the engine; its numbers are fractions.

var errUnknown = errors.New("cannot be evaluated")

type leaf struct {
	src    string
	fields []string
	eval   func(crm.Facts) (bool, error)
}

type tree struct {
	op   string // leaf, and, or, not
	leaf leaf
	kids []*tree
}

// eval judges as a reader would: from left to right, stopping as soon as the answer is clear.
func (n *tree) eval(f crm.Facts) (bool, error) {
	switch n.op {
	case "leaf":
		return n.leaf.eval(f)
	case "not":
		v, err := n.kids[0].eval(f)
		return !v, err
	}
	for _, k := range n.kids {
		v, err := k.eval(f)
		if err != nil || v == (n.op == "or") {
			return v, err
		}
	}
	return n.op == "and", nil
}

func (n *tree) src() string {
	switch n.op {
	case "leaf":
		return n.leaf.src
	case "not":
		return "not (" + n.kids[0].src() + ")"
	}
	parts := make([]string, len(n.kids))
	for i, k := range n.kids {
		if parts[i] = k.src(); k.op == "and" || k.op == "or" {
			parts[i] = "( " + parts[i] + ")"
		}
	}
	return strings.Join(parts, " "+n.op+" ")
}

func (n *tree) fields() (all []string) {
	all = append(all, n.leaf.fields...)
	for _, k := range n.kids {
		all = append(all, k.fields()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// parts takes the tree to pieces at an operator, carrying "not" inwards.
func (n *tree) parts(op string, negated bool) []*tree {
	if n.op == "not" {
		return n.kids[0].parts(op, !negated)
	}
	if n.op == op && !negated || n.op != op && n.op != "leaf" && negated {
		var all []*tree
		for _, k := range n.kids {
			all = append(all, k.parts(op, negated)...)
		}
		return all
	}
	if negated {
		return []*tree{{op: "not", kids: []*tree{n}}}
	}
	return []*tree{n}
}

var numbers = map[string]func(crm.Facts) *big.Rat{
	"deal.amount": func(f crm.Facts) *big.Rat { return f.Deal.Amount.Rat() }, "deal.cost": func(f crm.Facts) *big.Rat { return f.Deal.Cost.Rat() },
	"order.total": func(f crm.Facts) *big.Rat { return f.Order.Total.Rat() }, "quote.lines": func(f crm.Facts) *big.Rat { return f.Quote.Lines.Rat() },
}

var texts = map[string]func(crm.Facts) string{
	"deal.name": func(f crm.Facts) string { return f.Deal.Name }, "customer.vat": func(f crm.Facts) string { return f.Customer.VAT },
	"quote.state": func(f crm.Facts) string { return f.Quote.State },
}

var dates = map[string]func(crm.Facts) crm.Date{
	"deal.close_date": func(f crm.Facts) crm.Date { return f.Deal.CloseDate }, "quote.valid_until": func(f crm.Facts) crm.Date { return f.Quote.ValidUntil },
}

var (
	numberTexts = []string{"0", "0.1", "1", "50000.10", "50000.1", "50000.11", "9223372036854775807", "-1"}
	textValues  = []string{"", " ", "draft", "sent", "è\"q", "x y"}
	dateTexts   = []string{"2026-11-20", "2026-11-21", "2026-11-22", "2027-02-28"}
)

func ordered(op string, c int) bool {
	return map[string]bool{"==": c == 0, "!=": c != 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0}[op]
}

func drawLeaf(t *rapid.T) leaf {
	op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
	number := rapid.SampledFrom(known(numbers)).Draw(t, "number")
	other := rapid.SampledFrom(known(numbers)).Draw(t, "other")
	text := rapid.SampledFrom(known(texts)).Draw(t, "text")
	date := rapid.SampledFrom(known(dates)).Draw(t, "date")
	n := rapid.SampledFrom(numberTexts).Draw(t, "literal")
	s := rapid.SampledFrom(textValues).Draw(t, "text literal")
	d := rapid.SampledFrom(dateTexts).Draw(t, "date literal")
	rat, _ := new(big.Rat).SetString(n)
	compare := func(l, r *big.Rat) (bool, error) { return ordered(op, l.Cmp(r)), nil }
	switch rapid.IntRange(0, 9).Draw(t, "form") {
	case 0:
		return leaf{number + op + n, []string{number}, func(f crm.Facts) (bool, error) { return compare(numbers[number](f), rat) }}
	case 1:
		return leaf{n + " " + op + " " + number, []string{number}, func(f crm.Facts) (bool, error) { return compare(rat, numbers[number](f)) }}
	case 2:
		return leaf{fmt.Sprintf("%s * 2 - (%s+%s) %s %s", number, other, n, op, number), []string{number, other}, func(f crm.Facts) (bool, error) {
			l := new(big.Rat).Add(numbers[number](f), numbers[number](f))
			return compare(l.Sub(l, new(big.Rat).Add(numbers[other](f), rat)), numbers[number](f))
		}}
	case 3:
		return leaf{"filled(" + text + ")", []string{text}, func(f crm.Facts) (bool, error) { return strings.TrimSpace(texts[text](f)) != "", nil }}
	case 4:
		return leaf{"deal.budget", []string{"deal.budget"}, func(f crm.Facts) (bool, error) { return f.Deal.Budget, nil }}
	case 5:
		return leaf{fmt.Sprintf("%s in [%q, \"sent\"]", text, s), []string{text}, func(f crm.Facts) (bool, error) {
			return texts[text](f) == s || texts[text](f) == "sent", nil
		}}
	case 6:
		return leaf{fmt.Sprintf("%s != %q", text, s), []string{text}, func(f crm.Facts) (bool, error) { return texts[text](f) != s, nil }}
	case 7:
		return leaf{fmt.Sprintf("%s %s date(%q)", date, op, d), []string{date}, func(f crm.Facts) (bool, error) {
			v := dates[date](f).String()
			if v == "" && op != "==" && op != "!=" {
				return false, errUnknown
			}
			return ordered(op, strings.Compare(v, d)), nil
		}}
	case 8:
		return leaf{fmt.Sprintf("ratio(%s, %s) %s 0.5", number, other, op), []string{number, other}, func(f crm.Facts) (bool, error) {
			if numbers[other](f).Sign() == 0 {
				return false, errUnknown
			}
			return compare(new(big.Rat).Quo(numbers[number](f), numbers[other](f)), big.NewRat(1, 2))
		}}
	}
	return leaf{fmt.Sprintf("any(deal.tags, # == %q)", s), []string{"deal.tags"}, func(f crm.Facts) (bool, error) { return slices.Contains(f.Deal.Tags, s), nil }}
}

func drawTree(t *rapid.T, depth int) *tree {
	op := "leaf"
	if depth > 0 {
		op = rapid.SampledFrom([]string{"leaf", "and", "and", "or", "not"}).Draw(t, "joint")
	}
	n := &tree{op: op}
	switch op {
	case "leaf":
		n.leaf = drawLeaf(t)
	case "not":
		n.kids = []*tree{drawTree(t, depth-1)}
	default:
		for range rapid.IntRange(2, 3).Draw(t, "sides") {
			n.kids = append(n.kids, drawTree(t, depth-1))
		}
	}
	return n
}

func drawFacts(t *rapid.T) crm.Facts {
	var f crm.Facts
	f.Process.Today = day("2026-11-21")
	amount := rapid.SampledFrom(numberTexts)
	f.Deal.Amount, f.Deal.Cost = dec(amount.Draw(t, "amount")), dec(amount.Draw(t, "cost"))
	f.Order.Total, f.Quote.Lines = dec(amount.Draw(t, "total")), dec(amount.Draw(t, "lines"))
	text := rapid.SampledFrom(textValues)
	f.Deal.Name, f.Customer.VAT, f.Quote.State = text.Draw(t, "name"), text.Draw(t, "vat"), text.Draw(t, "state")
	date := rapid.SampledFrom(append([]string{""}, dateTexts...))
	f.Deal.CloseDate, f.Quote.ValidUntil = day(date.Draw(t, "close")), day(date.Draw(t, "valid"))
	f.Deal.Budget = rapid.Bool().Draw(t, "budget")
	f.Deal.Tags = rapid.SliceOfN(text, 0, 3).Draw(t, "tags")
	return f
}

// expected judges the pieces as REFERENCE.md says.
func expected(root *tree, f crm.Facts) (want []crm.Outcome, pieces []*tree) {
	blocked := false
	for _, operand := range root.parts("and", false) {
		reached, met := true, false
		for _, alternative := range operand.parts("or", false) {
			outcome := crm.NotReached
			if reached {
				switch v, err := alternative.eval(f); {
				case err != nil && blocked:
					reached = false
				case err != nil:
					outcome, reached = crm.Unknown, false
				case v:
					outcome, reached, met = crm.Met, false, true
				default:
					outcome = crm.Unmet
				}
			}
			want, pieces = append(want, outcome), append(pieces, alternative)
			met = met || outcome == crm.Unknown || outcome == crm.NotReached && !met && !reached
		}
		blocked = blocked || !met
	}
	return want, pieces
}

// G2: the explanation agrees with an independent evaluator, part by part; the fields named are the fields read.
func TestExplanationAgreesWithAnIndependentEvaluator(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		root, f := drawTree(t, 3), drawFacts(t)
		src := root.src()
		v, problems := Try(src, f)
		if len(problems) > 0 {
			if code := problems[0].Code; code != CodeTooLong && code != CodeTooComplex {
				t.Fatalf("%s: %v", src, problems)
			}
			return
		}
		yes, err := root.eval(f)
		if v.Allowed() != (yes && err == nil) {
			t.Fatalf("%s\nis %s, but should be %v, %v", src, v.Result, yes, err)
		}
		want, pieces := expected(root, f)
		if len(v.Clauses) != len(want) {
			t.Fatalf("%s\nhas %d clauses, want %d", src, len(v.Clauses), len(want))
		}
		for i, c := range v.Clauses {
			if c.Outcome != want[i] {
				t.Fatalf("%s\nclause %d %q is %s, want %s", src, i, c.Source, c.Outcome, want[i])
			}
			var read []string
			for _, value := range c.Values {
				read = append(read, value.Field)
			}
			slices.Sort(read)
			if !slices.Equal(read, pieces[i].fields()) {
				t.Fatalf("%s\nclause %q names %v, reads %v", src, c.Source, read, pieces[i].fields())
			}
			alone(t, c, f)
		}
	})
}

// alone tries a clause's own text: it must mean what the clause came to.
func alone(t *rapid.T, c crm.Clause, f crm.Facts) {
	v, problems := Try(c.Source, f)
	if len(problems) > 0 {
		t.Fatalf("the clause's text %q is no rule: %v", c.Source, problems)
	}
	agrees := map[crm.Outcome]bool{
		crm.Met: v.Result == crm.Allowed, crm.Unmet: v.Result == crm.Refused, crm.Unknown: v.Result == crm.NotEvaluated, crm.NotReached: true,
	}
	if !agrees[c.Outcome] {
		t.Fatalf("%q is %s as a clause and %s alone", c.Source, c.Outcome, v.Result)
	}
}
