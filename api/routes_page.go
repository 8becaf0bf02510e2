package api

import "leadtocash/crm"

// pageRoutes is the table of the product's pages. A GET never changes anything.
func pageRoutes() []route {
	return []route{
		{method: get, path: "/static/:name", need: public, do: pageAsset, open: true},
		{method: post, path: "/language", need: session, do: formLanguage, page: true},
		{method: get, path: "/", need: session, do: pageDay, page: true},

		{method: get, path: "/f/:form", need: public, do: pageCapture, page: true},
		{method: post, path: "/f/:form", need: public, do: formCapture, page: true},

		{method: get, path: "/leads", need: crm.MayReadLead, do: pageLeads, page: true},
		{method: post, path: "/leads", need: crm.MayWriteLead, do: formLead, page: true},
		{method: get, path: "/leads/:id", need: crm.MayReadLead, do: pageLead, page: true},
		{method: post, path: "/leads/:id/qualify", need: crm.MayWriteLead, do: formLeadQualify, page: true},
		{method: post, path: "/leads/:id/assign", need: crm.MayAssignLead, do: formLeadAssign, page: true},
		{method: post, path: "/leads/:id/feedback", need: crm.MayWriteLead, do: formLeadFeedback, page: true},
		{method: post, path: "/leads/:id/nurture", need: crm.MayWriteLead, do: formLeadNurture, page: true},
		{method: post, path: "/leads/:id/convert", need: crm.MayWriteLead, do: formLeadConvert, page: true},
		{method: post, path: "/leads/:id/disqualify", need: crm.MayWriteLead, do: formLeadDisqualify, page: true},

		{method: get, path: "/board", need: crm.MayReadOpportunity, do: pageBoard, page: true},
		{method: get, path: "/opportunities", need: crm.MayReadOpportunity, do: pageDeals, page: true},
		{method: post, path: "/opportunities", need: crm.MayWriteOpportunity, do: formDeal, page: true},
		{method: get, path: "/opportunities/:id", need: crm.MayReadOpportunity, do: pageDeal, page: true},
		{method: post, path: "/opportunities/:id", need: crm.MayWriteOpportunity, do: formDealEdit, page: true},
		{method: post, path: "/opportunities/:id/move", need: crm.MayWriteOpportunity, do: formDealMove, page: true},
		{method: post, path: "/opportunities/:id/reopen", need: crm.MayWriteOpportunity, do: formDealReopen, page: true},
		{method: post, path: "/opportunities/:id/handoff", need: crm.MayWriteHandOff, do: formDealHandOff, page: true},
		{method: post, path: "/opportunities/:id/engagements", need: crm.MayWriteOpportunity, do: formEngagement, page: true},
		{method: post, path: "/opportunities/:id/engagements/:item", need: crm.MayWriteOpportunity, do: formEngagementDone, page: true},
		{method: post, path: "/opportunities/:id/products", need: crm.MayWriteOpportunity, do: formDealProduct, page: true},
		{method: post, path: "/opportunities/:id/products/:item", need: crm.MayWriteOpportunity, do: formDealProductEdit, page: true},
		{method: post, path: "/opportunities/:id/samples", need: crm.MayWriteOpportunity, do: formSample, page: true},
		{method: post, path: "/opportunities/:id/samples/:item/ship", need: crm.MayWriteOpportunity, do: formSampleShip, page: true},
		{method: post, path: "/opportunities/:id/samples/:item/feedback", need: crm.MayWriteOpportunity, do: formSampleFeedback, page: true},
		{method: post, path: "/opportunities/:id/relations", need: crm.MayWriteOpportunity, do: formRelation, page: true},
		{method: post, path: "/opportunities/:id/relations/:item/remove", need: crm.MayWriteOpportunity, do: formRelationRemove, page: true},
		{method: post, path: "/opportunities/:id/quotes", need: crm.MayWriteOpportunity, do: formDealQuote, page: true},
		{method: post, path: "/opportunities/:id/documents", need: crm.MayWriteOpportunity, do: formDealDocument, page: true, limit: documentLimit},
		{method: get, path: "/opportunities/:id/documents/:item", need: crm.MayReadOpportunity, do: pageDealDocument, page: true},
		{method: post, path: "/opportunities/:id/notes", need: crm.MayWriteOpportunity, do: formDealNote, page: true},

		{method: get, path: "/quotes/:id", need: crm.MayReadOpportunity, do: pageQuote, page: true},
		{method: post, path: "/quotes/:id", need: crm.MayWriteOpportunity, do: formQuoteTerms, page: true},
		{method: post, path: "/quotes/:id/send", need: crm.MayWriteOpportunity, do: formQuoteSend, page: true},
		{method: post, path: "/quotes/:id/version", need: crm.MayWriteOpportunity, do: formQuoteVersion, page: true},
		{method: get, path: "/q/:secret", need: public, do: pageCustomerQuote, page: true},
		{method: post, path: "/q/:secret/accept", need: public, do: formCustomerAccept, page: true},
		{method: post, path: "/q/:secret/refuse", need: public, do: formCustomerRefuse, page: true},

		{method: get, path: "/approvals", need: crm.MayReadOrder, do: pageApprovals, page: true},
		{method: get, path: "/orders/:id", need: crm.MayReadOrder, do: pageOrder, page: true},
		{method: post, path: "/orders/:id/validate", need: crm.MayValidateOrder, do: formOrderValidate, page: true},
		{method: post, path: "/orders/:id/approve", need: crm.MayApproveOrder, do: formOrderApprove, page: true},
		{method: post, path: "/orders/:id/reject", need: crm.MayReadOrder, do: formOrderReject, page: true},

		{method: get, path: "/contracts", need: crm.MayReadContract, do: pageContracts, page: true},
		{method: get, path: "/contracts/:id", need: crm.MayReadContract, do: pageContract, page: true},
		{method: post, path: "/contracts/:id/progress", need: crm.MayWriteProject, do: formProgress, page: true},
		{method: post, path: "/contracts/:id/close-project", need: crm.MayWriteProject, do: formProjectClose, page: true},
		{method: post, path: "/contracts/:id/tranches/:item/issue", need: crm.MayIssueInvoice, do: formInvoiceIssue, page: true},
		{method: post, path: "/contracts/:id/close", need: crm.MayWriteContract, do: formContractClose, page: true},

		{method: get, path: "/overdue", need: crm.MayReadInvoice, do: pageOverdue, page: true},
		{method: get, path: "/invoices/:id", need: crm.MayReadInvoice, do: pageInvoice, page: true},
		{method: post, path: "/invoices/:id/payments", need: crm.MayWritePayment, do: formPayment, page: true},

		{method: get, path: "/accounts", need: crm.MayReadAccount, do: pageAccounts, page: true},
		{method: post, path: "/accounts", need: crm.MayWriteAccount, do: formAccount, page: true},
		{method: get, path: "/accounts/:id", need: crm.MayReadAccount, do: pageAccount, page: true},
		{method: post, path: "/accounts/:id", need: crm.MayWriteAccount, do: formAccountEdit, page: true},
		{method: post, path: "/accounts/:id/contacts", need: crm.MayWriteAccount, do: formContact, page: true},
		{method: get, path: "/contacts/:id", need: crm.MayReadAccount, do: pageContact, page: true},
		{method: post, path: "/contacts/:id", need: crm.MayWriteAccount, do: formContactEdit, page: true},
		{method: get, path: "/products", need: crm.MayReadProduct, do: pageProducts, page: true},
		{method: post, path: "/products", need: crm.MayWriteProduct, do: formProduct, page: true},
		{method: get, path: "/products/:id", need: crm.MayReadProduct, do: pageProduct, page: true},
		{method: post, path: "/products/:id", need: crm.MayWriteProduct, do: formProductEdit, page: true},
		{method: get, path: "/settings", need: crm.MayReadUser, do: pageSettings, page: true},

		{method: get, path: "/rules", need: crm.MayReadRules, do: pageRules, page: true},
		{method: post, path: "/rules/check", need: crm.MayReadRules, do: formRulesCheck, page: true},
		{method: post, path: "/rules/reload", need: crm.MayWriteRules, do: formRulesReload, page: true},
		{method: get, path: "/process/:id", need: crm.MayReadProcess, do: pageProcess, page: true},
		{method: get, path: "/dev/mailbox", need: crm.MayReadMailbox, do: pageMailbox, page: true},
		{method: get, path: "/dev/mailbox/:id", need: crm.MayReadMailbox, do: pageLetter, page: true},
		{method: get, path: "/dev/clock", need: crm.MayWriteClock, do: pageClock, page: true},
		{method: post, path: "/dev/clock", need: crm.MayWriteClock, do: formClock, page: true},
	}
}
