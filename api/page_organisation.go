package api

import (
	"context"
	"errors"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// organisationPage is who belonged where on a day, with the forms that move people and teams (S101).
type organisationPage struct {
	settingPage
	On     crm.Date
	Today  crm.Date
	Tops   []orgTeam
	Nobody []crm.User // in no team
	People []option
	Moved  []option // teams that may be moved
	Teams  []option // where to; the first is none
}

// orgTeam is a team with its people and the teams below it.
type orgTeam struct {
	Name   string
	People []crm.User
	Below  []orgTeam
}

func pageOrganisation(r *request) error { return showOrganisation(r, form{}) }

func showOrganisation(r *request, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	on, err := crm.ParseDate(r.gin.Query("on"))
	if err != nil || on.IsZero() {
		on = today
	}
	version, err := r.store.SettingVersion(r.ctx(), store.SettingOrganisation)
	if err != nil {
		return err
	}
	page, err := r.settingPage(store.SettingOrganisation, version, f, r.movedName)
	if err != nil {
		return err
	}
	p := organisationPage{settingPage: page, On: on, Today: today}
	p.May = r.Can(crm.MayWriteUser)
	users, err := r.store.Users(r.ctx())
	if err != nil {
		return err
	}
	teams, err := r.store.Teams(r.ctx())
	if err != nil {
		return err
	}
	past, err := r.store.OrganisationPast(r.ctx())
	if err != nil {
		return err
	}
	users = slices.DeleteFunc(users, func(u crm.User) bool { return !u.Active })
	p.Tops, p.Nobody = orgTree(teams, users, past, on)
	p.People, p.Teams = []option{{"", r.say("form.choose")}}, []option{{"", r.say("organisation.no_team")}}
	for _, u := range users {
		p.People = append(p.People, option{string(u.ID), u.Name})
	}
	for _, t := range teams {
		p.Teams = append(p.Teams, option{string(t.ID), t.Name})
	}
	p.Moved = append([]option{{"", r.say("form.choose")}}, p.Teams[1:]...)
	return r.show(f.Status(), "organisation", r.say("organisation.title"), p)
}

// orgTree puts teams and people where they belonged on a day, by name; a team that was above itself stands at the top.
func orgTree(teams []store.Team, users []crm.User, past *crm.OrganisationPast, on crm.Date) (tops []orgTeam, nobody []crm.User) {
	var node func(t store.Team, above []crm.ID) orgTeam
	node = func(t store.Team, above []crm.ID) orgTeam {
		n := orgTeam{Name: t.Name}
		for _, u := range users {
			if past.Teams[u.ID].On(on) == t.ID {
				n.People = append(n.People, u)
			}
		}
		above = append(above, t.ID)
		for _, below := range teams {
			if past.Above[below.ID].On(on) == t.ID && !slices.Contains(above, below.ID) {
				n.Below = append(n.Below, node(below, above))
			}
		}
		return n
	}
	known := func(id crm.ID) bool {
		return id != "" && slices.ContainsFunc(teams, func(t store.Team) bool { return t.ID == id })
	}
	for _, t := range teams {
		if above := past.Above[t.ID].On(on); !known(above) || orgCircle(past, t.ID, on) {
			tops = append(tops, node(t, nil))
		}
	}
	for _, u := range users {
		if !known(past.Teams[u.ID].On(on)) {
			nobody = append(nobody, u)
		}
	}
	return tops, nobody
}

// orgCircle tells whether a team was above itself on a day.
func orgCircle(past *crm.OrganisationPast, team crm.ID, on crm.Date) bool {
	seen := []crm.ID{}
	for t := past.Above[team].On(on); t != "" && !slices.Contains(seen, t); t = past.Above[t].On(on) {
		if t == team {
			return true
		}
		seen = append(seen, t)
	}
	return false
}

// movedName is who or what was moved, and from when on: member.2026-11-21.Anna.
func (r *request) movedName(name string) string {
	parts := strings.SplitN(name, ".", 3)
	if len(parts) < 3 {
		return name
	}
	day, _ := crm.ParseDate(parts[1])
	return r.say("organisation.moved", "Name", parts[2], "Day", r.words().Date(day))
}

func formMoveMember(r *request) error {
	return r.formMove("user_id", "team_id", "from", r.store.MoveMember)
}

func formMoveTeam(r *request) error {
	return r.formMove("moved_id", "parent_id", "team_from", r.store.MoveTeam)
}

// formMove moves whom a form names to the team that it names from a day on; the field of the day has a name of its own in each form of the page.
func (r *request) formMove(who, where, when string, move func(ctx context.Context, t store.Target, to crm.ID, from crm.Date) error) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known(who, where, when)
	r.needed(&f, who, when)
	id, err := parseID(f.Value(who))
	if err != nil && f.Value(who) != "" {
		f.blame(who, r.errorText(crm.Problem("unknown_record")))
	}
	to := optionalID(f.Value(where))
	if to == "" && f.Value(where) != "" {
		f.blame(where, r.errorText(crm.Problem("unknown_record")))
	}
	var from crm.Date
	if f.Value(when) != "" {
		from = r.date(&f, when)
	}
	return r.saveSetting(f, "/settings/organisation", func(t store.Target) error {
		t.ID = id
		err := move(r.ctx(), t, to, from)
		if errors.Is(err, store.ErrNotFound) {
			return crm.FieldErrors{crm.Problem("unknown_record").At("/" + who)}
		}
		if wrong, is := errors.AsType[crm.FieldErrors](err); is {
			for i := range wrong {
				if wrong[i].Pointer == "/from" {
					wrong[i].Pointer = "/" + when
				}
			}
			return wrong
		}
		return err
	}, func(f form) error { return showOrganisation(r, f) })
}
