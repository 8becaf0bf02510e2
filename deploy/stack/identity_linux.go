package stack

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// identity is what tells a process from a later one with the same number: boot and start time.
// It is empty when the process does not live (a zombie does not).
func identity(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	_, rest, ok := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')'):]), " ") // the name may hold spaces
	f := strings.Fields(rest)
	if !ok || len(f) < 20 || f[0] == "Z" {
		return ""
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(boot)) + "/" + f[19]
}

// commandLine returns the arguments of a process; other users' are readable too.
func commandLine(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
}

// followParent makes the kernel stop the child when this process dies without having stopped it.
func followParent(attr *syscall.SysProcAttr, stop syscall.Signal) { attr.Pdeathsig = stop }
