package crm

import (
	"slices"
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
		tasks[i] = PricedTask{Fixed: w.Fixed, Hours: w.Effort, Price: v.Inputs.Project.Price}
		all = all.Add(tasks[i].Worth(EUR))
	}
	billed := decimal.Zero
	if len(v.Steps) != 5 {
		t.Fatalf("%d steps", len(v.Steps))
	}
	for n, s := range v.Steps {
		toBill := func() decimal.Decimal {
			earned, _ := EarnedByProgress(tasks, EUR)
			return ToBill(earned, billed, all.Sub(billed))
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
	var times []PricedTime
	price := HourPrices{Project: v.Inputs.Price}
	for _, h := range v.Inputs.Hours {
		times = append(times, price.Time(TimeEntry{OnDate: days[h.Day], Hours: h.H}, EUR))
	}
	left, billed, upTo := dec("1000"), decimal.Zero, Date{}
	toBill := func() decimal.Decimal {
		return ToBill(EarnedByHours(times, upTo), billed, left.Sub(billed))
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
			times = append(times, price.Time(TimeEntry{OnDate: today, Hours: dec("4")}, EUR))
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

// An hour costs what was agreed for the person in the phase, else for the person, else for the phase, else for the project (S060).
func TestHourPrices(t *testing.T) {
	t.Parallel()
	h := HourPrices{Project: dec("80"), Others: []HourPrice{{UserID: "u", Price: dec("100")}, {PhaseID: "p", Price: dec("90")}, {UserID: "u", PhaseID: "p", Price: dec("0")}}}
	for _, tt := range []struct {
		user, phase ID
		want        string
	}{{"u", "p", "0"}, {"u", "q", "100"}, {"u", "", "100"}, {"v", "p", "90"}, {"v", "", "80"}, {"", "", "80"}} {
		if got := h.Of(tt.user, tt.phase); !got.Equal(dec(tt.want)) {
			t.Errorf("%q in %q costs %s, want %s", tt.user, tt.phase, got, tt.want)
		}
	}
	if got := h.Time(TimeEntry{UserID: "v", Hours: dec("-0.33")}, EUR).Earned.Add(h.Time(TimeEntry{UserID: "v", Hours: dec("0.33")}, EUR).Earned); !got.IsZero() {
		t.Errorf("an entry and its counter-entry leave %s", got)
	}
}

// S060, S084: whatever is done of the work in whatever order, what is billed never exceeds what is earned nor the contract; plan and bills come to the contract to the
// cent, rate by rate; and what is taken back is as it was.
func TestEarningsSumToTheContract(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := Work{Currency: EUR, Project: Project{Billing: EarnHours, SignedPercent: dec("50"), ProgressPercent: dec("50")}, Prices: HourPrices{Project: amounts(t, "price", 1, 200_00)}}
		for i, kind := range []TrancheKind{TrancheDeposit, TrancheProgress, TrancheProgress, TrancheBalance, TranchePeriod} {
			p := PlannedPart{Tranche: Tranche{ID: ID(kind) + ID(rune('a'+i)), Kind: kind, Position: i + 1, Percent: dec("20"), State: TranchePlanned}}
			for _, rate := range []string{"22", "10"} {
				net := amounts(t, "net", 1, 9_000_00)
				p.Parts = append(p.Parts, TranchePart{TrancheID: p.Tranche.ID, TaxPercent: dec(rate), Net: net, Tax: Round(net.Mul(dec(rate)).Shift(-2), EUR, HalfUp)})
			}
			p.Tranche.Net, p.Tranche.Tax, p.Tranche.Total = sumParts(p.Parts)
			w.Tranches = append(w.Tranches, p)
		}
		before := BilledBy(w.Tranches)
		for n := range rapid.IntRange(1, 6).Draw(t, "billings") {
			w.Times = append(w.Times, w.Prices.Time(TimeEntry{Hours: amounts(t, "hours", -5_00, 90_00)}, EUR))
			e := w.Earned(Date{})
			if !e.Net.IsPositive() {
				if e.Why == "" {
					t.Fatalf("nothing to bill, and nobody says why: %+v", e)
				}
				continue
			}
			taken, err := Take(w.Tranches, e.Net, EUR)
			if err != nil {
				t.Fatal(err)
			}
			after, sum := slices.Clone(w.Tranches), decimal.Zero
			for k, x := range taken {
				i := slices.IndexFunc(after, func(p PlannedPart) bool { return p.Tranche.ID == x.Tranche.ID })
				sum = sum.Add(x.Tranche.Net)
				if x.Tranche.EarningID = "e"; x.Rest == nil {
					after[i] = x.PlannedPart
					continue
				}
				if back := x.Rest.Uncut(x.PlannedPart); !sameTaxes(BilledBy([]PlannedPart{back}), BilledBy(after[i:i+1])) || !back.Tranche.Percent.Equal(after[i].Tranche.Percent) || !back.Tranche.Total.Equal(after[i].Tranche.Total) {
					t.Fatalf("taken back: %+v, before %+v", back, after[i])
				}
				after[i] = *x.Rest
				x.Tranche.ID += ID(rune('0'+n)) + ID(rune('0'+k))
				after = append(after, x.PlannedPart)
			}
			if w.Tranches = after; !sum.Equal(e.Net) || !sameTaxes(before, BilledBy(after)) {
				t.Fatalf("%s put up of %s; the contract came to %v and comes to %v", sum, e.Net, before, BilledBy(after))
			}
			if again := w.Earned(Date{}); again.Net.IsPositive() || again.Billed.GreaterThan(decimal.Max(again.Earned, e.Billed)) {
				t.Fatalf("billed twice: %+v after %+v", again, e)
			}
		}
	})
}

func sameTaxes(a, b []TaxTotal) bool {
	dearer := func(x, y TaxTotal) int { return y.Percent.Cmp(x.Percent) }
	slices.SortFunc(a, dearer)
	slices.SortFunc(b, dearer)
	return slices.EqualFunc(a, b, func(x, y TaxTotal) bool {
		return x.Percent.Equal(y.Percent) && x.Base.Equal(y.Base) && x.Tax.Equal(y.Tax)
	})
}

// S084: where the customer signs the progress, what is earned is billed as far as he signed; hours once all that was reported is signed. Each refusal says which it is.
func TestWhyNothingIsBilled(t *testing.T) {
	t.Parallel()
	tranche := func(kind TrancheKind, state TrancheState, net string) PlannedPart {
		return PlannedPart{Tranche: Tranche{ID: ID(kind), Kind: kind, State: state, Net: dec(net)}}
	}
	task := []ProjectTask{{EffortHours: dec("10"), ProgressPercent: dec("60")}}
	hours := func(h string) []PricedTime {
		return []PricedTime{{Earned: dec(h), TimeEntry: TimeEntry{OnDate: NewDate(2027, 3, 1)}}}
	}
	plan := []PlannedPart{tranche(TrancheDeposit, TranchePaid, "100"), tranche(TrancheBalance, TranchePlanned, "900")}
	price := HourPrices{Project: dec("100")}
	signs := func(way EarningWay, reported, signed string) Project {
		return Project{Billing: way, SignOff: SignProgress, ProgressPercent: dec(reported), SignedPercent: dec(signed)}
	}
	for name, tt := range map[string]struct {
		w    Work
		upTo Date
		net  string
		why  string
	}{
		"by plan":             {w: Work{Project: Project{Billing: EarnPlan}, Tasks: task, Prices: price, Tranches: plan}, net: "0", why: "billed_by_plan"},
		"by progress":         {w: Work{Project: Project{Billing: EarnProgress}, Tasks: task, Prices: price, Tranches: plan}, net: "500"},
		"as far as signed":    {w: Work{Project: signs(EarnProgress, "60", "40"), Tasks: task, Prices: price, Tranches: plan}, net: "300"},
		"not signed":          {w: Work{Project: signs(EarnProgress, "60", "0"), Tasks: task, Prices: price, Tranches: plan}, net: "0", why: "progress_not_signed"},
		"nothing done":        {w: Work{Project: Project{Billing: EarnProgress}, Prices: price, Tranches: plan}, net: "0", why: "nothing_earned"},
		"within the advance":  {w: Work{Project: Project{Billing: EarnHours}, Times: hours("100"), Tranches: plan}, net: "0", why: "earned_billed"},
		"hours":               {w: Work{Project: Project{Billing: EarnHours}, Times: hours("100.01"), Tranches: plan}, net: "0.01"},
		"hours later":         {w: Work{Project: Project{Billing: EarnHours}, Times: hours("500"), Tranches: plan}, upTo: NewDate(2027, 2, 28), net: "0", why: "nothing_earned"},
		"no more than left":   {w: Work{Project: Project{Billing: EarnHours}, Times: hours("5000"), Tranches: plan}, net: "900"},
		"all is billed":       {w: Work{Project: Project{Billing: EarnHours}, Times: hours("5000"), Tranches: plan[:1]}, net: "0", why: "contract_billed"},
		"hours not signed":    {w: Work{Project: signs(EarnHours, "60", "50"), Times: hours("500"), Tranches: plan}, net: "0", why: "progress_not_signed"},
		"hours signed":        {w: Work{Project: signs(EarnHours, "60", "60"), Times: hours("500"), Tranches: plan}, net: "400"},
		"an advance credited": {w: Work{Project: Project{Billing: EarnHours}, Times: hours("500"), Tranches: []PlannedPart{tranche(TrancheDeposit, TrancheCancelled, "100"), plan[1]}}, net: "500"},
	} {
		tt.w.Currency = EUR
		if e := tt.w.Earned(tt.upTo); !e.Net.Equal(dec(tt.net)) || e.Why != tt.why {
			t.Errorf("%s: %s, %q, want %s, %q: %+v", name, e.Net, e.Why, tt.net, tt.why, e)
		}
	}
}
