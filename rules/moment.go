package rules

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// momentsOf are the kinds of rules that are lists of conditions, each asked at a moment of its own and named after it, in the order of the
// process. Their texts have the lists as keys.
var momentsOf = map[crm.RuleKind][]string{
	crm.RuleHandOff:   {MomentLine},          // each hand-off has two more, "production/inputs" and "production/outputs"
	crm.RuleContact:   crm.ContactStatuses(), // asked in this order; the first list that is met gives the status
	crm.RuleDuplicate: {MomentBlock, MomentWarn},
	crm.RuleRequired:  {MomentLead, MomentQualify, MomentConvert, MomentAccount, MomentContact, MomentOpportunity, MomentQuote, MomentEngagement},
	crm.RulePricing:   {MomentLine, MomentQuote, MomentApproval},
}

// The moments at which pricing is asked.
const (
	MomentLine     = "line"     // a line of the Products tab or of a quote is written; of hand-offs: a line of a quote is written or sent
	MomentQuote    = "quote"    // a quote is made, saved or sent
	MomentApproval = "approval" // an order is validated: what is not met asks for the approval of Set.ApproveBy
)

// The moments at which required fields are asked for, beside MomentQuote. The stages of deals and the check of orders have gates of their own.
const (
	MomentLead        = "lead"        // a lead comes in by any way, or is edited
	MomentQualify     = "qualify"     // a lead is qualified
	MomentConvert     = "convert"     // a lead is converted
	MomentAccount     = "account"     // a company is added or edited
	MomentContact     = "contact"     // a person is added or edited
	MomentOpportunity = "opportunity" // a deal is edited
	MomentEngagement  = "engagement"  // the outcome of a call, meeting, visit, mail or letter is noted (S096)

	// MomentNewDeal is when a deal is made by hand: of the list MomentOpportunity it asks what a deal can have from its first moment on. What
	// comes later, such as products, calls or a quote, is asked from the first edit on.
	MomentNewDeal = MomentOpportunity + "/new"
)

// The moments at which a record that is entered is held against each one that is like it.
const (
	MomentBlock = "block" // what is not met stops the record
	MomentWarn  = "warn"  // what is not met asks for a reason to go on
)

// moments reads the lists of a kind.
func (r *reader) moments(kind crm.RuleKind, e entry, more ...string) (map[string][]*condition, map[string]entry) {
	names := momentsOf[kind]
	keys := r.mapping(e.value, "", slices.Concat(more, names, []string{"cases"})...)
	out := map[string][]*condition{}
	for _, name := range names {
		out[name] = r.conditions(keys[name])
	}
	return out, keys
}

// pricing reads the limits of prices and discounts.
func (r *reader) pricing(s *Set, e entry) {
	var keys map[string]entry
	if s.moments, keys = r.moments(crm.RulePricing, e, "approve_by"); keys == nil {
		return
	}
	s.approveBy = oneOf(r, keys["approve_by"], crm.Roles()...)
	if keys["approve_by"].absent() && len(s.moments[MomentApproval]) > 0 {
		r.missing(keys[MomentApproval].at, MomentApproval, "approve_by")
	}
}

// At judges a moment of a kind that has moments: every condition of its list, with the values it read. A list without conditions allows.
func (s *Set) At(moment string, f crm.Facts) crm.Verdict {
	if moment == MomentNewDeal && s.kind == crm.RuleRequired {
		return s.verdict(moment, MomentOpportunity, s.askedOfNewDeals(), &f)
	}
	if !slices.Contains(s.Moments(), moment) {
		return s.unanswerable(moment, ProblemNoRules)
	}
	return s.verdict(moment, moment, s.moments[moment], &f)
}

// laterFields are the fields of a deal that are always empty when it is made, as are those of quotes and orders.
var laterFields = []string{
	"deal.cost", "deal.products", "deal.made_to_order", "deal.handed_off", "deal.engagements", "deal.competitors", "deal.samples", "deal.samples_waiting",
	"deal.margin_percent",
}

// seller is who makes most deals by hand.
var seller = crm.User{Roles: []crm.Role{crm.RoleSalesperson}}

// askedOfNewDeals are the conditions on deals that can be met when one is made. Fields of the company's own are asked where a salesperson may fill
// them: what only others fill comes later.
func (s *Set) askedOfNewDeals() []*condition {
	return slices.DeleteFunc(slices.Clone(s.moments[MomentOpportunity]), func(c *condition) bool {
		return slices.ContainsFunc(c.fields, func(f field) bool {
			own, known := crm.CustomAt(f.Path)
			return slices.Contains(laterFields, f.Path) || known && own.Record == "opportunity" && !own.WrittenBy(seller) ||
				strings.HasPrefix(f.Path, "quote.") || strings.HasPrefix(f.Path, "order.")
		})
	})
}

// ApproveBy is the role that must approve an order which is beyond the limits of pricing; empty when none is named.
func (s *Set) ApproveBy() crm.Role { return s.approveBy }

// Moments lists the moments of a kind in the order of the process; none for a kind that has no such lists.
func Moments(kind crm.RuleKind) []string { return slices.Clone(momentsOf[kind]) }

// momentsAt are all conditions of the set's moments, in their order.
func (s *Set) momentsAt() (out []*condition) {
	for _, m := range s.Moments() {
		out = append(out, s.moments[m]...)
	}
	return out
}

// placeMoments finds the lists of moments in a section.
func (r *reader) placeMoments(kind crm.RuleKind, section ast.Node, into map[string]lintPlace) {
	for _, m := range momentsOf[kind] {
		r.placeConditions(m, childOf(section, m), into)
	}
	if kind == crm.RuleHandOff {
		r.placeHandOffs(section, into)
	}
}
