package stack

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// folderLock is held as long as the process lives; the kernel releases it however the process ends.
type folderLock struct{ file *os.File }

// takeLock makes this process the only one that starts programs on the data folder.
func takeLock(c Config) (*folderLock, error) {
	f, err := os.OpenFile(c.lockFile(), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, cannotWrite(c.Data, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, problem("choose a folder on a local disk with --data", "The data folder %s cannot be locked (%v)", c.Data, err)
		}
		holder, _ := io.ReadAll(f) // only makes the sentence better
		return nil, alreadyRunning(c.Data, strings.TrimSpace(string(holder)))
	}
	if err := f.Truncate(0); err != nil {
		return nil, cannotWrite(c.Data, err)
	}
	if _, err := fmt.Fprintf(f, "process %d\n", os.Getpid()); err != nil {
		return nil, cannotWrite(c.Data, err)
	}
	return &folderLock{f}, nil
}

// release gives the folder free at once: a program that is being started beside it holds a copy of the open file until it runs, and closing alone would leave it locked as long.
func (l *folderLock) release() {
	_ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN)
	_ = l.file.Close()
}
