package api

import (
	"fmt"
	"net/http"
	"testing"

	"leadtocash/store"
)

// S082, S090: who has more planned than hours is named with the week and the tasks; an absence takes from what he has, one that was taken back does not.
func TestCapacity(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	monday := s.today().Monday().AddDays(7)
	s.made("project_manager", "/api/v1/contracts/"+string(s.contract)+"/project/tasks", fmt.Sprintf(`{"name":"Weld the frame","start_date":%q,"end_date":%q,"effort_hours":"30","user_id":%q}`, monday, monday.AddDays(4), s.ben.ID))
	week := func() map[string]any {
		t.Helper()
		for _, row := range s.do("project_manager", http.MethodGet, "/api/v1/capacity", "", http.StatusOK)["data"].([]any) {
			if row := row.(map[string]any); row["user_id"] == string(s.ben.ID) {
				return row["weeks"].([]any)[1].(map[string]any)
			}
		}
		t.Fatal("he is not there")
		return nil
	}
	has := amount(t, week()["has"])
	if amount(t, week()["planned"]).String() != "30" || !has.IsPositive() {
		t.Fatalf("%v", week())
	}
	s.exec(`insert into absence (id, user_id, first_day, last_day, made_by, made_at) values ('` + string(store.NewID()) + `', '` + string(s.ben.ID) + `', '` + monday.String() + `', '` + monday.AddDays(6).String() + `', '` + string(s.ben.ID) + `', now())`)
	if left := amount(t, week()["has"]); !left.LessThan(has) {
		t.Errorf("away, he has %s of %s", left, has)
	}
	v := projectVisit{s, s.browser("project_manager"), ""}
	v.says("/capacity", "Too much is planned", "Weld the frame", "30 of ")
	v.b.open("/capacity", http.StatusOK).sound("en")
	s.exec(`update absence set dropped_at = now(), dropped_by = made_by`)
	if now := amount(t, week()["has"]); !now.Equal(has) {
		t.Errorf("back again, he has %s of %s", now, has)
	}
}
