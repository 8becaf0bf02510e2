package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// except lets pass what the owner of the rules has excepted, spends those exceptions, and tells it. A verdict that nothing is excepted from,
// and one that could not be evaluated, stay as they are (N1).
func except(ctx context.Context, tx *store.Tx, o crm.Opportunity, v crm.Verdict) (crm.Verdict, error) {
	if v.Result != crm.Refused {
		return v, nil
	}
	granted, err := tx.GrantedExceptions(ctx, o.ID, v)
	if err != nil || len(granted) == 0 {
		return v, err
	}
	v = v.Except(granted)
	if !v.Allowed() {
		return v, nil
	}
	for _, id := range v.Exceptions() {
		if err := tx.UseException(ctx, id); err != nil {
			return v, err
		}
		tx.Unset(deadlineException, string(id))
		x := granted[slices.IndexFunc(granted, func(x crm.Exception) bool { return x.ID == id })]
		tell(tx, o, x, "exception.used", map[string]any{"by": x.DecidedBy})
	}
	return v, nil
}

// askException asks the owner of the rules to let the deal pass clauses of a gate that refuses it now (N1).
func (s *Steps) askException(ctx context.Context, tx *store.Tx, f crm.ExceptionAskFields) (crm.Answer, error) {
	o, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	if f.Kind != crm.RulePipeline && f.Kind != crm.RuleOrder {
		return invalid("/kind", "unknown_value"), nil
	}
	set, err := s.set(ctx, tx, f.Kind)
	if err != nil {
		return crm.Answer{}, err
	}
	if f.Kind == crm.RulePipeline {
		set = set.Of(o.Pipeline)
	}
	v, a, err := askable(ctx, tx, set, o, f)
	if err != nil || !a.OK() {
		return a, err
	}
	x := crm.Exception{
		ID: store.NewID(), OpportunityID: o.ID, Kind: v.Kind, RuleVersion: v.Version, Key: v.Key, Owner: set.Owner(f.Key), Reason: f.Reason, RequestedBy: crm.ID(tx.Actor),
	}
	if a := wanted(v, f.Clauses, &x); !a.OK() {
		return a, nil
	}
	switch before, err := tx.AskedException(ctx, o.ID, v); {
	case err == nil:
		return refuse("exception_pending", "exception", string(before.ID)), nil
	case !errors.Is(err, store.ErrNotFound):
		return crm.Answer{}, err
	}
	if err := tx.AddException(ctx, x); err != nil {
		return crm.Answer{}, err
	}
	tell(tx, o, x, "exception.asked", map[string]any{"reason": x.Reason, "for": x.Owner})
	return done("exception", string(x.ID)), nil
}

// askable is what the gate says of the deal as it stands, with the exceptions that count already; it must refuse, and the deal must be
// where the gate is asked.
func askable(ctx context.Context, tx *store.Tx, set *rules.Set, o crm.Opportunity, f crm.ExceptionAskFields) (crm.Verdict, crm.Answer, error) {
	facts, err := tx.Facts(ctx, o.ID)
	if err != nil {
		return crm.Verdict{}, crm.Answer{}, err
	}
	if f.Kind == crm.RulePipeline {
		if _, known := set.Stage(f.Key); !known {
			return crm.Verdict{}, invalid("/key", "unknown_stage"), nil
		}
		if a := reachable(set, o, f.Key); !a.OK() && o.Stage != f.Key { // a quote is sent again from the stage itself
			return crm.Verdict{}, a, nil
		}
	} else if facts.Order.State != string(crm.OrderValidating) {
		return crm.Verdict{}, refuse("order_not_validating", "state", facts.Order.State), nil
	}
	v := set.Asks(f.Key, facts)
	granted, err := tx.GrantedExceptions(ctx, o.ID, v)
	if err != nil {
		return v, crm.Answer{}, err
	}
	switch v = v.Except(granted); v.Result {
	case crm.Refused:
		return v, done(), nil
	case crm.Allowed:
		return v, refuse("exception_not_needed"), nil
	}
	return v, refuse("exception_impossible"), nil
}

// wanted puts the named clauses into the request. Each must be one that stands in the way now; what could not be evaluated cannot be excepted.
func wanted(v crm.Verdict, clauses []string, x *crm.Exception) crm.Answer {
	if len(clauses) == 0 {
		return invalid("/clauses", "required")
	}
	failing := v.Shut()
	for n, id := range clauses {
		if !slices.ContainsFunc(v.Clauses, func(c crm.Clause) bool { return c.ID == id }) {
			return invalid(fmt.Sprintf("/clauses/%d", n), "unknown_value")
		}
		i := slices.IndexFunc(failing, func(c crm.Clause) bool { return c.ID == id })
		switch {
		case i < 0:
			return refuse("exception_not_needed", "clause", id)
		case failing[i].Outcome == crm.Unknown:
			return refuse("exception_impossible", "clause", id)
		case slices.Contains(x.Clauses, id):
			return invalid(fmt.Sprintf("/clauses/%d", n), "duplicate")
		}
		x.Clauses, x.Asked = append(x.Clauses, id), append(x.Asked, failing[i])
	}
	return done()
}

// grantException is the owner's yes: the clauses of the request count as met for this deal, once, until the last day.
func (s *Steps) grantException(ctx context.Context, tx *store.Tx, f crm.ExceptionGrantFields) (crm.Answer, error) {
	o, x, a, err := decidingException(ctx, tx, f.ID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	set, err := s.set(ctx, tx, x.Kind)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case set.Version() != x.RuleVersion:
		return refuse("exception_outdated", "version", fmt.Sprint(set.Version())), nil
	case o.State == crm.OpportunityLost:
		return refuse("opportunity_closed"), nil
	case f.Days < 0 || f.Days > crm.ExceptionDaysMost:
		return invalid("/days", "out_of_range"), nil
	case f.Days == 0:
		f.Days = crm.ExceptionDays
	}
	x.State, x.Note, x.ExpiresOn = crm.ExceptionGranted, f.Note, tx.Today.AddDays(f.Days)
	armException(tx, x)
	return decidedException(ctx, tx, o, x, "exception.granted", map[string]any{"until": x.ExpiresOn.String(), "note": x.Note})
}

// declineException is the owner's no, with his reason.
func (s *Steps) declineException(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	o, x, a, err := decidingException(ctx, tx, f.ID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Reason == "" {
		return invalid("/reason", "required"), nil
	}
	x.State, x.Note = crm.ExceptionDeclined, f.Reason
	return decidedException(ctx, tx, o, x, "exception.declined", map[string]any{"reason": x.Note})
}

// decidingException finds the request and whether this person may decide on it. Of two owners at once the second is told who decided.
func decidingException(ctx context.Context, tx *store.Tx, id crm.ID, seen int) (o crm.Opportunity, x crm.Exception, a crm.Answer, err error) {
	if o, err = tx.Opportunity(ctx); err != nil {
		return o, x, a, err
	}
	if x, err = tx.Exception(ctx, o.ID, id); err != nil {
		return o, x, a, err
	}
	by, err := tx.Person(ctx, crm.ID(tx.Actor))
	switch {
	case err != nil:
	case x.State == crm.ExceptionWithdrawn:
		a = refuse("already_decided", "decision", string(x.State), "by", string(x.RequestedBy), "at", x.WithdrawnAt.UTC().Format(time.RFC3339))
	case x.DecidedAt != nil:
		a = refuse("already_decided", "decision", string(x.State), "by", string(x.DecidedBy), "at", x.DecidedAt.UTC().Format(time.RFC3339))
	case seen != 0 && seen != x.Version:
		a = refuse("stale_version", "now", fmt.Sprint(x.Version))
	case x.RequestedBy == by.ID:
		a = refuse("self_approval")
	case !x.DecidedFor(by):
		a = refuse("forbidden", "need", x.Owner)
	default:
		a = done()
	}
	return o, x, a, err
}

// decidedException writes a decision and tells the person who asked.
func decidedException(ctx context.Context, tx *store.Tx, o crm.Opportunity, x crm.Exception, code string, data map[string]any) (crm.Answer, error) {
	now := tx.Now
	x.DecidedBy, x.DecidedAt = crm.ID(tx.Actor), &now
	if err := tx.SaveException(ctx, x); err != nil {
		return crm.Answer{}, err
	}
	tell(tx, o, x, code, data)
	asker, err := tx.Person(ctx, x.RequestedBy)
	if err != nil {
		return crm.Answer{}, err
	}
	if asker.Active {
		template := "exception_" + string(x.State)
		leaveMail(tx, mailKey(template, x.ID), "", crm.Letter{
			Template: template, To: asker.Email, Name: asker.Name, Language: asker.Language,
			Texts: map[string]string{"deal": o.Name, "number": o.Number, "note": x.Note, "until": x.ExpiresOn.String()},
		})
	}
	return done("exception", string(x.ID)), nil
}

// tell adds a line about an exception to the deal's timeline.
func tell(tx *store.Tx, o crm.Opportunity, x crm.Exception, code string, data map[string]any) {
	data["exception_id"], data["stage"], data["clauses"] = x.ID, x.Key, len(x.Clauses)
	tx.Tell(store.Entry{Code: code, AccountID: o.AccountID, OpportunityID: o.ID, RuleKind: x.Kind, RuleVersion: x.RuleVersion, Data: data})
}
