package crm

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Constraint is what must hold where a product is on a document. It is data of the catalogue.
type Constraint struct {
	ID        ID              `json:"id"`
	ProductID ID              `json:"product_id"`
	SKU       string          `json:"sku"`
	Kind      ConstraintKind  `json:"kind"`
	Others    []ProductName   `json:"others"`
	Least     decimal.Decimal `json:"least"`
	Most      decimal.Decimal `json:"most"` // 0: no limit
	Text      string          `json:"text"` // of a rule; its products stand in it by their ids
	Note      string          `json:"note"` // why, in the company's words
}

// ProductName is a product as constraints name it.
type ProductName struct {
	ID   ID     `json:"id"`
	SKU  string `json:"sku"`
	Name string `json:"name"`
}

// ConstraintKind is what a constraint asks.
type ConstraintKind string

// The kinds of constraints. Quantities are summed over all lines that count.
const (
	Requires ConstraintKind = "requires" // at least one of the others
	Excludes ConstraintKind = "excludes" // none of the others
	Ratio    ConstraintKind = "ratio"    // Least to Most units of the others, together, for each unit of the product
	Choose   ConstraintKind = "choose"   // Least to Most different ones of the others
	Limits   ConstraintKind = "amount"   // Least to Most units of the product itself
	Rule     ConstraintKind = "rule"     // Text holds: a condition over the quantities of any products
)

// broken is the error of each kind of constraint.
var broken = map[ConstraintKind]FieldError{
	Requires: Problem("configuration_requires"), Excludes: Problem("configuration_excludes"), Ratio: Problem("configuration_ratio"),
	Choose: Problem("configuration_choose"), Limits: Problem("configuration_amount"), Rule: Problem("configuration_rule"),
}

// ConstraintKinds lists the kinds.
func ConstraintKinds() []ConstraintKind {
	return []ConstraintKind{Requires, Excludes, Ratio, Choose, Limits, Rule}
}

// MaxConstraints is how many constraints a product may have, MaxOthers how many products one may name.
const (
	MaxConstraints = 50
	MaxOthers      = 100
)

// Check tells what is wrong with a constraint as it is written, below its own place.
func (c Constraint) Check() error {
	var errs FieldErrors
	if !slices.Contains(ConstraintKinds(), c.Kind) {
		errs.Add("/kind", Problem("unknown_value", "allowed", "requires, excludes, ratio, choose, amount, rule"))
	}
	switch {
	case c.Kind == Limits && len(c.Others) > 0:
		errs.Add("/others", Problem("must_be_empty"))
	case c.Kind != Limits && c.Kind != Rule && len(c.Others) == 0:
		errs.Add("/others", Problem("required"))
	case len(c.Others) > MaxOthers:
		errs.Add("/others", Problem("too_many", "max", strconv.Itoa(MaxOthers)))
	case c.Kind != Rule && slices.ContainsFunc(c.Others, func(o ProductName) bool { return o.ID == c.ProductID }):
		errs.Add("/others", Problem("same_record"))
	}
	if (c.Kind == Rule) != (c.Text != "") {
		errs.Add("/text", Problem(map[bool]string{true: "required", false: "must_be_empty"}[c.Kind == Rule]))
	}
	most := int64(len(c.Others))
	switch {
	case c.Least.IsNegative() || outOfBounds(c.Least):
		errs.Add("/least", Problem("out_of_range", "min", "0"))
	case c.Most.IsNegative() || outOfBounds(c.Most) || c.Most.IsPositive() && c.Most.LessThan(c.Least):
		errs.Add("/most", Problem("out_of_range", "min", c.Least.String()))
	case c.Kind == Choose && (c.Least.GreaterThan(decimal.NewFromInt(most)) || !c.Least.IsInteger()):
		errs.Add("/least", Problem("out_of_range", "min", "0", "max", strconv.FormatInt(most, 10)))
	case c.Kind == Choose && !c.Most.IsInteger():
		errs.Add("/most", Problem("out_of_range", "min", c.Least.String(), "max", strconv.FormatInt(most, 10)))
	case (c.Kind == Choose || c.Kind == Ratio || c.Kind == Limits) && c.Least.IsZero() && c.Most.IsZero():
		errs.Add("/least", Problem("required"))
	}
	return errs.Err()
}

// Configured is a line as constraints read it; lines that do not count are left out by the caller.
type Configured struct {
	At        string // its place: /lines/2
	ProductID ID
	Quantity  decimal.Decimal
}

// Configure tells which constraints a document breaks: one error each, at the first line of the constraint's product, with code configuration_<kind>, the product, the
// others by number, what is needed and what is there. It is empty when the document may be.
func Configure(lines []Configured, constraints []Constraint) FieldErrors {
	var errs FieldErrors
	amount, first := map[ID]decimal.Decimal{}, map[ID]string{}
	for _, l := range lines {
		if l.ProductID == "" {
			continue
		}
		if _, known := first[l.ProductID]; !known {
			first[l.ProductID] = l.At
		}
		amount[l.ProductID] = amount[l.ProductID].Add(l.Quantity)
	}
	for _, c := range constraints {
		if at, there := first[c.ProductID]; there && !c.holds(amount) {
			errs = append(errs, c.problem(amount).At(at))
		}
	}
	return errs
}

// holds asks a constraint about the quantities of a document that has its product.
func (c Constraint) holds(amount map[ID]decimal.Decimal) bool {
	sum, different := c.counted(amount)
	mine := amount[c.ProductID]
	switch c.Kind {
	case Requires:
		return different > 0
	case Excludes:
		return different == 0
	case Ratio:
		return between(sum, c.Least.Mul(mine), c.Most.Mul(mine), c.Most.IsPositive())
	case Choose:
		return between(decimal.NewFromInt(int64(different)), c.Least, c.Most, c.Most.IsPositive())
	case Limits:
		return between(mine, c.Least, c.Most, c.Most.IsPositive())
	case Rule:
		return textHolds(c.Text, func(id string) decimal.Decimal { return amount[ID(id)] })
	default:
		return false
	}
}

// textHolds asks a rule's text about quantities by product. What nobody can read does not hold.
var textHolds = func(string, func(string) decimal.Decimal) bool { return false }

// ReadConstraints says how texts of constraints are asked, before anything asks: package rules, which knows their language, does so.
func ReadConstraints(holds func(text string, quantity func(id string) decimal.Decimal) bool) {
	textHolds = holds
}

// QuotedCode is a product's code as a rule's text names it.
func QuotedCode(code string) string { return strconv.Quote(code) }

// Shown is a rule's text with the numbers of its products, as people write it.
func (c Constraint) Shown() string {
	text := c.Text
	for _, o := range append([]ProductName{{ID: c.ProductID, SKU: c.SKU}}, c.Others...) {
		text = strings.ReplaceAll(text, QuotedCode(string(o.ID)), QuotedCode(o.SKU))
	}
	return text
}

func between(d, least, most decimal.Decimal, limited bool) bool {
	return !d.LessThan(least) && (!limited || !d.GreaterThan(most))
}

// counted is how many units of the others there are, and how many different ones.
func (c Constraint) counted(amount map[ID]decimal.Decimal) (sum decimal.Decimal, different int) {
	seen := map[ID]bool{}
	for _, o := range c.Others {
		if q, there := amount[o.ID]; there && !seen[o.ID] {
			seen[o.ID] = true
			sum, different = sum.Add(q), different+1
		}
	}
	return sum, different
}

func (c Constraint) problem(amount map[ID]decimal.Decimal) FieldError {
	sum, different := c.counted(amount)
	got, least, most := sum, c.Least, c.Most
	switch c.Kind {
	case Ratio:
		least, most = c.Least.Mul(amount[c.ProductID]), c.Most.Mul(amount[c.ProductID])
	case Limits:
		got = amount[c.ProductID]
	case Requires, Excludes, Choose:
		got = decimal.NewFromInt(int64(different))
	}
	e := broken[c.Kind]
	e.Params = map[string]string{"product": c.SKU, "others": c.names(amount), "least": least.String(), "most": most.String(), "got": got.String(), "note": c.Note}
	if c.Kind == Rule {
		e.Params = map[string]string{"product": c.SKU, "others": c.names(amount), "text": c.Shown(), "note": c.Note}
	}
	return e
}

// names are the others that the way out is about: of what is excluded those that are there, else all.
func (c Constraint) names(amount map[ID]decimal.Decimal) string {
	var out []string
	for _, o := range c.Others {
		if _, there := amount[o.ID]; c.Kind != Excludes || there {
			out = append(out, o.SKU)
		}
	}
	return strings.Join(out, ", ")
}

// Proposed are products to add so that the constraints are met: of what is required the first that is not excluded, in the quantity that is asked for.
// What cannot be met by adding is left; Configure then tells it.
func Proposed(lines []Configured, constraints []Constraint) (out []Configured) {
	for range 20 { // what is added may itself require something
		added := false
		for _, c := range constraints {
			all := slices.Concat(lines, out)
			add, ok := c.missing(all, constraints)
			if ok {
				out, added = append(out, add), true
			}
		}
		if !added {
			break
		}
	}
	return out
}

// missing is a product that would take a constraint nearer to being met.
func (c Constraint) missing(lines []Configured, all []Constraint) (Configured, bool) {
	amount := map[ID]decimal.Decimal{}
	for _, l := range lines {
		amount[l.ProductID] = amount[l.ProductID].Add(l.Quantity)
	}
	if _, there := amount[c.ProductID]; !there || c.holds(amount) || c.Kind == Excludes || c.Kind == Limits || c.Kind == Rule {
		return Configured{}, false
	}
	sum, different := c.counted(amount)
	quantity := decimal.NewFromInt(1)
	if c.Kind == Ratio {
		if quantity = c.Least.Mul(amount[c.ProductID]).Sub(sum); !quantity.IsPositive() {
			return Configured{}, false
		}
	}
	if c.Kind == Choose && decimal.NewFromInt(int64(different)).GreaterThanOrEqual(c.Least) {
		return Configured{}, false
	}
	for _, o := range c.Others {
		if _, there := amount[o.ID]; there && c.Kind != Ratio {
			continue
		}
		try := Configured{ProductID: o.ID, Quantity: quantity}
		if !excluded(append(slices.Clone(lines), try), o.ID, all) {
			return try, true
		}
	}
	return Configured{}, false
}

// excluded tells whether a product may not stand beside the others.
func excluded(lines []Configured, added ID, all []Constraint) bool {
	amount := map[ID]decimal.Decimal{}
	for _, l := range lines {
		amount[l.ProductID] = amount[l.ProductID].Add(l.Quantity)
	}
	return slices.ContainsFunc(all, func(c Constraint) bool {
		_, there := amount[c.ProductID]
		about := c.ProductID == added || slices.ContainsFunc(c.Others, func(o ProductName) bool { return o.ID == added })
		return there && about && c.Kind == Excludes && !c.holds(amount)
	})
}
