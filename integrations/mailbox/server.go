// Package mailbox is the mail server of development and tests: it takes every message, keeps it as a file, and journals what it
// really received, so that nothing lost and nothing doubled can be counted from outside (R7).
package mailbox

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"

	"leadtocash/integrations/journal"
)

// Entry is one delivery as the journal keeps it.
type Entry struct {
	ID        string    `json:"id"` // in the order of arrival: "000001"
	MessageID string    `json:"message_id"`
	From      string    `json:"from"` // envelope
	To        []string  `json:"to"`   // envelope
	Subject   string    `json:"subject"`
	At        time.Time `json:"at"`       // of arrival
	Again     bool      `json:"again"`    // the Message-ID had arrived before: a double
	Answered  bool      `json:"answered"` // false when a fault dropped the connection instead
}

// Faults make the server fail on purpose, by a seeded chance each.
type Faults struct {
	DropAnswer float64 // takes the message, then drops the connection without a word
	Busy       float64 // refuses with 451 before taking it
	Seed       uint64
}

// Server is the mailbox at an address.
type Server struct {
	dir      string
	smtp     *smtp.Server
	listener net.Listener
	done     chan struct{}

	mu      sync.Mutex
	journal *journal.Journal[Entry]
	count   int
	seen    map[string]bool
	faults  Faults
	chance  *rand.Rand
}

// maxMessage bounds a message; longer ones are refused.
const maxMessage = 10 << 20

// Start listens on the address ("127.0.0.1:8025"; port 0 takes a free one) and goes on in the folder where an earlier server left off.
func Start(address, dir string, faults Faults) (*Server, error) {
	s := &Server{dir: dir, seen: map[string]bool{}, done: make(chan struct{})}
	s.SetFaults(faults)
	j, entries, err := journal.Open[Entry](journalPath(dir))
	if err != nil {
		return nil, err
	}
	s.journal, s.count = j, len(entries)
	for _, e := range entries {
		s.seen[e.MessageID] = true
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		j.Close()
		return nil, err
	}
	s.listener = l
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	s.smtp.Domain, s.smtp.MaxMessageBytes, s.smtp.MaxRecipients = "mailbox.localhost", maxMessage, 100
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = time.Minute, time.Minute
	go func() {
		defer close(s.done)
		_ = s.smtp.Serve(l) // ends with Close, and only with it
	}()
	return s, nil
}

// Address is where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// URL is the server's address for integrations.NewSMTP.
func (s *Server) URL() string { return "smtp://" + s.Address() }

// SetFaults replaces the faults, and starts their chance anew from the seed.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.chance = f, rand.New(rand.NewPCG(f.Seed, 7))
}

// Close stops listening and closes the journal.
func (s *Server) Close() error {
	err := s.smtp.Close()
	s.listener.Close() // the server does not know it yet when it is closed right after Start
	<-s.done
	if e := s.journal.Close(); err == nil {
		err = e
	}
	return err
}

// keep puts the message on disk; the journal's line comes last and makes it count. It tells whether to answer.
func (s *Server) keep(from string, to []string, raw []byte) (answer bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := Entry{ID: fmt.Sprintf("%06d", s.count+1), From: from, To: to, At: time.Now().UTC()}
	if r, err := mail.CreateReader(bytes.NewReader(raw)); err == nil {
		e.Subject, _ = r.Header.Subject()
		e.MessageID, _ = r.Header.MessageID()
		r.Close()
	}
	e.Again = e.MessageID != "" && s.seen[e.MessageID]
	e.Answered = s.chance.Float64() >= s.faults.DropAnswer
	if err := write(s.dir, e.ID, raw); err != nil {
		return false, err
	}
	if err := s.journal.Append(e); err != nil {
		return false, err
	}
	s.count++
	s.seen[e.MessageID] = true
	return e.Answered, nil
}

func (s *Server) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chance.Float64() < s.faults.Busy
}

// write makes the file durable under its name, or not at all.
func write(dir, id string, raw []byte) error {
	f, err := os.CreateTemp(dir, "arriving-*")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, id+".eml"))
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return journal.SyncDir(dir)
}

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	from   string
	to     []string
}

func (c *session) Reset() { c.from, c.to = "", nil }

func (c *session) Logout() error { return nil }

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.server.busy() {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Busy, try again later"}
	}
	c.from = from
	return nil
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	answer, err := c.server.keep(c.from, c.to, raw)
	if err != nil {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Cannot keep the message"}
	}
	if !answer {
		return c.conn.Conn().Close()
	}
	return nil
}
