package rules

import (
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// S083: the shipped alarm rings below 15 % at completion, not at it, and when what is spent and ordered exceeds the budget.
func TestProjectAlarm(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RuleProject)
	d := decimal.RequireFromString
	for _, tt := range []struct {
		margin, spent string
		want          []string
	}{
		{"15", "100", nil},
		{"14.99", "100", []string{"alarm.margin"}},
		{"15", "100.01", []string{"alarm.budget"}},
		{"-3", "200", []string{"alarm.margin", "alarm.budget"}},
	} {
		v := set.Alarm(crm.Facts{Project: crm.ProjectFacts{MarginPercent: d(tt.margin), Actual: d(tt.spent), Budget: d("100")}})
		var rings []string
		for _, c := range v.Clauses {
			if c.Outcome == crm.Met {
				rings = append(rings, c.ID)
			}
		}
		if !slices.Equal(rings, tt.want) || v.Allowed() != (len(tt.want) == 0) {
			t.Errorf("margin %s, spent %s: %v rings %v", tt.margin, tt.spent, v.Result, rings)
		}
	}
}

// S085: all that keeps a project open is named at once.
func TestProjectClosing(t *testing.T) {
	t.Parallel()
	set := shippedSet(t, crm.RuleProject)
	one := decimal.NewFromInt(1)
	v := set.Closing(crm.Facts{Project: crm.ProjectFacts{Progress: decimal.NewFromInt(99), UnbilledTranches: one, OpenCases: one, Unapproved: one, CommittedCosts: one, OpenMilestones: one}})
	if got := failing(v); len(got) != 6 || v.Result != crm.Refused {
		t.Errorf("%s: %v", v.Result, got)
	}
	if v := set.Closing(crm.Facts{Project: crm.ProjectFacts{Progress: decimal.NewFromInt(100)}}); !v.Allowed() {
		t.Errorf("a finished project stays open: %v", failing(v))
	}
	if v := shippedSet(t, crm.RuleOrder).Closing(crm.Facts{}); v.Allowed() {
		t.Error("rules of another kind closed a project")
	}
}

// A condition that cannot be judged does not hide one that rings.
func TestAlarmThatCannotBeJudged(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RuleProject, []byte("project:\n  alarm: ['ratio(project.actual, project.budget) > 2', project.progress_percent > 50]\n  close: []\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if v := set.Alarm(crm.Facts{}); v.Result != crm.NotEvaluated {
		t.Errorf("%s", v.Result)
	}
	if v := set.Alarm(crm.Facts{Project: crm.ProjectFacts{Progress: decimal.NewFromInt(60)}}); v.Result != crm.Refused {
		t.Errorf("%s", v.Result)
	}
}

// S083: an alarm may ring by the phases alone, while the project as a whole is within its budget, and by what is to be expected of its risks.
func TestAlarmByPhase(t *testing.T) {
	t.Parallel()
	set, problems := Parse(crm.RuleProject, []byte("project:\n  alarm: [project.phases_over > 0, project.phase_deviation_percent > 20 and project.phase_deviation > 500, project.margin - project.exposure < 0]\n  close: []\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	d := decimal.NewFromInt
	for what, tt := range map[string]struct {
		facts crm.ProjectFacts
		rings bool
	}{
		"quiet":          {crm.ProjectFacts{PhaseDeviation: d(501), PhaseDeviationPercent: d(20), Margin: d(10), Exposure: d(10)}, false},
		"a phase over":   {crm.ProjectFacts{PhasesOver: d(1)}, true},
		"a phase drifts": {crm.ProjectFacts{PhaseDeviation: d(501), PhaseDeviationPercent: d(21)}, true},
		"risks":          {crm.ProjectFacts{Margin: d(10), Exposure: d(11)}, true},
	} {
		if v := set.Alarm(crm.Facts{Project: tt.facts}); (v.Result == crm.Refused) != tt.rings {
			t.Errorf("%s: %s", what, v.Result)
		}
	}
}
