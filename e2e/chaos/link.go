package chaos

import (
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// link is one program's way to one server, through which its bytes go. It can be cut, slowed down and reset while programs and server live.
type link struct {
	name   string
	target string
	listen net.Listener
	busy   sync.Mutex // held while a fault lasts

	mu    sync.Mutex
	state fault
	heal  chan struct{} // closed when the present fault ends
	conns map[*net.TCPConn]bool
	done  bool
}

// fault is what is wrong with a link.
type fault string

const (
	whole fault = ""
	cut   fault = "cut"     // no byte passes and nobody is told; what was under way waits
	slow  fault = "latency" // every piece takes lag longer, there and back
	reset fault = "reset"   // open connections break at once, new ones too
)

// faults are the kinds of the schedule.
var faults = []fault{cut, slow, reset}

// lag is what a slow link adds each way.
const lag = 150 * time.Millisecond

// newLink listens on a free port of the loopback and passes on to the target.
func newLink(name, target string) (*link, error) {
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &link{name: name, target: target, listen: listen, conns: map[*net.TCPConn]bool{}}
	go l.serve()
	return l, nil
}

func (l *link) address() string { return l.listen.Addr().String() }

func (l *link) serve() {
	for {
		conn, err := l.listen.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		go l.carry(conn.(*net.TCPConn))
	}
}

// carry joins a connection with one to the target until either ends.
func (l *link) carry(near *net.TCPConn) {
	if !l.keep(near) {
		return
	}
	defer l.drop(near)
	l.pass()
	conn, err := net.DialTimeout("tcp", l.target, 5*time.Second)
	if err != nil { // the server is down, too
		return
	}
	far := conn.(*net.TCPConn)
	if !l.keep(far) {
		return
	}
	defer l.drop(far)
	both := make(chan struct{}, 2)
	for _, way := range [][2]*net.TCPConn{{near, far}, {far, near}} {
		go func() {
			l.copy(way[1], way[0])
			_ = way[1].CloseWrite() // it may be closed
			both <- struct{}{}
		}()
	}
	<-both
	<-both
}

// copy passes pieces on as the link's state lets them.
func (l *link) copy(to io.Writer, from io.Reader) {
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 {
			l.pass()
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// pass waits as long as the state makes a piece wait.
func (l *link) pass() {
	l.mu.Lock()
	state, heal := l.state, l.heal
	l.mu.Unlock()
	switch state {
	case cut:
		<-heal
	case slow:
		time.Sleep(lag)
	}
}

// keep notes a connection; while the link is reset it breaks it instead.
func (l *link) keep(c *net.TCPConn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == reset || l.done {
		breakOff(c)
		return false
	}
	l.conns[c] = true
	return true
}

func (l *link) drop(c *net.TCPConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	_ = c.Close() // it may be closed
}

// breakOff closes a connection with a reset: what was under way is lost.
func breakOff(c *net.TCPConn) {
	_ = c.SetLinger(0) // it may be closed
	_ = c.Close()
}

// fail makes the link faulty for so long and heals it. It returns when the link is whole again.
func (l *link) fail(f fault, d time.Duration, over <-chan struct{}) {
	l.mu.Lock()
	l.state, l.heal = f, make(chan struct{})
	if f == reset {
		for c := range l.conns {
			breakOff(c)
		}
	}
	heal := l.heal
	l.mu.Unlock()
	select {
	case <-time.After(d):
	case <-over:
	}
	l.mu.Lock()
	l.state = whole
	l.mu.Unlock()
	close(heal)
}

// close ends the link and what goes through it.
func (l *link) close() {
	_ = l.listen.Close() // nothing can be done about it
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = true
	for c := range l.conns {
		breakOff(c)
	}
}
