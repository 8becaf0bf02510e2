package crm

import (
	"testing"
	"time"
)

// S091, S062: a debtor is chased before others for what went wrong last with what he still owes.
func TestTroubleIsTheLast(t *testing.T) {
	t.Parallel()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) *time.Time { // in March 2026
		moment := time.Date(2026, 3, day, hour, 0, 0, 0, rome)
		return &moment
	}
	on := func(day int) Date { return NewDate(2026, 3, day) }
	for name, c := range map[string]struct {
		word     PromiseState
		made     *time.Time
		ended    Date
		returned *time.Time
		want     Trouble
	}{
		"nothing":                          {"", nil, Date{}, nil, ""},
		"never a word":                     {"", nil, Date{}, at(9, 12), TroubleReturned},
		"broken":                           {PromiseBroken, at(2, 9), on(6), nil, TroubleBroken},
		"broken, paid since, taken back":   {PromiseBroken, at(2, 9), on(6), at(12, 9), TroubleReturned},
		"broken and taken back on one day": {PromiseBroken, at(2, 9), on(6), at(6, 0), TroubleReturned},
		"the night before it was broken":   {PromiseBroken, at(2, 9), on(6), at(5, 23), TroubleBroken},
		"promised after it, and broken":    {PromiseBroken, at(7, 9), on(10), at(6, 9), TroubleBroken},
		"promised after it":                {PromiseOpen, at(6, 10), Date{}, at(6, 9), ""},
		"promised before it":               {PromiseOpen, at(6, 9), Date{}, at(6, 10), TroubleReturned},
		"kept":                             {PromiseKept, at(2, 9), on(5), nil, ""},
		"kept after it":                    {PromiseKept, at(2, 9), on(5), at(3, 9), ""},
		"kept, then taken back":            {PromiseKept, at(2, 9), on(5), at(8, 9), TroubleReturned},
	} {
		if got := TroubleOf(c.word, c.made, c.ended, c.returned, rome); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
