package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

type importCommand struct {
	Leads importLeads `cmd:"" help:"Bring in a file of leads: CSV in UTF-8 with a header; the column company is needed."`
}

// Help is the long text of `leadtocash import --help`.
func (importCommand) Help() string {
	return `Columns: company, contact_name, email, phone, vat, country, need, language, source, campaign, external_id, consent.
The same file again changes nothing; one that was broken off goes on by itself. A worker must be running.
Exit codes: 0 every row is in, 1 a row or the whole file was refused, 2 wrong usage, 3 the database cannot be reached.`
}

type importLeads struct {
	File        string `arg:"" help:"CSV file; - reads standard input."`
	DryRun      bool   `help:"Tell which rows would be refused, and keep nothing."`
	NoWait      bool   `help:"Do not wait until every row is in."`
	Author      string `help:"Who." env:"USER" default:"command line"`
	DatabaseURL string `name:"database-url" help:"PostgreSQL to bring them into; not needed for a dry run." env:"DATABASE_URL" placeholder:"URL"`
}

// Run reads the file, tells the rows that are refused, and waits until the others are in; it ends with 1 when a row was refused.
func (c importLeads) Run(ctx context.Context) error {
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	words := texts.For("en")
	rows, err := c.read(words)
	if err != nil {
		return err
	}
	refused := 0
	for _, r := range rows {
		for _, p := range r.Problems {
			fmt.Printf("%s:%d: %s %s: %s\n", c.File, r.Line, p.Pointer, p.Code, words.Error(p))
		}
		if r.State == "refused" {
			refused++
		}
	}
	if c.DryRun {
		fmt.Printf("%d rows, %d would be refused\n", len(rows), refused)
	} else if refused, err = c.bring(ctx, rows); err != nil {
		return err
	}
	if refused > 0 {
		return exitCode(1)
	}
	return nil
}

func (c importLeads) read(words *i18n.Printer) ([]crm.ImportRow, error) {
	in := os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, api.ImportLimit+1))
	if err != nil {
		return nil, err
	}
	if len(body) > api.ImportLimit {
		return nil, fmt.Errorf("the file is larger than %d MiB", api.ImportLimit>>20)
	}
	rows, err := api.ReadLeads(body)
	if p, ok := errors.AsType[api.Problem](err); ok {
		var why []string
		for _, e := range p.Errors {
			why = append(why, words.T("error."+e.Code, e.Figures()))
		}
		return nil, fmt.Errorf("%s is not taken: %s", c.File, strings.Join(why, " "))
	}
	return rows, err
}

// bring keeps the file and waits for its rows, so long as the caller does.
func (c importLeads) bring(ctx context.Context, rows []crm.ImportRow) (refused int, err error) {
	if c.DatabaseURL == "" {
		return 0, failure{2, "--database-url (DATABASE_URL) must say which database the leads go to"}
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if err := s.Ping(ctx); err != nil {
		return 0, unreached(err)
	}
	m, err := s.CreateImport(ctx, crm.Import{ID: store.NewID(), Name: filepath.Base(c.File), Author: c.Author}, rows)
	for err == nil && m.State != "done" && !c.NoWait {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
		m, err = s.Import(ctx, m.ID)
	}
	if err == nil {
		fmt.Printf("import %s %s: %d rows, %d new, %d known, %d unchanged, %d refused\n", m.ID, m.State, m.Total, m.Made, m.Touched, m.Unchanged, m.Refused)
	}
	return m.Refused, unreached(err)
}
