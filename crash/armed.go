//go:build crashpoints

// Package crash kills the program at the points that a test has armed, by a file of the point's name in the folder LEADTOCASH_CRASH_DIR.
package crash

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

var folder = os.Getenv("LEADTOCASH_CRASH_DIR")

// At dies if the point is armed. Only one of all programs does so: the file is renamed first, to <name>.hit.
func At(point string) {
	if folder == "" {
		return
	}
	file := filepath.Join(folder, point)
	if os.Rename(file, file+".hit") != nil {
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill() // nothing is closed, nothing is told
	}
	select {}
}

// AtCaller is a point of whoever called the function in which it stands: "<method>.<name>".
func AtCaller(point string) {
	if folder == "" {
		return
	}
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	f, more := frames.Next()
	at, _, _ := strings.Cut(last(f.Function), ".") // the function in which it stands, whatever closure
	for more {
		f, more = frames.Next()
		name, _, _ := strings.Cut(last(f.Function), ".")
		if name != at && name != "" && strings.HasPrefix(f.Function, "leadtocash/") {
			At(name + "." + point)
			return
		}
	}
}

// last is a function's name without package and receiver: "Advance" of "leadtocash/store.(*Store).Advance.func1" with what is in it.
func last(function string) string {
	_, name, _ := strings.Cut(function[strings.LastIndex(function, "/")+1:], ".")
	if i := strings.LastIndex(name, ")."); i >= 0 {
		name = name[i+2:]
	}
	return name
}
