package api

import (
	"reflect"

	"leadtocash/crm"
	"leadtocash/rules"
)

// typeEnums are the values of types that have a fixed list of them.
var typeEnums = map[reflect.Type][]string{
	reflect.TypeFor[crm.LeadState]():        listOf(crm.LeadNew, crm.LeadQualified, crm.LeadAssigned, crm.LeadConverted, crm.LeadDisqualified),
	reflect.TypeFor[crm.Feedback]():         listOf(crm.FeedbackNone, crm.FeedbackPositive, crm.FeedbackNegative),
	reflect.TypeFor[crm.OpportunityState](): listOf(crm.OpportunityOpen, crm.OpportunityWon, crm.OpportunityLost),
	reflect.TypeFor[crm.AmountSource]():     listOf(crm.AmountByHand, crm.AmountFromProducts, crm.AmountFromQuote),
	reflect.TypeFor[crm.QuoteState]():       listOf(crm.QuoteDraft, crm.QuoteSent, crm.QuoteAccepted, crm.QuoteRefused, crm.QuoteExpired, crm.QuoteSuperseded),
	reflect.TypeFor[crm.OrderState]():       listOf(crm.OrderValidating, crm.OrderApproving, crm.OrderApproved, crm.OrderRejected),
	reflect.TypeFor[crm.TrancheKind]():      listOf(crm.TrancheDeposit, crm.TrancheProgress, crm.TrancheBalance),
	reflect.TypeFor[crm.TrancheState]():     listOf(crm.TranchePlanned, crm.TrancheBillable, crm.TrancheInvoiced, crm.TranchePaid),
	reflect.TypeFor[crm.Role]():             listOf(crm.Roles()...),
	reflect.TypeFor[crm.RuleKind]():         append(listOf(crm.RuleKinds()...), ""),
	reflect.TypeFor[crm.Ruling]():           listOf(crm.Allowed, crm.Refused, crm.NotEvaluated),
	reflect.TypeFor[crm.Outcome]():          listOf(crm.Met, crm.Unmet, crm.NotReached, crm.Unknown),
	reflect.TypeFor[crm.SubjectKind]():      append(subjectKinds(), string(crm.SubjectCompany)),
	reflect.TypeFor[crm.DocumentKind]():     append(crm.DocumentKinds(), ""),
	reflect.TypeFor[crm.Step]():             steps,
	reflect.TypeFor[crm.CostState]():        listOf(crm.CostRequested, crm.CostCommitted, crm.CostActual, crm.CostRefused),
	reflect.TypeFor[crm.CostKind]():         crm.CostKinds(),
	reflect.TypeFor[crm.CaseState]():        listOf(crm.CaseOpen, crm.CaseInProgress, crm.CaseWaiting, crm.CaseSolved, crm.CaseClosed),
	reflect.TypeFor[crm.Priority]():         crm.Priorities(),
	reflect.TypeFor[crm.BidSide]():          listOf(crm.BidOffer, crm.BidCounter),
	reflect.TypeFor[crm.HandOffState]():     listOf(crm.HandOffStates()...),
	reflect.TypeFor[crm.Department]():       listOf(crm.Departments()...),
	reflect.TypeFor[crm.ProductKind]():      listOf(crm.ProductKinds()...),
	reflect.TypeFor[crm.ConstraintKind]():   listOf(crm.ConstraintKinds()...),
	reflect.TypeFor[crm.CustomType]():       listOf(crm.CustomTypes()...),
	reflect.TypeFor[crm.ExceptionState]():   listOf(crm.ExceptionStates()...),
}

// steps are the steps of all processes, in the order in which a customer meets them.
var steps = append(listOf(
	crm.StepCapture, crm.StepQualify, crm.StepNurture, crm.StepAssign, crm.StepConvert, crm.StepIdentify, crm.StepTiming, crm.StepSamples,
	crm.StepConfigure, crm.StepSend, crm.StepForecast, crm.StepNegotiate, crm.StepMonitor, crm.StepValidate, crm.StepApprove, crm.StepContract,
	crm.StepERP, crm.StepProject, crm.StepPNL, crm.StepCloseProject, crm.StepCare, crm.StepRevenue, crm.StepCloseContract), "")

// enumerations are lists of values that a member's note names.
var enumerations = map[string]func() []string{
	"account_kind":       func() []string { return []string{"prospect", "customer"} },
	"address_purpose":    crm.AddressPurposes,
	"constraint_kind":    func() []string { return listOf(crm.ConstraintKinds()...) },
	"product_kind":       func() []string { return listOf(crm.ProductKinds()...) },
	"priced_as":          func() []string { return []string{crm.PricedFixed, crm.PricedSum} },
	"quote_line_kind":    func() []string { return []string{crm.LineOfQuote, crm.SectionOfQuote} },
	"natura":             func() []string { return append([]string{""}, crm.Naturas()...) },
	"rounding":           roundings,
	"tax_rounding":       taxRoundings,
	"contact_role":       crm.ContactRoles,
	"import_kind":        crm.ImportKinds,
	"custom_record":      crm.CustomRecords,
	"custom_type":        func() []string { return listOf(crm.CustomTypes()...) },
	"approval_state":     func() []string { return []string{"waiting", "approved", "rejected"} },
	"contract_state":     func() []string { return []string{"active", "closed"} },
	"bid_side":           func() []string { return []string{"offer", "counter"} },
	"case_priority":      crm.Priorities,
	"deal_word":          crm.DealWordNames,
	"rule_side":          ruleSides,
	"module":             crm.ModuleNames,
	"cost_kind":          crm.CostKinds,
	"cost_state":         func() []string { return []string{"actual", "requested", "committed"} },
	"disqualify_reason":  crm.DisqualifyReasons,
	"duplicate_kind":     crm.DuplicateKinds,
	"dunning_state":      func() []string { return []string{"written", "skipped", "cancelled"} },
	"engagement_kind":    crm.EngagementKinds,
	"engagement_outcome": crm.EngagementOutcomes,
	"invoice_state":      func() []string { return []string{"open", "overdue", "paid"} },
	"language":           func() []string { return []string{"en", "it", "es", "pl"} },
	"project_state":      func() []string { return []string{"open", "closed"} },
	"reach":              func() []string { return []string{"own", "team", "all"} },
	"relation_kind":      func() []string { return []string{"contact", "partner", "competitor"} },
	"rule_kind":          func() []string { return listOf(crm.RuleKinds()...) },
	"answer_kind":        crm.AnswerKinds,
	"sample_state":       func() []string { return []string{"requested", "shipped", "answered"} },
	"weekday":            crm.Days,
	"document_kind":      crm.DocumentKinds,
	"subject_kind":       subjectKinds,
	"record_kind":        crm.RecordKinds,
	"shadow_state":       func() []string { return []string{"running", "ended"} },
	"migration_state":    func() []string { return []string{"running", "done"} },
	"gap_kind":           func() []string { return listOf(rules.NeverUnmet, rules.NeverMet, rules.Survivor) },
	"lint_severity":      func() []string { return listOf(rules.LintError, rules.LintWarning) },
	"touch_state":        func() []string { return []string{"planned", "written", "stopped"} },
	"touch_channel":      func() []string { return []string{"form", "api", "manual", "import", "mail", "care"} },
}

// about describes members of structs that belong to other packages, as the tag "doc" does for ours.
var about = map[string]string{
	"Account.Language":                "enum=language",
	"Account.CreditLimit":             "text=0: none.",
	"Account.Kind":                    "enum=account_kind;text=It follows from the facts: a contract makes a customer.",
	"Account.Address":                 "text=Of its legal seat; where there is a main legal address, that one writes it.",
	"Account.Custom":                  "text=Fields that the company defined itself, as far as the reader may see them.",
	"Contact.Custom":                  "text=As those of accounts.",
	"Lead.Custom":                     "text=As those of accounts.",
	"Opportunity.Custom":              "text=As those of accounts.",
	"Address.Purpose":                 "enum=address_purpose",
	"Contact.Role":                    "text=In buying: decides, influences, uses, buys, pays, gatekeeper; empty: not known.",
	"CustomField.Record":              "enum=custom_record",
	"GroupRow.Depth":                  "text=How far below the head of the group.",
	"GroupRow.Kind":                   "enum=account_kind",
	"AssignFields.OwnerID":            "required;text=The salesperson.",
	"AnsweredFields.Kind":             "required;enum=answer_kind",
	"AnsweredFields.Note":             "max=10000",
	"NurtureFields.Track":             "max=200;text=The key of a track; left out: the first that fits and has something left to send.",
	"NurtureTouch.State":              "enum=touch_state",
	"Sample.State":                    "enum=sample_state",
	"Lead.ScoreByHand":                "text=A person's correction; 0: none.",
	"Lead.Halved":                     "text=Nothing was heard of it for long.",
	"Lead.AssignRule":                 "text=The rule that chose the owner; empty: a person did.",
	"Lead.Track":                      "text=The nurture track that it is in; empty: none.",
	"Approval.State":                  "enum=approval_state",
	"Case.AnswerWithin":               "text=What it was promised when it was opened, in nanoseconds of working time.",
	"Case.SolveWithin":                "text=As answer_within.",
	"Case.Remaining":                  "text=Working time until solve_due in nanoseconds, kept while the customer is waited for.",
	"CaseLeadFields.Need":             "max=10000;text=Without it, the case's subject.",
	"CaseTakeFields.OwnerID":          "text=Without it, you.",
	"HandOff.Key":                     "text=Of the hand-off in the rules.",
	"HandOff.SalesTime":               "text=Working time that it lay with who asked, in nanoseconds, up to clock_since.",
	"HandOff.TeamTime":                "text=As sales_time, with the department that is asked.",
	"HandOff.ClockSince":              "text=When the running clock was read last; null: both stand.",
	"HandOff.Missing":                 "text=The ids of inputs for which it came back last.",
	"Exception.Owner":                 "text=A role, or the mail address of a person, as the rules had it when it was asked for.",
	"Exception.ExpiresOn":             "text=The last day on which a granted one counts.",
	"Exception.Note":                  "text=Of a granted one; the reason of a declined one.",
	"CloseFields.NextName":            "max=200;text=Of the deal that follows (S088); without it, made from the contract's.",
	"Contact.Language":                "enum=language",
	"Contact.Status":                  "text=Commercial potential, moved by the outcomes of engagements (S050).",
	"Contract.State":                  "enum=contract_state",
	"DunningStep.State":               "enum=dunning_state",
	"Engagement.Kind":                 "enum=engagement_kind",
	"Engagement.Outcome":              "enum=engagement_outcome;text=Empty while planned.",
	"FeedbackFields.Feedback":         "required;text=Only a positive one lets the lead be converted (S067).",
	"FeedbackFields.Note":             "max=10000",
	"Invoice.Hash":                    "text=SHA-256 over this invoice and the hash before it.",
	"IssueFields.TrancheID":           "required;text=It must be billable.",
	"Lead.Language":                   "enum=language",
	"Lead.Score":                      "min=0;top=100",
	"MoveFields.To":                   "required;max=200;text=The key of a stage, or lost.",
	"MoveFields.Reason":               "max=200;text=Needed for lost: a key of the pipeline's reasons.",
	"MoveFields.Note":                 "max=10000",
	"MoveFields.Fill":                 "text=Fields of the facts by path (customer.vat) that are saved with the move, or not at all.",
	"OpenInvoice.State":               "enum=invoice_state",
	"Opportunity.Pipeline":            "text=In which it began, for good.",
	"Opportunity.Stage":               "text=A key of the pipeline in force; the rules may name others.",
	"Opportunity.Amount":              "text=Without tax. Typed by hand only while amount_source is hand (S033).",
	"Order.RequestedBy":               "text=Who asked for it; never the one who approves it (S14).",
	"Process.Shift":                   "text=Business time minus real time in nanoseconds; not 0 only where the development clock was moved.",
	"Project.State":                   "enum=project_state",
	"Quote.Language":                  "enum=language",
	"Quote.ValidUntil":                "text=The offer lapses at the end of this day in the company's zone.",
	"Relation.Kind":                   "enum=relation_kind",
	"Verdict.Key":                     "text=What was asked: the stage of a gate, the route of an approval.",
	"opportunityRecord.Cost":          "text=Of the products.",
	"opportunityRecord.MarginPercent": "text=Of the amount; 0 when the amount is 0.",
}

// ruleCodes are the codes of mistakes in rules.
func ruleCodes() []string {
	return []string{
		rules.CodeUnknownName, rules.CodeTypeMismatch, rules.CodeConstructNotAllowed, rules.CodeOperatorNotAllowed, rules.CodeNestedLoop,
		rules.CodePatternMustBeFixed, rules.CodeTooLong, rules.CodeTooComplex, rules.CodeEmpty, rules.CodeSyntax, rules.CodeInvalidText,
		rules.CodeInvalidValue, rules.CodeUnknownKey, rules.CodeDuplicate, rules.CodeMissing,
	}
}

func listOf[T ~string](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
