package stack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	firstPause  = 200 * time.Millisecond // before the first restart
	longest     = 15 * time.Second       // the pause doubles up to this
	steadyAfter = 30 * time.Second       // a life this long resets the pause
)

// Child is a program under supervision: it is started again whenever it ends by itself.
type Child struct {
	program Program
	say     func(string)
	orders  chan order
	over    chan struct{} // the supervision has ended

	mu   sync.Mutex
	life *incarnation // nil while it is down
}

type order struct {
	do   func(*supervision)
	done chan struct{}
}

// supervise starts the program and returns when it serves.
func supervise(ctx context.Context, p Program, say func(string)) (*Child, error) {
	endLeftover(p.pidFile, p.Stop, p.Grace)
	life, err := p.start()
	if err != nil {
		return nil, err
	}
	if err := p.awaitReady(ctx, life); err != nil {
		life.end(p)
		return nil, err
	}
	c := &Child{program: p, say: say, orders: make(chan order), over: make(chan struct{}), life: life}
	go (&supervision{child: c, pause: firstPause}).run()
	return c, nil
}

// PID is the number of the running process, 0 while it is down.
func (c *Child) PID() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life == nil {
		return 0
	}
	return c.life.cmd.Process.Pid
}

// Kill ends the process at once (SIGKILL) and keeps it down until Restart. For tests of what survives.
func (c *Child) Kill() { c.command((*supervision).kill) }

// Restart starts a killed process again and returns when it serves. A running one is stopped first.
func (c *Child) Restart(ctx context.Context) error {
	var err error
	c.command(func(s *supervision) { err = s.restart() })
	if err != nil {
		return err
	}
	c.mu.Lock()
	life := c.life
	c.mu.Unlock()
	if life == nil {
		return errors.New("it was stopped meanwhile")
	}
	return c.program.awaitReady(ctx, life)
}

// strike kills the process without asking the supervision, which may be waiting for its end.
func (c *Child) strike() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life != nil {
		_ = c.life.cmd.Process.Kill() // it may have ended
	}
}

// Stop ends the process kindly and the supervision with it. It may be called again.
func (c *Child) Stop() {
	c.command((*supervision).stop)
	<-c.over
}

// command hands an order to the supervision and waits until it is carried out, or until there is no supervision.
func (c *Child) command(do func(*supervision)) {
	o := order{do, make(chan struct{})}
	select {
	case c.orders <- o:
		<-o.done
	case <-c.over:
	}
}

// supervision is the loop behind a Child; only its goroutine changes these fields.
type supervision struct {
	child   *Child
	pause   time.Duration
	retry   <-chan time.Time
	stopped bool
}

func (s *supervision) run() {
	defer close(s.child.over)
	for !s.stopped {
		var ended chan struct{}
		if life := s.child.life; life != nil {
			ended = life.ended
		}
		select {
		case <-ended:
			s.died()
		case <-s.retry:
			s.again()
		case o := <-s.child.orders:
			o.do(s)
			close(o.done)
		}
	}
}

func (s *supervision) set(life *incarnation) {
	s.child.mu.Lock()
	defer s.child.mu.Unlock()
	s.child.life = life
}

func (s *supervision) died() {
	life := s.child.life
	s.set(nil)
	if time.Since(life.born) > steadyAfter {
		s.pause = firstPause
	}
	s.later(fmt.Sprintf("%s ended (%v)", s.child.program.Name, life.cmd.ProcessState))
}

// later plans the next start and says so.
func (s *supervision) later(why string) {
	s.child.say(fmt.Sprintf("%s; starting it again in %v, its log is %s", why, s.pause, s.child.program.logFile))
	s.retry = time.After(s.pause)
	s.pause = min(2*s.pause, longest)
}

func (s *supervision) again() {
	s.retry = nil
	life, err := s.child.program.start()
	if err != nil {
		s.later(err.Error())
		return
	}
	s.set(life)
}

func (s *supervision) kill() {
	s.retry = nil
	if life := s.child.life; life != nil {
		_ = life.cmd.Process.Kill() // it may have ended by itself
		<-life.ended
		s.set(nil)
	}
}

func (s *supervision) restart() error {
	s.halt()
	life, err := s.child.program.start()
	if err == nil {
		s.set(life)
	}
	return err
}

func (s *supervision) stop() {
	s.halt()
	s.stopped = true
}

// halt stops the process kindly if it runs.
func (s *supervision) halt() {
	s.retry = nil
	if life := s.child.life; life != nil {
		life.end(s.child.program)
		s.set(nil)
	}
}
