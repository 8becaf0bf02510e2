package stack

import (
	"encoding/json"
	"errors"
	"os"
	"syscall"
	"time"
)

// pidRecord proves that a process is the one we started.
type pidRecord struct {
	PID      int    `json:"pid"`
	Identity string `json:"identity"`
}

func writePID(file string, pid int) error {
	text, err := json.Marshal(pidRecord{pid, identity(pid)})
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

// leftover returns the living process an earlier run noted in the file, or 0.
func leftover(file string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	var r pidRecord
	if json.Unmarshal(text, &r) != nil || r.PID <= 1 || r.Identity == "" || identity(r.PID) != r.Identity {
		return 0
	}
	return r.PID
}

// endLeftover stops what an earlier run left in the pid file, politely first.
func endLeftover(file string, stop syscall.Signal, grace time.Duration) {
	if pid := leftover(file); pid != 0 {
		end(pid, grace, stop, syscall.SIGKILL)
	}
	_ = os.Remove(file)
}

// end sends one signal after the other, each with its time, until the process has gone. The caller has proved who it is;
// the identity is compared before each signal.
func end(pid int, grace time.Duration, signals ...syscall.Signal) {
	who := identity(pid)
	for _, s := range signals {
		if who == "" || identity(pid) != who || errors.Is(syscall.Kill(pid, s), syscall.ESRCH) {
			return
		}
		for deadline := time.Now().Add(grace); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if identity(pid) != who {
				return
			}
		}
	}
}
