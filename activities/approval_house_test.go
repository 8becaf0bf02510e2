package activities_test

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/rules"
)

// pipelineSource is the shipped pipeline.
func pipelineSource(t *testing.T) []byte {
	t.Helper()
	parts, problems := rules.ParseDocument(rules.Default())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return parts[crm.RulePipeline].Source
}
