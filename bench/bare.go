package bench

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// bare is the engine alone with as many starts, Updates and transactions as a journey has, each transaction of two statements: what a
// journey could cost at best. An Update is preceded by the caller's transaction, which keeps the command, and has one local activity with
// the step's; the plain edits between the steps are transactions too.
type bare struct {
	pool     *pgxpool.Pool
	temporal client.Client
	worker   worker.Worker
}

const bareQueue = "bare"

// bareUpdates is how the journey's commands fall to its three processes; bareEdits is how many plain edits come before each: a lead's
// capture, and two product lines with a quote. bareAfter is how many transactions follow on each process's steps in the background: claims
// and outcomes of effects, wake-ups that were answered, a deadline that came. A fourth process, of the next opportunity, is started by
// signal and waits.
var (
	bareUpdates = []int{3, 6, 7}
	bareEdits   = []int{1, 3, 0}
	bareAfter   = []int{1, 1, 5}
)

func newBare(ctx context.Context, w *World) (*bare, error) {
	pool, err := pgxpool.New(ctx, w.url())
	if err != nil {
		return nil, err
	}
	b := &bare{pool: pool, temporal: w.Temporal}
	if _, err := pool.Exec(ctx, `create table bare (id text primary key, n integer not null); create table bare_log (id text, n integer)`); err != nil {
		return nil, err
	}
	b.worker = worker.New(w.Temporal, bareQueue, worker.Options{MaxConcurrentWorkflowTaskPollers: 4})
	b.worker.RegisterWorkflowWithOptions(b.process, workflow.RegisterOptions{Name: "bare"})
	return b, b.worker.Start()
}

func (b *bare) close() {
	b.worker.Stop()
	b.pool.Close()
}

// process answers so many Updates and ends.
func (b *bare) process(ctx workflow.Context, updates int) error {
	done, id := 0, workflow.GetInfo(ctx).WorkflowExecution.ID
	if err := workflow.SetUpdateHandler(ctx, "do", func(ctx workflow.Context) (n int, err error) {
		ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: 5 * time.Second})
		err = workflow.ExecuteLocalActivity(ctx, b.record, id).Get(ctx, &n)
		done++
		return n, err
	}); err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return done >= updates && workflow.AllHandlersFinished(ctx) })
}

func (b *bare) record(ctx context.Context, id string) (n int, err error) {
	err = pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `insert into bare values ($1, 1) on conflict (id) do update set n = bare.n + 1 returning n`, id).Scan(&n); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into bare_log values ($1, $2)`, id, n)
		return err
	})
	return n, err
}

// journey is the engine's share of one.
func (b *bare) journey(ctx context.Context, step func(time.Duration)) error {
	for i, updates := range bareUpdates {
		id := "bare-" + key()
		for range bareEdits[i] {
			if _, err := b.record(ctx, id); err != nil {
				return err
			}
		}
		for range updates {
			begin := time.Now()
			if err := b.accept(ctx, id); err != nil {
				return err
			}
			start := b.temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
				ID: id, TaskQueue: bareQueue, WorkflowTaskTimeout: 5 * time.Second,
				WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			}, "bare", updates)
			h, err := b.temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
				StartWorkflowOperation: start,
				UpdateOptions:          client.UpdateWorkflowOptions{WorkflowID: id, UpdateID: key(), UpdateName: "do", WaitForStage: client.WorkflowUpdateStageCompleted},
			})
			if err == nil {
				err = h.Get(ctx, nil)
			}
			if err != nil {
				return err
			}
			step(time.Since(begin))
		}
		for range bareAfter[i] {
			if _, err := b.record(ctx, id); err != nil {
				return err
			}
		}
	}
	id := "bare-" + key()
	_, err := b.temporal.SignalWithStartWorkflow(ctx, id, "wake", nil, client.StartWorkflowOptions{
		ID: id, TaskQueue: bareQueue, WorkflowTaskTimeout: 5 * time.Second,
	}, "bare", 1)
	return err
}

// accept is the caller's transaction, which need not reach the disk by itself.
func (b *bare) accept(ctx context.Context, id string) error {
	q := &pgx.Batch{}
	q.Queue(`select set_config('synchronous_commit', 'off', true)`)
	q.Queue(`insert into bare_log values ($1, 0)`, id)
	return b.pool.SendBatch(ctx, q).Close()
}

func key() string { return strings.ToLower(rand.Text()[:16]) }

// settle is how long the servers get between two measurements to end what the one before left them to do.
const settle = time.Second

// ratio drives journeys and the bare engine in turns and in changing order, so that what else the machine does hits both, and gives the
// journeys' steps per second as a share of the engine's, each while all clients were at work: the median of the turns, since a short disturbance hits one side only.
func ratio(ctx context.Context, w *World, clients, turns int, during time.Duration) (float64, error) {
	b, err := newBare(ctx, w)
	if err != nil {
		return 0, err
	}
	defer b.close()
	var ours, theirs Load
	sides := []func() error{
		func() (err error) { ours, err = w.journeys(ctx, clients, during); return err },
		func() (err error) { theirs, err = drive(ctx, clients, during, b.journey); return err },
	}
	var shares []float64
	for range turns {
		for _, side := range sides {
			time.Sleep(settle)
			if err := side(); err != nil {
				return 0, err
			}
		}
		shares = append(shares, ours.Rate/theirs.Rate)
		slices.Reverse(sides)
	}
	slices.Sort(shares)
	return (shares[len(shares)/2] + shares[(len(shares)-1)/2]) / 2, nil
}
