package browser

import (
	"fmt"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/shopspring/decimal"
)

// quarterPlan begins a plan of a quarter by month that is confirmed, with customers of the salesperson's.
func (s *scene) quarterPlan(customers int) crm.RevenuePlan {
	s.t.Helper()
	for i := range customers {
		_, err := s.store.CreateAccount(s.t.Context(), person("sales"), crm.Account{ID: store.NewID(), Name: fmt.Sprintf("Plant %02d", i+1), Kind: "customer", Language: "it"})
		must(s.t, err)
	}
	first, err := crm.ParseDate("2027-01-01")
	must(s.t, err)
	p, err := s.store.MakePlan(s.t.Context(), person("ops"), crm.RevenuePlan{ID: store.NewID(), Name: "First quarter", FirstDay: first, LastDay: first.AddMonths(3).AddDays(-1), Unit: crm.PlanMonth, Confirm: true})
	must(s.t, err)
	return p
}

// S099-S102: a salesperson plans a quarter for 20 customers by keyboard alone, typing, filling to the right, pasting a block and spreading a sum; the head of sales
// doubts three positions and confirms the rest, by keyboard too, and both numbers stand there.
func TestPlanByKeyboard(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	p := s.quarterPlan(20)
	b := s.login("sales")
	b.open("/plan/" + string(p.ID))
	b.tabTo("Plant 01 Jan 2027")
	want := decimal.Zero
	for i := range 18 {
		b.keys(fmt.Sprint(1000 + i))
		if i%2 == 0 {
			b.press("r", chromedp.KeyModifiers(kb.ModifierCtrl))
			want = want.Add(decimal.NewFromInt(int64(3 * (1000 + i))))
		} else {
			want = want.Add(decimal.NewFromInt(int64(1000 + i)))
		}
		b.keys(kb.Enter)
	}
	b.until("the focus in the row of Plant 19", `document.activeElement.getAttribute("aria-label") === "Plant 19 Jan 2027"`)
	_, err := value[bool](b, `(() => { const data = new DataTransfer(); data.setData("text/plain", "10.50\t20\t30\r\n40\t50");
		return document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})) })()`)
	must(t, err)
	want = want.Add(decimal.RequireFromString("150.50"))
	b.until("the pasted block", `document.querySelector('[aria-label="Plant 20 Feb 2027"]').value === "50"`)
	b.look("plan-typed")
	b.wide(1280)
	b.tabTo("form.save")
	b.next(func() { b.keys(kb.Enter) })
	b.see("said.plan_saved")
	b.tabTo("Sum to spread for Plant 02") // what it had is spread anew
	b.keys("10000.01")
	b.tabTo("revenue.split")
	b.next(func() { b.keys(kb.Enter) })
	b.until("the sum is spread", `document.querySelector('[aria-label="Plant 02 Feb 2027"]').value === "3111.11"`)
	b.tabTo("Plant 02 Feb 2027")
	b.next(func() { b.press(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)) })
	b.see("said.plan_saved")
	want = want.Sub(decimal.NewFromInt(1001)).Add(decimal.RequireFromString("10000.01"))
	s.planned(p.ID, want, decimal.Zero)
	b.look("plan-sheet")

	head := s.login("manager")
	head.open("/plan/" + string(p.ID) + "/decide")
	doubtful := decimal.Zero
	for _, x := range []struct {
		customer, month string
		amount          string
	}{{"Plant 02", "Feb 2027", "3111.11"}, {"Plant 05", "Mar 2027", "1004"}, {"Plant 19", "Jan 2027", "10.50"}} {
		head.tabTo("Doubtful: " + x.customer + ", " + x.month)
		head.keys(" ")
		head.tabTo("Why doubtful " + x.customer)
		head.keys("Their budget is not decided")
		doubtful = doubtful.Add(decimal.RequireFromString(x.amount))
	}
	head.tabTo("revenue.do_confirm")
	head.next(func() { head.keys(kb.Enter) })
	head.see("said.plan_decided", "revenue.final", "revenue.doubtful")
	s.planned(p.ID, want, doubtful)
	cells, err := s.store.PlanCells(t.Context(), store.Everything(), p.ID)
	must(t, err)
	for _, c := range cells {
		if c.State == crm.PlanPlanned {
			t.Errorf("nobody has looked at %v", c)
		}
	}
	head.look("plan-decided")
}

// planned checks what a plan comes to.
func (s *scene) planned(plan crm.ID, planned, doubtful decimal.Decimal) {
	s.t.Helper()
	cells, err := s.store.PlanCells(s.t.Context(), store.Everything(), plan)
	must(s.t, err)
	var sum crm.PlanSum
	for _, c := range cells {
		sum.Add(c.Amount, c.State)
	}
	if !sum.Planned.Equal(planned) || !sum.Doubtful.Equal(doubtful) || !sum.Final().Equal(planned.Sub(doubtful)) {
		s.t.Errorf("planned %s, doubtful %s; want %s and %s", sum.Planned, sum.Doubtful, planned, doubtful)
	}
}

// plans visits the pages of plan and forecast.
func (s *scene) plans(p *sweep) {
	s.t.Helper()
	p.visit("/plan")
	plan := s.quarterPlan(3)
	at := "/plan/" + string(plan.ID)
	rows, _, err := s.store.PlanRows(s.t.Context(), store.Everything(), plan.ID, store.PlanFilter{Owner: person("sales")}, 3)
	must(s.t, err)
	var entries []store.PlanEntry
	for _, r := range rows {
		for _, x := range plan.Periods() {
			entries = append(entries, store.PlanEntry{AccountID: r.AccountID, FirstDay: x.First, Amount: decimal.NewFromInt(12_500)})
		}
	}
	_, err = s.store.SavePlan(s.t.Context(), person("sales"), plan.ID, entries)
	must(s.t, err)
	_, err = s.store.DecidePlan(s.t.Context(), s.target(plan.ID), []store.PlanDecision{{AccountID: rows[0].AccountID, FirstDay: plan.FirstDay, State: crm.PlanDoubtful, Reason: "Their budget is not decided", Version: -1}})
	must(s.t, err)
	for _, path := range []string{at + "?who=all", at + "/decide", at + "/report", at + "/report?by=period", "/forecast", "/forecast/stages", "/forecast/bridge", "/forecast/range", "/settings/plan"} {
		p.visit(path)
	}
}
