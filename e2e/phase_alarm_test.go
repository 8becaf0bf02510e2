package e2e

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// TestPhaseAlarm: a rule on phases rings when one of them is over its budget while the project as a whole is not, names it, and falls silent when its budget holds again (S083).
func TestPhaseAlarm(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	s.activate(crm.RuleProject, "project:\n  alarm: [project.phases_over > 0]\n  close: [project.progress_percent >= 100]\n")
	contract := s.contract("Phases Srl")
	at, process := delivering(contract, "projects"), crm.ProcessID(crm.KindContract, contract)
	var phases []crm.ProjectPhase
	for _, name := range []string{"Design", "Build"} {
		p, err := s.store.AddPhase(t.Context(), at, crm.ProjectPhase{ID: store.NewID(), Name: name, Budget: decimal.NewFromInt(1000)})
		if err != nil {
			t.Fatal(err)
		}
		phases = append(phases, p)
	}
	spend := func(amount int64) crm.CostEntry {
		t.Helper()
		c, err := s.store.AddCost(t.Context(), at, crm.CostEntry{ID: store.NewID(), Kind: crm.CostMaterial, State: crm.CostActual, Amount: decimal.NewFromInt(amount), Text: "Frames", PhaseID: phases[1].ID})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	spend(1000)
	over := spend(1)
	rung := func(code string, want int) func() bool { return func() bool { return s.told(process, code) == want } }
	s.eventually("the phase is over its budget: it rings", rung("project.alarm", 1))
	if got := ask[string](s, `select data->>'phase' from timeline where process = $1 and code = 'project.alarm'`, process); got != "Build" {
		t.Fatalf("it names %q", got)
	}
	if _, err := s.store.CorrectCost(t.Context(), at, over.ID, store.NewID(), "returned"); err != nil {
		t.Fatal(err)
	}
	s.eventually("what was over is taken back", rung("project.alarm_over", 1))
}
