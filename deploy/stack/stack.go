package stack

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Stack is what the product stands on, running.
type Stack struct {
	DatabaseURL     string // with the password
	TemporalAddress string // host:port
	Namespace       string // Temporal's
	TemporalUI      string // URL of Temporal's pages, "" when the server was named
	Data            string // the data folder, absolute
	Ports           Ports  // as settled
	PostgresBin     string // folder of the server used, "" when the database was named
	Temporald       string // binary used, "" when the server was named

	Postgres *Child // nil when the database was named
	Temporal *Child // nil when the server was named

	config   Config
	server   *postgres // nil when the database was named
	lock     *folderLock
	mu       sync.Mutex
	children []*Child // in the order of their start
	stopped  bool
}

// Start brings up what was not named. Its errors are Problems, except for the end of ctx. Stop must be called in the end.
func Start(ctx context.Context, c Config) (*Stack, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	if err := c.folders(); err != nil {
		return nil, err
	}
	lock, err := takeLock(c)
	if err != nil {
		return nil, err
	}
	s := &Stack{config: c, lock: lock, Data: c.Data, Ports: c.Ports, Namespace: c.Namespace}
	if err := s.start(ctx); err != nil {
		s.Stop()
		return nil, errors.Join(ctx.Err(), err)
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context) (err error) {
	s.endLeftovers()
	if err := s.config.portsFree(); err != nil { // before anything is started
		return err
	}
	if s.config.privateTemporal() { // first: it may take minutes, and nothing else needs to run meanwhile
		if s.Temporald, err = findTemporald(s.config); err == nil && s.Temporald == "" {
			s.Temporald, err = buildTemporald(ctx, s.config.Say)
		}
		if err != nil {
			return err
		}
	}
	if err := s.startPostgres(ctx); err != nil {
		return err
	}
	if err := s.startTemporal(ctx); err != nil {
		return err
	}
	return s.Ports.save(s.config.settingsFile())
}

func (s *Stack) startPostgres(ctx context.Context) error {
	if !s.config.privatePostgres() {
		s.DatabaseURL = s.config.DatabaseURL
		return reachDatabase(ctx, s.DatabaseURL)
	}
	p, err := newPostgres(ctx, s.config)
	if err != nil {
		return err
	}
	s.server, s.DatabaseURL, s.PostgresBin = p, p.url(role), p.bin.dir
	p.endForgotten() // before the port is looked at: it may hold it
	if err := s.config.Ports.postgres().free(); err != nil {
		return err
	}
	s.Postgres, err = s.launch(ctx, p.program())
	return err
}

func (s *Stack) startTemporal(ctx context.Context) error {
	if !s.config.privateTemporal() {
		s.TemporalAddress = s.config.TemporalAddress
		return reachTemporal(ctx, s.TemporalAddress, s.Namespace)
	}
	s.TemporalAddress, s.TemporalUI = loopback(s.Ports.Temporal), "http://"+loopback(s.Ports.UI)
	var err error
	s.Temporal, err = s.launch(ctx, temporalProgram(s.config, s.Temporald, s.DatabaseURL))
	return err
}

// endLeftovers stops what a killed run left: it holds ports, and its worker would take work with an old program. All at once and
// after a moment without being asked: their database has been told to stop with them, so waiting for a kind end would wait for its time limit.
// Whatever they had under way goes on after the start, as after any crash.
// PostgreSQL has its own way (endForgotten).
func (s *Stack) endLeftovers() {
	files, _ := filepath.Glob(s.config.pidFile("*")) // the pattern is well formed
	var left sync.WaitGroup
	for _, file := range files {
		if file != s.config.pidFile("postgres") {
			left.Go(func() { endLeftover(file, syscall.SIGTERM, leftoverGrace) })
		}
	}
	left.Wait()
}

// leftoverGrace is how long what a killed run left may take to end by itself.
const leftoverGrace = time.Second

// launch starts the program and keeps it in the order of stopping.
func (s *Stack) launch(ctx context.Context, p Program) (*Child, error) {
	c, err := supervise(ctx, p, s.config.Say)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.children = append(s.children, c)
	return c, nil
}

// Run keeps a further program running until Stop, which ends the programs in the reverse order of their start.
// Its log is log/<name>.log in the data folder, unless the command has an output of its own.
func (s *Stack) Run(ctx context.Context, p Program) (*Child, error) {
	p.pidFile, p.logFile = s.config.pidFile(p.Name), s.config.logFile(p.Name)
	return s.launch(ctx, p)
}

// Self is a Program that runs this binary again with other arguments and additional environment ("KEY=value").
func Self(name string, env []string, args ...string) Program {
	return Program{
		Name: name, Stop: syscall.SIGTERM, Grace: 15 * time.Second, Patience: time.Minute,
		Command: func() (*exec.Cmd, error) {
			self, err := os.Executable()
			if err != nil {
				return nil, err
			}
			cmd := exec.Command(self, args...)
			cmd.Env = append(os.Environ(), env...)
			return cmd, nil
		},
	}
}

// LogFile is where a program of that name writes.
func (s *Stack) LogFile(name string) string { return s.config.logFile(name) }

// Hurry kills everything but PostgreSQL, which is always asked kindly; for a person who presses Ctrl-C twice.
// Nothing that was acknowledged is lost.
func (s *Stack) Hurry() {
	for _, c := range s.inReverse() {
		if c != s.Postgres {
			c.strike()
		}
	}
}

// Stop ends all programs, the latest first, and gives the folder free. It may be called again.
func (s *Stack) Stop() {
	for _, c := range s.inReverse() {
		c.Stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopped {
		s.stopped = true
		if s.server != nil {
			_ = os.Remove(s.server.socketPath()) // empty now, or still in use by somebody who knows why
		}
		s.lock.release()
	}
}

func (s *Stack) inReverse() []*Child {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Child
	for i := len(s.children) - 1; i >= 0; i-- {
		out = append(out, s.children[i])
	}
	return out
}

func reachDatabase(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return databaseUnreachable(err)
	}
	var missing []string
	err = conn.QueryRow(ctx, `select coalesce(array_agg(name), '{}') from unnest($1::text[]) as x(name) where not exists (select from pg_available_extensions e where e.name = x.name)`,
		[]string{"pg_trgm", "unaccent"}).Scan(&missing)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return databaseUnreachable(err)
	}
	if len(missing) > 0 {
		return noExtensions(missing)
	}
	return nil
}

func reachTemporal(ctx context.Context, address, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := temporalReady(ctx, address, namespace)
	switch {
	case errors.Is(err, errNoNamespace):
		return namespaceMissing(address, namespace)
	case err != nil:
		return temporalUnreachable(address, err)
	}
	return nil
}
