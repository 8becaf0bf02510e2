package workflows

import (
	"time"

	"leadtocash/activities"
	"leadtocash/crm"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// TaskQueue is where the workers take their work.
const TaskQueue = "leadtocash"

// taskTimeout is after how long a workflow task of a worker that died is given to another.
const taskTimeout = 5 * time.Second

// Connection is how callers and workers talk to the engine: what they say is a few ids, which it costs more to compress than to send.
func Connection() client.ConnectionOptions {
	return client.ConnectionOptions{GrpcCompression: &client.GrpcCompressionNone{}}
}

// Start is how a process is started: one that runs is used, one that ended is followed by another, which begins with the row.
func Start(process string) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID: process, TaskQueue: TaskQueue, WorkflowTaskTimeout: taskTimeout,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
	}
}

// Of is the workflow of a kind of process; nil for a kind that has none.
func Of(k crm.Kind) func(workflow.Context, State) error {
	switch k {
	case crm.KindLead:
		return Lead
	case crm.KindOpportunity:
		return Opportunity
	case crm.KindContract:
		return Contract
	case crm.KindCollection:
		return Collection
	case crm.KindImport:
		return Import
	case crm.KindCase:
		return Case
	case crm.KindRuleMigration:
		return RuleMigration
	}
	return nil
}

// StepsOf is the way of a kind of process: the steps in which it waits, in their order.
func StepsOf(k crm.Kind) []crm.Step {
	switch k {
	case crm.KindLead:
		return LeadSteps
	case crm.KindOpportunity:
		return OpportunitySteps
	case crm.KindContract:
		return ContractSteps
	case crm.KindCollection:
		return CollectionSteps
	case crm.KindCase:
		return CaseSteps
	}
	return nil
}

// quick is the policy of a process's step: what does not come about within 5 s is told to be busy, or tried again later.
func quick(ctx workflow.Context) workflow.Context {
	return local(ctx, 5*time.Second, activities.ErrorBusy, activities.ErrorNotFound)
}

// patient is the policy of a step that nobody waits for: a row that is locked now will be free.
func patient(ctx workflow.Context) workflow.Context {
	return local(ctx, 24*time.Hour, activities.ErrorNotFound)
}

func local(ctx workflow.Context, all time.Duration, hopeless ...string) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: all,
		StartToCloseTimeout:    min(all, 5*time.Second),
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
			NonRetryableErrorTypes: hopeless,
		},
	})
}

// delivery is the policy of a dispatcher's activity: it runs for minutes, says every second that it lives, and moves to another worker when
// its own dies.
func delivery(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Minute, HeartbeatTimeout: 5 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 5 * time.Second},
	})
}
