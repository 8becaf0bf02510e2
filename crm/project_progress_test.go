package crm

import (
	"testing"

	"github.com/shopspring/decimal"
)

// S084: the same project is as far as its way of reckoning says.
func TestProgressByItsWay(t *testing.T) {
	t.Parallel()
	d := decimal.RequireFromString
	tasks := []ProjectTask{{EffortHours: d("30"), ProgressPercent: d("100")}, {EffortHours: d("60"), ProgressPercent: d("50")}, {EffortHours: d("10")}}
	milestones := []Milestone{{DoneOn: NewDate(2026, 5, 1)}, {}, {}, {}}
	for way, want := range map[ProgressWay]string{ProgressByTask: "33.33", ProgressByEffort: "60", ProgressByMilestone: "25"} {
		if got, told := way.Progress(tasks, milestones); !told || !got.Equal(d(want)) {
			t.Errorf("by %s: %s, want %s", way, got, want)
		}
		if _, told := way.Progress(nil, nil); told {
			t.Errorf("by %s of nothing", way)
		}
	}
	if _, told := ProgressByHand.Progress(tasks, milestones); told {
		t.Error("by hand it is reckoned")
	}
	for i := range tasks {
		tasks[i].EffortHours = decimal.Zero
	}
	if got, _ := ProgressByEffort.Progress(tasks, nil); !got.Equal(d("50")) {
		t.Errorf("without hours: %s", got)
	}
}
