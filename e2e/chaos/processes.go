package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"leadtocash/crm"
	product "leadtocash/worker"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"golang.org/x/sync/errgroup"
)

type processRow struct {
	ID      string
	Version int
	Closed  bool
}

func (a *audit) processRows(ctx context.Context) ([]processRow, error) {
	rows, err := a.conn.Query(ctx, `select id, version, closed from process order by id`)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[processRow])
	return slices.DeleteFunc(all, func(p processRow) bool { // some records have a timeline but no durable process
		kind, _ := crm.SplitProcessID(p.ID)
		return workflows.Of(kind) == nil
	}), err
}

// processes compares every row with the engine: an open one has a running workflow whose state is the row, a closed one has none (invariant 7),
// and nothing runs that has no row.
func (a *audit) processes(ctx context.Context) error {
	all, err := a.processRows(ctx)
	if err != nil {
		return err
	}
	faults := make([]string, len(all))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(together)
	for i, p := range all {
		g.Go(func() error {
			faults[i] = a.settled(gctx, p)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, p := range all {
		if faults[i] != "" {
			a.wrong(p.ID, "invariant 7: %s: %s", p.ID, faults[i])
		}
	}
	return a.strangers(ctx)
}

// settled gives the engine some seconds to come to where the row is, and tells what is wrong if it does not.
func (a *audit) settled(ctx context.Context, p processRow) (fault string) {
	for end := time.Now().Add(a.patience); ; time.Sleep(100 * time.Millisecond) {
		if fault = a.compare(ctx, p); fault == "" || time.Now().After(end) {
			return fault
		}
	}
}

func (a *audit) compare(ctx context.Context, p processRow) string {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	d, err := a.temporal.DescribeWorkflowExecution(ctx, p.ID, "")
	missing := (*serviceerror.NotFound)(nil)
	switch {
	case errors.As(err, &missing):
		return "the engine does not know it"
	case err != nil:
		return err.Error()
	}
	running := d.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING
	switch {
	case running == p.Closed:
		return fmt.Sprintf("the row is closed: %v; the workflow is %s", p.Closed, d.GetWorkflowExecutionInfo().GetStatus())
	case !running && d.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		return "the workflow ended as " + d.GetWorkflowExecutionInfo().GetStatus().String()
	case !running:
		return ""
	case d.GetPendingWorkflowTask() != nil:
		return "a workflow task is pending" // invariant 21
	}
	v, err := a.temporal.QueryWorkflow(ctx, p.ID, "", workflows.QueryState)
	if err != nil {
		return err.Error()
	}
	var state workflows.State
	if err := v.Get(&state); err != nil {
		return err.Error()
	}
	if state.Process.Version != p.Version || state.Process.Closed != p.Closed {
		return fmt.Sprintf("its state is of version %d, the row of %d", state.Process.Version, p.Version)
	}
	return ""
}

// strangers looks for running workflows that are no process's. The rows are read after the workflows: each has its row before it starts.
func (a *audit) strangers(ctx context.Context) error {
	ids, err := a.running(ctx)
	if err != nil {
		return err
	}
	all, err := a.processRows(ctx)
	if err != nil {
		return err
	}
	ours := map[string]bool{}
	for _, p := range all {
		ours[p.ID] = true
	}
	for _, id := range ids {
		if !ours[id] {
			a.wrong(id, "invariant 7: workflow %s runs without a row", id)
		}
	}
	return nil
}

// running lists the workflows of processes that the engine says are running.
func (a *audit) running(ctx context.Context) (ids []string, err error) {
	var token []byte
	for range 20 {
		page, err := a.temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: `ExecutionStatus = 'Running'`, NextPageToken: token})
		if err != nil {
			return nil, err
		}
		for _, e := range page.Executions {
			id := e.GetExecution().GetWorkflowId()
			if kind, _ := crm.SplitProcessID(id); workflows.Of(kind) != nil {
				ids = append(ids, id)
			}
		}
		if token = page.NextPageToken; len(token) == 0 {
			break
		}
	}
	return ids, nil
}

// replayed lets the worker's registration fill a replayer: it has no activities.
type replayed struct {
	worker.WorkflowReplayer
	worker.ActivityRegistry
	worker.NexusServiceRegistry
}

// replays is how many histories are replayed at most.
const replays = 120

// histories replays what the engine kept through today's workflows, and looks for tasks that failed there (R9).
func (a *audit) histories(ctx context.Context) error {
	all, err := a.processRows(ctx)
	if err != nil {
		return err
	}
	r := worker.NewWorkflowReplayer()
	product.Register(replayed{WorkflowReplayer: r}, nil)
	quiet := log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	for i, p := range all {
		if len(all) > replays && i%(len(all)/replays+1) != 0 {
			continue
		}
		h := &history.History{}
		events := a.temporal.GetWorkflowHistory(ctx, p.ID, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			if err != nil {
				return err
			}
			if f := e.GetWorkflowTaskFailedEventAttributes(); f != nil && f.GetCause() != enums.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND { // that one only says that something came while the workflow ended
				a.wrong(p.ID, "%s: a workflow task failed: %s %s", p.ID, f.GetCause(), f.GetFailure().GetMessage())
			}
			h.Events = append(h.Events, e)
		}
		if err := r.ReplayWorkflowHistory(quiet, h); err != nil {
			a.wrong(p.ID, "R9: %s cannot be replayed: %v", p.ID, err)
		}
	}
	return nil
}
