package api

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"leadtocash/api/web"
	"leadtocash/i18n"
)

// screen is what a handler hands to its template.
type screen struct {
	Title string
	Body  any
}

// screens draws pages from the templates, one set of them for each language, so that a template names a text by its key alone.
type screens struct {
	srv   *Server
	texts *i18n.Texts
	mu    sync.Mutex
	sets  map[string]*template.Template // by language, word for opportunities, and page
	zone  func() *time.Location
}

// alone are the pages without navigation, and the frame that each stands in.
var alone = map[string]string{"login": "alone", "problem": "alone", "customer": "paper", "customer_case": "paper", "help": "paper", "capture": "paper", "letter": "paper", "unsubscribe": "paper", "fragment": "", "rules_findings": ""}

func newScreens(s *Server) *screens {
	texts, err := i18n.New()
	if err != nil {
		panic(err) // the texts are part of the binary; tests read them all
	}
	sc := &screens{srv: s, texts: texts, sets: map[string]*template.Template{}}
	sc.zone = renewed(zoneFor, sc.loadZone)
	return sc
}

// Page draws the named page in the language of the request.
func (sc *screens) Page(r *request, status int, name string, data any) {
	p, ok := data.(screen)
	if !ok {
		p = screen{Title: r.say("title." + name), Body: data}
	}
	if l, ok := data.(loginPage); ok {
		p.Body = sc.login(r, l)
	}
	frame, bare := alone[name]
	sh := shell{Title: p.Title, Frame: frame, Path: r.gin.Request.URL.RequestURI(), Flashes: r.flashes()}
	if !bare {
		sh = r.shell(sh)
	}
	sc.draw(r, status, name, map[string]any{"Shell": sh, "Body": p.Body})
}

// Problem draws a refusal in the look of the product; it tells no internals.
func (sc *screens) Problem(r *request, p Problem) {
	back := r.gin.GetHeader("Referer")
	if i := strings.Index(back, r.gin.Request.Host); i >= 0 {
		back = back[i+len(r.gin.Request.Host):]
	}
	back, err := localPath(back)
	if err != nil || back == r.gin.Request.URL.Path {
		back = "/"
	}
	body := problemPage{Problem: p, Back: back, LoggedIn: r.user.ID != ""}
	sc.draw(r, p.Status, "problem", map[string]any{"Shell": shell{Title: p.Title, Frame: alone["problem"]}, "Body": body})
}

// problemPage is what the page "problem" shows.
type problemPage struct {
	Problem
	Back     string
	LoggedIn bool
}

// Hint is a sentence on what to do next, empty when there is none for the code.
func (p problemPage) Hint() string { return "problem.hint." + p.Code }

func (sc *screens) draw(r *request, status int, name string, data map[string]any) {
	w := r.gin.Writer
	var out bytes.Buffer
	t, err := sc.template(r.language, name)
	if err == nil {
		entry := "page"
		if _, bare := alone[name]; bare {
			entry = "alone"
		}
		err = t.ExecuteTemplate(&out, entry, data)
	}
	if err != nil {
		sc.srv.Log.ErrorContext(r.ctx(), "page failed", "page", name, "error", err)
		http.Error(w, r.T("error.internal"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.gin.Request.Method != http.MethodHead {
		_, _ = w.Write(out.Bytes())
	}
}

// template is the page's set in the language and its word for opportunities; it is parsed at its first use.
func (sc *screens) template(language, name string) (*template.Template, error) {
	word := sc.srv.dealWords().In(language)
	sc.mu.Lock()
	defer sc.mu.Unlock()
	key := language + "/" + string(word) + "/" + name
	if t := sc.sets[key]; t != nil {
		return t, nil
	}
	t, err := template.New(name).Funcs(sc.functions(language, word)).ParseFS(web.Files, "templates/partials/*.html", path.Join("templates", name+".html"))
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	sc.sets[key] = t
	return t, nil
}

// pageAsset serves the style sheet and the scripts; their addresses hold their content's hash and so never change.
func pageAsset(r *request) error {
	name := path.Base(r.gin.Param("name"))
	a, ok := assets()[name]
	if !ok {
		return refusal(codeNotFound)
	}
	h := r.gin.Writer.Header()
	h.Set("Cache-Control", "no-cache")
	if r.gin.Query("v") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("ETag", `"`+a.hash+`"`)
	if r.gin.GetHeader("If-None-Match") == `"`+a.hash+`"` {
		r.gin.Status(http.StatusNotModified)
		r.gin.Writer.WriteHeaderNow()
		return nil
	}
	r.gin.Data(http.StatusOK, a.media, a.bytes)
	return nil
}

type asset struct {
	bytes []byte
	hash  string
	media string
}

var assets = sync.OnceValue(func() map[string]asset {
	out := map[string]asset{}
	files, _ := fs.Glob(web.Files, "static/*")
	for _, f := range files {
		b, err := fs.ReadFile(web.Files, f)
		if err == nil {
			out[path.Base(f)] = asset{b, hashOf(b), mediaOf(f)}
		}
	}
	return out
})
