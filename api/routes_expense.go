package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

func expenseVersion(x crm.Expense) int { return x.Version }

// expenseRoutes is the table of what people spend for projects (S083): one's own, and what waits for one. Whose a person may decide on the store says, by the project.
func expenseRoutes() []route {
	const one = "/api/v1/expenses/:id"
	return []route{
		{method: get, path: "/api/v1/expenses", need: session, do: getExpenses},
		{method: post, path: "/api/v1/expenses", need: session, do: postExpense},
		{method: patch, path: one, need: session, do: patchExpense},
		{method: remove, path: one, need: session, do: deleteExpense},
		{method: get, path: one + "/receipt", need: session, do: getExpenseReceipt},
		{method: post, path: one + "/receipt", need: session, do: postExpenseReceipt, limit: documentLimit},
		{method: post, path: one + "/submit", need: session, do: postExpenseSubmit},
		{method: get, path: "/api/v1/expense-approvals", need: crm.MayReadContract, do: getExpenseApprovals},
		{method: post, path: one + "/approve", need: crm.MayReadContract, do: approving((*store.Store).ApproveExpense, expenseVersion)},
		{method: post, path: one + "/return", need: crm.MayReadContract, do: returning((*store.Store).ReturnExpense, expenseVersion)},
	}
}

func expensePages() []route {
	return []route{
		{method: get, path: "/expenses", need: session, do: pageExpenses, page: true},
		{method: post, path: "/expenses", need: session, do: formExpense, page: true, limit: uploadLimit},
		{method: post, path: "/expenses/:id", need: session, do: formExpense, page: true, limit: uploadLimit},
		{method: post, path: "/expenses/:id/submit", need: session, do: formExpenseSubmit, page: true},
		{method: post, path: "/expenses/:id/remove", need: session, do: formExpenseRemove, page: true},
		{method: get, path: "/expenses/:id/receipt", need: session, do: getExpenseReceipt, page: true},
		{method: get, path: "/expense-approvals", need: crm.MayReadContract, do: pageExpenseApprovals, page: true},
		{method: post, path: "/expense-approvals/:id/approve", need: crm.MayReadContract, do: formExpenseApprove, page: true},
		{method: post, path: "/expense-approvals/:id/return", need: crm.MayReadContract, do: formExpenseReturn, page: true},
	}
}

var expenseCalls = map[string]call{
	"GET /api/v1/expenses": call{tag: "People", summary: "List what you spent for projects", refuses: []code{codeParameter}, answers: map[int]any{200: page[store.ExpenseRow]{}}, query: []parameter{
		{"billing", "to_bill: what the customer pays and no invoice has yet; billed: what one has.", schema{"type": "string", "enum": []string{"to_bill", "billed"}}},
	}}.says("S083", "The last 500, the newest first. billing says of each that the customer pays whether it is to be billed, put up for its invoice, or billed, and with which invoice."),
	"POST /api/v1/expenses": creating("People", "Enter what you spent for a project", expenseBody{}, crm.Expense{}).says("S083", "On a project that you may enter hours on.").
		like(`{"project_id":"{projects}","on_date":"2026-01-15","kind":"travel","amount":"48.50","text":"Train to Turin"}`),
	"PATCH /api/v1/expenses/:id": patching("People", "Change an expense of yours", expensePatch{}, crm.Expense{}).may("expense_locked").
		says("S083", "Before it is handed in, or once it came back."),
	"DELETE /api/v1/expenses/:id": removing("People", "Take an expense of yours away", codeConflict, "expense_locked").says("S083", "Before it is handed in, or once it came back."),
	"GET /api/v1/expenses/:id/receipt": call{tag: "People", summary: "Download the receipt of an expense", answers: map[int]any{200: file{}}}.
		header("Content-Disposition", "200").says("S083", "For its person, who decides on it, and who sees the project's costs."),
	"POST /api/v1/expenses/:id/receipt": call{
		tag: "People", summary: "Keep the receipt of an expense", media: []string{"multipart/form-data"}, key: keyTaken, once: true, match: true,
		answers: map[int]any{200: crm.Expense{}}, refuses: []code{codeFileType, codeConflict, "expense_locked", "already_done"},
	}.header("ETag", "200").says("S083", "One part named file, at most 25 MiB. Another one takes its place."),
	"POST /api/v1/expenses/:id/submit": expenseStep("Hand an expense of yours in", emptyBody{}, true).may("expense_locked").
		says("S083", "With its receipt, but for mileage; from then on it does not change. It costs the project by the exchange rate of its day."),
	"GET /api/v1/expense-approvals": call{tag: "People", summary: "List the expenses that wait for your decision", answers: map[int]any{200: page[store.ExpenseRow]{}}}.
		says("S083", "Of others, on projects that you manage or, as a sales manager, those of your people."),
	"POST /api/v1/expenses/:id/approve": expenseStep("Approve an expense", emptyBody{}, true).may("self_approval", "expense_not_submitted", "project_closed").
		says("S083", "It becomes a cost of the project, once. Never one's own."),
	"POST /api/v1/expenses/:id/return": expenseStep("Return an expense", rejectBody{}, false).may("self_approval", "expense_not_submitted").says("S083", "With the reason; it may be changed and handed in again."),
}

// expenseStep describes a step of an expense.
func expenseStep(summary string, body any, optional bool) call {
	return call{tag: "People", summary: summary, body: body, optional: optional, answers: map[int]any{200: crm.Expense{}}}.header("ETag", "200").matching()
}
