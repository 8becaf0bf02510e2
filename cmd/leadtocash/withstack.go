package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"leadtocash/deploy/stack"
)

type withStackCommand struct {
	Command []string `arg:"" passthrough:"" help:"The command and its arguments, after --."`
}

// Help is the long text of `leadtocash with-stack --help`.
func (withStackCommand) Help() string {
	return `Starts PostgreSQL and Temporal on free ports with data of their own, runs the command with TEST_DATABASE_URL,
TEST_TEMPORAL_ADDRESS, LEADTOCASH_PG_BIN and LEADTOCASH_TEMPORALD set, deletes the data and returns the command's exit code.
The data survive a killed server, not a power cut: nobody waits for the disk.
DATABASE_URL and TEMPORAL_ADDRESS are hidden from the command, so that a test cannot reach real data by mistake.`
}

// Run returns the command's exit code as an exitCode.
func (w withStackCommand) Run(ctx context.Context) (err error) {
	command := w.Command
	if len(command) > 0 && command[0] == "--" {
		command = command[1:]
	}
	if len(command) == 0 {
		return errors.New("name a command after --")
	}
	s, err := stack.Temporary(ctx, stack.Config{Say: say, Fleeting: true}.WithEnvironment())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Remove()) }()
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = testEnvironment(os.Environ(), s)
	if err := c.Run(); err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
			return exitCode(exit.ExitCode())
		}
		return err
	}
	return nil
}

func testEnvironment(own []string, s *stack.Stack) []string {
	var env []string
	for _, each := range own {
		name, _, _ := strings.Cut(each, "=")
		if name != "DATABASE_URL" && name != "TEMPORAL_ADDRESS" && name != "LEADTOCASH_DATA" {
			env = append(env, each)
		}
	}
	return append(env, "TEST_DATABASE_URL="+s.DatabaseURL, "TEST_TEMPORAL_ADDRESS="+s.TemporalAddress,
		"LEADTOCASH_PG_BIN="+s.PostgresBin, "LEADTOCASH_TEMPORALD="+s.Temporald)
}
