package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// deliveryLists are the lists of delivery and care.
func deliveryLists() []route {
	return []route{
		{method: get, path: "/api/v1/cases", need: crm.MayReadCase, do: listed(store.Cases)},
	}
}

// deliveryRoutes is the table of what follows the signature: project, care, renewal, and of the negotiation before it.
func deliveryRoutes() []route {
	const project = "/api/v1/contracts/:id/project"
	return []route{
		{method: patch, path: "/api/v1/contracts/:id", need: crm.MayWriteContract, do: onProject(patchContract)},
		{method: patch, path: "/api/v1/contracts/:id/tranches/:entry", need: crm.MayIssueInvoice, do: onProject(patchTranche)},
		{method: get, path: "/api/v1/dishonoured", need: crm.MayReadInvoice, do: listDishonoured},
		{method: post, path: "/api/v1/users/:id/cost-rate", need: crm.MayWriteUser, do: postCostRate},

		{method: get, path: project, need: crm.MayReadPNL, do: getProject},
		{method: patch, path: project, need: crm.MayWriteProject, do: onProject(patchProject)},
		{method: post, path: project + "/times", need: crm.MayWriteProject, do: onProject(postTime)},
		{method: post, path: project + "/times/:entry/correction", need: crm.MayWriteProject, do: onProject(correct(correctTime))},
		{method: post, path: project + "/costs", need: crm.MayWriteProject, do: onProject(postCost)},
		{method: post, path: project + "/costs/:entry/correction", need: crm.MayWriteProject, do: onProject(correct(correctCost))},
		{method: post, path: project + "/costs/:entry/approve", need: crm.MayApprovePurchase, do: onProject(moveCost(crm.CostCommitted))},
		{method: post, path: project + "/costs/:entry/refuse", need: crm.MayApprovePurchase, do: onProject(moveCost(crm.CostRefused))},
		{method: post, path: project + "/costs/:entry/receive", need: crm.MayWriteProject, do: onProject(moveCost(crm.CostActual))},
		{method: post, path: project + "/costs/:entry/cancel", need: crm.MayWriteProject, do: onProject(moveCost(crm.CostRefused))},
		{method: post, path: project + "/milestones", need: crm.MayWriteProject, do: onProject(postMilestone)},
		{method: patch, path: project + "/milestones/:entry", need: crm.MayWriteProject, do: onProject(patchMilestone)},
		{method: post, path: project + "/actions", need: crm.MayWriteProject, do: onProject(postAction)},

		{method: post, path: "/api/v1/cases", need: crm.MayOpenCase, do: postCase},
		{method: get, path: "/api/v1/cases/:id", need: crm.MayReadCase, do: shown(store.Cases, func(c crm.Case) int { return c.Version })},
		{method: post, path: "/api/v1/cases/:id/take", need: crm.MayWriteCase, do: onCase(crm.CareTake, readCaseTake)},
		{method: post, path: "/api/v1/cases/:id/answer", need: crm.MayWriteCase, do: onCase(crm.CareAnswer, caseText)},
		{method: post, path: "/api/v1/cases/:id/wait", need: crm.MayWriteCase, do: onCase(crm.CareWait, caseText)},
		{method: post, path: "/api/v1/cases/:id/resume", need: crm.MayWriteCase, do: onCase(crm.CareResume, caseNote)},
		{method: post, path: "/api/v1/cases/:id/solve", need: crm.MayWriteCase, do: onCase(crm.CareSolve, caseText)},
		{method: post, path: "/api/v1/cases/:id/reopen", need: crm.MayOpenCase, do: onCase(crm.CareReopen, caseText)},
		{method: post, path: "/api/v1/cases/:id/close", need: crm.MayWriteCase, do: onCase(crm.CareClose, caseNote)},
		{method: post, path: "/api/v1/cases/:id/lead", need: crm.MayWriteCase, do: onCase(crm.CareLead, readCaseLead)},

		{method: get, path: "/api/v1/opportunities/:id/negotiation", need: crm.MayReadOpportunity, do: ofDeal(dealNegotiation)},
		{method: post, path: "/api/v1/opportunities/:id/negotiation", need: crm.MayWriteOpportunity, do: postBid},
		{method: get, path: "/api/v1/quotes/:id/diff/:other", need: crm.MayReadOpportunity, do: getQuoteDiff},
	}
}
