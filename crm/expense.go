package crm

import (
	"time"

	"github.com/shopspring/decimal"
)

// ExpenseKind says what a person spent money on for a project (S083).
type ExpenseKind string

// The kinds of expenses.
const (
	ExpenseTravel   ExpenseKind = "travel"
	ExpenseLodging  ExpenseKind = "lodging"
	ExpenseMeals    ExpenseKind = "meals"
	ExpenseMileage  ExpenseKind = "mileage" // of his own car; there is no receipt of it
	ExpenseMaterial ExpenseKind = "material"
	ExpenseOther    ExpenseKind = "other"
)

// ExpenseKinds lists them in the order in which forms offer them.
func ExpenseKinds() []string {
	return []string{string(ExpenseTravel), string(ExpenseLodging), string(ExpenseMeals), string(ExpenseMileage), string(ExpenseMaterial), string(ExpenseOther)}
}

// Cost is the kind of cost that an expense is to its project.
func (k ExpenseKind) Cost() CostKind {
	if k == ExpenseMaterial || k == ExpenseOther {
		return CostMaterial
	}
	return CostTravel
}

// ExpenseState says how far an expense has come.
type ExpenseState string

// The states of an expense. Only what is approved is a cost of its project; it never changes, the cost is taken back by a counter-entry (S083).
const (
	ExpenseDraft     ExpenseState = "draft"
	ExpenseSubmitted ExpenseState = "submitted"
	ExpenseApproved  ExpenseState = "approved"
	ExpenseReturned  ExpenseState = "returned" // with a reason; it may be changed and handed in again
)

// Expense is money that a person of the house spent for a project (S083).
type Expense struct {
	ID          ID
	UserID      ID
	ProjectID   ID
	PhaseID     ID // none: of the whole
	OnDate      Date
	Kind        ExpenseKind
	Amount      decimal.Decimal // without tax that is got back, in the currency in which it was paid
	Currency    string
	Cost        decimal.Decimal // the same in the contract's currency, at the rate of its day; set when it is handed in
	Text        string
	Billable    bool // the customer is to pay it beside the price
	State       ExpenseState
	Reason      string // why it was returned
	SubmittedAt *time.Time
	DecidedBy   ID
	DecidedAt   *time.Time
	Version     int
	At          time.Time
}

// Open tells whether the expense may be changed.
func (x Expense) Open() bool { return x.State == ExpenseDraft || x.State == ExpenseReturned }

// NeedsReceipt tells whether the expense cannot be handed in without one.
func (x Expense) NeedsReceipt() bool { return x.Kind != ExpenseMileage }

// Check tells what is wrong with an expense, all at once. Errors: required, out_of_range, in_the_future, unknown_value, those of CheckAmount.
func (x Expense) Check(today Date) error {
	var errs FieldErrors
	if x.ProjectID == "" {
		errs.Add("/project_id", Problem("required"))
	}
	if x.Text == "" {
		errs.Add("/text", Problem("required"))
	}
	switch {
	case x.OnDate.IsZero():
		errs.Add("/on_date", Problem("required"))
	case x.OnDate.After(today):
		errs.Add("/on_date", Problem("in_the_future"))
	}
	switch {
	case !Currency(x.Currency).Known():
		errs.Add("/currency", Problem("unknown_currency", "got", shorten(x.Currency, 10)))
	case !x.Amount.IsPositive():
		errs.Add("/amount", Problem("out_of_range", "min", Currency(x.Currency).Unit().String()))
	default:
		errs.Add("/amount", CheckAmount(x.Amount, Currency(x.Currency)))
	}
	return errs.Err()
}
