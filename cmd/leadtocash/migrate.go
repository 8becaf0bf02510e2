package main

import "context"

type migrateCommand struct {
	DatabaseURL string `name:"database-url" help:"PostgreSQL to bring up to date." env:"DATABASE_URL" required:"" placeholder:"URL"`
}

// Help is the long text of `leadtocash migrate --help`.
func (migrateCommand) Help() string {
	return "Creates the product's tables or brings them up to this version. It may be repeated and run beside another one."
}

// Run returns when the database is up to date.
func (m migrateCommand) Run(ctx context.Context) error { return migrateDatabase(ctx, m.DatabaseURL) }
