package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/deploy/stack"
	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"
	"leadtocash/rules"
	"leadtocash/store"

	"go.temporal.io/sdk/client"
)

// victim is a program that can be killed.
type victim struct {
	name  string
	child *stack.Child
	busy  sync.Mutex // held from its kill to its return
}

// house is the running product with its peers, and the run's own ways to look into it.
type house struct {
	Config
	mail    *mailbox.Server
	erp     *erpstub.Server
	mailDir string
	erpFile string

	store    *store.Store
	temporal client.Client
	engine   *api.Engine // the customer's way in where the api has no page for him
	page     bool        // it has one

	origins []string
	mailIn  []string          // of the workers' servers for mail that comes in
	keys    map[string]string // API keys by demo user
	http    *http.Client
	victims map[string][]*victim
	links   []*link // of each program to PostgreSQL and to Temporal

	mailWithin time.Duration // after which a mail that has not arrived counts as lost

	steps     atomic.Int64 // answered steps of all journeys
	kills     atomic.Int64
	stops     atomic.Int64
	faulted   atomic.Int64
	over      atomic.Bool // the journeys have ended
	returning sync.WaitGroup
	answers   tally
	out       sync.Mutex
}

// The peers fail too: they take the work and drop the connection, or refuse to take it (R6, R7).
var (
	mailFaults = mailbox.Faults{DropAnswer: 0.2, Busy: 0.1}
	erpFaults  = erpstub.Faults{Delay: 20 * time.Millisecond, DropAnswer: 0.2, Fail: 0.1}
)

func open(ctx context.Context, c Config) (h *house, err error) {
	h = &house{Config: c, mailWithin: stepWithin, keys: map[string]string{}, victims: map[string][]*victim{}, http: &http.Client{
		Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if err := h.startPeers(); err != nil {
		return nil, err
	}
	migrate := exec.CommandContext(ctx, c.Binary, "migrate")
	migrate.Env = slices.Concat(os.Environ(), c.Env, []string{"DATABASE_URL=" + c.Stack.DatabaseURL})
	if text, err := migrate.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("migrate: %w: %s", err, text)
	}
	if err := h.connect(ctx); err != nil {
		return nil, err
	}
	if err := h.watch(ctx); err != nil {
		return nil, err
	}
	h.victims["PostgreSQL"] = []*victim{{name: "PostgreSQL", child: c.Stack.Postgres}}
	h.victims["Temporal"] = []*victim{{name: "Temporal", child: c.Stack.Temporal}}
	for n := range 2 {
		if err := h.startAPI(ctx, n+1); err != nil {
			return nil, err
		}
		if err := h.startWorker(ctx, n+1); err != nil {
			return nil, err
		}
	}
	h.page = h.hasPage(ctx)
	return h, nil
}

func (h *house) startPeers() (err error) {
	h.mailDir, h.erpFile = filepath.Join(h.Stack.Data, "mailbox"), filepath.Join(h.Stack.Data, "erp.jsonl")
	mails, orders := mailFaults, erpFaults
	mails.Seed, orders.Seed = h.Seed, h.Seed
	if h.mail, err = mailbox.Start(fmt.Sprintf("127.0.0.1:%d", h.Stack.Ports.SMTP), h.mailDir, mails); err != nil {
		return err
	}
	h.erp, err = erpstub.Start(fmt.Sprintf("127.0.0.1:%d", h.Stack.Ports.ERP), h.erpFile, orders)
	return err
}

// connect seeds the demo company and makes a key for each of its users.
func (h *house) connect(ctx context.Context) (err error) {
	if h.store, err = store.Open(ctx, h.Stack.DatabaseURL); err != nil {
		return err
	}
	h.store.Judge = (&rules.Library{}).Judge
	if err := h.store.SeedDemo(ctx); err != nil {
		return err
	}
	if err := h.patient(ctx); err != nil {
		return err
	}
	for _, u := range store.DemoUsers() {
		if h.keys[u.Email], err = h.store.CreateAPIKey(ctx, store.DemoID(u.Email), "chaos", time.Time{}); err != nil {
			return err
		}
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	if h.temporal, err = client.NewLazyClient(client.Options{HostPort: h.Stack.TemporalAddress, Namespace: h.Stack.Namespace, Logger: quiet}); err != nil {
		return err
	}
	h.engine = api.NewEngine(h.store, h.temporal)
	return nil
}

// patient gives salespeople all the time there is: the clock that moves would hand a journey's lead to somebody else under its hands.
func (h *house) patient(ctx context.Context) error {
	_, err := h.store.EditResponsePolicy(ctx, store.Target{Scope: store.Everything(), Actor: store.DemoID("ops@demo.example")}, func(p *crm.ResponsePolicy) error {
		for i := range p.Targets {
			p.Targets[i].Minutes = crm.MaxTargetMinute
		}
		return nil
	})
	return err
}

func (h *house) startAPI(ctx context.Context, n int) error {
	address, err := fmt.Sprintf("127.0.0.1:%d", h.Stack.Ports.API), error(nil)
	if n > 1 {
		if address, err = freeAddress(); err != nil {
			return err
		}
	}
	h.origins = append(h.origins, "http://"+address)
	env, err := h.env(fmt.Sprintf("api-%d", n))
	if err != nil {
		return err
	}
	return h.start(ctx, "api", n, func(ctx context.Context) error { return h.healthy(ctx, "http://"+address) },
		append(env, "LEADTOCASH_ADDR="+address, "LEADTOCASH_SECRET=one and the same on all machines"))
}

// freeAddress is one on which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (h *house) startWorker(ctx context.Context, n int) error {
	env, err := h.env(fmt.Sprintf("worker-%d", n))
	if err != nil {
		return err
	}
	mailIn, err := freeAddress()
	if err != nil {
		return err
	}
	h.mailIn = append(h.mailIn, mailIn)
	return h.start(ctx, "worker", n, nil, append(env, "LEADTOCASH_MAIL_IN="+mailIn, "LEADTOCASH_SMTP="+h.mail.URL(), "LEADTOCASH_ERP="+h.erp.URL(), "LEADTOCASH_ORIGIN="+h.origins[0]))
}

// env leads a program to the database and the engine, by links of its own.
func (h *house) env(program string) ([]string, error) {
	database, err := url.Parse(h.Stack.DatabaseURL)
	if err != nil {
		return nil, err
	}
	var ways [2]*link
	for i, to := range []struct{ name, address string }{{"PostgreSQL", database.Host}, {"Temporal", h.Stack.TemporalAddress}} {
		if ways[i], err = newLink(program+" - "+to.name, to.address); err != nil {
			return nil, err
		}
		h.links = append(h.links, ways[i])
	}
	database.Host = ways[0].address()
	return []string{"DATABASE_URL=" + database.String(), "TEMPORAL_ADDRESS=" + ways[1].address(), "TEMPORAL_NAMESPACE=" + h.Stack.Namespace}, nil
}

// start keeps a command of the product running under the stack's supervision.
func (h *house) start(ctx context.Context, command string, n int, ready func(context.Context) error, env []string) error {
	name := fmt.Sprintf("%s-%d", command, n)
	child, err := h.Stack.Run(ctx, stack.Program{
		Name: name, Ready: ready, Stop: syscall.SIGTERM, Grace: 15 * time.Second, Patience: time.Minute,
		Command: func() (*exec.Cmd, error) {
			cmd := exec.Command(h.Binary, command)
			cmd.Env = slices.Concat(os.Environ(), h.Env, env)
			return cmd, nil
		},
	})
	if err != nil {
		return err
	}
	h.victims[command] = append(h.victims[command], &victim{name: name, child: child})
	return nil
}

// close ends what this run started; the stack is its owner's.
func (h *house) close() {
	for _, kind := range []string{"api", "worker"} {
		for _, v := range h.victims[kind] {
			v.child.Kill()
			v.child.Stop()
		}
	}
	for _, l := range h.links {
		l.close()
	}
	if h.engine != nil {
		h.engine.Close()
		h.temporal.Close()
	}
	if h.store != nil {
		h.store.Close()
	}
	var err error
	if h.erp != nil {
		err = h.erp.Close()
	}
	if h.mail != nil {
		err = errors.Join(err, h.mail.Close())
	}
	if err != nil {
		h.say("the peers: %v", err)
	}
}

// say writes one line of the run's story.
func (h *house) say(format string, args ...any) {
	h.out.Lock()
	defer h.out.Unlock()
	fmt.Fprintf(h.Out, format+"\n", args...)
}

// healthy asks an api whether it serves.
func (h *house) healthy(ctx context.Context, origin string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := h.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", origin, res.Status)
	}
	return nil
}

// hasPage tells whether the api serves the page on which a customer accepts a quote: another method on it is refused, not unknown.
func (h *house) hasPage(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, h.origins[0]+"/q/nobody/accept", nil)
	if err != nil {
		return false
	}
	res, err := h.http.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusMethodNotAllowed
}
