// Package erpstub is an ERP for development and tests: it takes sales orders over HTTP, one for each Idempotency-Key, and journals what
// it really did, so that orders lost and doubled can be counted from outside (R6).
package erpstub

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/integrations/journal"
)

// Entry is an order that was taken.
type Entry struct {
	Key       string          `json:"key"`
	Ref       string          `json:"ref"`
	Digest    string          `json:"digest,omitempty"` // SHA-256 of the body
	Order     json.RawMessage `json:"order,omitempty"`  // as it came; one in XML is a text
	Cancelled bool            `json:"cancelled,omitempty"`
	Reason    string          `json:"reason,omitempty"` // of a cancellation
	At        time.Time       `json:"at"`
}

// Faults make the server fail on purpose, by a seeded chance each.
type Faults struct {
	Delay      time.Duration // before each answer
	DropAnswer float64       // does the work, then drops the connection without a word
	Fail       float64       // answers 500 without doing the work
	FailAfter  float64       // does the work, then answers 500
	Rubbish    float64       // does the work, then answers what nobody can read
	Reject     bool          // refuses orders and cancellations
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
	keys   []crm.HookSecret
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
		s.know(e)
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
	routes.HandleFunc("DELETE /orders/{key}", s.cancel)
	s.http = &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(l) // ends with Close, and only with it
	}()
	return s, nil
}

// Read gives the orders of a journal in the order in which they were taken.
func Read(journalPath string) ([]Entry, error) { return journal.Read[Entry](journalPath) }

// URL is the stub's address for integrations.NewWebhookERP.
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

// Trust has the server take only what one of the keys signed, within crm.HookWindow of its clock.
func (s *Server) Trust(keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = nil
	for _, k := range keys {
		s.keys = append(s.keys, crm.HookSecret{Secret: k})
	}
}

// know takes a line of the journal.
func (s *Server) know(e Entry) {
	if before, ok := s.orders[e.Key]; ok && e.Cancelled {
		before.Cancelled = true
		e = before
	}
	s.orders[e.Key] = e
}

// luck is what is drawn for one request.
type luck struct{ fail, drop, failAfter, rubbish, reject bool }

// roll draws this request's faults, after the delay.
func (s *Server) roll() luck {
	s.mu.Lock()
	f := s.faults
	l := luck{fail: s.chance.Float64() < f.Fail, drop: s.chance.Float64() < f.DropAnswer, reject: f.Reject}
	if f.FailAfter+f.Rubbish > 0 {
		l.failAfter, l.rubbish = s.chance.Float64() < f.FailAfter, s.chance.Float64() < f.Rubbish
	}
	s.mu.Unlock()
	time.Sleep(f.Delay)
	return l
}

// reads takes a request's body and tells whether it may go on: it is signed as it has to be, and no fault says otherwise.
func (s *Server) reads(w http.ResponseWriter, r *http.Request, l luck) (body []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	s.mu.Lock()
	keys := s.keys
	s.mu.Unlock()
	switch {
	case l.fail:
		http.Error(w, "a fault on purpose", http.StatusInternalServerError)
	case err != nil:
		http.Error(w, "the request cannot be read", http.StatusBadRequest)
	case len(keys) > 0 && crm.CheckHook(r.Header.Get(integrations.ERPSignature), keys, time.Now(), integrations.SignedContent(r, body)) != nil:
		http.Error(w, "the signature does not fit", http.StatusUnauthorized)
	case l.reject && r.Method != http.MethodGet:
		http.Error(w, "refused on purpose", http.StatusUnprocessableEntity)
	default:
		return body, true
	}
	return nil, false
}

// done answers for work that was done, unless a fault has it otherwise.
func (l luck) done(w http.ResponseWriter, status int, ref string) {
	switch {
	case l.drop:
		panic(http.ErrAbortHandler)
	case l.failAfter:
		http.Error(w, "a fault on purpose, after the work", http.StatusInternalServerError)
	case l.rubbish:
		_, _ = io.WriteString(w, "<html>Gateway page</html>") // a caller that has gone asks again
	default:
		reply(w, status, ref)
	}
}

// kept is an order as the journal keeps it: JSON as it is, XML as a text; empty when it is neither.
func kept(kind string, body []byte) json.RawMessage {
	switch {
	case kind != "application/xml" && json.Valid(body):
		return body
	case kind != "application/xml" || xml.Unmarshal(body, &struct {
		XMLName xml.Name `xml:"urn:oasis:names:specification:ubl:schema:xsd:Order-2 Order"`
	}{}) != nil:
		return nil
	}
	text, _ := json.Marshal(string(body)) // a text always marshals
	return text
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	l := s.roll()
	key := r.Header.Get("Idempotency-Key")
	body, ok := s.reads(w, r, l)
	if !ok {
		return
	}
	order := kept(r.Header.Get("Content-Type"), body)
	switch {
	case order == nil:
		http.Error(w, "the order cannot be read", http.StatusBadRequest)
		return
	case key == "" || len(key) > 255:
		http.Error(w, "an Idempotency-Key of 1 to 255 characters is needed", http.StatusBadRequest)
		return
	}
	e, status, err := s.take(key, body, order)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	l.done(w, status, e.Ref)
}

// take does the work once for each key; the journal's line comes before the answer.
func (s *Server) take(key string, body []byte, order json.RawMessage) (Entry, int, error) {
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
	e := Entry{Key: key, Ref: fmt.Sprintf("ERP-%06d", len(s.orders)+1), Digest: digest, Order: order, At: time.Now().UTC()}
	if err := s.journal.Append(e); err != nil {
		return Entry{}, http.StatusInternalServerError, err
	}
	s.orders[key] = e
	return e, http.StatusCreated, nil
}

func (s *Server) find(w http.ResponseWriter, r *http.Request) {
	l := s.roll()
	if _, ok := s.reads(w, r, l); !ok {
		return
	}
	s.mu.Lock()
	e, ok := s.orders[r.PathValue("key")]
	s.mu.Unlock()
	switch {
	case !ok:
		http.NotFound(w, r)
	case e.Cancelled:
		http.Error(w, "the order was cancelled", http.StatusGone)
	default:
		l.done(w, http.StatusOK, e.Ref)
	}
}

// cancel takes an order back, once; the journal's line comes before the answer.
func (s *Server) cancel(w http.ResponseWriter, r *http.Request) {
	l := s.roll()
	if _, ok := s.reads(w, r, l); !ok {
		return
	}
	s.mu.Lock()
	e, ok := s.orders[r.PathValue("key")]
	var err error
	if ok && !e.Cancelled {
		e.Cancelled = true
		if err = s.journal.Append(Entry{Key: e.Key, Ref: e.Ref, Cancelled: true, Reason: r.URL.Query().Get("reason"), At: time.Now().UTC()}); err == nil {
			s.orders[e.Key] = e
		}
	}
	s.mu.Unlock()
	switch {
	case !ok:
		http.NotFound(w, r)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		l.done(w, http.StatusOK, e.Ref)
	}
}

func reply(w http.ResponseWriter, status int, ref string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"ref": ref}) // a caller that has gone asks again
}
