package rules

import (
	"regexp"
	"slices"
	"strings"
)

// textSet is a set of texts: those of a list, or all but those of a list; of either only what the traits let through.
type textSet struct {
	list            []string
	except          bool // the list is what is outside
	blank, nonblank bool // whether texts of blanks alone, the empty one among them, and others may be in it
	traits          []trait
}

// trait is a comparison of a text with a fixed one that is no equality.
type trait struct {
	op, with string // contains, startsWith, endsWith, matches
	not      bool
}

var everyText = textSet{except: true, blank: true, nonblank: true}

func oneText(list ...string) textSet { return textSet{list: list, blank: true, nonblank: true} }

func notText(list ...string) textSet {
	return textSet{list: list, except: true, blank: true, nonblank: true}
}

// meet is what two sets share.
func (s textSet) meet(other valueSet) valueSet {
	o := other.(textSet)
	out := textSet{blank: s.blank && o.blank, nonblank: s.nonblank && o.nonblank, traits: slices.Concat(s.traits, o.traits)}
	switch {
	case s.except && o.except:
		out.except, out.list = true, slices.Concat(s.list, o.list)
	case s.except:
		out.list = without(o.list, s.list)
	case o.except:
		out.list = without(s.list, o.list)
	default:
		for _, t := range s.list {
			if slices.Contains(o.list, t) {
				out.list = append(out.list, t)
			}
		}
	}
	return out
}

func without(list, gone []string) (out []string) {
	for _, t := range list {
		if !slices.Contains(gone, t) {
			out = append(out, t)
		}
	}
	return out
}

// void tells whether no text is left. Where patterns meet it may say no although there is none.
func (s textSet) void() bool {
	if !s.except {
		return !slices.ContainsFunc(s.list, s.lets)
	}
	if s.blank && !slices.ContainsFunc(s.traits, func(t trait) bool { return !t.not && strings.TrimSpace(t.with) != "" && t.op != "matches" }) && !s.clash() {
		return false
	}
	return !s.nonblank || s.clash()
}

// lets tells whether a text passes what is asked beside the list.
func (s textSet) lets(t string) bool {
	if strings.TrimSpace(t) == "" && !s.blank || strings.TrimSpace(t) != "" && !s.nonblank {
		return false
	}
	return !slices.ContainsFunc(s.traits, func(x trait) bool { return x.of(t) == x.not })
}

func (x trait) of(t string) bool {
	switch x.op {
	case "contains":
		return strings.Contains(t, x.with)
	case "startsWith":
		return strings.HasPrefix(t, x.with)
	case "endsWith":
		return strings.HasSuffix(t, x.with)
	}
	p, err := regexp.Compile(x.with)
	return err == nil && p.MatchString(t)
}

// clash tells whether two traits exclude each other.
func (s textSet) clash() bool {
	for i, a := range s.traits {
		if a.not && a.with == "" && a.op != "matches" {
			return true
		}
		for _, b := range s.traits[:i] {
			if a.excludes(b) || b.excludes(a) {
				return true
			}
		}
	}
	return false
}

// excludes tells whether no text that has the trait can have the other one.
func (x trait) excludes(o trait) bool {
	switch {
	case x.not:
		return false
	case x.op == "matches" || o.op == "matches":
		return o.not && x.op == o.op && x.with == o.with
	case !o.not && x.op == o.op && x.op == "startsWith":
		return !strings.HasPrefix(x.with, o.with) && !strings.HasPrefix(o.with, x.with)
	case !o.not && x.op == o.op && x.op == "endsWith":
		return !strings.HasSuffix(x.with, o.with) && !strings.HasSuffix(o.with, x.with)
	case !o.not:
		return false
	case o.op == "contains":
		return strings.Contains(x.with, o.with)
	}
	return x.op == o.op && o.of(x.with)
}
