package api

import (
	"net/http"
	"net/url"
	"testing"

	"leadtocash/crm"
)

// S101: people and teams are moved from a day on by plain forms, and the page shows who belonged where on any day; what cannot be is refused beside its field.
func TestOrganisationPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	today, b, at := s.today(), s.browser("admin"), "/settings/organisation"
	teams, err := s.store.Teams(t.Context())
	must(t, err)
	id := map[string]crm.ID{}
	for _, team := range teams {
		id[team.Name] = team.ID
	}
	b.open(at, http.StatusOK).sound("en")
	send := func(form string, want int, pairs ...string) document {
		t.Helper()
		v := url.Values{"version": {"0"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		rec := b.send(http.MethodPost, at+"/"+form, v)
		if want == http.StatusSeeOther {
			status(t, rec, want)
			return document{}
		}
		d := b.read(rec, at, want)
		d.sound("en")
		return d
	}
	week := today.AddDays(-7)
	send("people", http.StatusSeeOther, "user_id", string(s.ben.ID), "team_id", string(id["One"]), "from", week.String())
	past, err := s.store.OrganisationPast(t.Context())
	must(t, err)
	if before, after := past.TeamsOn(s.ben.ID, week.AddDays(-1)), past.TeamsOn(s.ben.ID, week); len(before) != 1 || before[0] != id["Two"] || len(after) != 1 || after[0] != id["One"] {
		t.Errorf("before %v, from the day on %v", before, after)
	}
	for field, form := range map[string][]string{
		"f-from":      {"people", "user_id", string(s.ben.ID), "team_id", string(id["Two"]), "from", week.AddDays(-1).String()}, // before the last move
		"f-user_id":   {"people", "user_id", "", "team_id", string(id["Two"]), "from", today.String()},
		"f-parent_id": {"teams", "moved_id", string(id["One"]), "parent_id", string(id["Below one"]), "team_from", today.String()}, // a circle
		"f-team_from": {"teams", "moved_id", string(id["Below one"]), "parent_id", string(id["Two"]), "team_from", today.AddDays(1).String()},
	} {
		d := send(form[0], http.StatusUnprocessableEntity, form[1:]...)
		if d.byID(field+"-err") == nil {
			t.Errorf("nothing is said beside %s", field)
		}
	}
	send("teams", http.StatusSeeOther, "moved_id", string(id["Below one"]), "parent_id", string(id["Two"]), "team_from", today.String())
	teamsNow, err := s.store.Teams(t.Context())
	must(t, err)
	past, err = s.store.OrganisationPast(t.Context())
	must(t, err)
	for day, above := range map[crm.Date]string{today: "Two", today.AddDays(-1): "One"} {
		tops, _ := orgTree(teamsNow, []crm.User{s.anna}, past, day)
		found := ""
		for _, top := range tops {
			for _, below := range top.Below {
				if below.Name == "Below one" && len(below.People) == 1 {
					found = top.Name
				}
			}
		}
		if found != above {
			t.Errorf("on %s anna's team is below %q, want %q", day, found, above)
		}
	}
	b.open(at+"?on="+week.AddDays(-1).String(), http.StatusOK).sound("en")
	s.browser("sales_ops").open(at, http.StatusOK).sound("en")
}
