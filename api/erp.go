package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// maxReference is how long a reference of the ERP may be.
const maxReference = 100

// erpSettleBody is what a person found in the ERP.
type erpSettleBody struct {
	Reference string `json:"reference" doc:"required;max=100;text=What the ERP calls the order."`
	Reason    string `json:"reason" doc:"required;max=10000"`
}

// erpFormatBody chooses the adapter.
type erpFormatBody struct {
	Format string `json:"format" doc:"required;enum=erp_format"`
}

func erpFormats() []string { return []string{"webhook", "ubl"} }

// erpRoutes is the table of orders on their way to the ERP (S081).
func erpRoutes() []route {
	const erp = "/api/v1/contracts/:id/erp"
	return []route{
		{method: get, path: erp, need: crm.MayReadContract, do: getERP},
		{method: post, path: erp + "/try", need: crm.MayWriteContract, do: onProject(postERPTry)},
		{method: post, path: erp + "/settle", need: crm.MayWriteContract, do: onProject(postERPSettle)},
		{method: post, path: erp + "/cancel", need: crm.MayWriteContract, do: onProject(postERPCancel)},
		{method: get, path: "/api/v1/erp-format", need: crm.MayReadSettings, do: getERPFormat},
		{method: put, path: "/api/v1/erp-format", need: crm.MayWriteSettings, do: putERPFormat},
	}
}

var erpCalls = map[string]call{
	"GET /api/v1/contracts/:id/erp": reading("Contracts", "Read how an order fares at the ERP", store.ERPState{}).plain().
		says("S081", "`attempts` were made, the next comes at `next_at`; `outcome` is what the last one came to."),
	"POST /api/v1/contracts/:id/erp/try": erpCall("Try to send an order to the ERP now", emptyBody{}).bodiless().
		says("S081", "The ERP is asked first whether it has the order, whatever became of earlier tries."),
	"POST /api/v1/contracts/:id/erp/settle": erpCall("Settle an order by hand", erpSettleBody{}).
		says("S081", "Somebody has looked: the ERP has the order under this reference.").like(`{"reference":"ERP-000042","reason":"Entered by hand while the line was down."}`),
	"POST /api/v1/contracts/:id/erp/cancel": erpCall("Send an order no more", rejectBody{}).may("already_cancelled").
		says("S081", "It may be tried again later. What the ERP has already is taken back by undoing the deal.").like(`{"reason":"Sent twice by mistake."}`),
	"GET /api/v1/erp-format": reading("Settings", "Read how orders reach the ERP", store.ERPSetting{}).says("S081", ""),
	"PUT /api/v1/erp-format": replacing("Settings", "Choose how orders reach the ERP", erpFormatBody{}, store.ERPSetting{}).
		says("S081", "`webhook` is signed JSON, `ubl` is UBL Order 2.1; it counts for what is sent from now on.").like(`{"format":"ubl"}`),
}

// erpCall describes a person's word on an order that is on its way.
func erpCall(summary string, body any) call {
	return call{
		tag: "Contracts", summary: summary, body: body, key: keyTaken, once: true, answers: map[int]any{200: store.ERPState{}},
		refuses: []code{codeConflict, "erp_done", "erp_sending"},
	}
}

func getERP(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	v, err := r.store.ERPOf(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.record(v, 0)
}

func postERPTry(r *request, _ crm.Contract, t store.Target) error {
	var b emptyBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	return r.erpChanged(r.store.TryERP(r.ctx(), t))
}

func postERPSettle(r *request, _ crm.Contract, t store.Target) error {
	var b erpSettleBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/reference", &b.Reference, maxReference)
	c.reason(&b.Reason)
	if err := c.err(); err != nil {
		return err
	}
	return r.erpChanged(r.store.SettleERP(r.ctx(), t, b.Reference, b.Reason))
}

func postERPCancel(r *request, _ crm.Contract, t store.Target) error {
	var b rejectBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if c.reason(&b.Reason); c.err() != nil {
		return c.err()
	}
	return r.erpChanged(r.store.CancelERP(r.ctx(), t, b.Reason))
}

func (r *request) erpChanged(v store.ERPState, err error) error {
	if err != nil {
		return err
	}
	return r.record(v, 0)
}

func getERPFormat(r *request) error {
	v, err := r.store.ERPFormat(r.ctx())
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}

func putERPFormat(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b erpFormatBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if c.needed("/format", b.Format, erpFormats()); c.err() != nil {
		return c.err()
	}
	v, err := r.store.SetERPFormat(r.ctx(), t, b.Format)
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}
