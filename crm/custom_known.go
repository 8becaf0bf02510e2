package crm

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"
)

// knownCustom is the dictionary of the installation's own fields by their paths in rules. A field keeps its type for good and is never taken
// out, so what a rule once meant it means for ever; who reads definitions or rules from the database brings it up to date.
var knownCustom atomic.Pointer[map[string]CustomField]

// LearnCustom adds definitions to the dictionary; those that it has already get the newer labels, options and roles.
func LearnCustom(fields []CustomField) {
	for {
		old := knownCustom.Load()
		all := map[string]CustomField{}
		if old != nil {
			maps.Copy(all, *old)
		}
		for _, f := range fields {
			all[f.Path()] = f
		}
		if knownCustom.CompareAndSwap(old, &all) {
			return
		}
	}
}

// CustomAt finds a custom field by its path in rules: "deal.custom.region".
func CustomAt(path string) (CustomField, bool) {
	all := knownCustom.Load()
	if all == nil || strings.Count(path, ".") != 2 {
		return CustomField{}, false
	}
	f, ok := (*all)[path]
	return f, ok
}

// CustomPaths lists the paths of a group ("deal") that are known and not retired, sorted.
func CustomPaths(group string) (out []string) {
	if all := knownCustom.Load(); all != nil {
		for p, f := range *all {
			if !f.Retired && strings.HasPrefix(p, group+".custom.") {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out
}

// CustomFields lists the known custom fields that are not retired, as rules meet them, group by group.
func CustomFields() (out []Field) {
	for _, group := range []string{"account", "contact", "deal", "lead"} {
		for _, path := range CustomPaths(group) {
			if f, ok := CustomAt(path); ok {
				out = append(out, f.Field())
			}
		}
	}
	return out
}

// fieldTypes is what rules take a custom field for.
var fieldTypes = map[CustomType]FieldType{
	CustomText: TypeText, CustomNumber: TypeNumber, CustomMoney: TypeMoney, CustomDate: TypeDate, CustomBool: TypeBool, CustomChoice: TypeText, CustomChoices: TypeList,
}

// Field is the custom field as rules, refusals and editors meet it.
func (f CustomField) Field() Field {
	writers := f.Writers
	if len(writers) == 0 {
		writers = sellers
		if f.Record == "account" {
			writers = append([]Role{RoleFinance}, sellers...)
		}
	}
	if f.Retired {
		writers = nil
	}
	tab := map[string]string{"lead": "lead", "contact": "relations"}[f.Record]
	if tab == "" {
		tab = "main"
	}
	return Field{Path: f.Path(), Type: fieldTypes[f.Type], Writers: writers, Inline: f.Record != "lead" && !f.Retired && f.Type != CustomChoices, Tab: tab}
}
