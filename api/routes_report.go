package api

import "leadtocash/crm"

// reportRoutes are the pages of reports on deals; each is a file, too, and its address makes it what it is (S005, N14).
func reportRoutes() []route {
	return []route{
		{method: get, path: "/reports", need: crm.MayReadOpportunity, do: pageReports, page: true},
		{method: get, path: "/reports/stages", need: crm.MayReadOpportunity, do: pageStages, page: true},
		{method: get, path: "/reports/paths", need: crm.MayReadOpportunity, do: pagePaths, page: true},
		{method: get, path: "/reports/loss", need: crm.MayReadOpportunity, do: pageLoss, page: true},
		{method: get, path: "/reports/activity", need: crm.MayReadOpportunity, do: pageActivity, page: true},
		{method: get, path: "/reports/margin", need: crm.MayReadOpportunity, do: pageMargin, page: true},
		{method: get, path: "/reports/rows", need: crm.MayReadOpportunity, do: pageReportRows, page: true},
	}
}
