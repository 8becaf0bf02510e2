package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"leadtocash/activities"
	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"
	"leadtocash/worker"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
)

// scene is the product in one process: a database and a Temporal namespace of its own, a worker, and the way of commands into it.
type scene struct {
	t        *testing.T
	url      string
	store    *store.Store
	temporal client.Client
	engine   *api.Engine
	mail     *outside
	erp      *outside
	log      *slog.Logger
	keys     int
	mu       sync.Mutex
	stop     func() // ends the worker that the scene began with
	opened   sync.Once
	past     *pgxpool.Pool // past the store, for ask
}

// outside stands for what lies beyond a channel and remembers what arrived.
type outside struct {
	mu   sync.Mutex
	keys []string
	fail func(key string) error
}

func (o *outside) Send(_ context.Context, e store.Effect) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		if err := o.fail(e.Key); err != nil {
			return "", err
		}
	}
	o.keys = append(o.keys, e.Key)
	return fmt.Sprintf("R-%d", len(o.keys)), nil
}

// block makes sends fail as the function says; nil lets all through.
func (o *outside) block(fail func(key string) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fail = fail
}

func (o *outside) arrived() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.keys...)
}

// company fills a database with the demo company and the shipped rules.
func company(ctx context.Context, url string) error {
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.SeedDemo(ctx); err != nil {
		return err
	}
	_, err = s.ActivateRules(ctx, sources(), "shipped", "")
	return err
}

// sources is the text of every shipped rule set by kind.
func sources() map[crm.RuleKind]string {
	doc, problems := rules.ParseDocument(rules.Default())
	if len(problems) > 0 {
		panic(problems)
	}
	out := map[crm.RuleKind]string{}
	for kind, part := range doc {
		out[kind] = string(part.Source)
	}
	return out
}

// workday is when scenes begin that name no time of their own: in working hours, whenever the tests run.
const workday = "2026-07-01 10:00"

// newScene begins at a local time of the demo company, or on a workday.
func newScene(t *testing.T, at ...string) *scene {
	t.Helper()
	s := &scene{t: t, mail: &outside{}, erp: &outside{}}
	s.url = testkit.Database(t, "company "+store.Schema()+string(rules.Default()), company)
	address, namespace := testkit.Namespace(t)
	var err error
	if s.store, err = store.Open(t.Context(), s.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.store.Close)
	s.store.Judge = (&rules.Library{}).Judge
	s.log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	if s.temporal, err = client.DialContext(t.Context(), client.Options{HostPort: address, Namespace: namespace, Logger: s.log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.temporal.Close)
	s.engine = api.NewEngine(s.store, s.temporal)
	t.Cleanup(s.engine.Close)
	s.at(cmp.Or(strings.Join(at, ""), workday))
	s.stop = s.work()
	return s
}

// work starts a worker and returns what stops it; the test's end does so too.
func (s *scene) work() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	steps := &activities.Steps{Store: s.store, Rules: &rules.Library{}, Channels: map[string]activities.Channel{store.ChannelMail: s.mail, store.ChannelERP: s.erp}}
	go func() {
		done <- worker.Run(ctx, worker.Config{Temporal: s.temporal, Steps: steps, ChaseCron: "CRON_TZ=Europe/Rome 30 9 * * *", Log: s.log})
	}()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				s.t.Errorf("worker: %v", err)
			}
		})
	}
	s.t.Cleanup(stop)
	return stop
}

// do carries a command out with a fresh id.
func (s *scene) do(kind string, process crm.Kind, id crm.ID, actor string, fields any) crm.Answer {
	s.t.Helper()
	s.mu.Lock()
	s.keys++
	key := fmt.Sprintf("test/%d", s.keys)
	s.mu.Unlock()
	a, err := s.engine.Do(s.t.Context(), crm.Command{ID: key, Kind: kind, Process: crm.ProcessID(process, id), Actor: actor, Fields: body(fields)})
	if err != nil {
		s.t.Fatalf("%s: %v", kind, err)
	}
	return a
}

// must carries a command out that has to be done.
func (s *scene) must(kind string, process crm.Kind, id crm.ID, actor string, fields any) crm.Answer {
	s.t.Helper()
	a := s.do(kind, process, id, actor, fields)
	if !a.OK() {
		s.t.Fatalf("%s: %+v", kind, a)
	}
	return a
}

func body(fields any) json.RawMessage {
	b, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return b
}

// exec writes past the store, to set a scene.
func (s *scene) exec(sql string, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
}

// ask reads one value past the store. It keeps its connections, for it is asked many times a second whether something has come.
func ask[T any](s *scene, sql string, args ...any) (v T) {
	s.t.Helper()
	s.opened.Do(func() {
		var err error
		if s.past, err = pgxpool.New(s.t.Context(), s.url); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(s.past.Close)
	})
	if err := s.past.QueryRow(s.t.Context(), sql, args...).Scan(&v); err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// eventually waits until the condition holds.
func (s *scene) eventually(what string, holds func() bool) {
	s.t.Helper()
	testkit.Eventually(s.t, what, holds)
}

// person is the id of a demo user.
func person(email string) string { return string(store.DemoID(email + "@demo.example")) }
