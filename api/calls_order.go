package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

var orderCalls = map[string]call{
	"GET /api/v1/orders":     listing("Orders", "List orders", store.Orders).says("S078", ""),
	"GET /api/v1/orders/:id": reading("Orders", "Read an order with its route of approval", orderRecord{}).says("S078, S079", ""),
	"POST /api/v1/orders/:id/validate": commanding("Orders", "Validate an order", decisionBody{}, codeGate, "order_not_validating", "already_decided").bodiless().matching().
		says("S078", "If-Match decides on the version that was seen.").like(`{"note":"All is there."}`),
	"POST /api/v1/orders/:id/approve": commanding("Orders", "Approve an order", decisionBody{}, approvalRefuses...).bodiless().matching().
		says("S079-S081, S14, B062-B065", "Nobody approves his own order. If-Match decides on the version that was seen.").like(`{"note":"Good margin."}`),
	"POST /api/v1/orders/:id/reject": commanding("Orders", "Reject an order", rejectBody{}, approvalRefuses...).matching().
		says("S079", "The deal goes back to negotiation with the reason.").like(`{"reason":"Too cheap."}`),
}

var approvalRefuses = []code{codeGate, "already_decided", "order_not_approving", "over_approval_limit", "self_approval"}

var contractCalls = map[string]call{
	"GET /api/v1/contracts":     listing("Contracts", "List contracts", store.Contracts).says("S059", ""),
	"GET /api/v1/contracts/:id": reading("Contracts", "Read a contract with its billing plan and project", contractRecord{}).says("S059, S060, S082", ""),
	"POST /api/v1/contracts/:id/project/progress": commanding("Contracts", "Tell how much of the project is done", progressBody{}, "project_closed", "progress_falls").
		says("S084", "It opens the tranches that it reaches.").like(`{"percent":"50"}`),
	"POST /api/v1/contracts/:id/project/close": commanding("Contracts", "Close the project", emptyBody{}, "project_closed", "project_not_finished").bodiless().
		says("S085", ""),
	"POST /api/v1/contracts/:id/invoices": commanding("Contracts", "Invoice a tranche", crm.IssueFields{}, "already_invoiced", "tranche_not_billable", "invoice_date_falls").money().
		says("S087", "").like(`{"tranche_id":"{tranche}"}`),
	"POST /api/v1/contracts/:id/close": commanding("Contracts", "Close a contract and begin the next deal", crm.CloseFields{}, "contract_not_finished").bodiless().
		says("S088", ""),
}

var invoiceCalls = map[string]call{
	"GET /api/v1/invoices":     listing("Invoices", "List invoices", store.Invoices).says("S087", ""),
	"GET /api/v1/overdue":      listing("Invoices", "List what is open past its due date", store.Invoices).says("S091", ""),
	"GET /api/v1/invoices/:id": reading("Invoices", "Read an invoice with its payments and letters", invoiceRecord{}).says("S087, S091", ""),
	"GET /api/v1/invoices/:id/fatturapa": call{tag: "Invoices", summary: "Download an invoice as FatturaPA", refuses: []code{codeValidation}, answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S091", "Version 1.2.3, as the Italian exchange takes it. What is missing in the master data is refused, all of it."),
	"GET /api/v1/invoices/:id/ubl": call{tag: "Invoices", summary: "Download an invoice as UBL by EN 16931", refuses: []code{codeValidation}, answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S091", "UBL 2.1. What is missing in the master data is refused, all of it."),
	"PATCH /api/v1/invoices/:id": call{tag: "Invoices", summary: "Refused: an issued invoice never changes", body: invoiceBody{}, patch: true, refuses: []code{"issued_invoice_is_immutable"}}.
		says("B049", "The call exists so that the answer says why.").like(`{"number":"2026/0001"}`),
	"POST /api/v1/invoices/:id/payments": commanding("Invoices", "Book money that came in", paymentBody{}, "duplicate_payment", "overpayment", "invoice_void").money().
		says("S087, S091, B046, B047, B071-B074", "").like(`{"amount":"50.00","reference":"BANK-1"}`),
}
