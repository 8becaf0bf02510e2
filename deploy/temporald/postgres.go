package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	_ "go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql" // registers postgres12_pgx
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
)

// pgSchemas are the two PostgreSQL schemas and the embedded migrations that build and upgrade them.
var pgSchemas = []struct{ store, schema, migrations string }{
	{mainStore, "temporal", "postgresql/v12/temporal"},
	{visibilityStore, "temporal_visibility", "postgresql/v12/visibility"},
}

// postgresStores creates or upgrades both schemas and returns how to reach them.
func postgresStores(ctx context.Context, rawURL string, logger log.Logger) (map[string]config.DataStore, error) {
	u, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return nil, fmt.Errorf("the database URL cannot be read: %w", err)
	}
	if err := createSchemas(ctx, u); err != nil {
		return nil, err
	}
	stores := map[string]config.DataStore{}
	for _, s := range pgSchemas {
		c := sqlConfig(u, rawURL, s.schema)
		if err := migrate(c, s.migrations, logger); err != nil {
			return nil, fmt.Errorf("schema %s of %s: %w", s.schema, place(u), err)
		}
		stores[s.store] = config.DataStore{SQL: c}
	}
	return stores, nil
}

func createSchemas(ctx context.Context, u *pgx.ConnConfig) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, u)
	if err != nil {
		return fmt.Errorf("PostgreSQL at %s cannot be reached: %w", place(u), err)
	}
	defer conn.Close(ctx)
	for _, s := range pgSchemas {
		if _, err := conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+s.schema); err != nil {
			return fmt.Errorf("schema %s of %s: %w", s.schema, place(u), err)
		}
	}
	return nil
}

// sqlConfig puts everything the URL says (TLS, socket, time-outs) into the server's attributes, and the schema with it:
// the driver hands search_path to PostgreSQL as a run-time parameter of each connection.
func sqlConfig(u *pgx.ConnConfig, rawURL, schemaName string) *config.SQL {
	attrs := map[string]string{"search_path": schemaName, "user": u.User}
	if parsed, err := url.Parse(rawURL); err == nil {
		for k, v := range parsed.Query() {
			if k != "search_path" {
				attrs[k] = v[0]
			}
		}
	}
	return &config.SQL{
		PluginName: "postgres12_pgx", ConnectProtocol: "tcp", ConnectAddr: place(u),
		User: url.PathEscape(u.User), Password: u.Password, DatabaseName: url.PathEscape(u.Database), ConnectAttributes: attrs,
		MaxConns: 20, MaxIdleConns: 20, MaxConnLifetime: time.Hour,
	}
}

// place names the server without its password.
func place(u *pgx.ConnConfig) string {
	h := u.Host
	if len(h) > 0 && h[0] == '/' { // a socket directory: the attribute host carries it, the address is unused
		h = "localhost"
	}
	return net.JoinHostPort(h, strconv.Itoa(int(u.Port)))
}

// migrate does what `temporal-sql-tool setup-schema -v 0.0` and `update-schema` do, from the server's embedded files.
// It may be repeated; it is also the way from one server version to the next.
func migrate(c *config.SQL, dir string, logger log.Logger) error {
	conn, err := sql.NewConnection(c, logger)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ReadSchemaVersion(); err != nil { // the table that holds the version is not there yet
		if err := schema.NewSetupSchemaTask(conn, &schema.SetupConfig{InitialVersion: "0.0"}, logger).Run(); err != nil {
			return err
		}
	}
	return schema.NewUpdateSchemaTask(conn, &schema.UpdateConfig{DBName: c.DatabaseName, SchemaName: dir}, logger).Run()
}
