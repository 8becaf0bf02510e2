package crm

import "github.com/shopspring/decimal"

// Facts is what rules may read: values only, no pointers, no functions, so that an empty value is an answer and never a crash.
// The expr tags are the names that rule authors write. A list holds at most 1,000 entries, a text at most 10,000 characters.
type Facts struct {
	Lead        LeadFacts        `expr:"lead" json:"lead"`
	Deal        DealFacts        `expr:"deal" json:"deal"`
	Customer    CustomerFacts    `expr:"customer" json:"customer"`
	Contact     ContactFacts     `expr:"contact" json:"contact"`
	Quote       QuoteFacts       `expr:"quote" json:"quote"`
	Order       OrderFacts       `expr:"order" json:"order"`
	Receivables ReceivablesFacts `expr:"receivables" json:"receivables"`
	Project     ProjectFacts     `expr:"project" json:"project"`
	Process     ProcessFacts     `expr:"process" json:"process"`
}

// LeadFacts describes a lead (S064). They are empty where a rule is asked about anything else.
type LeadFacts struct {
	Company   string          `expr:"company" json:"company"`
	Contact   string          `expr:"contact" json:"contact"` // name of the person
	Email     string          `expr:"email" json:"email"`
	Phone     string          `expr:"phone" json:"phone"`
	VAT       string          `expr:"vat" json:"vat"`
	Country   string          `expr:"country" json:"country"` // ISO 3166 two letters
	Need      string          `expr:"need" json:"need"`       // what the person wrote
	Language  string          `expr:"language" json:"language"`
	Source    string          `expr:"source" json:"source"`
	Campaign  string          `expr:"campaign" json:"campaign"`
	State     string          `expr:"state" json:"state"`
	Feedback  string          `expr:"feedback" json:"feedback"` // "", positive, negative
	Score     decimal.Decimal `expr:"score" json:"score"`       // 0 while it is being scored
	Touches   decimal.Decimal `expr:"touches" json:"touches"`   // ways and times by which it reached us
	LastTouch Date            `expr:"last_touch" json:"last_touch"`
	Consent   bool            `expr:"consent" json:"consent"` // to be written to
	Bounced   bool            `expr:"bounced" json:"bounced"` // mail to the address came back
}

// DealFacts describes the opportunity.
type DealFacts struct {
	Name          string          `expr:"name" json:"name"`
	Stage         string          `expr:"stage" json:"stage"`
	Amount        decimal.Decimal `expr:"amount" json:"amount"`
	AmountSource  string          `expr:"amount_source" json:"amount_source"` // hand, products, quote (S032-S036)
	Target        decimal.Decimal `expr:"target" json:"target"`
	Cost          decimal.Decimal `expr:"cost" json:"cost"`
	MarginPercent decimal.Decimal `expr:"margin_percent" json:"margin_percent"` // of the amount; 0 when the amount is 0
	CloseDate     Date            `expr:"close_date" json:"close_date"`
	Need          string          `expr:"need" json:"need"`     // what the customer wants to solve
	Budget        bool            `expr:"budget" json:"budget"` // the customer has confirmed a budget
	DecisionMaker bool            `expr:"decision_maker" json:"decision_maker"`
	Products      decimal.Decimal `expr:"products" json:"products"`           // number of product lines
	MadeToOrder   bool            `expr:"made_to_order" json:"made_to_order"` // some line is made to order (S104)
	HandedOff     bool            `expr:"handed_off" json:"handed_off"`
	Engagements   decimal.Decimal `expr:"engagements" json:"engagements"` // calls, meetings, mails with an outcome
	Competitors   decimal.Decimal `expr:"competitors" json:"competitors"`
	Tags          []string        `expr:"tags" json:"tags"`
	Samples       decimal.Decimal `expr:"samples" json:"samples"`                 // product samples asked for (S071)
	SamplesOpen   decimal.Decimal `expr:"samples_waiting" json:"samples_waiting"` // of them, without the customer's word yet
}

// CustomerFacts describes the account.
type CustomerFacts struct {
	Name        string          `expr:"name" json:"name"`
	VAT         string          `expr:"vat" json:"vat"`
	Country     string          `expr:"country" json:"country"` // ISO 3166 two letters
	Address     string          `expr:"address" json:"address"`
	Email       string          `expr:"email" json:"email"`
	Class       string          `expr:"class" json:"class"`
	New         bool            `expr:"new" json:"new"` // no contract yet
	CreditLimit decimal.Decimal `expr:"credit_limit" json:"credit_limit"`
}

// ContactFacts describes the deal's main contact.
type ContactFacts struct {
	Name   string `expr:"name" json:"name"`
	Email  string `expr:"email" json:"email"`
	Phone  string `expr:"phone" json:"phone"`
	Status string `expr:"status" json:"status"`
}

// QuoteFacts describes the newest version of the deal's quote that is not superseded.
type QuoteFacts struct {
	State           string          `expr:"state" json:"state"` // "", draft, sent, accepted, refused, expired
	Lines           decimal.Decimal `expr:"lines" json:"lines"`
	Net             decimal.Decimal `expr:"net" json:"net"`
	Total           decimal.Decimal `expr:"total" json:"total"`
	DiscountPercent decimal.Decimal `expr:"discount_percent" json:"discount_percent"` // of the list total
	MarginPercent   decimal.Decimal `expr:"margin_percent" json:"margin_percent"`
	ValidUntil      Date            `expr:"valid_until" json:"valid_until"`
}

// OrderFacts describes the sales order.
type OrderFacts struct {
	State           string          `expr:"state" json:"state"`
	Total           decimal.Decimal `expr:"total" json:"total"` // without tax
	MarginPercent   decimal.Decimal `expr:"margin_percent" json:"margin_percent"`
	DiscountPercent decimal.Decimal `expr:"discount_percent" json:"discount_percent"`
	PaymentDays     decimal.Decimal `expr:"payment_days" json:"payment_days"`
	DeliveryDate    Date            `expr:"delivery_date" json:"delivery_date"`
	Tranches        decimal.Decimal `expr:"tranches" json:"tranches"`
}

// ReceivablesFacts describes what the customer owes today.
type ReceivablesFacts struct {
	Open    decimal.Decimal `expr:"open" json:"open"`
	Overdue decimal.Decimal `expr:"overdue" json:"overdue"`
}

// ProcessFacts is the moment of the decision. Rules never ask a clock, nor a calendar.
type ProcessFacts struct {
	Today    Date   `expr:"today" json:"today"`
	Holidays []Date `expr:"holidays" json:"holidays,omitempty"` // what working_days_between leaves out, in any order; no field that a rule may name
}

// ProjectFacts describes the delivery of a contract against its accepted quote (S083-S085).
type ProjectFacts struct {
	Revenue          decimal.Decimal `expr:"revenue" json:"revenue"`
	Budget           decimal.Decimal `expr:"budget" json:"budget"`
	Progress         decimal.Decimal `expr:"progress_percent" json:"progress_percent"`
	Actual           decimal.Decimal `expr:"actual" json:"actual"`
	Committed        decimal.Decimal `expr:"committed" json:"committed"`
	Estimate         decimal.Decimal `expr:"estimate" json:"estimate"`             // cost at completion
	Margin           decimal.Decimal `expr:"margin" json:"margin"`                 // at completion
	MarginPercent    decimal.Decimal `expr:"margin_percent" json:"margin_percent"` // at completion, of the revenue
	Deviation        decimal.Decimal `expr:"deviation" json:"deviation"`           // estimate less budget
	DeviationPercent decimal.Decimal `expr:"deviation_percent" json:"deviation_percent"`
	LateMilestones   decimal.Decimal `expr:"late_milestones" json:"late_milestones"`
	OpenMilestones   decimal.Decimal `expr:"open_milestones" json:"open_milestones"`
	UnbilledTranches decimal.Decimal `expr:"unbilled_tranches" json:"unbilled_tranches"`
	OpenCases        decimal.Decimal `expr:"open_cases" json:"open_cases"`
	Unapproved       decimal.Decimal `expr:"unapproved" json:"unapproved"`           // purchases that wait for approval
	CommittedCosts   decimal.Decimal `expr:"committed_costs" json:"committed_costs"` // orders without an invoice to us
}

// ProjectFactsOf takes the figures of a project's profit and loss; the counts are the reader's.
func ProjectFactsOf(p PNL) ProjectFacts {
	return ProjectFacts{
		Revenue: p.Revenue, Budget: p.Budget, Progress: p.Progress, Actual: p.Actual, Committed: p.Committed, Estimate: p.Estimate,
		Margin: p.MarginAtEnd, MarginPercent: p.MarginEndPercent, Deviation: p.Deviation, DeviationPercent: p.DeviationPercent,
	}
}
