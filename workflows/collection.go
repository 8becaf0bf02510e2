package workflows

import (
	"time"

	"leadtocash/activities"
	"leadtocash/crm"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"
)

// CollectionSteps is the way of a debt.
var CollectionSteps = []crm.Step{crm.StepRevenue}

// Collection is one debtor's process (S091): it lives while the account owes anything and waits for the next dunning level or a payment.
func Collection(ctx workflow.Context, s State) error { return run(ctx, Collection, s) }

// ChaseOverdue is one run of the safety net over all debtors. Its id is its tick, so that many workers make one run.
func ChaseOverdue(ctx workflow.Context, tick time.Time) (activities.ChaseReport, error) {
	var report activities.ChaseReport
	err := workflow.ExecuteLocalActivity(patient(ctx), steps.Chase, tick).Get(ctx, &report)
	return report, err
}

// ChaseID names the run of a tick by its instant in UTC.
func ChaseID(tick time.Time) string { return "chase-overdue-" + tick.UTC().Format(time.RFC3339) }

// StartChase is how a tick's run is started: a second start of the same tick is refused.
func StartChase(tick time.Time) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID: ChaseID(tick), TaskQueue: TaskQueue, WorkflowTaskTimeout: taskTimeout,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
	}
}
