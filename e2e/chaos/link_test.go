package chaos

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
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
	fail := func(f fault, d time.Duration) (healed chan struct{}) {
		healed = make(chan struct{})
		go func() {
			l.fail(f, d, nil)
			close(healed)
		}()
		time.Sleep(50 * time.Millisecond)
		return healed
	}
	if took, err := say(1); err != nil || took > lag {
		t.Fatalf("whole: %v, %v", took, err)
	}
	healed := fail(cut, 400*time.Millisecond)
	if took, err := say(2); err != nil || took < 300*time.Millisecond {
		t.Errorf("cut: %v, %v", took, err)
	}
	<-healed
	healed = fail(slow, 400*time.Millisecond)
	if took, err := say(3); err != nil || took < lag {
		t.Errorf("slow: %v, %v", took, err)
	}
	<-healed
	healed = fail(reset, 200*time.Millisecond)
	if _, err := say(4); err == nil {
		t.Error("a reset connection still answers")
	}
	if second, err := net.Dial("tcp", l.address()); err == nil {
		if _, err := second.Read(make([]byte, 1)); err == nil {
			t.Error("a new connection lives while the link is reset")
		}
		_ = second.Close()
	}
	<-healed
	if conn, err = net.Dial("tcp", l.address()); err != nil {
		t.Fatal(err)
	}
	replies = bufio.NewReader(conn)
	if _, err := say(5); err != nil {
		t.Errorf("healed: %v", err)
	}
}
