package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// keptOrMissed are what became of a promise.
var keptOrMissed = []string{"kept", "missed"}

// reportedCases are the parts of the queue's address by which numbers of the care report choose their rows.
var reportedCases = []string{"opened_from", "opened_until", "open_on", "answer", "solve", "reopened", "counted", "plan"}

// reportedValue is such a part in words.
func (r *request) reportedValue(v string) string {
	if d, err := crm.ParseDate(v); err == nil && !d.IsZero() {
		return r.words().Date(d)
	}
	if v == "true" || v == "-" {
		return ""
	}
	if known(v, keptOrMissed) != "" {
		return r.say("care_report." + v)
	}
	return v
}

// caseKin reads the cases that went into this one and, for who works on it, those that may, and what it may be about.
func (r *request) caseKin(p *casePage) (err error) {
	p.Me, p.MayWrite = r.user.ID, r.Can(crm.MayWriteCase)
	if p.Kin, err = r.store.CaseKin(r.ctx(), p.ID); err != nil || !p.MayWrite || p.MergedID != "" {
		return err
	}
	for _, k := range p.Kin.Others {
		p.Others = append(p.Others, option{string(k.ID), k.Number + " " + k.Subject + " · " + named(r.words(), "case_state", string(k.State))})
	}
	about, err := r.store.CaseSubjects(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), store.ScopeOf(r.user, crm.MayReadOpportunity), p.AccountID)
	p.Projects, p.About = chosen("–", about.Projects), chosen("–", about.Deals)
	return err
}
