package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// projectRoutes is the table of a project's plan (S082, S084), beside what deliveryRoutes enters on it.
func projectRoutes() []route {
	const project = "/api/v1/contracts/:id/project"
	return []route{
		{method: get, path: "/api/v1/capacity", need: crm.MayWriteProject, do: getCapacity},
		{method: get, path: project + "/plan", need: crm.MayReadContract, do: getPlan},
		{method: get, path: project + "/pnl", need: crm.MayReadPNL, do: getPNL},
		{method: get, path: project + "/open", need: crm.MayReadPNL, do: getProjectOpen},
		{method: post, path: project + "/phases", need: crm.MayWriteProject, do: onProject(postPhase)},
		{method: post, path: project + "/phases/spread", need: crm.MayWriteProject, do: onProject(postSpread)},
		{method: get, path: project + "/budget-lines", need: crm.MayReadPNL, do: getBudgetLines},
		{method: put, path: project + "/budget-lines", need: crm.MayWriteProject, do: onProject(putBudgetLines)},
		{method: patch, path: project + "/phases/:entry", need: crm.MayWriteProject, do: onProject(patchPhase)},
		{method: post, path: project + "/tasks", need: crm.MayWriteProject, do: onProject(postProjectTask)},
		{method: patch, path: project + "/tasks/:entry", need: crm.MayWriteProject, do: onProject(patchProjectTask)},
		{method: get, path: project + "/purchase-orders", need: crm.MayReadPNL, do: getPurchases},
		{method: post, path: project + "/purchase-orders", need: crm.MayWriteProject, do: onProject(postPurchase)},
		{method: put, path: project + "/purchase-orders/:entry", need: crm.MayWriteProject, do: onProject(putPurchase)},
		{method: post, path: project + "/purchase-orders/:entry/approve", need: crm.MayApprovePurchase, do: onProject(decidePurchase(crm.PurchaseApproved))},
		{method: post, path: project + "/purchase-orders/:entry/refuse", need: crm.MayApprovePurchase, do: onProject(decidePurchase(crm.PurchaseRefused))},
		{method: post, path: project + "/purchase-orders/:entry/receive", need: crm.MayWriteProject, do: onProject(receivePurchase)},
		{method: post, path: project + "/purchase-orders/:entry/invoices", need: crm.MayWriteProject, do: onProject(postPurchaseInvoice)},
		{method: post, path: project + "/purchase-orders/:entry/end", need: crm.MayWriteProject, do: onProject(onPurchase(endPurchase))},
		{method: get, path: project + "/risks", need: crm.MayReadPNL, do: getRisks},
		{method: post, path: project + "/risks", need: crm.MayWriteProject, do: onProject(postRisk)},
		{method: patch, path: project + "/risks/:entry", need: crm.MayWriteProject, do: onProject(patchRisk)},
		{method: get, path: project + "/sign-offs", need: crm.MayReadContract, do: getSignOffs},
		{method: post, path: project + "/sign-offs", need: crm.MayWriteProject, do: onProject(postSignOff)},
		{method: remove, path: project + "/tasks/:entry", need: crm.MayWriteProject, do: onProject(deleteProjectTask)},
	}
}

var projectCalls = map[string]call{
	"GET /api/v1/capacity": call{tag: "People", summary: "Read what people have beside what is planned for them", answers: map[int]any{200: page[capacityRecord]{}}}.
		says("S082, S090", "Eight weeks from this one on. A task's hours that are not done lie evenly on its working days."),
	"GET /api/v1/contracts/:id/project/plan": call{tag: "Contracts", summary: "Read a project's plan", answers: map[int]any{200: planRecord{}}}.
		says("S082, S084", "`slack` is by how many working days a task may end later without the whole ending later; those with none are `critical`."),
	"GET /api/v1/contracts/:id/project/pnl": call{tag: "Contracts", summary: "Read a project's profit and loss by phase", answers: map[int]any{200: pnlRecord{}}}.
		says("S083", "Revenues, budgets, costs and orders of the phases add up to the whole; estimates go by each phase's own progress. `exposure` is the loss to be expected of open risks, which no cost holds."),
	"GET /api/v1/contracts/:id/project/open": call{tag: "Contracts", summary: "List what keeps a project open", answers: map[int]any{200: page[store.OpenItem]{}}}.
		says("S085", "Tranches without invoice, purchases, cases and milestones, the first 100."),
	"POST /api/v1/contracts/:id/project/phases": creating("Contracts", "Add a phase to a project", phaseBody{}, crm.ProjectPhase{}).may("project_closed").matching().
		says("S082, S083", "The phases' budgets never come to more than the project's.").like(`{"name":"Assembly","budget":"10.00"}`),
	"POST /api/v1/contracts/:id/project/phases/spread": call{tag: "Contracts", summary: "Divide a project's budget onto its phases", body: emptyBody{}, optional: true, answers: map[int]any{200: page[crm.ProjectPhase]{}}}.
		may("project_closed", "no_phases", codeConflict).matching().says("S083", "In proportion to the hours planned in them; the parts add up to the budget."),
	"GET /api/v1/contracts/:id/project/budget-lines": call{tag: "Contracts", summary: "List the quote's lines with their parts of a project's budget", answers: map[int]any{200: page[crm.BudgetLine]{}}}.
		says("S083", "A line that nobody put to a phase is of the phase that is called as its product's category."),
	"PUT /api/v1/contracts/:id/project/budget-lines": call{tag: "Contracts", summary: "Divide a project's budget by the quote's lines", body: budgetLinesBody{}, answers: map[int]any{200: page[crm.ProjectPhase]{}}}.
		may("project_closed", "no_phases", codeConflict).matching().says("S083", "Each phase gets what its lines come to; with what is of no phase that is the budget, to the cent. Lines that are left out stay where they are."),
	"PATCH /api/v1/contracts/:id/project/phases/:entry": patching("Contracts", "Change a phase", phasePatch{}, crm.ProjectPhase{}).may("project_closed").says("S083", "If-Match is the version of the phase."),
	"POST /api/v1/contracts/:id/project/tasks": creating("Contracts", "Add a task to a project", projectTaskBody{}, crm.ProjectTask{}).may("project_closed").matching().
		says("S082, S084", "It begins after all that it waits for have ended; a refusal says when it may begin.").like(`{"name":"Weld the frame","start_date":"2027-01-11","end_date":"2027-01-15","effort_hours":"32"}`),
	"PATCH /api/v1/contracts/:id/project/tasks/:entry": patching("Contracts", "Change a task", projectTaskPatch{}, crm.ProjectTask{}).may("project_closed").
		says("S082, S084", "If-Match is the version of the task."),
	"DELETE /api/v1/contracts/:id/project/tasks/:entry": removing("Contracts", "Take a task from the plan", codeConflict, "project_closed").says("S082", "What waited for it waits for what it waited for."),

	"GET /api/v1/contracts/:id/project/purchase-orders": call{tag: "Contracts", summary: "List a project's purchase orders", answers: map[int]any{200: page[store.PurchaseRow]{}}}.
		says("S082", "With lines, what came of them, and the supplier's invoices."),
	"POST /api/v1/contracts/:id/project/purchase-orders": creating("Contracts", "Ask for a purchase order", purchaseBody{}, crm.PurchaseOrder{}).may("project_closed", codeModuleOff).matching().
		says("S082", "It is ordered once somebody else approves it.").like(`{"supplier":"Steel Srl","kind":"material","lines":[{"text":"Beams","quantity":"4","unit_price":"120.00"}]}`),
	"PUT /api/v1/contracts/:id/project/purchase-orders/:entry": call{tag: "Contracts", summary: "Write a draft of a purchase order anew", body: purchaseBody{}, answers: map[int]any{200: crm.PurchaseOrder{}}}.header("ETag", "200").matching().
		may(codeConflict, "project_closed", "transition_not_allowed").says("S082", "With all of its lines. Who does so asks for it from then on, and does not approve it."),
	"POST /api/v1/contracts/:id/project/purchase-orders/:entry/approve": purchaseStep("Approve a purchase order", emptyBody{}).may("self_approval", "over_approval_limit").
		says("S082, S083", "Not by who asked for it; sales managers up to their limit. From then on the P&L shows what it commits."),
	"POST /api/v1/contracts/:id/project/purchase-orders/:entry/refuse":  purchaseStep("Refuse a purchase order", emptyBody{}).says("S082", ""),
	"POST /api/v1/contracts/:id/project/purchase-orders/:entry/receive": purchaseStep("Note what came of a purchase order", receiveBody{}).says("S082", "In parts or as a whole."),
	"POST /api/v1/contracts/:id/project/purchase-orders/:entry/invoices": call{tag: "Contracts", summary: "Enter a supplier's invoice on a purchase order", body: purchaseInvoiceBody{}, key: keyTaken, once: true, answers: map[int]any{200: crm.PurchaseOrder{}}}.header("ETag", "200").matching().
		may(codeConflict, "project_closed", "transition_not_allowed", "duplicate_invoice").says("S082, S083", "It becomes a cost of the project, and the order commits as much less.").like(`{"number":"2026-117","amount":"240.00"}`),
	"POST /api/v1/contracts/:id/project/purchase-orders/:entry/end": purchaseStep("End or cancel a purchase order", emptyBody{}).says("S082, S083", "Nothing more comes: it commits nothing more."),
}

// purchaseStep describes a step of a purchase order.
func purchaseStep(summary string, body any) call {
	return call{
		tag: "Contracts", summary: summary, body: body, match: true, optional: true, answers: map[int]any{200: crm.PurchaseOrder{}},
		refuses: []code{codeConflict, "project_closed", "transition_not_allowed"},
	}.header("ETag", "200")
}
