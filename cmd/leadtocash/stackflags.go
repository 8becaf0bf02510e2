package main

import (
	"fmt"
	"os"

	"leadtocash/deploy/stack"
)

// stackFlags are the settings of the private database and Temporal server, shared by dev and doctor.
type stackFlags struct {
	Data            string `help:"Folder of data, logs and settings." env:"LEADTOCASH_DATA" default:".data" type:"path"`
	DatabaseURL     string `name:"database-url" help:"PostgreSQL to use instead of a private one." env:"DATABASE_URL" placeholder:"URL"`
	TemporalAddress string `help:"Temporal server to use instead of a private one." env:"TEMPORAL_ADDRESS" placeholder:"HOST:PORT"`
	Namespace       string `help:"Temporal namespace." env:"TEMPORAL_NAMESPACE" default:"leadtocash"`

	Port         int `help:"Port of the web pages and the API (8080, or the last one used)." env:"LEADTOCASH_PORT" placeholder:"N"`
	TemporalPort int `help:"Port of Temporal (7233, or the last one used)." env:"LEADTOCASH_TEMPORAL_PORT" placeholder:"N"`
	UIPort       int `name:"ui-port" help:"Port of Temporal's pages (8233, or the last one used)." env:"LEADTOCASH_UI_PORT" placeholder:"N"`
	PostgresPort int `help:"Port of PostgreSQL (54329, or the last one used)." env:"LEADTOCASH_POSTGRES_PORT" placeholder:"N"`
	SMTPPort     int `name:"smtp-port" help:"Port of the development mail sink (8025, or the last one used)." env:"LEADTOCASH_SMTP_PORT" placeholder:"N"`
	ERPPort      int `name:"erp-port" help:"Port of the development ERP (8026, or the last one used)." env:"LEADTOCASH_ERP_PORT" placeholder:"N"`
}

func (f stackFlags) config() stack.Config {
	return stack.Config{
		Data: f.Data, DatabaseURL: f.DatabaseURL, TemporalAddress: f.TemporalAddress, Namespace: f.Namespace,
		Ports: stack.Ports{
			API: f.Port, Temporal: f.TemporalPort, UI: f.UIPort, Postgres: f.PostgresPort, SMTP: f.SMTPPort, ERP: f.ERPPort,
		},
		Say: say,
	}.WithEnvironment()
}

// say shows one line of progress; standard output stays for results.
func say(line string) { fmt.Fprintln(os.Stderr, line) }
