package api

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/testkit"
	"leadtocash/worker"

	"go.temporal.io/sdk/client"
)

// wire is the way to the engine, which can be cut and healed.
type wire struct {
	address string // where the callers dial
	mu      sync.Mutex
	broken  bool
	open    []net.Conn
}

func newWire(t *testing.T, engine string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // for good: an address that is given up may be another's by the time it is wanted again
	must(t, err)
	w := &wire{address: l.Addr().String()}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", engine)
			if err != nil || !w.keep(in, out) {
				_ = in.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
				go func() {
					_, _ = io.Copy(way[0], way[1])
					_ = way[0].Close()
				}()
			}
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		w.cut()
	})
	return w
}

// keep notes a connection's two halves, which it ends where nothing passes now.
func (w *wire) keep(halves ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, halves...)
	if w.broken {
		w.drop()
	}
	return !w.broken
}

// cut ends every connection, and every one that comes.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = true
	w.drop()
}

func (w *wire) heal() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = false
}

func (w *wire) drop() {
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// B127, R2, R3: while the engine is away a lead is captured at once and a command is accepted with 202, both on the disk; when it is back the
// lead's process starts and the command is carried out, once. Without a row on the disk nothing is accepted.
func TestWorkAtOnceWhileTheEngineIsAway(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	address, namespace := testkit.Namespace(t)
	w := newWire(t, address)
	quiet := slog.New(slog.DiscardHandler)
	temporal, err := client.DialContext(t.Context(), client.Options{HostPort: w.address, Namespace: namespace, Logger: quiet})
	must(t, err)
	t.Cleanup(temporal.Close)
	engine, patient := NewEngine(s.store, temporal), NewEngine(s.store, temporal)
	t.Cleanup(engine.Close)
	t.Cleanup(patient.Close)
	engine.patience, patient.patience = 2*time.Second, time.Hour
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		steps := &activities.Steps{Store: s.store, Rules: &rules.Library{}}
		done <- worker.Run(ctx, worker.Config{Temporal: temporal, Steps: steps, ChaseCron: "0 9 * * *", Log: quiet})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s.exec(`insert into capture_form (key, name, source) values ('web', 'Web', 'website')`)

	testkit.Eventually(t, "the worker works", func() bool {
		return count(s, `select count(*) from verdict where process = 'lead-`+string(s.lead)+`'`) > 0
	})

	w.cut()
	s.srv.Commander = patient // who waited for the engine would wait for ever
	s.do("nobody", http.MethodPost, "/public/v1/forms/web/leads", `{"company":"Form Srl","email":"form@example.com"}`, http.StatusAccepted)
	lead := s.made("sales_ops", "/api/v1/leads", `{"company":"Away Srl","email":"away@example.com","need":"Two pumps"}`)
	s.srv.Commander = engine
	qualify, key := "/api/v1/leads/"+string(lead)+"/qualify", []string{"Idempotency-Key", "once"}
	for range 2 { // sending it again does no harm
		if p := s.do("sales_ops", http.MethodPost, qualify, `{"score":70}`, http.StatusAccepted, key...); p["code"] != "accepted" {
			t.Fatalf("%v", p)
		}
	}
	b := s.browser("sales_ops")
	b.read(b.send(http.MethodPost, "/leads/"+string(s.lead)+"/disqualify", url.Values{"reason": {"spam"}}), "disqualify", http.StatusAccepted).
		want("p", "It was taken and may still happen.")
	if n := count(s, `select count(*) from outbox where command is not null`); n != 2 {
		t.Fatalf("%d commands are kept", n)
	}
	if n := count(s, `select count(*) from lead where state <> 'new'`); n != 0 {
		t.Fatalf("%d leads moved without an engine", n)
	}

	w.heal()
	testkit.Eventually(t, "the command is carried out", func() bool {
		return count(s, `select count(*) from lead where id = '`+string(lead)+`' and state <> 'new'`) == 1
	})
	testkit.Eventually(t, "the form's lead has its process", func() bool {
		return count(s, `select count(*) from verdict v join lead l on v.process = 'lead-' || l.id where l.company = 'Form Srl' and v.kind = 'scoring'`) > 0
	})
	testkit.Eventually(t, "the page's command is carried out and none is kept any more", func() bool {
		return count(s, `select count(*) from lead where id = '`+string(s.lead)+`' and state = 'disqualified'`) == 1 &&
			count(s, `select count(*) from outbox where command is not null`) == 0
	})
	if n := count(s, `select count(*) from timeline where process = 'lead-`+string(lead)+`' and code = 'lead.qualified'`); n != 1 {
		t.Errorf("qualified %d times", n)
	}
	if a := s.do("sales_ops", http.MethodPost, qualify, `{"score":70}`, http.StatusOK, key...); a["code"] != crm.Done {
		t.Errorf("%v", a)
	}

	w.cut()
	s.exec(`alter table outbox rename to outbox_away`)
	if p := s.do("sales_ops", http.MethodPost, qualify, `{"score":70}`, http.StatusServiceUnavailable, "Idempotency-Key", "two"); p["code"] != "engine_unavailable" {
		t.Errorf("what cannot be kept is told %v", p)
	}
	s.exec(`alter table outbox_away rename to outbox`)
	w.heal()
}

func count(s *scene, sql string) int { return ask[int](s, sql) }
