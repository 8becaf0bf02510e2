package api

import (
	"strings"

	"leadtocash/crm"
)

// loginView is what the log-in page shows: the form, and in development the people of the demo data.
type loginView struct {
	loginPage
	Demo []demoView
}

type demoView struct {
	DemoLogin
	Roles string
}

func (sc *screens) login(r *request, p loginPage) loginView {
	v := loginView{loginPage: p}
	for _, d := range sc.srv.Pages.Demo {
		dv := demoView{DemoLogin: d}
		if u, err := r.store.UserByEmail(r.ctx(), d.Email); err == nil {
			dv.Roles = r.roleNamesAll(u)
		}
		v.Demo = append(v.Demo, dv)
	}
	return v
}

// roleNamesAll are the words for all roles of a person.
func (r *request) roleNamesAll(u crm.User) string {
	names := make([]string, len(u.Roles))
	for i, role := range u.Roles {
		names[i] = named(r.words(), "role", string(role))
	}
	return strings.Join(names, ", ")
}
