package i18n

import "testing"

// S032: a product's unit is written in the reader's language where it is known, however it was typed, and as it was typed where it is not.
func TestUnits(t *testing.T) {
	t.Parallel()
	texts, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ language, unit, want string }{
		{"en", "pc", "pc"},
		{"it", "pc", "pz"},
		{"pl", "Pieces", "szt."},
		{"es", "hour", "h"},
		{"it", "day", "giorno"},
		{"pl", "month", "miesiąc"},
		{"pl", "kg", "kg"},
		{"it", "m", "m"},
		{"es", "license", "licencia"},
		{"pl", "pallet 80×120", "pallet 80×120"},
		{"en", "", ""},
		{"en", "a.b", "a.b"},
	} {
		if got := texts.For(c.language).Unit(c.unit); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.unit, c.language, got, c.want)
		}
	}
}
