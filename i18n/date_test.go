package i18n

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"leadtocash/crm"
)

func TestDates(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	d := crm.NewDate(2026, time.November, 21)
	at := time.Date(2026, 11, 21, 22, 30, 0, 0, time.UTC)
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][4]string{
		"en": {"21 Nov 2026", "21 November 2026", "21 Nov 2026, 23:30", "22:30"},
		"it": {"21 nov 2026", "21 novembre 2026", "21 nov 2026, 23:30", "22:30"},
		"es": {"21 nov 2026", "21 de noviembre de 2026", "21 nov 2026, 23:30", "22:30"},
		"pl": {"21 lis 2026", "21 listopada 2026", "21 lis 2026, 23:30", "22:30"},
	} {
		p := texts.For(lang)
		if got := [4]string{p.Date(d), p.LongDate(d), p.Time(at, warsaw), p.Clock(at, time.UTC)}; got != want {
			t.Errorf("%s: %q", lang, got)
		}
		if p.Date(crm.Date{}) != "" || p.LongDate(crm.Date{}) != "" || p.Time(time.Time{}, warsaw) != "" {
			t.Errorf("%s: what is not set is written", lang)
		}
	}
}

// A month is written without a day, which in Polish is another word.
func TestMonth(t *testing.T) {
	t.Parallel()
	texts, d := load4(t), crm.NewDate(2026, time.November, 30)
	for lang, want := range map[string][3]string{
		"en": {"November 2026", "Nov 2026", "May"},
		"it": {"novembre 2026", "nov 2026", "maggio"},
		"es": {"noviembre de 2026", "nov 2026", "mayo"},
		"pl": {"listopad 2026", "lis 2026", "maj"},
	} {
		p := texts.For(lang)
		if got := [3]string{p.Month(d), p.ShortMonth(d), p.MonthName(5)}; got != want || p.Month(crm.Date{}) != "" || p.ShortMonth(crm.Date{}) != "" {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

func TestRelative(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		lang string
		d    time.Duration
		want string
	}{
		{"en", 0, "just now"},
		{"en", -59 * time.Second, "just now"},
		{"en", -time.Minute, "1 minute ago"},
		{"pl", -2 * time.Minute, "2 minuty temu"},
		{"pl", -5 * time.Hour, "5 godzin temu"},
		{"it", 3 * time.Hour, "tra 3 ore"},
		{"es", -24 * time.Hour, "hace 1 día"},
		{"es", 6*24*time.Hour + 23*time.Hour, "dentro de 6 días"},
		{"en", -7 * 24 * time.Hour, "14 Nov 2026"},
		{"en", 8 * 24 * time.Hour, "29 Nov 2026"},
	} {
		if got := texts.For(c.lang).Relative(now.Add(c.d), now); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.d, got, c.want)
		}
	}
	today := crm.DateOf(now, time.UTC)
	for n, want := range map[int]string{0: "oggi", 1: "domani", -1: "ieri", 3: "tra 3 giorni", -7: "7 giorni fa", 8: "29 nov 2026"} {
		if got := texts.For("it").RelativeDate(today.AddDays(n), today); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestParseDateByLanguage(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for _, c := range []struct{ lang, text, want string }{
		{"it", "2026-11-21", "2026-11-21"},
		{"it", "21/11/2026", "2026-11-21"},
		{"pl", "3.4.2026", "2026-04-03"},
		{"es", "3-4-2026", "2026-04-03"},
		{"es", "21 de noviembre de 2026", "2026-11-21"},
		{"pl", "21 listopada 2026", "2026-11-21"},
		{"en", "21 Nov 2026", "2026-11-21"},
		{"en", "25/12/2026", "2026-12-25"},
		{"en", "3/4/2026", ""}, // the third of April, or the fourth of March?
		{"en", "29 Feb 2027", ""},
		{"it", "31/02/2026", ""},
		{"it", "21/11/26", ""},
		{"it", "21 foo 2026", ""},
		{"it", "domani", ""},
	} {
		d, err := texts.For(c.lang).ParseDate(c.text)
		if (err == nil) != (c.want != "") || d.String() != c.want {
			t.Errorf("%s %q: %s %v", c.lang, c.text, d, err)
		}
	}
}

// What is written is read back.
func TestDateReadsBack(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	rapid.Check(t, func(t *rapid.T) {
		p := texts.For(rapid.SampledFrom(Languages()).Draw(t, "language"))
		d := crm.NewDate(2000, 1, 1).AddDays(rapid.IntRange(0, 36500).Draw(t, "day"))
		for _, text := range []string{p.Date(d), p.LongDate(d), d.String()} {
			if got, err := p.ParseDate(text); err != nil || got != d {
				t.Fatalf("%s: %q is read as %s %v", p.Language(), text, got, err)
			}
		}
	})
}
