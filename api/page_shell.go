package api

import (
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// shell is what surrounds every page.
type shell struct {
	Title     string
	Frame     string // class of a page without navigation
	Path      string
	User      crm.User
	Nav       []navGroup
	Languages []languageChoice
	Flashes   []flash
	Off       string // why nothing new begins on this page
}

type navGroup struct {
	Label string
	Links []navLink
}

type navLink struct {
	URL, Label, Key, Tone string
	Count                 int
	Current               bool
}

type languageChoice struct{ Code, Short, Name string }

var languageChoices = []languageChoice{{"en", "EN", "English"}, {"it", "IT", "Italiano"}, {"es", "ES", "Español"}, {"pl", "PL", "Polski"}}

var groupKeys = []string{"", "nav.records", "nav.setup"}

// shell adds navigation and counts for the person who is logged in.
func (r *request) shell(sh shell) shell {
	sh.User, sh.Languages = r.user, languageChoices
	sh.Off = r.whyOff(crm.PlaceModule("/" + strings.SplitN(strings.TrimPrefix(r.gin.Request.URL.Path, "/"), "/", 2)[0]))
	waiting := r.waiting()
	for i, group := range crm.Places() {
		g := navGroup{}
		if groupKeys[i] != "" {
			g.Label = r.say(groupKeys[i])
		}
		for _, p := range group {
			if p.Need != session && !r.Can(p.Need) || p.Dev && !r.srv.shows(p.URL) || r.srv.modulesOff().Off(crm.PlaceModule(p.URL)) {
				continue
			}
			l := navLink{URL: p.URL, Label: r.say(p.Text), Key: p.Key, Current: r.within(p.URL)}
			switch p.URL {
			case "/approvals":
				l.Count, l.Tone = waiting.Approvals, "wait"
			case "/overdue":
				l.Count, l.Tone = waiting.Overdue, "bad"
			case "/feed":
				l.Count, l.Tone = r.unread(), "act"
			}
			g.Links = append(g.Links, l)
		}
		if len(g.Links) > 0 {
			sh.Nav = append(sh.Nav, g)
		}
	}
	return sh
}

// under says which entry of the navigation a page belongs to when its address does not.
var under = map[string]string{"/opportunities": "/board", "/competitors": "/board", "/engagements": "/calendar", "/quotes": "/board", "/orders": "/approvals", "/delegations": "/approvals", "/credit-notes": "/invoices", "/billing": "/invoices", "/registers": "/invoices", "/sdi": "/invoices", "/imports": "/leads", "/capacity": "/projects", "/timesheet": "/projects", "/timesheets": "/projects", "/expenses": "/projects", "/expense-approvals": "/projects"}

func (r *request) within(url string) bool {
	path := r.gin.Request.URL.Path
	if url == "/" {
		return path == "/"
	}
	if path == "/settings/templates" || path == "/settings/feeds" || strings.HasPrefix(path, "/settings/feeds/") {
		return url == "/calendar"
	}
	if path == "/settings/keys" || path == "/api/docs" {
		return url == "/settings/keys"
	}
	if part, of := strings.CutPrefix(r.route.path, "/contracts/:id/"); of && slices.Contains([]string{"plan", "milestones", "entries", "purchases", "risks", "pnl", "budget"}, strings.SplitN(part, "/", 2)[0]) {
		return url == "/projects"
	}
	first := "/" + strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)[0]
	if parent, ok := under[first]; ok {
		return parent == url
	}
	return path == url || strings.HasPrefix(path, url+"/")
}

// waiting counts what waits; the page is shown without the numbers when they cannot be read.
func (r *request) waiting() store.Waiting {
	today, err := r.today()
	if err != nil {
		return store.Waiting{}
	}
	w, err := r.store.Waiting(r.ctx(), r.user, store.ScopeOf(r.user, crm.MayReadOrder),
		store.ScopeOf(r.user, crm.MayDecideException), store.ScopeOf(r.user, crm.MayReadInvoice), today)
	if err != nil {
		r.srv.Log.WarnContext(r.ctx(), "counts cannot be read", "error", err)
	}
	return w
}

// unread counts what the person is told of and has not seen; none when it cannot be read.
func (r *request) unread() int {
	n, err := r.store.Unread(r.ctx(), r.viewer())
	if err != nil {
		r.srv.Log.WarnContext(r.ctx(), "counts cannot be read", "error", err)
	}
	return n
}

// now is business time.
func (r *request) now() (time.Time, error) { return r.store.Now(r.ctx()) }

// today is the business date of the legal entity.
func (r *request) today() (crm.Date, error) {
	now, err := r.now()
	if err != nil {
		return crm.Date{}, err
	}
	return crm.DateOf(now, r.srv.screens().zone()), nil
}

// formLanguage changes the language of the screens for the person.
func formLanguage(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	back, err := localPath(f.Value("back"))
	if err != nil {
		return err
	}
	for _, l := range languageChoices {
		if l.Code == f.Value("language") {
			if err := r.store.SetLanguage(r.ctx(), r.user.ID, l.Code); err != nil {
				return err
			}
		}
	}
	return r.SeeOther(back)
}
