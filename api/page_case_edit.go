package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// caseEditing reads what the form about a case's facts offers.
func (r *request) caseEditing(p *casePage) error {
	set, _, err := r.store.CareSetting(r.ctx())
	if err != nil {
		return err
	}
	contracts, err := r.store.ContractChoices(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), p.AccountID)
	if err != nil {
		return err
	}
	p.Kinds, p.Causes = nameOptions("–", set.Categories, p.Category), nameOptions("–", set.Causes, p.Cause)
	p.Levels, p.Deals = enumOptions(r, "", "priority", crm.Priorities()), chosen("–", contracts)
	return nil
}

// formCaseEdit changes what a case is about, what it came of, and whose contract it is on.
func formCaseEdit(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	priority, category, cause, contract := crm.Priority(known(f.Value("priority"), crm.Priorities())), f.Value("category"), f.Value("cause"), optionalID(f.Value("contract_id"))
	project, deal := optionalID(f.Value("project_id")), optionalID(f.Value("opportunity_id"))
	ch := store.CaseChange{Category: &category, Cause: &cause, ContractID: &contract, ProjectID: &project, OpportunityID: &deal}
	if priority != "" {
		ch.Priority = &priority
	}
	_, err = r.store.EditCase(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: f.seen()}, ch)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showCase(r, id, f)
	}
	return r.said("saved", "/cases/"+string(id))
}

// casePatch changes a case beside its conversation.
type casePatch struct {
	Priority   opt[string] `json:"priority" doc:"enum=case_priority;text=Its promises stay as they were given."`
	Category   opt[string] `json:"category" doc:"max=60;text=One of the setting's."`
	Cause      opt[string] `json:"cause" doc:"max=60;text=One of the setting's."`
	ContractID opt[crm.ID] `json:"contract_id" doc:"text=Of the same customer; empty: of none."`

	ProjectID     opt[crm.ID] `json:"project_id" doc:"text=That it is about, of the same customer; empty: about none."`
	OpportunityID opt[crm.ID] `json:"opportunity_id" doc:"text=The deal that it is about, of the same customer; empty: about none."`
}

func patchCase(r *request) error {
	if _, err := r.careCase(); err != nil {
		return err
	}
	t, err := r.target()
	if err != nil {
		return err
	}
	var b casePatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var c check
	c.oneOf("/priority", b.Priority.Value, crm.Priorities()...)
	c.line("/category", &b.Category.Value, 60)
	c.line("/cause", &b.Cause.Value, 60)
	c.id("/contract_id", &b.ContractID.Value)
	c.id("/project_id", &b.ProjectID.Value)
	c.id("/opportunity_id", &b.OpportunityID.Value)
	if err := c.err(); err != nil {
		return err
	}
	var ch store.CaseChange
	if b.Priority.Set {
		p := crm.Priority(b.Priority.Value)
		if p == "" {
			return refusal(codeValidation, invalid("/priority", "required", nil))
		}
		ch.Priority = &p
	}
	if b.Category.Set {
		ch.Category = &b.Category.Value
	}
	if b.Cause.Set {
		ch.Cause = &b.Cause.Value
	}
	if b.ContractID.Set {
		ch.ContractID = &b.ContractID.Value
	}
	if b.ProjectID.Set {
		ch.ProjectID = &b.ProjectID.Value
	}
	if b.OpportunityID.Set {
		ch.OpportunityID = &b.OpportunityID.Value
	}
	k, err := r.store.EditCase(r.ctx(), t, ch)
	if err != nil {
		return err
	}
	return r.record(k, k.Version)
}

// careReportPage is how satisfied customers are, person by person, with the rows behind the figures.
type careReportPage struct {
	Form   form
	By     string // person, category, month
	Groups []option
	Rows   []store.RatingRow
	Lines  []ratingLine
	Whole  ratingLine
	CSV    string // address of the rows as a file
}

// ratingLine is what was asked of the customers of one person, or of all.
type ratingLine struct {
	Name            string
	URL             string // its rows
	Asked, Answered int
	Sum             int
}

// Average is the mean of the answers, to two decimals; empty without any.
func (l ratingLine) Average() string { return average(l.Sum, l.Answered) }

// Share is how many of a hundred answered.
func (l ratingLine) Share() string { return average(100*l.Answered, l.Asked) }

func (l *ratingLine) add(x store.RatingRow) {
	l.Asked++
	if x.Stars > 0 {
		l.Answered, l.Sum = l.Answered+1, l.Sum+x.Stars
	}
}

// ratings reads those that the address asks for: of this year where it names no days.
func (r *request) ratings() ([]store.RatingRow, form, error) {
	today, err := r.today()
	if err != nil {
		return nil, form{}, err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return nil, form{}, err
	}
	q := r.gin.Request.URL.Query()
	f := store.RatingFilter{From: crm.NewDate(today.Year(), 1, 1), To: today, Zone: e.TimeZone, Owner: optionalID(q.Get("owner")), Nobody: q.Get("owner") == "nobody", Answered: q.Has("answered"), Month: clean(q.Get("month"), 7)}
	if q.Has("category") {
		category := clean(q.Get("category"), 60)
		f.Category = &category
	}
	for name, d := range map[string]*crm.Date{"from": &f.From, "to": &f.To} {
		if v, err := crm.ParseDate(r.gin.Query(name)); err == nil && !v.IsZero() {
			*d = v
		}
	}
	rows, err := r.store.RatingRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadCase), f)
	return rows, values("from", f.From.String(), "to", f.To.String(), "by", known(q.Get("by"), ratingGroups)), err
}

// ratingGroups are what satisfaction is grouped by; the first unless another is asked for.
var ratingGroups = []string{"person", "category", "month"}

// ratingGroup is the group of a rating with its name and the part of the address that opens its rows.
func (r *request) ratingGroup(by string, x store.RatingRow) (key, name, part string) {
	switch by {
	case "category":
		return x.Category, orDash(x.Category), "category"
	case "month":
		return x.Month, r.monthOf(x.Month), "month"
	}
	if x.OwnerID == "" {
		return "nobody", r.say("col.nobody"), "owner"
	}
	return string(x.OwnerID), x.Owner, "owner"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func pageCareReport(r *request) error {
	rows, f, err := r.ratings()
	if err != nil {
		return err
	}
	p := careReportPage{Form: f, By: f.Value("by"), Rows: rows, Whole: ratingLine{Name: r.say("col.total")}, CSV: "/care/report.csv?" + r.gin.Request.URL.Query().Encode()}
	if p.By == "" {
		p.By = ratingGroups[0]
	}
	for _, by := range ratingGroups {
		p.Groups = append(p.Groups, option{by, r.say("care_report.by." + by)})
	}
	place := map[string]int{}
	for _, x := range rows {
		key, name, part := r.ratingGroup(p.By, x)
		i, known := place[key]
		if !known {
			q := r.gin.Request.URL.Query()
			q.Set(part, key)
			i = len(p.Lines)
			place[key], p.Lines = i, append(p.Lines, ratingLine{Name: name, URL: "/care/report?" + q.Encode()})
		}
		p.Lines[i].add(x)
		p.Whole.add(x)
	}
	slices.SortFunc(p.Lines, func(a, b ratingLine) int { return strings.Compare(a.Name, b.Name) })
	return r.show(http.StatusOK, "care_report", r.say("care.report"), p)
}

func pageCareReportCSV(r *request) error {
	rows, _, err := r.ratings()
	if err != nil {
		return err
	}
	out := [][]string{{"asked_at", "case", "account", "owner", "category", "stars", "words", "answered_at"}}
	for _, x := range rows {
		answered := ""
		if x.AnsweredAt != nil {
			answered = x.AnsweredAt.UTC().Format("2006-01-02T15:04:05Z")
		}
		out = append(out, []string{x.AskedAt.UTC().Format("2006-01-02T15:04:05Z"), x.CaseNumber, x.Account, x.Owner, x.Category, starsText(x.Stars), x.Words, answered})
	}
	return r.sendCSV("satisfaction.csv", out)
}

// average is a quotient to two decimals; empty when there is nothing to divide by.
func average(sum, n int) string {
	if n == 0 {
		return ""
	}
	return decimal.NewFromInt(int64(sum)).DivRound(decimal.NewFromInt(int64(n)), 2).String()
}

// starsText is a rating as a file holds it; empty when nobody answered.
func starsText(stars int) string {
	if stars == 0 {
		return ""
	}
	return strconv.Itoa(stars)
}
