package testkit

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Namespace registers a Temporal namespace for one test and returns when workflows can be started in it.
// It is not deleted: the server lives as long as the test run.
func Namespace(t testing.TB) (address, namespace string) {
	t.Helper()
	address, namespace = need(t, "TEST_TEMPORAL_ADDRESS"), "test-"+strings.ToLower(rand.Text()[:16])
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	c, err := client.DialContext(ctx, client.Options{
		HostPort: address, Namespace: namespace, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("Temporal at %s: %v", address, err)
	}
	defer c.Close()
	if _, err := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	}); err != nil {
		t.Fatalf("namespace: %v", err)
	}
	for { // the services learn of it one after the other; this asks history through the front end
		_, err := c.DescribeWorkflowExecution(ctx, "none", "")
		if usable(err) {
			return address, namespace
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("namespace %s does not become usable: %v", namespace, err)
		}
	}
}

// usable reads the answer to a question after a workflow that does not exist.
func usable(err error) bool {
	_, noWorkflow := errors.AsType[*serviceerror.NotFound](err)
	return noWorkflow
}
