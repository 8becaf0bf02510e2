package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"
)

// importSDI brings in notices of the Italian exchange.
type importSDI struct {
	Paths       []string `arg:"" help:"Files of notices (RC, NS, MC, NE, DT, AT), or folders of them."`
	DatabaseURL string   `name:"database-url" help:"PostgreSQL to bring them into." env:"DATABASE_URL" placeholder:"URL" required:""`
}

// Run brings each file in and tells what it says, a line each; where one is refused it goes on with the others and ends with 1. Files that are known already change nothing, so a
// folder may be read again and again.
func (c importSDI) Run(ctx context.Context) error {
	texts, err := i18n.New()
	if err != nil {
		return err
	}
	files, err := sdiFiles(c.Paths)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Ping(ctx); err != nil {
		return unreached(err)
	}
	refused := false
	for _, file := range files {
		said, err := takeSDI(ctx, s, file)
		wrong, is := errors.AsType[crm.FieldErrors](err)
		switch {
		case is:
			refused, said = true, texts.For("en").Error(crm.FieldError{Code: wrong[0].Code, Params: wrong[0].Params})
		case err != nil:
			return err
		}
		fmt.Printf("%s: %s\n", filepath.Base(file), said)
	}
	if refused {
		return exitCode(1)
	}
	return nil
}

// takeSDI brings a file in and tells what became of it.
func takeSDI(ctx context.Context, s *store.Store, file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, documents.MaxSDI+1))
	if err != nil {
		return "", err
	}
	n, err := documents.ReadSDI(filepath.Base(file), body)
	if err != nil {
		return "", err
	}
	row, again, err := s.TakeNotice(ctx, "", n, body)
	switch {
	case err != nil:
		return "", err
	case again:
		return "known already", nil
	case row.Number == "":
		return string(n.Kind) + ", no document is called " + n.File, nil
	}
	return string(n.Kind) + " for " + row.Number + ": " + string(n.State()), nil
}

// sdiFiles are the files that were named, and those of folders whose names end in .xml, in the order of their names.
func sdiFiles(paths []string) (files []string, err error) {
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		if err := filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), ".xml") {
				files = append(files, path)
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	return files, nil
}
