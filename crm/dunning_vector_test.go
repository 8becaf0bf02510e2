package crm

import (
	"testing"

	"github.com/shopspring/decimal"
)

// Vector 12: levels after 5, 20 and 40 days, counted from the due date; what is blocked gets none, and what is paid gets none. Its draft is our letter that has not
// left, which the policy names as what comes; its waiting is a level that was had.
func TestDunningLevels(t *testing.T) {
	t.Parallel()
	type invoice struct {
		Amount decimal.Decimal
		DueDay int `json:"due_day"`
	}
	var v struct {
		Inputs struct {
			Levels []int `json:"levels_days"`
			Open   []invoice
			Paid   []invoice `json:"also_paid"`
		}
		Steps []struct {
			Day      *int `json:"run_day"`
			Do       string
			Blocked  *bool
			Dunnings []struct {
				Level int
				State string
			}
		}
	}
	readVector(t, "12_dunning_levels", &v)
	var p DunningPolicy
	for _, d := range v.Inputs.Levels {
		p.Levels = append(p.Levels, DunningLevel{Days: d, Channel: DunningMail})
	}
	first := NewDate(2026, 3, 2)
	owes := func(i invoice, open decimal.Decimal) Debt {
		return Debt{DueDate: first.AddDays(i.DueDay), Total: i.Amount, Open: open}
	}
	d, paid := owes(v.Inputs.Open[0], v.Inputs.Open[0].Amount), owes(v.Inputs.Paid[0], decimal.Zero)
	if len(v.Steps) != 8 || len(p.Levels) != 3 {
		t.Fatalf("%d steps, %d levels", len(v.Steps), len(p.Levels))
	}
	var came Date
	for n, s := range v.Steps {
		today, come := Date{}, 0
		switch {
		case s.Day != nil:
			today = d.DueDate.AddDays(*s.Day)
			if s.Blocked != nil && *s.Blocked {
				d.Holds = []DunningHold{{Kind: HoldPause, Until: today}}
			} else if s.Blocked != nil {
				d.Holds[0].Ended = today
			}
			if come = p.Come(d, today); come == 1 && came.IsZero() {
				came = today
			}
		case s.Do == "process": // it leaves on the day on which it came
			d.Steps = append(d.Steps, DunningMark{Level: 1, On: came})
		case s.Do == "pay in full":
			d.Open = decimal.Zero
		default:
			t.Fatalf("step %d: %q", n, s.Do)
		}
		want, state := 0, ""
		if len(s.Dunnings) > 0 {
			want, state = s.Dunnings[0].Level, s.Dunnings[0].State
		}
		switch state {
		case "draft":
			if come != want {
				t.Errorf("step %d: level %d comes, want %d", n, come, want)
			}
		case "waiting":
			if come != 0 || d.Level() != want {
				t.Errorf("step %d: it had level %d and level %d comes, want %d and none", n, d.Level(), come, want)
			}
		default:
			if level, on, ok := p.Next(d, today); come != 0 || d.Open.IsZero() && ok {
				t.Errorf("step %d: level %d comes, then %d on %s; want none", n, come, level, on)
			}
		}
		for day := range 60 {
			if level := p.Come(paid, first.AddDays(day)); level != 0 {
				t.Fatalf("level %d of a paid invoice", level)
			}
		}
	}
	late := d
	late.Open, late.Steps, late.Holds = d.Total, []DunningMark{{Level: 1, On: first.AddDays(30)}}, nil
	if p.Come(late, first.AddDays(30)) != 0 || p.Come(late, first.AddDays(44)) != 0 || p.Come(late, first.AddDays(45)) != 2 {
		t.Error("the second letter comes 15 days after a first that was late")
	}
}
