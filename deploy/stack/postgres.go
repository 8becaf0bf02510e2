package stack

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// role is the name of the database and of its owner.
const role = "leadtocash"

// postgres is the private server of one data folder.
type postgres struct {
	config   Config
	bin      pgBinaries
	home     string   // where its files are
	account  *account // whom it runs as, nil: this user
	password string
}

// newPostgres finds or installs the server, creates the database files, and checks all that can be wrong before a start.
func newPostgres(ctx context.Context, c Config) (*postgres, error) {
	home, a, err := postgresHome(c.Data)
	if err != nil {
		return nil, err
	}
	if home != c.Data {
		if err := os.MkdirAll(home, 0o711); err != nil {
			return nil, problem("choose a data folder that this user can enter, with --data",
				"PostgreSQL runs as %s, who cannot enter %s (%v)", a.name, c.Data, err)
		}
		c.Say(fmt.Sprintf("PostgreSQL runs as %s, who cannot enter %s: its files are in %s", a.name, c.Data, home))
	}
	bin, ok, err := choosePostgres(c.PostgresBin, home)
	if err == nil && !ok {
		bin, err = installPostgres(ctx, home, c.Say)
	}
	if err != nil {
		return nil, err
	}
	p := &postgres{config: c, bin: bin, home: home, account: a}
	if err := p.mayUse(); err != nil {
		return nil, err
	}
	if p.password, err = p.secret(); err != nil {
		return nil, err
	}
	if dataMajor(p.data()) == "" {
		return p, p.initialise(ctx)
	}
	return p, nil
}

func (p *postgres) data() string { return filepath.Join(p.home, "postgres") }

// mayUse refuses files that the server could not open: PostgreSQL insists on owning them.
func (p *postgres) mayUse() error {
	owner, there := ownerOf(p.data())
	me := uint32(os.Geteuid())
	if p.account != nil {
		me = p.account.uid
	}
	if there && owner != me {
		return notOurs(p.data(), int(owner))
	}
	return nil
}

// secret reads the password of this folder, or makes it at the first start.
func (p *postgres) secret() (string, error) {
	text, err := os.ReadFile(p.config.passwordFile())
	if err == nil {
		return strings.TrimSpace(string(text)), nil
	}
	if !errors.Is(err, os.ErrNotExist) || dataMajor(p.data()) != "" {
		return "", problem("restore it, or choose another folder with --data", "The password of the database in %s is not readable (%v)", p.data(), err)
	}
	random := make([]byte, 24)
	_, _ = rand.Read(random) // never fails
	password := hex.EncodeToString(random)
	if err := os.WriteFile(p.config.passwordFile(), []byte(password+"\n"), 0o600); err != nil {
		return "", cannotWrite(p.config.Data, err)
	}
	return password, nil
}

// initialise creates the database files beside their place and moves them there when they are complete.
func (p *postgres) initialise(ctx context.Context) error {
	p.config.Say("Creating the database in " + p.data())
	fresh := p.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil { // an attempt that was interrupted
		return cannotWrite(fresh, err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return cannotWrite(fresh, err)
	}
	pwFile := fresh + ".password"
	if err := os.WriteFile(pwFile, []byte(p.password+"\n"), 0o600); err != nil {
		return cannotWrite(pwFile, err)
	}
	defer os.Remove(pwFile)
	for _, path := range []string{fresh, pwFile} {
		if err := p.account.own(path); err != nil {
			return cannotWrite(path, err)
		}
	}
	locale := "C.UTF-8"
	if _, err := os.Stat("/System/Library"); err == nil { // macOS has no C.UTF-8
		locale = "en_US.UTF-8"
	}
	initdb := exec.CommandContext(ctx, filepath.Join(p.bin.dir, "initdb"), "-D", fresh, "-U", role, "--pwfile", pwFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale="+locale, "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = p.home, p.account.attributes()
	if out, err := initdb.CombinedOutput(); err != nil {
		return problem("correct that, or name a running server in DATABASE_URL",
			"The database cannot be created in %s (%v: %s)", p.data(), err, out)
	}
	if err := os.Rename(fresh, p.data()); err != nil {
		return cannotWrite(p.data(), err)
	}
	return nil
}

// url names a database of the server, with the password.
func (p *postgres) url(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, p.password), Host: loopback(p.config.Ports.Postgres),
		Path: database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// program keeps its durability (fsync, synchronous commit): what was acknowledged survives a kill. Only fleeting data do not reach the disk.
func (p *postgres) program() Program {
	return Program{
		Name: "PostgreSQL", Command: p.command, Ready: p.ready,
		Stop: syscall.SIGINT, Grace: time.Minute, Patience: 5 * time.Minute, // recovery after a crash takes its time
		pidFile: p.config.pidFile("postgres"), logFile: p.config.logFile("postgres"),
	}
}

func (p *postgres) command() (*exec.Cmd, error) {
	p.endForgotten()
	socket, err := p.socketDir()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(p.bin.dir, "postgres"), "-D", p.data())
	settings := []string{
		"listen_addresses=127.0.0.1", fmt.Sprintf("port=%d", p.config.Ports.Postgres), "unix_socket_directories=" + socket,
		"max_connections=200", "shared_buffers=256MB", "max_wal_size=2GB", "timezone=UTC", "log_timezone=UTC", "lc_messages=C",
		"logging_collector=off", "log_checkpoints=off",
	}
	if p.config.Fleeting {
		settings = append(settings, "fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
	}
	for _, setting := range settings {
		cmd.Args = append(cmd.Args, "-c", setting)
	}
	cmd.Dir, cmd.SysProcAttr = p.home, p.account.attributes()
	return cmd, nil
}

// ready answers whether the server takes connections, and creates the database at the first one.
func (p *postgres) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.url(role))
	if err == nil {
		return conn.Close(ctx)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "3D000" { // no such database
		return err
	}
	if conn, err = pgx.Connect(ctx, p.url("postgres")); err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+role)
	return err
}
