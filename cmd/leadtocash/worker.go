package main

import (
	"context"
	"log/slog"
	"net"
	"time"

	"leadtocash/activities"
	"leadtocash/i18n"
	"leadtocash/integrations"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/worker"

	"golang.org/x/sync/errgroup"
)

type workerCommand struct {
	connectionFlags
	SMTP   string   `name:"smtp" help:"Mail server, smtp:// or smtps://." env:"LEADTOCASH_SMTP" required:"" placeholder:"URL"`
	From   string   `help:"Sender of mail." env:"LEADTOCASH_MAIL_FROM" default:"office@demo.example"`
	Origin string   `help:"Address of the web pages, for links in mail." env:"LEADTOCASH_ORIGIN" default:"http://127.0.0.1:8080" placeholder:"URL"`
	ERP    string   `name:"erp" help:"Base address of the ERP." env:"LEADTOCASH_ERP" required:"" placeholder:"URL"`
	Token  string   `name:"erp-token" help:"Bearer token for the ERP." env:"LEADTOCASH_ERP_TOKEN"`
	Keys   []string `name:"erp-key" help:"Key that signs what goes to the ERP; a new one stands before the old one until the ERP knows it." env:"LEADTOCASH_ERP_KEYS" placeholder:"KEY,…"`
	MailIn string   `name:"mail-in" help:"Address at which mail for the company comes in by SMTP; empty: none does." env:"LEADTOCASH_MAIL_IN" placeholder:"HOST:PORT"`
	Chase  string   `name:"chase-cron" help:"When overdue invoices are chased: a cron expression of five fields." env:"LEADTOCASH_CHASE_CRON" default:"CRON_TZ=Europe/Rome 30 9 * * *" placeholder:"CRON"`
}

// Help is the long text of `leadtocash worker --help`.
func (workerCommand) Help() string {
	return `Carries the durable processes: takes their steps, wakes them, delivers mail and ERP orders, and chases overdue invoices when the cron
expression says so. Run as many as you like: each tick is chased once, each mail and order leaves once. Keep the chase outside 02:00-03:00
local time, which clock changes skip or double.`
}

// Run works until it is interrupted.
func (w workerCommand) Run(ctx context.Context) error {
	log := logger()
	s, c, err := w.connect(ctx, log)
	if err != nil {
		return err
	}
	defer s.Close()
	defer c.Close()
	library := &rules.Library{}
	channels, err := w.channels(s, library)
	if err != nil {
		return err
	}
	s.Judge = library.Judge
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return worker.Run(ctx, worker.Config{
			Temporal: c, ChaseCron: w.Chase, Log: log, ReadFile: extract(ctx), Steps: &activities.Steps{Store: s, Rules: library, Channels: channels},
		})
	})
	g.Go(func() error { return w.takeMail(ctx, s, log) })
	return g.Wait()
}

// takeMail listens for mail that comes in. Several workers on one machine share the address: who has it serves, the others wait for it.
func (w workerCommand) takeMail(ctx context.Context, s *store.Store, log *slog.Logger) error {
	if w.MailIn == "" {
		return nil
	}
	inbox := &integrations.Inbox{Log: log, Take: (&activities.Inbox{Store: s, From: w.From}).Take}
	for told := false; ctx.Err() == nil; {
		l, err := net.Listen("tcp", w.MailIn)
		if err == nil {
			log.Info("mail comes in", "address", l.Addr().String())
			err, told = inbox.Serve(ctx, l), false
		}
		if err != nil && !told {
			log.Warn("mail cannot come in; trying again", "error", err.Error())
			told = true
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	return nil
}

// channels are the ways out of the house.
func (w workerCommand) channels(s *store.Store, library *rules.Library) (map[string]activities.Channel, error) {
	texts, err := i18n.New()
	if err != nil {
		return nil, err
	}
	mailer, err := integrations.NewSMTP(w.SMTP)
	if err != nil {
		return nil, err
	}
	erp, err := integrations.NewWebhookERP(w.ERP, w.Token, w.Keys...)
	if err != nil {
		return nil, err
	}
	ubl, err := integrations.NewUBLERP(w.ERP, w.Token, w.Keys...)
	if err != nil {
		return nil, err
	}
	return map[string]activities.Channel{
		store.ChannelMail: &activities.Post{Mailer: mailer, Texts: texts, From: w.From, Origin: w.Origin, Desk: &activities.Steps{Store: s, Rules: library}},
		store.ChannelERP:  &activities.ERPChannel{ERP: erp, By: map[integrations.ERPFormat]integrations.ERP{integrations.ERPUBL: ubl}, Store: s},
	}, nil
}
