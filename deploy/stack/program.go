package stack

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Program is something to keep running as a child process.
type Program struct {
	Name string // for people, and for the pid and log files

	// Command makes the command of the next start; it also clears away what the last one left.
	Command func() (*exec.Cmd, error)

	// Ready returns nil when the program serves. It is asked again and again until the process ends or Patience is over.
	Ready func(ctx context.Context) error

	Stop     syscall.Signal // asks it to end
	Grace    time.Duration  // how long that may take before it is killed
	Patience time.Duration  // how long until Ready

	pidFile, logFile string
}

// maxLog is the size at which a log is put aside at the next start; one older log is kept.
const maxLog = 10 << 20

// openLog appends, so that the story of a crash is still there after the restart.
func openLog(name string) (*os.File, error) {
	if info, err := os.Stat(name); err == nil && info.Size() > maxLog {
		if err := os.Rename(name, name+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// lastLines returns the end of a log in one line, for a sentence to a person.
func lastLines(name string, n int) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return oneLine(strings.Join(lines, " "))
}

// incarnation is one life of a program.
type incarnation struct {
	cmd   *exec.Cmd
	born  time.Time
	ended chan struct{}
	err   error // how it ended; read after ended is closed
}

// start begins a life in a process group of its own, so that a terminal's Ctrl-C reaches only this process.
func (p Program) start() (*incarnation, error) {
	cmd, err := p.Command()
	if err != nil {
		return nil, err
	}
	if cmd.Stdout == nil {
		log, err := openLog(p.logFile)
		if err != nil {
			return nil, err
		}
		defer log.Close() // the child has its own copy
		cmd.Stdout, cmd.Stderr = log, log
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	followParent(cmd.SysProcAttr, p.Stop)
	life := &incarnation{cmd: cmd, born: time.Now(), ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the kernel takes the end of this thread for the end of the parent
		err := cmd.Start()
		started <- err
		if err == nil {
			life.err = cmd.Wait()
			close(life.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, problem("check the installation", "%s cannot be started (%v)", p.Name, err)
	}
	if err := writePID(p.pidFile, cmd.Process.Pid); err != nil {
		life.end(p)
		return nil, cannotWrite(p.pidFile, err)
	}
	return life, nil
}

// end stops the life, kindly first, and waits for it.
func (l *incarnation) end(p Program) {
	_ = l.cmd.Process.Signal(p.Stop) // it may have ended by itself
	select {
	case <-l.ended:
	case <-time.After(p.Grace):
		_ = l.cmd.Process.Kill()
		<-l.ended
	}
	_ = os.Remove(p.pidFile)
}

// lastWords are why a life that has ended did so: the end of its log, else how it ended.
func (l *incarnation) lastWords(p Program) string {
	if said := lastLines(p.logFile, 3); said != "" {
		return said
	}
	if l.err != nil {
		return "it said nothing and ended with " + l.err.Error()
	}
	return "it said nothing and ended"
}

// awaitReady returns when the program serves, or why it does not.
func (p Program) awaitReady(ctx context.Context, l *incarnation) error {
	if p.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, p.Patience)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.Ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-l.ended:
			return noStart(p.Name, p.logFile, l.lastWords(p))
		case <-ctx.Done():
			return noStart(p.Name, p.logFile, "no answer yet ("+err.Error()+")")
		case <-tick.C:
		}
	}
}
