package api

import "leadtocash/crm"

// pageRoutes is the table of the product's pages. A GET never changes anything.
func pageRoutes() []route {
	return []route{
		{get, "/static/:name", public, getAsset, false, 0, true},
		{post, "/language", session, postLanguage, true, 0, false},
		{get, "/", session, getDay, true, 0, false},

		{get, "/leads", crm.MayReadLead, getLeads, true, 0, false},
		{post, "/leads", crm.MayWriteLead, postLead, true, 0, false},
		{get, "/leads/:id", crm.MayReadLead, getLead, true, 0, false},
		{post, "/leads/:id/qualify", crm.MayAssignLead, postLeadQualify, true, 0, false},
		{post, "/leads/:id/assign", crm.MayAssignLead, postLeadAssign, true, 0, false},
		{post, "/leads/:id/feedback", crm.MayWriteLead, postLeadFeedback, true, 0, false},
		{post, "/leads/:id/convert", crm.MayWriteLead, postLeadConvert, true, 0, false},
		{post, "/leads/:id/disqualify", crm.MayWriteLead, postLeadDisqualify, true, 0, false},

		{get, "/board", crm.MayReadOpportunity, getBoard, true, 0, false},
		{get, "/opportunities", crm.MayReadOpportunity, getDeals, true, 0, false},
		{post, "/opportunities", crm.MayWriteOpportunity, postDeal, true, 0, false},
		{get, "/opportunities/:id", crm.MayReadOpportunity, getDeal, true, 0, false},
		{post, "/opportunities/:id", crm.MayWriteOpportunity, postDealEdit, true, 0, false},
		{post, "/opportunities/:id/move", crm.MayWriteOpportunity, postDealMove, true, 0, false},
		{post, "/opportunities/:id/reopen", crm.MayWriteOpportunity, postDealReopen, true, 0, false},
		{post, "/opportunities/:id/handoff", crm.MayWriteHandOff, postDealHandOff, true, 0, false},
		{post, "/opportunities/:id/engagements", crm.MayWriteOpportunity, postEngagement, true, 0, false},
		{post, "/opportunities/:id/engagements/:item", crm.MayWriteOpportunity, postEngagementDone, true, 0, false},
		{post, "/opportunities/:id/products", crm.MayWriteOpportunity, postDealProduct, true, 0, false},
		{post, "/opportunities/:id/products/:item", crm.MayWriteOpportunity, postDealProductEdit, true, 0, false},
		{post, "/opportunities/:id/relations", crm.MayWriteOpportunity, postRelation, true, 0, false},
		{post, "/opportunities/:id/relations/:item/remove", crm.MayWriteOpportunity, postRelationRemove, true, 0, false},
		{post, "/opportunities/:id/quotes", crm.MayWriteOpportunity, postDealQuote, true, 0, false},
		{post, "/opportunities/:id/documents", crm.MayWriteOpportunity, postDealDocument, true, documentLimit, false},
		{get, "/opportunities/:id/documents/:item", crm.MayReadOpportunity, getDealDocument, true, 0, false},
		{post, "/opportunities/:id/notes", crm.MayWriteOpportunity, postDealNote, true, 0, false},

		{get, "/quotes/:id", crm.MayReadOpportunity, getQuote, true, 0, false},
		{post, "/quotes/:id", crm.MayWriteOpportunity, postQuoteTerms, true, 0, false},
		{post, "/quotes/:id/send", crm.MayWriteOpportunity, postQuoteSend, true, 0, false},
		{post, "/quotes/:id/version", crm.MayWriteOpportunity, postQuoteVersion, true, 0, false},
		{get, "/q/:secret", public, getCustomerQuote, true, 0, false},
		{post, "/q/:secret/accept", public, postCustomerAccept, true, 0, false},
		{post, "/q/:secret/refuse", public, postCustomerRefuse, true, 0, false},

		{get, "/approvals", crm.MayReadOrder, getApprovals, true, 0, false},
		{get, "/orders/:id", crm.MayReadOrder, getOrder, true, 0, false},
		{post, "/orders/:id/validate", crm.MayValidateOrder, postOrderValidate, true, 0, false},
		{post, "/orders/:id/approve", crm.MayApproveOrder, postOrderApprove, true, 0, false},
		{post, "/orders/:id/reject", crm.MayReadOrder, postOrderReject, true, 0, false},

		{get, "/contracts", crm.MayReadContract, getContracts, true, 0, false},
		{get, "/contracts/:id", crm.MayReadContract, getContract, true, 0, false},
		{post, "/contracts/:id/progress", crm.MayWriteProject, postProgress, true, 0, false},
		{post, "/contracts/:id/close-project", crm.MayWriteProject, postProjectClose, true, 0, false},
		{post, "/contracts/:id/tranches/:item/issue", crm.MayIssueInvoice, postInvoiceIssue, true, 0, false},
		{post, "/contracts/:id/close", crm.MayWriteContract, postContractClose, true, 0, false},

		{get, "/overdue", crm.MayReadInvoice, getOverdue, true, 0, false},
		{get, "/invoices/:id", crm.MayReadInvoice, getInvoice, true, 0, false},
		{post, "/invoices/:id/payments", crm.MayWritePayment, postPayment, true, 0, false},

		{get, "/accounts", crm.MayReadAccount, getAccounts, true, 0, false},
		{post, "/accounts", crm.MayWriteAccount, postAccount, true, 0, false},
		{get, "/accounts/:id", crm.MayReadAccount, getAccount, true, 0, false},
		{post, "/accounts/:id", crm.MayWriteAccount, postAccountEdit, true, 0, false},
		{post, "/accounts/:id/contacts", crm.MayWriteAccount, postContact, true, 0, false},
		{get, "/contacts/:id", crm.MayReadAccount, getContact, true, 0, false},
		{post, "/contacts/:id", crm.MayWriteAccount, postContactEdit, true, 0, false},
		{get, "/products", crm.MayReadProduct, getProducts, true, 0, false},
		{post, "/products", crm.MayWriteProduct, postProduct, true, 0, false},
		{get, "/products/:id", crm.MayReadProduct, getProduct, true, 0, false},
		{post, "/products/:id", crm.MayWriteProduct, postProductEdit, true, 0, false},
		{get, "/settings", crm.MayReadUser, getSettings, true, 0, false},

		{get, "/rules", crm.MayReadRules, getRules, true, 0, false},
		{post, "/rules/check", crm.MayReadRules, postRulesCheck, true, 0, false},
		{post, "/rules/reload", crm.MayWriteRules, postRulesReload, true, 0, false},
		{get, "/process/:id", crm.MayReadProcess, getProcess, true, 0, false},
		{get, "/dev/mailbox", crm.MayReadMailbox, getMailbox, true, 0, false},
		{get, "/dev/mailbox/:id", crm.MayReadMailbox, getLetter, true, 0, false},
		{get, "/dev/clock", crm.MayWriteClock, getClock, true, 0, false},
		{post, "/dev/clock", crm.MayWriteClock, postClock, true, 0, false},
	}
}
