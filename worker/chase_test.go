package worker_test

import (
	"strings"
	"testing"
	"time"

	"leadtocash/worker"
)

func rome(t *testing.T, local string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", local, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A cron expression has five fields and may name its zone; what cannot be read is quoted.
func TestParseCron(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"30 9 * * *", "CRON_TZ=Europe/Rome 30 9 * * 1-5", "@daily", "*/15 8-18 * * *"} {
		if _, err := worker.ParseCron(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "30 9 * *", "0 30 9 * * *", "61 9 * * *", "CRON_TZ=Europe/Roma 30 9 * * *", "at nine"} {
		if _, err := worker.ParseCron(bad); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// The latest tick counts, at the same local time in winter and summer: over both clock changes of 2026 each day has one (M6).
func TestLastTick(t *testing.T) {
	t.Parallel()
	schedule, err := worker.ParseCron("CRON_TZ=Europe/Rome 30 9 * * *")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, after, until, want string }{
		{"none yet", "2026-11-21 09:30", "2026-11-22 09:29", ""},
		{"now", "2026-11-21 09:30", "2026-11-22 09:30", "2026-11-22 09:30"},
		{"the latest of many that were missed", "2026-10-01 12:00", "2026-11-22 10:00", "2026-11-22 09:30"},
		{"the day before summer time", "2026-03-27 12:00", "2026-03-28 12:00", "2026-03-28 09:30"},
		{"the day on which summer time begins", "2026-03-28 12:00", "2026-03-29 12:00", "2026-03-29 09:30"},
		{"across its night", "2026-03-28 12:00", "2026-03-29 09:29", ""},
		{"the day after", "2026-03-29 09:30", "2026-03-30 12:00", "2026-03-30 09:30"},
		{"the day on which winter time begins", "2026-10-24 12:00", "2026-10-25 12:00", "2026-10-25 09:30"},
		{"across its night", "2026-10-24 12:00", "2026-10-25 09:29", ""},
		{"nothing lies behind", "2026-10-25 12:00", "2026-10-24 12:00", ""},
	} {
		tick, ok := worker.LastTick(schedule, rome(t, c.after), rome(t, c.until))
		if ok != (c.want != "") || ok && !tick.Equal(rome(t, c.want)) {
			t.Errorf("%s: %v, %v instead of %s", c.name, tick, ok, c.want)
		}
	}
}

// Ticks fall on the hours that UTC gives them: 08:30 in winter, 07:30 in summer; walking minute by minute over the changes meets each once.
func TestTicksOverClockChanges(t *testing.T) {
	t.Parallel()
	schedule, err := worker.ParseCron("CRON_TZ=Europe/Rome 30 9 * * *")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, until, before, after string }{
		{"2026-03-27 12:00", "2026-03-31 12:00", "08:30", "07:30"},
		{"2026-10-23 12:00", "2026-10-27 12:00", "07:30", "08:30"},
	} {
		last, ticks := rome(t, c.from), []string{}
		for now := last; !now.After(rome(t, c.until)); now = now.Add(time.Minute) {
			if tick, ok := worker.LastTick(schedule, last, now); ok {
				last, ticks = tick, append(ticks, tick.UTC().Format("15:04"))
			}
		}
		if want := []string{c.before, c.after, c.after, c.after}; strings.Join(ticks, " ") != strings.Join(want, " ") {
			t.Errorf("from %s: ticks at %v UTC instead of %v", c.from, ticks, want)
		}
	}
}
