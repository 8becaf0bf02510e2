package crm

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// ClosingItem is something that a person vouches for before a contract is closed, since no figure tells it (S085, S088).
type ClosingItem struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

// MaxClosingItems bounds the list.
const MaxClosingItems = 30

// CheckClosingItems cleans a list of items. Errors at /items/<n>/key and /items/<n>/name: required, invalid_character, already_used; at /items: too_many.
func CheckClosingItems(items []ClosingItem) error {
	var errs FieldErrors
	seen := map[string]bool{}
	if len(items) > MaxClosingItems {
		errs.Add("/items", Problem("too_many", "max", strconv.Itoa(MaxClosingItems)))
	}
	for i := range items {
		at := "/items/" + strconv.Itoa(i)
		name, err := CleanText(items[i].Name, 200)
		items[i].Name = name
		errs.Add(at+"/name", err)
		switch {
		case err == nil && name == "":
			errs.Add(at+"/name", Problem("required"))
		case !tickKey.MatchString(items[i].Key):
			errs.Add(at+"/key", Problem("invalid_character"))
		case seen[items[i].Key]:
			errs.Add(at+"/key", Problem("already_used"))
		}
		seen[items[i].Key] = true
	}
	return errs.Err()
}

// ClosingTick is an item that somebody vouched for.
type ClosingTick struct {
	Key string
	By  ID
	At  time.Time
}

// Closing is what has to be behind a contract before it is closed. All of it is counted at once.
type Closing struct {
	Project    string // state of it; empty: the contract has none
	Unpaid     int    // tranches that are neither paid nor void
	Cases      int    // that are not solved
	Purchases  int    // of the project that are asked for or ordered
	Amendments int    // on their way
	Items      []ClosingItem
	Ticks      []ClosingTick

	// What is not billed keeps nothing open; one is told of it while it still can be.
	Currency         string
	UnbilledWork     decimal.Decimal // that the project has earned beyond what was billed of it
	UnbilledExpenses int             // that the customer is to pay
	UnbilledCosts    decimal.Decimal // of these
}

// Warns tells whether something was not billed.
func (c Closing) Warns() bool { return c.UnbilledWork.IsPositive() || c.UnbilledExpenses > 0 }

// The parts of a closing, in the order in which they are told.
const (
	ClosingProject    = "project"
	ClosingUnpaid     = "unpaid"
	ClosingCases      = "cases"
	ClosingPurchases  = "purchases"
	ClosingAmendments = "amendments"
	ClosingTicks      = "ticks"
)

// ClosingParts lists them.
func ClosingParts() []string {
	return []string{ClosingProject, ClosingUnpaid, ClosingCases, ClosingPurchases, ClosingAmendments, ClosingTicks}
}

// Left tells of each part how much of it is left: "0" for nothing, for the project its state, for the items the keys of those that nobody vouched for.
// open tells whether anything is.
func (c Closing) Left() (left map[string]string, open bool) {
	var keys []string
	for _, i := range c.Items {
		if _, ticked := c.Tick(i.Key); !ticked {
			keys = append(keys, i.Key)
		}
	}
	left = map[string]string{
		ClosingProject: c.Project, ClosingUnpaid: strconv.Itoa(c.Unpaid), ClosingCases: strconv.Itoa(c.Cases), ClosingPurchases: strconv.Itoa(c.Purchases),
		ClosingAmendments: strconv.Itoa(c.Amendments), ClosingTicks: strings.Join(keys, ", "),
	}
	return left, c.Project != "closed" || c.Unpaid+c.Cases+c.Purchases+c.Amendments+len(keys) > 0
}

// Tick is who vouched for an item, and when.
func (c Closing) Tick(key string) (ClosingTick, bool) {
	for _, t := range c.Ticks {
		if t.Key == key {
			return t, true
		}
	}
	return ClosingTick{}, false
}
