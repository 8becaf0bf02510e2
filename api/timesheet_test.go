package api

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// timesheetBodyOf is a week with hours on Monday and Tuesday.
func timesheetBodyOf(project crm.ID, monday, tuesday string) string {
	return fmt.Sprintf(`{"lines":[{"project_id":%q,"hours":[%q,%q,"0","0","0","0","0"]}]}`, project, monday, tuesday)
}

// S082, S090: a week is saved as a whole with all mistakes at their cells, handed in, returned with a reason, approved by somebody else once, and then
// locked; its hours are the project's only from then on. Who has nothing to do with the project decides nothing.
func TestTimesheet(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	c, err := store.Contracts.Record(t.Context(), s.store, store.Everything(), s.contract)
	must(t, err)
	p, err := s.store.ProjectParts(t.Context(), c, crm.Date{})
	must(t, err)
	s.exec(`update app_user set cost_rate = 40 where id = '` + string(s.anna.ID) + `'`)
	week := s.today().Monday().AddDays(-7).Week()
	at, project := "/api/v1/timesheet/"+week, p.Project.ID
	if got := s.do("anna", http.MethodGet, at, "", 200); got["state"] != "draft" || len(got["lines"].([]any)) != 0 {
		t.Errorf("%v", got)
	}
	s.do("anna", http.MethodGet, "/api/v1/timesheet/2026-W60", "", 404)
	bad := s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "25", "0.3"), 422)
	if errs := bad["errors"].([]any); len(errs) != 2 || errs[0].(map[string]any)["pointer"] != "/lines/0/hours/0" || errs[1].(map[string]any)["code"] != "quarter_hours" {
		t.Errorf("%v", bad)
	}
	s.do("ben", http.MethodPut, at, timesheetBodyOf(project, "1", "1"), 422) // not his project
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "7.5", "2.25"), 200, "If-Match", `"0"`)
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "1", "1"), http.StatusPreconditionFailed, "If-Match", `"0"`)
	tag := s.call1("anna", http.MethodGet, at, "", 200).Header().Get("ETag")
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "1", "1"), http.StatusPreconditionFailed, "If-Match", `"7"`)
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "7.5", "2.25"), 200, "If-Match", tag)
	sheet := s.do("anna", http.MethodPost, at+"/submit", "", 200)["sheet_id"].(string)
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "1", "1"), 409)
	decide := "/api/v1/timesheets/" + sheet
	s.do("anna", http.MethodPost, decide+"/approve", "", 403)
	for _, who := range []string{"ben", "max", "finance", "care"} {
		s.do(who, http.MethodPost, decide+"/approve", "", 404)
	}
	if rows := s.do("mara", http.MethodGet, "/api/v1/timesheets", "", 200)["data"].([]any); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	s.do("mara", http.MethodPost, decide+"/return", `{"reason":""}`, 422)
	s.do("mara", http.MethodPost, decide+"/return", `{"reason":"Tuesday was off"}`, 200)
	s.do("mara", http.MethodPost, decide+"/approve", "", 409)
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "7.5", "0"), 200)
	s.do("anna", http.MethodPost, at+"/submit", "", 200)
	before, err := s.store.ProjectPNL(t.Context(), c)
	must(t, err)
	for range 2 {
		if got := s.do("mara", http.MethodPost, decide+"/approve", "", 200); got["state"] != "approved" {
			t.Errorf("%v", got)
		}
	}
	after, err := s.store.ProjectPNL(t.Context(), c)
	must(t, err)
	if more := after.Whole.Actual.Sub(before.Whole.Actual); !more.Equal(decimal.NewFromInt(300)) {
		t.Errorf("approved, the project costs %s more", more)
	}
	s.do("anna", http.MethodPut, at, timesheetBodyOf(project, "1", "1"), 409)
	b := s.browser("anna")
	b.open("/timesheet?week="+week, http.StatusOK).sound("en")
	s.exec(`update project set state = 'closed' where id = '` + string(project) + `'`)
	s.do("anna", http.MethodPut, "/api/v1/timesheet/2026-W02", timesheetBodyOf(project, "1", "0"), 422)
}

// S082: hours of a day cost what they did on it, whatever is set later.
func TestTimesCostWhatTheyDidOnTheirDay(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	must(t, s.store.SetCostRate(t.Context(), s.anna.ID, decimal.NewFromInt(40)))
	s.exec(`update cost_rate_day set rate = 30 where from_day = '0001-01-01'`)
	for back, want := range map[int]int64{0: 40, 3: 30} {
		in := crm.TimeEntry{ID: store.NewID(), UserID: s.anna.ID, Hours: decimal.NewFromInt(2), OnDate: s.today().AddDays(-back)}
		got, err := s.store.AddTime(t.Context(), store.Target{Scope: store.Everything(), Actor: s.mara.ID, ID: s.contract}, in)
		must(t, err)
		if !got.Rate.Equal(decimal.NewFromInt(want)) || !got.Amount.Equal(decimal.NewFromInt(2*want)) {
			t.Errorf("%d days ago it cost %s, %s in all", back, got.Rate, got.Amount)
		}
	}
}

// S082, S083: after any order of saving, handing in, returning and approving, the project's times are exactly the cells of approved weeks.
func TestTimesAreTheApprovedCells(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update app_user set cost_rate = 40`)
	db, err := pgx.Connect(t.Context(), s.url)
	must(t, err)
	defer db.Close(t.Context())
	var project crm.ID
	must(t, db.QueryRow(t.Context(), `select id from project where contract_id = $1`, s.contract).Scan(&project))
	phase, err := s.store.AddPhase(t.Context(), store.Target{Scope: store.Everything(), Actor: s.mara.ID, ID: s.contract}, crm.ProjectPhase{ID: store.NewID(), Name: "Build"})
	must(t, err)
	must(t, db.QueryRow(t.Context(), `select 1 where not exists (select from time_entry where project_id = $1)`, project).Scan(new(int)))
	monday, approved := s.today().Monday(), 0
	rapid.Check(t, func(rt *rapid.T) {
		week := monday.AddDays(-7 * rapid.IntRange(1, 30).Draw(rt, "week"))
		own := store.Target{Scope: store.Everything(), Actor: rapid.SampledFrom([]crm.ID{s.anna.ID, s.ben.ID}).Draw(rt, "who")}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			sheet, err := s.store.Timesheet(t.Context(), own.Actor, week)
			must(t, err)
			other := store.Target{Scope: store.Everything(), Actor: rapid.SampledFrom([]crm.ID{s.mara.ID, own.Actor}).Draw(rt, "decider"), ID: sheet.ID}
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0, 1:
				lines := []crm.TimesheetLine{{ProjectID: project}, {ProjectID: project, PhaseID: phase.ID}}
				for i := range lines {
					lines[i].Hours[rapid.IntRange(0, 6).Draw(rt, "day")] = decimal.New(25*rapid.Int64Range(0, 60).Draw(rt, "quarters"), -2)
				}
				_, _ = s.store.SaveTimesheet(t.Context(), own, week, lines, rapid.Bool().Draw(rt, "submit"))
			case 2:
				_, _ = s.store.SubmitTimesheet(t.Context(), own, week)
			case 3:
				if got, err := s.store.ApproveTimesheet(t.Context(), other); err == nil && got.State == crm.TimesheetApproved {
					approved++
				}
			case 4:
				_, _ = s.store.ReturnTimesheet(t.Context(), other, "again")
			}
		}
		var differ int
		must(t, db.QueryRow(t.Context(), `select count(*) from (select c.id, l.project_id, l.phase_id, s.user_id, s.monday + c.day as on_date, c.hours, c.hours * 40 as amount
				from timesheet_cell c join timesheet_line l on l.id = c.line_id join timesheet s on s.id = l.timesheet_id where s.state = 'approved') a
			full join time_entry e on e.id = a.id and (e.project_id, e.user_id, e.on_date, e.hours, e.amount) = (a.project_id, a.user_id, a.on_date, a.hours, a.amount)
				and e.phase_id is not distinct from a.phase_id where e.id is null or a.id is null`).Scan(&differ))
		if differ > 0 {
			rt.Fatalf("%d cells and entries have no counterpart", differ)
		}
	})
	if approved == 0 {
		t.Error("no week was approved")
	}
}

// S082, S090: the grid is filled in by a plain form; a mistake stands beside its cell with what was typed, and the approver's list has every step.
func TestTimesheetPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update app_user set cost_rate = 40`)
	c, err := store.Contracts.Record(t.Context(), s.store, store.Everything(), s.contract)
	must(t, err)
	p, err := s.store.ProjectParts(t.Context(), c, crm.Date{})
	must(t, err)
	week := s.today().Monday().AddDays(-7).Week()
	form := func(monday string) url.Values {
		return url.Values{"week": {week}, "version": {"0"}, "add": {timesheetKey(p.Project.ID, "", "")}, "lines.0.hours.0": {monday}, "action": {"submit"}}
	}
	anna := s.browser("anna")
	refused := anna.read(anna.send(http.MethodPost, "/timesheet", form("0.4")), "/timesheet", http.StatusUnprocessableEntity)
	refused.sound("en")
	refused.want("span", "quarters")
	if rec := anna.send(http.MethodPost, "/timesheet", form("7.5")); rec.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	anna.open("/timesheet?week="+week, http.StatusOK).want("p", "Handed in")
	mara := s.browser("mara")
	stale := form("1")
	stale.Set("action", "save")
	status(t, anna.send(http.MethodPost, "/timesheet", stale), http.StatusConflict) // it is handed in
	list := mara.open("/timesheets", http.StatusOK)
	list.sound("en")
	list.want("h2", week)
	sheet := ask[string](s, `select id::text from timesheet`)
	at, seen := "/timesheets/"+sheet, url.Values{"version": {ask[string](s, `select version::text from timesheet`)}}
	bad := mara.read(mara.send(http.MethodPost, at+"/return", url.Values{"reason": {""}, "version": seen["version"]}), at+"/return", http.StatusUnprocessableEntity)
	bad.sound("en")
	status(t, mara.send(http.MethodPost, at+"/return", url.Values{"reason": {"Tuesday is missing"}, "version": seen["version"]}), http.StatusSeeOther)
	anna.open("/timesheet?week="+week, http.StatusOK).want("p", "Tuesday is missing")
	again := url.Values{"week": {week}, "version": {ask[string](s, `select version::text from timesheet`)}, "lines.0.key": {timesheetKey(p.Project.ID, "", "")}, "lines.0.hours.1": {"8"}, "action": {"submit"}}
	unsaved := url.Values{"week": {week}, "version": {"0"}, "lines.0.key": again["lines.0.key"], "lines.0.hours.1": {"1"}}
	status(t, anna.send(http.MethodPost, "/timesheet", unsaved), http.StatusPreconditionFailed) // seen before anything was saved
	status(t, anna.send(http.MethodPost, "/timesheet", again), http.StatusSeeOther)
	s.exec(`update project set state = 'closed'`)
	mara.read(mara.send(http.MethodPost, at+"/approve", url.Values{"version": {ask[string](s, `select version::text from timesheet`)}}), at+"/approve", http.StatusConflict).want("li", p.Project.Name)
	s.exec(`update project set state = 'open'`)
	all := url.Values{"sheet": {sheet + "@" + ask[string](s, `select version::text from timesheet`)}}
	status(t, mara.send(http.MethodPost, "/timesheets", url.Values{"sheet": {sheet + "@1"}}), http.StatusPreconditionFailed)
	for range 2 {
		status(t, mara.send(http.MethodPost, "/timesheets", all), http.StatusSeeOther)
	}
	if got := ask[string](s, `select state || ' ' || (select sum(hours) from time_entry where project_id = '`+string(p.Project.ID)+`') from timesheet`); got != "approved 8.00" {
		t.Error(got)
	}
	mara.open("/timesheets", http.StatusOK).want("h2", "Nothing to do here")
}
