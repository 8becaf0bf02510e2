package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// reportRoutes are the reports on deals, as records and as pages; a page is a file, too, and its address makes it what it is (S005, N14).
func reportRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/reports/stages", need: crm.MayReadOpportunity, do: getStagesReport},
		{method: get, path: "/api/v1/reports/paths", need: crm.MayReadOpportunity, do: getPathsReport},
		{method: get, path: "/api/v1/reports/loss", need: crm.MayReadOpportunity, do: getLossReport},
		{method: get, path: "/api/v1/reports/activity", need: crm.MayReadOpportunity, do: getActivityReport},
		{method: get, path: "/api/v1/reports/margin", need: crm.MayReadOpportunity, do: getMarginReport},
		{method: get, path: "/api/v1/reports/rows", need: crm.MayReadOpportunity, do: getReportRows},
		{method: get, path: "/reports", need: crm.MayReadOpportunity, do: pageReports, page: true},
		{method: get, path: "/reports/stages", need: crm.MayReadOpportunity, do: pageStages, page: true},
		{method: get, path: "/reports/paths", need: crm.MayReadOpportunity, do: pagePaths, page: true},
		{method: get, path: "/reports/loss", need: crm.MayReadOpportunity, do: pageLoss, page: true},
		{method: get, path: "/reports/activity", need: crm.MayReadOpportunity, do: pageActivity, page: true},
		{method: get, path: "/reports/margin", need: crm.MayReadOpportunity, do: pageMargin, page: true},
		{method: get, path: "/reports/rows", need: crm.MayReadOpportunity, do: pageReportRows, page: true},
	}
}

// reportQuery says what a report on deals is about.
func reportQuery(more ...parameter) []parameter {
	return append([]parameter{
		{"from", "The first day; left out: twelve months up to the last.", schema{"type": "string", "format": "date"}},
		{"until", "The last; left out: today. At most ten years.", schema{"type": "string", "format": "date"}},
	}, append(more, whoseQuery...)...)
}

// groupedBy says what the lines of a report are.
func groupedBy(groups []string) parameter {
	return parameter{"by", "What the lines are; " + groups[0] + ", unless another is named.", schema{"type": "string", "enum": listOf(groups...)}}
}

func reportCall(summary string, answer any, more ...parameter) call {
	return call{tag: "Reports", summary: summary, answers: map[int]any{200: answer}, refuses: []code{codeParameter}, query: reportQuery(more...)}
}

var reportCalls = map[string]call{
	"GET /api/v1/reports/stages": reportCall("Report conversion and time by stage", reportRecord[stageRecord]{}).
		says("S005, S009", "Of one pipeline, the first unless another is named; by the last visit of each deal, so that on, back, lost and still add up to deals."),
	"GET /api/v1/reports/paths": reportCall("Report the ways that deals went, and what they waited for", pathsRecord{}).
		says("N14", "Of one pipeline, the first unless another is named."),
	"GET /api/v1/reports/loss": reportCall("Report why deals were lost", reportRecord[lossRecord]{}, groupedBy(store.LossGroups())).
		says("S005", "A line for each group, way of closing, reason and currency. A deal of several competitors or clauses is in each of their groups."),
	"GET /api/v1/reports/activity": reportCall("Report what people did, and what came of it", reportRecord[activityRecord]{}, groupedBy(store.ActivityGroups())).
		says("S052", "Of deals and leads."),
	"GET /api/v1/reports/margin": reportCall("Report margin by product and customer", reportRecord[marginRecord]{}, groupedBy(store.MarginGroups())).
		says("S005", "Of deals won, as they were calculated then; for those who may see costs. The 1,000 that earned most."),
	"GET /api/v1/reports/rows": reportCall("List what stands behind a number of a report", reportRowsRecord{},
		parameter{"report", "Which number: of stages, of an arrow of paths, of loops or waits there, of loss, margin or activity.", schema{"type": "string", "enum": listOf(openedReports...)}},
		parameter{"stage", "Of stages, paths and loops, which need it.", schema{"type": "string"}},
		parameter{"next", "Of an arrow: where it leads.", schema{"type": "string"}},
		parameter{"outcome", "Of a stage: on, back, lost, still or won; of a wait for a person: its kind; of activities: the outcome, - for what is planned.", schema{"type": "string"}},
		parameter{"by", "What the report is grouped by; of waits: clause or person.", schema{"type": "string"}},
		parameter{"group", "Of a line: its key.", schema{"type": "string"}},
		parameter{"all", "true: of all groups.", schema{"type": "boolean"}},
		parameter{"reason", "Of lost deals.", schema{"type": "string"}},
		parameter{"state", "Of closed deals.", schema{"type": "string", "enum": listOf(closedStates...)}},
		parameter{"limit", "At most so many; 200, unless another is named.", schema{"type": "integer", "minimum": 1, "maximum": mostReportRows}},
	).asksFor(map[string]string{"report": "loss"}).says("N14", "The largest deals, or the latest activities, first; all is how many there are."),
}
