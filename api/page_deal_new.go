package api

import (
	"errors"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// formDeal makes a deal from the four fields of S014; the entry stage's gate is asked as for any move.
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
	if !f.Failed() {
		e, err := r.store.LegalEntity(r.ctx())
		if err != nil {
			return err
		}
		o := crm.Opportunity{
			ID: optionalID(f.Value("command")), Name: clean(f.Value("name"), 200), AccountID: optionalID(f.Value("account_id")), Amount: amount,
			Currency: e.Currency, Pipeline: set.Key(), Stage: f.Value("stage"), State: crm.OpportunityOpen,
		}
		if o.ID == "" {
			o.ID = store.NewID()
		}
		if err := crm.CheckAmount(amount, crm.Currency(e.Currency)); err != nil {
			f.blame("amount", r.errorText(err))
		} else {
			o, err = r.store.CreateOpportunity(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount), r.user.ID, o, entrance(set, o.Stage))
			if refused, ok := errors.AsType[store.GateRefused](err); ok {
				g := r.gateView(refused.Verdict, "", e.Currency, f)
				for _, c := range g.Clauses {
					if c.Outcome != crm.Met {
						f.other = append(f.other, c.Text)
					}
				}
				f.status, err = http.StatusUnprocessableEntity, nil
			}
			if err = r.judge(&f, err); err != nil {
				return err
			}
		}
		if !f.Failed() {
			return r.said("deal_created", "/opportunities/"+string(o.ID))
		}
	}
	return showBoard(r, f, nil, "")
}
