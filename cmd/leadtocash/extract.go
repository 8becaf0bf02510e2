package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"leadtocash/documents"
	"leadtocash/store"
)

// extractCommand is the child that reads one file. It dies of a file that takes too much, and nothing else does.
type extractCommand struct {
	Type string `arg:"" help:"Media type of the file on the standard input."`
}

// Bounds of the child.
const (
	extractTime   = 20 * time.Second
	extractMemory = 1 << 30 // bytes of addresses, which are more than are used
	extractFile   = 64 << 20
)

// exitNoText says that of such files nothing is read.
const exitNoText = 3

// Run reads the file and writes its text.
func (c extractCommand) Run() error {
	for what, most := range map[int]uint64{syscall.RLIMIT_AS: extractMemory, syscall.RLIMIT_CPU: uint64(extractTime / time.Second), syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_NOFILE: 16} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	file, err := io.ReadAll(io.LimitReader(os.Stdin, extractFile))
	if err != nil {
		return err
	}
	text, err := documents.Text(c.Type, file)
	if errors.Is(err, documents.ErrNone) {
		return exitCode(exitNoText)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(os.Stdout, text)
	return err
}

// extract has a child read the text of a file.
func extract(ctx context.Context) func(mediaType string, file []byte) (string, error) {
	return func(mediaType string, file []byte) (string, error) {
		self, err := os.Executable()
		if err != nil {
			return "", err
		}
		ctx, stop := context.WithTimeout(ctx, 2*extractTime)
		defer stop()
		child := exec.CommandContext(ctx, self, "extract", "--", mediaType)
		child.Env = []string{"GOMAXPROCS=1", "GOMEMLIMIT=256MiB"} // nothing of ours: neither addresses nor secrets
		child.Stdin = bytes.NewReader(file)
		var out, wrong bytes.Buffer
		child.Stdout, child.Stderr = &bounded{&out, 2 * documents.MaxText}, &bounded{&wrong, 1000}
		err = child.Run()
		if failed, ok := errors.AsType[*exec.ExitError](err); ok && failed.ExitCode() == exitNoText {
			return "", store.ErrNoText
		}
		if err != nil {
			return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(wrong.String()))
		}
		return strings.ToValidUTF8(out.String(), ""), nil
	}
}

// bounded keeps the first bytes of what is written and forgets the rest.
type bounded struct {
	to   *bytes.Buffer
	left int
}

// Write takes as much as there is room for.
func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), b.left)
	b.to.Write(p[:n])
	b.left -= n
	return len(p), nil
}
