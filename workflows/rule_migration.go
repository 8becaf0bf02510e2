package workflows

import "go.temporal.io/sdk/workflow"

// RuleMigration takes running processes to another version of their rules (N3), batch by batch; which of them are left is in the database,
// so it goes on wherever it was broken off.
func RuleMigration(ctx workflow.Context, s State) error { return run(ctx, RuleMigration, s) }
