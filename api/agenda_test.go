package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"golang.org/x/net/html"
)

// workingDay is a Wednesday of next year without a holiday around it, so that what is planned on it lies within working hours.
func (s *scene) workingDay() crm.Date {
	d := crm.NewDate(s.now.Year()+1, 2, 10)
	for d.Weekday() != time.Wednesday {
		d = d.AddDays(1)
	}
	return d
}

func (s *scene) planned(person, kind, subject, start, end string) crm.ID {
	s.t.Helper()
	return s.made(person, "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"kind":%q,"subject":%q,"start":%q,"end":%q,"zone":"Europe/Rome"}`, s.deal, kind, subject, start, end))
}

// codesOf are the codes of a refusal's errors.
func codesOf(p map[string]any) (out []string) {
	for _, e := range p["errors"].([]any) {
		out = append(out, fmt.Sprint(e.(map[string]any)["code"]))
	}
	return out
}

// An engagement is moved to another time (S093). What stands against it is told, all at once, and refuses the move until it is confirmed;
// who saw an older state is refused; a time that a clock change skips does not exist (B053).
func TestEngagementMoves(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	day := s.workingDay()
	at := func(d crm.Date, clock string) string { return d.String() + "T" + clock }
	fair := s.planned("anna", "meeting", "Fair", at(day, "10:00"), at(day, "12:00"))
	call := s.planned("anna", "call", "Ask", at(day.AddDays(1), "09:00"), at(day.AddDays(1), "09:45"))
	letter := s.planned("anna", "letter", "Thank them", at(day, "10:00"), at(day, "10:30"))
	s.call1("anna", http.MethodPost, "/api/v1/absences", fmt.Sprintf(`{"first_day":%q,"last_day":%q}`, day.AddDays(6), day.AddDays(7)), http.StatusCreated)
	s.exec(fmt.Sprintf(`insert into holiday (on_date, name) values ('%d-12-27', 'Stock taking')`, day.Year()))
	path := "/api/v1/engagements/" + string(call)
	move := func(to string, more string, want int, headers ...string) map[string]any {
		t.Helper()
		return s.do("anna", http.MethodPatch, path, fmt.Sprintf(`{"start":%q,"zone":"Europe/Rome"%s}`, to, more), want, headers...)
	}
	for to, want := range map[string]string{
		at(day, "11:30"):                          "[overlap]",
		at(day.AddDays(6), "10:00"):               "[absent]",
		at(day, "06:00"):                          "[off_hours]",
		at(day.AddDays(3), "10:00"):               "[off_hours]", // a Saturday
		at(day.AddDays(6), "23:45"):               "[absent off_hours]",
		fmt.Sprintf("%d-12-27T10:00", day.Year()): "[holiday]",
	} {
		p := move(to, "", http.StatusConflict)
		if got := fmt.Sprint(codesOf(p)); p["code"] != "engagement_conflicts" || got != want {
			t.Errorf("%s: %v %s, want %s", to, p["code"], got, want)
		}
	}
	if got := s.do("anna", http.MethodGet, path, "", http.StatusOK); got["version"] != 1.0 || got["sequence"] != 0.0 {
		t.Error("a refused move wrote something:", got)
	}
	moved := move(at(day, "11:30"), `,"confirm":true`, http.StatusOK, "If-Match", `"1"`)
	if end := fmt.Sprint(moved["ends_at"]); !strings.HasPrefix(end, at(day, "11:15")) || len(moved["conflicts"].([]any)) != 1 || moved["version"] != 2.0 || moved["sequence"] != 1.0 {
		t.Error("the length was not kept, or what stands against it is not told:", moved)
	}
	move(at(day, "14:00"), "", http.StatusPreconditionFailed, "If-Match", `"1"`)
	if p := move(at(day, "14:00"), "", http.StatusOK, "If-Match", `"2"`); len(p["conflicts"].([]any)) != 0 {
		t.Error("a free time has conflicts:", p)
	}
	s.do("anna", http.MethodPatch, "/api/v1/engagements/"+string(letter), fmt.Sprintf(`{"start":%q,"zone":"Europe/Rome"}`, at(day, "11:00")), http.StatusOK) // letters bind nobody
	spring := lastSunday(day.Year(), 3)
	for body, code := range map[string]string{
		fmt.Sprintf(`{"start":"%sT02:30","zone":"Europe/Rome"}`, spring):                    "time_does_not_exist",
		`{"start":"2027-02-30T10:00","zone":"Europe/Rome"}`:                                 "invalid_time",
		`{"start":"2027-02-10T10:00","zone":"Europe/Rom"}`:                                  "unknown_zone",
		`{"start":"2027-02-10T10:00"}`:                                                      "required",
		`{"start":"2027-02-10T10:00","zone":"Europe/Rome","due_at":"2027-02-10T10:00:00Z"}`: "not_with_start",
		`{"start":"2027-02-10T10:00","end":"2027-02-10T09:00","zone":"Europe/Rome"}`:        "before_start",
		`{"start":"2027-02-10T10:00","end":"2027-04-10T09:00","zone":"Europe/Rome"}`:        "out_of_range",
		`{"due_at":null}`:                               "required",
		`{"subject":""}`:                                "required",
		`{"owner_id":null}`:                             "required",
		fmt.Sprintf(`{"owner_id":%q}`, s.ben.ID):        "unknown_record",
		fmt.Sprintf(`{"owner_id":%q}`, store.NewID()):   "unknown_record",
		fmt.Sprintf(`{"contact_id":%q}`, store.NewID()): "unknown_record",
		`{"confirm":"yes"}`:                             "wrong_type",
		`{"kind":"visit"}`:                              "unknown_field",
		`{"place":"` + strings.Repeat("x", 201) + `"}`:  "too_long",
	} {
		p := s.do("anna", http.MethodPatch, path, body, http.StatusUnprocessableEntity)
		if !slices.Contains(codesOf(p), code) {
			t.Errorf("%s: %v, want %s", body, codesOf(p), code)
		}
	}
	s.do("ben", http.MethodPatch, path, `{"subject":"Mine"}`, http.StatusNotFound)
	s.do("mara", http.MethodPatch, path, fmt.Sprintf(`{"owner_id":%q,"confirm":true}`, s.mara.ID), http.StatusOK) // his manager takes it
	off := s.do("anna", http.MethodPost, "/api/v1/engagements/"+string(fair)+"/cancel", `{"reason":"No fair"}`, http.StatusOK)
	if off["outcome"] != "" || off["cancel_reason"] != "No fair" || off["cancelled_at"] == nil {
		t.Error(off)
	}
	for _, again := range []string{"/cancel", "/outcome"} {
		p := s.do("anna", http.MethodPost, "/api/v1/engagements/"+string(fair)+again, map[string]string{"/cancel": `{}`, "/outcome": `{"outcome":"reached"}`}[again], http.StatusConflict)
		if p["code"] != "already_cancelled" {
			t.Error(again, p["code"])
		}
	}
	s.do("anna", http.MethodPatch, "/api/v1/engagements/"+string(fair), `{"subject":"x"}`, http.StatusConflict)
	rows := s.do("anna", http.MethodGet, "/api/v1/process/opportunity-"+string(s.deal), "", http.StatusOK)
	if told := fmt.Sprint(rows); !strings.Contains(told, "engagement.moved") || !strings.Contains(told, "engagement.cancelled") {
		t.Error("the timeline does not tell:", told)
	}
}

// Calendars hold one's own, those of the team by reach, absences and what is due; nobody else's (S093, S1).
func TestAgenda(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	day := s.workingDay()
	id := s.planned("anna", "meeting", "At the plant", day.String()+"T10:00", day.String()+"T11:00")
	s.call1("anna", http.MethodPost, "/api/v1/absences", fmt.Sprintf(`{"first_day":%q,"last_day":%q}`, day.AddDays(1), day.AddDays(2)), http.StatusCreated)
	week := fmt.Sprintf("/api/v1/agenda?from=%s&until=%s", day.AddDays(-2), day.AddDays(4))
	for _, tt := range []struct {
		person, query string
		sees          bool
	}{
		{"anna", "", true},
		{"anna", "&person=team", true},
		{"mara", "", false},
		{"mara", "&person=team", true},
		{"mara", "&person=" + string(s.anna.ID), true},
		{"ben", "&person=team", false},
		{"ben", "&person=" + string(s.anna.ID), false},
		{"sales_ops", "&person=team", true},
	} {
		got := fmt.Sprint(s.do(tt.person, http.MethodGet, week+tt.query, "", http.StatusOK))
		if strings.Contains(got, string(id)) != tt.sees || strings.Contains(got, "first_day") != tt.sees {
			t.Errorf("%s%s: %s", tt.person, tt.query, got)
		}
	}
	for query, want := range map[string]string{
		"?from=2027-02-30": "invalid_date", "?until=x": "invalid_date", "?from=2027-02-10&until=2027-02-09": "before_start", "?from=2027-01-01&until=2027-12-31": "out_of_range",
		"?person=me": "invalid_id", "?whose=me": "unknown_parameter", "?from=2027-01-01&from=2027-01-02": "given_twice",
	} {
		if p := s.do("anna", http.MethodGet, "/api/v1/agenda"+query, "", http.StatusBadRequest); !slices.Contains(codesOf(p), want) {
			t.Errorf("%s: %v", query, codesOf(p))
		}
	}
	s.do("care", http.MethodGet, "/api/v1/agenda", "", http.StatusForbidden)
}

// The pages of the calendar work without script: what stands against a plan is told before it is saved and shown after it, an engagement is
// moved by a press, and the days on which clocks change have their hours.
func TestCalendarPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	day := s.workingDay()
	b := s.browser("anna")
	s.planned("anna", "meeting", "At the plant", day.String()+"T10:00", day.String()+"T11:00")
	here := "/calendar?view=week&date=" + day.String()
	form := url.Values{"kind": {"call"}, "subject": {"Second"}, "opportunity_id": {string(s.deal)}, "start": {day.String() + "T10:30"}}
	d := b.read(b.send(http.MethodPost, here, form), here, http.StatusConflict)
	d.want("li", "At the plant")
	d.want("button", "Save anyway")
	if got := s.do("anna", http.MethodGet, "/api/v1/engagements", "", http.StatusOK); strings.Contains(fmt.Sprint(got), "Second") {
		t.Error("it was saved unasked")
	}
	form.Set("confirm", "yes")
	d = b.post(here, form)
	d.want("a", "Overlaps with: At the plant.")
	classes := map[string]string{}
	var link string
	d.each("a", func(n *html.Node) {
		if strings.HasPrefix(attr(n, "class"), "ev ") {
			classes[text(n)[:11]] = attr(n, "class")
			if strings.Contains(text(n), "Second") {
				link = attr(n, "href")
			}
		}
	})
	if !strings.Contains(classes["10:00–11:"]+classes["10:00–11:00"], "k21") || !strings.Contains(fmt.Sprint(classes), "k22") {
		t.Error("they do not stand beside each other:", classes)
	}
	one := b.open(link, http.StatusOK)
	one.want("p", "At the plant")
	moved := b.post(link, url.Values{"shift": {"day_on"}, "version": {"1"}, "back": {here}})
	moved.want("h1", "Calendar")
	b.read(b.send(http.MethodPost, link, url.Values{"shift": {"day_on"}, "version": {"1"}}), link, http.StatusPreconditionFailed)
	for _, bad := range []url.Values{
		{"subject": {"x"}, "start": {"10 o'clock"}, "kind": {"call"}, "opportunity_id": {string(s.deal)}},
		{"subject": {""}, "start": {day.String() + "T10:30"}, "kind": {"call"}, "opportunity_id": {string(s.deal)}},
		{"subject": {"x"}, "start": {day.String() + "T10:30"}, "kind": {"dinner"}, "opportunity_id": {string(s.deal)}},
		{"subject": {"x"}, "start": {day.String() + "T10:30"}, "kind": {"call"}, "opportunity_id": {""}},
		{"subject": {"x"}, "start": {lastSunday(day.Year(), 3).String() + "T02:30"}, "kind": {"call"}, "opportunity_id": {string(s.deal)}, "confirm": {"yes"}},
	} {
		b.read(b.send(http.MethodPost, here, bad), here, http.StatusUnprocessableEntity).want("h2", "Please check these points")
	}
	spring, autumn := lastSunday(day.Year(), 3), lastSunday(day.Year(), 10)
	s.planned("anna", "call", "Over the gap", spring.String()+"T01:30", spring.String()+"T03:30")
	s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"kind":"call","subject":"The second two o'clock","due_at":"%sT01:30:00Z"}`, s.deal, autumn))
	b.open("/calendar?view=day&date="+spring.String(), http.StatusOK).want("span", "the day has 23 hours")
	gap := 0
	b.open("/calendar?view=day&date="+spring.String(), http.StatusOK).each("i", func(n *html.Node) {
		if strings.Contains(attr(n, "class"), "gap t4 d4") { // from 01:00 on the calendar begins
			gap++
		}
	})
	if gap != 1 {
		t.Error("the hour that does not exist is not marked")
	}
	fall := b.open("/calendar?view=day&date="+autumn.String(), http.StatusOK)
	fall.want("span", "the day has 25 hours")
	fall.want("a", "02:30 CET–03:00")
	month := b.open("/calendar?view=month&date="+day.String(), http.StatusOK)
	month.want("td", "At the plant")
	for _, odd := range []string{"?view=year&date=tomorrow&who=nobody", "?date=9999-99-99", "?view=month&date=2027-01-31&who=team", "?new=%3Cscript%3E", "?who=" + string(store.NewID())} {
		b.open("/calendar"+odd, http.StatusOK)
	}
}

// My day asks of what has ended how it went, and one press answers (S094); what rules require of a report is told, and where (S096, S097).
func TestDayAsksForOutcomes(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	past := s.now.Add(-3 * time.Hour).UTC().Format(time.RFC3339)
	ended := func(kind, subject string) crm.ID {
		return s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"contact_id":%q,"kind":%q,"subject":%q,"due_at":%q}`, s.deal, s.contact, kind, subject, past))
	}
	held, off, later := ended("meeting", "Held one"), ended("visit", "Called off one"), ended("call", "Moved one")
	b := s.browser("anna")
	day := b.open("/", http.StatusOK)
	for _, want := range []string{"Held one", "Called off one", "Moved one"} {
		day.want("li", want)
	}
	day.want("button", "Held")
	day.want("button", "Moved to tomorrow")
	b.post("/engagements/"+string(held)+"/outcome", url.Values{"outcome": {"reached"}, "version": {"1"}, "back": {"/"}}).want("h1", "My day")
	b.post("/engagements/"+string(off)+"/cancel", url.Values{"version": {"1"}, "back": {"/"}}).want("h1", "My day")
	to := b.send(http.MethodPost, "/engagements/"+string(later), url.Values{"shift": {"day_on"}, "version": {"1"}, "confirm": {"yes"}, "back": {"//evil.example"}})
	if at := to.Header().Get("Location"); to.Code != http.StatusSeeOther || at != "/engagements/"+string(later) {
		t.Error("it leads to", at, to.Code)
	}
	day = b.open("/", http.StatusOK)
	if day.has("h2", "How did it go?") {
		t.Error("it asks again")
	}
	got := s.do("anna", http.MethodGet, "/api/v1/engagements/"+string(held), "", http.StatusOK)
	if got["outcome"] != "reached" {
		t.Error(got)
	}
	_, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleRequired: `required:
  engagement:
    - {id: report, when: 'engagement.kind not in ["meeting", "visit"] or engagement.outcome == "not_reached" or len(trim(engagement.note)) >= 10', label: {en: A meeting has a report}}
    - {id: next, when: 'engagement.outcome != "interested" or engagement.next', label: {en: Who is interested has a next step}}
`}, "test", "")
	must(t, err)
	again := ended("meeting", "To be reported")
	s.exec(fmt.Sprintf(`update process set rules = rules || '{"required": 2}' where id = 'opportunity-%s'`, s.deal))
	s.exec(fmt.Sprintf(`update engagement set done_at = now(), outcome = 'reached' where opportunity_id = '%s' and id <> '%s' and done_at is null`, s.deal, again))
	path := "/api/v1/engagements/" + string(again) + "/outcome"
	p := s.do("anna", http.MethodPost, path, `{"outcome":"interested","note":"short"}`, http.StatusUnprocessableEntity)
	if told := toldAt(p); p["code"] != "gate_refused" || told != "[/note /next]" {
		t.Error(p["code"], told)
	}
	page := b.read(b.send(http.MethodPost, "/engagements/"+string(again)+"/outcome", url.Values{"outcome": {"reached"}, "version": {"1"}, "note": {""}}), "outcome", http.StatusUnprocessableEntity)
	page.want("li", "A meeting has a report")
	s.do("anna", http.MethodPost, path, fmt.Sprintf(`{"outcome":"interested","note":"They want two pumps.","next":{"kind":"call","subject":"Send the offer","due_at":%q}}`, s.now.Add(48*time.Hour).UTC().Format(time.RFC3339)), http.StatusOK)
}
