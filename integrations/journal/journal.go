// Package journal keeps what a development peer really received: JSON lines that are on disk before anybody is answered.
package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Journal appends entries to a file. It is safe for concurrent use by one process.
type Journal[T any] struct {
	mu   sync.Mutex
	file *os.File
	size int64 // of the whole lines
}

// Open opens the journal, makes it when it is not there, and gives the entries that it holds. A last line that a crash cut short
// was never answered for; it is removed.
func Open[T any](path string) (*Journal[T], []T, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	entries, whole, err := read[T](f)
	if err == nil {
		err = f.Truncate(whole)
	}
	if err == nil {
		err = SyncDir(filepath.Dir(path))
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return &Journal[T]{file: f, size: whole}, entries, nil
}

// Append writes the entry and waits until it is on disk; after an error the journal is as it was.
func (j *Journal[T]) Append(entry T) error {
	line, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	line = append(line, '\n')
	_, err = j.file.WriteAt(line, j.size)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return errors.Join(err, j.file.Truncate(j.size))
	}
	j.size += int64(len(line))
	return nil
}

// Close closes the file.
func (j *Journal[T]) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file.Close()
}

// Read gives the entries of a journal that may be in use; none when it is not there. A last line that is being written is left out.
func Read[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, _, err := read[T](f)
	return entries, err
}

// read gives all whole lines and their length in bytes.
func read[T any](r io.Reader) (entries []T, whole int64, err error) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return entries, whole, nil
		}
		if err != nil {
			return nil, 0, err
		}
		var e T
		if err := json.Unmarshal(bytes.TrimSpace(line), &e); err != nil {
			return nil, 0, fmt.Errorf("entry %d: %w", len(entries)+1, err)
		}
		entries, whole = append(entries, e), whole+int64(len(line))
	}
}

// SyncDir puts a folder's entries on disk, so that a file made in it survives a crash.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
