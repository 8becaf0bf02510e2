package api

import "leadtocash/crm"

// projectPages are its pages.
func projectPages() []route {
	const at = "/contracts/:id"
	return []route{
		{method: get, path: "/capacity", need: crm.MayWriteProject, do: pageCapacity, page: true},
		{method: get, path: "/projects", need: crm.MayReadContract, do: pageProjects, page: true},
		{method: post, path: "/projects/:id/tranches/:item/issue", need: crm.MayIssueInvoice, do: formTrancheIssue, page: true},
		{method: post, path: "/projects/:id/release", need: crm.MayWriteProject, do: formTrancheRelease, page: true},
		{method: get, path: at + "/plan", need: crm.MayReadContract, do: pagePlan, page: true},
		{method: get, path: at + "/pnl", need: crm.MayReadPNL, do: pagePNL, page: true},
		{method: get, path: at + "/purchases", need: crm.MayReadPNL, do: pagePurchases, page: true},
		{method: post, path: at + "/purchases", need: crm.MayWriteProject, do: formPurchase, page: true},
		{method: post, path: at + "/purchases/:item", need: crm.MayWriteProject, do: formPurchase, page: true},
		{method: get, path: at + "/purchases/:item/paper", need: crm.MayReadPNL, do: pagePurchasePaper, page: true},
		{method: post, path: at + "/purchases/:item/approve", need: crm.MayApprovePurchase, do: formPurchaseDecide(crm.PurchaseApproved), page: true},
		{method: post, path: at + "/purchases/:item/refuse", need: crm.MayApprovePurchase, do: formPurchaseDecide(crm.PurchaseRefused), page: true},
		{method: post, path: at + "/purchases/:item/receive", need: crm.MayWriteProject, do: formPurchaseStep("saved", formPurchaseReceive), page: true},
		{method: post, path: at + "/purchases/:item/invoice", need: crm.MayWriteProject, do: formPurchaseStep("saved", formPurchaseInvoice), page: true},
		{method: post, path: at + "/purchases/:item/end", need: crm.MayWriteProject, do: formPurchaseStep("saved", formPurchaseEnd), page: true},
		{method: get, path: at + "/entries", need: crm.MayReadPNL, do: pageEntries, page: true},
		{method: post, path: at + "/rates", need: crm.MayWriteUser, do: formCostRate, page: true},
		{method: post, path: at + "/times", need: crm.MayWriteProject, do: formTime, page: true},
		{method: post, path: at + "/times/:item/back", need: crm.MayWriteProject, do: formEntryBack(true), page: true},
		{method: post, path: at + "/costs", need: crm.MayWriteProject, do: formCost, page: true},
		{method: post, path: at + "/costs/:item/back", need: crm.MayWriteProject, do: formEntryBack(false), page: true},
		{method: post, path: at + "/costs/:item/approve", need: crm.MayApprovePurchase, do: formCostMove(crm.CostCommitted), page: true},
		{method: post, path: at + "/costs/:item/refuse", need: crm.MayApprovePurchase, do: formCostMove(crm.CostRefused), page: true},
		{method: post, path: at + "/costs/:item/receive", need: crm.MayWriteProject, do: formCostMove(crm.CostActual), page: true},
		{method: post, path: at + "/milestones", need: crm.MayWriteProject, do: formMilestone, page: true},
		{method: post, path: at + "/milestones/:item/reached", need: crm.MayWriteProject, do: formMilestoneReached, page: true},
		{method: get, path: at + "/risks", need: crm.MayReadPNL, do: pageRisks, page: true},
		{method: post, path: at + "/risks", need: crm.MayWriteProject, do: formRisk, page: true},
		{method: post, path: at + "/risks/:item", need: crm.MayWriteProject, do: formRisk, page: true},
		{method: post, path: at + "/actions", need: crm.MayWriteProject, do: formAction, page: true},
		{method: get, path: at + "/milestones", need: crm.MayReadContract, do: pageMilestones, page: true},
		{method: post, path: at + "/sign-offs", need: crm.MayWriteProject, do: formSignOff, page: true},
		{method: post, path: at + "/sign-off-term", need: crm.MayWriteProject, do: formSignOffTerm, page: true},
		{method: get, path: "/s/:secret", need: public, do: pageSignOff, page: true},
		{method: post, path: "/s/:secret/accept", need: public, do: formSignOffAnswer(true), page: true},
		{method: post, path: "/s/:secret/refuse", need: public, do: formSignOffAnswer(false), page: true},
		{method: post, path: at + "/plan/phases", need: crm.MayWriteProject, do: formPhase, page: true},
		{method: post, path: at + "/plan/phases/:item", need: crm.MayWriteProject, do: formPhase, page: true},
		{method: post, path: at + "/plan/way", need: crm.MayWriteProject, do: formProgressWay, page: true},
		{method: post, path: at + "/plan/spread", need: crm.MayWriteProject, do: formSpread, page: true},
		{method: post, path: at + "/plan/tasks", need: crm.MayWriteProject, do: formProjectTask, page: true},
		{method: post, path: at + "/plan/tasks/:item", need: crm.MayWriteProject, do: formProjectTask, page: true},
		{method: post, path: at + "/plan/tasks/:item/remove", need: crm.MayWriteProject, do: formProjectTaskRemove, page: true},
	}
}
