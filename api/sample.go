package api

import (
	"leadtocash/crm"
)

func dealSamples(r *request, deal crm.ID) ([]crm.Sample, error) {
	return r.store.OpportunitySamples(r.ctx(), deal)
}

// readSample reads what a sample is asked of (S071).
func readSample(r *request, f *crm.SampleFields) error {
	var b struct {
		ProductID crm.ID      `json:"product_id"`
		Quantity  decimalText `json:"quantity"`
		Note      string      `json:"note"`
	}
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.ProductID == "" {
		c.fail("/product_id", "required", nil)
	}
	c.id("/product_id", &b.ProductID)
	if b.Quantity != "" {
		c.quantity("/quantity", b.Quantity)
	}
	c.lines("/note", &b.Note, maxText)
	*f = crm.SampleFields{ProductID: b.ProductID, Quantity: string(b.Quantity), Note: b.Note}
	return c.err()
}

func readShipment(r *request, f *crm.ShipmentFields) error {
	var b struct {
		Reference string `json:"reference"`
		Days      int    `json:"days"`
	}
	id, err := r.id("sample")
	if err != nil {
		return err
	}
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.line("/reference", &b.Reference, maxName)
	c.between("/days", b.Days, 0, crm.SampleDaysMost)
	*f = crm.ShipmentFields{SampleID: id, Reference: b.Reference, Days: b.Days}
	return c.err()
}

func readSampleFeedback(r *request, f *crm.SampleFeedbackFields) error {
	var b struct {
		Outcome string `json:"outcome"`
		Note    string `json:"note"`
	}
	id, err := r.id("sample")
	if err != nil {
		return err
	}
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/outcome", &b.Outcome, maxName)
	c.oneOf("/outcome", b.Outcome, crm.SampleOutcomes()...)
	c.lines("/note", &b.Note, maxText)
	*f = crm.SampleFeedbackFields{SampleID: id, Outcome: b.Outcome, Note: b.Note}
	return c.err()
}
