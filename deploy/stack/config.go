package stack

import (
	"os"
	"path/filepath"
)

// Config says what to start and where. The zero value of a field means "the usual one".
type Config struct {
	Data            string // folder of data, logs and settings; ".data"
	DatabaseURL     string // a PostgreSQL that runs already
	TemporalAddress string // a Temporal server that runs already, host:port
	Namespace       string // Temporal namespace; "leadtocash"
	Ports           Ports
	PostgresBin     string // folder of initdb and postgres; looked for when empty
	Temporald       string // temporald binary; looked for, then built, when empty

	// Fleeting data need to survive a killed server, not a power cut: PostgreSQL does not wait for the disk. For tests.
	Fleeting bool

	// Say shows one line of progress to the person waiting.
	Say func(line string)
}

// WithEnvironment fills empty fields from the variables that doctor's sentences name.
func (c Config) WithEnvironment() Config {
	for field, name := range map[*string]string{
		&c.Data: "LEADTOCASH_DATA", &c.DatabaseURL: "DATABASE_URL", &c.TemporalAddress: "TEMPORAL_ADDRESS",
		&c.Namespace: "TEMPORAL_NAMESPACE", &c.PostgresBin: "LEADTOCASH_PG_BIN", &c.Temporald: "LEADTOCASH_TEMPORALD",
	} {
		if *field == "" {
			*field = os.Getenv(name)
		}
	}
	return c
}

// complete makes the folder absolute and puts the defaults in.
func (c Config) complete() (Config, error) {
	if c.Data == "" {
		c.Data = ".data"
	}
	if c.Namespace == "" {
		c.Namespace = "leadtocash"
	}
	if c.Say == nil {
		c.Say = func(string) {}
	}
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return c, cannotWrite(c.Data, err)
	}
	c.Data = dir
	c.Ports, err = c.Ports.complete(c.settingsFile())
	return c, err
}

func (c Config) settingsFile() string       { return filepath.Join(c.Data, "settings.json") }
func (c Config) pidFile(name string) string { return filepath.Join(c.Data, "run", name+".pid") }
func (c Config) logFile(name string) string { return filepath.Join(c.Data, "log", name+".log") }
func (c Config) passwordFile() string       { return filepath.Join(c.Data, "postgres.password") }
func (c Config) lockFile() string           { return filepath.Join(c.Data, "lock") }
func (c Config) privatePostgres() bool      { return c.DatabaseURL == "" }
func (c Config) privateTemporal() bool      { return c.TemporalAddress == "" }

// folders creates what every start needs. Others may pass through, not look: PostgreSQL may run as another user.
func (c Config) folders() error {
	for _, dir := range []string{c.Data, filepath.Join(c.Data, "run"), filepath.Join(c.Data, "log")} {
		if err := os.MkdirAll(dir, 0o711); err != nil {
			return cannotWrite(c.Data, err)
		}
	}
	probe, err := os.CreateTemp(c.Data, ".probe-*")
	if err != nil {
		return cannotWrite(c.Data, err)
	}
	defer os.Remove(probe.Name())
	return probe.Close()
}
