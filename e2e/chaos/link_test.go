package chaos

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"leadtocash/testkit"
)

// echo answers every line with itself.
func echo(t *testing.T) string {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listen.Close() })
	go func() {
		for {
			conn, err := listen.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn) }()
		}
	}()
	return listen.Addr().String()
}

// A link passes everything on; cut it holds bytes back and loses none, slow it takes its time, reset it breaks what is open and what comes.
func TestLinkFaults(t *testing.T) {
	t.Parallel()
	l, err := newLink("test", echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	conn, err := net.Dial("tcp", l.address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	replies := bufio.NewReader(conn)
	say := func(n int) (time.Duration, error) {
		begin := time.Now()
		if _, err := fmt.Fprintln(conn, n); err != nil {
			return 0, err
		}
		got, err := replies.ReadString('\n')
		if err == nil && got != fmt.Sprintln(n) {
			t.Errorf("%q came back for %d", got, n)
		}
		return time.Since(begin), err
	}
	fail := func(f fault) (heal func()) { // the fault lasts until then, however long what is tried takes
		over, healed := make(chan struct{}), make(chan struct{})
		go func() {
			l.fail(f, time.Hour, over)
			close(healed)
		}()
		testkit.Eventually(t, string(f), func() bool { return l.now() == f })
		return func() {
			close(over)
			<-healed
		}
	}
	best := time.Hour
	for range 20 { // a busy machine may hold up some
		took, err := say(1)
		if err != nil {
			t.Fatal(err)
		}
		best = min(best, took)
	}
	if best > lag {
		t.Fatalf("whole: %v at best", best)
	}

	heal := fail(cut)
	held := make(chan error, 1)
	go func() {
		_, err := say(2)
		held <- err
	}()
	select {
	case err := <-held:
		t.Errorf("cut: something passed: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	heal()
	if err := <-held; err != nil {
		t.Errorf("cut and healed: %v", err)
	}

	heal = fail(slow)
	if took, err := say(3); err != nil || took < lag {
		t.Errorf("slow: %v, %v", took, err)
	}
	heal()

	heal = fail(reset)
	if _, err := say(4); err == nil {
		t.Error("a reset connection still answers")
	}
	if second, err := net.Dial("tcp", l.address()); err == nil {
		if _, err := second.Read(make([]byte, 1)); err == nil {
			t.Error("a new connection lives while the link is reset")
		}
		_ = second.Close()
	}
	heal()
	if conn, err = net.Dial("tcp", l.address()); err != nil {
		t.Fatal(err)
	}
	replies = bufio.NewReader(conn)
	if _, err := say(5); err != nil {
		t.Errorf("healed: %v", err)
	}
}

// now is what is wrong with the link at this moment.
func (l *link) now() fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}
