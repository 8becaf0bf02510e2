// Package erpstub is an ERP for development and tests: it takes sales orders over HTTP, one for each Idempotency-Key, and journals what
// it really did, so that orders lost and doubled can be counted from outside (R6).
package erpstub

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"leadtocash/integrations/journal"
)

// Entry is an order that was taken.
type Entry struct {
	Key    string          `json:"key"`
	Ref    string          `json:"ref"`
	Digest string          `json:"digest"` // SHA-256 of the body
	Order  json.RawMessage `json:"order"`
	At     time.Time       `json:"at"`
}

// Faults make the server fail on purpose, by a seeded chance each.
type Faults struct {
	Delay      time.Duration // before each answer
	DropAnswer float64       // does the work, then drops the connection without a word
	Fail       float64       // answers 500 without doing the work
	Seed       uint64
}

// Server is the stub at an address.
type Server struct {
	http    *http.Server
	address string
	done    chan struct{}
	journal *journal.Journal[Entry]

	mu     sync.Mutex
	orders map[string]Entry
	faults Faults
	chance *rand.Rand
}

// maxBody bounds an order; longer ones are refused.
const maxBody = 4 << 20

// Start listens on the address ("127.0.0.1:8090"; port 0 takes a free one) and knows the orders of an earlier server from the journal.
func Start(address, journalPath string, faults Faults) (*Server, error) {
	j, entries, err := journal.Open[Entry](journalPath)
	if err != nil {
		return nil, err
	}
	s := &Server{journal: j, orders: make(map[string]Entry, len(entries)), done: make(chan struct{})}
	s.SetFaults(faults)
	for _, e := range entries {
		s.orders[e.Key] = e
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		j.Close()
		return nil, err
	}
	s.address = l.Addr().String()
	routes := http.NewServeMux()
	routes.HandleFunc("POST /orders", s.create)
	routes.HandleFunc("GET /orders/{key}", s.find)
	s.http = &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // ends with Close, and only with it
	}()
	return s, nil
}

// Read gives the orders of a journal in the order in which they were taken.
func Read(journalPath string) ([]Entry, error) { return journal.Read[Entry](journalPath) }

// URL is the stub's address for integrations.NewHTTPERP.
func (s *Server) URL() string { return "http://" + s.address }

// SetFaults replaces the faults, and starts their chance anew from the seed.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.chance = f, rand.New(rand.NewPCG(f.Seed, 6))
}

// Close stops at once, as a crash would, and closes the journal.
func (s *Server) Close() error {
	err := s.http.Close()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(err, s.journal.Close())
}

// roll draws this request's faults.
func (s *Server) roll() (delay time.Duration, fail, drop bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.Delay, s.chance.Float64() < s.faults.Fail, s.chance.Float64() < s.faults.DropAnswer
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	delay, fail, drop := s.roll()
	time.Sleep(delay)
	key := r.Header.Get("Idempotency-Key")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case fail:
		http.Error(w, "a fault on purpose", http.StatusInternalServerError)
		return
	case err != nil || !json.Valid(body):
		http.Error(w, "the order cannot be read", http.StatusBadRequest)
		return
	case key == "" || len(key) > 255:
		http.Error(w, "an Idempotency-Key of 1 to 255 characters is needed", http.StatusBadRequest)
		return
	}
	e, status, err := s.take(key, body)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	if drop {
		panic(http.ErrAbortHandler)
	}
	reply(w, status, e.Ref)
}

// take does the work once for each key; the journal's line comes before the answer.
func (s *Server) take(key string, body []byte) (Entry, int, error) {
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.orders[key]; ok {
		if e.Digest != digest {
			return Entry{}, http.StatusConflict, errors.New("this key was used with another order")
		}
		return e, http.StatusOK, nil
	}
	e := Entry{Key: key, Ref: fmt.Sprintf("ERP-%06d", len(s.orders)+1), Digest: digest, Order: body, At: time.Now().UTC()}
	if err := s.journal.Append(e); err != nil {
		return Entry{}, http.StatusInternalServerError, err
	}
	s.orders[key] = e
	return e, http.StatusCreated, nil
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	delay, fail, drop := s.roll()
	time.Sleep(delay)
	if fail {
		http.Error(w, "a fault on purpose", http.StatusInternalServerError)
		return
	}
	if drop {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	e, ok := s.orders[r.PathValue("key")]
	s.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	reply(w, http.StatusOK, e.Ref)
}

func reply(w http.ResponseWriter, status int, ref string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"ref": ref}) // a caller that has gone asks again
}
