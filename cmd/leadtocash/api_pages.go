package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"leadtocash/api"
	"leadtocash/integrations/mailbox"
	"leadtocash/rules"
	"leadtocash/store"
)

// pages is what the web pages need beside the api: the rule file, and in development the mailbox and the demo's log-ins.
func (a apiCommand) pages(s *store.Store) api.Pages {
	p := api.Pages{Desk: ruleDesk{s, a.Rules}, TemporalUI: a.TemporalUI, Namespace: a.Namespace}
	if a.Mailbox != "" {
		p.Mailbox = letters{a.Mailbox}
	}
	if a.Development {
		for _, u := range store.DemoUsers() {
			p.Demo = append(p.Demo, api.DemoLogin{Name: u.Name, Email: u.Email, Password: store.DemoPassword})
		}
	}
	return p
}

// ruleDesk activates the rule file: the one that was named, else the shipped rules.
type ruleDesk struct {
	store *store.Store
	file  string
}

// ReloadRules makes the file's rule sets the active ones for new processes; a file with a problem changes nothing.
func (d ruleDesk) ReloadRules(ctx context.Context, author string) error {
	src := rules.Default()
	if d.file != "" {
		var err error
		if src, err = os.ReadFile(d.file); err != nil {
			return err
		}
	}
	if _, err := d.store.CustomFields(ctx, ""); err != nil {
		return err
	}
	texts, err := ruleTexts(src)
	if err != nil {
		return err
	}
	_, err = d.store.ActivateRules(ctx, texts, author, "reloaded from the rule file")
	return err
}

// letters reads the development mailbox.
type letters struct{ dir string }

// List gives the newest first.
func (l letters) List(context.Context) ([]api.Letter, error) {
	entries, err := mailbox.List(l.dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	out := make([]api.Letter, len(entries))
	for i, e := range entries {
		out[i] = api.Letter{ID: e.ID, From: e.From, To: first(e.To), Subject: e.Subject, At: e.At.UTC().Format(time.RFC3339)}
	}
	slices.Reverse(out)
	return out, err
}

// Read gives one letter with its text.
func (l letters) Read(_ context.Context, id string) (api.Letter, error) {
	m, err := mailbox.Read(l.dir, id)
	if errors.Is(err, mailbox.ErrNotFound) {
		return api.Letter{}, store.ErrNotFound
	}
	return api.Letter{ID: m.ID, From: m.From, To: first(m.To), Subject: m.Subject, At: m.At.UTC().Format(time.RFC3339), Body: cmp.Or(m.Text, m.HTML)}, err
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
