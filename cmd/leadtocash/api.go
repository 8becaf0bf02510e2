package main

import "context"

type apiCommand struct {
	connectionFlags
	Addr   string `help:"Address to listen on." env:"LEADTOCASH_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Origin string `help:"Address as people see it, for links and cookies." env:"LEADTOCASH_ORIGIN" default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// Help is the long text of `leadtocash api --help`.
func (apiCommand) Help() string {
	return "Serves the web pages and the JSON API. Any number may run side by side; GET /healthz answers 200 when it serves."
}

// Run serves until ctx ends.
func (a apiCommand) Run(ctx context.Context) error { return serveAPI(ctx, a) }

func serveAPI(ctx context.Context, a apiCommand) error {
	<-ctx.Done()
	return nil
}
