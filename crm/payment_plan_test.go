package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S091: parts of a plan come to what is open, equal ones differ by a cent at most, and their days rise; months keep the first part's day or end with the month.
func TestPaymentPlanParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		today := NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "today"))
		open := decimal.New(rapid.Int64Range(MaxPlanParts, 1_000_000_00).Draw(t, "open"), -2)
		terms := PlanTerms{Parts: rapid.IntRange(MinPlanParts, MaxPlanParts).Draw(t, "parts"), FirstOn: today.AddDays(rapid.IntRange(0, 300).Draw(t, "first")), Rhythm: rapid.SampledFrom(PlanRhythms()).Draw(t, "rhythm")}
		parts, wrong := terms.Divide(open, EUR, today)
		if last := terms.FirstOn.AddMonths(terms.Parts - 1); len(wrong) == 1 && terms.Rhythm == RhythmMonthly && last.DaysSince(today) > maxPlanDays && wrong[0].Pointer == "/parts" {
			return
		}
		if len(wrong) > 0 || len(parts) != terms.Parts {
			t.Fatalf("%d parts, %v", len(parts), wrong)
		}
		sum := decimal.Zero
		for i, p := range parts {
			sum = sum.Add(p.Amount)
			apart := p.Amount.Sub(parts[0].Amount)
			switch {
			case apart.IsNegative() || apart.GreaterThan(decimal.New(1, -2)) || !p.Amount.IsPositive() || p.Position != i+1:
				t.Fatalf("part %d of %s beside %s", p.Position, p.Amount, parts[0].Amount)
			case i > 0 && !p.DueOn.After(parts[i-1].DueOn):
				t.Fatalf("%s after %s", p.DueOn, parts[i-1].DueOn)
			case terms.Rhythm == RhythmWeekly && p.DueOn.DaysSince(terms.FirstOn) != 7*i:
				t.Fatalf("part %d on %s", p.Position, p.DueOn)
			case terms.Rhythm == RhythmMonthly && p.DueOn.Time().Day() != terms.FirstOn.Time().Day() && p.DueOn.AddDays(1).Time().Day() != 1:
				t.Fatalf("part %d on %s, from %s", p.Position, p.DueOn, terms.FirstOn)
			}
		}
		if !sum.Equal(open) {
			t.Fatalf("the parts come to %s of %s", sum, open)
		}
	})
}

// S091: what is wrong with a plan is told with its place, all of it.
func TestPaymentPlanIsRefused(t *testing.T) {
	t.Parallel()
	today, open := NewDate(2026, 3, 2), decimal.NewFromInt(100)
	at := func(day int, amount string) OwnPart { return OwnPart{On: NewDate(2026, 3, day), Amount: amount} }
	for want, terms := range map[string]PlanTerms{
		"":                                       {Own: []OwnPart{at(2, "30"), at(3, "70.00")}},
		"/parts: out_of_range":                   {Parts: 1, FirstOn: today, Rhythm: RhythmWeekly},
		"/first_on: required; /rhythm: required": {Parts: 2},
		"/first_on: in_the_past; /rhythm: unknown_value": {Parts: 2, FirstOn: today.AddDays(-1), Rhythm: "daily"},
		"/own: out_of_range":                             {Own: []OwnPart{at(2, "100")}},
		"/own: parts_do_not_sum":                         {Own: []OwnPart{at(2, "30"), at(3, "70.01")}},
		"/own/1/on: days_do_not_rise":                    {Own: []OwnPart{at(3, "30"), at(3, "70")}},
		"/own/0/on: in_the_past; /own/1/on: required; /own/0/amount: out_of_range; /own/1/amount: required": {Own: []OwnPart{at(1, "0"), {}}},
		"/own/1/amount: too_many_decimals": {Own: []OwnPart{at(2, "30"), at(3, "0.001")}},
		"/own/1/on: out_of_range":          {Own: []OwnPart{at(2, "30"), {On: NewDate(2036, 1, 1), Amount: "70"}}},
	} {
		_, wrong := terms.Divide(open, EUR, today)
		got := ""
		for i, e := range wrong {
			if i > 0 {
				got += "; "
			}
			got += e.Pointer + ": " + e.Code
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if parts, wrong := (PlanTerms{FirstOn: NewDate(2026, 3, 31), Rhythm: RhythmMonthly, Own: []OwnPart{{Amount: "60"}, {Amount: "40"}}}).Divide(open, EUR, today); len(wrong) > 0 || parts[1].DueOn != NewDate(2026, 4, 30) {
		t.Errorf("own amounts in a rhythm: %v %v", parts, wrong)
	}
	if _, wrong := (PlanTerms{Parts: 3, FirstOn: today, Rhythm: RhythmWeekly}).Divide(decimal.New(2, -2), EUR, today); len(wrong) != 1 || wrong[0].Pointer != "/parts" {
		t.Errorf("three parts of two cents: %v", wrong)
	}
}

// S091: day after day, kept or broken is what a plain recomputation says of what came in until then; while it is on, the plan names the parts that are to come and no
// letter comes, and once it is broken the chase goes on where it stood.
func TestPaymentPlanIsJudged(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}))
	rapid.Check(t, func(t *rapid.T) {
		today, policy := NewDate(2026, 3, 2), chasePolicy()
		open := decimal.New(rapid.Int64Range(5_00, 500_00).Draw(t, "open"), -2)
		plan := PaymentPlan{ID: "p", Amount: open, Open: open, State: PaymentPlanOpen}
		var wrong FieldErrors
		plan.Parts, wrong = PlanTerms{Parts: rapid.IntRange(2, 5).Draw(t, "parts"), FirstOn: today.AddDays(rapid.IntRange(0, 20).Draw(t, "first")), Rhythm: RhythmWeekly}.Divide(open, EUR, today)
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
		d := Debt{InvoiceID: "i", DueDate: today.AddDays(-10), Steps: []DunningMark{{Level: 2, On: today.AddDays(-3)}}}
		paid := decimal.Zero
		for ; today.DaysSince(plan.Parts[0].DueOn) < 60; today = today.AddDays(1) {
			if rapid.IntRange(0, 5).Draw(t, "pays") == 0 {
				paid = decimal.Min(open, paid.Add(decimal.New(rapid.Int64Range(1, 200_00).Draw(t, "cents"), -2)))
			}
			due := decimal.Zero
			for _, p := range plan.Parts {
				if p.DueOn.Before(today) {
					due = due.Add(p.Amount)
				}
			}
			want := PaymentPlanOpen
			if paid.Equal(open) {
				want = PaymentPlanKept
			} else if paid.LessThan(due) {
				want = PaymentPlanBroken
			}
			plan.Open, d.Open = open.Sub(paid), open.Sub(paid)
			if got := plan.Judge(today); got != want {
				t.Fatalf("on %s, %s of %s paid: %s, want %s", today, paid, due, got, want)
			}
			if want == PaymentPlanKept {
				return
			}
			rest := plan.Rest()
			d.Holds = []DunningHold{{Kind: HoldPlan, Until: rest[0].DueOn, PlanID: plan.ID, Parts: rest}}
			if want == PaymentPlanBroken {
				d.Holds[0].Ended = today
				on := d.DueDate.AddDays(14)
				if on.Before(today) {
					on = today
				}
				if level, then, ok := policy.Next(d, today); ok != policy.chases(d.Open) || ok && (level != 3 || then != on) {
					t.Fatalf("broken on %s, level %d comes on %s", today, level, then)
				}
				return
			}
			sum := decimal.Zero
			for i, e := range PlanDebts(policy, cal, []Debt{d}, today) {
				if i < len(rest) && (e.Kind != PlanPayment || e.Part != rest[i].Position || e.On != rest[i].DueOn) && e.On.Before(rest[0].DueOn) {
					t.Fatalf("planned before the first part: %+v", e)
				}
				if e.Kind == PlanPayment {
					sum = sum.Add(e.Amount)
				} else if e.Level > 0 && !e.On.After(rest[0].DueOn) {
					t.Fatalf("level %d on %s, held until %s", e.Level, e.On, rest[0].DueOn)
				}
			}
			if !sum.Equal(plan.Open) || policy.Come(d, today) != 0 {
				t.Fatalf("the parts to come are %s of %s, and level %d comes", sum, plan.Open, policy.Come(d, today))
			}
		}
		t.Fatal("it never ended")
	})
}
