package crm

// The kinds of commands, by process.
const (
	LeadQualify    = "lead.qualify"    // S064
	LeadAssign     = "lead.assign"     // S066
	LeadTake       = "lead.take"       // S066: one that nobody has, by the salesperson himself
	LeadReassign   = "lead.reassign"   // S066: one that its owner did not touch in time, by the response clock
	LeadFeedback   = "lead.feedback"   // S067
	LeadNurture    = "lead.nurture"    // S065: begin a track of timed mails
	LeadAnswered   = "lead.answered"   // S065: a reply, a bounce, an unsubscription ends it
	LeadConvert    = "lead.convert"    // S067, S068, decision 4
	LeadDisqualify = "lead.disqualify" // with a reason

	OpportunityMove   = "opportunity.move"   // to another stage, through its gate (S097, S098); also "lost"
	OpportunityReopen = "opportunity.reopen" // a lost deal

	SampleRequest  = "sample.request"  // S071
	SampleShip     = "sample.ship"     // S071
	SampleFeedback = "sample.feedback" // S071

	QuoteSend     = "quote.send"     // S073, S075
	QuoteAccept   = "quote.accept"   // by the customer (S042-S045)
	QuoteRefuse   = "quote.refuse"   // by the customer
	QuoteWithdraw = "quote.withdraw" // by the seller, of one that is out
	QuoteDeposit  = "quote.deposit"  // the deposit that confirms an acceptance was paid

	OrderValidate = "order.validate" // S078
	OrderApprove  = "order.approve"  // S079, S080, S081
	OrderReject   = "order.reject"   // decision 7

	ProjectProgress = "project.progress" // S084
	ProjectBill     = "project.bill"     // S060, S084: what is earned
	ProjectUnbill   = "project.unbill"   // takes that back
	ExpenseBill     = "expense.bill"     // S060, S083: what the customer pays beside the price
	ExpenseUnbill   = "expense.unbill"   // takes that back
	ProjectClose    = "project.close"    // S085
	InvoiceIssue    = "invoice.issue"    // S087
	PaymentRecord   = "payment.record"   // S087, S091
	InvoiceCredit   = "invoice.credit"   // S087, S091
	ContractClose   = "contract.close"   // S088
)

// QualifyFields are the fields of lead.qualify.
type QualifyFields struct {
	Score   int `json:"score"`    // a correction of the rules' score, 1-100; 0: none
	OwnerID ID  `json:"owner_id"` // the salesperson to assign at once; empty: the assignment rules find one
}

// AssignFields are the fields of lead.assign.
type AssignFields struct {
	OwnerID ID `json:"owner_id"`
}

// FeedbackFields are the fields of lead.feedback.
type FeedbackFields struct {
	Feedback Feedback `json:"feedback"`
	Note     string   `json:"note"`
}

// NurtureFields are the fields of lead.nurture.
type NurtureFields struct {
	Track string `json:"track"` // empty: the first of the rules that fits and has something left to send
}

// AnsweredFields are the fields of lead.answered.
type AnsweredFields struct {
	Kind AnswerKind `json:"kind"`
	Note string     `json:"note,omitempty"` // what was said
}

// ConvertFields are the fields of lead.convert. The amount is a decimal text in the company's currency.
type ConvertFields struct {
	Name     string `json:"name"` // of the opportunity; empty: made from the company's name
	Amount   string `json:"amount"`
	Pipeline string `json:"pipeline,omitempty"` // its key; empty: the default one
}

// ReasonFields are the fields of lead.disqualify, opportunity.reopen and order.reject.
type ReasonFields struct {
	ID      ID     `json:"id,omitempty"` // the order
	Reason  string `json:"reason"`
	Version int    `json:"version,omitempty"` // of the order as the approver saw it; 0: not checked
}

// MoveFields are the fields of opportunity.move. Fill holds the fields filled in the refusal ("save and move"), by their path in the
// facts; they are saved with the move or not at all.
type MoveFields struct {
	To     string            `json:"to"`
	Reason string            `json:"reason,omitempty"` // when lost: a key of the pipeline's reasons
	Note   string            `json:"note,omitempty"`
	Fill   map[string]string `json:"fill,omitempty"`
}

// QuoteDecision holds the fields of quote.send, quote.accept, quote.refuse and quote.withdraw.
type QuoteDecision struct {
	QuoteID ID                `json:"quote_id"`
	Name    string            `json:"name,omitempty"` // of the customer who decides
	Note    string            `json:"note,omitempty"` // his comment, or why he refuses
	Address string            `json:"address,omitempty"`
	Role    string            `json:"role,omitempty"`
	Place   string            `json:"place,omitempty"`
	Paper   string            `json:"paper,omitempty"` // SHA-256 of the PDF that he was shown
	Fill    map[string]string `json:"fill,omitempty"`  // quote.send: as in MoveFields
}

// DepositFields are the fields of quote.deposit. The amount is a decimal text in the quote's currency.
type DepositFields struct {
	QuoteID    ID     `json:"quote_id"`
	Amount     string `json:"amount"`
	Reference  string `json:"reference"`
	ReceivedOn Date   `json:"received_on"` // empty: today
}

// OrderDecision holds the fields of order.validate and order.approve.
type OrderDecision struct {
	OrderID ID                `json:"order_id"`
	Note    string            `json:"note,omitempty"`
	Version int               `json:"version,omitempty"` // of the order as the approver saw it; 0: not checked
	Fill    map[string]string `json:"fill,omitempty"`
}

// ProgressFields are the fields of project.progress; the percentage never falls.
type ProgressFields struct {
	Percent string `json:"percent"`
}

// BillEarnedFields are the fields of project.bill.
type BillEarnedFields struct {
	UpTo Date   `json:"up_to,omitzero" doc:"text=Day up to which hours are billed; without it, today."`
	Net  string `json:"net,omitempty" doc:"text=As it was shown: refused where something else is earned by now."`
}

// UnbillFields are the fields of project.unbill.
type UnbillFields struct {
	EarningID ID `json:"earning_id"`
}

// IssueFields are the fields of invoice.issue.
type IssueFields struct {
	TrancheID ID     `json:"tranche_id"`
	Number    string `json:"number,omitempty" doc:"max=40;text=Under which another system issued it (S061); only where the company invoices there."`
	IssueDate Date   `json:"issue_date,omitzero" doc:"text=On which the other system issued it; without it, today."`
}

// PaymentFields are the fields of payment.record.
type PaymentFields struct {
	InvoiceID  ID     `json:"invoice_id"`
	Amount     string `json:"amount"`
	Reference  string `json:"reference"`
	ReceivedOn Date   `json:"received_on"` // empty: today
}

// CloseFields are the fields of contract.close.
type CloseFields struct {
	NextName string `json:"next_name"` // of the opportunity that follows (S088); empty: made from the contract's
}
