package rules

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"leadtocash/crm"
)

// The two ends of a hand-off at which its conditions are asked, behind its key: "production/inputs".
const (
	EndInputs  = "inputs"  // before it is sent
	EndOutputs = "outputs" // before it is completed
)

// maxHandOffs is how many hand-offs a text may name.
const maxHandOffs = 50

// HandOff is what two departments have agreed on: what the one needs to take work from the other, what it answers, and by when (S103).
type HandOff struct {
	Key   string
	Name  map[string]string // by language
	From  crm.Department    // who asks
	To    crm.Department    // who answers
	Hours int               // working hours of the company within which it is answered; 0: no time is agreed
}

// Within is the working time within which the hand-off is answered; 0: no time is agreed.
func (h HandOff) Within() time.Duration { return time.Duration(h.Hours) * time.Hour }

// At is what is asked at an end of the hand-off: "production/inputs".
func (h HandOff) At(end string) string { return HandOffMoment(h.Key, end) }

// HandOffMoment is what is asked at an end of a hand-off, EndInputs or EndOutputs.
func HandOffMoment(key, end string) string { return key + "/" + end }

// SplitHandOff takes what is asked of hand-offs apart; the end is empty for the list of lines.
func SplitHandOff(moment string) (key, end string) {
	key, end, _ = strings.Cut(moment, "/")
	return key, end
}

// handOff reads the conditions of quoted lines and the hand-offs.
func (r *reader) handOff(s *Set, e entry) {
	var keys map[string]entry
	if s.moments, keys = r.moments(crm.RuleHandOff, e, "hand_offs"); keys == nil {
		return
	}
	if keys["hand_offs"].absent() {
		r.missing(e.at, "", "hand_offs")
	}
	seen := map[string]spot{}
	for i, n := range r.list(keys["hand_offs"], maxHandOffs) {
		r.oneHandOff(s, n, indexed("hand_offs", i), seen)
	}
}

func (r *reader) oneHandOff(s *Set, n ast.Node, byIndex string, seen map[string]spot) {
	keys, path := r.keyed(n, "hand_offs", byIndex, "key", "name", "from", "to", "hours", EndInputs, EndOutputs)
	if keys == nil {
		return
	}
	h := HandOff{Key: r.key(keys["key"], at(n), path, seen), Name: r.names(keys["name"], at(n), path, "name", true)}
	h.From, h.To = oneOf(r, keys["from"], crm.Departments()...), oneOf(r, keys["to"], crm.Departments()...)
	h.Hours = int(r.number(keys["hours"], 0, 2000, 0).IntPart())
	for _, needed := range []string{"from", "to"} {
		if keys[needed].absent() {
			r.missing(at(n), path, needed)
		}
	}
	if h.From != "" && h.From == h.To {
		r.add(keys["to"].at, keys["to"].path, CodeInvalidValue, map[string]string{"value": string(h.To), "allowed": "another department"}, "a department hands nothing off to itself")
	}
	for _, end := range []string{EndInputs, EndOutputs} {
		if list := r.conditions(keys[end]); h.Key != "" {
			s.moments[h.At(end)] = list
		}
	}
	s.handOffs = append(s.handOffs, h)
}

// HandOffs lists the hand-offs in the order of the file.
func (s *Set) HandOffs() []HandOff {
	out := slices.Clone(s.handOffs)
	for i := range out {
		out[i].Name = maps.Clone(out[i].Name)
	}
	return out
}

// HandOff finds a hand-off by its key.
func (s *Set) HandOff(key string) (HandOff, bool) {
	for _, h := range s.HandOffs() {
		if h.Key == key {
			return h, true
		}
	}
	return HandOff{}, false
}

// Moments lists what a kind with moments is asked, in the order of the process: the moments of the kind, then both ends of each hand-off.
func (s *Set) Moments() []string {
	out := Moments(s.kind)
	for _, h := range s.handOffs {
		out = append(out, h.At(EndInputs), h.At(EndOutputs))
	}
	return out
}

// placeHandOffs finds the conditions of hand-offs in a section, under the names that findings use.
func (r *reader) placeHandOffs(section ast.Node, into map[string]lintPlace) {
	for _, n := range entriesOf(childOf(section, "hand_offs")) {
		key := r.wordOf(childOf(n, "key"))
		for _, end := range []string{EndInputs, EndOutputs} {
			r.placeConditions(HandOffMoment(key, end), childOf(n, end), into)
		}
	}
}

// handOffOwner is the hand-off in a text that has the conditions of an end; nil when there is none.
func (e *editor) handOffOwner(key string) ast.Node {
	list := e.list(e.section, "hand_offs")
	if i := e.entryOf(list, "key", key); i >= 0 {
		return list.Values[i]
	}
	return nil
}

// answered are the fields of a hand-off that are empty when it is sent.
var answered = []string{"hand_off.feasible", "hand_off.delivery_date", "hand_off.unit_cost", "hand_off.answer"}

// handOffGroups are the groups of facts that are gathered at the ends of a hand-off.
var handOffGroups = []string{"hand_off", "line", "deal", "customer", "account", "contact", "quote", "receivables", "user", "process"}

// emptyAtHandOff tells whether a field is always empty at a moment of hand-offs.
func emptyAtHandOff(moment, path string) bool {
	group, _, _ := strings.Cut(path, ".")
	if moment == MomentLine {
		return !slices.Contains(groupsAt[MomentLine], group)
	}
	return !slices.Contains(handOffGroups, group) || strings.HasSuffix(moment, "/"+EndInputs) && slices.Contains(answered, path)
}
