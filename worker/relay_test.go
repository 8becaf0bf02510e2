package worker_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"
	"leadtocash/worker"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// bed is a database and a namespace, without a worker.
type bed struct {
	*store.Store
	t        *testing.T
	url      string
	temporal client.Client
}

func newBed(t *testing.T) *bed {
	t.Helper()
	t.Parallel()
	b := &bed{t: t, url: testkit.Database(t, "worker "+store.Schema(), company)}
	address, namespace := testkit.Namespace(t)
	var err error
	if b.Store, err = store.Open(t.Context(), b.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if b.temporal, err = client.DialContext(t.Context(), client.Options{HostPort: address, Namespace: namespace, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.temporal.Close)
	return b
}

func company(ctx context.Context, url string) error {
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.SeedDemo(ctx)
}

func (b *bed) exec(sql string, args ...any) {
	b.t.Helper()
	conn, err := pgx.Connect(b.t.Context(), b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.Close(b.t.Context())
	if _, err := conn.Exec(b.t.Context(), sql, args...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bed) relay() *store.Relay {
	b.t.Helper()
	r, err := b.OpenRelay(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = r.Close(context.Background()) })
	return r
}

func (b *bed) signals(workflow string) (n int) {
	b.t.Helper()
	for it := b.temporal.GetWorkflowHistory(b.t.Context(), workflow, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
		e, err := it.Next()
		if err != nil {
			b.t.Fatal(err)
		}
		if e.EventType == enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED {
			n++
		}
	}
	return n
}

const one, two = "lead-0198a000-0000-7000-8000-000000000001", "collection-0198a000-0000-7000-8000-000000000002"

// The relay delivers what is due, one signal a process however many wake-ups it has, starts what does not run, and forgets what it delivered.
func TestRelayDeliversOnce(t *testing.T) {
	b := newBed(t)
	b.exec(`insert into outbox (id, process, due_at) select 'a' || i, $1, now() - i * interval '1 second' from generate_series(1, 5) i`, one)
	b.exec(`insert into outbox (id, process, due_at) values ('b', $1, now()), ('later', $1, now() + interval '1 hour'), ('odd', 'nothing-1', now())`, two)
	r := b.relay()
	for turn, want := range []int{3, 0} {
		if n, err := worker.Relay(t.Context(), b.temporal, r); err != nil || n != want {
			t.Fatalf("turn %d woke %d processes, %v", turn+1, n, err)
		}
	}
	for _, process := range []string{one, two} {
		if n := b.signals(process); n != 1 {
			t.Errorf("%s got %d signals", process, n)
		}
	}
	b.exec(`update outbox set due_at = now() where id = 'later'`)
	if n, err := worker.Relay(t.Context(), b.temporal, r); err != nil || n != 1 {
		t.Fatalf("later it woke %d processes, %v", n, err)
	}
	if n := b.signals(two); n != 2 {
		t.Errorf("a process that runs got %d signals", n)
	}
}

// Two relays never work at once: the second waits until the first is gone.
func TestRelaysAtOnceTakeTurns(t *testing.T) {
	b := newBed(t)
	first := b.relay()
	got := make(chan error, 1)
	go func() {
		second, err := b.OpenRelay(t.Context())
		if err == nil {
			err = second.Close(context.Background())
		}
		got <- err
	}()
	select {
	case err := <-got:
		t.Fatalf("two relays at once: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-got:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(testkit.Patience):
		t.Fatal("the second never got its turn")
	}
}

// Many starts of one tick are one run, also after it has ended.
func TestChasesAtOnceAreOne(t *testing.T) {
	b := newBed(t)
	tick := time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := worker.StartChase(t.Context(), b.temporal, tick); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	run := b.temporal.GetWorkflow(t.Context(), workflows.ChaseID(tick), "").GetRunID()
	if err := b.temporal.TerminateWorkflow(t.Context(), workflows.ChaseID(tick), "", "over"); err != nil {
		t.Fatal(err)
	}
	if err := worker.StartChase(t.Context(), b.temporal, tick); err != nil {
		t.Fatal(err)
	}
	d, err := b.temporal.DescribeWorkflowExecution(t.Context(), workflows.ChaseID(tick), "")
	if err != nil {
		t.Fatal(err)
	}
	if d.WorkflowExecutionInfo.Status != enums.WORKFLOW_EXECUTION_STATUS_TERMINATED || run != "" && d.WorkflowExecutionInfo.Execution.RunId != run {
		t.Errorf("a second run of the tick: %v", d.WorkflowExecutionInfo)
	}
}

// Two workers that were away for days run the latest tick once, and none of those before it (S091).
func TestMissedTicksOfTwoAtOnce(t *testing.T) {
	b := newBed(t)
	now, err := b.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	latest := now.Truncate(time.Hour).Add(time.Hour)
	if _, err := b.MoveClock(t.Context(), latest.Add(30*time.Minute).Sub(now)); err != nil { // the next hour is far
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := worker.Run(ctx, worker.Config{
				Temporal: b.temporal, ChaseCron: "0 * * * *", Log: slog.New(slog.DiscardHandler),
				Steps: &activities.Steps{Store: b.Store, Rules: &rules.Library{}, Channels: map[string]activities.Channel{}},
			}); err != nil {
				t.Error(err)
			}
		})
	}
	defer wg.Wait()
	defer cancel()
	testkit.Eventually(t, "the latest tick's run", func() bool {
		_, err := b.temporal.DescribeWorkflowExecution(t.Context(), workflows.ChaseID(latest), "")
		return err == nil
	})
	if _, err := b.MoveClock(t.Context(), 5*time.Hour); err != nil {
		t.Fatal(err)
	}
	testkit.Eventually(t, "the run after the clock's jump", func() bool {
		_, err := b.temporal.DescribeWorkflowExecution(t.Context(), workflows.ChaseID(latest.Add(5*time.Hour)), "")
		return err == nil
	})
	for _, missed := range []time.Duration{-time.Hour, time.Hour, 4 * time.Hour} {
		if _, err := b.temporal.DescribeWorkflowExecution(t.Context(), workflows.ChaseID(latest.Add(missed)), ""); err == nil {
			t.Errorf("the tick at %+v was run too", missed)
		}
	}
}
