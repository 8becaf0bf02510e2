package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// RiskState says how far a risk is (S084).
type RiskState string

// The states of a risk. Only an open one is exposure: what has come about costs, by the project's entries, and what is over costs nothing.
const (
	RiskOpen     RiskState = "open"
	RiskOccurred RiskState = "occurred"
	RiskClosed   RiskState = "closed"
)

// RiskStates lists them in the order in which forms offer them.
func RiskStates() []RiskState { return []RiskState{RiskOpen, RiskOccurred, RiskClosed} }

// RiskResponse is what is done about a risk.
type RiskResponse string

// The responses.
const (
	RiskReduce   RiskResponse = "reduce"
	RiskAvoid    RiskResponse = "avoid"
	RiskTransfer RiskResponse = "transfer"
	RiskAccept   RiskResponse = "accept"
)

// RiskResponses lists them in the order in which forms offer them.
func RiskResponses() []RiskResponse {
	return []RiskResponse{RiskReduce, RiskAvoid, RiskTransfer, RiskAccept}
}

// MaxRisks is how many risks a project may have.
const MaxRisks = 300

// Risk is what may go wrong with a project (S084). Money is without tax, in the contract's currency.
type Risk struct {
	ID          ID
	ProjectID   ID
	PhaseID     ID // none: of the whole
	Title       string
	Probability decimal.Decimal // per cent, 0 to 100
	Impact      decimal.Decimal // what it costs when it comes about
	OwnerID     ID
	Response    RiskResponse
	Plan        string // in words
	ReviewOn    Date   // its owner looks at it again; none: when somebody does
	State       RiskState
	EndedAt     *time.Time
	Version     int
	AddedBy     ID
	At          time.Time
}

// Expected is the loss to be expected of an open risk, probability × impact, in hundredths; of any other there is none (S084).
func (r Risk) Expected() decimal.Decimal {
	if r.State != RiskOpen {
		return decimal.Zero
	}
	return r.Impact.Mul(r.Probability).Shift(-2).Round(2)
}

// Exposure is the loss to be expected of several risks, each counted once.
func Exposure(risks []Risk) (sum decimal.Decimal) {
	seen := map[ID]bool{}
	for _, r := range risks {
		if !seen[r.ID] {
			seen[r.ID], sum = true, sum.Add(r.Expected())
		}
	}
	return sum
}
