package crm

import (
	"testing"

	"github.com/shopspring/decimal"
)

// S061, S062: each row of a file finds its tranche by id, by place or by what it comes to, twice it is known, and every row that does not fit says why.
func TestMatchNumbers(t *testing.T) {
	t.Parallel()
	today := NewDate(2027, 3, 1)
	all := []NumberedTranche{
		{Tranche: Tranche{ID: "a1", Position: 1, Total: dec("100"), State: TrancheBillable}, Contract: "C-1", Active: true},
		{Tranche: Tranche{ID: "a2", Position: 2, Total: dec("100"), State: TrancheBillable}, Contract: "C-1", Active: true},
		{Tranche: Tranche{ID: "a3", Position: 3, Total: dec("200"), State: TranchePlanned}, Contract: "C-1", Active: true},
		{Tranche: Tranche{ID: "b1", Position: 1, Total: dec("50"), State: TrancheInvoiced, InvoiceID: "i"}, Contract: "C-2", Active: true, InvoiceNumber: "7/A", InvoiceSeries: SeriesElsewhere, Open: dec("50")},
		{Tranche: Tranche{ID: "d1", Position: 1, Total: dec("50"), State: TrancheBillable}, Contract: "C-3"},
	}
	amount := func(s string) *decimal.Decimal { d := dec(s); return &d }
	rows := []NumberRow{
		{Contract: "c-1", Number: "1", Amount: amount("100")},
		{Contract: "C-1", Number: "2"},
		{Contract: "C-1", Number: "3"},
		{Contract: "C-1", Position: 3, Number: "4"},
		{Contract: "C-1", Position: 9, Number: "5"},
		{TrancheID: "b1", Number: "7/a"},
		{Contract: "C-2", Number: "7/A", Paid: true},
		{Contract: "C-2", Position: 1, Number: "8"},
		{Contract: "C-3", Number: "9"},
		{Contract: "C-9", Number: ""},
		{Contract: "C-1", Position: 2, Number: "1", Amount: amount("99"), Date: today.AddDays(1)},
		{},
	}
	MatchNumbers(rows, all, []string{"2027 2"}, today)
	want := []string{
		"new a1", "refused a2: /number already_used", "new a2", "refused a3: /tranche not_billable", "refused : /tranche unknown_record", "known b1", "refused b1: /tranche given_twice",
		"refused b1: /tranche given_twice", "refused d1: /contract contract_closed", "refused : /number required /contract unknown_record", "refused a2: /date in_the_future /amount other_amount /tranche given_twice",
		"refused : /number required /contract required",
	}
	for i, r := range rows {
		got := string(r.State) + " " + string(r.TrancheID)
		for k, p := range r.Problems {
			if k == 0 {
				got += ":"
			}
			got += " " + p.Pointer + " " + p.Code
		}
		if got != want[i] {
			t.Errorf("row %d: %s, want %s", i, got, want[i])
		}
	}
	again := []NumberRow{{Contract: "C-2", Number: "7/A", Paid: true}}
	if MatchNumbers(again, all, nil, today); again[0].State != NumberPaid {
		t.Errorf("what was paid since: %+v", again[0])
	}
}
