package store

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"leadtocash/crm"
)

// OrderChange is what a person may change on an order before it is validated: what was ticked off on its checklist, and the terms of its contract.
type OrderChange struct {
	Ticks    map[string]bool
	Terms    *crm.Terms // the plan is the template's, which names it by its id
	Template crm.ID     // empty: the terms' own plan
	Drop     bool       // the terms: those of the quote hold again
}

// EditOrder changes an order that waits for validation (S060, S078). The plan of a template is copied, so that an order keeps what was chosen. Errors: Stale,
// Refused with order_not_validating, those of crm.Terms.Check below /terms, out_of_range at /terms/plan when a tranche would come to nothing, unknown_value
// at /terms/template.
func (s *Store) EditOrder(ctx context.Context, t Target, ch OrderChange) (o crm.Order, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		before, deal, err := e.lockOrder(ctx, t)
		if err != nil {
			return err
		}
		o = before
		var errs crm.FieldErrors
		for key, on := range ch.Ticks {
			var wrong error
			if o.Ticks, wrong = crm.SetTick(o.Ticks, crm.Tick{Key: key, By: e.actor, At: e.now}, on); wrong != nil {
				errs.Add("/ticks/"+key, wrong)
			}
		}
		switch {
		case ch.Drop:
			o.Terms = nil
		case ch.Terms != nil:
			terms, err := e.termsFor(ctx, o, ch)
			errs.Add("/terms", err)
			o.Terms = &terms
		}
		if err := errs.Err(); err != nil {
			return err
		}
		said := orderSays(before, o)
		if len(said) == 0 {
			return nil
		}
		o.Version++
		if _, err := e.q.Exec(ctx, `update sales_order set ticks = $2, terms = $3, version = $4 where id = $1`, o.ID, o.Ticks, o.Terms, o.Version); err != nil {
			return told(err)
		}
		for code, data := range said {
			data["order"], data["order_id"] = o.Number, o.ID
			if err := e.tell(ctx, crm.ProcessID(crm.KindOpportunity, deal.ID), Entry{Code: code, AccountID: deal.AccountID, OpportunityID: deal.ID, Data: data}); err != nil {
				return err
			}
		}
		return nil
	})
	return o, err
}

// orderSays is what the timeline tells of an edit, by code; nothing when nothing changed.
func orderSays(before, after crm.Order) map[string]map[string]any {
	out := map[string]map[string]any{}
	if from, to := crm.Ticked(before.Ticks), crm.Ticked(after.Ticks); !slices.Equal(from, to) {
		out["order.ticked"] = map[string]any{"items": strings.Join(to, ", "), "items_before": strings.Join(from, ", ")}
	}
	if !reflect.DeepEqual(before.Terms, after.Terms) {
		t := crm.DefaultTerms()
		if after.Terms != nil {
			t = *after.Terms
		}
		out["order.terms"] = map[string]any{"template": t.Template, "months": t.Months, "terms_before": before.Terms, "terms": after.Terms}
	}
	return out
}

// lockOrder locks an order that waits for validation, within the scope of its deal.
func (e *edit) lockOrder(ctx context.Context, t Target) (o crm.Order, deal crm.Opportunity, err error) {
	var id crm.ID
	if err := told(e.q.QueryRow(ctx, `select opportunity_id from sales_order where id = $1`, t.ID).Scan(&id)); err != nil {
		return o, deal, err
	}
	if deal, err = e.lockOpportunity(ctx, t.Scope, id); err != nil {
		return o, deal, err
	}
	if o, err = ask[crm.Order](ctx, e.q, OrderBy(id, t.ID)); err != nil {
		return o, deal, err
	}
	switch {
	case o.State != crm.OrderValidating:
		err = Refused{Code: "order_not_validating", Params: map[string]string{"state": string(o.State)}}
	case t.Version != 0 && t.Version != o.Version:
		err = Stale{Version: o.Version}
	}
	return o, deal, err
}

// termsFor are the terms with their template's plan, tried on the order's totals, so that nothing is left to fail when the contract is made.
func (e *edit) termsFor(ctx context.Context, o crm.Order, ch OrderChange) (crm.Terms, error) {
	t := *ch.Terms
	if terms, err := crm.ParsePaymentTerms(t.PaymentTerms); err == nil { // else Check tells
		t.PaymentTerms = string(terms)
	}
	if ch.Template != "" {
		tpl, err := one[crm.TrancheTemplate](ctx, e.q, `select * from tranche_template where id = $1`, ch.Template)
		if err != nil {
			return t, unknown(err, "/template")
		}
		t.Template, t.Plan = tpl.Name, tpl.Plan
	}
	if err := t.Check(); err != nil || len(t.Plan) == 0 {
		return t, err
	}
	totals, err := e.orderTotals(ctx, o)
	if err != nil {
		return t, err
	}
	if _, _, err := crm.BillPlan(totals, t.Plan, t.From(e.today), crm.Currency(o.Currency)); err != nil {
		return t, renamedBelow(err, "/plan")
	}
	return t, nil
}

// orderTotals adds an order's quote up as its contract will.
func (e *edit) orderTotals(ctx context.Context, o crm.Order) (t crm.Totals, err error) {
	q, err := ask[crm.Quote](ctx, e.q, QuoteOf(o.OpportunityID, o.QuoteID))
	if err != nil {
		return t, err
	}
	lines, err := askAll[crm.QuoteLine](ctx, e.q, QuoteLinesOf(o.QuoteID))
	if err != nil {
		return t, err
	}
	return q.Pricing().Add(crm.PriceLines(lines), q.DiscountPercent)
}

// renamedBelow puts what is wrong with a billing plan at one field.
func renamedBelow(err error, pointer string) error {
	var out crm.FieldErrors
	errs, ok := errors.AsType[crm.FieldErrors](err)
	if !ok {
		return err
	}
	for _, e := range errs {
		e.Pointer = pointer
		out = append(out, e)
	}
	return out
}
