package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// leadRecord is a lead with the ways by which it reached us.
type leadRecord struct {
	crm.Lead
	Touches    []touchView
	ScoreRules []scoreView
	Nurture    []crm.NurtureTouch
	Responses  []responseView
}

// knownLead is all that is told of a lead that belongs to somebody else.
type knownLead struct {
	ID crm.ID `json:"id"`
}

// opportunityRecord is a deal with what it costs us and leaves us (S046).
type opportunityRecord struct {
	crm.Opportunity
	Cost          decimal.Decimal
	MarginPercent decimal.Decimal
}

// quoteRecord is a quote with its lines and billing plan.
type quoteRecord struct {
	crm.Quote
	Lines  []crm.QuoteLine
	Shares []crm.Share
}

// orderRecord is an order with its route of approval.
type orderRecord struct {
	crm.Order
	Approvals []crm.Approval
	Votes     []crm.ApprovalVote
	Questions []crm.ApprovalQuestion
}

// contractRecord is a contract with its billing plan (S060) and project.
type contractRecord struct {
	crm.Contract
	Tranches []crm.Tranche
	Project  crm.Project
}

// invoiceRecord is an invoice with its lines, payments and dunning steps.
type invoiceRecord struct {
	store.OpenInvoice
	ToPay    decimal.Decimal `doc:"text=The total without the tax that the customer pays to the state himself, and without paid_before."`
	Lines    []crm.InvoiceLine
	Parts    []store.InvoicePart `doc:"text=In which it is paid, the earliest first; none where it is paid at once."`
	Payments []store.InvoicePayment
	Credited decimal.Decimal `doc:"text=What credit notes gave the customer."`
	Paid     decimal.Decimal `doc:"text=What came in and stands on the invoice: to_pay = paid + credited + written_off + open."`
	Dunning  []crm.DunningStep
	Interest *store.Run `doc:"text=What late payment costs up to today, whatever was paid since, and how much of it came in or was waived; nothing where the company does not ask for it. Posted to the ledger as it is paid."`
}

// processRecord is where a durable process stands and what happened in it.
type processRecord struct {
	Process  store.ProcessState
	Timeline []store.Entry
}

// ruleList is the rule sets in force.
type ruleList struct {
	Data []ruleView `json:"data"`
}

// userList is all people on one page.
type userList struct {
	Data       []userView `json:"data"`
	NextCursor *string    `json:"next_cursor"`
	HasMore    bool       `json:"has_more"`
}

// meView is who is logged in, and how far each of his permissions reaches.
type meView struct {
	User userView                  `json:"user"`
	May  map[crm.Permission]string `json:"may" doc:"text=How far each permission reaches: own, team or all."`
}

// gatesView is what each next stage needs of a deal.
type gatesView struct {
	Stage string  `json:"stage"`
	Gates []*gate `json:"gates"`
}

// clockView is business time.
type clockView struct {
	Now time.Time `json:"now"`
}

// statusView says that something was taken, or works.
type statusView struct {
	Status string `json:"status"`
}

// leadOrKnown stands for either of the answers to a lead that is there already.
type leadOrKnown struct{}
