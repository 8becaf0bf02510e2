package crm

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"
)

// InvoiceGroup issues one invoice for several tranches (S061, S087). It is a command of the contract with the smallest id of those that it bills, which
// locks the others in the order of theirs, so that no two groups wait for each other.
const InvoiceGroup = "invoice.group"

// GroupFields are the fields of invoice.group.
type GroupFields struct {
	TrancheIDs []ID `json:"tranche_ids"`
}

// MaxGrouped is how many tranches one invoice bills at most.
const MaxGrouped = 50

// BillableTranche is a tranche with all that decides whether it may stand on one invoice with another.
type BillableTranche struct {
	Tranche
	Contract      string // its number
	OpportunityID ID
	Account       string
	AccountID     ID
	Active        bool // its contract
	Currency      string
	PaymentDays   int
	PaymentTerms  PaymentTerms
	SplitPayment  bool
	Deposit       decimal.Decimal // as the contract's
}

// SplitTax is what of the tranche the customer pays to the state himself.
func (t BillableTranche) SplitTax() decimal.Decimal {
	if t.SplitPayment {
		return t.Tax
	}
	return decimal.Zero
}

// InvoiceShare is what falls to a tranche of an invoice.
type InvoiceShare struct {
	TrancheID  ID
	ContractID ID
	Total      decimal.Decimal
	SplitTax   decimal.Decimal
	PaidBefore decimal.Decimal // of the deposit of its deal
}

// CheckGroup tells all that keeps tranches from standing on one invoice, each below /tranche_ids/<n>, compared with the first: an invoice has one customer and so one
// language, one currency, one way of being paid, one who pays the tax, and is an advance or none (TD02 and TD01 of FatturaPA). Errors: given_twice,
// group_closed, group_billed, group_waits, group_customer, group_currency, group_terms, group_tax, group_advance, and required and too_many at /tranche_ids.
func CheckGroup(all []BillableTranche, today Date) (errs FieldErrors) {
	switch {
	case len(all) == 0:
		return FieldErrors{Problem("required").At("/tranche_ids")}
	case len(all) > MaxGrouped:
		return FieldErrors{Problem("too_many", "max", strconv.Itoa(MaxGrouped)).At("/tranche_ids")}
	}
	seen, first := map[ID]bool{}, all[0]
	for i, t := range all {
		for _, wrong := range []struct {
			is  bool
			why FieldError
		}{
			{seen[t.ID], Problem("given_twice")},
			{!t.Active, Problem("group_closed")},
			{t.InvoiceID != "" || t.ExternalNumber != "", Problem("group_billed")},
			{t.InvoiceID == "" && t.ExternalNumber == "" && t.State != TrancheBillable && !t.Begun(today), Problem("group_waits")},
			{t.AccountID != first.AccountID, Problem("group_customer")},
			{t.Currency != first.Currency, Problem("group_currency")},
			{t.PaymentDays != first.PaymentDays || t.PaymentTerms != first.PaymentTerms, Problem("group_terms")},
			{t.SplitPayment != first.SplitPayment, Problem("group_tax")},
			{(t.Kind == TrancheDeposit) != (first.Kind == TrancheDeposit), Problem("group_advance")},
		} {
			if wrong.is {
				errs.Add("/tranche_ids/"+strconv.Itoa(i), wrong.why)
			}
		}
		seen[t.ID] = true
	}
	return errs
}

// GroupKey tells the tranches apart that may stand on one invoice: those of one key may.
func (t BillableTranche) GroupKey() string {
	return string(t.AccountID) + "/" + t.Currency + "/" + strconv.Itoa(t.PaymentDays) + "/" + string(t.PaymentTerms) + "/" + strconv.FormatBool(t.SplitPayment) + "/" + strconv.FormatBool(t.Kind == TrancheDeposit)
}

// GroupOwner is the contract whose command bills the tranches: the one with the smallest id.
func GroupOwner(all []BillableTranche) ID {
	return slices.MinFunc(all, func(a, b BillableTranche) int { return cmp.Compare(a.ContractID, b.ContractID) }).ContractID
}

// ByContract puts tranches into the order of an invoice's lines: contract by contract, as each bills them.
func ByContract(all []BillableTranche) []BillableTranche {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b BillableTranche) int {
		return cmp.Or(cmp.Compare(a.Contract, b.Contract), cmp.Compare(a.Position, b.Position))
	})
	return out
}

// ShareDeposit divides what a deal's deposit covers among the shares of its contract, the first of them first.
func ShareDeposit(shares []InvoiceShare, contract ID, covered decimal.Decimal) {
	for i := range shares {
		if s := &shares[i]; s.ContractID == contract {
			s.PaidBefore = decimal.Min(s.Total.Sub(s.SplitTax), covered)
			covered = covered.Sub(s.PaidBefore)
		}
	}
}
