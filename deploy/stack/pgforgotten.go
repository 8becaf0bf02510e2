package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// endForgotten stops a server of an earlier run that still serves our files and waits for the children of a killed one.
// A lock file whose process number by now belongs to somebody else is removed, since PostgreSQL would refuse to start.
// We hold the folder's lock, so nobody else can have started it.
func (p *postgres) endForgotten() {
	lock := filepath.Join(p.data(), "postmaster.pid")
	text, err := os.ReadFile(lock)
	if err != nil {
		return
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	switch {
	case err != nil || pid <= 1 || identity(pid) == "": // PostgreSQL judges by itself
	case p.serves(pid):
		p.config.Say(fmt.Sprintf("Ending the PostgreSQL that an earlier run left (process %d)", pid))
		end(pid, 20*time.Second, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL)
	default:
		_ = os.Remove(lock) // PostgreSQL says so if it still matters
	}
	for deadline := time.Now().Add(15 * time.Second); sharedMemoryHeld(string(text)) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
}

// serves says whether a living process is a PostgreSQL on exactly our files.
func (p *postgres) serves(pid int) bool {
	args := commandLine(pid)
	if len(args) == 0 || identity(pid) == "" || !strings.Contains(filepath.Base(args[0]), "postgres") {
		return false
	}
	at := slices.Index(args, "-D")
	return at >= 0 && at+1 < len(args) && filepath.Clean(args[at+1]) == p.data()
}

// socketPath is short: the path of a Unix socket ends at 107 bytes.
func (p *postgres) socketPath() string {
	dir := filepath.Join(p.home, "run", "socket")
	if len(filepath.Join(dir, ".s.PGSQL.65535.lock")) <= 100 {
		return dir
	}
	sum := sha256.Sum256([]byte(p.home))
	return filepath.Join("/tmp", "leadtocash-"+hex.EncodeToString(sum[:6]))
}

// socketDir makes the folder of the socket; the place may be open to others, so its owner is looked at.
func (p *postgres) socketDir() (string, error) {
	dir := p.socketPath()
	if err := os.MkdirAll(filepath.Dir(dir), 0o711); err != nil {
		return "", cannotWrite(dir, err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return "", cannotWrite(dir, err)
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return "", cannotWrite(dir, fmt.Errorf("it is no folder"))
	}
	owner, me := info.Sys().(*syscall.Stat_t).Uid, uint32(os.Geteuid())
	if owner != me && (p.account == nil || owner != p.account.uid) {
		return "", notOurs(dir, int(owner))
	}
	if err := p.account.own(dir); err != nil {
		return "", cannotWrite(dir, err)
	}
	return dir, nil
}
