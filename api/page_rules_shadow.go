package api

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// shadowPage is a candidate that runs beside the rules, with what it says otherwise; every number opens its list.
type shadowPage struct {
	store.Shadow
	Title   string
	Figures []shadowFigure
	Clauses []shadowClauseLine
	Chosen  string // the list in words; empty: all
	Lines   []shadowLineView
	Running bool
}

type shadowFigure struct {
	Label, URL, Tone string
	Count            int
}

type shadowClauseLine struct {
	Label, URL string
	store.ShadowClause
}

// shadowLineView is a step on which the candidate differs.
type shadowLineView struct {
	store.ShadowStep
	Gate, Said string
	Tone       string
	Why        []string
}

// formDraftShadow lets a draft run beside the rules (N10).
func formDraftShadow(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(f.Value("days"))
	if err != nil || days < 1 || days > shadowDaysMost {
		f.blame("days", r.errorText(crm.Problem("out_of_range", "min", "1", "max", strconv.Itoa(shadowDaysMost))))
		return r.draftAgain(d, f)
	}
	id, err := parseID(f.Value("once"))
	if err != nil {
		id = store.NewID()
	}
	h, err := r.beginShadow(d, id, days)
	if p, ok := errors.AsType[Problem](err); ok {
		f.other, f.status = append(f.other, r.say("error."+p.Code)), p.Status
		return r.draftAgain(d, f)
	}
	if err != nil {
		return err
	}
	return r.said("shadow_began", "/rules/shadows/"+string(h.ID))
}

// draftAgain shows the draft with what was wrong in a form that holds no text of it.
func (r *request) draftAgain(d store.RuleDraft, f form) error {
	f.values["source"], f.values["comment"] = d.Source, d.Comment
	return r.showDraft(d, draftPage{Form: f})
}

// formShadowEnd ends a candidate before its time.
func formShadowEnd(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	h, err := r.store.EndShadow(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.said("shadow_ended", "/rules/shadows/"+string(h.ID))
}

func pageShadow(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	h, err := r.store.Shadow(r.ctx(), id)
	if err != nil {
		return err
	}
	set, _ := rules.Parse(h.Kind, []byte(h.Source))
	at := "/rules/shadows/" + string(id)
	would, clause := crm.Ruling(known(r.gin.Query("would"), []string{string(crm.Allowed), string(crm.Refused)})), clean(r.gin.Query("clause"), maxName)
	p := shadowPage{
		Shadow: h, Title: r.say("shadow.title", "Kind", named(r.words(), "rule_kind", string(h.Kind))), Running: h.State == "running",
		Figures: []shadowFigure{
			{r.say("shadow.steps"), "", "", h.Steps},
			{r.say("shadow.refuses"), at + "?would=refused#differences", "bad", h.Refuses},
			{r.say("shadow.allows"), at + "?would=allowed#differences", "ok", h.Allows},
		},
	}
	clauses, err := r.store.ShadowClauses(r.ctx(), id)
	if err != nil {
		return err
	}
	for _, c := range clauses {
		p.Clauses = append(p.Clauses, shadowClauseLine{r.placeOf(set, c.Clause), at + "?clause=" + url.QueryEscape(c.Clause) + "#differences", c})
	}
	switch {
	case clause != "":
		p.Chosen = r.placeOf(set, clause)
	case would != "":
		p.Chosen = r.say("shadow." + map[crm.Ruling]string{crm.Refused: "refuses", crm.Allowed: "allows"}[would])
	}
	list, err := r.store.ShadowDifferences(r.ctx(), id, would, clause)
	if err != nil {
		return err
	}
	for _, s := range list {
		l := shadowLineView{ShadowStep: s, Gate: r.gateName(h.Kind, s.Key), Said: r.say("shadow.would_refuse"), Tone: "bad"}
		if s.Would == crm.Allowed {
			l.Said, l.Tone = r.say("shadow.would_allow"), "ok"
		}
		for _, c := range s.Clauses {
			l.Why = append(l.Why, r.placeOf(set, c))
		}
		p.Lines = append(p.Lines, l)
	}
	return r.show(http.StatusOK, "rules_shadow", p.Title, p)
}
