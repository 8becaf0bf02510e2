package e2e

import (
	"testing"

	"leadtocash/bench"
	"leadtocash/crm"
	"leadtocash/workflows"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// tally counts what the engine was asked to do.
func tally(h *history.History) map[enums.EventType]int {
	n := map[enums.EventType]int{}
	for _, e := range h.Events {
		n[e.EventType]++
	}
	return n
}

// runs lists the runs of a process once there are at least so many; the engine's lists lag behind.
func (s *scene) runs(process string, least int) (ids []string) {
	s.t.Helper()
	s.eventually("the runs of "+process, func() bool {
		r, err := s.temporal.ListWorkflow(s.t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowId = '" + process + "'"})
		if err != nil {
			return false
		}
		ids = nil
		for _, e := range r.Executions {
			ids = append(ids, e.Execution.RunId)
		}
		return len(ids) >= least
	})
	return ids
}

// TestJourneyCosts counts what a journey with deposit and balance costs the engine: few Updates, three starts and no activity that has to be
// scheduled. The opportunity that follows the contract is the next journey's.
func TestJourneyCosts(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	j := bench.Journey{Store: s.store, Engine: s.engine, Key: "costs"}
	if err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.eventually("the ERP has the order", func() bool {
		return ask[bool](s, `select erp_reference <> '' from contract where id = $1`, j.Contract)
	})
	starts, updates, activities, events := 0, 0, 0, 0
	for _, process := range []string{crm.ProcessID(crm.KindLead, j.Lead), crm.ProcessID(crm.KindOpportunity, j.Deal), crm.ProcessID(crm.KindContract, j.Contract)} {
		s.over(process)
		for _, run := range s.runs(process, 1) {
			n := tally(s.history(process, run))
			starts++
			updates += n[enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED]
			activities += n[enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED]
			for _, each := range n {
				events += each
			}
		}
	}
	t.Logf("a journey: %d Updates, %d starts, %d activities, %d events", updates, starts, activities, events)
	if updates > 16 || starts > 3 || activities > 0 {
		t.Errorf("%d Updates (at most 16), %d starts (at most 3), %d activities (none)", updates, starts, activities)
	}
	if updates != bench.Commands {
		t.Errorf("%d Updates for %d commands", updates, bench.Commands)
	}
}

// TestEventsOfALongLife counts the events that commands and wake-ups cost, and has a run stay below 2,000 events however many come (R12):
// plain edits cost none.
func TestEventsOfALongLife(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.deal("companylong")
	process := crm.ProcessID(crm.KindOpportunity, deal)
	length := func() int { return len(s.history(process, "").Events) }
	to := []string{"timing", "identify"}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: to[0]})
	const commands, wakes = 20, 20
	before := length()
	for i := range commands {
		s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: to[(i+1)%2]})
	}
	byCommand := float64(length()-before) / commands
	before = length()
	for range wakes { // one after the other: those that come at once share what they cost
		steps := func() int { return tally(s.history(process, ""))[enums.EVENT_TYPE_MARKER_RECORDED] }
		taken := steps()
		if err := s.temporal.SignalWorkflow(t.Context(), process, "", workflows.SignalWake, nil); err != nil {
			t.Fatal(err)
		}
		s.eventually("the wake-up was heard", func() bool { return steps() > taken })
	}
	byWake := float64(length()-before) / wakes
	before = length()
	first, burst := s.current(process), 0
	for ; burst < 2*most && (burst%50 != 0 || s.current(process) == first); burst++ { // how many events each costs depends on how many come at once
		if err := s.temporal.SignalWorkflow(t.Context(), process, "", workflows.SignalWake, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.eventually("a new run", func() bool { return s.current(process) != first })
	whole := len(s.history(process, first).Events)
	inBurst := float64(whole+length()-before) / float64(burst)
	if whole > 2000 {
		t.Errorf("a run of %d events", whole)
	}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: to[1]})
	t.Logf("events: %.1f a command, %.1f a wake-up, %.1f a wake-up in a burst", byCommand, byWake, inBurst)
	if byCommand >= 6.5 || byWake >= 5.5 || inBurst >= 5.5 { // a task that a busy worker takes too late costs two or three more
		t.Errorf("events: %.1f a command (6), %.1f a wake-up (at most 5), %.1f a wake-up in a burst (at most 5)", byCommand, byWake, inBurst)
	}
}
