package crm

// The commands of a debtor's collection (S091).
const (
	CollectionRemind   = "collection.remind"   // the next letter of an invoice, now
	CollectionCall     = "collection.call"     // what was said
	CollectionPromise  = "collection.promise"  // to pay until a day
	CollectionRelease  = "collection.release"  // a promise that does not hold any more, before its day
	CollectionDispute  = "collection.dispute"  // of an invoice or a part of it
	CollectionResolve  = "collection.resolve"  // a dispute
	CollectionPause    = "collection.pause"    // until a day
	CollectionContinue = "collection.continue" // before the pause's day
	CollectionLegal    = "collection.legal"    // handed over to somebody outside
	CollectionReturn   = "collection.return"   // and back
	CollectionPlan     = "collection.plan"     // to pay in parts
	CollectionEndPlan  = "collection.end_plan" // that does not hold any more
	CollectionBounced  = "collection.bounced"  // a letter came back for good
	CollectionAddress  = "collection.address"  // it takes mail after all
	CollectionPosted   = "collection.posted"   // a letter on paper
)

// RemindFields are the fields of collection.remind.
type RemindFields struct {
	InvoiceID ID `json:"invoice_id"`
}

// CallFields are the fields of collection.call.
type CallFields struct {
	Outcome string `json:"outcome"` // reached, not_reached, no_interest
	Note    string `json:"note"`
	Again   Date   `json:"again"` // the next call; empty: none
}

// PromiseFields are the fields of collection.promise. The amount is a decimal text in the invoices' currency.
type PromiseFields struct {
	Invoices []ID   `json:"invoices"` // empty: all that is open
	Amount   string `json:"amount"`   // empty: all that is open on them
	On       Date   `json:"on"`
	Note     string `json:"note"`
}

// ReleaseFields are the fields of collection.release, collection.continue and collection.end_plan.
type ReleaseFields struct {
	ID   ID     `json:"id"` // of the promise, pause or payment plan
	Note string `json:"note"`
}

// DisputeFields are the fields of collection.dispute. The amount is a decimal text in the invoice's currency.
type DisputeFields struct {
	InvoiceID ID     `json:"invoice_id"`
	Position  int    `json:"position"` // of the line; 0: none
	Amount    string `json:"amount"`   // empty: the line with its tax, or all that is open
	Reason    string `json:"reason"`
	OwnerID   ID     `json:"owner_id"` // empty: who opens it
	DueOn     Date   `json:"due_on"`   // empty: in a week
}

// ResolveFields are the fields of collection.resolve.
type ResolveFields struct {
	ID       ID     `json:"id"`
	Accepted bool   `json:"accepted"`
	Outcome  string `json:"outcome"`
}

// PauseFields are the fields of collection.pause.
type PauseFields struct {
	InvoiceID ID     `json:"invoice_id"` // empty: all that he owes
	Until     Date   `json:"until"`
	Reason    string `json:"reason"`
}

// LegalFields are the fields of collection.legal.
type LegalFields struct {
	Handler string `json:"handler"` // a lawyer or an agency
	Since   Date   `json:"since"`   // empty: today
	Reason  string `json:"reason"`
}

// ReturnFields are the fields of collection.return.
type ReturnFields struct {
	Outcome string `json:"outcome"`
}

// PaymentPlanFields are the fields of collection.plan.
type PaymentPlanFields struct {
	Invoices []ID `json:"invoices"` // empty: all that are open
	PlanTerms
	Note string `json:"note"`
}

// BouncedFields are the fields of collection.bounced.
type BouncedFields struct {
	Key    string `json:"key"` // of the letter's effect
	Reason string `json:"reason"`
}
