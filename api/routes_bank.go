package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// bankRoutes is the table of money that comes in and goes out: statements of banks, payments over several invoices, what stands on account.
func bankRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/bank/files/:id", need: crm.MayWritePayment, do: getKept((*store.Store).BankFileContent)},
		{method: get, path: "/api/v1/bank/entries/:id", need: crm.MayWritePayment, do: getBankEntry},
		{method: post, path: "/api/v1/bank/entries/:id/book", need: crm.MayWritePayment, do: postBook},
		{method: post, path: "/api/v1/bank/entries/:id/return", need: crm.MayWritePayment, do: postBankReturn},
		{method: post, path: "/api/v1/bank/entries/:id/aside", need: crm.MayWritePayment, do: postAside},
		{method: post, path: "/api/v1/bank/certain", need: crm.MayWritePayment, do: postBookCertain},
		{method: get, path: "/api/v1/accounts/:id/statement", need: crm.MayReadInvoice, do: getStatement},
		{method: post, path: "/api/v1/accounts/:id/receipts", need: crm.MayWritePayment, do: postReceipt},
		{method: post, path: "/api/v1/accounts/:id/allocations", need: crm.MayWritePayment, do: postAllocations},
		{method: post, path: "/api/v1/accounts/:id/refunds", need: crm.MayWritePayment, do: postRefund},
		{method: post, path: "/api/v1/payments/:id/return", need: crm.MayWritePayment, do: postReturn},
	}
}

// bankLists are those that take a query.
func bankLists() []route {
	return []route{
		{method: get, path: "/api/v1/bank/entries", need: crm.MayWritePayment, do: listed(store.BankEntries)},
		{method: post, path: "/api/v1/bank/files", need: crm.MayWritePayment, do: postBankFile, limit: ImportLimit},
		{method: get, path: "/api/v1/vat-register", need: crm.MayIssueInvoice, do: getVATRegister},
		{method: get, path: "/api/v1/ledger", need: crm.MayReadInvoice, do: getLedger},
	}
}

// bankPageRoutes are its pages.
func bankPageRoutes() []route {
	return []route{
		{method: get, path: "/bank", need: crm.MayWritePayment, do: pageBank, page: true},
		{method: post, path: "/bank", need: crm.MayWritePayment, do: formBankFile, page: true, limit: importUpload},
		{method: post, path: "/bank/columns", need: crm.MayWritePayment, do: formBankColumns, page: true, limit: importUpload},
		{method: post, path: "/bank/certain", need: crm.MayWritePayment, do: formBookCertain, page: true},
		{method: get, path: "/bank/files/:id", need: crm.MayWritePayment, do: getKept((*store.Store).BankFileContent), page: true},
		{method: get, path: "/bank/entries/:id", need: crm.MayWritePayment, do: pageBankEntry, page: true},
		{method: post, path: "/bank/entries/:id", need: crm.MayWritePayment, do: formBankEntry, page: true},
		{method: get, path: "/accounts/:id/statement", need: crm.MayReadInvoice, do: pageStatement, page: true},
		{method: post, path: "/accounts/:id/statement", need: crm.MayWritePayment, do: formStatement, page: true},
		{method: get, path: "/registers", need: crm.MayReadInvoice, do: pageRegisters, page: true},
		{method: get, path: "/registers/vat.csv", need: crm.MayIssueInvoice, do: getVATRegister, page: true},
		{method: get, path: "/registers/ledger.csv", need: crm.MayReadInvoice, do: getLedger, page: true},
	}
}

// allocating are the refusals of what goes to invoices.
var allocating = []code{codeConflict, codeBusy, codeNotFound, codeValidation}

var bankCalls = map[string]call{
	"POST /api/v1/bank/files": call{
		tag: "Payments", summary: "Bring in statements of the bank", media: bankTypes, body: file{}, refuses: []code{codeImport, codeValidation, codeMediaType, codeBusy},
		query: []parameter{{"name", "Of the file.", schema{"type": "string"}}}, answers: map[int]any{200: store.BankImport{}, 201: store.BankImport{}},
	}.says("S087", "camt.053 in the versions .02 to .08, or a table whose columns are called as banks call them. The same file again, and entries that another file brought, change nothing. "+
		"Opening balance, entries and closing balance must add up."),
	"GET /api/v1/bank/files/:id":   call{tag: "Payments", summary: "Download a file of statements as it came", answers: map[int]any{200: file{}}}.header("Content-Disposition", "200"),
	"GET /api/v1/bank/entries":     listing("Payments", "List entries of statements", store.BankEntries).says("S087", ""),
	"GET /api/v1/bank/entries/:id": reading("Payments", "Read an entry with what it may be", bankEntryRecord{}).says("S087", "Proposals, the best first, say why."),
	"POST /api/v1/bank/entries/:id/book": call{tag: "Payments", summary: "Make a payment of an entry", body: bookBody{}, answers: map[int]any{200: crm.Receipt{}}}.
		may(allocating...).may("entry_decided", "wrong_direction", "duplicate_payment").matching().says("S087", "Once: the same decision again is answered with the same payment."),
	"POST /api/v1/bank/entries/:id/return": call{tag: "Payments", summary: "Take a payment back that an outgoing entry took back", body: bankReturnBody{}, answers: map[int]any{200: crm.PaymentReturn{}}}.
		may(allocating...).may("entry_decided", "wrong_direction", "other_amount", "already_returned", "payment_refunded").matching().says("S062", ""),
	"POST /api/v1/bank/entries/:id/aside": call{tag: "Payments", summary: "Note that an entry is none of a customer's", body: asideBody{}, answers: map[int]any{200: bankEntryRecord{}}}.
		may(allocating...).may("entry_decided").matching().tagged("200").says("S087", "Charges, salaries, transfers of the house's own."),
	"POST /api/v1/bank/certain": call{tag: "Payments", summary: "Make payments of all entries that are certain", body: emptyBody{}, optional: true, answers: map[int]any{200: bookedView{}}}.
		may(codeBusy).says("S087", "The number of one open invoice, and exactly what is open on it."),
	"GET /api/v1/accounts/:id/statement": reading("Payments", "Read a customer's statement of account", statementRecord{}).plain().says("S091", "The last 500 entries of his ledger, what is open, and what stands on account."),
	"POST /api/v1/accounts/:id/receipts": creating("Payments", "Book money that came in for several invoices", receiptBody{}, crm.Receipt{}).located("201").money().
		may(allocating...).may("duplicate_payment").says("S087, S091", "What no invoice takes stays on the customer's account. The state of the contracts does not matter.").
		like(`{"amount":"50.00","reference":"BANK-2","allocations":[]}`),
	"POST /api/v1/accounts/:id/allocations": call{tag: "Payments", summary: "Settle invoices with what stands on account", body: allocateBody{}, once: true, answers: map[int]any{200: statementRecord{}}}.
		money().may(allocating...).says("S087", "").like(`{"allocations":[{"invoice_id":"{invoices}","amount":"10.00"}]}`),
	"POST /api/v1/accounts/:id/refunds": creating("Payments", "Note that money on account was paid back", refundBody{}, crm.Refund{}).located("201").money().
		may(allocating...).may("duplicate_refund").says("S087", "").like(`{"amount":"5.00","reference":"BANK-3","reason":"Paid twice"}`),
	"POST /api/v1/payments/:id/return": call{tag: "Payments", summary: "Take a payment back that the bank did not keep", body: returnBody{}, optional: true, once: true, answers: map[int]any{200: crm.PaymentReturn{}}}.
		money().may(allocating...).may("already_returned", "payment_refunded").
		says("S062", "Its invoices are open again, also of closed contracts, and the customer is chased again."),
	"GET /api/v1/vat-register": call{tag: "Payments", summary: "Download the VAT register of a period", query: periodQuery, refuses: []code{codeParameter}, answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S091", "CSV: a row for each document and rate, and the sums by rate; what customers pay to the state themselves stands apart."),
	"GET /api/v1/ledger": call{tag: "Payments", summary: "Download the ledger of a period", query: periodQuery, refuses: []code{codeParameter}, answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S091", "CSV: every entry, oldest first; their sum is what was owed more at the end than at the beginning."),
}

// periodQuery are the days of a download.
var periodQuery = []parameter{
	{"from", "First day; left out: the month's first.", schema{"type": "string", "format": "date"}},
	{"to", "Last day; left out: today.", schema{"type": "string", "format": "date"}},
}
