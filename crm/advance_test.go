package crm

import (
	"testing"

	"github.com/shopspring/decimal"
)

// Vector 19: an advance of a tenth is billed when the order is signed and the rest follows; invoices come to the order. The peer bills the whole and takes the
// advance off by a line of its own; ours are tranches, whose sums are the same (S060).
func TestAdvance(t *testing.T) {
	t.Parallel()
	var v struct {
		Inputs struct{ Order []vectorLine }
		Steps  []struct {
			Do      string
			Advance *decimal.Decimal `json:"advance_amount"`
			Total   *decimal.Decimal `json:"advance_invoice_total"`
			Final   *decimal.Decimal `json:"final_total"`
		}
		More []struct {
			Order     []vectorLine
			Do        string
			Advance   *decimal.Decimal `json:"advance_amount"`
			Final     *decimal.Decimal `json:"final_total"`
			Recreated *decimal.Decimal `json:"recreated_total"`
			Invoice   *decimal.Decimal `json:"invoice_total"`
		}
	}
	readVector(t, "19_advance_payment", &v)
	tenth := []PlanPart{{Kind: TrancheDeposit, Percent: dec("10")}, {Kind: TrancheBalance, Percent: dec("90")}}
	bills := func(lines []vectorLine, plan []PlanPart) []Tranche {
		t.Helper()
		totals, err := Pricing{Currency: EUR}.Add([]Line{lines[0].line(nil)}, decimal.Zero)
		if err != nil {
			t.Fatal(err)
		}
		tranches, _, err := BillPlan(totals, plan, NewDate(2026, 11, 22), EUR)
		if err != nil {
			t.Fatal(err)
		}
		return tranches
	}
	same := func(what string, got decimal.Decimal, want *decimal.Decimal) {
		t.Helper()
		if want != nil && !got.Equal(*want) {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	first := bills(v.Inputs.Order, tenth)
	if first[0].State != TrancheBillable || first[1].State != TranchePlanned || len(v.Steps) != 4 || len(v.More) != 4 {
		t.Errorf("%s, then %s", first[0].State, first[1].State)
	}
	for _, s := range v.Steps {
		same(s.Do, first[0].Total, s.Advance)
		same(s.Do, first[0].Total, s.Total)
		same(s.Do, first[1].Total, s.Final)
	}
	for _, m := range v.More {
		plan := tenth
		if m.Invoice != nil { // no advance
			plan = []PlanPart{{Kind: TrancheBalance, Percent: hundred}}
		}
		tranches := bills(m.Order, plan)
		last := tranches[len(tranches)-1]
		same(m.Do, tranches[0].Total, m.Advance)
		same(m.Do, last.Total, m.Invoice)
		same(m.Do, tranches[0].Total, m.Recreated) // credited to be billed again
		if m.Recreated == nil && m.Final != nil {  // credited for good: what it was of the order goes to the rest
			same(m.Do, last.Total.Add(tranches[0].Total), m.Final)
		} else {
			same(m.Do, last.Total, m.Final)
		}
	}
}
