package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

const testPassword = "correct horse battery"

// migrated is a migrated database that each test copies.
var migrated = sync.OnceValues(func() (string, error) {
	base := os.Getenv("TEST_DATABASE_URL")
	if base == "" {
		return "", fmt.Errorf("TEST_DATABASE_URL is not set")
	}
	name := "web_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := run(base, "create database "+name); err != nil {
		return "", err
	}
	return name, store.Migrate(context.Background(), withDatabase(base, name))
})

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

func withDatabase(dsn, name string) string {
	u, _ := url.Parse(dsn)
	u.Path = "/" + name
	return u.String()
}

var copying sync.Mutex

func database(t *testing.T) string {
	t.Helper()
	from, err := migrated()
	must(t, err)
	base, name := os.Getenv("TEST_DATABASE_URL"), "web_"+strings.ReplaceAll(uuid.NewString(), "-", "")
	copying.Lock()
	err = run(base, "create database "+name+" template "+from)
	copying.Unlock()
	must(t, err)
	t.Cleanup(func() { _ = run(base, "drop database "+name+" with (force)") })
	return withDatabase(base, name)
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
	dsn := database(t)
	st, err := store.Open(t.Context(), dsn)
	must(t, err)
	t.Cleanup(st.Close)
	w := &world{t: t, url: dsn, store: st, cmd: &fakeCommander{}, now: time.Now()}
	w.srv = New(Config{Store: st, Commander: w.cmd, Secret: []byte("0123456789abcdef0123456789abcdef"),
		Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	w.exec(`insert into legal_entity (id, name, country, time_zone, currency) values (gen_random_uuid(), 'Acme Srl', 'IT', 'Europe/Rome', 'EUR')`)
	return w
}

// exec runs SQL past the store, to set a scene.
func (w *world) exec(sql string) {
	w.t.Helper()
	must(w.t, run(w.url, sql))
}

// user adds a person with the role.
func (w *world) user(name string, team crm.ID, roles ...crm.Role) crm.User {
	w.t.Helper()
	u, err := w.store.CreateUser(w.t.Context(), crm.User{Name: name, Email: name + "@example.com", Roles: roles, TeamID: team,
		ApprovalLimit: decimal.NewFromInt(50000)}, testPassword)
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
}

func (f *fakeCommander) Do(_ context.Context, c crm.Command) (crm.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent = append(f.sent, c)
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
