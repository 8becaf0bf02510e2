package api

import (
	"time"

	"leadtocash/crm"
)

// The tag "doc" describes a member in the OpenAPI document: required, max (characters), min and top (numbers), most (entries), enum (a
// name in enumerations), format, and at the end text. TestDocumentIsTrue holds lengths and required members against the handlers.

// emptyBody is a body that may be left out and holds nothing.
type emptyBody struct{}

// qualifyBody rates a lead (S064).
type qualifyBody struct {
	Score   *int   `json:"score" doc:"min=1;top=100;text=A correction of the score that the rules give; left out: theirs holds."`
	OwnerID crm.ID `json:"owner_id" doc:"text=The salesperson to whom it goes at once; left out: the assignment rules find one; needs lead.assign unless it is oneself."`
}

// convertBody names the deal that a lead becomes (S067, S068).
type convertBody struct {
	Name     string      `json:"name" doc:"max=200;text=Of the deal; without it, made from the company's name."`
	Amount   decimalText `json:"amount" doc:"text=In the company's currency."`
	Pipeline string      `json:"pipeline" doc:"max=40;text=The key of a pipeline in force; left out: the default one."`
}

// disqualifyBody says why a lead is given up.
type disqualifyBody struct {
	Reason string `json:"reason" doc:"required;enum=disqualify_reason"`
}

// reopenBody says why a lost deal lives again.
type reopenBody struct {
	Reason string `json:"reason" doc:"max=10000"`
}

// decisionBody is the yes to an order (S078, S079).
type decisionBody struct {
	Note string            `json:"note" doc:"max=10000"`
	Fill map[string]string `json:"fill" doc:"text=Fields of the facts that are filled in with the decision."`
}

// rejectBody is a manager's no.
type rejectBody struct {
	Reason string `json:"reason" doc:"required;max=10000"`
}

// progressBody is how much of a project is done (S084).
type progressBody struct {
	Percent decimalText `json:"percent" doc:"required;text=It never falls."`
}

// invoiceBody is what somebody would like to change on an invoice: it is always refused (B049).
type invoiceBody struct {
	Number  opt[string]      `json:"number"`
	DueDate opt[crm.Date]    `json:"due_date"`
	Total   opt[decimalText] `json:"total"`
}

// paymentBody is money that came in (S087).
type paymentBody struct {
	Amount     decimalText `json:"amount" doc:"required;text=Above zero, in the invoice's currency."`
	Reference  string      `json:"reference" doc:"required;max=200;text=Of the bank; the same one twice is refused."`
	ReceivedOn crm.Date    `json:"received_on" doc:"text=Without it, today."`
}

// relationBody is a contact, partner or competitor of a deal (S021-S025).
type relationBody struct {
	Kind      string `json:"kind" doc:"required;enum=relation_kind"`
	Name      string `json:"name" doc:"required;max=200"`
	ContactID crm.ID `json:"contact_id" doc:"text=Of kind contact only."`
	Role      string `json:"role" doc:"max=200;text=Of a contact one of decision_maker, influencer, user, buyer, technical, champion, opponent."`
	Note      string `json:"note" doc:"max=10000"`

	Strengths string      `json:"strengths" doc:"max=2000;text=Of kind competitor only: what speaks for him."`
	Price     decimalText `json:"price" doc:"text=Of kind competitor only: of his offer, without tax; left out while it is not known."`
	Share     decimalText `json:"share" doc:"text=Of kind partner only: his part, in per cent."`
}

// relationPatch changes what is known of a contact, partner or competitor; the kind stays.
type relationPatch struct {
	Name      opt[string]      `json:"name" doc:"max=200"`
	Role      opt[string]      `json:"role" doc:"max=200"`
	Note      opt[string]      `json:"note" doc:"max=10000"`
	Strengths opt[string]      `json:"strengths" doc:"max=2000"`
	Price     opt[decimalText] `json:"price"`
	Share     opt[decimalText] `json:"share"`
}

// noteBody is a message for colleagues (S029).
type noteBody struct {
	Text string `json:"text" doc:"required;max=10000"`
}

// outcomeBody is the short answer after an engagement (S094).
type outcomeBody struct {
	Outcome string    `json:"outcome" doc:"required;enum=engagement_outcome"`
	Note    string    `json:"note" doc:"max=10000"`
	Next    *nextBody `json:"next" doc:"text=The next engagement, planned at once (S096)."`
}

// nextBody is the engagement that follows.
type nextBody struct {
	Kind    string    `json:"kind" doc:"required;enum=engagement_kind"`
	Subject string    `json:"subject" doc:"required;max=200"`
	DueAt   time.Time `json:"due_at" doc:"required"`
}

// sendBody goes with a quote that is sent (S073, S075).
type sendBody struct {
	Fill map[string]string `json:"fill" doc:"text=Fields of the facts that are filled in with it."`
}

// clockBody moves business time, in development and tests.
type clockBody struct {
	Advance string `json:"advance" doc:"required;text=An ISO 8601 duration of weeks, days, hours, minutes and seconds: P30D."`
}

// rulesCheckBody is a rule that is to be checked.
type rulesCheckBody struct {
	Kind   string `json:"kind" doc:"enum=rule_kind;text=Of a whole rule set; without it, the source is one condition."`
	Source string `json:"source" doc:"required"`
}
