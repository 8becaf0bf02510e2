package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// The commands of an amendment, all carried out by the contract's process (S059, S060).
const (
	AmendPropose  = "amendment.propose"  // by who sells, with a reason
	AmendApprove  = "amendment.approve"  // by whoever the rules ask for, never by who proposed it
	AmendReject   = "amendment.reject"   // by such a person, with a reason
	AmendWithdraw = "amendment.withdraw" // by who proposed it, before it is in force
	AmendSign     = "amendment.sign"     // the customer signed what was approved
)

// AmendmentState says how far an amendment is.
type AmendmentState string

// The states of an amendment. One that lapsed was approved on a billing that is no longer so on the day it was to be in force.
const (
	AmendmentProposed  AmendmentState = "proposed"
	AmendmentApproved  AmendmentState = "approved"
	AmendmentSigned    AmendmentState = "signed"
	AmendmentInForce   AmendmentState = "in_force"
	AmendmentRejected  AmendmentState = "rejected"
	AmendmentWithdrawn AmendmentState = "withdrawn"
	AmendmentLapsed    AmendmentState = "lapsed"
)

// AmendmentStates lists them in their order.
func AmendmentStates() []AmendmentState {
	return []AmendmentState{AmendmentProposed, AmendmentApproved, AmendmentSigned, AmendmentInForce, AmendmentRejected, AmendmentWithdrawn, AmendmentLapsed}
}

// Open tells whether the amendment may still become a version.
func (s AmendmentState) Open() bool {
	return s == AmendmentProposed || s == AmendmentApproved || s == AmendmentSigned
}

// LineTerm is a line as a version has it: how many, at which price. A quantity of 0 takes the line out. One that is not of the accepted quote says the rest itself.
type LineTerm struct {
	ID        ID              `json:"id"`
	Quantity  decimal.Decimal `json:"quantity"`
	UnitPrice decimal.Decimal `json:"unit_price"`
	Added     *AddedLine      `json:"added,omitempty"` // of a line that came with an amendment; none: of the accepted quote
}

// PlannedPart is a tranche of a version with its parts by tax rate. One without id is new.
type PlannedPart struct {
	Tranche Tranche       `json:"tranche"`
	Parts   []TranchePart `json:"parts"`
}

// ContractTerms are what a version of a contract says, as a whole.
type ContractTerms struct {
	EndDate       Date            `json:"end_date"`
	Renewal       RenewalKind     `json:"renewal"`
	RenewalMonths int             `json:"renewal_months"`
	NoticeDays    int             `json:"notice_days"`
	PaymentDays   int             `json:"payment_days"`
	DeliveryDate  Date            `json:"delivery_date"`
	Text          string          `json:"text"`
	SignOff       SignOffTerm     `json:"sign_off,omitempty"` // what the customer accepts before it is billed; empty in versions from before it was kept
	Lines         []LineTerm      `json:"lines"`              // that are not as the accepted quote has them, or not in it at all
	Adjustment    decimal.Decimal `json:"adjustment"`         // of the net, agreed beside the lines
	List          decimal.Decimal `json:"list"`
	Cost          decimal.Decimal `json:"cost"`
	Net           decimal.Decimal `json:"net"`
	Tax           decimal.Decimal `json:"tax"`
	Total         decimal.Decimal `json:"total"`
	Tranches      []PlannedPart   `json:"tranches"`
}

// Amendment is a version of a contract on its way, from the proposal to the day from which it holds.
type Amendment struct {
	ID          ID
	ContractID  ID
	Number      int // of the version: 2, 3, …
	State       AmendmentState
	Terms       ContractTerms
	Changes     []TermChange // against the version in force
	Rebilled    bool         // it plans tranches anew: what is invoiced meanwhile makes it lapse
	FromDay     Date         // from which it holds; empty: as soon as it is signed
	Reason      string
	RequestedBy ID
	RequestedAt time.Time
	Note        string // why it was rejected or has lapsed
	DecidedBy   ID     // who said the last word; empty: nothing became worse, and nobody had to
	DecidedAt   *time.Time
	SignedAt    *time.Time
	InForceAt   *time.Time
	ERPNote     string // how the ERP learnt of it, noted by a person
	ERPBy       ID
	ERPAt       *time.Time
	Version     int
}

// AmendmentStation is a station of the route of an amendment, frozen when it was proposed.
type AmendmentStation struct {
	Approval
	Limited bool // only the right of who may approve the amount counts
	Voted   []ID // who said yes so far, where several must
}

// Late has those of the escalation decide too at a station whose time is over.
func (s AmendmentStation) Late(work Calendar, now time.Time) AmendmentStation {
	if s.TurnAt == nil || s.State != ApprovalWaiting {
		return s
	}
	if s.DueAt = s.Due(work, *s.TurnAt); s.DueAt != nil && s.DueAt.Before(now) {
		s.EscalatedAt = s.DueAt
	}
	return s
}

// AmendmentTurn lists the stations that are asked now.
func AmendmentTurn(route []AmendmentStation) (now []AmendmentStation) {
	plain := make([]Approval, len(route))
	for i, s := range route {
		plain[i] = s.Approval
	}
	for _, t := range Turn(plain) {
		for _, s := range route {
			if s.Position == t.Position {
				now = append(now, s)
			}
		}
	}
	return now
}

// ContractVersion is a contract as it held from a day on. It never changes.
type ContractVersion struct {
	ContractID  ID
	Number      int // 1 is the contract as it was made
	Terms       ContractTerms
	FromDay     Date
	AmendmentID ID // that made it; empty: the first
	MadeAt      time.Time
}

// AmendFields are the fields of amendment.propose. What is left out stays as it is.
type AmendFields struct {
	EndDate       Date             `json:"end_date,omitzero"`
	Renewal       RenewalKind      `json:"renewal,omitempty"`
	RenewalMonths *int             `json:"renewal_months,omitempty"`
	NoticeDays    *int             `json:"notice_days,omitempty"`
	PaymentDays   *int             `json:"payment_days,omitempty"`
	DeliveryDate  Date             `json:"delivery_date,omitzero"`
	Text          *string          `json:"text,omitempty"`
	SignOff       SignOffTerm      `json:"sign_off,omitempty"`
	Lines         []LineTerm       `json:"lines,omitempty"`
	Added         []AddFields      `json:"added,omitempty"`       // lines that the contract has not had
	Net           *decimal.Decimal `json:"net,omitempty"`         // agreed, whatever the lines come to
	ByLines       bool             `json:"by_lines,omitempty"`    // what was agreed beside the lines before holds no more
	Plan          []PlanPart       `json:"plan,omitempty"`        // of what is not invoiced yet
	TemplateID    ID               `json:"template_id,omitempty"` // of the plan instead, which is copied
	FromDay       Date             `json:"from_day,omitzero"`
	Reason        string           `json:"reason"`
	Version       int              `json:"version,omitempty"` // of the contract as the person saw it; 0: not checked
}

// AmendmentFields are the fields of the decisions on an amendment: a word and the version of what is decided, as of an undo.
type AmendmentFields = UndoFields

// AmendSignFields are the fields of amendment.sign.
type AmendSignFields struct {
	Signer     string `json:"signer"`
	SignedOn   Date   `json:"signed_on"`
	Place      string `json:"place,omitempty"`
	DocumentID ID     `json:"document_id,omitempty"`
	Hash       string `json:"hash,omitempty"` // of the copy; without one it is that of the version's paper
	Version    int    `json:"version,omitempty"`
}

// MaxPaymentDays is how long a contract may give its customer to pay.
const MaxPaymentDays = 365
