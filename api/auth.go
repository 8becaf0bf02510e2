package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/gin-gonic/gin"
)

// identify finds out who asks: by key, or by session. The person's row is read each time, so that a disabled one is out at once (S7).
func (r *request) identify() error {
	if err := r.noKeyInURL(); err != nil {
		return err
	}
	header := r.gin.GetHeader("Authorization")
	switch {
	case r.route.open:
		return nil
	case header != "":
		return r.identifyByKey(header)
	default:
		return r.identifyBySession()
	}
}

// noKeyInURL refuses keys in addresses: those end up in logs and histories (B085).
func (r *request) noKeyInURL() error {
	query := r.gin.Request.URL.Query()
	for _, name := range []string{"api_key", "apikey", "key", "token", "access_token"} {
		if query.Has(name) && strings.HasPrefix(r.gin.Request.URL.Path, "/api/") {
			return refusal(codeUnauthenticated, item{Parameter: name, Code: "not_accepted_in_url"})
		}
	}
	return nil
}

func (r *request) identifyByKey(header string) error {
	scheme, key, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return r.unauthenticated()
	}
	u, err := r.store.UserByAPIKey(r.ctx(), strings.TrimSpace(key), r.srv.Now())
	switch {
	case errors.Is(err, store.ErrKeyExpired):
		return refusal(codeTokenExpired)
	case errors.Is(err, store.ErrNotFound):
		return r.unauthenticated()
	case err != nil:
		return err
	case !u.Active:
		return r.unauthenticated()
	}
	r.byKey = true
	r.enter(u)
	return nil
}

func (r *request) identifyBySession() error {
	if _, err := r.gin.Request.Cookie(cookieName); err != nil {
		return nil
	}
	ctx, err := r.loadSession()
	if err != nil {
		return err
	}
	id := r.srv.sessions.GetString(ctx, keyUser)
	if id == "" {
		return nil
	}
	u, fingerprint, err := r.store.SessionUser(ctx, crm.ID(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !u.Active || fingerprint != r.srv.sessions.GetString(ctx, keyFingerprint) {
		return r.closeSession()
	}
	r.enter(u)
	if r.srv.Now().Sub(time.Unix(r.srv.sessions.GetInt64(ctx, keySeen), 0)) > sessionRefresh {
		return r.saveSession(ctx)
	}
	return nil
}

func (r *request) enter(u crm.User) {
	r.user = u
	r.gin.Set("user", u.ID)
	r.speak(u.Language)
}

func userOf(c *gin.Context) crm.ID {
	id, _ := c.Get("user")
	user, _ := id.(crm.ID)
	return user
}

// unauthenticated asks machines for a key, and leads people to the log-in page and back.
func (r *request) unauthenticated() error {
	if r.route.page {
		path := "/login"
		if r.gin.Request.Method == http.MethodGet {
			path += "?next=" + url.QueryEscape(r.gin.Request.URL.RequestURI())
		}
		_ = r.SeeOther(path)
	}
	return refusal(codeUnauthenticated, item{Header: "WWW-Authenticate", Code: "see_header", Params: params{"value": "Bearer"}})
}
