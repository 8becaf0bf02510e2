package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// provision registers the namespace and its search attributes over the public API, until both are usable.
// It may be repeated.
func provision(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c, err := client.DialContext(ctx, client.Options{
		HostPort: o.address(), Namespace: o.namespace, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("the server started but does not answer: %w", err)
	}
	defer c.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := register(ctx, c, o)
		if err == nil {
			err = addSearchAttributes(ctx, c, o)
		}
		if err == nil {
			err = usable(ctx, c)
		}
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("namespace %s cannot be registered: %w", o.namespace, err)
		}
	}
}

// register returns nil once the namespace is seen.
func register(ctx context.Context, c client.Client, o options) error {
	_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: o.namespace})
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); !missing {
		return err
	}
	_, created := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: o.namespace, WorkflowExecutionRetentionPeriod: durationpb.New(o.retention),
	})
	return errors.Join(err, created)
}

// addSearchAttributes returns nil once all are there.
func addSearchAttributes(ctx context.Context, c client.Client, o options) error {
	if len(o.attrs) == 0 {
		return nil
	}
	have, err := c.OperatorService().ListSearchAttributes(ctx,
		&operatorservice.ListSearchAttributesRequest{Namespace: o.namespace})
	if err != nil {
		return err
	}
	missing := map[string]enums.IndexedValueType{}
	for name, kind := range o.attrs {
		if _, ok := have.CustomAttributes[name]; !ok {
			missing[name] = kind
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if _, err := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
		Namespace: o.namespace, SearchAttributes: missing,
	}); err != nil {
		return err
	}
	return errors.New("search attributes are being added")
}

// usable asks for a workflow that does not exist: the answer comes from the history service, which learns of a new
// namespace later than the front end and would refuse to start workflows until then.
func usable(ctx context.Context, c client.Client) error {
	_, err := c.DescribeWorkflowExecution(ctx, "none", "")
	if _, noWorkflow := errors.AsType[*serviceerror.NotFound](err); noWorkflow {
		return nil
	}
	return err
}
