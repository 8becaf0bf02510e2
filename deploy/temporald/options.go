package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
)

// host is the only interface served: nothing here asks for a password.
const host = "127.0.0.1"

// options is what the command line says.
type options struct {
	port      int // gRPC of the front end; the other services take free ports
	uiPort    int // 0: no Web UI
	namespace string
	retention time.Duration // how long a closed workflow stays readable
	postgres  string        // URL of the database shared with the application
	sqlite    string        // file, instead of postgres
	temporary bool          // remove the SQLite file at the end
	shards    int           // fixed for the life of a store
	level     string        // log level
	attrs     searchAttributes
}

// searchAttributes collects repeated -search-attribute Name=Type flags.
type searchAttributes map[string]enums.IndexedValueType

func (s searchAttributes) String() string { return "" }

func (s searchAttributes) Set(text string) error {
	name, kind, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return errors.New("want Name=Type, for example LtcStage=Keyword")
	}
	t, err := enums.IndexedValueTypeFromString(kind)
	if err != nil {
		return fmt.Errorf("type %q is none of Text, Keyword, Int, Double, Bool, Datetime, KeywordList", kind)
	}
	s[name] = t
	return nil
}

// parse reads the command line; "server start-dev …" is understood as the Temporal CLI's.
func parse(args []string, stderr io.Writer) (options, error) {
	if len(args) >= 2 && args[0] == "server" && args[1] == "start-dev" {
		args = startDev(args[2:])
	}
	o := options{attrs: searchAttributes{}}
	f := flag.NewFlagSet("temporald", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.port, "port", 7233, "port of the gRPC front end")
	f.IntVar(&o.uiPort, "ui-port", 0, "port of the Web UI; 0 for none")
	f.StringVar(&o.namespace, "namespace", "leadtocash", "namespace to register")
	f.DurationVar(&o.retention, "retention", 72*time.Hour, "how long closed workflows stay readable; 24h at least")
	f.StringVar(&o.postgres, "pg", os.Getenv("DATABASE_URL"),
		"postgres:// URL; better given as DATABASE_URL, which other users of the machine cannot see")
	f.StringVar(&o.sqlite, "sqlite", "", "file to keep the state in, instead of PostgreSQL")
	f.BoolVar(&o.temporary, "temporary", false, "remove the SQLite file at the end")
	f.IntVar(&o.shards, "shards", 0, "history shards, fixed for the life of the store (default 16, SQLite 4)")
	f.StringVar(&o.level, "level", "error", "log level: debug, info, warn, error")
	f.Var(o.attrs, "search-attribute", "Name=Type to register; may be repeated")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	return o.check(f.Args())
}

// check fills in what follows from the back end and refuses what cannot work.
func (o options) check(rest []string) (options, error) {
	if o.sqlite != "" {
		o.postgres = ""
	}
	if o.shards == 0 {
		o.shards = 16
		if o.sqlite != "" {
			o.shards = 4
		}
	}
	switch {
	case len(rest) > 0:
		return o, fmt.Errorf("unexpected argument %q", rest[0])
	case o.postgres == "" && o.sqlite == "":
		return o, errors.New("say where to keep the state: DATABASE_URL or -pg postgres://…, or -sqlite FILE")
	case o.port < 1 || o.port > 65535 || o.uiPort < 0 || o.uiPort > 65535:
		return o, errors.New("a port is a number from 1 to 65535")
	case o.port == o.uiPort:
		return o, errors.New("-port and -ui-port must differ")
	case o.retention < 24*time.Hour:
		return o, errors.New("-retention must be 24h or more")
	case o.shards < 1 || o.shards > 1024:
		return o, errors.New("-shards must be between 1 and 1024")
	case o.namespace == "":
		return o, errors.New("-namespace must not be empty")
	}
	for flagName, port := range map[string]int{"port": o.port, "ui-port": o.uiPort} {
		if err := portFree(flagName, port); err != nil {
			return o, err
		}
	}
	return o, nil
}

func (o options) address() string { return net.JoinHostPort(host, strconv.Itoa(o.port)) }

func (o options) uiURL() string {
	if o.uiPort == 0 {
		return "none"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(o.uiPort))
}
