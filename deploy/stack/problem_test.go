package stack

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The doctor says what a start would say.
func bothSay(t *testing.T, c Config, words ...string) {
	t.Helper()
	_, err := Start(t.Context(), c)
	wantProblem(t, err, words...)
	for _, check := range Diagnose(t.Context(), c) {
		if check.Problem != nil && check.Problem.Error() == err.Error() {
			return
		}
	}
	t.Errorf("the doctor does not say %q", err)
}

func TestTakenPort(t *testing.T) {
	t.Parallel()
	c := config(t)
	for _, p := range c.Ports.list() {
		if p.owner == ofTemporal { // named
			continue
		}
		l, err := net.Listen("tcp", loopback(*p.number))
		if err != nil {
			t.Fatal(err)
		}
		bothSay(t, c, fmt.Sprint("Port ", *p.number, " "), p.flag, p.env, portHolder(*p.number))
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWrongMajor(t *testing.T) {
	t.Parallel()
	c := config(t)
	pgData := filepath.Join(c.Data, "postgres")
	if err := os.MkdirAll(pgData, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(pgData, "PG_VERSION"), []byte("9\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	bothSay(t, c, "written by PostgreSQL 9", "LEADTOCASH_PG_BIN", "--data")
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	c := config(t)
	file := filepath.Join(filepath.Dir(c.Data), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(file, "data"), "/proc/leadtocash"} {
		c.Data = dir
		bothSay(t, c, "cannot be written", dir, "--data")
	}
}

func TestNamedServersThatDoNotAnswer(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.DatabaseURL = fmt.Sprintf("postgres://nobody:secret@127.0.0.1:%d/none", c.Ports.Postgres)
	_, err := Start(t.Context(), c)
	wantProblem(t, err, "DATABASE_URL", "cannot be reached")
	if strings.Contains(err.Error(), "secret") {
		t.Error("the sentence shows the password")
	}
	c.DatabaseURL, c.TemporalAddress = os.Getenv("TEST_DATABASE_URL"), loopback(c.Ports.Temporal)
	_, err = Start(t.Context(), c)
	wantProblem(t, err, "TEMPORAL_ADDRESS", "cannot be reached")
	c.TemporalAddress, c.Namespace = os.Getenv("TEST_TEMPORAL_ADDRESS"), "nowhere"
	_, err = Start(t.Context(), c)
	wantProblem(t, err, "no namespace nowhere", "TEMPORAL_NAMESPACE")
}

func TestNamedProgramsThatAreNone(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.PostgresBin = "/nowhere"
	bothSay(t, c, "LEADTOCASH_PG_BIN=/nowhere")
	c.TemporalAddress, c.Temporald = "", "/nowhere"
	_, err := Start(t.Context(), c)
	wantProblem(t, err, "LEADTOCASH_TEMPORALD=/nowhere")
}

func TestPorts(t *testing.T) {
	t.Parallel()
	settings := filepath.Join(t.TempDir(), "settings.json")
	if err := (Ports{API: 1234}).save(settings); err != nil {
		t.Fatal(err)
	}
	p, err := Ports{UI: 99}.complete(settings)
	if want := (Ports{1234, 7233, 99, 54329, 8025, 8026}); err != nil || p != want {
		t.Errorf("got %+v %v, want %+v", p, err, want)
	}
	for name, p := range map[string]Ports{"twice": {API: 5, SMTP: 5}, "too high": {ERP: 70000}, "negative": {UI: -1}} {
		if _, err := p.complete(settings); err == nil {
			t.Errorf("%s is accepted", name)
		} else {
			wantProblem(t, err, "--", "LEADTOCASH_")
		}
	}
	if err := os.WriteFile(settings, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Ports{}.complete(settings)
	wantProblem(t, err, settings)
}

// Numbers of processes are used again: a file that names a stranger must not get it killed.
func TestStrangersAreNotEnded(t *testing.T) {
	t.Parallel()
	stranger := exec.Command("sleep", "60")
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Process.Kill(); _ = stranger.Wait() }()
	file := filepath.Join(t.TempDir(), "x.pid")
	old := fmt.Sprintf(`{"pid":%d,"identity":"an earlier life"}`, stranger.Process.Pid)
	if err := os.WriteFile(file, []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	endLeftover(file, syscall.SIGTERM, time.Second)

	c := config(t)
	s := start(t, c)
	s.Stop()
	lock := filepath.Join(c.Data, "postgres", "postmaster.pid")
	if err := os.WriteFile(lock, fmt.Appendf(nil, "%d\n%s\n", stranger.Process.Pid, c.Data), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, c)
	if identity(stranger.Process.Pid) == "" {
		t.Error("a stranger was killed")
	}
}
