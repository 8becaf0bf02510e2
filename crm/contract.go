package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// Contract is an approved order (S059, S080).
type Contract struct {
	ID                ID
	Number            string
	OpportunityID     ID
	OrderID           ID
	AccountID         ID
	State             string // active, closed
	Currency          string
	Net               decimal.Decimal
	Tax               decimal.Decimal
	Total             decimal.Decimal
	SplitPayment      bool            // the customer pays the tax to the state himself, as on his order
	Deposit           decimal.Decimal // that was on hand when it was made, to be set off against its first invoices
	PaymentDays       int
	PaymentTerms      PaymentTerms // where its invoices are paid in parts, or by other than days
	StartDate         Date
	EndDate           Date
	NoticeDays        int // days before the end at which the renewal begins (S088)
	Renewal           RenewalKind
	RenewalMonths     int    // for how long it goes on, when it does so by itself
	Terms             string // clauses beside what the quote says
	ERPReference      string
	OwnerID           ID
	NextOpportunityID ID
	Version           int
	SignedAt          time.Time
	ClosedAt          *time.Time
}

// TrancheKind says why a part of the contract is billed: deposit (acconto), work progress (SAL), balance (saldo) (S060).
type TrancheKind string

// The kinds of tranches.
const (
	TrancheDeposit  TrancheKind = "deposit"
	TrancheProgress TrancheKind = "progress"
	TrancheBalance  TrancheKind = "balance"
	TranchePeriod   TrancheKind = "period" // of a contract that is billed again and again

	TrancheExpenses TrancheKind = "expenses" // of its project, on top of its price
)

// Tranche is a part of a contract that is billed on its own. All tranches but those of expenses sum to the contract, to the cent.
type Tranche struct {
	ID             ID
	ContractID     ID
	Position       int
	Kind           TrancheKind
	Percent        decimal.Decimal
	OpensAtPercent decimal.Decimal // progress of the project at which it may be billed
	Net            decimal.Decimal
	Tax            decimal.Decimal
	Total          decimal.Decimal
	Milestone      string // name of the one that has to be reached instead
	MilestoneID    ID
	PeriodStart    Date // of a period, both days in it; it may be billed from its first on
	PeriodEnd      Date
	State          TrancheState
	InvoiceID      ID
	ExternalNumber string // S061
	Dishonoured    bool   // S062
	EarningID      ID     // that put it up for billing; none: it is billed as planned
	CutOf          ID     // the tranche of the plan that it was cut off
	Version        int
}

// Begun tells whether the tranche is a period that waits for nothing but its day, and that has come.
func (t Tranche) Begun(today Date) bool {
	return t.Kind == TranchePeriod && t.State == TranchePlanned && !today.Before(t.PeriodStart)
}

// TrancheState says how far the billing of a tranche has come.
type TrancheState string

// The states of a tranche.
const (
	TranchePlanned  TrancheState = "planned"
	TrancheBillable TrancheState = "billable"
	TrancheInvoiced TrancheState = "invoiced"
	TranchePaid     TrancheState = "paid"
)

// Project delivers a contract (S082, S089). Its budget is the cost side of the accepted quote (S083).
type Project struct {
	ID              ID
	ContractID      ID
	Name            string
	State           string // open, closed
	Revenue         decimal.Decimal
	Budget          decimal.Decimal
	ProgressPercent decimal.Decimal
	ProgressWay     ProgressWay
	SignOff         SignOffTerm     // what the customer signs before it is billed
	SignedPercent   decimal.Decimal // the progress that he signed last
	ManagerID       ID
	CostRate        decimal.Decimal // of an hour of a person who has no rate of his own
	Billing         EarningWay      // by what its work is billed
	HourPrice       decimal.Decimal // what the customer pays for an hour, without tax, where no other price was agreed
	AlarmedAt       *time.Time      // since when the rules find its margin alarming (S083)
	Version         int
	OpenedAt        time.Time
	ClosedAt        *time.Time
}

// DefaultNoticeDays is how many days before its end a contract's renewal begins, unless the contract says otherwise (S088).
const DefaultNoticeDays = 60
