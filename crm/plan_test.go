package crm

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// randomPast draws an organisation whose people, teams and customers change places on some days of the plan.
func randomPast(t *rapid.T, span Period) (*OrganisationPast, []ID) {
	ids := func(kind string, n int) (out []ID) {
		for i := range n {
			out = append(out, ID(fmt.Sprint(kind, i)))
		}
		return out
	}
	accounts, people, teams := ids("account", 6), ids("person", 4), ids("team", 4)
	held := func(of []ID, label string) Held {
		one := rapid.SampledFrom(append([]ID{""}, of...))
		h := Held{Now: one.Draw(t, label)}
		for d := span.First; !d.After(span.Last); d = d.AddDays(1) {
			if rapid.IntRange(0, 30).Draw(t, "turn") == 0 {
				h.Was = append(h.Was, HeldThen{d, one.Draw(t, label)})
			}
		}
		return h
	}
	o := &OrganisationPast{Owners: map[ID]Held{}, Teams: map[ID]Held{}, Above: map[ID]Held{}}
	for _, a := range accounts {
		o.Owners[a] = held(people, "owner")
	}
	for _, p := range people {
		o.Teams[p] = held(teams, "team")
	}
	for _, x := range teams {
		o.Above[x] = held(teams, "above") // circles too
	}
	return o, accounts
}

// S100-S102: on random plans and an organisation that changes over time the roll-up by person, team, customer and period equals a sum day by day, every line
// holds final + doubtful = planned, and people, customers and periods each add up to the whole to the cent.
func TestPlanRollUpIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 400).Draw(t, "first"))
		plan := RevenuePlan{FirstDay: first, LastDay: first.AddDays(rapid.IntRange(0, 99).Draw(t, "days")), Unit: rapid.SampledFrom(PlanUnits()).Draw(t, "unit")}
		o, accounts := randomPast(t, plan.Span())
		var cells []PlanCell
		for _, a := range accounts {
			for _, p := range plan.Periods() {
				cells = append(cells, PlanCell{AccountID: a, FirstDay: p.First, Amount: decimal.New(rapid.Int64Range(0, 9_999_999).Draw(t, "cents"), -2), State: rapid.SampledFrom([]PlanState{PlanPlanned, PlanConfirmed, PlanDoubtful}).Draw(t, "state")})
			}
		}
		months := PlanMonth.Of(plan.Span())
		var cuts []Date
		for _, m := range months {
			cuts = append(cuts, m.First)
		}
		parts := PlanPieces(cells, plan.Periods(), o, cuts, EUR)
		want := map[PlanBy]map[string]PlanSum{}
		var planned, doubtful decimal.Decimal
		for _, by := range PlanGroupings() {
			want[by] = map[string]PlanSum{}
		}
		byDay(plan, cells, func(c PlanCell, day Date, amount decimal.Decimal) {
			owner := o.OwnerOn(c.AccountID, day)
			for _, by := range PlanGroupings() {
				for _, key := range planKeys(by, c.AccountID, owner, o.TeamsOn(owner, day), day, months) {
					s := want[by][key]
					s.Add(amount, c.State)
					want[by][key] = s
				}
			}
		})
		for _, c := range cells {
			if planned = planned.Add(c.Amount); c.State == PlanDoubtful {
				doubtful = doubtful.Add(c.Amount)
			}
		}
		for _, by := range PlanGroupings() {
			lines, whole := PlanReport(by, parts, nil, months, o)
			if !whole.Planned.Equal(planned) || !whole.Doubtful.Equal(doubtful) || !whole.Final().Add(whole.Doubtful).Equal(whole.Planned) {
				t.Fatalf("by %s the whole is %v, positions come to %s, %s of it doubtful", by, whole, planned, doubtful)
			}
			sum := PlanSum{}
			for _, l := range lines {
				if w := want[by][l.Key]; !l.Planned.Equal(w.Planned) || !l.Doubtful.Equal(w.Doubtful) || !l.Unseen.Equal(w.Unseen) || !l.Final().Add(l.Doubtful).Equal(l.Planned) {
					t.Fatalf("by %s, %q: %v, day by day it is %v", by, l.Key, l.PlanSum, w)
				}
				sum.Planned, sum.Doubtful = sum.Planned.Add(l.Planned), sum.Doubtful.Add(l.Doubtful)
			}
			if by != ByTeam && (!sum.Planned.Equal(planned) || !sum.Doubtful.Equal(doubtful)) {
				t.Fatalf("by %s the lines come to %v, the whole is %s", by, sum, planned)
			}
		}
	})
}

// byDay gives what falls to each day of each position.
func byDay(plan RevenuePlan, cells []PlanCell, each func(PlanCell, Date, decimal.Decimal)) {
	for _, p := range plan.Periods() {
		for _, c := range cells {
			if c.FirstDay != p.First {
				continue
			}
			left := decimal.Zero
			for i := range p.Days() {
				upTo := c.Amount.Mul(decimal.NewFromInt(int64(i+1))).DivRound(decimal.NewFromInt(int64(p.Days())), 2)
				each(c, p.First.AddDays(i), upTo.Sub(left))
				left = upTo
			}
		}
	}
}

// S099: a plan is cut into days, weeks from Monday and months; ends are shorter, nothing is left out and nothing counted twice.
func TestPlanPeriods(t *testing.T) {
	t.Parallel()
	quarter := RevenuePlan{FirstDay: NewDate(2026, time.October, 1), LastDay: NewDate(2026, time.December, 31)}
	for unit, want := range map[PlanUnit]int{PlanDay: 92, PlanWeek: 14, PlanMonth: 3} {
		quarter.Unit = unit
		all := quarter.Periods()
		if len(all) != want {
			t.Errorf("%s: %d periods", unit, len(all))
		}
		next := quarter.FirstDay
		for _, p := range all {
			if p.First != next || p.Days() < 1 {
				t.Errorf("%s: %v does not follow", unit, p)
			}
			next = p.Last.AddDays(1)
		}
		if next != quarter.LastDay.AddDays(1) {
			t.Errorf("%s ends before %s", unit, next)
		}
	}
	if weeks := (PlanWeek).Of(quarter.Span()); weeks[0].Days() != 4 || weeks[1].First.Weekday() != time.Monday {
		t.Errorf("%v", weeks)
	}
}

// S099: the fiscal year begins in the month that the company says.
func TestFiscalCalendar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		day, first, last string
		month            time.Month
		quarter          int
	}{
		{"2026-11-22", "2026-10-01", "2026-12-31", time.January, 4},
		{"2026-11-22", "2026-10-01", "2026-12-31", time.April, 3},
		{"2026-03-31", "2026-01-01", "2026-03-31", time.April, 4},
		{"2026-01-31", "2025-11-01", "2026-01-31", time.November, 1},
	} {
		day, _ := ParseDate(c.day)
		p, n := FiscalQuarter(day, c.month)
		if p.First.String() != c.first || p.Last.String() != c.last || n != c.quarter {
			t.Errorf("%s with years from %s: quarter %d, %s to %s", c.day, c.month, n, p.First, p.Last)
		}
	}
}

// S102: a confirmed position that is planned anew has to be looked at again, a doubtful one stays so.
func TestReplan(t *testing.T) {
	t.Parallel()
	for state, want := range map[PlanState]PlanState{"": PlanPlanned, PlanPlanned: PlanPlanned, PlanConfirmed: PlanPlanned, PlanDoubtful: PlanDoubtful} {
		if got := (PlanCell{State: state, DecidedBy: "mara"}).Replan(decimal.NewFromInt(5), "anna"); got.State != want || got.Changed != (want == PlanDoubtful) {
			t.Errorf("%s: %+v", state, got)
		}
	}
}
