package workflows

import (
	"leadtocash/crm"

	"go.temporal.io/sdk/workflow"
)

// OpportunitySteps is the way of a deal: the stages of the pipeline, between which it moves through their gates, then its order.
var OpportunitySteps = []crm.Step{
	crm.StepIdentify,  // S069
	crm.StepTiming,    // S070
	crm.StepConfigure, // products and quote (S072)
	crm.StepSend,      // the quote is out until the customer decides or its last day ends (S073, S077)
	crm.StepNegotiate, // S076; here a rejected order comes back (decision 7)
	crm.StepValidate,  // the customer has accepted (S078)
	crm.StepApprove,   // a manager decides (S079); his yes makes the contract (S080)
	crm.StepERP,       // the order was handed to the ERP's channel (S081), whose answer is the contract's matter
}

// Opportunity is one deal's process, from identification to a contract whose order is on its way to the ERP, or to a loss. A reopened deal runs it again.
func Opportunity(ctx workflow.Context, s State) error { return run(ctx, Opportunity, s) }
