// Command leadtocash is the product: its web pages and API, its worker, and what is needed to run them on one machine.
//
// Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 the database cannot be reached.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli lists the commands; each stands in a file of its name.
type cli struct {
	Dev       devCommand       `cmd:"" help:"Run everything on this machine: database, Temporal, worker, API and web pages."`
	API       apiCommand       `cmd:"" name:"api" help:"Serve the web pages and the API."`
	Worker    workerCommand    `cmd:"" help:"Carry the durable processes, deliver what leaves the house, chase overdue invoices."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the database up to date."`
	Rules     rulesCommand     `cmd:"" help:"Check, show and activate rules."`
	Invoice   invoiceCommand   `cmd:"" help:"List what may be billed, or bill several tranches on one invoice."`
	Earned    earnedCommand    `cmd:"" help:"Tell what the work of a project has earned, and bill it."`
	Collect   collectCommand   `cmd:"" help:"List who owes what is overdue, and note promises, disputes, pauses and instalment plans."`
	Import    importCommand    `cmd:"" help:"Bring in files."`
	Doctor    doctorCommand    `cmd:"" help:"Check whether this machine can run it, and say the way out of each problem."`
	Version   versionCommand   `cmd:"" help:"Show the version."`
	Bench     benchCommand     `cmd:"" help:"Measure journeys, steps and reads."`
	Extract   extractCommand   `cmd:"" hidden:"" help:"Read the text of a file from the standard input; a child of the worker."`
	WithStack withStackCommand `cmd:"" name:"with-stack" help:"Run a command with a temporary PostgreSQL and Temporal, for tests."`
}

func main() {
	tuneMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string) int {
	parser, err := kong.New(&cli{}, kong.Name("leadtocash"),
		kong.Description("Leads to cash: from the first contact to the paid invoice, as processes that survive every crash."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		panic(err) // the struct above is wrong
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "leadtocash: %v (leadtocash --help lists the commands)\n", err)
		return 2
	}
	err = command.Run()
	if code, ok := errors.AsType[exitCode](err); ok {
		return int(code)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "leadtocash:", err)
		if f, ok := errors.AsType[failure](err); ok {
			return f.code
		}
		return 1
	}
	return 0
}

// exitCode is an error that has been said already.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// failure is an error with the exit code that it ends with.
type failure struct {
	code int
	text string
}

func (f failure) Error() string { return f.text }
