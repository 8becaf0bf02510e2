package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"leadtocash/api"
	"leadtocash/i18n"
)

type apiCommand struct {
	connectionFlags
	Addr    string   `help:"Address to listen on." env:"LEADTOCASH_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Secret  string   `help:"Seals the cursors of lists; the same on all machines." env:"LEADTOCASH_SECRET"`
	Secure  bool     `name:"secure-cookies" help:"Send cookies over HTTPS only." env:"LEADTOCASH_SECURE_COOKIES"`
	Proxies []string `name:"trusted-proxies" help:"Proxies whose X-Forwarded-For is believed." env:"LEADTOCASH_TRUSTED_PROXIES" placeholder:"ADDRESS"`
	Rules   string   `help:"Rule file that the rules page reloads; without it the shipped rules." env:"LEADTOCASH_RULES" type:"path" placeholder:"FILE"`

	TemporalUI  string `name:"temporal-ui" help:"Address of Temporal's own pages, for staff." env:"LEADTOCASH_TEMPORAL_UI" placeholder:"URL"`
	Mailbox     string `help:"Folder of the development mailbox; its page is shown when it is named." env:"LEADTOCASH_MAILBOX" placeholder:"DIR"`
	Development bool   `help:"Offer the demo's log-ins and let administrators move the clock. Never in production." env:"LEADTOCASH_DEVELOPMENT"`
}

// Help is the long text of `leadtocash api --help`.
func (apiCommand) Help() string {
	return `Serves the web pages, the JSON API and the public forms. Run as many as you like behind a proxy that ends TLS; sessions and idempotency
keys are in the database. Leads are accepted while Temporal is away.`
}

// stopWithin is how long requests under way may take when the server stops.
const stopWithin = 15 * time.Second

// Run serves until it is interrupted.
func (a apiCommand) Run(ctx context.Context) error {
	log := logger()
	s, c, err := a.connect(ctx, log)
	if err != nil {
		return err
	}
	defer s.Close()
	defer c.Close()
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	engine := api.NewEngine(s, c)
	defer engine.Close()
	config := api.Config{
		Store: s, Commander: engine, Log: log, Secret: []byte(a.Secret), SecureCookies: a.Secure, TrustedProxies: a.Proxies,
		Texts: func(language string) api.Printer { return texts.For(language) },
		Pages: a.pages(s),
	}
	if a.Development {
		config.DevClock = api.StoreClock{Store: s}
	}
	site := api.New(config)
	go site.KeepRulesWarm(ctx)
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, Handler: site}
	l, err := net.Listen("tcp", a.Addr)
	if err != nil {
		return fmt.Errorf("%w; another address is set with --addr or LEADTOCASH_ADDR", err)
	}
	log.Info("api started", "address", l.Addr().String())
	return serve(ctx, server, l)
}

// serve ends when the context does, after the requests under way.
func serve(ctx context.Context, server *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	sctx, stop := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer stop()
	err := server.Shutdown(sctx)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
