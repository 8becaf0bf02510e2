package api

import (
	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"
)

// sdiRoutes is the table of what the exchange says of documents.
func sdiRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/sdi/notices/:id/content", need: crm.MayIssueInvoice, do: getKept((*store.Store).SDINoticeContent)},
		{method: get, path: "/api/v1/invoices/:id/einvoice", need: crm.MayReadInvoice, do: getEInvoiceState(seenInvoice)},
		{method: get, path: "/api/v1/credit-notes/:id/einvoice", need: crm.MayReadInvoice, do: getEInvoiceState(seenCreditNote)},
		{method: post, path: "/api/v1/invoices/:id/correction", need: crm.MayIssueInvoice, do: postCorrection(seenInvoice)},
		{method: post, path: "/api/v1/credit-notes/:id/correction", need: crm.MayIssueInvoice, do: postCorrection(seenCreditNote)},
	}
}

// sdiLists are those that take a query, and the pages.
func sdiLists() []route {
	return []route{
		{method: get, path: "/api/v1/sdi/notices", need: crm.MayIssueInvoice, do: listed(store.SDINotices)},
		{method: post, path: "/api/v1/sdi/notices", need: crm.MayIssueInvoice, do: postSDINotice, limit: documents.MaxSDI},
		{method: get, path: "/sdi", need: crm.MayIssueInvoice, do: pageSDI, page: true},
		{method: post, path: "/sdi", need: crm.MayIssueInvoice, do: formSDI, page: true, limit: importUpload},
		{method: get, path: "/sdi/notices/:id", need: crm.MayIssueInvoice, do: getKept((*store.Store).SDINoticeContent), page: true},
		{method: post, path: "/invoices/:id/correction", need: crm.MayIssueInvoice, do: formCorrection(seenInvoice, "/invoices/", showInvoice), page: true},
		{method: post, path: "/credit-notes/:id/correction", need: crm.MayIssueInvoice, do: formCorrection(seenCreditNote, "/credit-notes/", showCreditNote), page: true},
	}
}
