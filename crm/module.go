package crm

import (
	"maps"
	"slices"
	"strings"
)

// Module is a supporting process that a company may do without (S027, S030, S090). Selling itself is none: leads, contacts and opportunities are
// always there.
type Module string

// The modules, in the order of the process.
const (
	ModuleMarketing      Module = "marketing"      // nurturing leads with timed mails
	ModuleCatalogue      Module = "catalogue"      // products, the Products tab, samples
	ModuleQuotes         Module = "quotes"         // offers and their versions, the Quotes tab
	ModuleProjects       Module = "projects"       // plan, milestones and corrective actions of what was sold
	ModulePurchasing     Module = "purchasing"     // purchase orders of projects
	ModuleAdministration Module = "administration" // issuing invoices
	ModuleEInvoicing     Module = "einvoicing"     // their electronic files, and what the exchange says of them
	ModuleCare           Module = "care"           // customers' cases
	ModulePeople         Module = "people"         // absences and times
)

// ModuleNames lists the modules, for forms and checks.
func ModuleNames() []string {
	return []string{
		string(ModuleMarketing), string(ModuleCatalogue), string(ModuleQuotes), string(ModuleProjects), string(ModulePurchasing), string(ModuleAdministration),
		string(ModuleEInvoicing), string(ModuleCare), string(ModulePeople),
	}
}

// ModuleReason is how many characters the reason for switching a module off may have.
const ModuleReason = 300

// ModulesOff are the modules that are switched off, each with the reason that is shown in its place. A module that is not there is on.
type ModulesOff map[Module]string

// Off tells whether a module is switched off.
func (m ModulesOff) Off(module Module) bool {
	_, off := m[module]
	return off
}

// Check demands known modules, each with a reason, which it trims. Errors: unknown_value, required, too_long at /<module>.
func (m ModulesOff) Check() error {
	var errs FieldErrors
	for _, module := range slices.Sorted(maps.Keys(m)) {
		reason, err := CleanText(m[module], ModuleReason)
		reason = strings.TrimSpace(reason)
		switch {
		case !slices.Contains(ModuleNames(), string(module)):
			err = Problem("unknown_value", "value", string(module))
		case err == nil && reason == "":
			err = Problem("required")
		}
		m[module] = reason
		errs.Add("/"+string(module), err)
	}
	return errs.Err()
}
