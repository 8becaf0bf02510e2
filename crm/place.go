package crm

import (
	"slices"
	"strings"
)

// AnyLoggedIn is what a place needs that everybody may go to who is logged in.
const AnyLoggedIn Permission = "session"

// Place is where a person may go on the screens: an entry of the navigation, or an action at which work begins.
type Place struct {
	URL  string
	Text string // key of what it is called
	Key  string // that goes there; empty: none
	Need Permission
	Dev  bool // of a development instance only
}

// Places is the navigation, group by group.
func Places() [][]Place { return slices.Clone(places) }

var places = [][]Place{
	{
		{"/", "nav.day", "d", AnyLoggedIn, false},
		{"/leads", "nav.leads", "l", MayReadLead, false},
		{"/board", "nav.board", "p", MayReadOpportunity, false},
		{"/plan", "nav.plan", "", MayReadPlan, false},
		{"/forecast", "nav.forecast", "", MayReadOpportunity, false},
		{"/calendar", "nav.agenda", "k", MayReadOpportunity, false},
		{"/handoffs", "nav.handoffs", "", MayReadOpportunity, false},
		{"/approvals", "nav.approvals", "a", MayReadOrder, false},
		{"/contracts", "nav.contracts", "c", MayReadContract, false},
		{"/projects", "nav.projects", "", MayReadContract, false},
		{"/invoices", "nav.invoices", "", MayReadInvoice, false},
		{"/overdue", "nav.overdue", "o", MayReadInvoice, false},
		{"/bank", "nav.bank", "", MayWritePayment, false},
		{"/cases", "nav.cases", "", MayReadCase, false},
		{"/reports", "nav.reports", "", MayReadOpportunity, false},
		{"/feed", "nav.feed", "", MayReadNote, false},
	},
	{
		{"/accounts", "nav.accounts", "", MayReadAccount, false},
		{"/contacts", "nav.contacts", "", MayReadAccount, false},
		{"/products", "nav.products", "", MayReadProduct, false},
		{"/documents", "nav.documents", "", MayReadDocument, false},
	},
	{
		{"/rules", "nav.rules", "r", MayReadRules, false},
		{"/settings", "nav.settings", "", MayReadUser, false},
		{"/settings/keys", "nav.keys", "", AnyLoggedIn, false},
		{"/dev/mailbox", "nav.mailbox", "", MayReadMailbox, true},
		{"/dev/clock", "nav.clock", "", MayWriteClock, true},
	},
}

// actions are what may be pinned besides the places of the navigation: where work begins.
var actions = []Place{
	{"/leads#new", "leads.new", "", MayWriteLead, false},
	{"/board#new", "deal.new", "", MayWriteOpportunity, false},
	{"/cases#new", "case.new", "", MayOpenCase, false},
	{"/leads/next", "leads_next.title", "", MayReadLead, false},
	{"/leads/report", "lead_report.title", "", MayReadLead, false},
	{"/leads/response", "response.report", "", MayReadLead, false},
	{"/imports", "import.title.lead", "", MayImportLead, false},
	{"/opportunities", "board.table_label", "", MayReadOpportunity, false},
	{"/opportunities/potential", "potential.title", "", MayReadOpportunity, false},
	{"/competitors", "rival.title", "", MayReadOpportunity, false},
	{"/handoffs/report", "handoff.report", "", MayReadOpportunity, false},
	{"/delegations", "delegation.title", "", MayReadOrder, false},
	{"/renewals", "renewal.list", "", MayReadContract, false},
	{"/overdue?work=on", "desktop.chase", "", MayWritePayment, false},
	{"/registers", "register.title", "", MayReadInvoice, false},
	{"/sdi", "sdi.title", "", MayIssueInvoice, false},
	{"/timesheet", "timesheet.title", "", AnyLoggedIn, false},
	{"/timesheets", "timesheet.waiting", "", MayReadContract, false},
	{"/capacity", "capacity.title", "", MayWriteProject, false},
	{"/care/report", "care.report", "", MayReadCase, false},
	{"/settings/fields", "fields.title", "", MayReadSettings, false},
}

// placeModules are the entries of the navigation that stand for nothing but a module, and go with it.
var placeModules = map[string]Module{
	"/products": ModuleCatalogue, "/cases": ModuleCare, "/overdue": ModuleAdministration, "/invoices": ModuleAdministration, "/billing": ModuleAdministration, "/sdi": ModuleEInvoicing, "/absences": ModulePeople, "/quotes": ModuleQuotes, "/projects": ModuleProjects, "/capacity": ModulePeople, "/timesheet": ModulePeople, "/timesheets": ModulePeople, "/expenses": ModulePeople, "/expense-approvals": ModulePeople,
}

// PlaceModule is the module with which a path goes; empty: none.
func PlaceModule(path string) Module { return placeModules[path] }

// Pinnable are the actions and places that a person may go to and pin (S092), actions first.
func Pinnable(u User, off ModulesOff) (out []Place) {
	for _, group := range append([][]Place{actions}, places...) {
		for _, p := range group {
			path, _, _ := strings.Cut(strings.SplitN(p.URL, "#", 2)[0], "?")
			if p.URL == "/" || p.Dev || p.Need != AnyLoggedIn && u.Can(p.Need) == ReachNone || off.Off(PlaceModule(path)) {
				continue
			}
			out = append(out, p)
		}
	}
	return out
}
