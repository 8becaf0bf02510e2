package api

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// getLogin shows the log-in form. Who is logged in already goes on at once.
func getLogin(r *request) error {
	next, err := localPath(r.gin.Query("next"))
	if err != nil {
		return err
	}
	if r.user.ID != "" {
		return r.SeeOther(next)
	}
	return r.Page(http.StatusOK, "login", loginPage{Next: next})
}

// postLogin begins a session and goes on to where the person wanted.
func postLogin(r *request) error {
	if err := r.gin.Request.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return err
		}
		return refusal(codeParameter)
	}
	form := r.gin.Request.PostForm
	next, err := localPath(form.Get("next"))
	if err != nil {
		return err
	}
	email := form.Get("email")
	who, err := r.store.LogIn(r.ctx(), clean(email, 320), form.Get("password"), r.gin.ClientIP(), r.srv.Now())
	if err != nil {
		return r.loginRefused(err, loginPage{Next: next, Email: email})
	}
	if err := r.openSession(who.User.ID, who.Fingerprint); err != nil {
		return err
	}
	return r.SeeOther(next)
}

// loginRefused shows the form again; what was typed is kept, the password is not.
func (r *request) loginRefused(err error, page loginPage) error {
	if many, ok := errors.AsType[store.TooManyTries](err); ok {
		return many
	}
	if !errors.Is(err, store.ErrLogin) {
		return err
	}
	page.Error = "login_failed"
	return r.Page(http.StatusUnauthorized, "login", page)
}

// postLogout ends the session.
func postLogout(r *request) error {
	if err := r.closeSession(); err != nil {
		return err
	}
	return r.SeeOther("/login")
}

// localPath accepts a path of this site only, so that a log-in link cannot lead elsewhere (B092); none is the home page.
func localPath(next string) (string, error) {
	if next == "" {
		return "/", nil
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\r\n\t\x00") || strings.HasPrefix(u.Path, "//") {
		return "", wrongParameter("next", "not_local_path", nil)
	}
	return next, nil
}

// clean makes a text safe to store and search: no NUL, valid UTF-8, at most n bytes.
func clean(s string, n int) string { return crm.Shortened(s, n) }
