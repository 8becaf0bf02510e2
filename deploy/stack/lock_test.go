package stack

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A folder that was given free can be taken at once, although a program that is just being started still holds a copy of the lock's file.
func TestLockIsGivenFree(t *testing.T) {
	t.Parallel()
	c := Config{Data: filepath.Join(t.TempDir(), "data")}
	if err := os.MkdirAll(c.Data, 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := takeLock(c)
	if err != nil {
		t.Fatal(err)
	}
	started, err := syscall.Dup(int(lock.file.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(started)
	if _, err := takeLock(c); err == nil {
		t.Fatal("two hold the folder")
	}
	lock.release()
	again, err := takeLock(c)
	if err != nil {
		t.Fatal(err)
	}
	again.release()
}
