package api

import (
	"leadtocash/crm"
)

// sampleBody asks for a sample of a catalogue product (S071).
type sampleBody struct {
	ProductID crm.ID      `json:"product_id" doc:"required"`
	Quantity  decimalText `json:"quantity"`
	Note      string      `json:"note" doc:"max=10000"`
}

type shipmentBody struct {
	Reference string `json:"reference" doc:"max=200"`
	Days      int    `json:"days" doc:"min=0;top=365"`
}

type sampleFeedbackBody struct {
	Outcome string `json:"outcome" doc:"required;text=positive, neutral or negative."`
	Note    string `json:"note" doc:"max=10000"`
}

func dealSamples(r *request, deal crm.ID) ([]crm.Sample, error) {
	return r.store.OpportunitySamples(r.ctx(), deal)
}

// readSample reads what a sample is asked of (S071).
func readSample(r *request, f *crm.SampleFields) error {
	var b sampleBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.idRequired("/product_id", &b.ProductID)
	if b.Quantity != "" {
		c.quantity("/quantity", b.Quantity)
	}
	c.lines("/note", &b.Note, maxText)
	*f = crm.SampleFields{ProductID: b.ProductID, Quantity: string(b.Quantity), Note: b.Note}
	return c.err()
}

func readShipment(r *request, f *crm.ShipmentFields) error {
	var b shipmentBody
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
	var b sampleFeedbackBody
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
