package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// planRoutes is the table of the revenue plan (S099-S102) and of the forecast (S005, N12).
func planRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/plans", need: crm.MayReadPlan, do: getPlans},
		{method: post, path: "/api/v1/plans", need: crm.MayManagePlan, do: postPlan},
		{method: get, path: "/api/v1/plans/:id", need: crm.MayReadPlan, do: getRevenuePlan},
		{method: patch, path: "/api/v1/plans/:id", need: crm.MayManagePlan, do: patchPlan},
		{method: get, path: "/api/v1/plans/:id/positions", need: crm.MayReadPlan, do: getPlanPositions},
		{method: put, path: "/api/v1/plans/:id/positions", need: crm.MayWritePlan, do: putPlanPositions},
		{method: post, path: "/api/v1/plans/:id/decisions", need: crm.MayConfirmPlan, do: postPlanDecisions},
		{method: get, path: "/api/v1/plans/:id/versions", need: crm.MayReadPlan, do: getPlanVersions},
		{method: post, path: "/api/v1/plans/:id/versions", need: crm.MayManagePlan, do: postPlanVersion},
		{method: get, path: "/api/v1/plans/:id/comments", need: crm.MayReadPlan, do: getPlanComments},
		{method: post, path: "/api/v1/plans/:id/comments", need: crm.MayReadPlan, do: postPlanComment},
		{method: get, path: "/api/v1/plan-setting", need: crm.MayReadSettings, do: getPlanSetting},
		{method: put, path: "/api/v1/plan-setting", need: crm.MayWriteSettings, do: putPlanSetting},
		{method: put, path: "/api/v1/users/:id/team", need: crm.MayWriteUser, do: putMemberTeam},
		{method: put, path: "/api/v1/teams/:id/parent", need: crm.MayWriteUser, do: putTeamParent},
		{method: get, path: "/api/v1/forecast/adjustments", need: crm.MayReadOpportunity, do: getAdjustments},
		{method: post, path: "/api/v1/forecast/adjustments", need: crm.MayConfirmPlan, do: postAdjustment},
	}
}

// planLists are those that take a query.
func planLists() []route {
	return []route{
		{method: get, path: "/api/v1/plans/:id/report", need: crm.MayReadPlan, do: getPlanReport},
		{method: get, path: "/api/v1/forecast", need: crm.MayReadOpportunity, do: getForecast},
		{method: get, path: "/api/v1/forecast/stages", need: crm.MayReadOpportunity, do: getPipeline},
		{method: get, path: "/api/v1/forecast/bridge", need: crm.MayReadOpportunity, do: getForecastBridge},
		{method: get, path: "/api/v1/forecast/range", need: crm.MayReadOpportunity, do: getForecastRange},
	}
}

func planPages() []route {
	return []route{
		{method: get, path: "/plan", need: crm.MayReadPlan, do: pagePlans, page: true},
		{method: post, path: "/plan", need: crm.MayManagePlan, do: formPlan, page: true},
		{method: get, path: "/plan/:id", need: crm.MayReadPlan, do: pageRevenue, page: true},
		{method: post, path: "/plan/:id", need: crm.MayWritePlan, do: formPlanSheet, page: true},
		{method: post, path: "/plan/:id/edit", need: crm.MayManagePlan, do: formPlanEdit, page: true},
		{method: get, path: "/plan/:id/decide", need: crm.MayConfirmPlan, do: pagePlanDecide, page: true},
		{method: post, path: "/plan/:id/decide", need: crm.MayConfirmPlan, do: formPlanDecide, page: true},
		{method: get, path: "/plan/:id/report", need: crm.MayReadPlan, do: pagePlanReport, page: true},
		{method: post, path: "/plan/:id/version", need: crm.MayManagePlan, do: formPlanVersion, page: true},
		{method: post, path: "/plan/:id/comment", need: crm.MayReadPlan, do: formPlanComment, page: true},
		{method: get, path: "/forecast", need: crm.MayReadOpportunity, do: pageForecast, page: true},
		{method: post, path: "/forecast", need: crm.MayConfirmPlan, do: formAdjustForecast, page: true},
		{method: get, path: "/forecast/stages", need: crm.MayReadOpportunity, do: pagePipeline, page: true},
		{method: get, path: "/forecast/bridge", need: crm.MayReadOpportunity, do: pageBridge, page: true},
		{method: get, path: "/forecast/range", need: crm.MayReadOpportunity, do: pageRange, page: true},
		{method: get, path: "/settings/plan", need: crm.MayReadSettings, do: pagePlanSetting, page: true},
		{method: post, path: "/settings/plan", need: crm.MayWriteSettings, do: formPlanSetting, page: true},
	}
}

// whoseQuery says whose deals a forecast looks at.
var whoseQuery = []parameter{
	{"owner", "Whose deals; left out: of all that you may see.", schema{"type": "string", "format": "uuid"}},
	{"team", "Of the team and those below it, as it was on each day.", schema{"type": "string", "format": "uuid"}},
	{"pipeline", "One pipeline; left out: all.", schema{"type": "string"}},
}

var planCalls = map[string]call{
	"GET /api/v1/plans": call{tag: "Plan", summary: "List revenue plans", answers: map[int]any{200: page[crm.RevenuePlan]{}}}.says("S099", "The latest first."),
	"POST /api/v1/plans": creating("Plan", "Begin a revenue plan", planBody{}, crm.RevenuePlan{}).needing("name", "first_day", "last_day", "unit").located("201").tagged("201").
		says("S099", "For any span, by day, week or month.").like(`{"name":"First quarter","first_day":"2027-01-01","last_day":"2027-03-31","unit":"month","confirm":true}`),
	"GET /api/v1/plans/:id":   reading("Plan", "Read a revenue plan", crm.RevenuePlan{}).plain().tagged("200").says("S099", ""),
	"PATCH /api/v1/plans/:id": patching("Plan", "Change a plan's name, deadline, and whether it is confirmed", planPatch{}, crm.RevenuePlan{}).says("S099, S102", ""),
	"GET /api/v1/plans/:id/positions": call{tag: "Plan", summary: "Read the positions of a plan", answers: map[int]any{200: page[planPositionRecord]{}}}.
		says("S100, S101", "Of all customers that you may see."),
	"PUT /api/v1/plans/:id/positions": call{tag: "Plan", summary: "Plan your own customers", body: planPositionsBody{}, answers: map[int]any{200: planSavedRecord{}}, refuses: []code{"plan_closed"}}.
		says("S100", "All or none; what is left out stays. What was confirmed has to be looked at again, what is doubtful stays so."),
	"POST /api/v1/plans/:id/decisions": call{tag: "Plan", summary: "Confirm positions, or mark them as doubtful", body: planDecisionsBody{}, answers: map[int]any{200: planSavedRecord{}}, refuses: []code{"plan_not_confirmed"}}.
		says("S102", "Doubtful positions stay out of the final plan; final and doubtful always add up to planned."),
	"GET /api/v1/plans/:id/report": call{tag: "Plan", summary: "Hold a plan against pipeline, accepted, invoiced and paid", answers: map[int]any{200: planReportRecord{}}, refuses: []code{codeParameter}, query: []parameter{
		{"by", "What the lines are; person, unless another is named.", schema{"type": "string", "enum": listOf(crm.PlanGroupings()...)}},
		{"version", "A version of the plan to hold beside it.", schema{"type": "string", "format": "uuid"}},
	}}.says("S101", "By the organisation as it was at each date; lines by team hold those of the teams below. Accepted is what was won; paid is without tax."),
	"GET /api/v1/plans/:id/versions": call{tag: "Plan", summary: "List the versions of a plan", answers: map[int]any{200: page[store.PlanVersion]{}}}.says("S101", ""),
	"POST /api/v1/plans/:id/versions": call{tag: "Plan", summary: "Keep the plan as it is under a name", body: planVersionBody{}, answers: map[int]any{201: store.PlanVersion{}}}.
		says("S101", ""),
	"GET /api/v1/plans/:id/comments":  call{tag: "Plan", summary: "Read what was written beside a plan", answers: map[int]any{200: page[store.PlanComment]{}}}.says("S100", "The latest 100."),
	"POST /api/v1/plans/:id/comments": call{tag: "Plan", summary: "Write beside a plan", body: planCommentBody{}, answers: map[int]any{201: store.PlanComment{}}}.says("S100", ""),
	"GET /api/v1/plan-setting":        reading("Settings", "Read how the company's year is cut", crm.PlanSetting{}).says("S099", ""),
	"PUT /api/v1/plan-setting":        replacing("Settings", "Set the month in which the fiscal year begins", planSettingBody{}, crm.PlanSetting{}).says("S099", "Plans that are there keep their days.").like(`{"fiscal_month":4}`),
	"PUT /api/v1/users/:id/team":      call{tag: "People", summary: "Move a person to another team", body: memberTeamBody{}, answers: map[int]any{204: nil}}.says("S101", "From a day on, today where none is given; plans of days before keep him where he was."),
	"PUT /api/v1/teams/:id/parent":    call{tag: "People", summary: "Move a team below another", body: teamParentBody{}, answers: map[int]any{204: nil}}.says("S101", "From a day on, today where none is given."),
	"GET /api/v1/forecast": call{tag: "Plan", summary: "Read the forecast", answers: map[int]any{200: forecastRecord{}}, refuses: []code{codeParameter}, query: whoseQuery}.
		says("S005, S009", "Open deals by month and owner, weighed by their stages and by category; what should have closed stands apart."),
	"GET /api/v1/forecast/stages": call{tag: "Plan", summary: "Read the open pipeline by stage and month", answers: map[int]any{200: pipelineRecord{}}, refuses: []code{codeParameter}, query: append([]parameter{
		{"months", "How many months have a column of their own, with that of today; 6, unless another number is given.", schema{"type": "integer", "minimum": 1, "maximum": mostMonths}},
	}, whoseQuery...)}.says("S005", "Of the deals that you may see, in the company's currency at today's rates. Cells stand in the order of the columns; what has slipped, is later or has no date stands apart."),
	"GET /api/v1/forecast/bridge": call{tag: "Plan", summary: "Explain how the forecast of one night became another's", answers: map[int]any{200: bridgeRecord{}}, refuses: []code{codeParameter}, query: append([]parameter{
		{"from", "The first night; left out: a week ago.", schema{"type": "string", "format": "date"}},
		{"until", "The second; left out: tonight.", schema{"type": "string", "format": "date"}},
		{"first", "Of the expected closings that are looked at; with last.", schema{"type": "string", "format": "date"}},
		{"last", "Of these.", schema{"type": "string", "format": "date"}},
		{"weighted", "true: times the probability.", schema{"type": "boolean"}},
	}, whoseQuery...)}.says("S005, S009", "The causes add up to the difference, to the cent."),
	"GET /api/v1/forecast/range": call{tag: "Plan", summary: "Read what may be won, as a range", answers: map[int]any{200: rangeRecord{}}, refuses: []code{codeParameter}, query: append([]parameter{
		{"days", "Within how many days: 30, 90 or 180; 90, unless another is named.", schema{"type": "integer", "enum": rangeHorizons}},
	}, whoseQuery...)}.says("N12", "Of the deals that are open today, from what became of deals in the same stage, as long there, slipped or not; with its back-tests."),
	"GET /api/v1/forecast/adjustments": call{tag: "Plan", summary: "Read what managers expect other than the categories say", answers: map[int]any{200: page[store.ForecastAdjustment]{}}}.says("S005", "Of this month and those after it."),
	"POST /api/v1/forecast/adjustments": call{tag: "Plan", summary: "Adjust a person's month", body: adjustmentBody{}, answers: map[int]any{201: store.ForecastAdjustment{}}}.
		says("S005", "With its reason; the last one of a month, person and category counts.").like(`{"month":"2027-01-01","owner_id":"{users}","category":"commit","amount":"-500.00","reason":"One is sure to slip"}`),
}
