package crm

import (
	"testing"

	"pgregory.net/rapid"
)

// TestDeskMailDays: a weekly mail belongs to one day of any seven, one of working days to each of these, one that is off to none (S092).
func TestDeskMailDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := DeskMail{
			Sends:   DeskMailSends(rapid.SampledFrom(DeskMailChoices()).Draw(t, "sends")),
			Weekday: rapid.SampledFrom(Days()).Draw(t, "weekday"), Hour: rapid.IntRange(0, 23).Draw(t, "hour"),
		}
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		first := NewDate(2026, 11, rapid.IntRange(1, 30).Draw(t, "day"))
		mails := 0
		for n := range 7 {
			day := first.AddDays(n)
			working := n%2 == 0
			on := d.On(day, working)
			if on {
				mails++
			}
			if d.Sends == DeskMailWorkingDays && on != working {
				t.Fatalf("%v on a day that is working: %t", d, working)
			}
		}
		if want := map[DeskMailSends]int{DeskMailOff: 0, DeskMailWorkingDays: 4, DeskMailWeekly: 1}[d.Sends]; mails != want {
			t.Fatalf("%v: %d mails in a week, want %d", d, mails, want)
		}
	})
	for name, bad := range map[string]DeskMail{
		"sends": {Sends: "daily", Weekday: "monday"}, "weekday": {Sends: DeskMailOff, Weekday: "Montag"}, "hour": {Sends: DeskMailOff, Weekday: "monday", Hour: 24},
	} {
		if bad.Check() == nil {
			t.Errorf("%s: %v passes", name, bad)
		}
	}
}
