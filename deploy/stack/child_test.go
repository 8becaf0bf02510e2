package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func shell(t *testing.T, script string) Program {
	dir := t.TempDir()
	return Program{
		Name: "shell", Stop: syscall.SIGTERM, Grace: 300 * time.Millisecond, Patience: time.Minute,
		Command: func() (*exec.Cmd, error) {
			cmd := exec.Command("/bin/sh", "-c", script)
			cmd.Dir = dir
			return cmd, nil
		},
		pidFile: filepath.Join(dir, "pid"), logFile: filepath.Join(dir, "log"),
	}
}

func quiet(string) {}

func TestProgramThatEndsIsStartedAgain(t *testing.T) {
	t.Parallel()
	p := shell(t, "echo life >> lives; exec sleep 0.05")
	c, err := supervise(t.Context(), p, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	lives := filepath.Join(filepath.Dir(p.pidFile), "lives")
	for deadline := time.Now().Add(4 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if text, _ := os.ReadFile(lives); strings.Count(string(text), "life") >= 3 {
			return
		}
	}
	t.Error("it was not started three times")
}

func TestProgramThatNeverServesIsSaidWithItsLastWords(t *testing.T) {
	t.Parallel()
	p := shell(t, "echo the reason >&2; exit 3")
	p.Ready = func(ctx context.Context) error { return errors.New("not yet") }
	_, err := supervise(t.Context(), p, quiet)
	wantProblem(t, err, "shell does not start", "the reason", p.logFile)
}

func TestProgramThatDiesSilentlyIsSaidWithItsEnd(t *testing.T) {
	t.Parallel()
	p := shell(t, "exit 3")
	p.Ready = func(ctx context.Context) error { return errors.New("not yet") }
	_, err := supervise(t.Context(), p, quiet)
	wantProblem(t, err, "shell does not start", "said nothing", "exit status 3", p.logFile)
}

func TestStubbornProgramIsKilled(t *testing.T) {
	t.Parallel()
	p := shell(t, "trap '' TERM; touch up; while :; do sleep 0.02; done")
	up := filepath.Join(filepath.Dir(p.pidFile), "up")
	p.Ready = func(ctx context.Context) error { _, err := os.Stat(up); return err }
	c, err := supervise(t.Context(), p, quiet)
	if err != nil {
		t.Fatal(err)
	}
	pid := c.PID()
	c.Stop()
	c.Stop() // a second time does no harm
	if identity(pid) != "" {
		t.Error("it lives")
	}
	if _, err := os.Stat(p.pidFile); err == nil {
		t.Error("its pid file is left")
	}
}

func TestKilledStaysDownUntilRestart(t *testing.T) {
	t.Parallel()
	c, err := supervise(t.Context(), shell(t, "exec sleep 60"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	c.Kill()
	time.Sleep(2 * firstPause)
	if pid := c.PID(); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
	if err := c.Restart(t.Context()); err != nil || c.PID() == 0 {
		t.Errorf("after Restart: process %d, %v", c.PID(), err)
	}
}

func TestLeftoverOfAnEarlierRunIsEnded(t *testing.T) {
	t.Parallel()
	p := shell(t, "exec sleep 60")
	first := exec.Command("sleep", "60")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- first.Wait() }()
	if err := writePID(p.pidFile, first.Process.Pid); err != nil {
		t.Fatal(err)
	}
	c, err := supervise(t.Context(), p, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	if err := <-ended; err == nil || fmt.Sprint(first.ProcessState) != "signal: terminated" {
		t.Errorf("the leftover ended with %v", first.ProcessState)
	}
}
