package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// Vector 21: what the progress has earned since the last invoice. The project's own work is a task like the others; its hours have the project's price.
func TestBilledByProgress(t *testing.T) {
	t.Parallel()
	type work struct {
		Effort decimal.Decimal  `json:"effort_hours"`
		Price  decimal.Decimal  //
		Fixed  *decimal.Decimal `json:"fixed_price"`
	}
	var v struct {
		Inputs struct {
			Project work
			Tasks   []work
		}
		Steps []struct {
			Do       string
			ToBill   decimal.Decimal `json:"to_invoice"`
			Invoiced decimal.Decimal
		}
	}
	readVector(t, "21_project_invoice_progress", &v)
	progress := map[string][3]int64{"tasks 50%, 50%": {50, 50, 0}, "tasks 75%, 90%, project 80%": {75, 90, 80}}
	tasks := make([]PricedTask, 3)
	all := decimal.Zero
	for i, w := range append(v.Inputs.Tasks, v.Inputs.Project) {
		tasks[i] = PricedTask{Fixed: w.Fixed, Hours: w.Effort}
		all = all.Add(tasks[i].Worth(v.Inputs.Project.Price, EUR))
	}
	billed := decimal.Zero
	if len(v.Steps) != 5 {
		t.Fatalf("%d steps", len(v.Steps))
	}
	for n, s := range v.Steps {
		toBill := func() decimal.Decimal {
			return ToBill(EarnedByProgress(tasks, v.Inputs.Project.Price, EUR), billed, all.Sub(billed))
		}
		if done, is := progress[s.Do]; is {
			for i := range tasks {
				tasks[i].Progress = decimal.NewFromInt(done[i])
			}
		} else if s.Do == "invoice" {
			billed = billed.Add(toBill())
		} else if s.Do != "" {
			t.Fatal(s.Do)
		}
		if got := toBill(); !got.Equal(s.ToBill) || !billed.Equal(s.Invoiced) {
			t.Errorf("step %d: %s to bill of which %s is billed, want %s and %s", n, got, billed, s.ToBill, s.Invoiced)
		}
	}
}

// Vector 22: hours at one price, up to a day or all.
func TestBilledByHours(t *testing.T) {
	t.Parallel()
	var v struct {
		Inputs struct {
			Price decimal.Decimal
			Hours []struct {
				Day string
				H   decimal.Decimal
			}
		}
		Steps []struct {
			Do       string
			ToBill   *decimal.Decimal `json:"to_invoice"`
			Invoiced *decimal.Decimal
			Total    *decimal.Decimal `json:"invoice_total"`
		}
	}
	readVector(t, "22_project_invoice_timesheet", &v)
	today := NewDate(2026, 11, 22)
	days := map[string]Date{"yesterday": today.AddDays(-1), "today": today}
	var times []TimeEntry
	for _, h := range v.Inputs.Hours {
		times = append(times, TimeEntry{OnDate: days[h.Day], Hours: h.H})
	}
	left, billed, upTo := dec("1000"), decimal.Zero, Date{}
	toBill := func() decimal.Decimal {
		return ToBill(EarnedByHours(times, v.Inputs.Price, upTo, EUR), billed, left.Sub(billed))
	}
	if len(v.Steps) != 6 {
		t.Fatalf("%d steps", len(v.Steps))
	}
	for n, s := range v.Steps {
		invoice := false
		switch s.Do {
		case "":
		case "cut-off yesterday, invoice":
			upTo, invoice = days["yesterday"], true
		case "cut-off today":
			upTo = today
		case "no cut-off, invoice":
			upTo, invoice = Date{}, true
		case "4 more hours on task1":
			times = append(times, TimeEntry{OnDate: today, Hours: dec("4")})
		case "invoice":
			invoice = true
		default:
			t.Fatal(s.Do)
		}
		if invoice {
			total := toBill()
			if billed = billed.Add(total); s.Total != nil && !total.Equal(*s.Total) {
				t.Errorf("step %d: an invoice of %s, want %s", n, total, s.Total)
			}
		}
		if got := toBill(); s.ToBill != nil && !got.Equal(*s.ToBill) || s.Invoiced != nil && !billed.Equal(*s.Invoiced) {
			t.Errorf("step %d: %s to bill, %s billed, want %v and %v", n, got, billed, s.ToBill, s.Invoiced)
		}
	}
}

// S060, M1: whatever is cut off a tranche, both parts are it to the cent, rate by rate; over-billing is refused.
func TestCutTranche(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var parts []TranchePart
		for _, rate := range []int64{22, 10, 0}[:rapid.IntRange(1, 3).Draw(t, "rates")] {
			net := decimal.New(rapid.Int64Range(1, 500_000).Draw(t, "net"), -2)
			parts = append(parts, TranchePart{TaxPercent: decimal.NewFromInt(rate), Net: net, Tax: Round(net.Mul(decimal.NewFromInt(rate)).Shift(-2), EUR, HalfUp)})
		}
		whole := Tranche{Percent: hundred}
		whole.Net, whole.Tax, whole.Total = sumParts(parts)
		net := decimal.New(rapid.Int64Range(-1, 1_600_000).Draw(t, "cut"), -2)
		first, rest, err := CutTranche(parts, net, EUR)
		if beyond := !net.IsPositive() || !net.LessThan(whole.Net); beyond != (err != nil) {
			t.Fatalf("%s of %s: %v", net, whole.Net, err)
		} else if beyond {
			return
		}
		a, b := whole.Cut(first, rest)
		if !a.Net.Equal(net) || !a.Net.Add(b.Net).Equal(whole.Net) || !a.Tax.Add(b.Tax).Equal(whole.Tax) || !a.Total.Add(b.Total).Equal(whole.Total) || !a.Percent.Add(b.Percent).Equal(hundred) {
			t.Fatalf("%+v and %+v of %+v", a, b, whole)
		}
		for _, p := range append(first, rest...) {
			if p.Net.IsNegative() || p.Tax.IsNegative() {
				t.Fatalf("%+v", p)
			}
		}
	})
}
