package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// formSample asks for a sample of a catalogue product, from the Products tab (S071).
func formSample(r *request) error {
	return sampleForm(r, crm.SampleRequest, "sample_requested", func(f *form, _ crm.ID) any {
		r.needed(f, "sample_product")
		quantity := r.quantity(f, "sample_quantity")
		fields := crm.SampleFields{ProductID: optionalID(f.Value("sample_product"))}
		if quantity.IsPositive() {
			fields.Quantity = quantity.String()
		}
		return fields
	})
}

func formSampleShip(r *request) error {
	return sampleForm(r, crm.SampleShip, "sample_shipped", func(f *form, item crm.ID) any {
		return crm.ShipmentFields{SampleID: item, Reference: clean(f.Value("reference"), maxName)}
	})
}

func formSampleFeedback(r *request) error {
	return sampleForm(r, crm.SampleFeedback, "sample_answered", func(f *form, item crm.ID) any {
		return crm.SampleFeedbackFields{SampleID: item, Outcome: f.Value("outcome"), Note: f.Value("note")}
	})
}

// sampleForm carries a form of the samples section to the deal's process.
func sampleForm(r *request, kind, done string, fields func(*form, crm.ID) any) error {
	return dealForm(r, "products", done, func(f *form, t store.Target) error {
		if _, err := r.store.DealPage(r.ctx(), t.Scope, t.ID); err != nil {
			return err
		}
		what := fields(f, optionalID(r.gin.Param("item")))
		if f.Failed() {
			return nil
		}
		a, _, err := r.carry(*f, kind, crm.KindOpportunity, t.ID, what)
		if err == nil && !a.OK() {
			r.refuse(f, a)
		}
		return err
	})
}
