package api

import "leadtocash/crm"

// amendmentRoutes is the table of amendments of contracts (S059).
func amendmentRoutes() []route {
	const at = "/api/v1/contracts/:id/amendments"
	const page = "/contracts/:id/amendments"
	return []route{
		{method: get, path: at, need: crm.MayReadContract, do: getAmendments},
		{method: post, path: at, need: crm.MayWriteOpportunity, do: onContract(crm.AmendPropose, readAmendment)},
		{method: post, path: at + "/approve", need: crm.MayReadContract, do: onAmendment(crm.AmendApprove, readUndoNote)},
		{method: post, path: at + "/reject", need: crm.MayReadContract, do: onAmendment(crm.AmendReject, readUndoReason)},
		{method: post, path: at + "/withdraw", need: crm.MayWriteOpportunity, do: onContract(crm.AmendWithdraw, readUndoNote)},
		{method: post, path: at + "/sign", need: crm.MayWriteContract, do: onContract(crm.AmendSign, readAmendmentSign)},
		{method: post, path: at + "/erp", need: crm.MayWriteContract, do: onProject(postAmendmentERP)},

		{method: get, path: page, need: crm.MayReadContract, do: pageAmendments, page: true},
		{method: post, path: page, need: crm.MayWriteOpportunity, do: formAmendment, page: true},
		{method: post, path: page + "/approve", need: crm.MayReadContract, do: amendmentForm(crm.AmendApprove, "amendment_approved", undoNote), page: true},
		{method: post, path: page + "/reject", need: crm.MayReadContract, do: amendmentForm(crm.AmendReject, "amendment_rejected", undoReason), page: true},
		{method: post, path: page + "/withdraw", need: crm.MayWriteOpportunity, do: amendmentForm(crm.AmendWithdraw, "amendment_withdrawn", undoNote), page: true},
		{method: post, path: page + "/sign", need: crm.MayWriteContract, do: amendmentForm(crm.AmendSign, "amendment_signed", amendmentSigned), page: true},
		{method: post, path: page + "/erp", need: crm.MayWriteContract, do: formAmendmentERP, page: true},
		{method: get, path: "/contracts/:id/versions/:number/paper", need: crm.MayReadContract, do: pageVersionPaper, page: true},
	}
}

var amendmentCalls = map[string]call{
	"GET /api/v1/contracts/:id/amendments": reading("Contracts", "Read the versions of a contract and its amendments", amendmentsRecord{}).plain().
		says("S059, S060", "Without versions the contract holds as it was made, which is version 1. `changes` are against the version in force; `worse` is what a station is asked for."),
	"POST /api/v1/contracts/:id/amendments": commanding("Contracts", "Propose an amendment", amendmentBody{}, codeGate, "contract_closed", "amendment_pending", "nothing_changed", "below_invoiced").matching().
		says("S059, N8", "Approved by the rules' route for what becomes worse, never by who proposed it; where nothing does, it may be signed at once. If-Match is the contract's version.").
		like(`{"end_date":"2027-12-31","net":"120.00","reason":"One press more."}`),
	"POST /api/v1/contracts/:id/amendments/approve": amendmentCall("Approve an amendment", undoNoteBody{}, "already_decided", "self_approval", "over_approval_limit", "contract_closed").bodiless().
		says("N8", "At the station whose turn it is.").like(`{"note":"Agreed."}`),
	"POST /api/v1/contracts/:id/amendments/reject": amendmentCall("Reject an amendment", rejectBody{}, "already_decided", "self_approval", "over_approval_limit", "contract_closed").
		says("N8", "The contract holds as it did.").like(`{"reason":"Not at this price."}`),
	"POST /api/v1/contracts/:id/amendments/withdraw": amendmentCall("Withdraw an amendment", undoNoteBody{}, "contract_closed").bodiless().says("S059", "By who proposed it, before it is signed."),
	"POST /api/v1/contracts/:id/amendments/sign": amendmentCall("Note that the customer signed an amendment", amendmentSignBody{}, "contract_closed", "amendment_outdated").
		says("S058, S059", "It holds from its day on; what is not invoiced is billed as it says.").like(`{"signer":"Carla Bianchi","signed_on":"2026-01-15","place":"Milano"}`),
	"POST /api/v1/contracts/:id/amendments/erp": call{tag: "Contracts", summary: "Note that the ERP knows the version in force", body: rejectBody{}, key: keyTaken, once: true, answers: map[int]any{204: nil}, refuses: []code{"contract_closed", "erp_not_amended"}}.
		says("S081", "An order that was sent is not changed by the product: the ERP's interface takes orders and takes them back. A person enters the change there.").like(`{"reason":"Changed in the ERP by Carla."}`),
}

// amendmentCall describes a command on an amendment.
func amendmentCall(summary string, body any, refuses ...code) call {
	return commanding("Contracts", summary, body, append(refuses, "amendment_not_there")...).matching()
}
