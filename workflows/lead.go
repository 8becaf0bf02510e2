package workflows

import (
	"leadtocash/crm"

	"go.temporal.io/sdk/workflow"
)

// LeadSteps is the way of a lead (S063-S068): captured when its process starts, it waits in these for a person's command
// or for its next mail.
var LeadSteps = []crm.Step{
	crm.StepQualify, // is it on target (S064)?
	crm.StepNurture, // not yet: timed mails until an answer (S065)
	crm.StepAssign,  // who takes it (S066)?
	crm.StepConvert, // the salesperson's feedback, then account, contact and opportunity in one act (S067)
}

// Lead is one lead's process, from capture to conversion or disqualification.
func Lead(ctx workflow.Context, s State) error { return run(ctx, Lead, s) }
