package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"

	"github.com/shopspring/decimal"
)

// How many approvals of one level the form offers, and how many working hours a level may take.
const (
	mostApprovals = 5
	mostHours     = 1000
)

// routeEditor is the form of the levels of an approval route (S079).
type routeEditor struct {
	Draft     crm.ID
	Version   int
	Form      form
	Levels    []reasonRow
	Languages []languageChoice
	Roles     []option // who decides in the end
	Deciders  []option // of a level; none where a person is named
	Then      []option // who decides too once a level's time is over
	Needs     []option
}

// routeLevel is a level with the form that it stands in.
type routeLevel struct {
	Editor *routeEditor
	Row    reasonRow
}

// Typed tells whether something was typed into a row, so that a new level is one and stays open.
func (e *routeEditor) Typed(row int) bool { return typedLevel(e.Form, row) }

func typedLevel(f form, row int) bool {
	all := []string{"role", "person", "limit", "within"}
	for _, l := range languageChoices {
		all = append(all, "level."+l.Code)
	}
	return slices.ContainsFunc(all, func(field string) bool {
		field, language, _ := strings.Cut(field, ".")
		return f.Value(strings.TrimSuffix(inRow(field, row)+"."+language, ".")) != ""
	})
}

// routeFields are the fields of a level's row that are shown as they are stored, each with "-<row>" behind it.
var routeFields = []string{"place", "role", "person", "limit", "need", "within", "then", "lead", "beside"}

// inRow is the name of a field in a row.
func inRow(field string, row int) string { return fmt.Sprintf("%s-%d", field, row) }

// routeEditor opens the levels of a draft; a form that was refused is shown as it was typed.
func (r *request) routeEditor(p *draftPage) *routeEditor {
	if p.Kind != crm.RuleApproval || p.Set == nil {
		return nil
	}
	route := p.Set.ApprovalRules()
	e := &routeEditor{Draft: p.ID, Version: p.Version, Languages: languageChoices, Form: p.Form, Roles: r.roles("")}
	e.Deciders, e.Then = r.roles(r.say("bench.route.one")), r.roles(r.say("bench.route.as_above"))
	for n := 1; n <= mostApprovals; n++ {
		e.Needs = append(e.Needs, option{strconv.Itoa(n), r.words().N("bench.route.needs", n)})
	}
	e.Needs = append(e.Needs, option{"all", r.say("bench.route.needs_all")})
	if p.Form.Sent("escalate") {
		for i := 0; i < mostLevels && p.Form.Sent(inRow("key", i)); i++ {
			e.Levels = append(e.Levels, routeRow(route, i, p.Form.Value(inRow("key", i)), r.language))
		}
	} else {
		e.Form = values("escalate", string(route.Escalate))
		for i, l := range route.Levels {
			e.Levels = append(e.Levels, routeRow(route, i, l.Key, r.language))
			r.fillLevel(&e.Form, i, l)
		}
		e.Levels = append(e.Levels, reasonRow{At: len(e.Levels)}) // an empty one for a new level
	}
	for _, row := range e.Levels { // a number that the form does not offer is kept
		if n := e.Form.Value(inRow("need", row.At)); n != "" && !slices.ContainsFunc(e.Needs, func(o option) bool { return o.Value == n }) {
			e.Needs = append(e.Needs, option{n, n})
		}
	}
	return e
}

func routeRow(route rules.ApprovalRules, i int, key, language string) reasonRow {
	for _, l := range route.Levels {
		if l.Key == key {
			return reasonRow{i, key, worded(l.Name, language, key)}
		}
	}
	return reasonRow{At: i}
}

// roles are all roles to choose from, behind one that stands for none where it has a word.
func (r *request) roles(none string) (out []option) {
	if none != "" {
		out = append(out, option{"", none})
	}
	for _, role := range crm.Roles() {
		out = append(out, option{string(role), r.say("role." + string(role))})
	}
	return out
}

// fillLevel shows a level in its row.
func (r *request) fillLevel(f *form, i int, l rules.Approval) {
	w := r.words()
	limit, within, need := "", "", strconv.Itoa(l.Need)
	if l.Limit.Valid {
		limit = plainNumber(w, l.Limit.Decimal)
	}
	if l.Within > 0 {
		within = plainNumber(w, hours(l.Within))
	}
	if l.Need == crm.NeedAll {
		need = "all"
	}
	for n, text := range []string{strconv.Itoa(i + 1), string(l.Role), l.Person, limit, need, within, string(l.Escalate), strconv.FormatBool(l.TeamLead), strconv.FormatBool(l.Parallel)} {
		f.values[inRow(routeFields[n], i)] = text
	}
	for language, text := range l.Name {
		f.values[inRow("level", i)+"."+language] = text
	}
}

// hours of working time, exact to a hundredth.
func hours(d time.Duration) decimal.Decimal {
	return decimal.NewFromInt(int64(d)).DivRound(decimal.NewFromInt(int64(time.Hour)), 2)
}

// formRoute changes the levels of an approval route of a draft.
func formRoute(r *request) error {
	d, set, f, err := r.draftEdit()
	if err != nil {
		return err
	}
	if set == nil || d.Kind != crm.RuleApproval {
		return r.showDraft(d, draftPage{View: "text"})
	}
	route, rows := r.readRoute(&f, set.ApprovalRules())
	if f.Failed() {
		return r.showDraft(d, draftPage{Form: f})
	}
	source, found := rules.PutApproval([]byte(d.Source), route)
	if len(found) > 0 {
		r.blameLevels(&f, found, rows)
		return r.showDraft(d, draftPage{Form: f})
	}
	d.Source, d.Version = string(source), seenVersion(f)
	return r.saveDraft(d, f, "form", "#route")
}

// readRoute reads what was typed, and in which row each level stands. One that is ticked away goes, an empty new row is none; the levels stand
// in the order of their places.
func (r *request) readRoute(f *form, was rules.ApprovalRules) (route rules.ApprovalRules, rows map[string]int) {
	route.Escalate = r.roleOf(f, "escalate")
	var taken []rules.Condition
	for _, l := range was.Levels {
		taken = append(taken, rules.Condition{ID: l.Key})
	}
	rows = map[string]int{}
	places := map[string]int{}
	for i := 0; i < mostLevels && f.Sent(inRow("key", i)); i++ {
		old := slices.IndexFunc(was.Levels, func(l rules.Approval) bool { return l.Key == f.Value(inRow("key", i)) })
		if f.Value(inRow("gone", i)) == "true" || old < 0 && !typedLevel(*f, i) {
			continue
		}
		l := r.readLevel(f, i)
		if old >= 0 {
			l.Key = was.Levels[old].Key
		} else {
			l.Key = freeID(taken, rules.Condition{Label: l.Name}, nil)
			taken = append(taken, rules.Condition{ID: l.Key})
		}
		places[l.Key], rows[l.Key] = r.levelPlace(f, i), i
		route.Levels = append(route.Levels, l)
	}
	slices.SortStableFunc(route.Levels, func(a, b rules.Approval) int { return cmp.Compare(places[a.Key], places[b.Key]) })
	return route, rows
}

// readLevel reads a row; what is wrong stands beside its field.
func (r *request) readLevel(f *form, i int) rules.Approval {
	r.needed(f, inRow("level", i)+".en")
	l := rules.Approval{Name: r.typedNames(f, inRow("level", i)+".")}
	l.Role, l.Escalate, l.Person = r.roleOf(f, inRow("role", i)), r.roleOf(f, inRow("then", i)), f.Value(inRow("person", i))
	l.TeamLead, l.Parallel = f.Value(inRow("lead", i)) == "true", f.Value(inRow("beside", i)) == "true"
	switch {
	case l.Person == "" && l.Role == "" && !f.wrongAt(inRow("role", i)):
		f.blame(inRow("role", i), r.say("bench.route.who"))
	case l.Person != "" && (l.Role != "" || l.TeamLead):
		f.blame(inRow("person", i), r.say("bench.route.either"))
	}
	if limit := inRow("limit", i); f.Value(limit) != "" {
		l.Limit = decimal.NewNullDecimal(r.decimal(f, limit))
		r.notNegative(f, limit)
	}
	l.Within = r.withinHours(f, inRow("within", i))
	switch need := f.Value(inRow("need", i)); need {
	case "all":
		l.Need = crm.NeedAll
	default:
		n, err := strconv.Atoi(cmp.Or(need, "1"))
		if l.Need = n; err != nil || n < 1 {
			f.blame(inRow("need", i), r.errorText(crm.Problem("unknown_value")))
		}
	}
	if l.Person != "" && l.Need != 1 {
		f.blame(inRow("need", i), r.say("bench.route.one_yes"))
	}
	return l
}

// withinHours reads working hours, exact to a hundredth; empty is as long as it takes.
func (r *request) withinHours(f *form, name string) time.Duration {
	n := r.decimal(f, name)
	switch {
	case n.IsNegative() || n.GreaterThan(decimal.NewFromInt(mostHours)):
		f.blame(name, r.errorText(crm.Problem("out_of_range", "min", "0", "max", strconv.Itoa(mostHours))))
		return 0
	case !n.Equal(n.Round(2)):
		f.blame(name, r.errorText(crm.Problem("too_many_decimals", "max", "2")))
	}
	return time.Duration(n.Mul(decimal.NewFromInt(int64(time.Hour))).IntPart())
}

// roleOf reads a role; none is fine where the form offers it.
func (r *request) roleOf(f *form, name string) crm.Role {
	role := crm.Role(f.Value(name))
	if role != "" && !slices.Contains(crm.Roles(), role) {
		f.blame(name, r.errorText(crm.Problem("unknown_value")))
	}
	return role
}

// levelPlace reads where a level stands; without a number it comes last.
func (r *request) levelPlace(f *form, i int) int {
	name := inRow("place", i)
	if f.Value(name) == "" {
		return mostLevels + 1
	}
	n, err := strconv.Atoi(f.Value(name))
	if err != nil || n < 1 || n > mostLevels {
		f.blame(name, r.errorText(crm.Problem("out_of_range", "min", "1", "max", strconv.Itoa(mostLevels))))
	}
	return n
}

// blameLevels puts what the rules say of a level beside its field.
func (r *request) blameLevels(f *form, found rules.Problems, rows map[string]int) {
	fields := map[string]string{"name": "level", "team_lead": "lead", "parallel": "beside", "escalate": "then"}
	for n, p := range r.ruleProblems(found) {
		key, field, _ := strings.Cut(strings.TrimPrefix(found[n].Path, "levels."), ".")
		if row, ok := rows[key]; ok && field != "" {
			f.blame(inRow(cmp.Or(fields[field], field), row), p.Text)
			continue
		}
		f.other, f.status = append(f.other, p.Text), http.StatusUnprocessableEntity
	}
}

// levelNote says in words who decides at a level, how many, up to what amount and how soon.
func (r *request) levelNote(l rules.Level) string {
	w := r.words()
	who := l.Person
	if who == "" {
		who = r.say("role." + string(l.Role))
	}
	if l.TeamLead {
		who = r.say("approval.lead", "Role", who)
	}
	parts := []string{who}
	switch {
	case l.Need == crm.NeedAll:
		parts = append(parts, r.say("approval.needs_all"))
	case l.Need > 1:
		parts = append(parts, w.N("approval.needs", l.Need))
	}
	if l.Limit.Valid {
		parts = append(parts, r.say("bench.route.up_to", "Amount", w.Number(l.Limit.Decimal, 2)))
	}
	if l.Parallel {
		parts = append(parts, r.say("approval.beside"))
	}
	if l.Within > 0 {
		parts = append(parts, r.say("bench.route.hours", "N", w.Number(hours(l.Within), -1), "Role", r.say("role."+string(l.Escalate))))
	}
	return strings.Join(parts, " · ")
}
