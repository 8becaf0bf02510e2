package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"

	"leadtocash/api"
	"leadtocash/deploy/stack"
	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"
	"leadtocash/rules"
	"leadtocash/store"
)

// productPrograms are the commands that dev keeps running as child processes, in the order of their start.
var productPrograms = []string{"worker", "api"}

// peer is a development stand-in for something outside the house (mail, ERP), in the process of dev.
type peer struct {
	name string
	// start serves until stop is called; env tells worker and API where.
	start func(s *stack.Stack) (env []string, stop func() error, err error)
}

// peers are the stand-ins that dev starts before worker and API.
var peers = []peer{{"development mailbox", startMailbox}, {"development ERP", startERP}}

func startMailbox(s *stack.Stack) ([]string, func() error, error) {
	dir := filepath.Join(s.Data, "mailbox")
	m, err := mailbox.Start(fmt.Sprintf("127.0.0.1:%d", s.Ports.SMTP), dir, mailbox.Faults{})
	if err != nil {
		return nil, nil, err
	}
	return []string{"LEADTOCASH_SMTP=" + m.URL(), "LEADTOCASH_MAILBOX=" + dir}, m.Close, nil
}

func startERP(s *stack.Stack) ([]string, func() error, error) {
	e, err := erpstub.Start(fmt.Sprintf("127.0.0.1:%d", s.Ports.ERP), filepath.Join(s.Data, "erp.jsonl"), erpstub.Faults{})
	if err != nil {
		return nil, nil, err
	}
	key := rand.Text() // of this run: both sides are ours
	e.Trust(key)
	return []string{"LEADTOCASH_ERP=" + e.URL(), "LEADTOCASH_ERP_KEYS=" + key}, e.Close, nil
}

// startPeers returns what to tell the programs; the function ends those that were started and is never nil.
func startPeers(s *stack.Stack) (env []string, stop func(), err error) {
	var stops []func() error
	stop = func() {
		for _, each := range stops {
			if err := each(); err != nil {
				say(err.Error())
			}
		}
	}
	for _, p := range peers {
		more, end, err := p.start(s)
		if err != nil {
			return env, stop, fmt.Errorf("%s: %w", p.name, err)
		}
		env, stops = append(env, more...), append(stops, end)
	}
	return env, stop, nil
}

// seed writes the demo company, whose business begins in the past; what a person has changed since is left alone.
func seed(ctx context.Context, url string) error {
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.SeedDemo(ctx); err != nil {
		return err
	}
	return s.BeginInThePast(ctx, longAgo)
}

// playDemo brings the demo company's business to where a visitor meets it.
func playDemo(ctx context.Context, s *stack.Stack) error {
	store, c, err := connectionFlags{DatabaseURL: s.DatabaseURL, TemporalAddress: s.TemporalAddress, Namespace: s.Namespace}.connect(ctx, logger())
	if err != nil {
		return err
	}
	defer store.Close()
	defer c.Close()
	store.Judge = (&rules.Library{}).Judge
	engine := api.NewEngine(store, c)
	defer engine.Close()
	return demo{store, engine}.play(ctx)
}

// welcome is what a person reads when everything runs.
func welcome(s *stack.Stack) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nOpen %s\n\nLog in as one of these; the password of all is %s\n", origin(s), store.DemoPassword)
	for _, u := range store.DemoUsers() {
		fmt.Fprintf(&b, "  %-24s %s\n", u.Email, u.Role)
	}
	return b.String()
}
