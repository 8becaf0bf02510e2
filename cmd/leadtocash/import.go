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
	Leads    importLeads    `cmd:"" help:"Bring in a file of leads: CSV in UTF-8 with a header, or a spreadsheet; the column company is needed."`
	Accounts importAccounts `cmd:"" help:"Bring in a file of companies; the column name is needed."`
	SDI      importSDI      `cmd:"" name:"sdi" help:"Bring in notices of the Italian exchange about invoices that were sent."`
	Bank     importBank     `cmd:"" help:"Bring in statements of the bank: camt.053, or CSV or a spreadsheet with the bank's columns."`
	Contacts importContacts `cmd:"" help:"Bring in a file of people; the column name is needed, and where they work: company or vat."`
}

// Help is the long text of `leadtocash import --help`.
func (importCommand) Help() string {
	return `Columns of leads: company, contact_name, email, phone, vat, country, need, language, source, campaign, external_id, consent; of companies: name, vat,
tax_code, sdi, pec, iban, country, address, street, postal_code, city, region, email, phone, class, language, payment_days, credit_limit, parent, owner; of people:
name, company, vat, email, phone, job, role, language, consent, owner.
The same file again changes nothing; one that was broken off goes on by itself. A worker must be running.
Exit codes: 0 every row is in, 1 a row or the whole file was refused, 2 wrong usage, 3 the database cannot be reached.`
}

// importLeads, importAccounts and importContacts bring in a file each; what companies and people have that are known already, --known says.
type (
	importLeads    struct{ importFile }
	importAccounts struct {
		importFile
		importKnown
	}
	importContacts struct {
		importFile
		importKnown
	}
	importKnown struct {
		Known string `enum:"skip,update,new" default:"skip" help:"What becomes of a row whose record is there already: skip, update or new."`
	}
)

// Run brings in leads.
func (c importLeads) Run(ctx context.Context) error { return c.run(ctx, "lead", "") }

// Run brings in companies.
func (c importAccounts) Run(ctx context.Context) error { return c.run(ctx, "account", c.Known) }

// Run brings in people.
func (c importContacts) Run(ctx context.Context) error { return c.run(ctx, "contact", c.Known) }

type importFile struct {
	File        string `arg:"" help:"CSV file; - reads standard input."`
	DryRun      bool   `help:"Tell which rows would be refused, and keep nothing."`
	NoWait      bool   `help:"Do not wait until every row is in."`
	Author      string `help:"Who." env:"USER" default:"command line"`
	DatabaseURL string `name:"database-url" help:"PostgreSQL to bring it into; not needed for a dry run." env:"DATABASE_URL" placeholder:"URL"`
}

// run reads the file, tells the rows that are refused, and waits until the others are in; it ends with 1 when a row was refused.
func (c importFile) run(ctx context.Context, what, known string) error {
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	words := texts.For("en")
	rows, err := c.read(ctx, what, words)
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
	} else if refused, err = c.bring(ctx, crm.Import{ID: store.NewID(), What: what, Known: known, Name: filepath.Base(c.File), Author: c.Author}, rows); err != nil {
		return err
	}
	if refused > 0 {
		return exitCode(1)
	}
	return nil
}

func (c importFile) read(ctx context.Context, what string, words *i18n.Printer) ([]crm.ImportRow, error) {
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
	rows, err := api.ReadRecords(what, body, c.currency(ctx))
	if p, ok := errors.AsType[api.Problem](err); ok {
		var why []string
		for _, e := range p.Errors {
			why = append(why, words.T("error."+e.Code, e.Figures()))
		}
		return nil, fmt.Errorf("%s is not taken: %s", c.File, strings.Join(why, " "))
	}
	return rows, err
}

// currency is the company's, which amounts have; the euro where it cannot be asked.
func (c importFile) currency(ctx context.Context) crm.Currency {
	if c.DatabaseURL != "" {
		if s, err := store.Open(ctx, c.DatabaseURL); err == nil {
			defer s.Close()
			if e, err := s.LegalEntity(ctx); err == nil {
				return crm.Currency(e.Currency)
			}
		}
	}
	return "EUR"
}

// bring keeps the file and waits for its rows, so long as the caller does.
func (c importFile) bring(ctx context.Context, m crm.Import, rows []crm.ImportRow) (refused int, err error) {
	if c.DatabaseURL == "" {
		return 0, failure{2, "--database-url (DATABASE_URL) must say which database the rows go to"}
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if err := s.Ping(ctx); err != nil {
		return 0, unreached(err)
	}
	m, err = s.CreateImport(ctx, m, rows)
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
