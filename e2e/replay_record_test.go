package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadtocash/worker"
	"leadtocash/workflows"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	sdk "go.temporal.io/sdk/worker"
)

// update has TestRecordHistories write what it recorded, for the replay test of the workflows.
var update = flag.Bool("update", false, "write the recorded histories to workflows/testdata/replay")

// histories is where the replay test finds them.
const histories = "../workflows/testdata/replay"

// largest is how many bytes a recorded history may have.
const largest = 300_000

// history reads a run's events.
func (s *scene) history(workflow, run string) *history.History {
	s.t.Helper()
	var h history.History
	for it := s.temporal.GetWorkflowHistory(s.t.Context(), workflow, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		e, err := it.Next()
		if err != nil {
			s.t.Fatalf("%s: %v", workflow, err)
		}
		h.Events = append(h.Events, e)
	}
	return &h
}

// current is the id of a workflow's latest run.
func (s *scene) current(workflow string) string {
	s.t.Helper()
	d, err := s.temporal.DescribeWorkflowExecution(s.t.Context(), workflow, "")
	if err != nil {
		s.t.Fatalf("%s: %v", workflow, err)
	}
	return d.WorkflowExecutionInfo.Execution.RunId
}

// over waits until a workflow's latest run has ended, and gives its id.
func (s *scene) over(workflow string) (run string) {
	s.t.Helper()
	s.eventually(workflow+" ends", func() bool {
		d, err := s.temporal.DescribeWorkflowExecution(s.t.Context(), workflow, "")
		if err != nil {
			return false
		}
		run = d.WorkflowExecutionInfo.Execution.RunId
		return d.WorkflowExecutionInfo.Status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING
	})
	return run
}

// record replays a run with the workflows as they are and, with -update, keeps it under the name.
func (s *scene) record(name, workflow, run string) {
	s.t.Helper()
	h := s.history(workflow, run)
	if err := replay(h); err != nil {
		s.t.Errorf("%s does not replay: %v", name, err)
	}
	if kind := h.Events[0].GetWorkflowExecutionStartedEventAttributes().WorkflowType.Name; !strings.HasPrefix(name, kind+"-") {
		s.t.Errorf("%s is the history of a %s", name, kind)
	}
	s.t.Logf("%-40s %5d events", name, len(h.Events))
	if !*update {
		return
	}
	text := compact(s.t, h)
	if len(text) > largest {
		s.t.Errorf("%s: %d bytes, at most %d", name, len(text), largest)
	}
	if err := os.WriteFile(filepath.Join(histories, name+".json"), text, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// registry lets the worker's registration fill a replayer: it has no activities.
type registry struct {
	sdk.WorkflowReplayer
	sdk.ActivityRegistry
	sdk.NexusServiceRegistry
}

func replay(h *history.History) error {
	r := sdk.NewWorkflowReplayer()
	worker.Register(registry{WorkflowReplayer: r}, nil)
	return r.ReplayWorkflowHistory(quiet, h)
}

// compact writes a history on one line, without what tells of the machine and without the filling of signals.
func compact(t *testing.T, h *history.History) []byte {
	t.Helper()
	for _, e := range h.Events {
		if a := e.GetWorkflowExecutionSignaledEventAttributes(); a != nil {
			a.Input = &common.Payloads{}
		}
	}
	text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var all any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&all); err != nil {
		t.Fatal(err)
	}
	anonymous(all)
	if text, err = json.Marshal(all); err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// anonymous drops the names of processes and hosts.
func anonymous(v any) {
	switch v := v.(type) {
	case []any:
		for _, each := range v {
			anonymous(each)
		}
	case map[string]any:
		delete(v, "identity")
		delete(v, "stackTrace")
		if q, ok := v["stickyAttributes"]; ok {
			_ = q
			delete(v, "stickyAttributes")
		}
		if q, ok := v["taskQueue"].(map[string]any); ok && q["kind"] == "TASK_QUEUE_KIND_STICKY" {
			q["name"] = "sticky"
		}
		for _, each := range v {
			anonymous(each)
		}
	}
}

// filling is the content of a signal that takes a history towards the point where the engine suggests a new run.
var filling = strings.Repeat("x", 500_000)

// crowd makes the engine suggest a new run, by the size of the history, and waits for it.
func (s *scene) crowd(process string) (old string) {
	s.t.Helper()
	old = s.current(process)
	for range 20 {
		if err := s.temporal.SignalWorkflow(s.t.Context(), process, old, workflows.SignalWake, filling); err != nil {
			break // the run has ended
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.eventually("a new run", func() bool { return s.current(process) != old })
	return old
}
