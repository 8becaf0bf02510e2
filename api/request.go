package api

import (
	"context"
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"golang.org/x/text/language"
)

// request is one call as a handler sees it.
type request struct {
	srv       *Server
	store     *store.Store
	commander Commander
	gin       *gin.Context
	route     route
	user      crm.User // without an ID: nobody is logged in
	byKey     bool     // he acts through an API key
	language  string
	print     Printer
	only      []string // the fields that the query asks for; nil: all
}

func (s *Server) newRequest(c *gin.Context, rt route) *request {
	r := &request{srv: s, store: s.Store, commander: s.Commander, gin: c, route: rt}
	r.speak("")
	c.Set("request", r)
	return r
}

// languages are those of the screens; the first is the default.
var languages = language.NewMatcher([]language.Tag{language.English, language.Italian, language.Spanish, language.Polish})

// speak sets the language of the answer: the person's own, else the best that his browser asks for.
func (r *request) speak(own string) {
	tag, _ := language.MatchStrings(languages, own, r.gin.GetHeader("Accept-Language"))
	base, _ := tag.Base()
	r.language = base.String()
	r.print = nil
}

// T is the text of a key in the language of the answer.
func (r *request) T(key string, args ...any) string {
	if r.print == nil {
		r.print = r.srv.calling(r.srv.Texts(r.language))
	}
	return r.print.T(key, args...)
}

func (r *request) ctx() context.Context { return r.gin.Request.Context() }

// Reach is how many records the route's permission covers for the user.
func (r *request) Reach() crm.Reach { return r.user.Can(r.route.need) }

// Scope is whose records the route may read or change for the user.
func (r *request) Scope() store.Scope { return store.ScopeOf(r.user, r.route.need) }

// Can tells whether the user holds a permission at all, for parts of an answer.
func (r *request) Can(p crm.Permission) bool { return r.user.Can(p) > crm.ReachNone }

// id reads an id from the path; one that is no uuid cannot exist.
func (r *request) id(name string) (crm.ID, error) { return parseID(r.gin.Param(name)) }

// idAndOther reads both ids of a path that names two records.
func (r *request) idAndOther() (id, other crm.ID, err error) {
	if id, err = r.id("id"); err != nil {
		return "", "", err
	}
	other, err = r.id("other")
	return id, other, err
}

func parseID(text string) (crm.ID, error) {
	if len(text) != 36 {
		return "", store.ErrNotFound
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return "", store.ErrNotFound
	}
	return crm.ID(id.String()), nil
}

// JSON answers with a value.
func (r *request) JSON(status int, v any) error {
	r.gin.JSON(status, v)
	return nil
}

// Created answers with a new record and where it is.
func (r *request) Created(location string, v any) error {
	r.gin.Header("Location", location)
	return r.JSON(http.StatusCreated, v)
}

// Page answers with a page.
func (r *request) Page(status int, name string, data any) error {
	r.srv.render.Page(r, status, name, data)
	return nil
}

// SeeOther leads the browser to another page after a form.
func (r *request) SeeOther(path string) error {
	r.gin.Redirect(http.StatusSeeOther, path)
	r.gin.Writer.WriteHeaderNow()
	return nil
}

// wantsPage tells whether a refusal is shown as a page.
func (r *request) wantsPage() bool {
	if r.route.do != nil && r.route.path != "" {
		return r.route.page
	}
	path := r.gin.Request.URL.Path
	return !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/public/") &&
		strings.Contains(r.gin.GetHeader("Accept"), "text/html")
}
