package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// formDeal makes a deal from the four fields of S014 and what the rules ask of a new one beside them (S097); the entry stage's gate is asked
// as for any move.
func formDeal(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	set = set.Of(f.Value("pipeline"))
	r.needed(&f, "name", "account_id", "amount")
	amount := r.decimal(&f, "amount")
	if s, ok := set.Stage(f.Value("stage")); !ok || !s.Takes() {
		f.blame("stage", r.say("form.required"))
	}
	target, closing := r.decimal(&f, "target"), r.date(&f, "close_date")
	own, err := r.own("opportunity")
	if err != nil {
		return err
	}
	custom := own.read(r, &f)
	if !f.Failed() {
		e, err := r.store.LegalEntity(r.ctx())
		if err != nil {
			return err
		}
		o := crm.Opportunity{
			ID: optionalID(f.Value("command")), Name: clean(f.Value("name"), 200), AccountID: optionalID(f.Value("account_id")), Amount: amount,
			Currency: e.Currency, Pipeline: set.Key(), Stage: f.Value("stage"), State: crm.OpportunityOpen,
			Target: target, CloseDate: closing, Need: clean(f.Value("need"), maxText), ContactID: optionalID(f.Value("contact_id")),
			Budget: f.Value("budget") == "true", DecisionMaker: f.Value("decision_maker") == "true", Tags: tagsOf(f.Value("tags")),
		}
		if o.ID == "" {
			o.ID = store.NewID()
		}
		custom(&o.Custom)
		var wrong crm.FieldErrors
		wrong.Add("/amount", crm.CheckAmount(amount, crm.Currency(e.Currency)))
		wrong.Add("/target", crm.CheckAmount(target, crm.Currency(e.Currency)))
		if err = wrong.Err(); err == nil {
			o, err = r.store.CreateOpportunity(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), r.user.ID, o, entrance(set, o.Stage))
		}
		if err = r.judgeNewDeal(&f, own, err, e.Currency); err != nil {
			return err
		}
		if !f.Failed() {
			return r.said("deal_created", "/opportunities/"+string(o.ID))
		}
	}
	return showBoard(r, f, nil, "")
}
