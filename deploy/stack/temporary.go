package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const temporaryPrefix = "leadtocash-stack-"

// In memory a database of eight hundred small files is made in half the time that a disk takes; a small machine keeps its memory.
const (
	memory      = "/dev/shm"
	memoryLeast = 8 << 30 // bytes
)

// Temporary starts a private stack on free ports in a new folder, which Remove deletes. For tests. What is Fleeting is kept in memory where
// there is enough, unless TMPDIR names a folder.
func Temporary(ctx context.Context, c Config) (*Stack, error) {
	ports, err := FreePorts()
	if err != nil {
		return nil, err
	}
	root := os.TempDir()
	if c.Fleeting && os.Getenv("TMPDIR") == "" && roomy(memory) {
		root = memory
	}
	sweep(os.TempDir())
	sweep(memory)
	dir, err := os.MkdirTemp(root, temporaryPrefix+"*")
	if err != nil {
		return nil, cannotWrite(root, err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL may run as another user
		return nil, cannotWrite(dir, err)
	}
	c.Data, c.Ports, c.DatabaseURL, c.TemporalAddress = dir, ports, "", ""
	s, err := Start(ctx, c)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// Remove stops a Temporary stack and deletes its folder.
func (s *Stack) Remove() error {
	s.Stop()
	var err error
	if s.server != nil {
		err = os.RemoveAll(s.server.home)
	}
	if err := errors.Join(err, os.RemoveAll(s.Data)); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(s.Data), err)
	}
	return nil
}

// roomy tells whether the folder is there and has memory to spare.
func roomy(dir string) bool {
	var s syscall.Statfs_t
	return syscall.Statfs(dir, &s) == nil && s.Bavail*uint64(s.Bsize) >= memoryLeast
}

// sweep deletes the folders of temporary stacks whose process was killed: their lock is free.
func sweep(root string) {
	locks, _ := filepath.Glob(filepath.Join(root, temporaryPrefix+"*", "lock")) // the pattern is well formed
	for _, name := range locks {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			c := Config{Data: filepath.Dir(name)}
			endLeftover(c.pidFile("temporald"), syscall.SIGTERM, leftoverGrace)
			(&postgres{config: Config{Say: func(string) {}}, home: c.Data}).endForgotten()
			_ = os.RemoveAll(c.Data) // of another user: his own next run deletes it
		}
		_ = f.Close()
	}
}
