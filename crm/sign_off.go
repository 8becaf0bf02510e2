package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// SignOffTerm is what of the delivery a contract has the customer sign before it is billed (S060, S084).
type SignOffTerm string

// What the customer may have to sign.
const (
	SignNothing    SignOffTerm = "none"
	SignMilestones SignOffTerm = "milestones" // each milestone that was reached
	SignProgress   SignOffTerm = "progress"   // the progress that was reported
	SignBoth       SignOffTerm = "both"
)

// SignOffTerms lists them in the order in which forms offer them.
func SignOffTerms() []SignOffTerm {
	return []SignOffTerm{SignNothing, SignMilestones, SignProgress, SignBoth}
}

// Milestones tells whether the customer signs milestones.
func (s SignOffTerm) Milestones() bool { return s == SignMilestones || s == SignBoth }

// Progress tells whether the customer signs the progress.
func (s SignOffTerm) Progress() bool { return s == SignProgress || s == SignBoth }

// SignOffState says how far the customer's signature is.
type SignOffState string

// The states of a sign-off. What was signed or refused never changes.
const (
	SignOffAsked     SignOffState = "asked"
	SignOffSigned    SignOffState = "signed"
	SignOffRefused   SignOffState = "refused"   // with a reason; it may be asked for again
	SignOffWithdrawn SignOffState = "withdrawn" // what was to be signed is not reached after all
)

// RemindSignOffAfter is after how many working days a customer who did not answer is asked once more.
const RemindSignOffAfter = 5

// SignOff is what a customer is asked to accept of a project: a milestone that was reached, or its progress (S084).
type SignOff struct {
	ID          ID
	ProjectID   ID
	MilestoneID ID               // none: of the progress
	Percent     *decimal.Decimal // the progress when it was asked for; none: of a milestone
	Text        string           // what is delivered
	State       SignOffState
	Name        string // whom it was sent to
	Email       string
	Language    string
	AskedBy     ID
	AskedAt     time.Time
	RemindedAt  *time.Time

	DecidedName    string // who said yes or no, as he wrote it
	DecidedRole    string
	DecidedAddress string // of his computer
	DecidedAt      *time.Time
	Reason         string // why not
	Version        int
}

// Billable is the progress up to which tranches may be billed: what the customer signed, where the contract asks for that, else what was reported (S060).
func (p Project) Billable() decimal.Decimal {
	if p.SignOff.Progress() {
		return decimal.Min(p.SignedPercent, p.ProgressPercent)
	}
	return p.ProgressPercent
}

// Opens tells whether the milestone lets its tranche be billed: it is reached, and signed where the project's contract asks for that (S060).
func (m Milestone) Opens(p Project) bool {
	return !m.DoneOn.IsZero() && (m.SignedAt != nil || !p.SignOff.Milestones())
}
