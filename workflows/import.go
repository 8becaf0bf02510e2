package workflows

import "go.temporal.io/sdk/workflow"

// Import brings a file in (S063), batch by batch; which rows are left is in the database, so it goes on wherever it was broken off.
func Import(ctx workflow.Context, s State) error { return run(ctx, Import, s) }
