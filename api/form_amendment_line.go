package api

import (
	"fmt"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// addedRows is how many empty rows the form that proposes an amendment has for new lines, and how many come when somebody asks for more.
const addedRows = 2

// addedNames are the fields of such a row.
var addedNames = []string{"product_id", "name", "quantity", "unit_price", "discount_percent", "unit_cost", "tax_class_id"}

// addedRow is a row of the form for a line that is added.
type addedRow int

// Field is the name of a field of the row.
func (n addedRow) Field(name string) string { return addedField(int(n), name) }

// Number is the row as people count.
func (n addedRow) Number() int { return int(n) + 1 }

func addedField(n int, name string) string { return fmt.Sprintf("added.%d.%s", n, name) }

// addedCount is how many rows for new lines the form has.
func addedCount(f form) int {
	n, err := strconv.Atoi(f.Value("added"))
	if err != nil || n < addedRows || n > crm.MaxLines {
		n = addedRows
	}
	if f.Value("action") == "more" {
		n += addedRows
	}
	return n
}

// AddsLines tells whether somebody is about to add lines.
func (p amendmentsPage) AddsLines() bool { return p.Form.Value("added") != "" }

// fillAdded fills the rows of the form, with what may be chosen in them.
func (r *request) fillAdded(p *amendmentsPage) error {
	for n := range addedCount(p.Form) {
		p.Added = append(p.Added, addedRow(n))
	}
	products, err := r.store.ProductChoices(r.ctx())
	if err != nil {
		return err
	}
	classes, err := r.store.TaxClasses(r.ctx())
	p.Products, p.Taxes = chosen(r.say("form.none"), products), append([]option{{"", r.say("amendment.tax_of_product")}}, r.taxOptions(classes, "")...)
	return err
}

// addedLinesTyped reads the rows in which something stands, and which they are.
func (r *request) addedLinesTyped(f *form) (out []crm.AddFields, rows []int) {
	for n := range addedCount(*f) {
		field := func(name string) string { return addedField(n, name) }
		typed := func(name string) bool { return f.Value(field(name)) != "" }
		if !typed("product_id") && !typed("name") && !typed("quantity") && !typed("unit_price") && !typed("unit_cost") {
			continue
		}
		l := crm.AddFields{
			ProductID: optionalID(f.Value(field("product_id"))), Name: clean(f.Value(field("name")), maxName), Quantity: r.quantity(f, field("quantity")), TaxClassID: optionalID(f.Value(field("tax_class_id"))),
			DiscountPercent: r.percent(f, field("discount_percent")),
		}
		for name, into := range map[string]**decimal.Decimal{"unit_price": &l.UnitPrice, "unit_cost": &l.UnitCost} {
			if typed(name) {
				d := r.decimal(f, field(name))
				*into = &d
			}
		}
		r.needed(f, field("quantity"))
		if l.ProductID == "" {
			r.needed(f, field("name"), field("unit_price"), field("unit_cost"), field("tax_class_id"))
		}
		out, rows = append(out, l), append(rows, n)
	}
	return out, rows
}
