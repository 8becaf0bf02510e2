package crm

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Tick is one item of an order's checklist that a person vouches for, since no figure tells it (S078). Rules ask for it as `"papers" in order.ticked`.
type Tick struct {
	Key string    `json:"key"`
	By  ID        `json:"by"`
	At  time.Time `json:"at"`
}

// TickedField is the path of the list that the rules read.
const TickedField = "order.ticked"

// MaxTicks is how many items of one checklist may be ticked off by hand.
const MaxTicks = 50

var tickKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// TickKey is the item that a filled field of a refusal ticks off: "papers" of "order.ticked.papers".
func TickKey(path string) (key string, ok bool) {
	key, ok = strings.CutPrefix(path, TickedField+".")
	return key, ok && tickKey.MatchString(key)
}

var tickClause = regexp.MustCompile(`^"([a-z][a-z0-9_]{0,39})" in order\.ticked$`)

// TickAsked is the key of the item that a clause of an order's checklist asks somebody to vouch for; empty when it asks for something else.
func TickAsked(c Clause) string {
	if m := tickClause.FindStringSubmatch(c.Source); m != nil && strings.HasPrefix(c.ID, "checklist.") {
		return m[1]
	}
	return ""
}

// Ticked lists what was ticked off.
func Ticked(ticks []Tick) (keys []string) {
	for _, t := range ticks {
		keys = append(keys, t.Key)
	}
	return keys
}

// SetTick ticks an item off or takes that back. One that is ticked off already keeps who did it and when. Errors: too_many, invalid_character.
func SetTick(ticks []Tick, t Tick, on bool) ([]Tick, error) {
	i := slices.IndexFunc(ticks, func(x Tick) bool { return x.Key == t.Key })
	switch {
	case !tickKey.MatchString(t.Key):
		return ticks, Problem("invalid_character")
	case i < 0 && on && len(ticks) >= MaxTicks:
		return ticks, Problem("too_many", "max", "50")
	case i < 0 && on:
		return append(slices.Clone(ticks), t), nil
	case i >= 0 && !on:
		return slices.Delete(slices.Clone(ticks), i, i+1), nil
	}
	return ticks, nil
}
