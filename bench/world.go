package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"leadtocash/activities"
	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/worker"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Servers are where a world is made: it has a database and a namespace of its own there.
type Servers struct {
	DatabaseURL     string // of any database of the server; the user may create others
	TemporalAddress string
}

// World is the demo company with a worker in this process.
type World struct {
	Store    *store.Store
	Temporal client.Client
	Engine   *api.Engine

	server, name string
	stop         context.CancelFunc
	worked       chan error
}

// NewWorld makes a company with the shipped rules, a worker and channels on which everything arrives at once. Close removes its database;
// its namespace stays with the server.
func NewWorld(ctx context.Context, s Servers) (w *World, err error) {
	w = &World{server: s.DatabaseURL, name: "bench_" + strings.ToLower(rand.Text()[:16]), stop: func() {}}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	if err := w.sql(ctx, "create database "+w.name); err != nil {
		return w, err
	}
	address := w.url()
	if err := store.Migrate(ctx, address); err != nil {
		return w, err
	}
	if w.Store, err = store.Open(ctx, address); err != nil {
		return w, err
	}
	w.Store.Judge = (&rules.Library{}).Judge
	if err := w.company(ctx); err != nil {
		return w, err
	}
	if w.Temporal, err = namespace(ctx, s.TemporalAddress, w.name); err != nil {
		return w, fmt.Errorf("the engine at %s: %w", s.TemporalAddress, err)
	}
	w.Engine = api.NewEngine(w.Store, w.Temporal)
	w.work()
	return w, nil
}

func (w *World) company(ctx context.Context) error {
	if err := w.Store.SeedDemo(ctx); err != nil {
		return err
	}
	doc, problems := rules.ParseDocument(rules.Default())
	if len(problems) > 0 {
		return fmt.Errorf("shipped rules: %v", problems)
	}
	sources := map[crm.RuleKind]string{}
	for kind, part := range doc {
		sources[kind] = string(part.Source)
	}
	_, err := w.Store.ActivateRules(ctx, sources, "bench", "")
	return err
}

func (w *World) work() {
	ctx, stop := context.WithCancel(context.Background())
	w.stop, w.worked = stop, make(chan error, 1)
	steps := &activities.Steps{Store: w.Store, Rules: &rules.Library{}, Channels: map[string]activities.Channel{store.ChannelMail: &arrived{}, store.ChannelERP: &arrived{}}}
	go func() {
		w.worked <- worker.Run(ctx, worker.Config{Temporal: w.Temporal, Steps: steps, ChaseCron: leapCron, Log: quiet()})
	}()
}

// Close ends the worker and removes the database.
func (w *World) Close() error {
	w.stop()
	var errs []error
	if w.worked != nil {
		errs = append(errs, <-w.worked)
	}
	if w.Engine != nil {
		w.Engine.Close()
	}
	if w.Temporal != nil {
		w.Temporal.Close()
	}
	if w.Store != nil {
		w.Store.Close()
	}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	return errors.Join(append(errs, w.sql(ctx, "drop database if exists "+w.name+" with (force)"))...)
}

// url is the address of the world's database.
func (w *World) url() string {
	u, err := url.Parse(w.server)
	if err != nil {
		return w.server
	}
	u.Path = "/" + w.name
	return u.String()
}

func (w *World) sql(ctx context.Context, text string) error {
	conn, err := pgx.Connect(ctx, w.server)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, text)
	return errors.Join(err, conn.Close(ctx))
}

// namespace registers one and waits until it is usable.
func namespace(ctx context.Context, address, name string) (client.Client, error) {
	c, err := client.DialContext(ctx, client.Options{HostPort: address, Namespace: name, Logger: quiet(), ConnectionOptions: workflows.Connection()})
	if err != nil {
		return nil, err
	}
	if _, err := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	}); err != nil {
		return c, err
	}
	for ctx.Err() == nil {
		_, err = c.DescribeWorkflowExecution(ctx, "none", "")
		if _, usable := errors.AsType[*serviceerror.NotFound](err); usable {
			return c, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return c, err
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// arrived is a channel on which everything arrives at once.
type arrived struct{ n atomic.Int64 }

// Send counts.
func (a *arrived) Send(context.Context, store.Effect) (string, error) {
	return fmt.Sprint("R-", a.n.Add(1)), nil
}

// leapCron has the worker chase on leap days only: a tick that it makes up for as it starts would take debtors from the run that is measured.
const leapCron = "CRON_TZ=Europe/Rome 30 9 29 2 *"

// bulk fills the world past the store, with one statement after the other; each gets as many of the counts as it names, $1 before $2.
func (w *World) bulk(ctx context.Context, statements []string, counts ...any) error {
	conn, err := pgx.Connect(ctx, w.url())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, sql := range statements {
		named := 0
		for named < len(counts) && strings.Contains(sql, fmt.Sprint("$", named+1)) {
			named++
		}
		if _, err := conn.Exec(ctx, sql, counts[:named]...); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}
