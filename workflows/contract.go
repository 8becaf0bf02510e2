package workflows

import (
	"leadtocash/crm"

	"go.temporal.io/sdk/workflow"
)

// ContractSteps is the way of a contract: invoices and payments run beside the project from the deposit on.
var ContractSteps = []crm.Step{
	crm.StepProject,       // S082, S089
	crm.StepRevenue,       // delivered (S085): what is left to be paid (S087)
	crm.StepCloseContract, // S088
}

// Contract is one contract's process, from signature to the next opportunity.
func Contract(ctx workflow.Context, s State) error { return run(ctx, Contract, s) }
