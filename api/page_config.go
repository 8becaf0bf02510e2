package api

import (
	"context"
	"errors"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// Desk changes the rules in force.
type Desk interface {
	// ReloadRules activates the rule file; its error may be rules.Problems.
	ReloadRules(ctx context.Context, author string) error
}

// Letter is a mail in the development mailbox.
type Letter struct {
	ID      string
	From    string
	To      string
	Subject string
	At      string
	Body    string // plain text
}

// Mailbox is where mails land in development.
type Mailbox interface {
	// List gives the newest first, without bodies.
	List(ctx context.Context) ([]Letter, error)
	// Read gives one; store.ErrNotFound when there is none.
	Read(ctx context.Context, id string) (Letter, error)
}

// DemoLogin is a person of the demo data whose log-in the log-in page offers.
type DemoLogin struct{ Name, Email, Password string }

// Pages is what the pages need beside the rest of the Config. Everything may be left out.
type Pages struct {
	Desk       Desk
	Mailbox    Mailbox
	Demo       []DemoLogin // development only
	TemporalUI string      // address of Temporal's own pages, for staff
	Namespace  string      // of the processes, for links to TemporalUI
}

// screens gives the renderer of the pages.
func (s *Server) screens() *screens { return s.render.(*screens) }

// shows tells whether a page for development is served here.
func (s *Server) shows(url string) bool {
	switch url {
	case "/dev/mailbox":
		return s.Pages.Mailbox != nil
	case "/dev/clock":
		return s.DevClock != nil
	}
	return true
}

// dealStages are the stages that hold for a deal: those pinned to its process, else the active ones.
func (r *request) dealStages(o crm.Opportunity) (*rules.Set, error) {
	set, err := r.pinnedPipeline(o)
	if !errors.Is(err, store.ErrNotFound) {
		return set, err
	}
	if set, err = r.pipeline(); err != nil {
		return nil, err
	}
	return set.Of(o.Pipeline), nil
}

// rules are the active rules of a kind.
func (r *request) rules(kind crm.RuleKind) (*rules.Set, error) {
	active, err := r.store.ActiveRules(r.ctx())
	if err != nil {
		return nil, err
	}
	for _, a := range active {
		if a.Kind == kind {
			return r.srv.library.Get(kind, a.Version, func() ([]byte, error) { return []byte(a.Source), nil })
		}
	}
	return nil, errors.Join(store.ErrNotFound, errors.New("no rules are active for "+string(kind)))
}

// worded picks a text by language, else English, else the key.
func worded(texts map[string]string, language, key string) string {
	for _, l := range []string{language, "en"} {
		if t := texts[l]; t != "" {
			return t
		}
	}
	return key
}
