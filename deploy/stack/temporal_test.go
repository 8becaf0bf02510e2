package stack

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

func temporald(t *testing.T) string {
	t.Helper()
	path := os.Getenv("LEADTOCASH_TEMPORALD")
	if path == "" {
		t.Fatal("LEADTOCASH_TEMPORALD is not set: run through make test")
	}
	return path
}

// A started workflow survives a kill -9 of both servers at once.
func TestWorkflowsSurviveTheDeathOfTheStack(t *testing.T) {
	t.Parallel()
	s, err := Temporary(t.Context(), Config{Temporald: temporald(t), Say: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Remove(); err != nil {
			t.Error(err)
		}
	})
	c, err := client.Dial(client.Options{HostPort: s.TemporalAddress, Namespace: s.Namespace, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "kept", TaskQueue: "none"}, "anything"); err != nil {
		t.Fatal(err)
	}
	s.Temporal.Kill()
	s.Postgres.Kill()
	for _, child := range []*Child{s.Postgres, s.Temporal} {
		if err := child.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.DescribeWorkflowExecution(t.Context(), "kept", ""); err != nil {
		t.Error(err)
	}
}

// The SDK's own test server is our binary.
func TestStartDevServer(t *testing.T) {
	t.Parallel()
	s, err := testsuite.StartDevServer(t.Context(), testsuite.DevServerOptions{
		ExistingPath: temporald(t), Stdout: io.Discard, Stderr: io.Discard,
		ClientOptions:    &client.Options{Namespace: "mine", Logger: slog.New(slog.DiscardHandler)},
		SearchAttributes: temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("Stage").ValueSet("any")),
	})
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.Client().ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		TaskQueue: "none", TypedSearchAttributes: temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("Stage").ValueSet("new")),
	}, "anything")
	if err != nil || run.GetRunID() == "" {
		t.Errorf("start: %v", err)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

// What is wrong with temporald's command line is said in one line, with exit code 1.
func TestTemporaldSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", loopback(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // not before the parallel cases have run
	_, port, _ := net.SplitHostPort(l.Addr().String())
	ports, err := FreePorts()
	if err != nil {
		t.Fatal(err)
	}
	nobody := "postgres://a:secret@" + loopback(ports.Postgres) + "/x"
	for name, c := range map[string]struct{ args, want string }{
		"no store":       {"", "say where to keep the state"},
		"taken port":     {"-sqlite x.db -port " + port, "port " + port + " cannot be opened"},
		"no answer":      {"-pg " + nobody, "PostgreSQL at " + loopback(ports.Postgres) + " cannot be reached"},
		"same port":      {"-sqlite x.db -port 900 -ui-port 900", "must differ"},
		"retention":      {"-sqlite x.db -retention 1h", "24h or more"},
		"surplus":        {"-sqlite x.db what", `unexpected argument "what"`},
		"attribute type": {"-sqlite x.db -search-attribute A=Colour", "none of Text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := strings.Fields(c.args)
			if !strings.Contains(c.args, "-port") {
				args = append([]string{"-port", strings.Split(loopback(ports.Temporal), ":")[1]}, args...)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, temporald(t), args...)
			cmd.Env = append(os.Environ(), "DATABASE_URL=")
			cmd.Dir = t.TempDir()
			var said strings.Builder
			cmd.Stderr = &said
			if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
				t.Fatalf("ended with %v", err)
			}
			last := said.String()[max(0, strings.LastIndex(said.String(), "temporald:")):]
			if !strings.Contains(last, c.want) || strings.Count(last, "\n") != 1 {
				t.Errorf("said %q, want one line with %q", last, c.want)
			}
			if strings.Contains(said.String(), "secret") {
				t.Error("it shows the password")
			}
		})
	}
}
