package crm

import (
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// NumberRow is a line of a file of numbers under which another system issued invoices (S061, S062), with the tranche that it is of.
type NumberRow struct {
	Line      int
	Contract  string // its number, as the file says it
	Position  int    // of the tranche; 0: the file names none
	TrancheID ID     // as the file names it, or as it was found
	Number    string
	Date      Date             // none: the day on which it is noted
	Amount    *decimal.Decimal // total with tax; none: the file says none
	Paid      bool             //
	State     NumberState      // as MatchNumbers finds it
	Problems  FieldErrors      // why it is refused, at the columns
	Tranche   *NumberedTranche `json:"-"`
}

// NumberState says what a row would do.
type NumberState string

// The states of a row.
const (
	NumberNew     NumberState = "new"     // notes the number
	NumberPaid    NumberState = "paid"    // is there; notes that it was paid
	NumberKnown   NumberState = "known"   // changes nothing
	NumberRefused NumberState = "refused" //
)

// NumberStates lists them.
func NumberStates() []string {
	return []string{string(NumberNew), string(NumberPaid), string(NumberKnown), string(NumberRefused)}
}

// NumberedTranche is a tranche with what another system's number needs.
type NumberedTranche struct {
	Tranche
	Contract      string
	Account       string
	Active        bool
	Currency      string
	InvoiceNumber string // of its invoice, whoever issued it
	InvoiceSeries string
	Open          decimal.Decimal
}

// MatchNumbers finds the tranche of each row and says what the row would do. A row names its tranche, or its contract and the tranche's position; of a contract alone
// it is the first tranche that may be billed, has no number and comes to the amount. taken are numbers that are noted, in lower case after their year and a blank.
// Errors, at the columns: required, unknown_record, no_tranche where none of the contract fits, other_amount with amount, given_twice, already_used, already_invoiced, not_billable,
// contract_closed, in_the_future.
func MatchNumbers(rows []NumberRow, tranches []NumberedTranche, taken []string, today Date) {
	used := map[ID]bool{}
	for i := range rows {
		r := &rows[i]
		if len(r.Problems) == 0 {
			r.match(tranches, used, today)
		}
		if len(r.Problems) == 0 && r.State == NumberNew {
			year := today.Year()
			if !r.Date.IsZero() {
				year = r.Date.Year()
			}
			key := strconv.Itoa(year) + " " + strings.ToLower(r.Number)
			if slices.Contains(taken, key) {
				r.Problems.Add("/number", Problem("already_used"))
			}
			taken = append(taken, key)
		}
		if len(r.Problems) > 0 {
			r.State = NumberRefused
		} else {
			used[r.TrancheID] = true
		}
	}
}

func (r *NumberRow) match(tranches []NumberedTranche, used map[ID]bool, today Date) {
	if r.Date.After(today) {
		r.Problems.Add("/date", Problem("in_the_future"))
	}
	if r.Number == "" {
		r.Problems.Add("/number", Problem("required"))
	}
	at := r.find(tranches, used, today)
	if at < 0 {
		return
	}
	t := tranches[at]
	r.Tranche, r.TrancheID, r.State = &t, t.ID, NumberNew
	if r.Amount != nil && !r.Amount.Equal(t.Total) {
		r.Problems.Add("/amount", Problem("other_amount", "amount", t.Total.StringFixed(2)))
	}
	switch {
	case used[t.ID]:
		r.Problems.Add("/tranche", Problem("given_twice"))
	case t.InvoiceID != "" && t.InvoiceSeries == SeriesElsewhere && strings.EqualFold(t.InvoiceNumber, r.Number):
		if r.State = NumberKnown; r.Paid && t.Open.IsPositive() {
			r.State = NumberPaid
		}
	case t.InvoiceID != "" || t.ExternalNumber != "":
		r.Problems.Add("/tranche", Problem("already_invoiced"))
	case !t.Active:
		r.Problems.Add("/contract", Problem("contract_closed"))
	case t.State != TrancheBillable && !t.Begun(today):
		r.Problems.Add("/tranche", Problem("not_billable"))
	}
}

// find is the tranche of a row by its place; -1 with the problem noted.
func (r *NumberRow) find(tranches []NumberedTranche, used map[ID]bool, today Date) int {
	own := func(t NumberedTranche) bool { return strings.EqualFold(t.Contract, r.Contract) }
	switch {
	case r.TrancheID != "":
		at := slices.IndexFunc(tranches, func(t NumberedTranche) bool { return t.ID == r.TrancheID })
		if at < 0 {
			r.Problems.Add("/tranche", Problem("unknown_record"))
		}
		return at
	case r.Contract == "":
		r.Problems.Add("/contract", Problem("required"))
		return -1
	case !slices.ContainsFunc(tranches, own):
		r.Problems.Add("/contract", Problem("unknown_record"))
		return -1
	case r.Position > 0:
		at := slices.IndexFunc(tranches, func(t NumberedTranche) bool { return own(t) && t.Position == r.Position })
		if at < 0 {
			r.Problems.Add("/tranche", Problem("unknown_record"))
		}
		return at
	}
	known := slices.IndexFunc(tranches, func(t NumberedTranche) bool {
		return own(t) && t.InvoiceSeries == SeriesElsewhere && strings.EqualFold(t.InvoiceNumber, r.Number)
	})
	if known >= 0 {
		return known
	}
	fits := slices.IndexFunc(tranches, func(t NumberedTranche) bool {
		return own(t) && !used[t.ID] && t.InvoiceID == "" && t.ExternalNumber == "" && (t.State == TrancheBillable || t.Begun(today)) && (r.Amount == nil || r.Amount.Equal(t.Total))
	})
	if fits < 0 {
		r.Problems.Add("/amount", Problem("no_tranche"))
	}
	return fits
}
