package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

// importBank brings in statements of the bank.
type importBank struct {
	File        string `arg:"" help:"The file; - reads standard input."`
	DryRun      bool   `help:"Tell what is wrong with the file, and keep nothing."`
	DatabaseURL string `name:"database-url" help:"PostgreSQL to bring it into." env:"DATABASE_URL" placeholder:"URL" required:""`
}

// Run brings the file in and tells how many entries are new; a file that is refused ends with 1.
func (c importBank) Run(ctx context.Context) error {
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	in := os.Stdin
	if c.File != "-" {
		if in, err = os.Open(c.File); err != nil {
			return err
		}
		defer in.Close()
	}
	body, err := io.ReadAll(io.LimitReader(in, api.ImportLimit+1))
	if err != nil {
		return err
	}
	if len(body) > api.ImportLimit {
		return fmt.Errorf("the file is larger than %d MiB", api.ImportLimit>>20)
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Ping(ctx); err != nil {
		return unreached(err)
	}
	e, err := s.LegalEntity(ctx)
	if err != nil {
		return err
	}
	f, err := api.ReadBank(ctx, s, body, e)
	if err == nil {
		f.ID, f.Name = store.NewID(), filepath.Base(c.File)
		err = c.bring(ctx, s, e, f, body, texts.For("en"))
	}
	return refusedBank(err, texts.For("en"))
}

func (c importBank) bring(ctx context.Context, s *store.Store, e crm.LegalEntity, f crm.BankFile, body []byte, words *i18n.Printer) error {
	if c.DryRun {
		if err := f.Check(e); err != nil {
			return err
		}
		fmt.Printf("%d statements would be taken\n", len(f.Statements))
		return nil
	}
	out, again, err := s.ImportBank(ctx, "", f, body)
	if err != nil {
		return err
	}
	for _, w := range out.Warnings {
		fmt.Printf("%s: %s\n", w.Pointer, words.Error(w))
	}
	if again {
		fmt.Println("this file is there already: nothing is new")
		return nil
	}
	fmt.Printf("%d new entries, %d known\n", out.Entries, out.Known)
	return nil
}

// refusedBank tells what a file is refused for, a line each.
func refusedBank(err error, words *i18n.Printer) error {
	refused := false
	switch wrong := err.(type) {
	case api.Problem:
		for _, p := range wrong.Errors {
			refused = true
			fmt.Println(words.T("error."+p.Code, p.Figures()))
		}
	case crm.FieldErrors:
		for _, p := range wrong {
			refused = true
			fmt.Printf("%s: %s\n", p.Pointer, words.Error(p))
		}
	}
	if refused {
		return exitCode(1)
	}
	return err
}
