package crm

import "github.com/shopspring/decimal"

// Facts is what rules may read: values only, no pointers, no functions, so that an empty value is an answer and never a crash.
// The expr tags are the names that rule authors write; stored facts leave out what is empty. A list holds at most 1,000 entries, a text at most 10,000 characters.
type Facts struct {
	Lead        LeadFacts        `expr:"lead" json:"lead,omitzero"`
	Deal        DealFacts        `expr:"deal" json:"deal,omitzero"`
	Customer    CustomerFacts    `expr:"customer" json:"customer,omitzero"`
	Account     AccountFacts     `expr:"account" json:"account,omitzero"`
	Contact     ContactFacts     `expr:"contact" json:"contact,omitzero"`
	Line        LineFacts        `expr:"line" json:"line,omitzero"`
	HandOff     HandOffFacts     `expr:"hand_off" json:"hand_off,omitzero"`
	Quote       QuoteFacts       `expr:"quote" json:"quote,omitzero"`
	Order       OrderFacts       `expr:"order" json:"order,omitzero"`
	Receivables ReceivablesFacts `expr:"receivables" json:"receivables,omitzero"`
	Project     ProjectFacts     `expr:"project" json:"project,omitzero"`
	Engagement  EngagementFacts  `expr:"engagement" json:"engagement,omitzero"`
	Duplicate   DuplicateFacts   `expr:"duplicate" json:"duplicate,omitzero"`
	User        UserFacts        `expr:"user" json:"user,omitzero"`
	Process     ProcessFacts     `expr:"process" json:"process,omitzero"`
}

// LeadFacts describes a lead (S064). They are empty where a rule is asked about anything else.
type LeadFacts struct {
	Company   string          `expr:"company" json:"company,omitzero"`
	Contact   string          `expr:"contact" json:"contact,omitzero"` // name of the person
	Email     string          `expr:"email" json:"email,omitzero"`
	Phone     string          `expr:"phone" json:"phone,omitzero"`
	VAT       string          `expr:"vat" json:"vat,omitzero"`
	Country   string          `expr:"country" json:"country,omitzero"` // ISO 3166 two letters
	Need      string          `expr:"need" json:"need,omitzero"`       // what the person wrote
	Language  string          `expr:"language" json:"language,omitzero"`
	Source    string          `expr:"source" json:"source,omitzero"`
	Campaign  string          `expr:"campaign" json:"campaign,omitzero"`
	State     string          `expr:"state" json:"state,omitzero"`
	Feedback  string          `expr:"feedback" json:"feedback,omitzero"` // "", positive, negative
	Score     decimal.Decimal `expr:"score" json:"score,omitzero"`       // 0 while it is being scored
	Touches   decimal.Decimal `expr:"touches" json:"touches,omitzero"`   // ways and times by which it reached us
	LastTouch Date            `expr:"last_touch" json:"last_touch,omitzero"`
	Consent   bool            `expr:"consent" json:"consent,omitzero"` // to be written to
	Bounced   bool            `expr:"bounced" json:"bounced,omitzero"` // mail to the address came back
	Custom    Custom          `expr:"custom" json:"custom,omitempty"`  // fields that the company defined itself; so with the others
}

// DealFacts describes the opportunity.
type DealFacts struct {
	Name          string          `expr:"name" json:"name,omitzero"`
	Pipeline      string          `expr:"pipeline" json:"pipeline,omitzero"`
	Stage         string          `expr:"stage" json:"stage,omitzero"`
	Amount        decimal.Decimal `expr:"amount" json:"amount,omitzero"`
	AmountSource  string          `expr:"amount_source" json:"amount_source,omitzero"` // hand, products, quote (S032-S036)
	Target        decimal.Decimal `expr:"target" json:"target,omitzero"`
	Cost          decimal.Decimal `expr:"cost" json:"cost,omitzero"`
	MarginPercent decimal.Decimal `expr:"margin_percent" json:"margin_percent,omitzero"` // of the amount; 0 when the amount is 0
	CloseDate     Date            `expr:"close_date" json:"close_date,omitzero"`
	Need          string          `expr:"need" json:"need,omitzero"`     // what the customer wants to solve
	Budget        bool            `expr:"budget" json:"budget,omitzero"` // the customer has confirmed a budget
	DecisionMaker bool            `expr:"decision_maker" json:"decision_maker,omitzero"`
	Products      decimal.Decimal `expr:"products" json:"products,omitzero"`           // number of product lines
	MadeToOrder   bool            `expr:"made_to_order" json:"made_to_order,omitzero"` // some line is made to order (S104)
	HandedOff     bool            `expr:"handed_off" json:"handed_off,omitzero"`       // a completed hand-off answers for every such line
	Engagements   decimal.Decimal `expr:"engagements" json:"engagements,omitzero"`     // calls, meetings, mails with an outcome
	Competitors   decimal.Decimal `expr:"competitors" json:"competitors,omitzero"`
	Tags          []string        `expr:"tags" json:"tags,omitzero"`
	Samples       decimal.Decimal `expr:"samples" json:"samples,omitzero"`                 // product samples asked for (S071)
	SamplesOpen   decimal.Decimal `expr:"samples_waiting" json:"samples_waiting,omitzero"` // of them, without the customer's word yet
	Custom        Custom          `expr:"custom" json:"custom,omitempty"`
}

// CustomerFacts describes the account.
type CustomerFacts struct {
	Name        string          `expr:"name" json:"name,omitzero"`
	VAT         string          `expr:"vat" json:"vat,omitzero"`
	Country     string          `expr:"country" json:"country,omitzero"` // ISO 3166 two letters
	Address     string          `expr:"address" json:"address,omitzero"`
	Email       string          `expr:"email" json:"email,omitzero"`
	Phone       string          `expr:"phone" json:"phone,omitzero"`
	Language    string          `expr:"language" json:"language,omitzero"` // what it is written to in
	Class       string          `expr:"class" json:"class,omitzero"`
	New         bool            `expr:"new" json:"new,omitzero"` // no contract yet
	CreditLimit decimal.Decimal `expr:"credit_limit" json:"credit_limit,omitzero"`
}

// AccountFacts are the customer's fields that the company defined itself (S054).
type AccountFacts struct {
	Custom Custom `expr:"custom" json:"custom,omitempty"`
}

// ContactFacts describes the deal's main contact.
type ContactFacts struct {
	Name   string `expr:"name" json:"name,omitzero"`
	Email  string `expr:"email" json:"email,omitzero"`
	Phone  string `expr:"phone" json:"phone,omitzero"`
	Job    string `expr:"job" json:"job,omitzero"`
	Status string `expr:"status" json:"status,omitzero"`
	Custom Custom `expr:"custom" json:"custom,omitempty"`
}

// LineFacts describes a line of the Products tab or of a quote that is being written or sent (S038-S043). They are empty where a rule is
// asked about anything else.
type LineFacts struct {
	SKU             string          `expr:"sku" json:"sku,omitzero"` // empty: free text
	Name            string          `expr:"name" json:"name,omitzero"`
	Quantity        decimal.Decimal `expr:"quantity" json:"quantity,omitzero"`
	ListPrice       decimal.Decimal `expr:"list_price" json:"list_price,omitzero"` // of the catalogue; 0 for free text
	UnitPrice       decimal.Decimal `expr:"unit_price" json:"unit_price,omitzero"` // before the discount
	DiscountPercent decimal.Decimal `expr:"discount_percent" json:"discount_percent,omitzero"`
	NetPrice        decimal.Decimal `expr:"net_price" json:"net_price,omitzero"`                   // of one unit after the discount
	BelowList       decimal.Decimal `expr:"below_list_percent" json:"below_list_percent,omitzero"` // how far the net price lies below the list price; 0 for free text
	UnitCost        decimal.Decimal `expr:"unit_cost" json:"unit_cost,omitzero"`
	MarginPercent   decimal.Decimal `expr:"margin_percent" json:"margin_percent,omitzero"` // of the net price; 0 when that is 0
	MadeToOrder     bool            `expr:"made_to_order" json:"made_to_order,omitzero"`
	HandedOff       bool            `expr:"handed_off" json:"handed_off,omitzero"` // a completed hand-off answers for it; known to the rules of hand-offs only
}

// Priced fills in what follows from prices, discount and cost of a line.
func (l LineFacts) Priced() LineFacts {
	l.NetPrice = NetUnitPrice(l.UnitPrice, l.DiscountPercent, HalfUp)
	l.MarginPercent = MarginPercent(l.NetPrice, l.UnitCost)
	l.BelowList = PercentOf(l.ListPrice.Sub(l.NetPrice), l.ListPrice)
	return l
}

// EngagementFacts describes a call, meeting, visit, mail or letter that has just ended (S093, S094). They are empty where a rule is asked about
// anything else.
type EngagementFacts struct {
	Kind    string          `expr:"kind" json:"kind,omitzero"`
	Outcome string          `expr:"outcome" json:"outcome,omitzero"`
	InARow  decimal.Decimal `expr:"in_a_row" json:"in_a_row,omitzero"` // with this contact, how many ended so one after the other, this one included
	Note    string          `expr:"note" json:"note,omitzero"`         // the report
	Next    bool            `expr:"next" json:"next,omitzero"`         // another one is planned, with this one or already
}

// UserFacts describes who does what a rule is asked about. They are empty for a customer and for the system itself.
type UserFacts struct {
	Roles []string `expr:"roles" json:"roles,omitzero"`
}

// QuoteFacts describes the newest version of the deal's quote that is not superseded.
type QuoteFacts struct {
	State           string          `expr:"state" json:"state,omitzero"` // "", draft, sent, accepted, refused, expired
	Lines           decimal.Decimal `expr:"lines" json:"lines,omitzero"`
	Net             decimal.Decimal `expr:"net" json:"net,omitzero"`
	Total           decimal.Decimal `expr:"total" json:"total,omitzero"`
	DiscountPercent decimal.Decimal `expr:"discount_percent" json:"discount_percent,omitzero"` // of the list total
	MarginPercent   decimal.Decimal `expr:"margin_percent" json:"margin_percent,omitzero"`
	ValidUntil      Date            `expr:"valid_until" json:"valid_until,omitzero"`
}

// OrderFacts describes the sales order.
type OrderFacts struct {
	State           string          `expr:"state" json:"state,omitzero"`
	Total           decimal.Decimal `expr:"total" json:"total,omitzero"` // without tax
	MarginPercent   decimal.Decimal `expr:"margin_percent" json:"margin_percent,omitzero"`
	DiscountPercent decimal.Decimal `expr:"discount_percent" json:"discount_percent,omitzero"`
	PaymentDays     decimal.Decimal `expr:"payment_days" json:"payment_days,omitzero"`
	DeliveryDate    Date            `expr:"delivery_date" json:"delivery_date,omitzero"`
	Tranches        decimal.Decimal `expr:"tranches" json:"tranches,omitzero"`
	Ticked          []string        `expr:"ticked" json:"ticked,omitzero"` // keys of what a person ticked off on the checklist (S078)
}

// ReceivablesFacts describes what the customer owes today.
type ReceivablesFacts struct {
	Open     decimal.Decimal `expr:"open" json:"open,omitzero"`
	Overdue  decimal.Decimal `expr:"overdue" json:"overdue,omitzero"`
	DaysLate decimal.Decimal `expr:"days_late" json:"days_late,omitzero"`             // of the oldest open invoice
	Letters  decimal.Decimal `expr:"letters" json:"letters,omitzero"`                 // the highest level of an open invoice
	Broken   decimal.Decimal `expr:"broken_promises" json:"broken_promises,omitzero"` // within a year
	Legal    bool            `expr:"legal" json:"legal,omitzero"`                     // somebody outside collects it
}

// ProcessFacts is the moment of the decision. Rules never ask a clock, nor a calendar.
type ProcessFacts struct {
	Today    Date   `expr:"today" json:"today,omitzero"`
	Holidays []Date `expr:"holidays" json:"holidays,omitempty"` // what working_days_between leaves out, in any order; no field that a rule may name
}

// ProjectFacts describes the delivery of a contract against its accepted quote (S083-S085).
type ProjectFacts struct {
	Revenue          decimal.Decimal `expr:"revenue" json:"revenue,omitzero"`
	Budget           decimal.Decimal `expr:"budget" json:"budget,omitzero"`
	Progress         decimal.Decimal `expr:"progress_percent" json:"progress_percent,omitzero"`
	Actual           decimal.Decimal `expr:"actual" json:"actual,omitzero"`
	Committed        decimal.Decimal `expr:"committed" json:"committed,omitzero"`
	Estimate         decimal.Decimal `expr:"estimate" json:"estimate,omitzero"`             // cost at completion
	Margin           decimal.Decimal `expr:"margin" json:"margin,omitzero"`                 // at completion
	MarginPercent    decimal.Decimal `expr:"margin_percent" json:"margin_percent,omitzero"` // at completion, of the revenue
	Deviation        decimal.Decimal `expr:"deviation" json:"deviation,omitzero"`           // estimate less budget
	DeviationPercent decimal.Decimal `expr:"deviation_percent" json:"deviation_percent,omitzero"`
	LateMilestones   decimal.Decimal `expr:"late_milestones" json:"late_milestones,omitzero"`
	OpenMilestones   decimal.Decimal `expr:"open_milestones" json:"open_milestones,omitzero"`
	UnbilledTranches decimal.Decimal `expr:"unbilled_tranches" json:"unbilled_tranches,omitzero"`
	OpenCases        decimal.Decimal `expr:"open_cases" json:"open_cases,omitzero"`
	Unapproved       decimal.Decimal `expr:"unapproved" json:"unapproved,omitzero"`           // purchases that wait for approval
	CommittedCosts   decimal.Decimal `expr:"committed_costs" json:"committed_costs,omitzero"` // orders without an invoice to us

	PhasesOver            decimal.Decimal `expr:"phases_over" json:"phases_over,omitzero"`         // phases whose costs and orders exceed their budget
	PhaseDeviation        decimal.Decimal `expr:"phase_deviation" json:"phase_deviation,omitzero"` // the largest of a phase
	PhaseDeviationPercent decimal.Decimal `expr:"phase_deviation_percent" json:"phase_deviation_percent,omitzero"`
	Exposure              decimal.Decimal `expr:"exposure" json:"exposure,omitzero"` // loss to be expected of open risks
}

// ProjectFactsOf takes the figures of a project's profit and loss; the counts are the reader's.
func ProjectFactsOf(p PNL) ProjectFacts {
	return ProjectFacts{
		Revenue: p.Revenue, Budget: p.Budget, Progress: p.Progress, Actual: p.Actual, Committed: p.Committed, Estimate: p.Estimate,
		Margin: p.MarginAtEnd, MarginPercent: p.MarginEndPercent, Deviation: p.Deviation, DeviationPercent: p.DeviationPercent,
	}
}
