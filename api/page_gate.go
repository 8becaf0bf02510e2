package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// gateView is a verdict as people read it: what is met, what is not, and inputs for what they may fill right there (ux section 4).
type gateView struct {
	Verdict  crm.Verdict
	Title    string
	Action   string // where "save and move" is sent
	Back     string
	Button   string
	Hidden   []hidden
	Clauses  []clauseView
	Missing  int
	All      int
	RuleText string
	RuleURL  string
	Wide     bool
	CanFill  bool // some missing field has an input here
	CanRetry bool
	CanMove  bool
	CanCase  bool // it can be kept beside the rules as an example
	Ask      *askView
	Ticks    string // keys of the boxes that it shows, with spaces
}

// clauseView is one condition.
type clauseView struct {
	Outcome     crm.Outcome
	Field       string // the first that it reads
	Mark        string
	State       string // the mark in words
	Text        string
	Now         string
	Alternative string
	Fixers      string
	Input       *fillInput
	Tick        string // key of what a person vouches for here
	Link        string
	LinkText    string // empty: that it is filled in there
}

// fillInput is the input for a missing field.
type fillInput struct{ ID, Name, Type, Value, Mode, Error string }

var marks = map[crm.Outcome]string{crm.Met: "✓", crm.Unmet: "✗", crm.Unknown: "?", crm.NotReached: "–"}

// gateView shows a verdict on a deal. Met conditions come first; f holds what was typed into the refusal before.
func (r *request) gateView(v crm.Verdict, deal crm.ID, currency string, f form) gateView {
	settled := settledGroups(v.Clauses)
	g := gateView{Verdict: v, CanRetry: true, RuleURL: "/rules?kind=" + string(v.Kind)}
	g.RuleText = r.say("gate.rule", "Version", v.Version)
	if v.Version > 0 {
		g.RuleURL = fmt.Sprintf("/rules/%s/versions/%d", v.Kind, v.Version)
		if sheets, err := r.store.RulesHistory(r.ctx(), v.Kind); err == nil {
			for _, s := range sheets {
				if s.Version == v.Version {
					g.RuleText = r.say("gate.rule_by", "Kind", named(r.words(), "rule_kind", string(v.Kind)), "Version", v.Version,
						"Author", s.Author, "Date", crm.DateOf(s.CreatedAt, r.srv.screens().zone()))
				}
			}
		}
	}
	clauses := slices.Clone(v.Clauses)
	slices.SortStableFunc(clauses, func(a, b crm.Clause) int { return rank(a.Outcome) - rank(b.Outcome) })
	filled, conditions, missing, said := map[string]bool{}, map[string]bool{}, missingConditions(clauses, settled), map[string]bool{}
	for _, c := range clauses {
		condition, _, _ := strings.Cut(c.ID, "#")
		conditions[condition] = true
		if settled[c.Group] && c.Outcome != crm.Met && c.Excepted == nil {
			continue // another of the alternatives is met
		}
		if len(c.Label) > 0 {
			if c.Outcome == crm.Met && (said[condition] || missing[condition]) {
				continue // the label stands for all of the condition: once, and where something is missing
			}
			if said[condition] {
				c.Label = nil // its other parts say what they need
			}
			said[condition] = true
		}
		cv := r.clauseView(c, deal, currency, f, filled)
		g.CanFill = g.CanFill || cv.Input != nil
		g.Clauses = append(g.Clauses, cv)
	}
	g.All, g.Missing = len(conditions), len(missing)
	return g
}

// missingConditions are those of which a clause stands in the way.
func missingConditions(clauses []crm.Clause, settled map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, c := range clauses {
		if condition, _, _ := strings.Cut(c.ID, "#"); c.Excepted == nil && (c.Outcome == crm.Unmet || c.Outcome == crm.Unknown) && !settled[c.Group] {
			out[condition] = true
		}
	}
	return out
}

// settledGroups are the groups of alternatives of which one is met or excepted.
func settledGroups(clauses []crm.Clause) map[string]bool {
	out := map[string]bool{}
	for _, c := range clauses {
		if c.Group != "" && (c.Outcome == crm.Met || c.Excepted != nil) {
			out[c.Group] = true
		}
	}
	return out
}

func rank(o crm.Outcome) int {
	return slices.Index([]crm.Outcome{crm.Met, crm.Unmet, crm.Unknown, crm.NotReached}, o)
}

func (r *request) clauseView(c crm.Clause, deal crm.ID, currency string, f form, filled map[string]bool) clauseView {
	w := r.words()
	cv := clauseView{Outcome: c.Outcome, Mark: marks[c.Outcome], State: named(w, "outcome", string(c.Outcome)), Text: w.Clause(c, crm.Currency(currency))}
	cv.Now = r.nowText(c, currency)
	if len(c.Values) > 0 {
		cv.Field = c.Values[0].Field
	}
	cv.Tick = crm.TickAsked(c)
	if c.Group != "" && c.Outcome != crm.Met {
		cv.Alternative = r.say("gate.one_of")
	}
	if c.Outcome == crm.Unknown {
		cv.Alternative = r.say("gate.not_checked")
	}
	if c.Excepted != nil {
		cv.Outcome, cv.Mark, cv.Alternative = "excepted", "◇", r.say("exception.by", "By", r.personName(string(c.Excepted.By)))
	}
	if c.Outcome == crm.Met || c.Outcome == crm.NotReached || c.Excepted != nil {
		return cv
	}
	for _, v := range c.Values {
		field, ok := crm.FieldAt(v.Field)
		switch {
		case !ok || len(field.Writers) == 0:
		case !r.mayFill(field):
			cv.Fixers = r.say("gate.fix_by", "Roles", r.roleNames(field.Writers))
		case field.Inline && !filled[field.Path]:
			filled[field.Path] = true
			cv.Input = r.fillInput(field, v.Now, f)
			return cv
		case !field.Inline:
			cv.Link = "/opportunities/" + string(deal) + "?tab=" + field.Tab
		}
	}
	return cv
}

// nowText says what the fields held, and for a comparison what it needs.
func (r *request) nowText(c crm.Clause, currency string) string {
	w := r.words()
	parts := []string{r.nowOf(c, currency)}
	if c.Outcome != crm.Met && c.Needs != "" && len(c.Values) == 1 && slices.Contains([]string{">", ">=", "<", "<=", "=="}, c.Op) {
		parts = append(parts, r.say("gate.needs", "Op", named(w, "op", c.Op), "Value", w.Value(c.Values[0].Field, c.Needs, crm.Currency(currency))))
	}
	return strings.Join(parts, ", ")
}

// nowOf says what the fields held: "now empty"; with several fields each by its name.
func (r *request) nowOf(c crm.Clause, currency string) string {
	w := r.words()
	var parts []string
	for _, v := range c.Values {
		if !r.seesFact(v.Field) {
			continue
		}
		text := w.Now(v, crm.Currency(currency))
		if len(c.Values) > 1 {
			text = w.FieldName(v.Field) + ": " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func (r *request) mayFill(f crm.Field) bool {
	return r.seesFact(f.Path) && slices.ContainsFunc(f.Writers, r.user.Has)
}

func (r *request) roleNames(roles []crm.Role) string {
	var names []string
	for _, role := range roles {
		if role != crm.RoleAdmin {
			names = append(names, named(r.words(), "role", string(role)))
		}
	}
	return strings.Join(names, ", ")
}

func (r *request) fillInput(field crm.Field, now string, f form) *fillInput {
	in := &fillInput{ID: fieldID("fill." + field.Path), Name: "fill." + field.Path, Type: "text", Value: now}
	switch field.Type {
	case crm.TypeDate:
		in.Type = "date"
	case crm.TypeBool:
		in.Type = "bool"
	case crm.TypeMoney, crm.TypeNumber, crm.TypePercent:
		in.Mode = "decimal"
		in.Value = strings.Replace(now, ".", decimalMark(r.words()), 1)
	}
	if v, typed := f.values[in.Name]; typed {
		in.Value, in.Error = v, f.wrong[in.Name]
	}
	return in
}

// fills reads the inputs of a refusal, in the form that commands carry: decimals with a point.
func (r *request) fills(f *form) map[string]string {
	out := map[string]string{}
	for name, v := range f.values {
		path, ok := strings.CutPrefix(name, "fill.")
		field, known := crm.FieldAt(path)
		if !ok || !known || !field.Inline {
			continue
		}
		switch field.Type {
		case crm.TypeMoney, crm.TypeNumber, crm.TypePercent:
			if v != "" {
				plain, err := r.words().PlainNumber(v)
				if err != nil {
					f.blame(name, r.errorText(err))
					continue
				}
				v = plain
			}
		}
		if v != "" {
			out[path] = v
		}
	}
	return out
}

// refusal shows why a command was refused, with the fields that would let it pass. Sending it again is a new command.
func (r *request) refusal(cause string, kind crm.RuleKind, deal crm.ID, currency string, f form) (gateView, error) {
	v, err := r.store.VerdictOf(r.ctx(), cause, kind)
	if err != nil {
		return gateView{}, err
	}
	g := r.gateView(v, deal, currency, f)
	g.Hidden = append(g.Hidden, hidden{"command", uuid.NewString()})
	g.keep(f)
	err = r.asking(&g, deal, currency, f)
	return g, err
}

// unfilled is the panel once more after a value in it was wrong: as the deal stands, with what was typed.
func (r *request) unfilled(deal crm.ID, stage, currency string, f form) (gateView, error) {
	o, err := store.Opportunities.Record(r.ctx(), r.store, store.Everything(), deal)
	if err != nil {
		return gateView{}, err
	}
	set, err := r.dealStages(o)
	if err != nil {
		return gateView{}, err
	}
	facts, err := r.store.Facts(r.ctx(), deal)
	if err != nil {
		return gateView{}, err
	}
	v, err := r.excepted(deal, set.Gate(stage, facts))
	if err != nil {
		return gateView{}, err
	}
	g := r.gateView(v, deal, currency, f)
	g.Hidden = append(g.Hidden, hidden{"command", uuid.NewString()})
	g.keep(f)
	err = r.asking(&g, deal, currency, f)
	return g, err
}

// keep carries on what was typed into the panel before and is met by now: it is saved with the move or not at all.
func (g *gateView) keep(f form) {
	shown := map[string]bool{}
	for _, c := range g.Clauses {
		if c.Input != nil {
			shown[c.Input.Name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if v := f.values[name]; strings.HasPrefix(name, "fill.") && !strings.HasPrefix(name, "fill."+crm.TickedField) && v != "" && !shown[name] {
			g.Hidden = append(g.Hidden, hidden{name, v})
		}
	}
}

// filling tells whether the form came from a refusal's inputs.
func (f form) filling() bool {
	for name := range f.values {
		if strings.HasPrefix(name, "fill.") {
			return true
		}
	}
	return false
}

// hidden is a value that a form carries unseen.
type hidden struct{ Name, Value string }
