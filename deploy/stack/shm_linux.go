package stack

import (
	"os"
	"strings"
)

// sharedMemoryHeld says whether children of a killed PostgreSQL still live: they keep its shared memory, and a new
// server must not start before they have gone. Line 7 of the lock file is the memory's key and id; the kernel's table
// has the id in column 2 and the number of its users in column 7.
func sharedMemoryHeld(lock string) bool {
	lines := strings.Split(lock, "\n")
	if len(lines) < 7 {
		return false
	}
	want := strings.Fields(lines[6])
	table, err := os.ReadFile("/proc/sysvipc/shm")
	if err != nil || len(want) != 2 {
		return false
	}
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) > 6 && f[1] == want[1] {
			return f[6] != "0"
		}
	}
	return false
}
