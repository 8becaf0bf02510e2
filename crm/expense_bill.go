package crm

import (
	"github.com/shopspring/decimal"
)

// MaxBilledExpenses is how many expenses one billing takes.
const MaxBilledExpenses = 500

// ExpenseBilling says how far an expense that the customer pays is on its way to him; empty where he does not, or it is no cost yet.
type ExpenseBilling string

// How far it is.
const (
	ExpenseToBill ExpenseBilling = "to_bill" // approved, and on nothing yet
	ExpensePutUp  ExpenseBilling = "put_up"  // on a tranche that waits for its invoice
	ExpenseBilled ExpenseBilling = "billed"
)

// BilledExpense is an expense on its way to the customer: what he pays for it, without tax and the tax.
type BilledExpense struct {
	ExpenseID     ID
	TrancheID     ID
	MarkupPercent decimal.Decimal
	Net           decimal.Decimal
	Tax           decimal.Decimal
}

// BillExpensesFields are the fields of expense.bill.
type BillExpensesFields struct {
	ExpenseIDs    []ID   `json:"expense_ids,omitempty" doc:"most=500;text=None: all that may be billed."`
	MarkupPercent string `json:"markup_percent,omitempty" doc:"text=Added to what they cost; without it, nothing."`
	TaxClassID    ID     `json:"tax_class_id,omitempty" doc:"text=Without it they are taxed as most of the contract is."`
}

// UnbillExpensesFields are the fields of expense.unbill.
type UnbillExpensesFields struct {
	TrancheID ID `json:"tranche_id"`
}

// BillExpenses is the tranche that puts expenses up for billing, with its part and a line for each: what it cost in the contract's currency with the markup on it,
// in minor units, rounded as the company does. Expenses are on top of the contract's price, so the tranche has no share of it. The tax is that of the sum where
// the company taxes documents, divided among the lines by the largest remainder; else each line's own.
func (p Pricing) BillExpenses(expenses []Expense, markup decimal.Decimal, tax TranchePart) (t Tranche, part TranchePart, lines []BilledExpense, err error) {
	part, weights := tax, make([]decimal.Decimal, len(expenses))
	part.Net, part.Tax = decimal.Zero, decimal.Zero
	for i, x := range expenses {
		l := BilledExpense{ExpenseID: x.ID, MarkupPercent: markup, Net: Round(x.Cost.Mul(hundred.Add(markup)).Shift(-2), p.Currency, p.Rounding)}
		l.Tax = Round(l.Net.Mul(tax.TaxPercent).Shift(-2), p.Currency, p.Rounding)
		part.Net, part.Tax, weights[i] = part.Net.Add(l.Net), part.Tax.Add(l.Tax), l.Net
		lines = append(lines, l)
	}
	if !p.TaxPerLine && part.Net.IsPositive() {
		part.Tax = Round(part.Net.Mul(tax.TaxPercent).Shift(-2), p.Currency, p.Rounding)
		taxes, err := Split(part.Tax, weights, p.Currency)
		if err != nil {
			return t, part, nil, err
		}
		for i := range lines {
			lines[i].Tax = taxes[i]
		}
	}
	t = Tranche{Kind: TrancheExpenses, State: TrancheBillable, Net: part.Net, Tax: part.Tax, Total: part.Net.Add(part.Tax)}
	return t, part, lines, nil
}
