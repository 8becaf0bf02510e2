package stack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// findTemporald returns the binary, or "" when there is none yet.
func findTemporald(c Config) (string, error) {
	if c.Temporald != "" {
		if info, err := os.Stat(c.Temporald); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return "", problem("correct it or remove it", "LEADTOCASH_TEMPORALD=%s is no program", c.Temporald)
		}
		return filepath.Abs(c.Temporald)
	}
	for _, dir := range binDirs() {
		if path := filepath.Join(dir, "temporald"); isProgram(path) {
			return path, nil
		}
	}
	return "", nil
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// binDirs are the folder of this program and bin/ of the clone.
func binDirs() []string {
	var dirs []string
	if self, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(self))
	}
	if root := clone(); root != "" {
		dirs = append(dirs, filepath.Join(root, "bin"))
	}
	return dirs
}

// clone is the folder of the sources around the working folder or around this program, "" when there is none.
func clone() string {
	starts := []string{}
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if self, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(self))
	}
	for _, dir := range starts {
		for ; ; dir = filepath.Dir(dir) {
			text, err := os.ReadFile(filepath.Join(dir, "deploy", "temporald", "go.mod"))
			if err == nil && strings.HasPrefix(string(text), "module leadtocash/") {
				return dir
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return ""
}

// buildTemporald compiles the server once into bin/ of the clone; a thousand packages take minutes the first time.
func buildTemporald(ctx context.Context, say func(string)) (string, error) {
	root := clone()
	if root == "" {
		return "", noTemporald("its sources are not here")
	}
	compiler, err := exec.LookPath("go")
	if err != nil {
		return "", noTemporald("Go is not installed")
	}
	target := filepath.Join(root, "bin", "temporald")
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return "", cannotWrite(filepath.Dir(target), err)
	}
	say("Building the Temporal server, once; this takes some minutes. TEMPORAL_ADDRESS names a running one instead")
	fresh := fmt.Sprintf("%s.%d", target, os.Getpid())
	defer os.Remove(fresh)
	build := exec.CommandContext(ctx, compiler, "build", "-ldflags=-s -w", "-o", fresh, ".")
	build.Dir = filepath.Join(root, "deploy", "temporald")
	stop := everyTenSeconds(func(d time.Duration) { say(fmt.Sprintf("… still building, %v so far", d)) })
	out, err := build.CombinedOutput()
	stop()
	if err != nil {
		return "", noTemporald(fmt.Sprintf("%v: %s", err, oneLine(string(out))))
	}
	if err := os.Rename(fresh, target); err != nil {
		return "", cannotWrite(target, err)
	}
	return target, nil
}

// everyTenSeconds calls back with the elapsed time until the returned function is called.
func everyTenSeconds(call func(time.Duration)) (stop func()) {
	begin, done := time.Now(), make(chan struct{})
	go func() {
		tick := time.NewTicker(10 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				call(time.Since(begin).Round(time.Second))
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}
