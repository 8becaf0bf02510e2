package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// sqliteStores opens the file, with its schema when it is new; each commit is flushed to the disk.
// The namespace is written before the server starts: callers of `server start-dev` begin as soon as the port is open.
func sqliteStores(o options) (map[string]config.DataStore, error) {
	file := o.sqlite
	c := &config.SQL{
		PluginName: sqlite.PluginName, DatabaseName: file,
		ConnectAttributes: map[string]string{"mode": "rwc", "journal_mode": "wal", "synchronous": "2"},
	}
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, fmt.Errorf("folder of %s: %w", file, err)
		}
		if err := sqliteschema.SetupSchema(c); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", file, err)
		}
	}
	ns, err := sqliteschema.NewNamespaceConfig(clusterName, o.namespace, false, o.attrs)
	if err != nil {
		return nil, fmt.Errorf("namespace %s: %w", o.namespace, err)
	}
	ns.Detail.Config.Retention = durationpb.New(o.retention)
	if err := sqliteschema.CreateNamespaces(c, ns); err != nil {
		return nil, fmt.Errorf("namespace %s: %w", o.namespace, err)
	}
	store := config.DataStore{SQL: c}
	return map[string]config.DataStore{mainStore: store, visibilityStore: store}, nil
}

// removeSQLite leaves nothing of a temporary store behind.
func removeSQLite(file string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(file + suffix)
	}
}
