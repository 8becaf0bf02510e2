package api

import "leadtocash/crm"

// paymentPlanRoutes is the table of instalment plans of debts; they are read with the debtor's collection.
func paymentPlanRoutes() []route {
	return []route{
		{method: post, path: "/api/v1/accounts/:id/payment-plans", need: crm.MayWritePayment, do: onDebtor(crm.CollectionPlan, readPaymentPlan)},
		{method: post, path: "/api/v1/accounts/:id/payment-plans/:other/end", need: crm.MayWritePayment, do: onDebtor(crm.CollectionEndPlan, readPlanEnd)},
	}
}

var paymentPlanCalls = map[string]call{
	"POST /api/v1/accounts/:id/payment-plans": commanding("Collections", "Agree that a customer pays in instalments", paymentPlanBody{}, "nothing_open", "already_planned", "plan_disputed", "write_off_waiting", "with_legal").
		says("S091", "All parts come to what is open on the invoices. No reminder of them leaves from part to part; the morning after a part that has not come the plan is broken and the chase goes on.").
		like(`{"parts":3,"first_on":"2027-03-01","rhythm":"monthly"}`),
	"POST /api/v1/accounts/:id/payment-plans/:other/end": commanding("Collections", "End an instalment plan before its last day", planEndBody{}, "nothing_open", "hold_over").
		says("S091", "The chase goes on where it stood.").like(`{"note":"They can pay at once"}`),
}
