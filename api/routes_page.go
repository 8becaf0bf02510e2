package api

import "leadtocash/crm"

// pageRoutes is the table of the product's pages. A GET never changes anything.
func pageRoutes() []route {
	return []route{
		{get, "/static/:name", public, pageAsset, false, 0, true},
		{post, "/language", session, formLanguage, true, 0, false},
		{get, "/", session, pageDay, true, 0, false},

		{get, "/leads", crm.MayReadLead, pageLeads, true, 0, false},
		{post, "/leads", crm.MayWriteLead, formLead, true, 0, false},
		{get, "/leads/:id", crm.MayReadLead, pageLead, true, 0, false},
		{post, "/leads/:id/qualify", crm.MayAssignLead, formLeadQualify, true, 0, false},
		{post, "/leads/:id/assign", crm.MayAssignLead, formLeadAssign, true, 0, false},
		{post, "/leads/:id/feedback", crm.MayWriteLead, formLeadFeedback, true, 0, false},
		{post, "/leads/:id/convert", crm.MayWriteLead, formLeadConvert, true, 0, false},
		{post, "/leads/:id/disqualify", crm.MayWriteLead, formLeadDisqualify, true, 0, false},

		{get, "/board", crm.MayReadOpportunity, pageBoard, true, 0, false},
		{get, "/opportunities", crm.MayReadOpportunity, pageDeals, true, 0, false},
		{post, "/opportunities", crm.MayWriteOpportunity, formDeal, true, 0, false},
		{get, "/opportunities/:id", crm.MayReadOpportunity, pageDeal, true, 0, false},
		{post, "/opportunities/:id", crm.MayWriteOpportunity, formDealEdit, true, 0, false},
		{post, "/opportunities/:id/move", crm.MayWriteOpportunity, formDealMove, true, 0, false},
		{post, "/opportunities/:id/reopen", crm.MayWriteOpportunity, formDealReopen, true, 0, false},
		{post, "/opportunities/:id/handoff", crm.MayWriteHandOff, formDealHandOff, true, 0, false},
		{post, "/opportunities/:id/engagements", crm.MayWriteOpportunity, formEngagement, true, 0, false},
		{post, "/opportunities/:id/engagements/:item", crm.MayWriteOpportunity, formEngagementDone, true, 0, false},
		{post, "/opportunities/:id/products", crm.MayWriteOpportunity, formDealProduct, true, 0, false},
		{post, "/opportunities/:id/products/:item", crm.MayWriteOpportunity, formDealProductEdit, true, 0, false},
		{post, "/opportunities/:id/relations", crm.MayWriteOpportunity, formRelation, true, 0, false},
		{post, "/opportunities/:id/relations/:item/remove", crm.MayWriteOpportunity, formRelationRemove, true, 0, false},
		{post, "/opportunities/:id/quotes", crm.MayWriteOpportunity, formDealQuote, true, 0, false},
		{post, "/opportunities/:id/documents", crm.MayWriteOpportunity, formDealDocument, true, documentLimit, false},
		{get, "/opportunities/:id/documents/:item", crm.MayReadOpportunity, pageDealDocument, true, 0, false},
		{post, "/opportunities/:id/notes", crm.MayWriteOpportunity, formDealNote, true, 0, false},

		{get, "/quotes/:id", crm.MayReadOpportunity, pageQuote, true, 0, false},
		{post, "/quotes/:id", crm.MayWriteOpportunity, formQuoteTerms, true, 0, false},
		{post, "/quotes/:id/send", crm.MayWriteOpportunity, formQuoteSend, true, 0, false},
		{post, "/quotes/:id/version", crm.MayWriteOpportunity, formQuoteVersion, true, 0, false},
		{get, "/q/:secret", public, pageCustomerQuote, true, 0, false},
		{post, "/q/:secret/accept", public, formCustomerAccept, true, 0, false},
		{post, "/q/:secret/refuse", public, formCustomerRefuse, true, 0, false},

		{get, "/approvals", crm.MayReadOrder, pageApprovals, true, 0, false},
		{get, "/orders/:id", crm.MayReadOrder, pageOrder, true, 0, false},
		{post, "/orders/:id/validate", crm.MayValidateOrder, formOrderValidate, true, 0, false},
		{post, "/orders/:id/approve", crm.MayApproveOrder, formOrderApprove, true, 0, false},
		{post, "/orders/:id/reject", crm.MayReadOrder, formOrderReject, true, 0, false},

		{get, "/contracts", crm.MayReadContract, pageContracts, true, 0, false},
		{get, "/contracts/:id", crm.MayReadContract, pageContract, true, 0, false},
		{post, "/contracts/:id/progress", crm.MayWriteProject, formProgress, true, 0, false},
		{post, "/contracts/:id/close-project", crm.MayWriteProject, formProjectClose, true, 0, false},
		{post, "/contracts/:id/tranches/:item/issue", crm.MayIssueInvoice, formInvoiceIssue, true, 0, false},
		{post, "/contracts/:id/close", crm.MayWriteContract, formContractClose, true, 0, false},

		{get, "/overdue", crm.MayReadInvoice, pageOverdue, true, 0, false},
		{get, "/invoices/:id", crm.MayReadInvoice, pageInvoice, true, 0, false},
		{post, "/invoices/:id/payments", crm.MayWritePayment, formPayment, true, 0, false},

		{get, "/accounts", crm.MayReadAccount, pageAccounts, true, 0, false},
		{post, "/accounts", crm.MayWriteAccount, formAccount, true, 0, false},
		{get, "/accounts/:id", crm.MayReadAccount, pageAccount, true, 0, false},
		{post, "/accounts/:id", crm.MayWriteAccount, formAccountEdit, true, 0, false},
		{post, "/accounts/:id/contacts", crm.MayWriteAccount, formContact, true, 0, false},
		{get, "/contacts/:id", crm.MayReadAccount, pageContact, true, 0, false},
		{post, "/contacts/:id", crm.MayWriteAccount, formContactEdit, true, 0, false},
		{get, "/products", crm.MayReadProduct, pageProducts, true, 0, false},
		{post, "/products", crm.MayWriteProduct, formProduct, true, 0, false},
		{get, "/products/:id", crm.MayReadProduct, pageProduct, true, 0, false},
		{post, "/products/:id", crm.MayWriteProduct, formProductEdit, true, 0, false},
		{get, "/settings", crm.MayReadUser, pageSettings, true, 0, false},

		{get, "/rules", crm.MayReadRules, pageRules, true, 0, false},
		{post, "/rules/check", crm.MayReadRules, formRulesCheck, true, 0, false},
		{post, "/rules/reload", crm.MayWriteRules, formRulesReload, true, 0, false},
		{get, "/process/:id", crm.MayReadProcess, pageProcess, true, 0, false},
		{get, "/dev/mailbox", crm.MayReadMailbox, pageMailbox, true, 0, false},
		{get, "/dev/mailbox/:id", crm.MayReadMailbox, pageLetter, true, 0, false},
		{get, "/dev/clock", crm.MayWriteClock, pageClock, true, 0, false},
		{post, "/dev/clock", crm.MayWriteClock, formClock, true, 0, false},
	}
}
