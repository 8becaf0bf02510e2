package api

import (
	"leadtocash/crm"
)

// paymentPlanBody is an instalment plan of a debt (S091).
type paymentPlanBody struct {
	Invoices []crm.ID      `json:"invoices" doc:"most=200;text=Left out: all that are open."`
	Parts    int           `json:"parts" doc:"text=How many equal ones, from 2 to 60; left out where own names them."`
	FirstOn  crm.Date      `json:"first_on" doc:"text=The day of the first part, within a year; left out where own names days."`
	Rhythm   string        `json:"rhythm" doc:"enum=plan_rhythm"`
	Own      []ownPartBody `json:"own" doc:"most=60;text=The parts one by one; days, or amounts, may be left out of all of them."`
	Note     string        `json:"note" doc:"max=500"`
}

// ownPartBody is one part of it.
type ownPartBody struct {
	On     crm.Date    `json:"on"`
	Amount decimalText `json:"amount" doc:"text=In the invoices' currency; all of them come to what is open."`
}

// planEndBody says why an instalment plan ends before its last day.
type planEndBody struct {
	Note string `json:"note" doc:"required;max=500"`
}

func readPaymentPlan(r *request, f *crm.PaymentPlanFields) error {
	var b paymentPlanBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.ids("/invoices", b.Invoices, 200)
	k.line("/note", &b.Note, maxLine)
	switch {
	case len(b.Own) > crm.MaxPlanParts:
		k.fail("/own", "too_many", params{"max": crm.MaxPlanParts})
	case len(b.Own) == 0 && (b.Parts < crm.MinPlanParts || b.Parts > crm.MaxPlanParts):
		k.fail("/parts", "out_of_range", params{"min": crm.MinPlanParts, "max": crm.MaxPlanParts})
	}
	k.oneOf("/rhythm", b.Rhythm, append(crm.PlanRhythms(), "")...)
	*f = crm.PaymentPlanFields{Invoices: b.Invoices, Note: b.Note, PlanTerms: crm.PlanTerms{Parts: b.Parts, FirstOn: b.FirstOn, Rhythm: b.Rhythm}}
	days := false
	for _, o := range b.Own {
		f.Own = append(f.Own, crm.OwnPart{On: o.On, Amount: string(o.Amount)})
		days = days || !o.On.IsZero()
	}
	if !days {
		if b.FirstOn.IsZero() {
			k.fail("/first_on", "required", nil)
		}
		if b.Rhythm == "" {
			k.fail("/rhythm", "required", nil)
		}
	}
	return k.err()
}

func readPlanEnd(r *request, f *crm.ReleaseFields) error {
	var b planEndBody
	if err := r.decode(&b); err != nil {
		return err
	}
	return readRelease(r, f, b.Note, (*check).required)
}
