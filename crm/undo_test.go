package crm

import (
	"reflect"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// N15: the plan comes from the facts alone. Every invoice that is not credited yet is, once; what is not billed is cancelled; what came in remains to be paid
// back, so that credit notes less what remains are what was open; the deal is always changed, the customer told last and only if wanted.
func TestPlanUndo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		money := rapid.Custom(func(t *rapid.T) decimal.Decimal { return decimal.New(rapid.Int64Range(1, 1e8).Draw(t, "cents"), -2) })
		f := UndoFacts{
			ERPState: rapid.SampledFrom([]string{"", "due", "claimed", "done", "parked", "cancelled"}).Draw(t, "erp"),
			Project:  Project{State: rapid.SampledFrom([]string{"", "open", "closed"}).Draw(t, "project")},
		}
		open, credited, unbilled := decimal.Zero, decimal.Zero, decimal.Zero
		for range rapid.IntRange(0, 5).Draw(t, "invoices") {
			i := UndoInvoice{ID: ID(rapid.StringN(4, 4, -1).Draw(t, "id")), Total: money.Draw(t, "total"), Credited: rapid.Bool().Draw(t, "credited")}
			i.Open = decimal.Min(i.Total, money.Draw(t, "open"))
			i.Paid = i.Total.Sub(i.Open)
			if !i.Credited {
				open, credited = open.Add(i.Open), credited.Add(i.Total)
			}
			f.Invoices = append(f.Invoices, i)
		}
		for range rapid.IntRange(0, 5).Draw(t, "tranches") {
			tr := Tranche{Total: money.Draw(t, "tranche"), State: rapid.SampledFrom([]TrancheState{TranchePlanned, TrancheBillable, TrancheInvoiced, TranchePaid}).Draw(t, "state")}
			if tr.State == TranchePlanned || tr.State == TrancheBillable {
				unbilled = unbilled.Add(tr.Total)
			}
			f.Tranches = append(f.Tranches, tr)
		}
		tells := rapid.Bool().Draw(t, "tells")
		plan := PlanUndo(f, tells)
		if !reflect.DeepEqual(plan, PlanUndo(f, tells)) {
			t.Fatal("the same facts give another plan")
		}
		got := map[UndoKind]decimal.Decimal{}
		n := map[UndoKind]int{}
		for i, s := range plan {
			if s.Position != i+1 || s.State != StepPlanned || i > 0 && s.Kind == UndoERP {
				t.Fatalf("%+v", plan)
			}
			got[s.Kind] = got[s.Kind].Add(s.Amount.Decimal)
			n[s.Kind]++
		}
		refund := decimal.Zero
		for _, l := range f.Remains() {
			if l.Code == "refund" {
				refund = l.Amount.Decimal
			}
		}
		if !got[UndoCredit].Equal(credited) || !got[UndoChase].Equal(open) || !got[UndoTranches].Equal(unbilled) || !credited.Sub(refund).Equal(open) {
			t.Fatalf("%v of credited %s, open %s, unbilled %s, refund %s", got, credited, open, unbilled, refund)
		}
		if n[UndoDeal] != 1 || (n[UndoTell] == 1) != tells || (n[UndoProject] == 1) != (f.Project.State == "open") || (n[UndoERP] == 1) != (f.ERPState != "" && f.ERPState != "cancelled") {
			t.Fatalf("%v", n)
		}
		if last := plan[len(plan)-1].Kind; tells && last != UndoTell || !tells && last != UndoDeal {
			t.Fatalf("it ends with %s", last)
		}
	})
}
