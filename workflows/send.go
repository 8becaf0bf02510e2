package workflows

import (
	"context"
	"fmt"

	"leadtocash/crm"

	"go.temporal.io/sdk/client"
)

// Send brings a command to its process, starting it if need be, and waits for the answer. sends is how often the handler has failed with it:
// Temporal keeps repeating an outcome under its Update id. An ApplicationError is the handler's; after it the command is still open.
func Send(ctx context.Context, c client.Client, process, command string, sends int) (answer crm.Answer, err error) {
	kind, _ := crm.SplitProcessID(process)
	start := c.NewWithStartWorkflowOperation(Start(process), Of(kind), State{})
	h, err := c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			WorkflowID: process, UpdateID: fmt.Sprintf("%s/%d", command, sends), UpdateName: UpdateDo,
			Args: []any{command}, WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	if err == nil {
		err = h.Get(ctx, &answer)
	}
	return answer, err
}
