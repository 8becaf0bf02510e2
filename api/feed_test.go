package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// feed makes a feed of the person and gives its address as the server knows it.
func (s *scene) feed(person, body string) (id crm.ID, path string) {
	s.t.Helper()
	made := s.do(person, http.MethodPost, "/api/v1/calendar-feeds", body, http.StatusCreated)
	url := fmt.Sprint(made["url"])
	_, path, _ = strings.Cut(url, "/ical/")
	return crm.ID(fmt.Sprint(made["id"])), "/ical/" + path
}

// unfolded are the lines of a calendar as they were before folding; each raw line is held against the length that the format allows.
func unfolded(t *testing.T, file string) []string {
	t.Helper()
	if !strings.HasSuffix(file, "END:VCALENDAR\r\n") || strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") {
		t.Errorf("lines do not end as they must: %q", file)
	}
	for line := range strings.SplitSeq(file, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d octets: %s", len(line), line)
		}
	}
	return strings.Split(strings.ReplaceAll(file, "\r\n ", ""), "\r\n")
}

// eventOf are the lines of one engagement of the file.
func eventOf(t *testing.T, file string, id crm.ID) []string {
	t.Helper()
	lines := unfolded(t, file)
	at := slices.Index(lines, "UID:"+string(id)+"@leadtocash")
	if at < 0 {
		t.Fatalf("no %s in %s", id, file)
	}
	end := at + slices.Index(lines[at:], "END:VEVENT")
	return lines[at:end]
}

func has(t *testing.T, lines []string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(lines, w) {
			t.Errorf("no %q in %q", w, lines)
		}
	}
}

// A person's own calendar for other programs (S095): it is read without a password, holds nobody else's, is the same while nothing changes,
// tells moves by a higher sequence and what was called off, and its secret can be exchanged and revoked.
func TestCalendarFeed(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	get := func(path string, headers ...string) *httptest.ResponseRecorder {
		return s.call(http.MethodGet, path, "", headers...)
	}
	plan := func(person, subject, start string) crm.ID {
		return s.made(person, "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"kind":"meeting","subject":%q,"place":"Via Po 1; Torino","note":"First\nsecond","start":%q,"zone":"Europe/Rome"}`, s.deal, subject, start))
	}
	year := s.now.Year() + 1
	first := plan("anna", `Ąę, ßð; \ `+strings.Repeat("wielostronicowe omówienie ", 4), fmt.Sprintf("%d-02-03T10:30", year))
	foreign := plan("mara", "Private of Mara", fmt.Sprintf("%d-02-03T10:30", year))
	id, path := s.feed("anna", `{"name":"My phone"}`)
	rec := get(path)
	status(t, rec, http.StatusOK)
	file := rec.Body.String()
	e := eventOf(t, file, first)
	has(t, unfolded(t, file), "VERSION:2.0", "METHOD:PUBLISH", "X-WR-TIMEZONE:Europe/Rome", "X-WR-CALNAME:My phone")
	has(t, e, fmt.Sprintf("DTSTART:%d0203T093000Z", year), fmt.Sprintf("DTEND:%d0203T103000Z", year), "SEQUENCE:0", "STATUS:CONFIRMED", `LOCATION:Via Po 1\; Torino`, "TRANSP:OPAQUE")
	if text := strings.Join(e, "\n"); !strings.Contains(text, `Ąę\, ßð\; \\ wielostronicowe`) || !strings.Contains(text, `First\nsecond`) {
		t.Error("texts are not written as the format wants them:", text)
	}
	if strings.Contains(file, string(foreign)) || strings.Contains(file, "Private of Mara") {
		t.Error("another person's engagement is in the feed")
	}
	tag := rec.Header().Get("ETag")
	if again := get(path, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != tag {
		t.Error("an unchanged calendar was sent again:", again.Code)
	}
	s.do("anna", http.MethodPatch, "/api/v1/engagements/"+string(first), fmt.Sprintf(`{"start":"%d-02-04T10:30","zone":"Europe/Rome","confirm":true}`, year), http.StatusOK, "If-Match", `"1"`)
	moved := get(path, "If-None-Match", tag)
	status(t, moved, http.StatusOK)
	has(t, eventOf(t, moved.Body.String(), first), fmt.Sprintf("DTSTART:%d0204T093000Z", year), "SEQUENCE:1")
	s.do("anna", http.MethodPost, "/api/v1/engagements/"+string(first)+"/cancel", `{"reason":"At a fair"}`, http.StatusOK)
	has(t, eventOf(t, get(path).Body.String(), first), "STATUS:CANCELLED", "SEQUENCE:2", "TRANSP:TRANSPARENT")

	_, busy := s.feed("anna", `{"name":"Shared","busy_only":true}`)
	if text := get(busy).Body.String(); strings.Contains(text, "omówienie") || strings.Contains(text, "Torino") || strings.Contains(text, "First") || !strings.Contains(text, "SUMMARY:Busy") {
		t.Error("a feed of times tells more:", text)
	}
	again := s.do("anna", http.MethodPost, "/api/v1/calendar-feeds/"+string(id)+"/rotate", "", http.StatusOK)
	_, fresh, _ := strings.Cut(fmt.Sprint(again["url"]), "/ical/")
	status(t, get(path), http.StatusNotFound)
	status(t, get("/ical/"+fresh), http.StatusOK)
	s.do("ben", http.MethodDelete, "/api/v1/calendar-feeds/"+string(id), "", http.StatusNotFound)
	s.do("ben", http.MethodPost, "/api/v1/calendar-feeds/"+string(id)+"/rotate", "", http.StatusNotFound)
	s.call1("anna", http.MethodDelete, "/api/v1/calendar-feeds/"+string(id), "", http.StatusNoContent)
	status(t, get("/ical/"+fresh), http.StatusNotFound)
	s.do("anna", http.MethodPost, "/api/v1/calendar-feeds/"+string(id)+"/rotate", "", http.StatusNotFound)
	for _, bad := range []string{"/ical/x", "/ical/" + strings.Repeat("A", 43), "/ical/" + strings.Repeat("A", 43) + ".ics", "/ical/%00", "/ical/..%2f..%2fsecret"} {
		status(t, get(bad), http.StatusNotFound)
	}
	s.do("admin", http.MethodPost, "/api/v1/users/"+string(s.anna.ID)+"/disable", "", http.StatusNoContent)
	status(t, get(busy), http.StatusNotFound)
	limited := 0
	for range 200 {
		if get("/ical/x").Code == http.StatusTooManyRequests {
			limited++
		}
	}
	if limited == 0 {
		t.Error("guessing is not slowed down")
	}
}

// Feeds that cannot be made, and one too many (bad input of our own).
func TestFeedsRefused(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for body, code := range map[string]string{
		`{}`: "required", `{"name":"  "}`: "required", `{"name":"x","busy_only":"yes"}`: "wrong_type", `{"name":"x","url":"http://a.example"}`: "unknown_field",
		`{"name":"` + strings.Repeat("x", 201) + `"}`: "too_long", `{"name":"a\u0000b"}`: "control_character",
	} {
		if got := s.call1("anna", http.MethodPost, "/api/v1/calendar-feeds", body, http.StatusUnprocessableEntity).Body.String(); !strings.Contains(got, code) {
			t.Errorf("%s: %s", body, got)
		}
	}
	for range store.MaxCalendarFeeds {
		s.feed("ben", `{"name":"x"}`)
	}
	s.do("ben", http.MethodPost, "/api/v1/calendar-feeds", `{"name":"x"}`, http.StatusUnprocessableEntity)
	if got := s.call1("ben", http.MethodGet, "/api/v1/calendar-feeds", "", http.StatusOK).Body.String(); strings.Contains(got, "hash") || strings.Contains(got, "/ical/") {
		t.Error("a secret is told again:", got)
	}
}

// vdirsyncer, a calendar synchroniser that people use, reads the feed: on the days on which the clocks of Rome change, after a move and a
// calling off, and not any more once it is revoked (S095).
func TestCalendarIsSynchronised(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("vdirsyncer")
	if err != nil {
		t.Fatal("vdirsyncer is not installed here; .ci/prepare installs it: ", err)
	}
	s := newScene(t)
	web := httptest.NewServer(s.srv)
	t.Cleanup(web.Close)
	today := crm.DateOf(s.now, time.UTC)
	next := func(month int) crm.Date { // the clock change that lies ahead
		if d := lastSunday(today.Year(), month); d.After(today.AddDays(1)) {
			return d
		}
		return lastSunday(today.Year()+1, month)
	}
	forward, back := next(3), next(10)
	plan := func(subject, start, end string) crm.ID {
		return s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"kind":"call","subject":%q,"start":%q,"end":%q,"zone":"Europe/Rome"}`, s.deal, subject, start, end))
	}
	spring := plan("Over the gap", forward.String()+"T01:30", forward.String()+"T03:30")
	autumn := plan("Twice two o'clock", back.String()+"T01:30", back.String()+"T03:30")
	id, path := s.feed("anna", `{"name":"vdirsyncer"}`)
	dir := t.TempDir()
	config := filepath.Join(dir, "config")
	must(t, os.WriteFile(config, fmt.Appendf(nil, "[general]\nstatus_path = %q\n[pair cal]\na = \"here\"\nb = \"feed\"\ncollections = null\nconflict_resolution = \"b wins\"\n"+
		"[storage here]\ntype = \"filesystem\"\npath = %q\nfileext = \".ics\"\n[storage feed]\ntype = \"http\"\nurl = %q\n", filepath.Join(dir, "status"), filepath.Join(dir, "here"), web.URL+path), 0o600))
	must(t, os.Mkdir(filepath.Join(dir, "here"), 0o700))
	run := func(args ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), program, append([]string{"-c", config}, args...)...)
		cmd.Stdin = strings.NewReader("y\ny\ny\n")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	synced := func() map[string]string {
		t.Helper()
		if out, err := run("sync"); err != nil {
			t.Fatal(err, out)
		}
		files, err := filepath.Glob(filepath.Join(dir, "here", "*.ics"))
		must(t, err)
		all := map[string]string{}
		for _, f := range files {
			b, err := os.ReadFile(f)
			must(t, err)
			all[regexp.MustCompile(`SUMMARY:Call: (\w+)`).FindStringSubmatch(string(b))[1]] = string(b) // it gives UIDs of its own
		}
		if len(files) != 3 { // with the scene's own
			t.Errorf("%d files", len(files))
		}
		return all
	}
	if out, err := run("discover"); err != nil {
		t.Fatal(err, out)
	}
	day := func(d crm.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
	here := synced()
	for name, want := range map[string][2]string{ // an hour on the wall less, and one more
		"Over":  {"DTSTART:" + day(forward) + "T003000Z", "DTEND:" + day(forward) + "T013000Z"},
		"Twice": {"DTSTART:" + day(back.AddDays(-1)) + "T233000Z", "DTEND:" + day(back) + "T023000Z"},
	} {
		if got := here[name]; !strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			t.Errorf("want %v in %s", want, got)
		}
	}
	s.do("anna", http.MethodPatch, "/api/v1/engagements/"+string(spring), fmt.Sprintf(`{"start":"%sT01:30","zone":"Europe/Rome","confirm":true}`, forward.AddDays(1)), http.StatusOK)
	s.do("anna", http.MethodPost, "/api/v1/engagements/"+string(autumn)+"/cancel", "", http.StatusOK)
	here = synced()
	if got := here["Over"]; !strings.Contains(got, "DTSTART:"+day(forward)+"T233000Z") || !strings.Contains(got, "SEQUENCE:1") {
		t.Error("the move did not arrive:", got)
	}
	if got := here["Twice"]; !strings.Contains(got, "STATUS:CANCELLED") {
		t.Error("the calling off did not arrive:", got)
	}
	s.call1("anna", http.MethodDelete, "/api/v1/calendar-feeds/"+string(id), "", http.StatusNoContent)
	if out, err := run("sync"); err == nil {
		t.Error("a revoked feed is read:", out)
	}
}

func lastSunday(year, month int) crm.Date {
	d := crm.NewDate(year, 1, 1).AddMonths(month).AddDays(-1)
	return d.AddDays(-int(d.Weekday()))
}
