package api

import (
	"cmp"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// riskBody is what may go wrong with a project (S084).
type riskBody struct {
	Title       string      `json:"title" doc:"required;max=200"`
	Probability decimalText `json:"probability" doc:"required;text=Per cent, 0 to 100."`
	Impact      decimalText `json:"impact" doc:"required;text=What it costs when it comes about, without tax."`
	PhaseID     crm.ID      `json:"phase_id" doc:"text=Without it, the whole project's."`
	OwnerID     crm.ID      `json:"owner_id" doc:"text=Who looks after it; without it, who runs the project."`
	Response    string      `json:"response" doc:"enum=risk_response;text=Without it, reduce."`
	Plan        string      `json:"plan" doc:"max=10000"`
	ReviewOn    crm.Date    `json:"review_on" doc:"text=Its owner looks at it again, and it stands on his day."`
}

// riskPatch changes a risk.
type riskPatch struct {
	Title       opt[string]      `json:"title" doc:"max=200"`
	Probability opt[decimalText] `json:"probability"`
	Impact      opt[decimalText] `json:"impact"`
	PhaseID     opt[crm.ID]      `json:"phase_id"`
	OwnerID     opt[crm.ID]      `json:"owner_id"`
	Response    opt[string]      `json:"response" doc:"enum=risk_response"`
	Plan        opt[string]      `json:"plan" doc:"max=10000"`
	ReviewOn    opt[crm.Date]    `json:"review_on"`
	State       opt[string]      `json:"state" doc:"enum=risk_state;text=What came about costs by the project's entries and is no exposure any more."`
}

// riskRecord is a risk with the loss to be expected of it.
type riskRecord struct {
	crm.Risk
	Expected decimal.Decimal
}

// riskList is a project's register with the loss to be expected of all that is open.
type riskList struct {
	Data     []riskRecord
	Exposure decimal.Decimal
}

var riskCalls = map[string]call{
	"GET /api/v1/contracts/:id/project/risks": call{tag: "Contracts", summary: "List a project's risks", answers: map[int]any{200: riskList{}}}.
		says("S084", "Open ones first. The exposure is the sum of probability × impact of open risks, each once; it stands beside the margin and not within it."),
	"POST /api/v1/contracts/:id/project/risks": creating("Contracts", "Add a risk to a project", riskBody{}, riskRecord{}).may("project_closed").matching().
		says("S084", "").like(`{"title":"The steel comes late","probability":"30","impact":"1200.00","response":"reduce"}`),
	"PATCH /api/v1/contracts/:id/project/risks/:entry": patching("Contracts", "Change a risk, or tell that it came about or is over", riskPatch{}, riskRecord{}).may("project_closed").says("S084", "If-Match is the version of the risk."),
}

func getRisks(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	rows, err := r.store.Risks(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	out := riskList{Data: []riskRecord{}}
	for _, row := range rows {
		out.Data, out.Exposure = append(out.Data, riskRecord{row.Risk, row.Expected()}), out.Exposure.Add(row.Expected())
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func postRisk(r *request, c crm.Contract, t store.Target) error {
	var b riskBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/title", &b.Title, maxName)
	if b.Probability == "" {
		k.fail("/probability", "required", nil)
	}
	risk := crm.Risk{PhaseID: b.PhaseID, OwnerID: b.OwnerID, ReviewOn: b.ReviewOn, Probability: k.percent("/probability", b.Probability), Impact: k.amountRequired("/impact", b.Impact, c.Currency)}
	k.id("/phase_id", &risk.PhaseID)
	k.id("/owner_id", &risk.OwnerID)
	k.oneOf("/response", b.Response, listOf(crm.RiskResponses()...)...)
	k.lines("/plan", &b.Plan, maxText)
	if err := k.err(); err != nil {
		return err
	}
	risk.Title, risk.Plan, risk.Response = b.Title, b.Plan, crm.RiskResponse(cmp.Or(b.Response, string(crm.RiskReduce)))
	var err error
	if risk.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if risk, err = r.store.AddRisk(r.ctx(), t, risk); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(riskRecord{risk, risk.Expected()}))
}

func patchRisk(r *request, c crm.Contract, t store.Target) error {
	id, err := r.id("entry")
	if err != nil {
		return err
	}
	var b riskPatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	var k check
	if b.Title.Set {
		k.required("/title", &b.Title.Value, maxName)
	}
	k.id("/phase_id", &b.PhaseID.Value)
	k.id("/owner_id", &b.OwnerID.Value)
	k.oneOf("/response", b.Response.Value, listOf(crm.RiskResponses()...)...)
	k.oneOf("/state", b.State.Value, listOf(crm.RiskStates()...)...)
	k.lines("/plan", &b.Plan.Value, maxText)
	probability, impact := k.percent("/probability", zeroIfCleared(b.Probability.Value)), k.amount("/impact", zeroIfCleared(b.Impact.Value), c.Currency)
	if err := k.err(); err != nil {
		return err
	}
	risk, err := r.store.EditRisk(r.ctx(), t, id, func(x *crm.Risk) error {
		set(b.Title, &x.Title)
		set(b.PhaseID, &x.PhaseID)
		set(b.OwnerID, &x.OwnerID)
		set(b.Plan, &x.Plan)
		set(b.ReviewOn, &x.ReviewOn)
		if b.Probability.Set {
			x.Probability = probability
		}
		if b.Impact.Set {
			x.Impact = impact
		}
		if b.Response.Set {
			x.Response = crm.RiskResponse(cmp.Or(b.Response.Value, string(crm.RiskReduce)))
		}
		if b.State.Set {
			x.State = crm.RiskState(cmp.Or(b.State.Value, string(crm.RiskOpen)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(riskRecord{risk, risk.Expected()}, risk.Version)
}
