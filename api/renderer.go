package api

import (
	"html/template"
	"net/http"
)

// renderer draws pages.
type renderer interface {
	// Page draws the named page.
	Page(r *request, status int, name string, data any)
	// Problem draws a refusal.
	Problem(r *request, p Problem)
}

// loginPage is what the page "login" shows.
type loginPage struct {
	Next  string // local path to go on to
	Email string
	Error string // code of the refusal, empty at first
}

func newRenderer(*Server) renderer { return plain{} }

// plain draws pages without any design.
type plain struct{}

var plainPages = template.Must(template.New("login").Parse(`<!doctype html><html lang="{{.Language}}"><title>{{.Name}}</title>
{{with .Data}}<p role="alert">{{.Error}}</p><form method="post" action="/login"><input type="hidden" name="next" value="{{.Next}}">
<input name="email" type="email" autocomplete="username" value="{{.Email}}"><input name="password" type="password" autocomplete="current-password">
<button>login</button></form>{{end}}`))

var plainProblem = template.Must(template.New("problem").Parse(`<!doctype html><title>{{.Title}}</title><h1>{{.Title}}</h1><p>{{.Detail}}</p><p>{{.RequestID}}</p>`))

func (plain) Page(r *request, status int, name string, data any) {
	w := r.gin.Writer
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if t := plainPages.Lookup(name); t != nil {
		_ = t.Execute(w, map[string]any{"Name": name, "Data": data, "Language": r.language})
	}
}

func (plain) Problem(r *request, p Problem) {
	w := r.gin.Writer
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	if r.gin.Request.Method != http.MethodHead {
		_ = plainProblem.Execute(w, p)
	}
}
