package main

import (
	"context"
	"fmt"

	"leadtocash/deploy/stack"
)

type doctorCommand struct {
	stackFlags
}

// Help is the long text of `leadtocash doctor --help`.
func (doctorCommand) Help() string {
	return "Prints one line for each thing that can be wrong: ok, or the problem and the way out. Exit code 1 when there is a problem."
}

// Run prints the report.
func (d doctorCommand) Run(ctx context.Context) error {
	code := exitCode(0)
	for _, check := range stack.Diagnose(ctx, d.config()) {
		fmt.Println(check)
		if check.Problem != nil {
			code = 1
		}
	}
	if code != 0 {
		return code
	}
	return nil
}
