package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// Short names for the table below.
const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// apiRoutes is the table of what is no page of the product: method, path, who may, what it does.
func apiRoutes(c Config) []route {
	table := []route{
		{method: get, path: "/healthz", need: public, do: getHealth, open: true},
		{method: get, path: "/readyz", need: public, do: getReady, open: true},
		{method: get, path: "/openapi.json", need: public, do: getOpenAPI, open: true},
		{method: get, path: "/login", need: public, do: getLogin, page: true},
		{method: post, path: "/login", need: public, do: postLogin, page: true},
		{method: post, path: "/logout", need: session, do: postLogout, page: true},
		{method: get, path: "/u/:secret", need: public, do: pageUnsubscribe, page: true},
		{method: post, path: "/u/:secret", need: public, do: formUnsubscribe, page: true, open: true},
		{method: post, path: "/public/v1/forms/:form/leads", need: public, do: postForm, open: true},
		{method: http.MethodOptions, path: "/public/v1/forms/:form/leads", need: public, do: optionsForm, open: true},

		{method: post, path: "/api/v1/imports", need: crm.MayImportLead, do: postImport, limit: ImportLimit},

		// lists; what they read of the query is checked name by name
		{method: get, path: "/api/v1/leads", need: crm.MayReadLead, do: listed(store.Leads)},
		{method: get, path: "/api/v1/accounts", need: crm.MayReadAccount, do: listed(store.Accounts)},
		{method: get, path: "/api/v1/contacts", need: crm.MayReadAccount, do: listed(store.Contacts)},
		{method: get, path: "/api/v1/opportunities", need: crm.MayReadOpportunity, do: listed(store.Opportunities)},
		{method: get, path: "/api/v1/engagements", need: crm.MayReadOpportunity, do: listed(store.Engagements)},
		{method: get, path: "/api/v1/quotes", need: crm.MayReadOpportunity, do: listed(store.Quotes)},
		{method: get, path: "/api/v1/orders", need: crm.MayReadOrder, do: listed(store.Orders)},
		{method: get, path: "/api/v1/contracts", need: crm.MayReadContract, do: listed(store.Contracts)},
		{method: get, path: "/api/v1/invoices", need: crm.MayReadInvoice, do: listed(store.Invoices)},
		{method: get, path: "/api/v1/credit-notes", need: crm.MayReadInvoice, do: listed(store.CreditNotes)},
		{method: get, path: "/api/v1/overdue", need: crm.MayReadInvoice, do: listed(store.Invoices, overdue)},
		{method: get, path: "/api/v1/products", need: crm.MayReadProduct, do: listed(store.Products)},
		{method: get, path: "/api/v1/search", need: session, do: getSearch},
		{method: get, path: "/api/v1/tax-classes", need: crm.MayReadSettings, do: listed(store.TaxClasses)},
	}
	table = append(table, deliveryLists()...)
	table = append(table, catalogueLists()...)
	table = append(table, withoutQuery(catalogueRoutes())...)
	table = append(table, captureLists()...)
	table = append(table, accountLists()...)
	table = append(table, withoutQuery(accountRoutes())...)
	table = append(table, withoutQuery(captureRoutes())...)
	table = append(table, withoutQuery(deliveryRoutes())...)
	table = append(table, withoutQuery(projectRoutes())...)
	table = append(table, projectPages()...)
	table = append(table, withoutQuery(earnedRoutes())...)
	table = append(table, earnedLists()...)
	table = append(table, withoutQuery(expenseBillRoutes())...)
	table = append(table, expenseBillPages()...)
	table = append(table, withoutQuery(timesheetRoutes())...)
	table = append(table, timesheetPages()...)
	table = append(table, withoutQuery(expenseRoutes())...)
	table = append(table, expensePages()...)
	table = append(table, withoutQuery(planRoutes())...)
	table = append(table, planLists()...)
	table = append(table, planPages()...)
	table = append(table, withoutQuery(erpRoutes())...)
	table = append(table, withoutQuery(quoteFlowRoutes())...)
	table = append(table, withoutQuery(undoRoutes())...)
	table = append(table, withoutQuery(bankRoutes())...)
	table = append(table, withoutQuery(collectionRoutes())...)
	table = append(table, collectionLists()...)
	table = append(table, withoutQuery(paymentPlanRoutes())...)
	table = append(table, withoutQuery(debtorLetterRoutes())...)
	table = append(table, bankLists()...)
	table = append(table, withoutQuery(mappingRoutes())...)
	table = append(table, withoutQuery(refundRoutes())...)
	table = append(table, bankPageRoutes()...)
	table = append(table, withoutQuery(careRoutes())...)
	table = append(table, carePageRoutes()...)
	table = append(table, reportRoutes()...)
	table = append(table, interestRoutes()...)
	table = append(table, withoutQuery(renewalRoutes())...)
	table = append(table, renewalPageRoutes()...)
	table = append(table, withoutQuery(amendmentRoutes())...)
	table = append(table, withoutQuery(creditRoutes())...)
	table = append(table, withoutQuery(settingRoutes())...)
	table = append(table, withoutQuery(companyRoutes())...)
	table = append(table, withoutQuery(einvoiceRoutes())...)
	table = append(table, withoutQuery(sdiRoutes())...)
	table = append(table, withoutQuery(groupRoutes())...)
	table = append(table, groupLists()...)
	table = append(table, numberLists()...)
	table = append(table, sdiLists()...)
	table = append(table, withoutQuery(leadSettingRoutes())...)
	table = append(table, leadDeskRoutes()...)
	table = append(table, erpPageRoutes()...)
	table = append(table, undoPageRoutes()...)
	table = append(table, creditPageRoutes()...)
	table = append(table, ruleRoutes()...)
	table = append(table, exceptionRoutes()...)
	table = append(table, handOffRoutes()...)
	table = append(table, withoutQuery(approvalRoutes())...)
	table = append(table, withoutQuery(termsRoutes())...)
	table = append(table, withoutQuery(contractTermsRoutes())...)
	table = append(table, documentRoutes()...)
	table = append(table, withoutQuery(dealRoutes())...)
	table = append(table, agendaRoutes()...)
	table = append(table, desktopRoutes()...)
	table = append(table, savedListRoutes()...)
	table = append(table, deskMailRoutes()...)
	table = append(table, withoutQuery([]route{
		{method: get, path: "/api/v1/me", need: session, do: getMe},

		{method: get, path: "/api/v1/users", need: crm.MayReadUser, do: listUsers},
		{method: post, path: "/api/v1/users/:id/disable", need: crm.MayWriteUser, do: setActive(false)},
		{method: post, path: "/api/v1/users/:id/enable", need: crm.MayWriteUser, do: setActive(true)},

		{method: post, path: "/api/v1/leads", need: crm.MayWriteLead, do: postLead},
		{method: get, path: "/api/v1/imports/:id", need: crm.MayImportLead, do: getImport},
		{method: get, path: "/api/v1/leads/:id", need: crm.MayReadLead, do: getLead},
		{method: patch, path: "/api/v1/leads/:id", need: crm.MayWriteLead, do: patchLead},
		{method: post, path: "/api/v1/leads/:id/qualify", need: crm.MayWriteLead, do: onLead(crm.LeadQualify, readQualify)},
		{method: post, path: "/api/v1/leads/:id/assign", need: crm.MayAssignLead, do: onLead(crm.LeadAssign, readAssign)},
		{method: post, path: "/api/v1/leads/:id/take", need: crm.MayTakeLead, do: onLead(crm.LeadTake, readNothing)},
		{method: post, path: "/api/v1/leads/:id/feedback", need: crm.MayWriteLead, do: onLead(crm.LeadFeedback, readFeedback)},
		{method: post, path: "/api/v1/leads/:id/nurture", need: crm.MayWriteLead, do: onLead(crm.LeadNurture, readNurture)},
		{method: post, path: "/api/v1/leads/:id/answers", need: crm.MayWriteLead, do: onLead(crm.LeadAnswered, readAnswered)},
		{method: post, path: "/api/v1/leads/:id/convert", need: crm.MayWriteLead, do: onLead(crm.LeadConvert, readConvert)},
		{method: post, path: "/api/v1/leads/:id/disqualify", need: crm.MayWriteLead, do: onLead(crm.LeadDisqualify, readDisqualify)},

		{method: post, path: "/api/v1/accounts", need: crm.MayWriteAccount, do: postAccount},
		{method: get, path: "/api/v1/accounts/:id", need: crm.MayReadAccount, do: shown(store.Accounts, func(a crm.Account) int { return a.Version })},
		{method: patch, path: "/api/v1/accounts/:id", need: crm.MayWriteAccount, do: patchAccount},

		{method: post, path: "/api/v1/contacts", need: crm.MayWriteAccount, do: postContact},
		{method: get, path: "/api/v1/contacts/:id", need: crm.MayReadAccount, do: shown(store.Contacts, func(c crm.Contact) int { return c.Version })},
		{method: patch, path: "/api/v1/contacts/:id", need: crm.MayWriteAccount, do: patchContact},

		{method: get, path: "/api/v1/absences", need: crm.MayReadLead, do: getAbsences},
		{method: post, path: "/api/v1/absences", need: crm.MayReadLead, do: postAbsence},
		{method: remove, path: "/api/v1/absences/:id", need: crm.MayReadLead, do: deleteAbsence},
		{method: post, path: "/api/v1/duplicates", need: crm.MayReadAccount, do: postDuplicates},
		{method: get, path: "/api/v1/merges", need: crm.MayReadAccount, do: getMerges},
		{method: post, path: "/api/v1/merges", need: crm.MayWriteAccount, do: postMerge},
		{method: post, path: "/api/v1/merges/preview", need: crm.MayWriteAccount, do: postMergePreview},
		{method: post, path: "/api/v1/merges/:id/undo", need: crm.MayWriteAccount, do: postUndoMerge},

		{method: post, path: "/api/v1/opportunities", need: crm.MayWriteOpportunity, do: postOpportunity},
		{method: get, path: "/api/v1/opportunities/:id", need: crm.MayReadOpportunity, do: getOpportunity},
		{method: patch, path: "/api/v1/opportunities/:id", need: crm.MayWriteOpportunity, do: patchOpportunity},
		{method: post, path: "/api/v1/opportunities/:id/transitions", need: crm.MayWriteOpportunity, do: onDeal(crm.OpportunityMove, readMove)},
		{method: get, path: "/api/v1/opportunities/:id/gates", need: crm.MayReadOpportunity, do: getGates},
		{method: post, path: "/api/v1/opportunities/:id/reopen", need: crm.MayWriteOpportunity, do: onDeal(crm.OpportunityReopen, readReopen)},
		{method: get, path: "/api/v1/opportunities/:id/products", need: crm.MayReadOpportunity, do: ofDeal(dealLines)},
		{method: post, path: "/api/v1/opportunities/:id/products", need: crm.MayWriteOpportunity, do: postProductLine},
		{method: patch, path: "/api/v1/opportunities/:id/products/:line", need: crm.MayWriteOpportunity, do: patchProductLine},
		{method: remove, path: "/api/v1/opportunities/:id/products/:line", need: crm.MayWriteOpportunity, do: deleteProductLine},
		{method: get, path: "/api/v1/opportunities/:id/relations", need: crm.MayReadOpportunity, do: ofDeal(dealRelations)},
		{method: post, path: "/api/v1/opportunities/:id/relations", need: crm.MayWriteOpportunity, do: postRelation},
		{method: remove, path: "/api/v1/opportunities/:id/relations/:relation", need: crm.MayWriteOpportunity, do: deleteRelation},
		{method: get, path: "/api/v1/opportunities/:id/notes", need: crm.MayReadOpportunity, do: ofDeal(dealNotes)},
		{method: post, path: "/api/v1/opportunities/:id/notes", need: crm.MayWriteOpportunity, do: postDealNote},
		{method: get, path: "/api/v1/opportunities/:id/documents", need: crm.MayReadOpportunity, do: ofDeal(dealDocuments)},
		{method: post, path: "/api/v1/opportunities/:id/documents", need: crm.MayWriteOpportunity, do: postDealDocument, limit: documentLimit},

		{method: get, path: "/api/v1/opportunities/:id/samples", need: crm.MayReadOpportunity, do: ofDeal(dealSamples)},
		{method: post, path: "/api/v1/opportunities/:id/samples", need: crm.MayWriteOpportunity, do: onDeal(crm.SampleRequest, readSample)},
		{method: post, path: "/api/v1/opportunities/:id/samples/:sample/ship", need: crm.MayWriteOpportunity, do: onDeal(crm.SampleShip, readShipment)},
		{method: post, path: "/api/v1/opportunities/:id/samples/:sample/feedback", need: crm.MayWriteOpportunity, do: onDeal(crm.SampleFeedback, readSampleFeedback)},

		{method: post, path: "/api/v1/engagements", need: crm.MayWriteOpportunity, do: postEngagement},
		{method: get, path: "/api/v1/engagements/:id", need: crm.MayReadOpportunity, do: shown(store.Engagements, func(e crm.Engagement) int { return e.Version })},
		{method: patch, path: "/api/v1/engagements/:id", need: crm.MayWriteOpportunity, do: patchEngagement},
		{method: post, path: "/api/v1/engagements/:id/cancel", need: crm.MayWriteOpportunity, do: postCallOff},
		{method: post, path: "/api/v1/engagements/:id/outcome", need: crm.MayWriteOpportunity, do: postOutcome},

		{method: post, path: "/api/v1/quotes", need: crm.MayWriteOpportunity, do: postQuote},
		{method: get, path: "/api/v1/quotes/:id", need: crm.MayReadOpportunity, do: getQuote},
		{method: patch, path: "/api/v1/quotes/:id", need: crm.MayWriteOpportunity, do: patchQuote},
		{method: post, path: "/api/v1/quotes/:id/send", need: crm.MayWriteOpportunity, do: onQuote(postSendQuote)},
		{method: post, path: "/api/v1/quotes/:id/revisions", need: crm.MayWriteOpportunity, do: postRevision},

		{method: get, path: "/api/v1/orders/:id", need: crm.MayReadOrder, do: getOrder},
		{method: post, path: "/api/v1/orders/:id/validate", need: crm.MayValidateOrder, do: decideOrder(crm.OrderValidate)},
		{method: post, path: "/api/v1/orders/:id/approve", need: crm.MayReadOrder, do: decideOrder(crm.OrderApprove)},
		{method: post, path: "/api/v1/orders/:id/reject", need: crm.MayReadOrder, do: postReject},

		{method: get, path: "/api/v1/contracts/:id", need: crm.MayReadContract, do: getContract},
		{method: post, path: "/api/v1/contracts/:id/project/progress", need: crm.MayWriteProject, do: onContract(crm.ProjectProgress, readProgress)},
		{method: post, path: "/api/v1/contracts/:id/project/close", need: crm.MayWriteProject, do: onContract(crm.ProjectClose, readNothing)},
		{method: post, path: "/api/v1/contracts/:id/invoices", need: crm.MayIssueInvoice, do: onContract(crm.InvoiceIssue, readIssue)},
		{method: post, path: "/api/v1/contracts/:id/close", need: crm.MayWriteContract, do: onContract(crm.ContractClose, readClose)},

		{method: get, path: "/api/v1/invoices/:id", need: crm.MayReadInvoice, do: getInvoice},
		{method: patch, path: "/api/v1/invoices/:id", need: crm.MayIssueInvoice, do: patchInvoice},
		{method: post, path: "/api/v1/invoices/:id/payments", need: crm.MayWritePayment, do: keyed(postPayment)},

		{method: post, path: "/api/v1/products", need: crm.MayWriteProduct, do: postProduct},
		{method: get, path: "/api/v1/products/:id", need: crm.MayReadProduct, do: shown(store.Products, func(p crm.Product) int { return p.Version })},
		{method: patch, path: "/api/v1/products/:id", need: crm.MayWriteProduct, do: patchProduct},

		{method: get, path: "/api/v1/process/:id", need: crm.MayReadProcess, do: getProcess},
	})...)
	if c.DevClock != nil {
		table = append(table, withoutQuery([]route{{method: post, path: "/api/v1/test/clock", need: crm.MayWriteClock, do: postClock}})...)
	}
	return described(table)
}

func dealLines(r *request, deal crm.ID) ([]crm.ProductLine, error) {
	return r.store.OpportunityLines(r.ctx(), deal)
}

func dealRelations(r *request, deal crm.ID) ([]crm.Relation, error) {
	return r.store.OpportunityRelations(r.ctx(), deal)
}

func dealNotes(r *request, deal crm.ID) ([]crm.Note, error) {
	rows, err := r.store.NotesAbout(r.ctx(), r.viewer(), crm.Subject{Kind: crm.SubjectOpportunity, ID: deal}, nil, 1000)
	out := make([]crm.Note, len(rows))
	for i, n := range rows {
		out[i] = n.Note
	}
	return out, err
}

func dealDocuments(r *request, deal crm.ID) ([]crm.Document, error) {
	rows, err := r.store.Documents(r.ctx(), r.viewer(), store.DocumentFilter{At: crm.Subject{Kind: crm.SubjectOpportunity, ID: deal}, Limit: 1000})
	out := make([]crm.Document, len(rows))
	for i, d := range rows {
		out[i] = d.Document
	}
	return out, err
}
