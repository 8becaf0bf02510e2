package workflows

import (
	"leadtocash/crm"

	"go.temporal.io/sdk/workflow"
)

// CaseSteps is the way of a customer's case.
var CaseSteps = []crm.Step{crm.StepCare}

// Case is one customer's case (S086): it waits for what people do, for its promises to be missed, and for a solved case to lapse.
func Case(ctx workflow.Context, s State) error { return run(ctx, Case, s) }
