package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"leadtocash/bench"
	"leadtocash/deploy/stack"
)

type benchCommand struct {
	DatabaseURL     string `name:"database-url" help:"PostgreSQL on which a database for the measurement is made and removed (a private one)." env:"DATABASE_URL" placeholder:"URL"`
	TemporalAddress string `help:"Temporal server on which a namespace is made (a private one)." env:"TEMPORAL_ADDRESS" placeholder:"HOST:PORT"`
	Quick           bool   `help:"Measure shortly; the figures vary more."`
	Only            string `help:"Measure only what begins so: journey/, step/engine-ratio, query/list, page/list, rules/ …" placeholder:"NAME"`
	Clients         []int  `help:"Clients at once." default:"1,4,8,32"`
	JSON            bool   `help:"Print one JSON object a line and nothing else."`
}

// Help is the long text of `leadtocash bench --help`.
func (benchCommand) Help() string {
	return `Measures whole journeys (a lead to a closed contract with deposit and balance: 16 commands), their steps, the steps' speed as a share of what
Temporal alone does with as many starts and Updates, the reads that grow with the number of deals, and rules beside bare expr. query/ageing (a million invoices) and chase (10,000 overdue ones) are measured only when --only names them. It starts a private PostgreSQL and
Temporal unless both are given. On servers given it makes a database and a namespace of its own; the database is removed at the end.`
}

// Run prints each figure as it comes.
func (b benchCommand) Run(ctx context.Context) (err error) {
	options := bench.Options{Clients: b.Clients, Only: b.Only, Quick: b.Quick}
	if strings.HasPrefix(b.Only, "rules/") && !strings.HasPrefix(b.Only, "rules/try") { // rules need no server; trying them on deals does
		return bench.Rules(options, b.print)
	}
	servers := bench.Servers{DatabaseURL: b.DatabaseURL, TemporalAddress: b.TemporalAddress}
	if (servers.DatabaseURL == "") != (servers.TemporalAddress == "") {
		return errors.New("give both --database-url and --temporal-address, or neither")
	}
	if servers.DatabaseURL == "" {
		progress := say
		if b.JSON {
			progress = func(string) {}
		}
		s, err := stack.Temporary(ctx, stack.Config{Say: progress}.WithEnvironment())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Remove()) }()
		servers = bench.Servers{DatabaseURL: s.DatabaseURL, TemporalAddress: s.TemporalAddress}
	}
	return bench.Run(ctx, servers, options, b.print)
}

func (b benchCommand) print(r bench.Result) {
	if b.JSON {
		_ = json.NewEncoder(os.Stdout).Encode(r) // figures and names always marshal
		return
	}
	fmt.Printf("%-32s %10.3g %s\n", r.Name, r.Value, r.Unit)
}
