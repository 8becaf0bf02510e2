package api

import (
	"context"
	"net/http"
	"time"

	"leadtocash/crm"

	"github.com/alexedwards/scs/v2"
)

const (
	cookieName     = "ltc_session"
	sessionIdle    = 8 * time.Hour
	sessionLife    = 24 * time.Hour
	sessionRefresh = time.Minute // how often the idle time is written anew
	keyUser        = "user"
	keyFingerprint = "password"
	keySeen        = "seen"
)

// newSessions manages log-in sessions; the manager is built by hand since its constructor starts a goroutine that never ends.
func newSessions(c Config) *scs.SessionManager {
	return &scs.SessionManager{
		IdleTimeout: sessionIdle, Lifetime: sessionLife, Store: c.Store.Sessions(), Codec: scs.GobCodec{}, HashTokenInStore: true,
		Cookie: scs.SessionCookie{Name: cookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: c.SecureCookies, Persist: true},
	}
}

// openSession begins a session under a new token; whatever token the browser came with is dead (B091).
func (r *request) openSession(user crm.ID, fingerprint string) error {
	m := r.srv.sessions
	ctx, err := r.loadSession()
	if err != nil {
		return err
	}
	if err := m.Clear(ctx); err != nil {
		return err
	}
	if err := m.RenewToken(ctx); err != nil {
		return err
	}
	m.Put(ctx, keyUser, string(user))
	m.Put(ctx, keyFingerprint, fingerprint)
	return r.saveSession(ctx)
}

// closeSession ends the session and takes the cookie away.
func (r *request) closeSession() error {
	ctx, err := r.loadSession()
	if err != nil {
		return err
	}
	if err := r.srv.sessions.Destroy(ctx); err != nil {
		return err
	}
	r.srv.sessions.WriteSessionCookie(r.ctx(), r.gin.Writer, "", time.Time{})
	return nil
}

func (r *request) loadSession() (context.Context, error) {
	token := ""
	if c, err := r.gin.Request.Cookie(cookieName); err == nil {
		token = c.Value
	}
	return r.srv.sessions.Load(r.ctx(), token)
}

func (r *request) saveSession(ctx context.Context) error {
	r.srv.sessions.Put(ctx, keySeen, r.srv.Now().Unix())
	token, expiry, err := r.srv.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	r.srv.sessions.WriteSessionCookie(ctx, r.gin.Writer, token, expiry)
	return nil
}
