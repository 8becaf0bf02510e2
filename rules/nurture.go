package rules

import (
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// Track is a sequence of mails to a lead that is not ready yet (S065). Any answer ends it.
type Track struct {
	Key     string
	Name    map[string]string // by language
	Touches []Touch           // by their days, ascending
}

// Touch is one mail of a track.
type Touch struct {
	Key  string
	Days int    // after the track's start; it leaves in the morning of that day
	Mail string // which text
}

type track struct {
	Track
	when *condition // nil: always
}

func (r *reader) nurture(e entry) (out []track) {
	keys := r.mapping(e.value, "", "tracks", "cases")
	if keys != nil && keys["tracks"].absent() {
		r.missing(e.at, "", "tracks")
	}
	seen := map[string]spot{}
	for i, n := range r.list(keys["tracks"], 50) {
		out = append(out, r.track(n, indexed("tracks", i), seen))
	}
	return out
}

func (r *reader) track(n ast.Node, byIndex string, seen map[string]spot) (t track) {
	keys, path := r.keyed(n, "tracks", byIndex, "key", "name", "when", "touches")
	if keys == nil {
		return t
	}
	t.Key = r.key(keys["key"], at(n), path, seen)
	t.Name = r.names(keys["name"], at(n), path, "name", true)
	if t.when = r.when(keys["when"], t.Key); t.when != nil {
		t.when.label = t.Name
	}
	if keys["touches"].absent() {
		r.missing(at(n), path, "touches")
	}
	touches, before := map[string]spot{}, 0
	for i, n := range r.list(keys["touches"], 20) {
		touch := r.touch(n, indexed(path+".touches", i), touches, before)
		before = max(before, touch.Days)
		t.Touches = append(t.Touches, touch)
	}
	return t
}

func (r *reader) touch(n ast.Node, path string, seen map[string]spot, before int) (t Touch) {
	keys := r.mapping(n, path, "key", "days", "mail")
	if keys == nil {
		return t
	}
	t.Key = r.key(keys["key"], at(n), path, seen)
	t.Days = r.days(keys["days"])
	switch {
	case keys["days"].absent():
		r.missing(at(n), path, "days")
	case t.Days <= before:
		r.add(at(keys["days"].value), path+".days", CodeInvalidValue, map[string]string{"allowed": "more days than the touch before, at least 1"}, "a touch must come later than the one before it, on the day after the start at the earliest")
	}
	if t.Mail = oneOf(r, keys["mail"], crm.NurtureMails()...); keys["mail"].absent() {
		r.missing(at(n), path, "mail")
	}
	return t
}

// Tracks lists the tracks in their order, each with its condition; its source is empty when the track fits every lead.
func (s *Set) Tracks() []TrackRule {
	out := make([]TrackRule, 0, len(s.tracks))
	for _, t := range s.tracks {
		rule := TrackRule{Track: t.copied()}
		if t.when != nil {
			rule.When = t.when.described()
		}
		out = append(out, rule)
	}
	return out
}

// TrackRule is a track with its condition.
type TrackRule struct {
	Track
	When Condition
}

func (t track) copied() Track {
	c := t.Track
	c.Name, c.Touches = maps.Clone(t.Name), slices.Clone(t.Touches)
	return c
}

// Track finds a track by its key.
func (s *Set) Track(key string) (Track, bool) {
	for _, t := range s.tracks {
		if t.Key == key {
			return t.copied(), true
		}
	}
	return Track{}, false
}

// Fitting lists the tracks that fit a lead, in their order. A condition that could not be evaluated does not fit.
func (s *Set) Fitting(f crm.Facts) (out []Track) {
	for _, t := range s.tracks {
		if t.when == nil || t.when.holds(&f) {
			out = append(out, t.copied())
		}
	}
	return out
}
