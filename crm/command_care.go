package crm

// The commands of a case (S086). A case is opened by an edit: it needs no engine to be written down.
const (
	CareTake   = "care.take"   // somebody begins to work on it
	CareAnswer = "care.answer" // the customer gets an answer; the first one keeps the first promise
	CareWait   = "care.wait"   // for the customer: the solution's clock stands still
	CareResume = "care.resume" // the customer has answered
	CareSolve  = "care.solve"
	CareReopen = "care.reopen" // a solved one
	CareClose  = "care.close"
	CareDone   = "care.done" // the customer says that it is over, whatever its state
	CareLead   = "care.lead" // a new opportunity begins here (loop C6 to L1)
	CareDeal   = "care.deal" // a deal, with what is known from the one of the case's contract
)

// CaseTakeFields are the fields of care.take.
type CaseTakeFields struct {
	OwnerID ID `json:"owner_id"` // empty: who asks
}

// CaseTextFields are the fields of care.answer (the answer), care.wait and care.resume (a note), care.solve (the solution),
// care.reopen (why), care.close and care.done (a note).
type CaseTextFields struct {
	Text      string `json:"text"`
	MessageID ID     `json:"message_id,omitempty"` // of the message that an answer is, when files were kept with it before
}

// CaseLeadFields are the fields of care.lead and care.deal.
type CaseLeadFields struct {
	Need string `json:"need"` // what the customer wants; empty: the case's subject
}
