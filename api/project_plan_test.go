package api

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// S082, S083, S084: phases share the budget and never have more; tasks wait for what they depend on, a refusal says when they may begin,
// and what follows moves by working days when it is asked for.
func TestPlanByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	project := "/api/v1/contracts/" + string(s.contract) + "/project" // budget 60
	pm := func(method, path, body string, want int, headers ...string) map[string]any {
		t.Helper()
		return s.do("project_manager", method, project+path, body, want, headers...)
	}
	if p := pm(http.MethodPost, "/phases/spread", "{}", http.StatusConflict); p["code"] != "no_phases" {
		t.Errorf("spread onto nothing: %v", p)
	}
	design := fmt.Sprint(pm(http.MethodPost, "/phases", `{"name":"Design","budget":"20.00"}`, http.StatusCreated)["id"])
	build := fmt.Sprint(pm(http.MethodPost, "/phases", `{"name":"Build"}`, http.StatusCreated)["id"])
	if p := pm(http.MethodPatch, "/phases/"+build, `{"budget":"40.01"}`, http.StatusUnprocessableEntity, "If-Match", `"1"`); firstCode(p) != "over_budget" {
		t.Errorf("more than the project has: %v", p)
	}
	task := func(want int, name, phase, from, to, hours string, after ...string) map[string]any {
		t.Helper()
		list := ""
		if len(after) > 0 {
			list = `"` + strings.Join(after, `","`) + `"`
		}
		return pm(http.MethodPost, "/tasks", fmt.Sprintf(`{"name":%q,"phase_id":%q,"start_date":%q,"end_date":%q,"effort_hours":%q,"after":[%s]}`, name, phase, from, to, hours, list), want)
	}
	draw := fmt.Sprint(task(http.StatusCreated, "Draw", design, "2027-01-11", "2027-01-15", "10")["id"])
	if p := task(http.StatusUnprocessableEntity, "Weld", build, "2027-01-15", "2027-01-20", "20", draw); firstCode(p) != "too_early" || !strings.Contains(fmt.Sprint(p), "2027-01-18") {
		t.Errorf("too early: %v", p)
	}
	weld := fmt.Sprint(task(http.StatusCreated, "Weld", build, "2027-01-18", "2027-01-20", "20", draw)["id"])
	for body, want := range map[string]string{
		`{"name":"x","start_date":"2027-01-02","end_date":"2027-01-01"}`:                                                              "before_start",
		`{"name":"x","start_date":"2027-01-02","end_date":"2037-01-01"}`:                                                              "out_of_range",
		`{"name":"x","start_date":"2027-01-02","end_date":"2027-01-02","phase_id":"018f0000-0000-7000-8000-000000000009"}`:            "unknown_record",
		`{"name":"x","start_date":"2027-01-02","end_date":"2027-01-02","after":["018f0000-0000-7000-8000-000000000009"]}`:             "unknown_record",
		`{"name":"x","start_date":"2027-01-02","end_date":"2027-01-02","effort_hours":"-1"}`:                                          "out_of_range",
		`{"name":"x","start_date":"2027-01-02","end_date":"2027-01-02","user_id":"` + string(s.ben.ID) + `","effort_hours":"100001"}`: "out_of_range",
	} {
		if p := pm(http.MethodPost, "/tasks", body, http.StatusUnprocessableEntity); firstCode(p) != want {
			t.Errorf("%s: %v, want %s", body, firstCode(p), want)
		}
	}
	if p := pm(http.MethodPatch, "/tasks/"+draw, fmt.Sprintf(`{"after":[%q]}`, weld), http.StatusUnprocessableEntity, "If-Match", `"1"`); firstCode(p) != "task_circle" {
		t.Errorf("a circle: %v", p)
	}
	if p := pm(http.MethodPatch, "/tasks/"+draw, `{"end_date":"2027-01-19"}`, http.StatusUnprocessableEntity, "If-Match", `"1"`); firstCode(p) != "followers_early" || !strings.Contains(fmt.Sprint(p), "2027-01-20") {
		t.Errorf("over what follows: %v", p)
	}
	pm(http.MethodPatch, "/tasks/"+draw, `{"end_date":"2027-01-20","shift":true}`, http.StatusOK, "If-Match", `"1"`)
	plan := pm(http.MethodGet, "/plan", "", http.StatusOK)
	tasks := plan["tasks"].([]any)
	if last := tasks[1].(map[string]any); last["start_date"] != "2027-01-21" || last["end_date"] != "2027-01-25" || last["critical"] != true || last["version"] != float64(2) {
		t.Errorf("what followed is at %v", last)
	}
	if p := pm(http.MethodPost, "/phases/spread", "{}", http.StatusOK)["data"].([]any); p[0].(map[string]any)["budget"] != "20.00" || p[1].(map[string]any)["budget"] != "40.00" {
		t.Errorf("spread: %v", p)
	}
	pm(http.MethodPost, "/times", fmt.Sprintf(`{"hours":"1","rate":"5","phase_id":%q}`, build), http.StatusCreated)
	pm(http.MethodPost, "/times", `{"hours":"1","rate":"5","phase_id":"018f0000-0000-7000-8000-000000000009"}`, http.StatusUnprocessableEntity)
	pm(http.MethodDelete, "/tasks/"+draw, "", http.StatusNoContent, "If-Match", `"2"`)
	pm(http.MethodDelete, "/tasks/"+draw, "", http.StatusNotFound)
	if care := s.do("care", http.MethodGet, project+"/plan", "", http.StatusOK)["phases"].([]any)[0].(map[string]any); care["budget"] != nil {
		t.Errorf("care reads a budget: %v", care)
	}
}

// projectVisit visits the pages of a project as somebody does, and sends their forms.
type projectVisit struct {
	s  *scene
	b  *browser
	at string
}

func (v projectVisit) says(path string, want ...string) string {
	v.s.t.Helper()
	return v.holds(v.b.send(http.MethodGet, v.at+path, nil), http.StatusOK, want)
}

func (v projectVisit) holds(rec *httptest.ResponseRecorder, code int, want []string) string {
	v.s.t.Helper()
	status(v.s.t, rec, code)
	body := html.UnescapeString(rec.Body.String())
	for _, w := range want {
		if !strings.Contains(body, w) {
			v.s.t.Errorf("the page does not say %q", w)
		}
	}
	return body
}

// does sends a form that is taken; refused sends one that is shown again with what is wrong.
func (v projectVisit) does(path string, fields ...string) {
	v.s.t.Helper()
	status(v.s.t, v.b.send(http.MethodPost, v.at+path, formOf(fields)), http.StatusSeeOther)
}

func (v projectVisit) refused(path string, want []string, fields ...string) {
	v.s.t.Helper()
	rec := v.b.send(http.MethodPost, v.at+path, formOf(fields))
	v.holds(rec, rec.Code, want)
	if rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusConflict && rec.Code != http.StatusForbidden {
		v.s.t.Errorf("%s: %d", path, rec.Code)
	}
}

func formOf(pairs []string) url.Values {
	out := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

// S084: the page shows the plan as a picture with a sentence and as a table, and offers to move what follows.
func TestPlanPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	v := projectVisit{s, s.browser("project_manager"), "/contracts/" + string(s.contract)}
	v.says("/plan", "Nothing is planned yet")
	v.does("/plan/phases", "phase_name", "Assembly", "phase_budget", "25")
	v.refused("/plan/phases", []string{"at most 35"}, "phase_name", "Too much", "phase_budget", "36")
	v.does("/plan/tasks", "task_name", "Frame", "start_date", "2026-02-02", "end_date", "2026-02-04", "effort_hours", "16")
	page := v.says("/plan", "Frame", "Assembly", `role="img"`, "1 tasks and 0 milestones")
	_, frame, _ := strings.Cut(page, `<tr id="task-`)
	frame, _, _ = strings.Cut(frame, `"`)
	v.refused("/plan/tasks", []string{"It can begin on 5 Feb 2026"}, "task_name", "Belt", "start_date", "2026-02-03", "end_date", "2026-02-05", "after."+frame, "yes")
	v.does("/plan/tasks", "task_name", "Belt", "start_date", "2026-02-05", "end_date", "2026-02-06", "after."+frame, "yes")
	fields := []string{"task_name", "Frame", "start_date", "2026-02-02", "end_date", "2026-02-05", "effort_hours", "16", "version", "1"}
	v.refused("/plan/tasks/"+frame, []string{"Move what follows", `name="shift"`}, fields...)
	v.does("/plan/tasks/"+frame, append(fields, "shift", "yes")...)
	v.says("/plan?task="+frame, "6 Feb 2026 – 9 Feb 2026", "No slack")
	v.does("/plan/way", "progress_way", "effort")
	v.does("/plan/tasks/"+frame, "task_name", "Frame", "start_date", "2026-02-02", "end_date", "2026-02-05", "effort_hours", "16", "progress_percent", "37.5", "version", "2")
	v.says("/plan", "Report 37.5%", "By this the work stands at 37.5%")
	s.do("project_manager", http.MethodPatch, "/api/v1/contracts/"+string(s.contract)+"/project", `{"progress_way":"guess"}`, http.StatusUnprocessableEntity)
	v.does("/plan/spread")
	v.b.open(v.at+"/plan", http.StatusOK).sound("en")
	v.does("/plan/tasks/" + frame + "/remove")
	v.says("/plan", "Belt")
}
