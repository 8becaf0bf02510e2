package crm

import "strings"

// Verdict is what a rule set said about one decision, clause by clause (S097, S098, N1).
// It is stored as it was given, with the values it was given on, so that it can be shown again years later.
type Verdict struct {
	Kind    RuleKind `json:"kind"`
	Version int      `json:"version"`
	Key     string   `json:"key"` // what was asked: the stage of a gate, the route of an approval
	Result  Ruling   `json:"result"`
	Clauses []Clause `json:"clauses"`
}

// RuleKind names a family of rules that is written, versioned and activated on its own.
type RuleKind string

// The kinds of rules.
const (
	RuleScoring    RuleKind = "scoring"        // what a lead is worth, and from where on it becomes a deal (S064, S068)
	RuleAssignment RuleKind = "assignment"     // who takes a qualified lead (S066)
	RuleNurture    RuleKind = "nurture"        // which mails a lead gets that is not ready yet, and when (S065)
	RulePipeline   RuleKind = "pipeline"       // stages, their order and the gates between them
	RuleContact    RuleKind = "contact_status" // what the outcome of a call or meeting makes of a contact's potential (S050)
	RuleDuplicate  RuleKind = "duplicate"      // which likeness to a record that is there stops a new one, and which asks for a reason
	RuleRequired   RuleKind = "required"       // which fields must be filled when a record is made, saved or goes on
	RuleHandOff    RuleKind = "hand_off"       // what one department needs to take work from another, and must answer (S103, S104)
	RulePricing    RuleKind = "pricing"        // which prices and discounts may be given, and which ask for an approval
	RuleOrder      RuleKind = "order"          // the checklist of order validation (S078)
	RuleApproval   RuleKind = "approval"       // who must approve an order (S079)
	RuleDunning    RuleKind = "dunning"        // when an overdue invoice is chased, and how (S091)
	RuleProject    RuleKind = "project"        // when a project's margin is alarming (S083), and when it may be closed (S085)
)

// RuleKinds lists all kinds in the order in which they are shown: that of the process.
func RuleKinds() []RuleKind {
	return []RuleKind{RuleRequired, RuleScoring, RuleAssignment, RuleNurture, RulePipeline, RuleHandOff, RulePricing, RuleOrder, RuleApproval, RuleDunning, RuleProject, RuleContact, RuleDuplicate}
}

// Ruling is the outcome of a decision. Only Allowed opens a gate: a rule that could not be evaluated refuses.
type Ruling string

// The three results of a rule.
const (
	Allowed      Ruling = "allowed"
	Refused      Ruling = "refused"
	NotEvaluated Ruling = "not_evaluated"
)

// Outcome is what one clause came to.
type Outcome string

// The outcomes of a clause. A clause that was not reached did not fail.
const (
	Met        Outcome = "met"
	Unmet      Outcome = "unmet"
	NotReached Outcome = "not_reached"
	Unknown    Outcome = "unknown" // could not be evaluated
)

// Clause is one condition of a rule with the values it read.
type Clause struct {
	ID      string            `json:"id"`     // stable within the rule set: gate and condition, "send.vat", "send.vat#2" for its second part
	Source  string            `json:"source"` // the expression
	Label   map[string]string `json:"label"`  // by language; empty when the rule's author gave none
	Outcome Outcome           `json:"outcome"`
	Values  []Value           `json:"values,omitempty"`
	Needs   string            `json:"needs,omitempty"`   // the value that the clause compares with, "1000"
	Op      string            `json:"op,omitempty"`      // the comparison: ">", "in", "filled", "empty", "is", …; empty when it is not a simple one
	Group   string            `json:"group,omitempty"`   // clauses of one group are alternatives: one of them is enough; the id of the first
	FixBy   []Role            `json:"fix_by,omitempty"`  // who may write the fields, by the field table
	Points  int               `json:"points,omitempty"`  // of a scoring rule: what it gives when met
	Problem string            `json:"problem,omitempty"` // why it is unknown, as a code: "empty_date", "division_by_zero", …

	Excepted *Excepted `json:"excepted,omitempty"` // it was failing and did not count; by which exception
}

// Value is a field that a clause read, and what it held then.
type Value struct {
	Field string `json:"field"` // path in the facts, "customer.vat"
	Now   string `json:"now"`   // plain text: decimals with a point, dates as 2026-11-21, empty when not filled
}

// Allowed tells whether the gate opens.
func (v Verdict) Allowed() bool { return v.Result == Allowed }

// Failing lists the clauses that stand in the way, in the order of the rule. An alternative that is not met stands in
// nobody's way when another of its group is, nor does a clause that is excepted.
func (v Verdict) Failing() []Clause {
	enough := v.enough()
	var out []Clause
	for _, c := range v.Clauses {
		if c.Outcome == Unknown || c.Outcome == Unmet && !enough[c.Group] && c.Excepted == nil {
			out = append(out, c)
		}
	}
	return out
}

// enough are the groups of alternatives of which one is met or excepted.
func (v Verdict) enough() map[string]bool {
	out := map[string]bool{}
	for _, c := range v.Clauses {
		if c.Group != "" && (c.Outcome == Met || c.Excepted != nil) {
			out[c.Group] = true
		}
	}
	return out
}

// Text is the clause's label in the language, else in English, else its source.
func (c Clause) Text(language string) string {
	for _, l := range []string{language, "en"} {
		if t := strings.TrimSpace(c.Label[l]); t != "" {
			return t
		}
	}
	return c.Source
}
