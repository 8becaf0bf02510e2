package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// The test binary becomes the program when this is set.
const asProgram = "LEADTOCASH_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// leadtocash runs the program and returns exit code, standard output and standard error.
func leadtocash(t *testing.T, args ...string) (code int, out, said string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "LEADTOCASH_DATA="+filepath.Join(t.TempDir(), "data"))
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code is looked at
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]struct {
		code      int
		out, said string
	}{
		"":                             {0, "Commands:", ""},
		"--help":                       {0, "doctor", ""},
		"dev --help":                   {0, "LEADTOCASH_PORT", ""},
		"version":                      {0, "leadtocash ", ""},
		"sell":                         {2, "", "unexpected argument sell"},
		"dev --port=many":              {2, "", "--port"},
		"doctor --port=1 --erp-port=1": {1, "Port 1 is named twice", ""},
		"with-stack --":                {1, "", "name a command"},
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			code, out, said := leadtocash(t, strings.Fields(args)...)
			if code != want.code || !strings.Contains(out, want.out) || !strings.Contains(said, want.said) {
				t.Errorf("exit code %d, out %q, said %q; want %+v", code, out, said, want)
			}
		})
	}
}

// A test must never reach the database of a person's environment; its exit code is the command's.
func TestWithStackHidesRealDataAndPassesTheExitCode(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://real")
	t.Setenv("TEMPORAL_ADDRESS", "real:7233")
	code, out, said := leadtocash(t, "with-stack", "--", "/bin/sh", "-c",
		`echo "real=$DATABASE_URL$TEMPORAL_ADDRESS test=$TEST_DATABASE_URL $TEST_TEMPORAL_ADDRESS $LEADTOCASH_PG_BIN"; exit 7`)
	if code != 7 {
		t.Errorf("exit code %d, want 7; said %q", code, said)
	}
	if !strings.HasPrefix(out, "real= test=postgres://leadtocash:") || !strings.Contains(out, "127.0.0.1:") {
		t.Errorf("environment %q", out)
	}
}

// Production is configured by the environment alone.
func TestCommandsReadTheEnvironment(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://somewhere")
	t.Setenv("TEMPORAL_ADDRESS", "temporal:7233")
	t.Setenv("LEADTOCASH_ADDR", "0.0.0.0:80")
	t.Setenv("LEADTOCASH_SMTP", "smtp://mail:25")
	t.Setenv("LEADTOCASH_ERP", "http://erp")
	var commands struct {
		API     apiCommand     `cmd:""`
		Worker  workerCommand  `cmd:""`
		Migrate migrateCommand `cmd:""`
	}
	parser, err := kong.New(&commands)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"api", "worker", "migrate"} {
		if _, err := parser.Parse([]string{name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	where := connectionFlags{"postgres://somewhere", "temporal:7233", "leadtocash"}
	if commands.API.connectionFlags != where || commands.Worker.connectionFlags != where || commands.API.Addr != "0.0.0.0:80" {
		t.Errorf("read %+v", commands)
	}
}
