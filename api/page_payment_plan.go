package api

import (
	"fmt"
	"slices"
	"strings"

	"leadtocash/crm"
)

// paymentPlanView is an instalment plan as its page shows it.
type paymentPlanView struct {
	crm.PaymentPlan
	Lines []paymentPlanLine
	Next  crm.PaymentPart // of which something is to come; none when it is over
}

// paymentPlanLine is a part with what of it is to come.
type paymentPlanLine struct {
	crm.PaymentPart
	Left string // in words; empty: it has come
	Late bool
}

// paymentPlans prepares a debtor's plans; what came in went to the earliest parts.
func (r *request) paymentPlans(list []crm.PaymentPlan, today crm.Date) (out []paymentPlanView) {
	for _, p := range list {
		v := paymentPlanView{PaymentPlan: p}
		left := map[int]crm.PaymentPart{}
		for i, part := range p.Rest() {
			if left[part.Position] = part; i == 0 {
				v.Next = part
			}
		}
		for _, part := range p.Parts {
			line := paymentPlanLine{PaymentPart: part}
			if rest, open := left[part.Position]; open {
				line.Left, line.Late = r.words().Money(rest.Amount, crm.Currency(p.Currency)), part.DueOn.Before(today)
			}
			v.Lines = append(v.Lines, line)
		}
		out = append(out, v)
	}
	return out
}

// planned is the field that marks an invoice for a plan.
const planned = "plan_invoice_"

// planFields reads the form of an instalment plan: equal parts in a rhythm, or a line for each part, "2026-11-21 100.00", of which all may leave out the day or the amount.
func (r *request) planFields(f *form) crm.PaymentPlanFields {
	out := crm.PaymentPlanFields{Note: clean(f.Value("plan_note"), maxLine)}
	for name := range f.values {
		if id, is := strings.CutPrefix(name, planned); is && optionalID(id) != "" {
			out.Invoices = append(out.Invoices, optionalID(id))
		}
	}
	slices.Sort(out.Invoices)
	if len(out.Invoices) == 0 {
		f.blame("plan_invoices", r.say("form.required"))
	}
	out.Rhythm = f.Value("plan_rhythm")
	if f.Value("plan_first") != "" {
		out.FirstOn = r.date(f, "plan_first")
	}
	for n, line := range strings.Split(f.Value("plan_own"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		var own crm.OwnPart
		day, amount, _ := strings.Cut(line, " ")
		if on, err := crm.ParseDate(day); err == nil {
			own.On = on
		} else {
			amount = line
		}
		if amount = strings.TrimSpace(amount); amount != "" {
			plain, err := r.words().PlainNumber(amount)
			if err != nil || len(plain) > 24 {
				f.blame("plan_own", r.say("payment_plan.own_wrong", "N", n+1))
			}
			own.Amount = plain
		}
		out.Own = append(out.Own, own)
	}
	if len(out.Own) == 0 {
		r.needed(f, "plan_parts", "plan_first")
		if _, err := fmt.Sscan(f.Value("plan_parts"), &out.Parts); err != nil && f.Wrong("plan_parts") == "" {
			f.blame("plan_parts", r.errorText(crm.Problem("out_of_range", "min", fmt.Sprint(crm.MinPlanParts), "max", fmt.Sprint(crm.MaxPlanParts))))
		}
	}
	return out
}

// fieldOfPlan is the field of the form at which a part of an answer is shown.
func fieldOfPlan(pointer string) string {
	switch {
	case strings.HasPrefix(pointer, "/own"):
		return "plan_own"
	case pointer == "/invoices":
		return "plan_invoices"
	}
	return map[string]string{"/parts": "plan_parts", "/first_on": "plan_first", "/rhythm": "plan_rhythm"}[pointer]
}
