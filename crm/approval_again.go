package crm

import (
	"strings"

	"github.com/shopspring/decimal"
)

// TermChange is a term of an order before and after a change.
type TermChange struct {
	Field  string `json:"field"`  // its path in the facts, "order.total"
	Before string `json:"before"` // decimals with a point
	After  string `json:"after"`
	Worse  bool   `json:"worse"` // for who approved it
}

// OrderBridge lists what changed between the terms that were approved and those that are asked for now (N8). More money, more discount, less margin and
// more days to pay are worse: they are what an approver answers for.
func OrderBridge(before, after OrderFacts) (out []TermChange) {
	for _, t := range []struct {
		field         string
		before, after decimal.Decimal
		less          bool // is worse
	}{
		{"order.total", before.Total, after.Total, false},
		{"order.discount_percent", before.DiscountPercent, after.DiscountPercent, false},
		{"order.margin_percent", before.MarginPercent, after.MarginPercent, true},
		{"order.payment_days", before.PaymentDays, after.PaymentDays, false},
	} {
		if c := t.after.Cmp(t.before); c != 0 {
			out = append(out, TermChange{t.field, t.before.String(), t.after.String(), c < 0 == t.less})
		}
	}
	return out
}

// Worsened lists what became worse of that for which a station stands: of one with a condition, the clauses of that, each in the direction in which it asks
// for the approval; of one that is always asked, the terms of the order. Nothing: who approved need not be asked again.
func Worsened(station string, before, after Verdict, terms []TermChange) (out []TermChange) {
	was, is := clausesOf(before, station), clausesOf(after, station)
	if len(is) == 0 {
		for _, t := range terms {
			if t.Worse {
				out = append(out, t)
			}
		}
		return out
	}
	for _, c := range is {
		out = append(out, c.worsened(was[c.ID], before.Version == after.Version)...)
	}
	return out
}

func clausesOf(v Verdict, station string) map[string]Clause {
	out := map[string]Clause{}
	for _, c := range v.Clauses {
		if id, _, _ := strings.Cut(strings.TrimPrefix(c.ID, v.Key+"."), "#"); id == station {
			out[c.ID] = c
		}
	}
	return out
}

// worsened tells which of the clause's values moved towards asking for an approval, or in a way that nobody can tell.
func (c Clause) worsened(was Clause, sameRules bool) (out []TermChange) {
	if !sameRules || was.Source != c.Source {
		return []TermChange{{Field: c.ID, Before: was.Source, After: c.Source, Worse: true}}
	}
	for i, v := range c.Values {
		t := TermChange{Field: v.Field, After: v.Now, Worse: true}
		if i < len(was.Values) {
			t.Before = was.Values[i].Now
		}
		if t.Before != t.After && !c.better(t) {
			out = append(out, t)
		}
	}
	return out
}

// better tells whether a value moved away from where its clause asks.
func (c Clause) better(t TermChange) bool {
	before, e1 := decimal.NewFromString(t.Before)
	after, e2 := decimal.NewFromString(t.After)
	if e1 != nil || e2 != nil || len(c.Values) != 1 {
		return c.Outcome == Unmet && len(c.Values) == 1
	}
	switch c.Op {
	case ">", ">=":
		return after.LessThan(before)
	case "<", "<=":
		return after.GreaterThan(before)
	}
	return c.Outcome == Unmet
}
