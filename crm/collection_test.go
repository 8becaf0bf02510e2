package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func chasePolicy() DunningPolicy {
	return DunningPolicy{GraceDays: 3, MinAmount: decimal.NewFromInt(5), Levels: []DunningLevel{
		{Key: "before", Days: -5, Channel: DunningMail},
		{Key: "first", Days: 7, Channel: DunningMail},
		{Key: "call", Days: 14, Channel: DunningCall},
		{Key: "second", Days: 21, Channel: DunningMail},
		{Key: "last", Days: 45, Channel: DunningMail},
	}}
}

// S091, N5: day after day, what comes is what the plan of the day before said comes first; each level comes once, ascending, at most one a day,
// never while the invoice is held, and none is jumped over because of a hold.
func TestPlanIsWhatComes(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}), mustDate(t, "2026-04-06"), mustDate(t, "2026-05-01"), mustDate(t, "2026-06-02"))
	rapid.Check(t, func(t *rapid.T) {
		p, due := chasePolicy(), NewDate(2026, 3, 20).AddDays(rapid.IntRange(0, 30).Draw(t, "due"))
		d := Debt{InvoiceID: "i", DueDate: due, Total: decimal.NewFromInt(100), Open: decimal.NewFromInt(100)}
		var planned *PlannedEvent
		for today := due.AddDays(-10); !today.After(due.AddDays(160)); today = today.AddDays(1) {
			end := len(d.Holds) - 1
			if end >= 0 && d.Holds[end].Ended.IsZero() && today.After(d.Holds[end].Until) && cal.IsWorkingDay(today) { // as a promise is judged
				d.Holds[end].Ended = today
			}
			if planned != nil && planned.On.Before(today) {
				t.Fatalf("%s was planned and did not come", planned.Key)
			}
			if cal.IsWorkingDay(today) {
				h, held := d.Held()
				level := p.Come(d, today)
				switch {
				case held && level > 0:
					t.Fatalf("level %d on %s, held until %s", level, today, h.Until)
				case level > 0 && (planned == nil || planned.Level != level || planned.On != today):
					t.Fatalf("level %d on %s was planned as %+v", level, today, planned)
				case level > 0 && level != d.Level()+1 && !(d.Level() == 0 && level == 2):
					t.Fatalf("level %d after %d", level, d.Level())
				case level > 0:
					d.Steps = append(d.Steps, DunningMark{Level: level, On: today})
				}
			}
			if _, held := d.Held(); !held && rapid.IntRange(0, 24).Draw(t, "hold") == 0 {
				d.Holds = append(d.Holds, DunningHold{Kind: HoldPromise, Until: today.AddDays(rapid.IntRange(0, 20).Draw(t, "days"))})
			}
			planned = nil
			for _, e := range PlanDebts(p, cal, []Debt{d}, today.AddDays(1)) {
				if e.Level > 0 {
					planned = &e
					break
				}
			}
		}
		if d.Level() != len(p.Levels) && len(d.Holds) == 0 {
			t.Fatalf("it ends with level %d", d.Level())
		}
	})
}

// S091: a debtor who is found late gets the first letter first, and those after it with the days between them; none is jumped over. Before the due date the latest reminder
// that has come is enough.
func TestNoLevelIsJumpedOver(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}))
	p := DunningPolicy{Levels: []DunningLevel{{Days: -10}, {Days: -5}, {Days: 7}, {Days: 21}, {Days: 45}}}
	due := NewDate(2026, 3, 2)
	rapid.Check(t, func(t *rapid.T) {
		found := due.AddDays(rapid.IntRange(-12, 200).Draw(t, "found"))
		d := Debt{DueDate: due, Open: decimal.NewFromInt(100)}
		plan := PlanDebts(p, cal, []Debt{d}, found)
		var days []Date
		level := 2
		for _, e := range plan {
			if e.Level < 3 {
				continue
			}
			if level++; e.Level != level || e.Why != BecauseLate {
				t.Fatalf("found on %s: %+v", found, plan)
			}
			days = append(days, e.On)
		}
		if len(days) != 3 || days[1].DaysSince(days[0]) < 7 || days[2].DaysSince(days[1]) < 12 {
			t.Fatalf("found on %s: %v", found, days)
		}
		if late := found.DaysSince(due); late > 14 && cal.IsWorkingDay(found) && (days[0] != found || p.Come(d, found) != 3 || cal.NextWorkingDay(found.AddDays(14)) != days[1]) {
			t.Fatalf("found %d days late, on %s: %v", late, found, days)
		}
	})
	soon := Debt{DueDate: due, Open: decimal.NewFromInt(100)}
	if level := p.Come(soon, due.AddDays(-4)); level != 2 {
		t.Errorf("level %d reminds before the due date", level)
	}
	old := Debt{DueDate: due, Open: decimal.NewFromInt(100), Steps: []DunningMark{{Level: 3, On: due.AddDays(30)}, {Level: 4, On: due.AddDays(30)}}} // as chases jumped once
	if level, on, _ := p.Next(old, due.AddDays(31)); level != 5 || on != due.AddDays(45) {
		t.Errorf("level %d on %s", level, on)
	}
}

// S091: each part of an invoice has its own levels from its own day: the next part's begin when the one before is paid or has had all its own, never two letters on one day, and the first
// letter of a part is its first level.
func TestEachPartHasItsLevels(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}))
	rapid.Check(t, func(t *rapid.T) {
		p, due := chasePolicy(), NewDate(2026, 3, 20)
		d := Debt{InvoiceID: "i", DueDate: due, Open: decimal.NewFromInt(90)}
		for i := range 3 {
			d.Parts = append(d.Parts, DebtPart{i + 1, due.AddDays(30 * i)})
		}
		paid := map[int]Date{}
		var planned *PlannedEvent
		for today := due.AddDays(-10); !today.After(due.AddDays(300)); today = today.AddDays(1) {
			if len(d.Parts) > 1 && rapid.IntRange(0, 40).Draw(t, "pays") == 0 {
				paid[d.Parts[0].Position] = today
				d.Parts = d.Parts[1:]
				planned = nil
			}
			if cal.IsWorkingDay(today) {
				level := p.Come(d, today)
				if planned != nil && (planned.On.Before(today) || planned.On == today && (planned.Level != level || planned.Instalment != p.Course(d).Part)) {
					t.Fatalf("level %d on %s was planned as %+v", level, today, planned)
				}
				if level > 0 {
					c := p.Course(d)
					if was := c.Level(); level != was+1 && !(was == 0 && level == 2) || c.LastOn() == today || !paid[c.Part].IsZero() {
						t.Fatalf("part %d gets level %d after %d on %s", c.Part, level, was, today)
					}
					for _, before := range d.Parts {
						if before.Position < c.Part && (Debt{Steps: marksOf(d, before.Position)}).Level() < len(p.Levels) {
							t.Fatalf("part %d is chased before part %d has had its levels", c.Part, before.Position)
						}
					}
					d.Steps = append(d.Steps, DunningMark{level, today, c.Part})
				}
			}
			planned = nil
			for _, e := range PlanDebts(p, cal, []Debt{d}, today.AddDays(1)) {
				planned = &e
				break
			}
		}
		for _, part := range d.Parts { // open for most of a year
			if (Debt{Steps: marksOf(d, part.Position)}).Level() != len(p.Levels) && len(paid) == 0 {
				t.Fatalf("part %d has had %v", part.Position, marksOf(d, part.Position))
			}
		}
	})
}

func marksOf(d Debt, part int) (out []DunningMark) {
	for _, s := range d.Steps {
		if s.Part == part {
			out = append(out, s)
		}
	}
	return out
}

// N5: however late a debtor is found, the plan names what comes that day and nothing that is skipped.
func TestPlanOfMissedLevels(t *testing.T) {
	t.Parallel()
	cal := mustCalendar(t, "Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}))
	rapid.Check(t, func(t *rapid.T) {
		p, today := chasePolicy(), NewDate(2026, 3, 2).AddDays(rapid.IntRange(0, 300).Draw(t, "today"))
		d := Debt{DueDate: NewDate(2026, 5, 4).AddDays(rapid.IntRange(-5, 5).Draw(t, "due")), Open: decimal.NewFromInt(100)}
		days := map[Date]bool{}
		for i, e := range PlanDebts(p, cal, []Debt{d}, today) {
			if i == 0 && p.Come(d, e.On) != e.Level || days[e.On] || !cal.IsWorkingDay(e.On) {
				t.Fatalf("%+v, but level %d comes", e, p.Come(d, e.On))
			}
			days[e.On] = true
		}
	})
}

// S091: as long as somebody outside collects a debt nothing of it is planned but its return; then the chase goes on where it stood.
func TestLegalHoldsAll(t *testing.T) {
	t.Parallel()
	p, today, cal := chasePolicy(), NewDate(2026, 5, 20), mustCalendar(t, "Europe/Rome", OfficeWeek(Hours{9 * 60, 18 * 60}))
	d := Debt{DueDate: NewDate(2026, 3, 20), Open: decimal.NewFromInt(100), Steps: []DunningMark{{Level: 2, On: NewDate(2026, 3, 27)}}, Holds: []DunningHold{{Kind: HoldLegal}}}
	if plan := PlanDebts(p, cal, []Debt{d}, today); len(plan) != 1 || plan[0].Kind != PlanLegal || !plan[0].On.IsZero() || p.Come(d, today) != 0 {
		t.Fatalf("planned is %+v", plan)
	}
	d.Holds[0].Ended = today
	if plan := PlanDebts(p, cal, []Debt{d}, today); p.Come(d, today) != 3 || plan[0].Level != 3 || plan[0].On != today || plan[0].Why != BecauseLegal {
		t.Fatalf("planned is %+v", plan)
	}
}

// S091: what is disputed is not asked for; all of it, or less than the least that is chased, and nothing comes until somebody decides.
func TestDisputeHoldsBack(t *testing.T) {
	t.Parallel()
	p, today := chasePolicy(), NewDate(2026, 4, 1)
	d := Debt{DueDate: NewDate(2026, 3, 20), Open: decimal.NewFromInt(100), Disputed: decimal.NewFromInt(40)}
	if level := p.Come(d, today); level != 2 || !d.Chased().Equal(decimal.NewFromInt(60)) {
		t.Fatalf("level %d asks for %s", level, d.Chased())
	}
	d.Disputed = decimal.NewFromInt(96)
	if level := p.Come(d, today); level != 0 {
		t.Fatalf("level %d asks for %s", level, d.Chased())
	}
	d.Disputed, d.Holds = decimal.Zero, []DunningHold{{Kind: HoldDispute}}
	if _, _, ok := p.Next(d, today); ok {
		t.Fatal("a level is planned while a dispute waits")
	}
	d.Holds[0].Ended = NewDate(2026, 5, 20) // 61 days late: the chase goes on with its first letter, and a week later with the call
	if level, on, _ := p.Next(d, d.Holds[0].Ended); level != 2 || on != d.Holds[0].Ended || p.Come(d, on) != 2 {
		t.Fatalf("level %d on %s", level, on)
	}
	d.Steps = []DunningMark{{Level: 2, On: d.Holds[0].Ended}}
	if level, on, _ := p.Next(d, d.Holds[0].Ended); level != 3 || on != NewDate(2026, 5, 27) {
		t.Fatalf("level %d on %s", level, on)
	}
}
