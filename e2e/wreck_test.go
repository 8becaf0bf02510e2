package e2e

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/deploy/stack"
	"leadtocash/i18n"
	"leadtocash/integrations"
	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"
	"leadtocash/worker"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
)

// What the worker process of a crash test is told by its environment.
const (
	crashDatabase = "CRASH_DATABASE" // set: this binary is that worker
	crashTemporal = "CRASH_TEMPORAL"
	crashSpace    = "CRASH_NAMESPACE"
	crashMail     = "CRASH_MAIL"
	crashERP      = "CRASH_ERP"
	crashAfter    = "CRASH_AFTER" // the cause after whose commit it dies; empty: it lives
	crashWith     = "CRASH_WITH"  // the process that it takes along
)

// TestMain makes this test's binary a worker of the product where a crash test asks for one.
func TestMain(m *testing.M) {
	if os.Getenv(crashDatabase) == "" {
		os.Exit(m.Run())
	}
	if err := workToCrash(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// workToCrash is a worker that kills the engine and itself between a step's commit and anybody's hearing of it.
func workToCrash() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := store.Open(ctx, os.Getenv(crashDatabase))
	if err != nil {
		return err
	}
	defer s.Close()
	s.Judge = (&rules.Library{}).Judge
	s.AfterCommit = func(cause string) {
		if cause != os.Getenv(crashAfter) {
			return
		}
		engine, _ := strconv.Atoi(os.Getenv(crashWith)) // the test wrote it
		_ = syscall.Kill(engine, syscall.SIGKILL)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	c, err := client.NewLazyClient(client.Options{HostPort: os.Getenv(crashTemporal), Namespace: os.Getenv(crashSpace), Logger: log})
	if err != nil {
		return err
	}
	defer c.Close()
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	mailer, err := integrations.NewSMTP(os.Getenv(crashMail))
	if err != nil {
		return err
	}
	erp, err := integrations.NewWebhookERP(os.Getenv(crashERP), "")
	if err != nil {
		return err
	}
	channels := map[string]activities.Channel{
		store.ChannelMail: &activities.Post{Mailer: mailer, Texts: texts, From: "office@demo.example", Origin: "http://127.0.0.1"},
		store.ChannelERP:  &activities.ERPChannel{ERP: erp, Store: s},
	}
	steps := &activities.Steps{Store: s, Rules: &rules.Library{}, Channels: channels}
	return worker.Run(ctx, worker.Config{Temporal: c, Steps: steps, ChaseCron: "CRON_TZ=Europe/Rome 30 9 * * *", Log: log})
}

// wreck is a scene on a stack of its own, whose worker is a process that dies on command.
type wreck struct {
	scene
	stack   *stack.Stack
	mailDir string
	erpFile string
	env     []string
}

func newWreck(t *testing.T) *wreck {
	t.Helper()
	w := &wreck{stack: testkit.Stack(t)}
	w.t, w.url = t, w.stack.DatabaseURL
	w.mailDir, w.erpFile = filepath.Join(t.TempDir(), "mail"), filepath.Join(t.TempDir(), "erp.jsonl")
	if err := company(t.Context(), w.url); err != nil {
		t.Fatal(err)
	}
	mails, err := mailbox.Start("127.0.0.1:0", w.mailDir, mailbox.Faults{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mails.Close() })
	erp, err := erpstub.Start("127.0.0.1:0", w.erpFile, erpstub.Faults{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = erp.Close() })
	if w.store, err = store.Open(t.Context(), w.url); err != nil {
		t.Fatal(err)
	}
	w.store.Judge = (&rules.Library{}).Judge
	t.Cleanup(w.store.Close)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	if w.temporal, err = client.NewLazyClient(client.Options{HostPort: w.stack.TemporalAddress, Namespace: w.stack.Namespace, Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.temporal.Close)
	w.engine = api.NewEngine(w.store, w.temporal)
	t.Cleanup(w.engine.Close)
	w.env = append(os.Environ(), crashDatabase+"="+w.url, crashTemporal+"="+w.stack.TemporalAddress, crashSpace+"="+w.stack.Namespace,
		crashMail+"="+mails.URL(), crashERP+"="+erp.URL())
	return w
}

// worker starts a worker process that dies, with the engine, right after the cause's commit; an empty cause never comes. The returned
// channel closes with its end.
func (w *wreck) worker(cause string) (dead chan struct{}) {
	w.t.Helper()
	_, dead = w.start(cause)
	return dead
}

// start is worker with the process in hand.
func (w *wreck) start(cause string) (p *os.Process, dead chan struct{}) {
	w.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(slices.Clone(w.env), crashAfter+"="+cause, fmt.Sprintf("%s=%d", crashWith, w.stack.Temporal.PID()))
	cmd.Stderr = w.t.Output()
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	dead = make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed
		close(dead)
	}()
	w.t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may be dead
		<-dead
	})
	return cmd.Process, dead
}

// brake holds rows until they are released: who needs them comes so far and no further.
func (w *wreck) brake(sql string, args ...any) (release func()) {
	w.t.Helper()
	conn, err := pgx.Connect(w.t.Context(), w.url)
	if err == nil {
		_, err = conn.Exec(w.t.Context(), "begin")
	}
	if err == nil {
		_, err = conn.Exec(w.t.Context(), sql, args...)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return func() { _ = conn.Close(w.t.Context()) } // and with it what it holds
}

// crash sends a command whose commit kills worker and engine, forgets it, and waits until the engine is back, with no worker yet.
func (w *wreck) crash(dead chan struct{}, c crm.Command) {
	w.t.Helper()
	before := w.stack.Temporal.PID()
	ctx, forget := context.WithCancel(w.t.Context())
	told := make(chan error, 1)
	go func() {
		_, err := w.engine.Do(ctx, c)
		told <- err
	}()
	select {
	case <-dead:
	case <-time.After(testkit.Patience):
		w.t.Fatalf("the worker outlived %s", c.ID)
	}
	forget()
	if err := <-told; err == nil {
		w.t.Fatal("the caller had an answer: the engine died too late")
	}
	if n := ask[int](&w.scene, `select count(*)::int from command where id = $1 and answer->>'code' = 'done'`, c.ID); n != 1 {
		w.t.Fatalf("%s was not committed", c.ID)
	}
	w.eventually("the engine is back", func() bool {
		if pid := w.stack.Temporal.PID(); pid == 0 || pid == before {
			return false
		}
		ctx, stop := context.WithTimeout(w.t.Context(), 5*time.Second)
		defer stop()
		_, err := w.temporal.DescribeWorkflowExecution(ctx, c.Process, "")
		return err == nil
	})
}

// knows tells whether the engine's state is the row.
func (w *wreck) knows(process string) bool {
	ctx, stop := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer stop()
	v, err := w.temporal.QueryWorkflow(ctx, process, "", workflows.QueryState)
	var state workflows.State
	if err != nil || v.Get(&state) != nil {
		return false
	}
	return state.Process.Version == ask[int](&w.scene, `select version from process where id = $1`, process)
}

func (w *wreck) told(process, code string) int {
	return ask[int](&w.scene, `select count(*)::int from timeline where process = $1 and code = $2`, process, code)
}
