package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"
)

const testPassword = "correct horse battery"

// migrations are what the template of all test databases is made of.
var migrations = sync.OnceValues(func() (string, error) {
	sum := sha256.New()
	files, err := filepath.Glob("../store/migrations/*.sql")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		sum.Write(b)
	}
	return hex.EncodeToString(sum.Sum(nil)), err
})

// database is a copy of the one that fill wrote into, which is made once for each name.
func database(t *testing.T, name string, fill func(ctx context.Context, url string) error) string {
	t.Helper()
	key, err := migrations()
	must(t, err)
	return testkit.Database(t, name+" "+key, func(ctx context.Context, url string) error {
		if err := store.Migrate(ctx, url); err != nil {
			return err
		}
		return fill(ctx, url)
	})
}

func run(dsn, sql string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, sql)
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a server with its database.
type world struct {
	t     *testing.T
	url   string
	store *store.Store
	srv   *Server
	cmd   *fakeCommander
	now   time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return openWorld(t, database(t, "world", found))
}

// shipped are the shipped rules by kind; nobody changes them.
var shipped = sync.OnceValues(func() (map[crm.RuleKind]string, error) {
	doc, problems := rules.ParseDocument(rules.Default())
	out := map[crm.RuleKind]string{}
	for kind, part := range doc {
		out[kind] = string(part.Source)
	}
	return out, problems.Err()
})

func shippedRules(t *testing.T) map[crm.RuleKind]string {
	t.Helper()
	all, err := shipped()
	must(t, err)
	return all
}

// found writes what every company has: the shipped rules and its own name.
func found(ctx context.Context, url string) error {
	all, err := shipped()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.ActivateRules(ctx, all, "test", "shipped"); err != nil {
		return err
	}
	return run(url, `insert into legal_entity (id, name, country, vat, street, postal_code, city, province, time_zone, currency)
		values (gen_random_uuid(), 'Acme Srl', 'IT', 'IT00743110157', 'Via Roma 1', '20121', 'Milano', 'MI', 'Europe/Rome', 'EUR')`)
}

// openWorld is a server of its own before the database.
func openWorld(t *testing.T, dsn string) *world {
	t.Helper()
	st, err := store.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(st.Close)
	w := &world{t: t, url: dsn, store: st, cmd: &fakeCommander{}, now: time.Now()}
	w.srv = New(Config{
		Store: st, Commander: w.cmd, Secret: []byte("0123456789abcdef0123456789abcdef"),
		Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
	})
	w.srv.decoded = func(rt route, got reflect.Type) {
		if want := reflect.TypeOf(rt.call.body); !rt.page && got != want {
			t.Errorf("%s %s binds %v, the document says %v", rt.method, rt.path, got, want)
		}
	}
	return w
}

// exec runs SQL past the store, to set a scene.
func (w *world) exec(sql string) {
	w.t.Helper()
	must(w.t, run(w.url, sql))
}

// passwordHash takes little work, so that log-ins do: hashes carry what theirs took.
var passwordHash = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash(testPassword, &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
})

// user adds a person with the role.
func (w *world) user(name string, team crm.ID, roles ...crm.Role) crm.User {
	w.t.Helper()
	hash, err := passwordHash()
	must(w.t, err)
	c, err := pgx.Connect(w.t.Context(), w.url)
	must(w.t, err)
	defer c.Close(w.t.Context())
	held := make([]string, len(roles))
	for i, r := range roles {
		held[i] = string(r)
	}
	_, err = c.Exec(w.t.Context(), `insert into app_user (id, name, email, password_hash, roles, team_id, approval_limit) values ($1, $2, $3, $4, $5, $6, 50000)`,
		store.NewID(), name, name+"@example.com", hash, held, team)
	must(w.t, err)
	u, err := w.store.UserByEmail(w.t.Context(), name+"@example.com")
	must(w.t, err)
	return u
}

func (w *world) key(u crm.User) string {
	w.t.Helper()
	k, err := w.store.CreateAPIKey(w.t.Context(), u.ID, "test", time.Time{})
	must(w.t, err)
	return k
}

// call sends a request; headers are names and values in turn.
func (w *world) call(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequestWithContext(w.t.Context(), method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.srv.ServeHTTP(rec, req)
	keepsToDocument(w.t, req, body, rec)
	return rec
}

// as calls with the key and a JSON body.
func (w *world) as(key, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	h := append([]string{"Authorization", "Bearer " + key}, headers...)
	if body != "" {
		h = append([]string{"Content-Type", "application/json"}, h...)
	}
	return w.call(method, path, body, h...)
}

// fakeCommander answers commands as it is told and remembers them.
type fakeCommander struct {
	mu     sync.Mutex
	sent   []crm.Command
	answer crm.Answer
	err    error
	before func(crm.Command) // what the process does first
}

func (f *fakeCommander) Do(_ context.Context, c crm.Command) (crm.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, c)
	if f.before != nil {
		f.before(c)
	}
	if f.answer.Code == "" && f.err == nil {
		return crm.Answer{Code: crm.Done}, nil
	}
	return f.answer, f.err
}

func status(t *testing.T, rec *httptest.ResponseRecorder, want int) {
	t.Helper()
	if rec.Code != want {
		t.Fatalf("status %d, want %d: %s", rec.Code, want, rec.Body)
	}
}

var _ http.Handler = (*Server)(nil)
