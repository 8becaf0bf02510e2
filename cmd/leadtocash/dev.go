package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"leadtocash/deploy/stack"
)

type devCommand struct {
	stackFlags
	MailIn string `name:"mail-in" help:"Address at which mail for the company comes in by SMTP; empty: none does." env:"LEADTOCASH_MAIL_IN" default:"127.0.0.1:8027" placeholder:"HOST:PORT"`
}

// Help is the long text of `leadtocash dev --help`.
func (devCommand) Help() string {
	return `Starts a private PostgreSQL and a Temporal server unless DATABASE_URL and TEMPORAL_ADDRESS name others, brings the
database up to date, starts worker and API, and prints the address to open. All of it listens on this machine only.
Ctrl-C stops everything in order; a second Ctrl-C does it faster. The data stay in the data folder, however it ended.`
}

// Run returns nil after Ctrl-C.
func (d devCommand) Run(ctx context.Context) error {
	begin := time.Now()
	s, err := stack.Start(ctx, d.config())
	if err != nil {
		return err
	}
	stopPeers := func() {}
	defer hurryOnSecondSignal(ctx, s)()
	defer func() { stopPeers() }() // last: worker and API may still talk to them
	defer s.Stop()
	if stopPeers, err = d.serve(ctx, s); err != nil {
		return err
	}
	fmt.Println(welcome(s))
	say(fmt.Sprintf("Ready after %.1f s. Logs are in %s. Ctrl-C stops everything.", time.Since(begin).Seconds(), s.LogFile("*")))
	<-ctx.Done()
	say("Stopping; nothing is lost.")
	return nil
}

// serve brings up the product on the stack. The returned function ends the peers and is never nil.
func (d devCommand) serve(ctx context.Context, s *stack.Stack) (stop func(), err error) {
	if err := migrateDatabase(ctx, s.DatabaseURL); err != nil {
		return func() {}, err
	}
	if err := seed(ctx, s.DatabaseURL); err != nil {
		return func() {}, err
	}
	env, stop, err := startPeers(s)
	if err != nil {
		return stop, err
	}
	env = append(append(env, environment(s)...), "LEADTOCASH_MAIL_IN="+d.MailIn)
	for _, name := range productPrograms {
		p := stack.Self(name, env, name)
		if name == "api" {
			p.Ready = func(ctx context.Context) error { return healthy(ctx, origin(s)) }
		}
		if _, err := s.Run(ctx, p); err != nil {
			return stop, err
		}
	}
	return stop, playDemo(ctx, s)
}

// environment is what worker and API read: the same variables as in production.
func environment(s *stack.Stack) []string {
	return []string{
		"DATABASE_URL=" + s.DatabaseURL, "TEMPORAL_ADDRESS=" + s.TemporalAddress, "TEMPORAL_NAMESPACE=" + s.Namespace,
		"LEADTOCASH_ADDR=" + fmt.Sprintf("127.0.0.1:%d", s.Ports.API), "LEADTOCASH_ORIGIN=" + origin(s), "LEADTOCASH_DATA=" + s.Data,
		"LEADTOCASH_DEVELOPMENT=true", "LEADTOCASH_TEMPORAL_UI=" + s.TemporalUI,
	}
}

func origin(s *stack.Stack) string { return fmt.Sprintf("http://127.0.0.1:%d", s.Ports.API) }

// healthy asks the API whether it serves.
func healthy(ctx context.Context, origin string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/healthz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s/healthz answers %s", origin, answer.Status)
	}
	return nil
}
