package chaos

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// Service levels of what is under way in the engine once nothing is due any more.
const (
	beatWithin = 10 * time.Second // a deliverer says every second that it lives
	taskWithin = 10 * time.Second
)

// stuck looks for what is older than its service level (invariant 21): rows that are still due, workflow tasks that nobody takes, activities
// that fail again and again or have lost their worker.
func (a *audit) stuck(ctx context.Context) error {
	left, err := a.texts(ctx, unquiet)
	if err != nil {
		return err
	}
	for _, what := range left {
		a.wrong("", "invariant 21: %s", what)
	}
	for end := time.Now().Add(a.patience); ; time.Sleep(500 * time.Millisecond) {
		faults, err := a.waiting(ctx)
		if err != nil {
			return err
		}
		if len(faults) > 0 && time.Now().Before(end) {
			continue
		}
		for id, what := range faults {
			a.wrong(id, "invariant 21: %s: %s", id, what)
		}
		return nil
	}
}

// waiting tells what is late in the running workflows, by id.
func (a *audit) waiting(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	var token []byte
	for {
		page, err := a.temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: `ExecutionStatus = 'Running'`, NextPageToken: token})
		if err != nil {
			return nil, err
		}
		for _, e := range page.Executions {
			d, err := a.temporal.DescribeWorkflowExecution(ctx, e.GetExecution().GetWorkflowId(), "")
			if err != nil {
				return nil, err
			}
			if what := late(d); what != "" {
				out[e.GetExecution().GetWorkflowId()] = what
			}
		}
		if token = page.NextPageToken; len(token) == 0 {
			return out, nil
		}
	}
}

func late(d *workflowservice.DescribeWorkflowExecutionResponse) string {
	if d.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return "" // it has ended meanwhile
	}
	if t := d.GetPendingWorkflowTask(); t != nil && time.Since(t.GetOriginalScheduledTime().AsTime()) > taskWithin {
		return "a workflow task waits since " + t.GetOriginalScheduledTime().AsTime().String()
	}
	for _, p := range d.GetPendingActivities() {
		if what := lateActivity(p); what != "" {
			return what
		}
	}
	return ""
}

func lateActivity(p *workflow.PendingActivityInfo) string {
	name := p.GetActivityType().GetName()
	switch {
	case p.GetState() != enums.PENDING_ACTIVITY_STATE_STARTED:
		return fmt.Sprintf("activity %s is %s at attempt %d: %s", name, p.GetState(), p.GetAttempt(), p.GetLastFailure().GetMessage())
	case time.Since(p.GetLastHeartbeatTime().AsTime()) > beatWithin:
		return fmt.Sprintf("activity %s has not been heard of since %v", name, p.GetLastHeartbeatTime().AsTime())
	}
	return ""
}
