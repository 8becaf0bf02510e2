package rules

import (
	"math/big"
	"slices"
	"strings"

	"leadtocash/crm"
)

// nature is what is known of a field beyond its type. A number may be anything, a text too, unless it says otherwise.
type nature struct {
	least, most *big.Rat
	whole       bool     // a count
	never       []string // kinds of rules in which it is never empty; "*": in none
	closed      []string // the only texts that it holds, beside the empty one
	country     bool     // two letters of ISO 3166
	grows       bool     // it never falls: what was once passed stays passed
}

var (
	ratZero    = new(big.Rat)
	ratOne     = big.NewRat(1, 1)
	ratHundred = big.NewRat(100, 1)

	counted    = nature{least: ratZero, whole: true}
	noDebt     = nature{least: ratZero}
	percentage = nature{least: ratZero, most: ratHundred}
	everKnown  = nature{never: []string{"*"}}
	country    = nature{country: true}
)

// natures is the one table of what fields can hold. What is not in it can hold anything of its type.
var natures = map[string]nature{
	"lead.country":           country,
	"lead.language":          {closed: crmLanguages},
	"lead.state":             {closed: texted(crm.LeadNew, crm.LeadQualified, crm.LeadAssigned), never: everKnown.never},
	"lead.feedback":          {closed: texted(crm.FeedbackPositive, crm.FeedbackNegative)},
	"lead.score":             {least: ratZero, most: ratHundred, whole: true},
	"lead.touches":           counted,
	"lead.last_touch":        everKnown,
	"deal.name":              everKnown,
	"deal.pipeline":          everKnown,
	"deal.stage":             everKnown,
	"deal.amount":            noDebt,
	"deal.amount_source":     {closed: texted(crm.AmountByHand, crm.AmountFromProducts, crm.AmountFromQuote), never: everKnown.never},
	"deal.target":            noDebt,
	"deal.products":          counted,
	"deal.engagements":       counted,
	"deal.competitors":       counted,
	"deal.samples":           counted,
	"deal.samples_waiting":   counted,
	"customer.name":          everKnown,
	"customer.country":       country,
	"customer.credit_limit":  noDebt,
	"customer.language":      {closed: crmLanguages},
	"contact.status":         {closed: []string{"new", "contacted", "promising", "cold"}, never: []string{string(crm.RuleContact)}},
	"line.list_price":        noDebt,
	"line.unit_price":        noDebt,
	"line.discount_percent":  percentage,
	"line.net_price":         noDebt,
	"line.unit_cost":         noDebt,
	"line.name":              everKnown,
	"hand_off.bounces":       counted,
	"hand_off.unit_cost":     noDebt,
	"engagement.kind":        {closed: crm.EngagementKinds(), never: everKnown.never},
	"engagement.outcome":     {closed: crm.EngagementOutcomes(), never: everKnown.never},
	"engagement.in_a_row":    {least: ratOne, whole: true},
	"duplicate.entered":      {closed: duplicateKinds, never: everKnown.never},
	"duplicate.with":         {closed: duplicateKinds, never: everKnown.never},
	"duplicate.similarity":   percentage,
	"quote.state":            {closed: texted(crm.QuoteDraft, crm.QuoteSent, crm.QuoteAccepted, crm.QuoteRefused, crm.QuoteExpired, crm.QuoteWithdrawn, crm.QuoteNotChosen, crm.QuoteAwaiting), never: orderKinds},
	"quote.lines":            counted,
	"quote.net":              noDebt,
	"quote.total":            noDebt,
	"quote.discount_percent": percentage,
	"order.state":            {closed: texted(crm.OrderValidating, crm.OrderApproving, crm.OrderApproved, crm.OrderRejected), never: orderKinds},
	"order.total":            noDebt,
	"order.discount_percent": percentage,
	"order.payment_days":     counted,
	"order.tranches":         counted,
	"receivables.open":       noDebt,
	"receivables.overdue":    noDebt,
	"receivables.days_late":  counted, "receivables.letters": counted, "receivables.broken_promises": counted,
	"project.revenue":          noDebt,
	"project.budget":           noDebt,
	"project.progress_percent": percentage,
	"project.late_milestones":  counted, "project.open_milestones": counted, "project.unbilled_tranches": counted,
	"project.open_cases": counted, "project.unapproved": counted, "project.committed_costs": counted, "project.phases_over": counted,
	"project.exposure": noDebt,
	"process.today":    {never: everKnown.never, grows: true},
}

var (
	crmLanguages   = []string{"en", "it", "es", "pl"}
	duplicateKinds = []string{"account", "contact", "lead"}
	orderKinds     = []string{string(crm.RuleOrder), string(crm.RuleApproval)}
)

func texted[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = string(t)
	}
	return out
}

// mayBeEmpty tells whether the field can be empty when rules of the kind are asked.
func mayBeEmpty(kind crm.RuleKind, path string) bool {
	n := natureOf(path)
	return !slices.Contains(n.never, "*") && !slices.Contains(n.never, string(kind))
}

// groupsOf lists the groups of facts that are gathered for each kind of rules; fields of the others are always empty there.
var groupsOf = map[crm.RuleKind][]string{
	crm.RuleScoring:    {"lead", "process"},
	crm.RuleAssignment: {"lead", "process"},
	crm.RuleNurture:    {"lead", "process"},
	crm.RulePipeline:   {"deal", "customer", "account", "contact", "quote", "order", "receivables", "process"},
	crm.RuleOrder:      {"deal", "customer", "account", "contact", "quote", "order", "receivables", "process"},
	crm.RuleApproval:   {"deal", "customer", "account", "contact", "quote", "order", "receivables", "process"},
	crm.RuleProject:    {"project", "customer", "account", "receivables", "process"},
	crm.RuleContact:    {"engagement", "contact", "customer", "account", "user", "process"},
	crm.RuleDuplicate:  {"duplicate", "user", "process"},
	crm.RuleRequired:   {"lead", "engagement", "deal", "customer", "account", "contact", "quote", "order", "receivables", "user", "process"},
	crm.RuleDunning:    {"customer", "account", "receivables", "process"},
	crm.RuleHandOff:    handOffGroups,
	crm.RulePricing:    {"line", "deal", "customer", "account", "contact", "quote", "order", "receivables", "user", "process"},
}

// groupsAt are the groups of facts that are gathered at a moment, where these are fewer than those of the kind.
var groupsAt = map[string][]string{
	MomentLine:        {"line", "deal", "customer", "account", "contact", "receivables", "user", "process"},
	MomentQuote:       {"quote", "deal", "customer", "account", "contact", "receivables", "user", "process"},
	MomentApproval:    {"order", "quote", "deal", "customer", "account", "contact", "receivables", "user", "process"},
	"cold":            {"engagement", "contact", "customer", "account", "user", "process"},
	"promising":       {"engagement", "contact", "customer", "account", "user", "process"},
	"contacted":       {"engagement", "contact", "customer", "account", "user", "process"},
	MomentBlock:       {"duplicate", "user", "process"},
	MomentWarn:        {"duplicate", "user", "process"},
	MomentLead:        {"lead", "user", "process"},
	MomentQualify:     {"lead", "user", "process"},
	MomentConvert:     {"lead", "user", "process"},
	MomentAccount:     {"customer", "account", "user", "process"},
	MomentContact:     {"contact", "customer", "account", "user", "process"},
	MomentEngagement:  {"engagement", "lead", "deal", "customer", "account", "contact", "quote", "order", "receivables", "user", "process"},
	MomentOpportunity: {"deal", "customer", "account", "contact", "quote", "order", "receivables", "user", "process"},
}

// Groups lists the groups of fields that rules of a kind can read something in; nil when it reads no fields.
func Groups(kind crm.RuleKind) []string { return groupsOf[kind] }

// emptyHere tells whether the field is always empty where rules of the kind are asked; where begins with the moment of a kind that has moments.
func emptyHere(kind crm.RuleKind, where, path string) bool {
	group, _, _ := strings.Cut(path, ".")
	if moment, _, _ := strings.Cut(where, "."); kind == crm.RuleHandOff {
		return emptyAtHandOff(moment, path)
	} else if path == "line.handed_off" { // no other rules are asked by somebody who knows
		return true
	}
	groups := groupsOf[kind]
	if moment, _, _ := strings.Cut(where, "."); slices.Contains(momentsOf[kind], moment) {
		groups = groupsAt[moment]
	}
	return groups != nil && !slices.Contains(groups, group)
}

// standing says how a field that nobody may write can be changed while a gate waits for it. The other computed fields follow from what
// people do: the margin from prices and costs, the state of a quote from sending it, what a customer owes from payments, today from waiting.
type standing struct {
	kinds []crm.RuleKind // of the gates
	known bool           // it has the same value for every record there, so that the gate opens for all or for none
}

// standings is the table of fields that no action of a person changes before the gate.
var standings = map[string]standing{
	// A contract comes out of a won deal; a customer is new until then, and never again.
	"customer.new": {kinds: []crm.RuleKind{crm.RulePipeline, crm.RulePricing, crm.RuleOrder}},
	// A deal keeps its pipeline.
	"deal.pipeline": {kinds: []crm.RuleKind{crm.RulePipeline, crm.RuleOrder}},
	// They are fixed with the contract.
	"project.revenue": {kinds: []crm.RuleKind{crm.RuleProject}},
	"project.budget":  {kinds: []crm.RuleKind{crm.RuleProject}},
	// There is an order once the deal is won; while it is validated its state says just that.
	"order.state":            {kinds: []crm.RuleKind{crm.RulePipeline, crm.RuleOrder}, known: true},
	"order.total":            {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
	"order.margin_percent":   {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
	"order.discount_percent": {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
	"order.payment_days":     {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
	"order.delivery_date":    {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
	"order.tranches":         {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
	"order.ticked":           {kinds: []crm.RuleKind{crm.RulePipeline}, known: true},
}

// fixed tells whether nothing that people do changes the field while a gate of the kind waits.
func fixed(kind crm.RuleKind, path string) (standing, bool) {
	s, ok := standings[path]
	return s, ok && slices.Contains(s.kinds, kind)
}

// startingValue is what a field of known standing holds: nothing, or for the state of an order what it waits for.
func startingValue(kind crm.RuleKind, path string) string {
	if kind == crm.RuleOrder && path == "order.state" {
		return string(crm.OrderValidating)
	}
	return ""
}

// countries are the names under which people know the countries that rules mention most.
var countries = map[string]string{
	"austria": "AT", "österreich": "AT", "belgium": "BE", "bulgaria": "BG", "croatia": "HR", "cyprus": "CY", "czechia": "CZ", "denmark": "DK", "estonia": "EE",
	"finland": "FI", "france": "FR", "francia": "FR", "germany": "DE", "deutschland": "DE", "germania": "DE", "alemania": "DE", "niemcy": "DE", "greece": "GR",
	"hungary": "HU", "ireland": "IE", "italy": "IT", "italia": "IT", "włochy": "IT", "latvia": "LV", "lithuania": "LT", "luxembourg": "LU", "malta": "MT",
	"netherlands": "NL", "poland": "PL", "polska": "PL", "polonia": "PL", "portugal": "PT", "romania": "RO", "slovakia": "SK", "slovenia": "SI", "spain": "ES",
	"españa": "ES", "spagna": "ES", "hiszpania": "ES", "sweden": "SE", "switzerland": "CH", "norway": "NO", "united kingdom": "GB", "uk": "GB", "united states": "US",
	"usa": "US",
}
