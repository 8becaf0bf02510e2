// Command temporald is the Temporal server that `leadtocash dev` runs beside the product when no other one is named:
// all four services, the Web UI and the schema set-up in one process on the loopback interface.
//
// Its state lives in PostgreSQL (the application's own database, schemas "temporal" and "temporal_visibility") or,
// with -sqlite, in one file. It is a module and a process of its own because it weighs a thousand packages and
// must be able to die without taking the product with it. It is for one machine: production runs a Temporal cluster.
//
// It prints one line to standard output, "READY <address> …", when a caller can start workflows; errors are one line
// on standard error and exit code 1.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "temporald:", strings.Join(strings.Fields(err.Error()), " ")) // one line
		os.Exit(1)
	}
}

// run serves until ctx ends; args come without the program's name.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	begin := time.Now()
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.temporary {
		defer removeSQLite(o.sqlite)
	}
	s, err := start(ctx, o)
	if ctx.Err() != nil { // asked to end meanwhile
		err = nil
	}
	if s == nil || err != nil {
		return err
	}
	defer s.stop()
	fmt.Fprintf(stdout, "READY %s namespace=%s ui=%s pid=%d ms=%d\n",
		o.address(), o.namespace, o.uiURL(), os.Getpid(), time.Since(begin).Milliseconds())
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}
