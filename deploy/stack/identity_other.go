//go:build !linux

package stack

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// identity is what tells a process from a later one with the same number: its start time.
// It is empty when the process does not live.
func identity(pid int) string {
	return ps(pid, "lstart=")
}

// commandLine returns the arguments of a process, split at spaces.
func commandLine(pid int) []string { return strings.Fields(ps(pid, "command=")) }

func ps(pid int, column string) string {
	out, err := exec.Command("ps", "-ww", "-o", column, "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// followParent has no counterpart here: leftovers are ended at the next start.
func followParent(*syscall.SysProcAttr, syscall.Signal) {}
