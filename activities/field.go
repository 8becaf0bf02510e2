package activities

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// known tells whether a value is one of a list.
func known(list []string, v string) bool { return slices.Contains(list, v) }

// codeOf is the machine-readable code of what is wrong with one value.
func codeOf(err error) string {
	if e, ok := errors.AsType[crm.FieldError](err); ok {
		return e.Code
	}
	return "invalid"
}

// record is what a fill may change: the deal, its customer and its contact, each locked.
type record struct {
	deal     crm.Opportunity
	customer crm.Account
	contact  crm.Contact
	order    *crm.Order // only where an order is being validated
	now      time.Time
	touched  map[string]bool
}

// fill writes the fields that were filled in a refusal ("save and move"): all of them with the step, or none. Who may write a field is in
// the field table; every mistake is told at once.
func fill(ctx context.Context, tx *store.Tx, o *crm.Opportunity, order *crm.Order, fields map[string]string) (crm.Answer, error) {
	if len(fields) == 0 {
		return done(), nil
	}
	if err := tx.Ahead(ctx, filled(tx, *o, fields)...); err != nil {
		return crm.Answer{}, err
	}
	writer, err := tx.Person(ctx, crm.ID(tx.Actor))
	if err != nil {
		return crm.Answer{}, err
	}
	r := record{deal: *o, order: order, now: tx.Now, touched: map[string]bool{}}
	if r.customer, err = tx.Account(ctx, o.AccountID); err != nil {
		return crm.Answer{}, err
	}
	if o.ContactID != "" {
		if r.contact, err = tx.Contact(ctx, o.ContactID); err != nil {
			return crm.Answer{}, err
		}
	}
	bad, changed := crm.Answer{Code: "validation_failed", Params: map[string]string{}}, map[string]any{}
	for path, text := range fields {
		if err := r.set(writer, path, strings.TrimSpace(text), crm.Currency(tx.Entity.Currency)); err != nil {
			bad.Params["/fill/"+path] = codeOf(err)
		}
		changed[path] = text
	}
	if len(bad.Params) > 0 {
		return bad, nil
	}
	*o = r.deal
	tx.Tell(store.Entry{Code: "fields.filled", AccountID: o.AccountID, OpportunityID: o.ID, Data: changed})
	return done(), r.save(ctx, tx)
}

// filled are the questions that a fill of these fields asks.
func filled(tx *store.Tx, o crm.Opportunity, fields map[string]string) []store.Question {
	if len(fields) == 0 {
		return nil
	}
	q := []store.Question{store.PersonOf(crm.ID(tx.Actor)), store.AccountOf(o.AccountID)}
	if o.ContactID != "" {
		q = append(q, store.ContactOf(o.ContactID))
	}
	return q
}

func (r *record) save(ctx context.Context, tx *store.Tx) error {
	var errs []error
	if r.touched["deal"] {
		errs = append(errs, tx.SaveOpportunity(ctx, r.deal))
	}
	if r.touched["customer"] {
		errs = append(errs, tx.SaveAccount(ctx, r.customer))
	}
	if r.touched["contact"] {
		errs = append(errs, tx.SaveContact(ctx, r.contact))
	}
	return errors.Join(append(errs, r.saveOwn(ctx, tx)...)...)
}

// set changes one field by its path in the facts.
func (r *record) set(writer crm.User, path, text string, currency crm.Currency) error {
	if key, ok := crm.TickKey(path); ok {
		return r.tick(writer, key, text)
	}
	f, ok := crm.FieldAt(path)
	if !ok || !f.Inline {
		return crm.Problem("unknown_field")
	}
	if !slices.ContainsFunc(f.Writers, writer.Has) {
		return crm.Problem("missing_permission")
	}
	subject, name, _ := strings.Cut(path, ".")
	if own, isOwn := crm.CustomAt(path); isOwn {
		return r.setOwn(own, text, currency)
	}
	r.touched[subject] = true
	switch subject {
	case "deal":
		return r.setDeal(name, text, currency)
	case "customer":
		return r.setCustomer(name, text, currency)
	case "contact":
		return r.setContact(name, text)
	case "order":
		return r.setOrder(name, text)
	}
	return crm.Problem("unknown_field")
}
