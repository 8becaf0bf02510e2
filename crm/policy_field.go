package crm

import (
	"slices"
	"strings"
)

// costReaders may see what a thing costs us and what we earn on it. Customer care talks to customers all day and has no use for it.
var costReaders = []Role{RoleAdmin, RoleSalesOps, RoleSalesManager, RoleSalesperson, RoleProjectManager, RoleFinance}

// fieldReaders is the one table of figures that are not for everybody who may see their record. What is not in it, is.
var fieldReaders = map[string][]Role{
	"hand_off.unit_cost":         costReaders,
	"opportunity.cost":           costReaders,
	"opportunity.margin_percent": costReaders,
	"product.cost":               costReaders,
	"product_line.unit_cost":     costReaders,
	"project.budget":             costReaders,
	"project.cost_rate":          costReaders,
	"project_phase.budget":       costReaders,
	"quote.cost":                 costReaders,
	"quote_line.unit_cost":       costReaders,
}

// HiddenFields lists the fields that some roles may not see, sorted: "product.cost".
func HiddenFields() []string {
	out := make([]string, 0, len(fieldReaders))
	for f := range fieldReaders {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// Readers lists the roles that may see a field, "product.cost", of a record that they may see; none: all of them.
func Readers(field string) []Role { return slices.Clone(fieldReaders[field]) }

// Sees tells whether the user may see a field, "product.cost", of a record that he may see (B089).
func (u User) Sees(field string) bool {
	if record, name, own := strings.Cut(field, ".custom."); own {
		f, known := CustomAt(CustomField{Record: record, Name: name}.Path())
		return known && f.SeenBy(u)
	}
	readers, known := fieldReaders[field]
	return !known || slices.ContainsFunc(u.Roles, func(r Role) bool { return slices.Contains(readers, r) })
}
