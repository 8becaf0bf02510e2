package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

const temporalGrace = 20 * time.Second

// temporalProgram keeps the state in the named database, so that it is saved and restored with the business's.
func temporalProgram(c Config, binary, databaseURL string) Program {
	address := loopback(c.Ports.Temporal)
	return Program{
		Name: "Temporal",
		Command: func() (*exec.Cmd, error) {
			cmd := exec.Command(binary, "-port", fmt.Sprint(c.Ports.Temporal), "-ui-port", fmt.Sprint(c.Ports.UI),
				"-namespace", c.Namespace)
			cmd.Env = append(os.Environ(), "DATABASE_URL="+databaseURL) // not an argument, which others could read
			return cmd, nil
		},
		Ready: func(ctx context.Context) error { return temporalReady(ctx, address, c.Namespace) },
		Stop:  syscall.SIGTERM, Grace: temporalGrace, Patience: 2 * time.Minute,
		pidFile: c.pidFile("temporald"), logFile: c.logFile("temporald"),
	}
}

var errNoNamespace = errors.New("the namespace is not registered")

// temporalReady answers whether workflows can be started in the namespace.
func temporalReady(ctx context.Context, address, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	c, err := client.DialContext(ctx, client.Options{HostPort: address, Namespace: namespace, Logger: silent{}})
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](err); missing {
		return errNoNamespace
	}
	if err != nil {
		return err
	}
	// The answer comes from the history service, which learns of a new namespace later than the front end.
	_, err = c.DescribeWorkflowExecution(ctx, "none", "")
	if _, noWorkflow := errors.AsType[*serviceerror.NotFound](err); noWorkflow {
		return nil
	}
	return err
}

// silent keeps the client's log out of the person's view: it is asked before the server is up.
type silent struct{}

var _ log.Logger = silent{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
