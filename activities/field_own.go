package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/store"
)

// setOwn fills a field that the company defined itself, by its type (S054).
func (r *record) setOwn(f crm.CustomField, text string, currency crm.Currency) error {
	v, err := f.Parse(text, currency)
	if err != nil {
		return err
	}
	if v == nil {
		return crm.Problem("required")
	}
	switch f.Record {
	case "account":
		r.customer.Custom = r.customer.Custom.With(f.Name, v)
	case "contact":
		if r.contact.ID == "" {
			return crm.Problem("no_contact")
		}
		r.contact.Custom = r.contact.Custom.With(f.Name, v)
	case "opportunity":
		r.deal.Custom = r.deal.Custom.With(f.Name, v)
	default:
		return crm.Problem("unknown_field")
	}
	r.touched["own "+f.Record] = true
	return nil
}

// saveOwn writes the records whose own fields were filled.
func (r *record) saveOwn(ctx context.Context, tx *store.Tx) (errs []error) {
	for _, own := range []struct {
		record string
		id     crm.ID
		values crm.Custom
	}{{"account", r.customer.ID, r.customer.Custom}, {"contact", r.contact.ID, r.contact.Custom}, {"opportunity", r.deal.ID, r.deal.Custom}} {
		if r.touched["own "+own.record] {
			errs = append(errs, tx.SaveCustom(ctx, own.record, own.id, own.values))
		}
	}
	return errs
}
