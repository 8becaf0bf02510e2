package main

import (
	"context"
	"fmt"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

type migrateCommand struct {
	DatabaseURL string `name:"database-url" help:"PostgreSQL to migrate." env:"DATABASE_URL" required:"" placeholder:"URL"`
}

// Help is the long text of `leadtocash migrate --help`.
func (migrateCommand) Help() string {
	return `Brings the database's schema up to date and, where there are no rules yet, activates the shipped ones. It may run again, and on several
machines at once. Run it before the api and the worker of a new version.`
}

// Run migrates and says so.
func (m migrateCommand) Run(ctx context.Context) error {
	if err := migrateDatabase(ctx, m.DatabaseURL); err != nil {
		return err
	}
	fmt.Println("The database is up to date.")
	return nil
}

// migrateDatabase brings the product's tables up to date; it may be repeated.
func migrateDatabase(ctx context.Context, url string) error {
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	active, err := s.ActiveRules(ctx)
	if err != nil {
		return err
	}
	missing, err := shippedRules()
	if err != nil {
		return err
	}
	for _, r := range active {
		delete(missing, r.Kind)
	}
	_, err = s.ActivateRules(ctx, missing, "leadtocash", "shipped with the product")
	return err
}

// shippedRules is the text of each rule set that comes with the product.
func shippedRules() (map[crm.RuleKind]string, error) { return ruleTexts(rules.Default()) }

func ruleTexts(src []byte) (map[crm.RuleKind]string, error) {
	doc, problems := rules.ParseDocument(src)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	out := map[crm.RuleKind]string{}
	for _, kind := range crm.RuleKinds() {
		part, here := doc[kind]
		if !here {
			continue
		}
		if failed := rules.Failed(part.Set.Test()); len(failed) > 0 {
			return nil, fmt.Errorf("%s is not activated: %s", kind, caseText(failed[0]))
		}
		out[kind] = string(part.Source)
	}
	return out, nil
}
