package main

// connectionFlags say where the record and the engine are.
type connectionFlags struct {
	DatabaseURL     string `name:"database-url" help:"PostgreSQL with the product's tables." env:"DATABASE_URL" required:"" placeholder:"URL"`
	TemporalAddress string `help:"Temporal server." env:"TEMPORAL_ADDRESS" default:"127.0.0.1:7233" placeholder:"HOST:PORT"`
	Namespace       string `help:"Temporal namespace." env:"TEMPORAL_NAMESPACE" default:"leadtocash"`
}
