package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
)

// Commander carries commands to the durable processes. Its errors are store.ErrClash, store.ErrBusy, ErrOutcomeUnknown and
// ErrEngineAway; a refusal is an answer, not an error.
type Commander interface {
	Do(ctx context.Context, c crm.Command) (crm.Answer, error)
}

// Errors of a Commander.
var (
	// ErrOutcomeUnknown says that the command may yet happen; sending the same id again is safe.
	ErrOutcomeUnknown = errors.New("the outcome is not known yet")
	// ErrEngineAway says that the command was not taken since the engine cannot be reached.
	ErrEngineAway = errors.New("the engine cannot be reached")
)

// Printer gives texts in one language. A text's figures come as one map of name to value, or not at all.
type Printer interface {
	T(key string, args ...any) string
}

// Clock is business time in development and tests.
type Clock interface {
	// Advance moves the clock forward and gives the new business time, once the processes have heard of it.
	Advance(ctx context.Context, by time.Duration) (time.Time, error)
}

// Config is what a Server needs.
type Config struct {
	Store     *store.Store
	Commander Commander
	// Texts gives the texts of a language (en, it, es, pl). Without it keys are shown.
	Texts func(language string) Printer
	// DevClock lets administrators move business time by POST /api/v1/test/clock; nil in production.
	DevClock Clock
	// Secret seals the cursors of lists; the same on all machines. Empty: made up at the start.
	Secret []byte
	// Pages is what the pages of the product need beside.
	Pages Pages
	// SecureCookies sends cookies over HTTPS only.
	SecureCookies bool
	// TrustedProxies may name the caller's address in X-Forwarded-For; addresses or networks.
	TrustedProxies []string
	// Now is real time, for sessions, keys and rates; business time comes from the store.
	Now func() time.Time
	Log *slog.Logger
}

// Server answers HTTP requests.
type Server struct {
	Config
	engine     *gin.Engine
	sessions   *scs.SessionManager
	rates      *rates
	render     renderer
	library    rules.Library // compiled rule sets
	words      knownWords    // for opportunities
	modules    knownModules  // that are switched off
	fieldsRead atomic.Int64  // when the definitions of custom fields were read last
	pipelines  atomic.Pointer[usedPipelines]
	origin     *http.CrossOriginProtection

	published func() publication        // the OpenAPI document
	decoded   func(route, reflect.Type) // told what a body is bound to; for tests
}

// New builds the server from the route table.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Texts == nil {
		c.Texts = func(string) Printer { return keys{} }
	}
	if len(c.Secret) == 0 {
		c.Secret = randomSecret()
	}
	s := &Server{Config: c, origin: http.NewCrossOriginProtection(), rates: newRates(c.Now)}
	if c.Store != nil && c.Store.Judge == nil {
		c.Store.Judge = s.library.Judge
	}
	s.sessions = newSessions(c)
	s.render = newRenderer(s)
	s.published = sync.OnceValue(s.publish)
	s.engine = s.router()
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, r) }

// keys prints keys as they are.
type keys struct{}

func (keys) T(key string, _ ...any) string { return key }
